package modbus

import (
	"io"
	"testing"
)

// A request that is answered at once allocates nothing, from the socket to the socket.
func TestNoAllocationPerRequest(t *testing.T) {
	for _, w := range ways(t)[:2] {
		t.Run(w.name, func(t *testing.T) {
			var r Router
			r.Set(255, NewBank(newRack()))
			c := on(t, w, &Endpoint{Handler: &r}).dial()
			for _, in := range []string{"03 7cff 007d", "10 7cff 0002 04 00000000", "64 04 04 00 7cff", "03 0000 0001", "08 0000 0001"} {
				request := framed(1, pdu(t, in))
				reply := framed(1, r.Serve(&Query{Unit: 255, PDU: pdu(t, in)}, nil))
				once := func() {
					c.Conn.Write(request)
					io.ReadFull(c.Conn, reply)
				}
				if n := testing.AllocsPerRun(200, once); n != 0 {
					t.Errorf("%s: %v allocations", in, n)
				}
			}
		})
	}
}

// The path of a request without its system calls: parse, route, read, frame.
func BenchmarkRequest(b *testing.B) {
	var r Router
	r.Set(255, NewBank(newRack()))
	s := session{endpoint: &Endpoint{Handler: &r}, limit: 1}
	var in []byte
	for i := range uint16(4) {
		in = append(in, framed(i, pdu(b, "03 7cff 000a"))...)
	}
	out := make([]byte, 0, chunk)
	b.ReportAllocs()
	for b.Loop() {
		if used, _, ok := s.take(in, out); used != len(in) || !ok {
			b.Fatal("not all taken")
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(4*b.N), "ns/request")
}
