package gatt

import (
	"encoding/binary"
	"errors"

	"switchroom/wire/ble"
)

// Bounds of one link, ours.
const (
	MTU        = 247 // that a server offers: a frame of it is one packet of 251 bytes
	queueMax   = 16
	queueBytes = ble.MaxValue
)

// Bearer is one link to a server. It is for one goroutine.
type Bearer struct {
	table  *Table
	level  Need
	mtu    int
	subs   map[*Characteristic]uint16
	queue  []ble.ATT
	queued int
	User   any // of whoever serves: who is at the other end
}

// NewBearer returns a link that is not encrypted yet.
func NewBearer(t *Table, user any) *Bearer {
	return &Bearer{table: t, mtu: ble.DefaultMTU, subs: map[*Characteristic]uint16{}, User: user}
}

// Secure says what the link is from now on.
func (b *Bearer) Secure(n Need) { b.level = n }

// MTU is how long a packet on the link may be.
func (b *Bearer) MTU() int { return b.mtu }

// Subscribed reports whether the other end wants to be told of c.
func (b *Bearer) Subscribed(c *Characteristic) bool { return b.subs[c] != 0 && b.lacks(c) == 0 }

// Notification is a packet that tells the other end of a value, cut to what fits; nil
// if it does not want to know, or may not.
func (b *Bearer) Notification(c *Characteristic, value []byte) []byte {
	if !b.Subscribed(c) {
		return nil
	}
	return ble.ATT{Op: ble.ATTNotify, Handle: c.handle, Value: value[:min(len(value), b.mtu-3)]}.Bytes()
}

// lacks is what the link lacks for a characteristic.
func (b *Bearer) lacks(c *Characteristic) ble.Fault {
	switch {
	case b.level >= c.Need:
		return 0
	case c.Need == Authenticated:
		return ble.NeedsAuthentic
	}
	return ble.NeedsEncryption
}

// Handle answers one packet; nil is no answer.
func (b *Bearer) Handle(pdu []byte) []byte {
	p, err := ble.ParseATT(pdu)
	answers := ble.IsRequest(p.Op) || errors.Is(err, ble.NotSupported) && p.Op&0x40 == 0
	if err == nil && len(pdu) > b.mtu {
		err = ble.InvalidPDU
	}
	if err != nil {
		if !answers {
			return nil
		}
		f := ble.InvalidPDU
		errors.As(err, &f)
		return ble.ATT{Op: p.Op}.Refusal(f).Bytes()
	}
	do := requests[p.Op]
	if do == nil {
		return nil // a response, which nothing here has asked for, or a signed write
	}
	answer, f := do(b, p)
	switch {
	case !answers:
		return nil
	case f != 0:
		return p.Refusal(f).Bytes()
	}
	return answer.Bytes()
}

// requests are what a server is asked.
var requests map[byte]func(*Bearer, ble.ATT) (ble.ATT, ble.Fault)

func init() { // its rows refer to what refers to it
	requests = map[byte]func(*Bearer, ble.ATT) (ble.ATT, ble.Fault){
		ble.ATTMTURequest:   (*Bearer).exchange,
		ble.ATTFindInfo:     (*Bearer).findInfo,
		ble.ATTFindValue:    (*Bearer).findValue,
		ble.ATTReadType:     (*Bearer).readType,
		ble.ATTRead:         (*Bearer).read,
		ble.ATTReadBlob:     (*Bearer).readBlob,
		ble.ATTReadGroup:    (*Bearer).readGroup,
		ble.ATTReadMany:     func(*Bearer, ble.ATT) (ble.ATT, ble.Fault) { return ble.ATT{}, ble.NotSupported },
		ble.ATTWrite:        (*Bearer).write,
		ble.ATTWriteCommand: (*Bearer).write,
		ble.ATTPrepare:      (*Bearer).prepare,
		ble.ATTExecute:      (*Bearer).execute,
	}
}

func (b *Bearer) exchange(p ble.ATT) (ble.ATT, ble.Fault) {
	b.mtu = max(ble.DefaultMTU, min(MTU, int(p.MTU)))
	return ble.ATT{Op: ble.ATTMTUResponse, MTU: MTU}, 0
}

// value reads an attribute, if the link may.
func (b *Bearer) value(a *attribute) ([]byte, ble.Fault) {
	c := a.of
	if c == nil {
		return a.value, 0
	}
	if a.kind == subscribing {
		return binary.LittleEndian.AppendUint16(nil, b.subs[c]), 0
	}
	if c.Props&Read == 0 || c.OnRead == nil {
		return nil, ble.ReadNotPermitted
	}
	if f := b.lacks(c); f != 0 {
		return nil, f
	}
	v, f := c.OnRead(b)
	return v[:min(len(v), ble.MaxValue)], f
}

func (b *Bearer) read(p ble.ATT) (ble.ATT, ble.Fault) {
	p.Offset = 0
	r, f := b.readBlob(p)
	r.Op = ble.ATTReadAnswer
	return r, f
}

func (b *Bearer) readBlob(p ble.ATT) (ble.ATT, ble.Fault) {
	a := b.table.at(p.Handle)
	if a == nil {
		return ble.ATT{}, ble.InvalidHandle
	}
	v, f := b.value(a)
	if f != 0 {
		return ble.ATT{}, f
	}
	if int(p.Offset) > len(v) {
		return ble.ATT{}, ble.InvalidOffset
	}
	v = v[p.Offset:]
	return ble.ATT{Op: ble.ATTReadBlobAnswer, Value: v[:min(len(v), b.mtu-1)]}, 0
}

// writable says why an attribute cannot be written.
func (b *Bearer) writable(handle uint16) (*attribute, ble.Fault) {
	a := b.table.at(handle)
	switch {
	case a == nil:
		return nil, ble.InvalidHandle
	case a.of == nil, a.kind != subscribing && a.of.Props&(Write|WriteNoResponse) == 0:
		return nil, ble.WriteNotPermitted
	}
	return a, b.lacks(a.of)
}

func (b *Bearer) write(p ble.ATT) (ble.ATT, ble.Fault) {
	a, f := b.writable(p.Handle)
	if f != 0 {
		return ble.ATT{}, f
	}
	return ble.ATT{Op: ble.ATTWriteAnswer}, b.put(a, p.Value)
}

func (b *Bearer) put(a *attribute, value []byte) ble.Fault {
	switch {
	case len(value) > ble.MaxValue:
		return ble.InvalidLength
	case a.kind == subscribing && len(value) != 2:
		return ble.InvalidLength
	case a.kind == subscribing:
		b.subs[a.of] = binary.LittleEndian.Uint16(value) & 3
		return 0
	case a.of.OnWrite == nil:
		return ble.WriteNotPermitted
	}
	return a.of.OnWrite(b, value)
}

// prepare keeps a piece of a long value.
func (b *Bearer) prepare(p ble.ATT) (ble.ATT, ble.Fault) {
	if _, f := b.writable(p.Handle); f != 0 {
		return ble.ATT{}, f
	}
	if len(b.queue) >= queueMax || b.queued+len(p.Value) > queueBytes {
		return ble.ATT{}, ble.QueueFull
	}
	p.Value = append([]byte(nil), p.Value...)
	b.queue, b.queued = append(b.queue, p), b.queued+len(p.Value)
	p.Op = ble.ATTPrepareAnswer
	return p, 0
}

// execute writes what was prepared, or drops it. What was prepared for one attribute
// is written at once; the pieces must follow each other.
func (b *Bearer) execute(p ble.ATT) (ble.ATT, ble.Fault) {
	queue := b.queue
	b.queue, b.queued = nil, 0
	if p.Flag == 0 {
		return ble.ATT{Op: ble.ATTExecuteAnswer}, 0
	}
	for len(queue) > 0 {
		handle, value := queue[0].Handle, []byte(nil)
		for ; len(queue) > 0 && queue[0].Handle == handle; queue = queue[1:] {
			if int(queue[0].Offset) != len(value) {
				return ble.ATT{}, ble.InvalidOffset
			}
			value = append(value, queue[0].Value...)
		}
		a, f := b.writable(handle) // the link may have changed since
		if f == 0 {
			f = b.put(a, value)
		}
		if f != 0 {
			return ble.ATT{}, f
		}
	}
	return ble.ATT{Op: ble.ATTExecuteAnswer}, 0
}
