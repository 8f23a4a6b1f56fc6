package hmi

import (
	"fmt"
	"slices"
	"strings"
)

// Key is a button on the front of the control unit. The zero Key is none.
type Key uint8

// The keys. What a context key does the display says above it.
const (
	_         Key = iota
	Home          // to the top of the menus
	Esc           // back
	Context1      // under the left label of the display
	Context2      // under the middle one
	Context3      // under the right one
	Test          // ground-fault or earth-leakage test, 6.0 X and 7.0 X
	TestReset     // held for three seconds it resets what is latched
	Bluetooth     // asks for the radio
	numKeys
)

// keyRow is what is known of a key.
type keyRow struct {
	name, title string
}

var keys = [numKeys]keyRow{
	Home:      {"home", "Home"},
	Esc:       {"esc", "ESC"},
	Context1:  {"ctx1", "left context key"},
	Context2:  {"ctx2", "middle context key"},
	Context3:  {"ctx3", "right context key"},
	Test:      {"test", "Test"},
	TestReset: {"reset", "Test/Reset"},
	Bluetooth: {"bluetooth", "Bluetooth"},
}

// Keys returns all keys.
func Keys() (all []Key) {
	for k := Home; k < numKeys; k++ {
		all = append(all, k)
	}
	return all
}

// String returns the name of the key as commands and the API take it: home, ctx1.
func (k Key) String() string {
	if k > 0 && k < numKeys {
		return keys[k].name
	}
	return fmt.Sprintf("key(%d)", uint8(k))
}

// Title is what the key is called.
func (k Key) Title() string {
	if k > 0 && k < numKeys {
		return keys[k].title
	}
	return k.String()
}

// ParseKey is the inverse of String.
func ParseKey(name string) (Key, error) {
	i := slices.IndexFunc(keys[:], func(r keyRow) bool { return r.name != "" && strings.EqualFold(r.name, name) })
	if i < 0 {
		return 0, fmt.Errorf("key %q is none of %v", name, Keys())
	}
	return Key(i), nil
}

// MarshalText and UnmarshalText make a key its name in JSON.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (k *Key) UnmarshalText(b []byte) (err error) {
	*k, err = ParseKey(string(b))
	return err
}
