package modbus

import (
	"net/netip"
	"time"
)

// Query is one request as it arrived.
type Query struct {
	Now         time.Time      // when the batch it came in was read: one clock reading serves many requests
	Remote      netip.AddrPort // who asks; zero on a serial line
	Local       netip.AddrPort // the address that was asked; zero on a serial line
	Role        string         // role from the client certificate (Modbus/TCP Security); "" without one
	Transaction uint16         // MBAP transaction id; 0 on a serial line
	Unit        byte           // unit id of the MBAP header or address of the serial frame
	PDU         []byte         // function code and data; valid until Serve returns

	from  origin   // what an answer that comes later goes back to; nil if nobody waits
	later *Pending // set by Later
}

// Function is the function code, or 0 if the PDU is empty.
func (q *Query) Function() byte {
	if len(q.PDU) == 0 {
		return 0
	}
	return q.PDU[0]
}

// Handler answers requests.
type Handler interface {
	// Serve appends the reply PDU to out and returns the longer slice. Returning
	// out unchanged sends nothing: a broadcast, an injected silence. To answer
	// after returning, it calls q.Later and returns out unchanged. What out holds
	// on entry is the server's and must be left alone. Calls for one connection
	// come one at a time; calls for several may come at once. Serve must not
	// block: on Linux one goroutine serves all connections.
	Serve(q *Query, out []byte) []byte
}

// HandlerFunc makes a function a [Handler].
type HandlerFunc func(q *Query, out []byte) []byte

// Serve calls f.
func (f HandlerFunc) Serve(q *Query, out []byte) []byte { return f(q, out) }

// nobody answers for a unit id, an endpoint or a router that has no handler.
// A real gateway answers 0x0B when its target is silent; that an absent unit is
// told so, rather than met with silence, is our decision.
var nobody Handler = HandlerFunc(func(q *Query, out []byte) []byte {
	return AppendException(out, q.Function(), GatewayTargetFailed)
})
