package advisory

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/gocsaf/csaf/v3/csaf"
)

// Bounds of a document, ours.
const (
	MaxDocument = 16 << 20 // bytes
	maxDepth    = 100      // of objects and arrays in each other
	maxProblems = 5        // that are told of one document
)

// Advisory is what is taken of a document.
type Advisory struct {
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Maker    string    `json:"publisher"`
	Revision string    `json:"revision"`
	Status   string    `json:"status"` // draft, interim, final
	At       time.Time `json:"at"`     // of this revision
	Source   string    `json:"source"` // file or address that it was read from

	products []product
	groups   map[string][]string // products by group
	faults   []vulnerability
}

// Products is how many products an advisory names.
func (a *Advisory) Products() int { return len(a.products) }

// Faults is how many vulnerabilities an advisory tells of.
func (a *Advisory) Faults() int { return len(a.faults) }

// ReadAll reads a document to its end, or refuses it for its size.
func ReadAll(r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxDocument+1))
	if err == nil && len(b) > MaxDocument {
		return nil, fmt.Errorf("an advisory has at most %d bytes", MaxDocument)
	}
	return b, err
}

// Read reads a CSAF 2.0 document. It refuses what is not as the schema has it, and says
// where.
func Read(source string, b []byte) (*Advisory, error) {
	if err := shallow(b); err != nil {
		return nil, err
	}
	var any any
	if err := json.Unmarshal(b, &any); err != nil {
		return nil, err
	}
	if err := valid(any); err != nil {
		return nil, err
	}
	var d document
	if err := json.Unmarshal(b, &d); err != nil {
		return nil, err
	}
	a := &Advisory{
		ID: d.Document.Tracking.ID, Title: d.Document.Title, Maker: d.Document.Publisher.Name, Revision: d.Document.Tracking.Version,
		Status: d.Document.Tracking.Status, At: d.Document.Tracking.Current, Source: source, groups: map[string][]string{}, faults: d.Faults,
	}
	for _, g := range d.Tree.Groups {
		a.groups[g.ID] = g.Products
	}
	var err error
	if a.products, err = d.Tree.products(); err != nil {
		return nil, err
	}
	if err := d.check(a.products); err != nil {
		return nil, err
	}
	return a, nil
}

// shallow refuses what is too long, nested too deep, has a name twice in an object, or
// is no JSON at all, before anything of it is built.
func shallow(b []byte) error {
	if len(b) > MaxDocument {
		return fmt.Errorf("an advisory has at most %d bytes, and this has %d", MaxDocument, len(b))
	}
	d := jsontext.NewDecoder(bytes.NewReader(b))
	for {
		_, err := d.ReadToken()
		switch {
		case err == io.EOF && d.InputOffset() > 0:
			return nil
		case err != nil:
			return fmt.Errorf("it is no JSON: %w", err)
		case d.StackDepth() > maxDepth:
			return fmt.Errorf("it is nested deeper than %d", maxDepth)
		}
	}
}

// valid holds a document against the schema.
func valid(doc any) error {
	if o, ok := doc.(map[string]any); ok {
		if head, ok := o["document"].(map[string]any); ok && head["csaf_version"] != "2.0" {
			return fmt.Errorf("it is of CSAF %v: only 2.0 is read", head["csaf_version"])
		}
	}
	found, err := csaf.ValidateCSAF(doc)
	if err != nil || len(found) == 0 {
		return err
	}
	more := ""
	if len(found) > maxProblems {
		found, more = found[:maxProblems], fmt.Sprintf("; and %d more", len(found)-maxProblems)
	}
	return errors.New("it is not as CSAF 2.0 has it: " + strings.Join(found, "; ") + more)
}

// document is what is read of the JSON; names are those of CSAF 2.0.
type document struct {
	Document struct {
		Title     string `json:"title"`
		Publisher struct {
			Name string `json:"name"`
		} `json:"publisher"`
		Tracking struct {
			ID      string    `json:"id"`
			Version string    `json:"version"`
			Status  string    `json:"status"`
			Current time.Time `json:"current_release_date"`
		} `json:"tracking"`
	} `json:"document"`
	Tree   tree            `json:"product_tree"`
	Faults []vulnerability `json:"vulnerabilities"`
}

// vulnerability is one fault that an advisory tells of.
type vulnerability struct {
	CVE    string `json:"cve"`
	Title  string `json:"title"`
	Others []struct {
		System string `json:"system_name"`
		Text   string `json:"text"`
	} `json:"ids"`
	Status   map[string][]string `json:"product_status"`
	Scores   []score             `json:"scores"`
	Remedies []remedy            `json:"remediations"`
}

type score struct {
	Products []string `json:"products"`
	V2       *CVSS    `json:"cvss_v2"`
	V3       *CVSS    `json:"cvss_v3"`
}

// CVSS is how bad a vulnerability is, as its publisher says.
type CVSS struct {
	Version  string  `json:"version"`
	Base     float64 `json:"baseScore"`
	Severity string  `json:"baseSeverity,omitempty"`
	Vector   string  `json:"vectorString"`
}

type remedy struct {
	Remedy
	Products []string `json:"product_ids"`
	Groups   []string `json:"group_ids"`
}

// Remedy is what to do.
type Remedy struct {
	Category string `json:"category"` // mitigation, no_fix_planned, none_available, vendor_fix, workaround
	Details  string `json:"details"`
	URL      string `json:"url,omitempty"`
}

// check refuses products that are not in the tree: what is said of them would be said of
// nobody.
func (d *document) check(products []product) error {
	named := map[string]bool{}
	for _, p := range products {
		named[p.id] = true
	}
	var all []error
	for i := range d.Faults {
		f := &d.Faults[i]
		for status, ids := range f.Status {
			for _, id := range ids {
				if !named[id] && len(all) < maxProblems {
					all = append(all, fmt.Errorf("vulnerability %d: product %q of %s is not in the product tree", i+1, id, status))
				}
			}
		}
	}
	return errors.Join(all...)
}

// name is what a vulnerability is called.
func (v *vulnerability) name() string {
	switch {
	case v.CVE != "":
		return v.CVE
	case len(v.Others) > 0:
		return v.Others[0].Text
	}
	return v.Title
}

// ReadFile reads a CSAF 2.0 document from a file.
func ReadFile(path string) (*Advisory, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := ReadAll(f)
	if err != nil {
		return nil, err
	}
	a, err := Read(path, b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return a, nil
}
