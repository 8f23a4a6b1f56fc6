package inject

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"switchroom/lab/remote"
	"switchroom/wire/modbus"
)

// Kind is one row of the table of faults. Exactly one of wire, gate, view and the
// process layer says how it is made.
type Kind struct {
	remote.Kind
	params []Param

	wire  func(*order) (modbus.Interceptor, func(), error) // in the way of requests; the function ends it, nil: nothing to end
	gate  func(*order, Gate) (func(), error)               // what befalls connections
	view  func(*order, *Line) (overlay, error)             // what the registers show instead
	needs func(*order) float64                             // s that it must last; nil: any time
	any   bool                                             // takes points as parameters beside its own
	slot  string                                           // what of a breaker it sets, of which there is one: the newest of a slot is in force; empty: its own
}

// Param is a parameter of a kind with its range.
type Param struct {
	Name     string
	Help     string
	Unit     string
	Default  float64
	Min, Max float64
	Words    []string // the values of one that is no number; the first is the default
}

// Kinds returns the faults that can be injected, sorted by name.
func Kinds() []Kind { return table }

// KindOf returns the fault of a name, or an error that names the nearest.
func KindOf(name string) (*Kind, error) {
	i, ok := slices.BinarySearchFunc(table, name, func(k Kind, n string) int { return cmp.Compare(k.Name, n) })
	if ok {
		return &table[i], nil
	}
	var all []string
	for i := range table {
		all = append(all, table[i].Name)
	}
	return nil, fmt.Errorf("no fault is named %q; there are %s", name, strings.Join(all, ", "))
}

// table is made once of the three parts, so that each stands where it is played.
var table = sorted(communication, device, process)

func sorted(parts ...[]Kind) (all []Kind) {
	for _, p := range parts {
		all = append(all, p...)
	}
	slices.SortFunc(all, func(a, b Kind) int { return cmp.Compare(a.Name, b.Name) })
	for i := range all {
		all[i].Params = told(all[i].params)
	}
	return all
}

// told are the parameters as a person reads them.
func told(ps []Param) []remote.Param {
	out := []remote.Param{}
	for _, p := range ps {
		t := remote.Param{Name: p.Name, Help: p.Help}
		switch {
		case len(p.Words) > 0:
			t.Default = p.Words[0]
			t.Help += ": " + strings.Join(p.Words, ", ")
		case p.Max > 0:
			t.Default = fmt.Sprintf("%g", p.Default)
			t.Help += fmt.Sprintf(", %g to %g %s", p.Min, p.Max, p.Unit)
		default:
			t.Required = true
		}
		t.Help = strings.TrimSpace(t.Help)
		out = append(out, t)
	}
	return out
}
