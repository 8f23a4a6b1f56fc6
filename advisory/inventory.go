package advisory

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"switchroom/trust"
)

// Item is a component that somebody owns.
type Item struct {
	Breaker   string `json:"breaker"`             // designation, as =LV1-Q1
	Component string `json:"component,omitempty"` // control_unit, eife, ife, ifm, io; or "" for anything else
	Vendor    string `json:"vendor,omitempty"`    // left out: any
	Product   string `json:"product,omitempty"`   // its name; left out: the usual ones of the component
	Model     string `json:"model,omitempty"`     // commercial reference
	Version   string `json:"version,omitempty"`   // of its firmware; left out: not known
	Branch    string `json:"branch,omitempty"`    // who signs its firmware; left out: that of the component
}

// Bounds of an inventory, ours.
const (
	maxInventory = 8 << 20
	maxItems     = 20000
	maxText      = 200
)

// ReadInventory reads a file of items: {"inventory": [{"breaker": "Q1", "component":
// "ife", "version": "004.001.000"}]}. It says all that is wrong at once, by row.
func ReadInventory(r io.Reader) ([]Item, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxInventory+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxInventory {
		return nil, fmt.Errorf("an inventory has at most %d bytes", maxInventory)
	}
	var file struct {
		Inventory []Item `json:"inventory"`
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return nil, fmt.Errorf("it is no inventory: %w", err)
	}
	if len(file.Inventory) == 0 || len(file.Inventory) > maxItems {
		return nil, fmt.Errorf("the inventory has %d rows: give 1 to %d", len(file.Inventory), maxItems)
	}
	var all []error
	for i := range file.Inventory {
		if err := file.Inventory[i].complete(); err != nil {
			all = append(all, fmt.Errorf("row %d: %w", i+1, err))
		}
	}
	return file.Inventory, errors.Join(all...)
}

// complete checks an item and fills in the branch.
func (i *Item) complete() error {
	branch, known := trust.Components[i.Component]
	switch {
	case i.Breaker == "":
		return errors.New("it has no breaker: give its designation")
	case i.Component == "" && i.Product == "" && i.Model == "":
		return errors.New("it says not what it is: give a component, or a product, or a model")
	case i.Component != "" && !known:
		return fmt.Errorf("component %q is not known: give one of %s, or none and a product", i.Component, strings.Join(slices.Sorted(maps.Keys(trust.Components)), ", "))
	case i.Branch != "" && known && i.Branch != branch:
		return fmt.Errorf("firmware for %s is signed by branch %s, and not by %s", i.Component, branch, i.Branch)
	case max(len(i.Breaker), len(i.Vendor), len(i.Product), len(i.Model), len(i.Version), len(i.Branch)) > maxText:
		return fmt.Errorf("a field has more than %d bytes", maxText)
	case i.Product != "" && len(words(i.Product)) == 0:
		return fmt.Errorf("product %q has no word in it", i.Product)
	}
	if i.Branch == "" {
		i.Branch = branch
	}
	return nil
}

// names are those that are looked for.
func (i *Item) names() []string {
	if i.Product != "" {
		return []string{i.Product}
	}
	return looked[i.Component]
}
