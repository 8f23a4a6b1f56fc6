package modbus

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// everyWay runs a test on each way of serving.
func everyWay(t *testing.T, test func(t *testing.T, w way)) {
	for _, w := range ways(t) {
		t.Run(w.name, func(t *testing.T) { test(t, w) })
	}
}

func TestExchangesOverTheWire(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		c := on(t, w, &Endpoint{Handler: NewBank(newRack())}).dial()
		for i, x := range exchanges {
			c.send(framed(uint16(i), pdu(t, x.in)))
			if got := c.adu(); got.Transaction != uint16(i) || got.Unit != 255 || !cmp.Equal(got.PDU, pdu(t, x.want)) {
				t.Errorf("%s: got %d % x, want %s (%s)", x.in, got.Transaction, got.PDU, x.want, x.why)
			}
		}
	})
}

// dialogue is all exchanges as one client sends them, and what comes back.
func dialogue(t testing.TB) (requests, replies []byte) {
	for i, x := range exchanges {
		requests = append(requests, framed(uint16(i), pdu(t, x.in))...)
		replies = append(replies, framed(uint16(i), pdu(t, x.want))...)
	}
	return requests, replies
}

func TestAllRequestsInOneSegment(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		c := on(t, w, &Endpoint{Handler: NewBank(newRack())}).dial()
		requests, replies := dialogue(t)
		c.send(requests)
		if got := c.take(len(replies)); !bytes.Equal(got, replies) {
			t.Errorf("got % x", got)
		}
	})
}

// A request is split after every byte; the reply to a whole one before it shows
// that the server has seen, and kept, the first part.
func TestRequestSplitAnywhere(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		c := on(t, w, &Endpoint{Handler: NewBank(newRack())}).dial()
		one, want := ask(t, "08 0000 0001"), ask(t, "08 0000 0001")
		two, then := ask(t, "10 7d00 0002 04 00010002"), ask(t, "10 7d00 0002")
		for at := 1; at < len(two); at++ {
			c.send(append(bytes.Clone(one), two[:at]...))
			if got := c.take(len(want)); !bytes.Equal(got, want) {
				t.Fatalf("split at %d: got % x", at, got)
			}
			c.send(two[at:])
			if got := c.take(len(then)); !bytes.Equal(got, then) {
				t.Fatalf("split at %d: got % x", at, got)
			}
		}
	})
}

func TestRequestByteByByte(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		c := on(t, w, &Endpoint{Handler: NewBank(newRack())}).dial()
		requests, replies := dialogue(t)
		for i := range requests {
			c.send(requests[i : i+1])
		}
		if got := c.take(len(replies)); !bytes.Equal(got, replies) {
			t.Errorf("got % x", got)
		}
	})
}

func TestBadFraming(t *testing.T) {
	good, want := "0001 0000 0006 ff 08 0000 a537", "0001 0000 0006 ff 08 0000 a537"
	for _, tt := range []struct {
		name, in, want string
		stays          bool
		count          Stats
	}{
		{"foreign protocol id", "0009 0001 0006 ff 03 7cff 0001" + good, want, true, Stats{Requests: 1, Foreign: 1}},
		{"every bit of the protocol id", "0009 8000 0006 ff 03 7cff 0001" + good, want, true, Stats{Requests: 1, Foreign: 1}},
		{"length 0", good + "0002 0000 0000", want, false, Stats{Requests: 1, Unframed: 1}},
		{"length 1: a unit and no function", good + "0002 0000 0001 ff", want, false, Stats{Requests: 1, Unframed: 1}},
		{"length 255: one more than the longest", good + "0002 0000 00ff ff", want, false, Stats{Requests: 1, Unframed: 1}},
		{"length 65535", good + "0002 0000 ffff ff", want, false, Stats{Requests: 1, Unframed: 1}},
		{"wrong length under a foreign protocol id", good + "0002 0007 0000", want, false, Stats{Requests: 1, Unframed: 1}},
		{"longest PDU there is", "0001 0000 00fe ff 08 0000" + words(0, 125), "0001 0000 00fe ff 08 0000" + words(0, 125), true, Stats{Requests: 1}},
		{"shortest", "0001 0000 0002 ff 63" + good, "0001 0000 0003 ff e3 01" + want, true, Stats{Requests: 2, Exceptions: 1}},
		{"HTTP", "474554202f20485454502f312e310d0a0d0a", "", false, Stats{Unframed: 1}},
		{"TLS where there is none", "16030100c8010000c40303", "", false, Stats{Unframed: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			everyWay(t, func(t *testing.T, w way) {
				g := on(t, w, &Endpoint{Handler: NewBank(newRack())})
				c, count := g.dial(), tt.count
				count.Accepted = 1
				c.send(pdu(t, tt.in))
				if got := c.take(len(pdu(t, tt.want))); !bytes.Equal(got, pdu(t, tt.want)) {
					t.Errorf("got % x, want %s", got, tt.want)
				}
				if !tt.stays {
					c.ended(tt.name)
				} else {
					c.send(pdu(t, good))
					c.take(len(pdu(t, want)))
					count.Requests++
				}
				g.close()
				if diff := cmp.Diff(count, g.endpoint.Stats()); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

func TestNobodyAnswers(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		for _, h := range []Handler{nil, new(Router)} {
			c := on(t, w, &Endpoint{Handler: h}).dial()
			c.send(ask(t, "03 0000 0001"))
			if got := c.adu(); !cmp.Equal(got.PDU, []byte{0x83, 0x0B}) {
				t.Errorf("got % x", got.PDU)
			}
		}
	})
}

func TestSilence(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		c := on(t, w, &Endpoint{Handler: HandlerFunc(func(q *Query, out []byte) []byte {
			switch q.Transaction {
			case 1:
				return out
			case 2:
				return nil // as wrong as a handler can be
			}
			return append(out, q.Function())
		})}).dial()
		c.send(append(append(framed(1, []byte{3}), framed(2, []byte{4})...), framed(3, []byte{5})...))
		if got := c.adu(); got.Transaction != 3 || got.PDU[0] != 5 {
			t.Errorf("got %+v", got)
		}
	})
}

// A handler's reply that fits no message is a fault of the handler: the client
// is told so, and its next reply is in its place.
func TestOversizeReply(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		g := on(t, w, &Endpoint{Handler: HandlerFunc(func(q *Query, out []byte) []byte {
			return append(out, make([]byte, q.PDU[1])...)
		})})
		c := g.dial()
		c.send(append(framed(1, []byte{3, 254}), framed(2, []byte{3, 253})...))
		if got := c.adu(); !cmp.Equal(got.PDU, []byte{0x83, 4}) {
			t.Errorf("got % x", got.PDU)
		}
		if got := c.adu(); len(got.PDU) != MaxPDU {
			t.Errorf("the longest reply came as %d bytes", len(got.PDU))
		}
		g.close()
		if s := g.endpoint.Stats(); s.Oversize != 1 || s.Exceptions != 1 {
			t.Errorf("counted %+v", s)
		}
	})
}

func TestQueryTellsWhoAsks(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		got := make(chan Query, 1)
		c := on(t, w, &Endpoint{Handler: HandlerFunc(func(q *Query, out []byte) []byte {
			got <- *q
			return append(out, 3)
		})}).dial()
		c.send(framed(77, []byte{3, 1}))
		c.adu()
		q := <-got
		role := ""
		if w.name == "tls" {
			role = "operator"
		}
		if q.Remote.String() != c.LocalAddr().String() || q.Local.String() != c.RemoteAddr().String() {
			t.Errorf("from %v to %v", q.Remote, q.Local)
		}
		if q.Unit != 255 || q.Transaction != 77 || q.Role != role || q.Now.IsZero() || q.Function() != 3 {
			t.Errorf("query %+v", q)
		}
	})
}
