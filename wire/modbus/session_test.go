package modbus

import (
	"bytes"
	"testing"
)

// converse feeds in to a session in pieces of n bytes, as a connection would,
// and returns what it answers until framing is lost.
func converse(in []byte, n int) (out []byte, framed bool) {
	s := session{endpoint: &Endpoint{Handler: NewBank(newRack())}, limit: 4}
	var have []byte
	for len(in) > 0 {
		k := min(n, len(in))
		have, in = append(have, in[:k]...), in[k:]
		used, longer, ok := s.take(have, out)
		if out = longer; !ok {
			return out, false
		}
		have = have[used:]
	}
	return out, true
}

// However a stream of bytes is cut, the same replies come; each is a message,
// and nothing panics.
func FuzzSession(f *testing.F) {
	requests, _ := dialogue(f)
	f.Add(requests, byte(7))
	f.Add([]byte("GET / HTTP/1.1\r\n\r\n"), byte(1))
	f.Add(append(framed(1, []byte{3}), 0, 2, 0, 9, 0, 1, 255), byte(3))
	f.Fuzz(func(t *testing.T, in []byte, piece byte) {
		whole, framed := converse(in, len(in)+1)
		parts, alike := converse(in, 1+int(piece))
		if !bytes.Equal(whole, parts) || framed != alike {
			t.Errorf("in one piece % x (%v), in pieces of %d % x (%v)", whole, framed, 1+int(piece), parts, alike)
		}
		for rest := whole; len(rest) > 0; {
			_, took, ok := ParseADU(rest)
			if took == 0 || !ok {
				t.Fatalf("answered with no message: % x", rest)
			}
			rest = rest[took:]
		}
	})
}

// A client meets any reply without panic, and never takes a wrong number of
// registers for the right one.
func FuzzReplies(f *testing.F) {
	for _, x := range exchanges {
		f.Add(pdu(f, x.want))
	}
	f.Fuzz(func(t *testing.T, reply []byte) {
		u, ctx := Unit{canned(reply), 1}, t.Context()
		if b, err := u.ReadRegisters(ctx, 0, 2); err == nil && len(b) != 4 {
			t.Errorf("% x for two registers", b)
		}
		if b, err := u.ReadScattered(ctx, 1, 2, 3); err == nil && len(b) != 6 {
			t.Errorf("% x for three registers", b)
		}
		u.WriteRegister(ctx, 0, 0)
		u.WriteRegisters(ctx, 0, []byte{0, 0})
		u.Diagnose(ctx, Diagnostic{DiagEcho, []byte{0, 0}})
		u.ReadIdentification(ctx, ReadBasic)
		u.ReadObject(ctx, 0)
		u.ReadClock(ctx)
	})
}
