package inject

import (
	"encoding/binary"
	"fmt"

	"switchroom/lab/remote"
	"switchroom/points"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// device are the faults of what the unit tells.
var device = []Kind{
	{Kind: remote.Kind{Name: "not-available", Layer: remote.Device, Title: "points read as not available: all of them, or those that are given", Proves: "it shows no number where there is none", Undo: "they read as the unit has them"}, any: true, view: notAvailable},
	{Kind: remote.Kind{Name: "quality-off", Layer: remote.Device, Title: "the quality words of all status words read 0: no bit is valid", Proves: "it heeds the quality of a status before it shows it", Undo: "they read as the unit has them"}, view: qualityOff},
	{Kind: remote.Kind{Name: "stale", Layer: remote.Device, Title: "registers stand still, as they are when it begins; commands go on", Proves: "it notices that a value stands still that never does, as the unit's clock", Undo: "they read as the unit has them"}, view: stale},
	{Kind: remote.Kind{Name: "substitute", Layer: remote.Device, Title: "points read as the values that are given, wherever they stand; the unit itself is as it was", Proves: "each point is taken from its register, decoded, scaled and named rightly", Undo: "they read as the unit has them"}, any: true, view: substitute},
	{Kind: remote.Kind{Name: "word-swap", Layer: remote.Device, Title: "values of several registers read with their words in reverse order", Proves: "whoever checks the values sees it: a control sample for the other tests", Undo: "they read as the unit has them"}, wire: wordSwap},
}

// overlay is what registers show in place of what they hold, by protocol address.
type overlay map[uint16]cover

// cover takes the place of the bits of a register that mask has.
type cover struct{ mask, value uint16 }

// put lays the bytes of a row over its registers.
func (o overlay) put(r *regmap.Row, d []byte) {
	for i := range r.Count {
		o[r.Register.Address()+i] = cover{0xFFFF, binary.BigEndian.Uint16(d[2*i:])}
	}
}

// bit lays one bit over a register.
func (o overlay) bit(r regmap.Register, n uint8, set bool) {
	c := o[r.Address()]
	c.mask |= 1 << n
	c.value &^= 1 << n
	if set {
		c.value |= 1 << n
	}
	o[r.Address()] = c
}

// interceptor rewrites what is read under the overlay.
func (o overlay) interceptor(hit func()) modbus.Interceptor {
	return func(q *modbus.Query, out []byte, next modbus.Handler) []byte {
		where := wordsOf(q.PDU)
		if where == nil {
			return next.Serve(q, out)
		}
		return change(q, out, next, func(p *modbus.Pending, pdu []byte) {
			changed := false
			each(pdu, where, func(addr uint16, w []byte) {
				if c, ok := o[addr]; ok {
					binary.BigEndian.PutUint16(w, binary.BigEndian.Uint16(w)&^c.mask|c.value&c.mask)
					changed = true
				}
			})
			if changed {
				hit()
			}
			p.Answer(pdu)
		})
	}
}

// place is where the words of a reply come from.
type place struct {
	at   int                // of the first word in the reply PDU
	n    int                // words
	addr func(i int) uint16 // protocol address of word i
}

// wordsOf says which registers the reply to a request will hold; nil: none.
func wordsOf(pdu []byte) *place {
	if len(pdu) == 0 {
		return nil
	}
	switch pdu[0] {
	case modbus.FuncReadHolding, modbus.FuncReadInput:
		if r, e := modbus.ParseReadRequest(pdu); e == modbus.NoException {
			return &place{2, int(r.Count), func(i int) uint16 { return r.Address + uint16(i) }}
		}
	case modbus.FuncReadWrite:
		if r, e := modbus.ParseReadWriteRequest(pdu); e == modbus.NoException {
			return &place{2, int(r.ReadCount), func(i int) uint16 { return r.ReadAddress + uint16(i) }}
		}
	case modbus.FuncScattered:
		if r, e := modbus.ParseScatteredRequest(pdu); e == modbus.NoException {
			// The request is the server's buffer, which lives until Serve returns.
			addrs := make([]uint16, r.Len())
			for i := range addrs {
				addrs[i] = r.At(i)
			}
			return &place{4, len(addrs), func(i int) uint16 { return addrs[i] }}
		}
	}
	return nil
}

// each calls f for every word of a reply; an exception has none.
func each(pdu []byte, p *place, f func(addr uint16, w []byte)) {
	if len(pdu) != p.at+2*p.n {
		return
	}
	for i := range p.n {
		f(p.addr(i), pdu[p.at+2*i:p.at+2*i+2])
	}
}

// substitute lays the given values over every register and bit where their points
// stand.
func substitute(o *order, l *Line) (overlay, error) {
	if len(o.with) == 0 {
		return nil, fmt.Errorf("substitute: give points and values, as in current.l1=123")
	}
	v := overlay{}
	for _, name := range keys(o.with) {
		id, err := points.Lookup(name)
		if err != nil {
			return nil, err
		}
		value, err := points.Of(id).Parse(o.with[name])
		if err != nil {
			return nil, err
		}
		if v.cover(l.rows, id, value) == 0 {
			return nil, fmt.Errorf("%s stands in no register, so nobody could see it", name)
		}
	}
	return v, nil
}

// cover lays a value, or that it is not available, over every place of a point, and
// returns how many there are.
func (o overlay) cover(m *regmap.Map, id points.ID, value points.Value) (places int) {
	rows := m.Rows()
	for i := range rows {
		r := &rows[i]
		if r.Point == id && r.Point != 0 {
			d := make([]byte, 2*r.Count)
			r.Put(d, value)
			o.put(r, d)
			places++
		}
		for _, b := range r.Bits {
			if b.Point != id {
				continue
			}
			o.bit(r.Register, b.N, value.Bool())
			if q, ok := m.QualityOf(r.Register); ok {
				o.bit(q.Register, b.N, value.Available())
			}
			places++
		}
	}
	return places
}

// notAvailable covers the given points, or all that there are.
func notAvailable(o *order, l *Line) (overlay, error) {
	v := overlay{}
	for _, name := range keys(o.with) {
		id, err := points.Lookup(name)
		if err != nil {
			return nil, err
		}
		if v.cover(l.rows, id, points.Value{}) == 0 {
			return nil, fmt.Errorf("%s stands in no register, so nobody could miss it", name)
		}
	}
	if len(o.with) > 0 {
		return v, nil
	}
	for _, p := range points.All() {
		v.cover(l.rows, p.ID, points.Value{})
	}
	return v, nil
}

func qualityOff(o *order, l *Line) (overlay, error) {
	v := overlay{}
	for _, r := range l.rows.Rows() {
		if r.Kind == regmap.Quality {
			v[r.Register.Address()] = cover{0xFFFF, 0}
		}
	}
	return v, nil
}
