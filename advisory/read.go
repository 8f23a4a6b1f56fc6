package advisory

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/gocsaf/csaf/v3/csaf"
)

// Bounds of a document. Ours.
const (
	documentMost = 16 << 20
	depthMost    = 30     // of branches in branches
	productsMost = 20_000 // of a document
)

// Product is a product of an advisory, with the versions that it names.
type Product struct {
	ID       string
	Vendor   string
	Name     string
	Versions string // "" if the document says nothing of them
}

// Document is an advisory as far as it is matched.
type Document struct {
	ID       string
	Title    string
	Revised  string
	Severity string // of the whole, as its publisher words it
	Products []Product
	Problems []string // what is not as CSAF asks for; it is matched all the same

	raw *csaf.Advisory
}

// ReadFile reads a document from a file.
func ReadFile(path string) (*Document, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, documentMost+1))
	if err != nil {
		return nil, err
	}
	d, err := Read(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return d, nil
}

// Read reads a document.
func Read(b []byte) (*Document, error) {
	if len(b) > documentMost {
		return nil, fmt.Errorf("an advisory has at most %d bytes", documentMost)
	}
	var a csaf.Advisory
	if err := json.Unmarshal(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), &a); err != nil {
		return nil, fmt.Errorf("this is no advisory in CSAF: %w", err)
	}
	if a.Document == nil || a.Document.Tracking == nil || a.Document.Tracking.ID == nil {
		return nil, errors.New("this is no advisory in CSAF: it has no document.tracking.id")
	}
	d := &Document{ID: string(*a.Document.Tracking.ID), Title: text(a.Document.Title), Revised: text(a.Document.Tracking.CurrentReleaseDate), raw: &a}
	if s := a.Document.AggregateSeverity; s != nil {
		d.Severity = text(s.Text)
	}
	if err := a.Validate(); err != nil {
		d.Problems = append(d.Problems, err.Error())
	}
	return d, d.products()
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// products lists the products of the tree.
func (d *Document) products() error {
	t := d.raw.ProductTree
	if t == nil {
		return nil
	}
	if err := d.branches(t.Branches, Product{}, 0); err != nil {
		return err
	}
	if t.FullProductNames != nil {
		for _, p := range *t.FullProductNames {
			d.add(p, Product{Name: name(p)})
		}
	}
	return nil
}

func name(p *csaf.FullProductName) string {
	if p == nil {
		return ""
	}
	return text(p.Name)
}

// branches goes down the tree: what stands above a product says whose and which it is.
func (d *Document) branches(all csaf.Branches, above Product, depth int) error {
	if depth > depthMost || len(d.Products) > productsMost {
		return errors.New("the tree of products is too deep or too large")
	}
	for _, b := range all {
		if b == nil {
			continue
		}
		here := above
		if b.Category != nil && b.Name != nil {
			switch *b.Category {
			case csaf.CSAFBranchCategoryVendor:
				here.Vendor = *b.Name
			case csaf.CSAFBranchCategoryProductName, csaf.CSAFBranchCategoryProductFamily:
				here.Name = *b.Name
			case csaf.CSAFBranchCategoryProductVersion, csaf.CSAFBranchCategoryProductVersionRange:
				here.Versions = *b.Name
			}
		}
		if b.Product != nil {
			d.add(b.Product, here)
		}
		if err := d.branches(b.Branches, here, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (d *Document) add(p *csaf.FullProductName, here Product) {
	if p == nil || p.ProductID == nil || len(d.Products) > productsMost {
		return
	}
	here.ID = string(*p.ProductID)
	if here.Name == "" {
		here.Name = text(p.Name)
	}
	d.Products = append(d.Products, here)
}
