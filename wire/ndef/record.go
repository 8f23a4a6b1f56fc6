package ndef

import (
	"errors"
	"fmt"
)

// TNF says what a record's type is.
type TNF byte

const (
	Empty     TNF = iota // no type, no id, no payload
	WellKnown            // a type of the NFC Forum: U, T
	MIME                 // a media type, RFC 2046
	URI                  // an absolute URI
	External             // domain:type, of whoever owns the domain
	Unknown              // no type
	unchanged            // a further chunk of the record before
	reserved
)

var tnfNames = [...]string{"empty", "well-known", "mime", "uri", "external", "unknown", "unchanged", "reserved"}

func (t TNF) String() string { return tnfNames[t&7] }

// Record is one record of a message.
type Record struct {
	TNF     TNF
	Type    string // as the TNF has it; "U" of a well-known URI
	ID      string
	Payload []byte
}

// Bits of a record's first byte.
const (
	begins  = 0x80
	ends    = 0x40
	chunked = 0x20
	short   = 0x10
	hasID   = 0x08
	tnfBits = 0x07
)

// Bounds, ours: a Type 4 Tag of the first mapping version holds at most 32 kB.
const (
	MaxMessage = 1<<15 - 1
	maxRecords = 64
)

// ErrTooLong is returned for a message that no tag holds.
var ErrTooLong = fmt.Errorf("NDEF message of more than %d bytes", MaxMessage)

var errShort = errors.New("the message ends within a record")

// raw is a record as it lies in the bytes.
type raw struct {
	flags byte
	Record
}

// take reads one record off b.
func take(b []byte) (r raw, rest []byte, err error) {
	if len(b) < 3 {
		return r, nil, errShort
	}
	r.flags = b[0]
	r.TNF = TNF(b[0] & tnfBits)
	typed, b := int(b[1]), b[2:]
	var size int
	if r.flags&short != 0 {
		size, b = int(b[0]), b[1:]
	} else {
		if len(b) < 4 {
			return r, nil, errShort
		}
		n := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
		if n > MaxMessage {
			return r, nil, ErrTooLong
		}
		size, b = int(n), b[4:]
	}
	named := 0
	if r.flags&hasID != 0 {
		if len(b) < 1 {
			return r, nil, errShort
		}
		named, b = int(b[0]), b[1:]
	}
	if len(b) < typed+named+size {
		return r, nil, errShort
	}
	r.Type, b = string(b[:typed]), b[typed:]
	r.ID, b = string(b[:named]), b[named:]
	r.Payload = append([]byte(nil), b[:size]...)
	return r, b[size:], nil
}

// whole says what is wrong with a record by itself.
func (r *Record) whole() error {
	switch {
	case r.TNF == reserved:
		return errors.New("a record of the reserved kind 7")
	case r.TNF == Empty && (r.Type != "" || r.ID != "" || len(r.Payload) > 0):
		return errors.New("an empty record with something in it")
	case (r.TNF == Unknown || r.TNF == unchanged) && r.Type != "":
		return fmt.Errorf("an %v record with a type", r.TNF)
	case r.TNF >= WellKnown && r.TNF <= External && r.Type == "":
		return fmt.Errorf("a %v record without a type", r.TNF)
	}
	return nil
}

// append writes a record with its place in the message.
func (r *Record) append(out []byte, flags byte) ([]byte, error) {
	if err := r.whole(); err != nil {
		return nil, err
	}
	if r.TNF == unchanged || r.TNF > reserved {
		return nil, fmt.Errorf("a record cannot be %d", r.TNF)
	}
	if len(r.Type) > 255 || len(r.ID) > 255 {
		return nil, errors.New("type or id of a record is longer than 255 bytes")
	}
	n := len(r.Payload)
	flags |= byte(r.TNF)
	if n < 256 {
		flags |= short
	}
	if r.ID != "" {
		flags |= hasID
	}
	out = append(out, flags, byte(len(r.Type)))
	if n < 256 {
		out = append(out, byte(n))
	} else {
		out = append(out, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	if r.ID != "" {
		out = append(out, byte(len(r.ID)))
	}
	out = append(append(out, r.Type...), r.ID...)
	return append(out, r.Payload...), nil
}
