package inject

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"time"

	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// swaps are the kinds of values whose words can be in reverse order: numbers of
// several registers. Texts and dates have an order of their own.
var swaps = []regmap.Kind{regmap.U32, regmap.S32, regmap.U64, regmap.S64, regmap.F32}

// wordSwap has every number of several registers read with its words reversed: the
// register at the other end of it is what a register shows. Where that is not part
// of the same request, the unit is asked for it.
func wordSwap(o *order) (modbus.Interceptor, func(), error) {
	mirror := mirrors(o.line.rows)
	if len(mirror) == 0 {
		return nil, nil, errors.New("word-swap: the register map has no value of several registers")
	}
	return made(func(q *modbus.Query, out []byte, next modbus.Handler) []byte {
		where := wordsOf(q.PDU)
		if where == nil {
			return next.Serve(q, out)
		}
		inner := *q
		return change(q, out, next, func(p *modbus.Pending, pdu []byte) {
			if swap(pdu, where, mirror, func(addr uint16) ([]byte, bool) { return peek(&inner, next, addr) }) {
				o.hit()
			}
			p.Answer(pdu)
		})
	})
}

// mirrors says which register is at the other end of the number that each is part
// of.
func mirrors(m *regmap.Map) map[uint16]uint16 {
	other := map[uint16]uint16{}
	rows := m.Rows()
	for i := range rows {
		r := &rows[i]
		if !slices.Contains(swaps, r.Kind) {
			continue
		}
		first, last := r.Register.Address(), r.Last().Address()
		for a := first; a <= last; a++ {
			other[a] = first + last - a
		}
	}
	return other
}

// swap reverses the words of the values in a reply.
func swap(pdu []byte, where *place, mirror map[uint16]uint16, ask func(uint16) ([]byte, bool)) (changed bool) {
	was := map[uint16][]byte{}
	each(pdu, where, func(addr uint16, w []byte) { was[addr] = bytes.Clone(w) })
	each(pdu, where, func(addr uint16, w []byte) {
		other, ok := mirror[addr]
		if !ok {
			return
		}
		value, has := was[other]
		if !has {
			value, has = ask(other)
		}
		if has {
			copy(w, value)
			changed = true
		}
	})
	return changed
}

// peek reads one register of the unit at once.
func peek(q *modbus.Query, next modbus.Handler, addr uint16) ([]byte, bool) {
	b, ok := read(q, next, addr, 1)
	return b, ok && len(b) == 2
}

// read reads registers of the unit, whose answer must come at once.
func read(q *modbus.Query, next modbus.Handler, addr, count uint16) (words []byte, ok bool) {
	asked := *q
	asked.PDU = modbus.ReadRequest{Function: modbus.FuncReadHolding, Address: addr, Count: count}.Append(nil)
	modbus.Forward(&asked, next, func(how modbus.Ending, b []byte) {
		if how != modbus.Answered {
			return
		}
		if r, err := modbus.ParseReadReply(bytes.Clone(b)); err == nil {
			words, ok = r.Values, true
		}
	})
	return words, ok
}

// stale covers all registers with what they hold now, but for the command interface,
// whose answers must be new.
func stale(o *order, l *Line) (overlay, error) {
	v := overlay{}
	for _, b := range l.rows.Blocks() {
		if b.First <= regmap.CommandEnd && b.Last >= regmap.CommandFirst {
			continue
		}
		for at := int(b.First); at <= int(b.Last); at += modbus.MaxRead {
			n := min(modbus.MaxRead, int(b.Last)-at+1)
			words, ok := read(&modbus.Query{Now: time.Now(), Unit: 255}, l.next, regmap.Register(at).Address(), uint16(n))
			if !ok || len(words) != 2*n {
				continue // what the unit does not have stands still by itself
			}
			for i := range n {
				v[regmap.Register(at+i).Address()] = cover{0xFFFF, binary.BigEndian.Uint16(words[2*i:])}
			}
		}
	}
	return v, nil
}
