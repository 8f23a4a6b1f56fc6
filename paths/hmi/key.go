package hmi

import (
	"fmt"
	"slices"
	"strings"

	"switchroom/points"
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

// KeyRow is what is known of a key.
type KeyRow struct {
	Name, Title string // as commands take it; as it is called
	Does        string
	Source      string
	Certainty   points.Certainty
}

var keys = [numKeys]KeyRow{
	Home:      {"home", "Home", "goes to the top of the menus", "UG front", points.Confirmed},
	Esc:       {"esc", "ESC", "goes back, and forgets what is being changed", "UG front", points.Confirmed},
	Context1:  {"ctx1", "left context key", "what the display says above it: up, +, the page before", "UG front; what they do is OURS", points.Inferred},
	Context2:  {"ctx2", "middle context key", "the same: down, -, the next page", "UG front; what they do is OURS", points.Inferred},
	Context3:  {"ctx3", "right context key", "the same: into the line, OK, Apply", "UG front; what they do is OURS", points.Inferred},
	Test:      {"test", "Test", "trips 6.0 X and 7.0 X through ground fault or earth leakage", "UG front", points.Confirmed},
	TestReset: {"reset", "Test/Reset", "held for three seconds it resets what is latched", "HW", points.Confirmed},
	Bluetooth: {"bluetooth", "Bluetooth", "asks for the radio", "UG front", points.Confirmed},
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
		return keys[k].Name
	}
	return fmt.Sprintf("key(%d)", uint8(k))
}

// Row is what is known of the key; of one that is none, nothing.
func (k Key) Row() KeyRow { return keys[k%numKeys] }

// ParseKey is the inverse of String.
func ParseKey(name string) (Key, error) {
	i := slices.IndexFunc(keys[:], func(r KeyRow) bool { return r.Name != "" && strings.EqualFold(r.Name, name) })
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
