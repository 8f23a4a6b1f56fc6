package snmp

import (
	"errors"
)

// header is what stands before the payload of a version 3 message (RFC 3412, RFC 3414):
// what must be known before the keys of its user can be applied.
type header struct {
	id, size    uint32
	flags       byte
	model       uint32
	engine      string
	boots, time uint32
	user        string
	mac         []byte // within the message
}

var errMalformed = errors.New("malformed")

// cut takes one value with a tag off the front of BER (X.690, definite lengths).
func cut(b []byte, tag byte) (value, rest []byte, err error) {
	if len(b) < 2 || b[0] != tag {
		return nil, nil, errMalformed
	}
	n, at := int(b[1]), 2
	if n >= 0x80 {
		digits := n & 0x7F
		if digits == 0 || digits > 4 || len(b) < 2+digits {
			return nil, nil, errMalformed
		}
		n = 0
		for _, d := range b[2 : 2+digits] {
			n = n<<8 | int(d)
		}
		at += digits
	}
	if n < 0 || n > len(b)-at {
		return nil, nil, errMalformed
	}
	return b[at : at+n], b[at+n:], nil
}

// fields takes several values off the front.
func fields(b []byte, tags ...byte) (values [][]byte, rest []byte, err error) {
	for _, tag := range tags {
		var v []byte
		if v, b, err = cut(b, tag); err != nil {
			return nil, nil, err
		}
		values = append(values, v)
	}
	return values, b, nil
}

// whole is a number from 0 to 2³¹−1, as all of a header are.
func whole(b []byte) (uint32, bool) {
	if len(b) == 0 || len(b) > 4 || b[0]&0x80 != 0 {
		return 0, false
	}
	var n uint32
	for _, d := range b {
		n = n<<8 | uint32(d)
	}
	return n, true
}

// Tags of BER.
const (
	tagInteger  = 0x02
	tagOctets   = 0x04
	tagSequence = 0x30
)

// version returns the version of a message: 0, 1 or 3.
func version(m []byte) (v uint32, body []byte, err error) {
	all, rest, err := cut(m, tagSequence)
	if err != nil || len(rest) > 0 {
		return 0, nil, errMalformed
	}
	n, body, err := cut(all, tagInteger)
	if err != nil {
		return 0, nil, err
	}
	v, ok := whole(n)
	if !ok {
		return 0, nil, errMalformed
	}
	return v, body, nil
}

// readHeader reads the header of a version 3 message, from what stands behind its
// version.
func readHeader(body []byte) (h header, err error) {
	top, _, err := fields(body, tagSequence, tagOctets)
	if err != nil {
		return h, err
	}
	global, _, err := fields(top[0], tagInteger, tagInteger, tagOctets, tagInteger)
	if err != nil || len(global[2]) != 1 {
		return h, errMalformed
	}
	h.flags = global[2][0]
	if !wholes([][]byte{global[0], global[1], global[3]}, &h.id, &h.size, &h.model) {
		return h, errMalformed
	}
	if h.model != 3 {
		return h, nil // no model of ours: what follows is not ours to read
	}
	return h, h.security(top[1])
}

// security reads the parameters of the user-based model.
func (h *header) security(b []byte) error {
	seq, rest, err := cut(b, tagSequence)
	if err != nil || len(rest) > 0 {
		return errMalformed
	}
	f, rest, err := fields(seq, tagOctets, tagInteger, tagInteger, tagOctets, tagOctets, tagOctets)
	if err != nil || len(rest) > 0 || len(f[0]) > 32 || len(f[3]) > 32 {
		return errMalformed
	}
	h.engine, h.user, h.mac = string(f[0]), string(f[3]), f[4]
	if !wholes(f[1:3], &h.boots, &h.time) {
		return errMalformed
	}
	return nil
}

func wholes(from [][]byte, to ...*uint32) (ok bool) {
	for i, b := range from {
		if *to[i], ok = whole(b); !ok {
			return false
		}
	}
	return true
}
