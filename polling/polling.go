// Package polling is what another program needs to poll breakers: which
// registers, in which requests, laid out how, of which devices — made from the
// same table as everything else ([regmap.Map]) and written as the configuration
// of the tools that people already have ([Formats]).
//
// The certainty of each row goes along as a comment wherever a format admits
// one. What a tool cannot express stands as a comment too, and in
// docs/tools.md: nothing is left out silently.
//
// The package opens no file and no socket, and puts no password anywhere: it
// describes reading, never a command.
package polling

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"

	"switchroom/points"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// Device is one breaker as a poller reaches it.
type Device struct {
	Name string
	Host string // name or address, without brackets
	Port uint16
	Unit byte // Modbus unit id
}

// Template is the device of a configuration that was asked for without one. Its
// address is for documentation (RFC 5737) and reaches nobody.
var Template = Device{Name: "Q1", Host: "192.0.2.1", Port: 502, Unit: 255}

// hostName is what the name of a host is made of.
var hostName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// isHost reports whether s is a name or an address.
func isHost(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Zone() == "" || hostName.MatchString(s)
}

// checked returns devices with names of one line that can be seen, and every
// reason why one of them cannot be polled. Two of one name cannot: a tool would
// mix their values.
func checked(devices []Device) ([]Device, error) {
	out, seen := make([]Device, 0, len(devices)), map[string]bool{}
	var bad []error
	for _, d := range devices {
		d.Name = line(d.Name)
		switch {
		case d.Name == "":
			bad = append(bad, fmt.Errorf("device at %s: it has no name that can be seen; give it one", d.socket()))
		case seen[d.Name]:
			bad = append(bad, fmt.Errorf("device %q is there twice; give each a name of its own", d.Name))
		case !isHost(d.Host):
			bad = append(bad, fmt.Errorf("device %q: host %q is neither a name nor an address", d.Name, d.Host))
		}
		seen[d.Name] = true
		out = append(out, d)
	}
	return out, errors.Join(bad...)
}

// Item is one point to poll.
type Item struct {
	ID      points.ID
	Row     *regmap.Row
	Bit     int         // in a bit field; -1: the point is the row
	Quality *regmap.Row // whose bit Bit says that the point is valid; nil: none
}

// Info returns the item's row of the vocabulary.
func (it *Item) Info() *points.Info { return points.Of(it.ID) }

// layout is how the point lies in its registers: a word of bits that is a point
// itself is a number.
func (it *Item) layout() regmap.Kind {
	if k := it.Row.Kind; it.Bit >= 0 || k != regmap.Bits && k != regmap.Quality {
		return k
	}
	return regmap.U16
}

// Factor is what the integer in the registers is multiplied by to give the value
// in the unit of the point.
func (it *Item) Factor() float64 {
	if it.Row.Scale == 0 {
		return 1
	}
	return 1 / it.Row.Scale
}

// Span is registers to read in one request: within one mapped block, and no more
// than a request may ask for.
type Span struct {
	First regmap.Register
	Count uint16
	Block string
	Words []*regmap.Row // the rows to read, by register: of items and of quality
	Items []*Item       // by register, then bit
}

// Last returns the last register of s.
func (s *Span) Last() regmap.Register { return s.First + regmap.Register(s.Count) - 1 }

// Plan is what is polled, of whom.
type Plan struct {
	Devices []Device
	Items   []Item
	Spans   []Span
}

// NewPlan plans how to poll points of devices; without devices, of [Template]. A
// point that stands in no register of m, or in one that no mapped block holds,
// is an error, and so is a device that [checked] refuses.
func NewPlan(m *regmap.Map, ids []points.ID, devices []Device) (*Plan, error) {
	if len(devices) == 0 {
		devices = []Device{Template}
	}
	devices, err := checked(devices)
	if err != nil {
		return nil, err
	}
	p := &Plan{Devices: devices}
	for _, id := range ids {
		place, ok := m.Find(id)
		if !ok {
			return nil, fmt.Errorf("%v: stands in no register", id)
		}
		it := Item{ID: id, Row: place.Row, Bit: place.Bit}
		if q, ok := m.QualityOf(place.Row.Register); ok && place.Bit >= 0 {
			it.Quality = q
		}
		p.Items = append(p.Items, it)
	}
	slices.SortFunc(p.Items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(a.Row.Register, b.Row.Register), cmp.Compare(a.Bit, b.Bit), cmp.Compare(a.ID, b.ID))
	})
	p.Items = slices.CompactFunc(p.Items, func(a, b Item) bool { return a.ID == b.ID })
	return p, p.span(m)
}

// gapMax is how many registers nobody asked for a request may span, as in
// package client: reading them costs less than one more request. Ours.
const gapMax = 40

// span joins the words of the items into requests.
func (p *Plan) span(m *regmap.Map) error {
	for _, w := range p.words() {
		block, ok := m.BlockOf(w.Register)
		if !ok || w.Last() > block.Last {
			return fmt.Errorf("register %d: no mapped block holds it", w.Register)
		}
		if n := len(p.Spans); n > 0 && p.Spans[n-1].takes(w, block) {
			p.Spans[n-1].add(w)
			continue
		}
		p.Spans = append(p.Spans, Span{First: w.Register, Count: w.Count, Block: block.Name, Words: []*regmap.Row{w}})
	}
	for i := range p.Items {
		it := &p.Items[i]
		j, _ := slices.BinarySearchFunc(p.Spans, it.Row.Register, func(s Span, r regmap.Register) int { return cmp.Compare(s.Last(), r) })
		p.Spans[j].Items = append(p.Spans[j].Items, it)
	}
	return nil
}

// words returns the rows to read, by register, each once.
func (p *Plan) words() []*regmap.Row {
	var rows []*regmap.Row
	for i := range p.Items {
		rows = append(rows, p.Items[i].Row)
		if q := p.Items[i].Quality; q != nil {
			rows = append(rows, q)
		}
	}
	slices.SortFunc(rows, func(a, b *regmap.Row) int { return cmp.Compare(a.Register, b.Register) })
	return slices.CompactFunc(rows, func(a, b *regmap.Row) bool { return a.Register == b.Register })
}

// takes reports whether one request may read w besides s.
func (s *Span) takes(w *regmap.Row, b regmap.Block) bool {
	return s.First >= b.First && int(w.Register) <= int(s.Last())+1+gapMax && int(w.Last())-int(s.First) < modbus.MaxRead
}

func (s *Span) add(w *regmap.Row) {
	s.Words = append(s.Words, w)
	s.Count = uint16(w.Last()-s.First) + 1
}

// hosts groups the devices by the socket that they are behind, in order of
// first appearance: several units behind one gateway share its connection.
func (p *Plan) hosts() [][]Device {
	var out [][]Device
	at := map[string]int{}
	for _, d := range p.Devices {
		i, ok := at[d.socket()]
		if !ok {
			i = len(out)
			at[d.socket()] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], d)
	}
	return out
}
