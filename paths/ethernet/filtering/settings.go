// Package filtering is the settings of Modbus TCP/IP filtering of an interface:
// which addresses may do what, as the page of both generations of the firmware has
// it (interfaces facts §1.3). It decides what an address may do and which functions
// level Read admits; paths/ethernet holds requests against it, and the web pages
// edit it.
package filtering

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Level is what an address may do over Modbus TCP (interfaces facts §1.3). The
// zero value is nothing.
type Level uint8

// The levels of the filtering page.
const (
	NoAccess  Level = iota // "none": its connection is closed
	ReadOnly               // "read": the functions of Readable, no other
	ReadWrite              // "read-write": everything; passwords are still asked for
)

var levelNames = [...]string{"none", "read", "read-write"}

func (l Level) String() string {
	if int(l) < len(levelNames) {
		return levelNames[l]
	}
	return fmt.Sprintf("level(%d)", uint8(l))
}

// Levels are all of them, least first.
func Levels() []Level { return []Level{NoAccess, ReadOnly, ReadWrite} }

// MarshalText writes the name.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads a name. Anything else is an error, and never a level.
func (l *Level) UnmarshalText(b []byte) error {
	i := slices.Index(levelNames[:], string(b))
	if i < 0 {
		return fmt.Errorf("level %q is none of %s", b, strings.Join(levelNames[:], ", "))
	}
	*l = Level(i)
	return nil
}

// Generation is which page of filtering the interface has.
type Generation uint8

// The two generations (IFE guide; EIFE guide -14).
const (
	ByAddress Generation = iota // firmware to 003.010.005: ten addresses, and everybody else
	ByRange                     // firmware from 004.001.000: ranges, and exceptions from them
)

var generationNames = [...]string{"addresses", "ranges"}

func (g Generation) String() string {
	if int(g) < len(generationNames) {
		return generationNames[g]
	}
	return fmt.Sprintf("generation(%d)", uint8(g))
}

// MarshalText writes the name.
func (g Generation) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// UnmarshalText reads a name.
func (g *Generation) UnmarshalText(b []byte) error {
	i := slices.Index(generationNames[:], string(b))
	if i < 0 {
		return fmt.Errorf("generation %q is none of %s", b, strings.Join(generationNames[:], ", "))
	}
	*g = Generation(i)
	return nil
}

// Entry gives some addresses a level.
type Entry struct {
	From  Range `json:"from"`
	Level Level `json:"level"`
}

// Settings says which addresses may do what over Modbus TCP: what the page
// "Modbus TCP/IP filtering" edits. The zero value filters nothing, as the
// interface comes from the factory. The lists that do not belong to the
// generation are empty.
type Settings struct {
	On         bool       `json:"on"`
	Generation Generation `json:"generation"`
	Addresses  []Entry    `json:"addresses,omitempty"`  // ByAddress: up to ten single addresses
	Anonymous  bool       `json:"anonymous,omitempty"`  // ByAddress: all others may read
	Global     []Entry    `json:"global,omitempty"`     // ByRange: up to ten
	Exceptions []Entry    `json:"exceptions,omitempty"` // ByRange: up to ten, looked at before Global

	// Connections is how many may be open: 8 or 16, or 0 for what the site says.
	// It acts when the interface starts the next time.
	Connections int `json:"connections,omitempty"`
}

// Verdict is what an address may do, and which line of the page says so.
type Verdict struct {
	Level Level
	Rule  string
}

// Of is what an address may do. Of two entries the exception counts before the
// global one: that, and what happens to an address in no list, is our reading of
// the later page.
func (f *Settings) Of(a netip.Addr) Verdict {
	switch {
	case !f.On:
		return Verdict{ReadWrite, "filtering is off"}
	case !a.IsValid():
		return Verdict{NoAccess, "no address"}
	case f.Generation == ByAddress:
		return f.byAddress(a)
	case f.Generation == ByRange:
		return f.byRange(a)
	}
	return Verdict{NoAccess, "filtering of an unknown kind"}
}

func (f *Settings) byAddress(a netip.Addr) Verdict {
	if v, ok := among("address", f.Addresses, a); ok {
		return v
	}
	if f.Anonymous {
		return Verdict{ReadOnly, "anonymous addresses may read"}
	}
	return Verdict{NoAccess, "not among the addresses"}
}

func (f *Settings) byRange(a netip.Addr) Verdict {
	if v, ok := among("exception", f.Exceptions, a); ok {
		return v
	}
	if v, ok := among("global access", f.Global, a); ok {
		return v
	}
	return Verdict{NoAccess, "in no list"}
}

func among(list string, entries []Entry, a netip.Addr) (Verdict, bool) {
	for i, e := range entries {
		if e.From.Contains(a) {
			return Verdict{e.Level, fmt.Sprintf("%s %d: %s %s", list, i+1, e.From, e.Level)}, true
		}
	}
	return Verdict{}, false
}

// everywhere is every address there is, in two ranges.
var everywhere = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}

// Crossed are the settings for the pages with ranges, when the firmware has crossed:
// each address is an exception, and where all others could read, global ranges let
// them. Nobody gets more than before. That they are carried over is ours: the
// release note says nothing of them.
func (f Settings) Crossed() Settings {
	if f.Generation == ByRange {
		return f
	}
	c := Settings{On: f.On, Generation: ByRange, Exceptions: f.Addresses, Connections: f.Connections}
	if f.Anonymous {
		for _, p := range everywhere {
			c.Global = append(c.Global, Entry{ofPrefix(p), ReadOnly})
		}
	}
	return c
}
