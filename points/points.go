// Package points is the vocabulary of a switchroom: every quantity, setting,
// status and operation of an intelligent modular unit (IMU), each with its
// dotted name, type, unit, range, the class of what writing it would do, the
// document it comes from and how certain that is.
//
// It is one sorted table ([All]) and the few types its columns need. What
// everybody else knows about a point they look up here: the register map says
// where a point stands on the wire, the access policy says who may touch its
// class, the control unit computes it. None of them repeats a range or a unit.
//
// The package holds facts and no state. It refuses to guess: a range that no
// document gives is absent, or is marked as ours.
//
// Documents cited in the Source columns:
//
//	UG     DOCA0102EN, control unit user guide (editions -00, -07, -12)
//	HW     DOCA0101EN-09 and DOCA0100EN, circuit breaker user guides
//	CAT    0614CT1701, catalogue
//	CYB    DOCA0122EN-01 (06/2017), cybersecurity guide; later editions -10, -11
//	MB     DOCA0105EN-09, Modbus communication guide (T… is the topic number)
//	MB-ES  DOCA0105ES-10, the same in Spanish, as quoted in public notes
//	PACT   DOCA0384EN-01, Modbus guide of the PacT series
//	NSX    DOCA0091EN-08, Modbus guide of a sibling family
//	NSP    sibling catalogue, page A-15: protection table of the predecessor
//	NTNW   48049-136-05 and 0613CT0001, the predecessor
//	ACT    DOCA0265EN and DOCA0285, sibling control unit of the same breaker
//	MVS    DOCA0193EN-00, Modbus guide of a sibling family with the same IO module
//	IB     0611IB1302-09, Modbus guide of a sibling family with the same IO module
//	EVCC   the device template of the evcc project, tested on a sibling
//	OURS   decided here, for want of a document
package points

import (
	"fmt"
	"slices"
	"strings"
)

// ID names a point inside a running program. The zero ID is no point. IDs are
// positions in a table and may change between versions: store names instead.
type ID uint16

// Type is what a point's value is made of.
type Type uint8

const (
	_       Type = iota
	Bool         // 0 or 1
	Enum         // index into Info.Enum, from Info.Base on
	Integer      // a whole number
	Float        // a real number
	Text         // characters
	Instant      // a date and time
	Secret       // characters that are never read back
	Action       // something to do; it has no value of its own
)

var typeNames = [...]string{"", "bool", "enum", "integer", "float", "text", "instant", "secret", "action"}

func (t Type) String() string { return name(typeNames[:], int(t)) }

// Class is what writing a point, or doing an action, does to the breaker. The
// access policy is a table of paths against classes. Reading is always Monitor.
type Class uint8

const (
	_           Class = iota
	Monitor           // reading; changes nothing
	Protect           // protection settings: when it trips
	Configure         // other settings
	Operate           // open, close, reset, inhibit closing; outputs of an IO module
	Select            // choose which settings group acts
	Counters          // reset minima, maxima, energies and operation counters
	Clock             // set the date and time
	Acknowledge       // acknowledge events, reset latched indications
	Lock              // lock or unlock the change of protection settings (B7)
	Remote            // enable or disable remote control (B6)
	Network           // communication set-up of an interface
	Password          // change one of the four passwords
	Test              // trip the breaker to prove that it trips
	Update            // firmware and digital modules
	Optional          // settings of ERMS and of the functions that digital modules add
	Engage            // engage or disengage ERMS
	Recover           // what the administrator alone recovers: force the unlock of ERMS
	numClasses
)

var classNames = [...]string{"", "monitor", "protect", "configure", "operate", "select", "counters", "clock", "acknowledge", "lock", "remote", "network", "password", "test", "update", "optional", "engage", "recover"}

func (c Class) String() string { return name(classNames[:], int(c)) }

// Classes returns all classes in the order of their definition.
func Classes() []Class {
	all := make([]Class, 0, numClasses-1)
	for c := Monitor; c < numClasses; c++ {
		all = append(all, c)
	}
	return all
}

// Certainty is how well a fact about the real device is known. The zero
// Certainty is a defect: no row may have it.
type Certainty uint8

const (
	_         Certainty = iota
	Confirmed           // read in the device's own document
	Sibling             // read in a document of the same family; very likely the same
	Reported            // third-party code or notes say so
	Inferred            // derived from other facts
	Ours                // decided here, or remembered without a document
)

var certaintyNames = [...]string{"", "confirmed", "sibling", "reported", "inferred", "ours"}

func (c Certainty) String() string { return name(certaintyNames[:], int(c)) }

// Certainties returns all certainties, the best first.
func Certainties() []Certainty {
	return []Certainty{Confirmed, Sibling, Reported, Inferred, Ours}
}

// ParseCertainty is the inverse of Certainty.String.
func ParseCertainty(s string) (Certainty, error) {
	i := slices.Index(certaintyNames[:], s)
	if i < 1 {
		return 0, fmt.Errorf("certainty %q is none of %s", s, strings.Join(certaintyNames[1:], ", "))
	}
	return Certainty(i), nil
}

// MarshalText and UnmarshalText make a certainty its name in JSON and YAML.
func (c Certainty) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (c *Certainty) UnmarshalText(b []byte) (err error) {
	*c, err = ParseCertainty(string(b))
	return err
}

// Info is one row of the vocabulary.
type Info struct {
	ID        ID
	Name      string    // dotted, lower case: current.l1
	Title     string    // in the field's words, with IEC symbol or ANSI number
	Type      Type      //
	Unit      string    // SI symbol; empty for numbers without unit
	Enum      []string  // names of the values of an Enum, from Base on
	Base      int       // value of Enum[0]
	Limits    []Limit   // allowed values of a setting; the first that applies holds
	Class     Class     // what writing or doing it does; Monitor where nobody can write it
	Source    string    // document and table
	Certainty Certainty //
}

// Writable reports whether anybody may be allowed to write or do the point.
func (i *Info) Writable() bool { return i.Class > Monitor }

// Value names of an Enum; an index outside the names prints as its number.
func (i *Info) valueName(v float64) string {
	if n := int(v) - i.Base; n >= 0 && n < len(i.Enum) {
		return i.Enum[n]
	}
	return fmt.Sprintf("%g", v)
}

// All returns the vocabulary, sorted by name. The rows are shared: do not
// change them.
func All() []Info { return table }

// Of returns the row of id, or the empty row for an ID that is none.
func Of(id ID) *Info {
	if id == 0 || int(id) > len(table) {
		return &Info{}
	}
	return &table[id-1]
}

func (id ID) String() string {
	if n := Of(id).Name; n != "" {
		return n
	}
	return fmt.Sprintf("point(%d)", uint16(id))
}

// Lookup returns the point with the dotted name, or an error that lists names
// nearby.
func Lookup(name string) (ID, error) {
	i, ok := slices.BinarySearchFunc(table, name, func(r Info, n string) int { return strings.Compare(r.Name, n) })
	if ok {
		return table[i].ID, nil
	}
	if near := nearby(name); len(near) > 0 {
		return 0, fmt.Errorf("no point is named %q; near it: %s", name, strings.Join(near, ", "))
	}
	return 0, fmt.Errorf("no point is named %q; `switchroom points` lists them all", name)
}

// nearby returns up to five names that share the last part of name or contain
// it.
func nearby(name string) []string {
	last := name[strings.LastIndex(name, ".")+1:]
	var near []string
	for i := range table {
		n := table[i].Name
		if last != "" && (strings.HasSuffix(n, "."+last) || strings.Contains(n, name)) {
			near = append(near, n)
		}
	}
	return near[:min(len(near), 5)]
}

func name(names []string, i int) string {
	if i > 0 && i < len(names) {
		return names[i]
	}
	return fmt.Sprintf("unknown(%d)", i)
}
