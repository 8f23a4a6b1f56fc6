package schedule

import (
	"fmt"
	"strings"
)

// Topology says how the network reaches the breakers of a list.
type Topology string

// Topologies.
const (
	Listed   Topology = "listed"       // as addresses, interfaces and unit ids say
	Each     Topology = "each"         // every breaker has an address of its own
	OneGate  Topology = "gateway"      // all are behind one gateway
	OnePanel Topology = "panel-server" // all are behind one panel server
)

// Options are how a list is taken.
type Options struct {
	Topology Topology // "": Listed
	LAN      bool     // addresses are used as they stand; else they are mapped to loopback
	Port     uint16   // Modbus TCP port where the list has none
	Site     string   // name of the site; "": by the file's
}

// usualPort is that of a site file without one.
const usualPort = 5020

// Plan is a site made of a list.
type Plan struct {
	Notes []string // what was repaired or passed over, and what was taken for granted
	YAML  []byte   // the site file
	Count int      // of breakers
	LAN   []string // address:port beyond loopback at which something listens
}

// Import makes a site of a list. name stands in the errors, which come all at once
// as [Problems].
func Import(name string, data []byte, o Options) (*Plan, error) {
	if o.Port == 0 {
		o.Port = usualPort
	}
	r := &reader{file: name}
	entries := r.entries(data)
	l := &list{reader: r, options: o, byName: map[string]*entry{}}
	l.ports(entries)
	l.sort(entries)
	if len(l.breakers) == 0 && len(r.problems) == 0 {
		r.problem(0, "", "no breaker: below the header, every row is one")
	}
	l.reach()
	l.feed()
	if err := r.close(); err != nil {
		return nil, err
	}
	l.nameSources()
	l.toHere()
	return &Plan{Notes: r.notes, YAML: l.yaml(), Count: len(l.breakers), LAN: l.beyond()}, nil
}

// entries reads the rows of a file.
func (r *reader) entries(data []byte) (all []*entry) {
	text, ok := r.decode(data)
	if !ok {
		return nil
	}
	rows := r.rows(text)
	if len(rows) == 0 {
		if len(r.problems) == 0 {
			r.problem(0, "", "is empty; examples/breakers.csv shows a list")
		}
		return nil
	}
	place, rows, ok := r.heads(rows)
	if !ok {
		return nil
	}
	for _, w := range rows {
		all = append(all, r.entry(w, place))
	}
	return all
}

// list is what the rows say, taken together.
type list struct {
	*reader
	options  Options
	breakers []*entry
	gates    []*entry          // gateways and panel servers, of rows and of ours
	byName   map[string]*entry // of both, in small letters
	sources  []*source
	mapped   []string // listed address and where the site has it
}

// sort parts breakers and gateways, and refuses names that two have.
func (l *list) sort(entries []*entry) {
	for _, e := range entries {
		key := strings.ToLower(e.name)
		if other := l.byName[key]; other != nil && e.name != "" {
			l.problem(e.row, "name", "%q is the name in row %d too; each breaker has one of its own", clip(e.name), other.row)
		} else {
			l.byName[key] = e
		}
		if e.gateway() {
			l.gates = append(l.gates, e)
		} else {
			l.breakers = append(l.breakers, e)
		}
	}
}

// named finds a breaker or a gateway by name; small and capital letters do not
// matter.
func (l *list) named(name string) *entry {
	if name == "" {
		return nil
	}
	return l.byName[strings.ToLower(name)]
}

// add puts a gateway of ours to those of the list.
func (l *list) add(g *entry) {
	l.gates, l.byName[strings.ToLower(g.name)] = append(l.gates, g), g
}

// free makes a name that nobody has.
func (l *list) free(stem string) string {
	for n := 1; ; n++ {
		if name := fmt.Sprintf("%s%d", stem, n); l.named(name) == nil {
			return name
		}
	}
}
