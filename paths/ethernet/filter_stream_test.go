package ethernet_test

import (
	"bytes"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"pgregory.net/rapid"

	"switchroom/paths/ethernet"
	"switchroom/paths/ethernet/filtering"
	"switchroom/wire/modbus"
)

// However the bytes of several requests are cut into segments, an address that
// may only read gets the same answers, and no write reaches the device: also one
// that hides behind another request, has unit id 0, or a foreign protocol id.
func TestFilterSegments(t *testing.T) {
	requests := [][]byte{
		{3, 0, 0, 0, 2}, {16, 0, 0, 0, 1, 2, 0, 7}, {6, 0, 0, 0, 1}, {23, 0, 0, 0, 1, 0, 0, 0, 1, 2, 0, 7}, {43, 14, 1, 0}, {0x90, 0, 0, 0, 1, 2, 0, 7}, {8, 0, 0, 16, 0},
		{3, 16, 0, 0, 1}, {3, 0, 0, 0, 1, 16, 0, 0, 0, 1, 2, 0, 7},
	}
	rapid.Check(t, func(r *rapid.T) {
		var stream []byte
		var want []byte
		for i := range rapid.IntRange(1, 12).Draw(r, "n") {
			pdu := rapid.SampledFrom(requests).Draw(r, "request")
			adu := modbus.ADU{Transaction: uint16(i), Unit: rapid.SampledFrom([]byte{0, 1, 255}).Draw(r, "unit"), PDU: pdu}
			b := adu.Append(nil)
			if rapid.Bool().Draw(r, "foreign") {
				b[3] = 1 // dropped alone
			} else {
				want = modbus.ADU{Transaction: adu.Transaction, Unit: adu.Unit, PDU: expected(pdu)}.Append(want)
			}
			stream = append(stream, b...)
		}
		var d served
		got := converse(r, &d, stream, len(want))
		if d.writes != 0 || !bytes.Equal(got, want) {
			r.Fatalf("%d writes served; answers\n% x, want\n% x", d.writes, got, want)
		}
	})
}

// expected is the answer at level Read.
func expected(pdu []byte) []byte {
	q := &modbus.Query{PDU: pdu}
	if !inList(pdu) {
		return modbus.AppendException(nil, q.Function(), modbus.IllegalFunction)
	}
	return modbus.NewBank(&served{}).Serve(q, nil)
}

// converse sends the stream in pieces and returns n bytes of answers.
func converse(r *rapid.T, d modbus.Device, stream []byte, n int) []byte {
	filter := &ethernet.Filter{}
	filter.Set(filtering.Settings{On: true, Anonymous: true})
	e := &modbus.Endpoint{Handler: ethernet.Filtered(filter, modbus.NewBank(d))}
	s := &modbus.Server{Route: func(_, _ netip.AddrPort) *modbus.Endpoint { return e }}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		r.Fatal(err)
	}
	done := make(chan struct{})
	go func() { s.Serve(l); close(done) }()
	defer func() { s.Close(); <-done }()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		r.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(20 * time.Second))
	for len(stream) > 0 {
		k := rapid.IntRange(1, len(stream)).Draw(r, "segment")
		if _, err := c.Write(stream[:k]); err != nil {
			r.Fatal(err)
		}
		stream = stream[k:]
	}
	c.(*net.TCPConn).CloseWrite()
	got := make([]byte, n)
	if _, err := io.ReadFull(c, got); err != nil {
		r.Fatalf("%v", err)
	}
	return got
}
