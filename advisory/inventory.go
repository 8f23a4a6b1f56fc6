package advisory

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// inventoryMost bounds an inventory, bytes and items.
const (
	inventoryMost = 16 << 20
	itemsMost     = 100_000
)

// ReadInventory reads a list of items, JSON. A field that it does not know it refuses.
func ReadInventory(r io.Reader) ([]Item, error) {
	b, err := io.ReadAll(io.LimitReader(r, inventoryMost+1))
	if err != nil {
		return nil, err
	}
	if len(b) > inventoryMost {
		return nil, fmt.Errorf("an inventory has at most %d bytes", inventoryMost)
	}
	var items []Item
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&items); err != nil {
		return nil, fmt.Errorf("the inventory cannot be read: %w; write [{\"name\":\"Q1\",\"product\":\"EIFE\",\"version\":\"004.001.000\"}]", err)
	}
	if len(items) > itemsMost {
		return nil, fmt.Errorf("an inventory has at most %d items", itemsMost)
	}
	for i, item := range items {
		if item.Name == "" || item.Product == "" {
			return nil, fmt.Errorf("item %d: give its name and its product", i+1)
		}
	}
	return items, nil
}
