package advisory

import (
	"cmp"
	"fmt"
	"strings"
)

// product is what has an id in an advisory.
type product struct {
	id       string
	vendor   string
	names    []string // product_name, with and without its family; the full name
	versions versions // zero where the advisory names none
	stated   bool     // a version or a range is named
	models   []string // model numbers and references
	uris     []string
}

// tree is a product tree, as CSAF 2.0 has it.
type tree struct {
	Branches []branch       `json:"branches"`
	Full     []fullName     `json:"full_product_names"`
	Relation []relationship `json:"relationships"`
	Groups   []struct {
		ID       string   `json:"group_id"`
		Products []string `json:"product_ids"`
	} `json:"product_groups"`
}

type branch struct {
	Category string    `json:"category"`
	Name     string    `json:"name"`
	Branches []branch  `json:"branches"`
	Product  *fullName `json:"product"`
}

type fullName struct {
	Name   string `json:"name"`
	ID     string `json:"product_id"`
	Helper struct {
		Models []string `json:"model_numbers"`
		SKUs   []string `json:"skus"`
		URIs   []struct {
			URI string `json:"uri"`
		} `json:"x_generic_uris"`
	} `json:"product_identification_helper"`
}

type relationship struct {
	Full      fullName `json:"full_product_name"`
	Reference string   `json:"product_reference"`
	RelatesTo string   `json:"relates_to_product_reference"`
}

// maxRelations is how many products may stand on each other. Ours.
const maxRelations = 8

// path is where in the tree something stands.
type path struct {
	vendor, family, name string
	version              *string
	narrowed             string // further conditions: a service pack, an architecture, a language
}

// products lists everything that has an id.
func (t *tree) products() ([]product, error) {
	var all []product
	for i := range t.Branches {
		t.Branches[i].walk(path{}, &all)
	}
	for i := range t.Full {
		all = append(all, t.Full[i].product(path{}))
	}
	r := relations{known: map[string]product{}, open: map[string]*relationship{}}
	for _, p := range all {
		r.known[p.id] = p
	}
	for i := range t.Relation {
		r.open[t.Relation[i].Full.ID] = &t.Relation[i]
	}
	for i := range t.Relation {
		p, err := r.find(t.Relation[i].Full.ID, 0)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

func (b *branch) walk(at path, all *[]product) {
	switch b.Category {
	case "vendor":
		at.vendor = b.Name
	case "product_family":
		at.family = strings.TrimSpace(at.family + " " + b.Name)
	case "product_name":
		at.name = strings.TrimSpace(at.name + " " + b.Name)
	case "product_version", "product_version_range":
		at.version = &b.Name
	default:
		at.narrowed = strings.TrimSpace(at.narrowed + " " + b.Name)
	}
	if b.Product != nil {
		*all = append(*all, b.Product.product(at))
	}
	for i := range b.Branches {
		b.Branches[i].walk(at, all)
	}
}

func (f *fullName) product(at path) product {
	p := product{id: f.ID, vendor: at.vendor, names: []string{f.Name}, models: append(f.Helper.Models, f.Helper.SKUs...)}
	if at.name != "" {
		p.names = append([]string{at.name, strings.TrimSpace(at.family + " " + at.name)}, p.names...)
	}
	if at.version != nil {
		p.versions, p.stated = readVersions(*at.version), true
	}
	if at.narrowed != "" {
		// Nobody's inventory tells such things: whether it is this one is not known.
		p.versions, p.stated = versions{text: strings.TrimSpace(p.versions.text + " " + at.narrowed)}, true
	}
	for _, u := range f.Helper.URIs {
		p.uris = append(p.uris, u.URI)
	}
	return p
}

// relations finds products that are made of others.
type relations struct {
	known map[string]product
	open  map[string]*relationship
}

// find makes a product with another one in it, or on it: it goes by the names of both,
// and by the version of what is in or on the other.
func (r *relations) find(id string, depth int) (product, error) {
	if p, ok := r.known[id]; ok {
		return p, nil
	}
	x, ok := r.open[id]
	if !ok || depth > maxRelations {
		return product{}, fmt.Errorf("product %q stands on one that is not there, or on more than %d others", id, maxRelations)
	}
	p := x.Full.product(path{})
	for _, ref := range []string{x.Reference, x.RelatesTo} {
		of, err := r.find(ref, depth+1)
		if err != nil {
			return p, err
		}
		p.names, p.models, p.uris = append(p.names, of.names...), append(p.models, of.models...), append(p.uris, of.uris...)
		p.vendor = cmp.Or(of.vendor, p.vendor)
		if !p.stated && of.stated {
			p.versions, p.stated = of.versions, true
		}
	}
	r.known[id] = p
	return p, nil
}
