package ble

import "encoding/binary"

// reader takes fields off the front of a packet. After one that is not there bad is
// set and everything reads as zero.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) next(n int) []byte {
	if n > len(r.b) {
		r.bad, r.b = true, nil
		return make([]byte, n)
	}
	out := r.b[:n:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) u8() byte    { return r.next(1)[0] }
func (r *reader) u16() uint16 { return binary.LittleEndian.Uint16(r.next(2)) }

func (r *reader) rest() []byte { return r.next(len(r.b)) }
