package portal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/gocsaf/csaf/v3/csaf"
	gocvss31 "github.com/pandatix/go-cvss/31"
)

// Who publishes.
const (
	publisherName      = "Switchroom laboratory"
	publisherNamespace = "https://switchroom.invalid" // of no one: a lab has no domain
)

// Advised is what an advisory says.
type Advised struct {
	Title    string `json:"title" maxLength:"200"`
	Text     string `json:"text" maxLength:"20000" doc:"What is wrong and what could come of it"`
	Product  string `json:"product" enum:"control_unit,eife,ife,ifm,io,other"`
	Affected string `json:"affected" maxLength:"100" doc:"Versions that are affected, as a range: <002.000.003, or >=001.000.000|<002.000.003"`
	Fixed    string `json:"fixed,omitempty" maxLength:"40" doc:"Version that has the fix; empty: there is none yet"`
	Remedy   string `json:"remedy" maxLength:"5000" doc:"What to do: install the fix, or what helps without one"`
	Vector   string `json:"vector" maxLength:"200" doc:"CVSS:3.1/AV:N/…"`
	CVE      string `json:"cve,omitempty" maxLength:"30"`
	Credit   string `json:"credit,omitempty" maxLength:"200" doc:"Who found it, if they want to be named"`
	Changed  string `json:"changed,omitempty" maxLength:"500" doc:"What is new in this revision"`
	Case     string `json:"case,omitempty" maxLength:"40" doc:"Number of the case that it comes of"`
}

// Revision is one state of an advisory.
type Revision struct {
	Number int       `json:"number"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	What   string    `json:"what"`
}

// Advisory is an advisory as it is published.
type Advisory struct {
	ID        string     `json:"id"`   // SWRM-SA-2026-332-01: day 332 of the year, the first of that day
	File      string     `json:"file"` // white/2026/swrm-sa-2026-332-01.json
	Says      Advised    `json:"says"`
	Score     float64    `json:"score"`
	Severity  string     `json:"severity"`
	Revisions []Revision `json:"revisions"` // the oldest first
}

var (
	cveForm     = regexp.MustCompile(`^CVE-[0-9]{4}-[0-9]{4,}$`)
	versionForm = regexp.MustCompile(`^[0-9]{3}\.[0-9]{3}\.[0-9]{3}$`)
	rangeForm   = regexp.MustCompile(`^(<|<=|>|>=|=)[0-9]{3}\.[0-9]{3}\.[0-9]{3}(\|(<|<=|>|>=|=)[0-9]{3}\.[0-9]{3}\.[0-9]{3}){0,7}$`)
)

// check says all that is wrong, and gives the score.
func (x *Advised) check() (score float64, severity string, err error) {
	all := []*Wrong{
		text("title", x.Title, 8, 200), text("text", x.Text, 20, 20000), oneOf("product", x.Product, productIDs()),
		text("remedy", x.Remedy, 10, 5000), text("credit", x.Credit, 0, 200), text("changed", x.Changed, 0, 500),
	}
	if !rangeForm.MatchString(x.Affected) {
		all = append(all, wrong("affected", "give a range of versions: <002.000.003, or several joined by |"))
	}
	if x.Fixed != "" && !versionForm.MatchString(x.Fixed) {
		all = append(all, wrong("fixed", "give a version like 002.000.003, or nothing"))
	}
	if x.CVE != "" && !cveForm.MatchString(x.CVE) {
		all = append(all, wrong("cve", "give it as CVE-2026-12345, or nothing"))
	}
	v, bad := gocvss31.ParseVector(x.Vector)
	if bad != nil {
		all = append(all, wrong("vector", "give a vector of CVSS 3.1, like CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:L"))
		return 0, "", join(all...)
	}
	score = v.BaseScore()
	severity, err = gocvss31.Rating(score)
	return score, severity, errors.Join(join(all...), err)
}

// fileOf is the name of the file of an id: what CSAF 2.0, 5.1 makes of it.
func fileOf(id string, first time.Time) string {
	return fmt.Sprintf("white/%04d/%s.json", first.UTC().Year(), strings.ToLower(id))
}

// first and last revision.
func (x *Advisory) first() Revision { return x.Revisions[0] }
func (x *Advisory) last() Revision  { return x.Revisions[len(x.Revisions)-1] }

type object = map[string]any

// document is the advisory in CSAF 2.0, as it is published at a base address.
func (x *Advisory) document(base string) ([]byte, error) {
	doc := object{"document": x.head(base), "product_tree": x.tree(), "vulnerabilities": []any{x.vulnerability()}}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(doc); err != nil {
		return nil, err
	}
	return b.Bytes(), valid(b.Bytes())
}

// valid holds a document against the schema of CSAF 2.0.
func valid(document []byte) error {
	var doc any
	if err := json.Unmarshal(document, &doc); err != nil {
		return err
	}
	found, err := csaf.ValidateCSAF(doc)
	if err == nil && len(found) > 0 {
		err = fmt.Errorf("the advisory is not as CSAF 2.0 has it: %s", strings.Join(found, "; "))
	}
	return err
}

func dated(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func publisher() object {
	return object{"category": "vendor", "name": publisherName, "namespace": publisherNamespace, "contact_details": "the form of the portal: /declare"}
}

func (x *Advisory) head(base string) object {
	var history []any
	for _, r := range x.Revisions {
		history = append(history, object{"number": fmt.Sprint(r.Number), "date": dated(r.At), "summary": r.What})
	}
	head := object{
		"category": "csaf_security_advisory", "csaf_version": "2.0", "lang": "en", "title": x.Says.Title, "publisher": publisher(),
		"distribution":       object{"tlp": object{"label": "WHITE"}},
		"aggregate_severity": object{"text": x.Severity},
		"notes":              []any{object{"category": "summary", "title": "What it is about", "text": x.Says.Text}, object{"category": "legal_disclaimer", "title": "Of a lab", "text": "This advisory is of a virtual device of a laboratory. It says nothing of any real product."}},
		"references":         []any{object{"category": "self", "summary": x.ID, "url": base + x.File}},
		"tracking": object{"id": x.ID, "status": "final", "version": fmt.Sprint(x.last().Number), "initial_release_date": dated(x.first().At), "current_release_date": dated(x.last().At),
			"revision_history": history, "generator": object{"date": dated(x.last().At), "engine": object{"name": "switchroom portal"}}},
	}
	if x.Says.Credit != "" {
		head["acknowledgments"] = []any{object{"names": []any{x.Says.Credit}}}
	}
	return head
}

// Ids of products in a document.
const (
	affectedID = "AFFECTED"
	fixedID    = "FIXED"
)

func (x *Advisory) tree() object {
	name := productName(x.Says.Product)
	helper := object{"x_generic_uris": []any{object{"namespace": "urn:switchroom:component", "uri": "urn:switchroom:component:" + x.Says.Product}}}
	versions := []any{object{"category": "product_version_range", "name": "vers:generic/" + x.Says.Affected,
		"product": object{"product_id": affectedID, "name": name + " " + x.Says.Affected, "product_identification_helper": helper}}}
	if x.Says.Fixed != "" {
		versions = append(versions, object{"category": "product_version", "name": x.Says.Fixed,
			"product": object{"product_id": fixedID, "name": name + " " + x.Says.Fixed, "product_identification_helper": helper}})
	}
	return object{"branches": []any{object{"category": "vendor", "name": publisherName,
		"branches": []any{object{"category": "product_name", "name": name, "branches": versions}}}}}
}

func (x *Advisory) vulnerability() object {
	status := object{"known_affected": []any{affectedID}}
	remedy := object{"category": "workaround", "details": x.Says.Remedy, "product_ids": []any{affectedID}}
	if x.Says.Fixed != "" {
		status["fixed"] = []any{fixedID}
		remedy["category"] = "vendor_fix"
	}
	v := object{
		"title": x.Says.Title, "notes": []any{object{"category": "description", "text": x.Says.Text}}, "product_status": status, "remediations": []any{remedy},
		"scores": []any{object{"products": []any{affectedID}, "cvss_v3": object{"version": "3.1", "vectorString": x.Says.Vector, "baseScore": x.Score, "baseSeverity": strings.ToUpper(x.Severity)}}},
	}
	if x.Says.CVE != "" {
		v["cve"] = x.Says.CVE
	}
	return v
}
