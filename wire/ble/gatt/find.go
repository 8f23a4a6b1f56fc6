package gatt

import (
	"encoding/binary"

	"switchroom/wire/ble"
)

// within calls f with the attributes of a range until it returns false. It says what is
// wrong with the range.
func (b *Bearer) within(p ble.ATT, f func(handle uint16, a *attribute) bool) ble.Fault {
	if p.Handle == 0 || p.Handle > p.End {
		return ble.InvalidHandle
	}
	for h := int(p.Handle); h <= min(int(p.End), len(b.table.all)); h++ {
		if !f(uint16(h), &b.table.all[h-1]) {
			break
		}
	}
	return 0
}

// list is an answer of elements of one size.
type list struct {
	size, room int
	data       []byte
}

// add appends an element if it is as long as the others and there is room.
func (l *list) add(element []byte) bool {
	if l.size == 0 {
		l.size = len(element)
	}
	if len(element) != l.size || len(l.data)+l.size > l.room {
		return false
	}
	l.data = append(l.data, element...)
	return true
}

// answer is the list as a packet, or that there is nothing.
func (l *list) answer(op byte, f ble.Fault) (ble.ATT, ble.Fault) {
	if f == 0 && len(l.data) == 0 {
		f = ble.NotFound
	}
	return ble.ATT{Op: op, Size: byte(l.size), Value: l.data}, f
}

func handled(n ...uint16) (out []byte) {
	for _, h := range n {
		out = binary.LittleEndian.AppendUint16(out, h)
	}
	return out
}

func (b *Bearer) readGroup(p ble.ATT) (ble.ATT, ble.Fault) {
	if p.Type != primary {
		return ble.ATT{}, ble.UnsupportedGroup
	}
	l := list{room: b.mtu - 2}
	f := b.within(p, func(h uint16, a *attribute) bool {
		return a.kind != primary || l.add(append(handled(h, a.end), a.value...))
	})
	return l.answer(ble.ATTReadGroupAnswer, f)
}

func (b *Bearer) readType(p ble.ATT) (ble.ATT, ble.Fault) {
	l, refused := list{room: b.mtu - 2}, ble.NoFault
	f := b.within(p, func(h uint16, a *attribute) bool {
		if a.kind != p.Type {
			return true
		}
		v, why := b.value(a)
		if why != 0 {
			if len(l.data) == 0 {
				refused = why
			}
			return false
		}
		return l.add(append(handled(h), v[:min(len(v), b.mtu-4, 253)]...))
	})
	if refused != 0 {
		return ble.ATT{}, refused
	}
	return l.answer(ble.ATTReadTypeAnswer, f)
}

func (b *Bearer) findValue(p ble.ATT) (ble.ATT, ble.Fault) {
	var out []byte
	f := b.within(p, func(h uint16, a *attribute) bool {
		if a.kind == primary && p.Type == primary && string(a.value) == string(p.Value) {
			if len(out)+4 > b.mtu-1 {
				return false
			}
			out = append(out, handled(h, a.end)...)
		}
		return true
	})
	if f == 0 && len(out) == 0 {
		f = ble.NotFound
	}
	return ble.ATT{Op: ble.ATTFindValueAnswer, Value: out}, f
}

// findInfo lists handles and types: short ones, or long ones, as the first is.
func (b *Bearer) findInfo(p ble.ATT) (ble.ATT, ble.Fault) {
	l := list{room: b.mtu - 2}
	f := b.within(p, func(h uint16, a *attribute) bool { return l.add(append(handled(h), a.kind.Bytes()...)) })
	r, f := l.answer(ble.ATTFindInfoAnswer, f)
	r.Size = 1
	if l.size > 4 {
		r.Size = 2
	}
	return r, f
}
