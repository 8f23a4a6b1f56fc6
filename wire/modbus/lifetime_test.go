package modbus

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"
)

func TestLateAnswers(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		pending := make(chan *Pending, 3)
		g := on(t, w, &Endpoint{Handler: later(pending)})
		c := g.dial()
		c.send(slices.Concat(framed(1, []byte{3}), framed(2, []byte{4}), framed(3, []byte{5})))
		p := []*Pending{next(t, pending), next(t, pending), next(t, pending)}
		p[2].Answer([]byte{5, 5})
		if got := c.adu(); got.Transaction != 3 || !bytes.Equal(got.PDU, []byte{5, 5}) {
			t.Errorf("got %+v", got)
		}
		p[0].Drop()
		p[1].Answer(AppendException(nil, 4, DeviceBusy))
		if got := c.adu(); got.Transaction != 2 || !bytes.Equal(got.PDU, []byte{0x84, 6}) {
			t.Errorf("got %+v", got)
		}
		g.close()
		if s := g.endpoint.Stats(); s.Requests != 3 || s.Exceptions != 1 {
			t.Errorf("counted %+v", s)
		}
		p[0].Answer([]byte{3}) // after the end of everything: nothing happens
	})
}

func TestFaults(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(p *Pending)
		want string
		ends bool
	}{
		{"wrong transaction id", func(p *Pending) { p.AnswerRaw([]byte{0xBA, 0xD0, 0, 0, 0, 3, 255, 0x83, 4}) }, "bad0 0000 0003 ff 83 04", false},
		{"half an answer", func(p *Pending) { p.AnswerRaw([]byte{0, 1, 0, 0}) }, "0001 0000", false},
		{"half an answer and the end", func(p *Pending) { p.AnswerRaw([]byte{0, 1, 0, 0}); p.Hangup() }, "0001 0000", true},
		{"hang up", func(p *Pending) { p.Hangup() }, "", true},
		{"an answer that fits no message", func(p *Pending) { p.Answer(make([]byte, MaxPDU+1)) }, "0001 0000 0003 ff 83 04", false},
		{"an empty answer", func(p *Pending) { p.Answer(nil) }, "", false},
		{"answered before Serve returns", func(p *Pending) { p.Answer([]byte{3, 0}) }, "0001 0000 0003 ff 03 00", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			everyWay(t, func(t *testing.T, w way) {
				c := on(t, w, &Endpoint{Handler: HandlerFunc(func(q *Query, out []byte) []byte {
					if q.Transaction == 2 {
						return append(out, 3)
					}
					tt.do(q.Later())
					return out
				})}).dial()
				c.send(framed(1, []byte{3}))
				if got := c.take(len(pdu(t, tt.want))); !bytes.Equal(got, pdu(t, tt.want)) {
					t.Errorf("got % x, want %s", got, tt.want)
				}
				if tt.ends {
					c.ended(tt.name)
					return
				}
				c.send(framed(2, []byte{3}))
				c.take(headerLen + 1)
			})
		})
	}
}

func TestTwoAnswersToOneRequest(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		for _, late := range []bool{false, true} {
			g := on(t, w, &Endpoint{Handler: HandlerFunc(func(q *Query, out []byte) []byte {
				if p := q.Later(); late {
					p.Answer([]byte{1})
				}
				return append(out, 2)
			})})
			c := g.dial()
			c.send(append(framed(1, []byte{3}), framed(2, []byte{3})...))
			if one, two := c.adu(), c.adu(); one.Transaction != 1 || two.Transaction != 2 {
				t.Errorf("replies to %d and %d", one.Transaction, two.Transaction)
			}
			g.close()
		}
	})
}

// Ten requests come at once; three may be open. The next is taken when one ends.
func TestInFlight(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		pending := make(chan *Pending, 10)
		g := on(t, w, &Endpoint{Handler: later(pending), Limits: Limits{InFlight: 3}})
		c := g.dial()
		var all []byte
		for i := range uint16(10) {
			all = append(all, framed(i, []byte{3, byte(i)})...)
		}
		c.send(all)
		open := []*Pending{next(t, pending), next(t, pending), next(t, pending)}
		for i := range uint16(10) {
			if n := g.endpoint.Stats().InFlight; n > 3 {
				t.Fatalf("%d requests are open", n)
			}
			p := open[0]
			q := p.Query()
			p.Answer(q.PDU)
			if got := c.adu(); got.Transaction != i {
				t.Fatalf("reply to %d, want %d", got.Transaction, i)
			}
			if open = open[1:]; i < 7 {
				open = append(open, next(t, pending))
			}
		}
	})
}

func TestConnectionLimit(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		g := on(t, w, &Endpoint{Handler: says(3), Limits: Limits{Conns: 2}})
		use := func(c wire) { c.send(framed(1, []byte{3})); c.adu() }
		one, two := g.dial(), g.dial()
		use(one)
		use(two)
		if third, err := g.way.dial(g.addr); err == nil { // TLS fails in its handshake
			wire{t, third}.ended("the third of two")
			third.Close()
		}
		use(one)
		one.Close()
		for g.endpoint.Stats().Open > 1 { // until the server has seen it
			use(two)
		}
		use(g.dial())
		g.close()
		if s := g.endpoint.Stats(); s.Refused != 1 || s.Accepted != 3 {
			t.Errorf("counted %+v", s)
		}
	})
}

func TestIdle(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		pending := make(chan *Pending, 1)
		g := on(t, w, &Endpoint{Handler: later(pending), Limits: Limits{Idle: 300 * time.Millisecond}})
		waits := g.dial()
		waits.send(framed(1, []byte{3}))
		p := next(t, pending)
		idle := g.dial()
		idle.send([]byte{0, 1, 0}) // the beginning of a request is none
		idle.ended("idle")
		p.Answer([]byte{3}) // who waits for us is not idle
		waits.adu()
		waits.ended("idle too")
		g.close()
		if s := g.endpoint.Stats(); s.IdleClosed != 2 {
			t.Errorf("counted %+v", s)
		}
	})
}

// One client asks without end and reads nothing. It is dropped, others are
// served meanwhile, and what it cost is bounded: the server reads no more from it.
func TestSlowReader(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		g := on(t, w, &Endpoint{Handler: NewBank(newRack())}, func(s *Server) { s.Stall = 100 * time.Millisecond })
		slow, other := g.dial().narrow(), g.dial()
		many := bytes.Repeat(ask(t, "03 7cff 007d"), 1000)
		failed := make(chan error, 1)
		go func() {
			for {
				if _, err := slow.Write(many); err != nil {
					failed <- err
					return
				}
			}
		}()
		for dropped := false; !dropped; {
			other.send(ask(t, "03 7cff 0001"))
			other.adu()
			select {
			case err := <-failed:
				dropped = true
				if ne, ok := err.(net.Error); ok && ne.Timeout() {
					t.Error("the slow client was never dropped")
				}
			default:
			}
		}
		g.close()
		if s := g.endpoint.Stats(); s.SlowClosed != 1 {
			t.Errorf("counted %+v", s)
		}
	})
}

// A client that does read, however much it asks for at once, loses nothing.
func TestManyRequestsBeforeTheFirstRead(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		c := on(t, w, &Endpoint{Handler: NewBank(newRack())}).dial().narrow()
		const n = 20_000
		go func() {
			var all []byte
			for i := range n {
				all = append(all, framed(uint16(i), []byte{3, 0x7c, 0xff, 0, 0x7d})...)
			}
			c.Write(all)
		}()
		for i := range n {
			if got := c.adu(); got.Transaction != uint16(i) || len(got.PDU) != 252 {
				t.Fatalf("reply %d: %+v", i, got)
			}
		}
	})
}

func TestShutdown(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		pending := make(chan *Pending, 1)
		g := on(t, w, &Endpoint{Handler: later(pending)})
		idle, waits := g.dial(), g.dial()
		waits.send(framed(1, []byte{3}))
		p := next(t, pending)
		done := make(chan error)
		go func() { done <- g.server.Shutdown(t.Context()) }()
		idle.ended("nothing was open")
		p.Answer([]byte{3, 9})
		if got := waits.adu(); got.PDU[1] != 9 {
			t.Errorf("got %+v", got)
		}
		waits.ended("all is answered")
		if err := <-done; err != nil {
			t.Error(err)
		}
		if c, err := net.Dial("tcp", g.addr); err == nil {
			c.Close()
			t.Error("it still accepts")
		}
	})
}

func TestShutdownRunsOutOfTime(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		pending := make(chan *Pending, 1)
		g := on(t, w, &Endpoint{Handler: later(pending)})
		c := g.dial()
		c.send(framed(1, []byte{3}))
		next(t, pending)
		ctx, cancel := context.WithCancelCause(t.Context())
		enough := errors.New("enough")
		cancel(enough)
		if err := g.server.Shutdown(ctx); !errors.Is(err, enough) {
			t.Errorf("Shutdown returned %v", err)
		}
		c.ended("closed all the same")
	})
}

func TestCloseFromAHandler(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		var g *ground
		ready := make(chan struct{})
		g = on(t, w, &Endpoint{Handler: HandlerFunc(func(_ *Query, out []byte) []byte {
			<-ready
			g.server.Close()
			return out
		})})
		close(ready)
		c := g.dial()
		c.send(framed(1, []byte{3}))
		c.ended("closed")
	})
}

func TestServeAfterClose(t *testing.T) {
	var s Server
	s.Close()
	s.Close()
	if err := s.Serve(tcp(t)); !errors.Is(err, ErrServerClosed) {
		t.Errorf("Serve returned %v", err)
	}
}

func TestServeOfAClosedListener(t *testing.T) {
	l := tcp(t)
	l.Close()
	var s Server
	if err := s.Serve(l); err == nil || errors.Is(err, ErrServerClosed) {
		t.Errorf("Serve returned %v", err)
	}
}

func TestRouteRefuses(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		for _, route := range []func(_, _ netip.AddrPort) *Endpoint{nil, func(_, _ netip.AddrPort) *Endpoint { return nil }} {
			g := on(t, w, &Endpoint{}, func(s *Server) { s.Route = route })
			if c, err := g.way.dial(g.addr); err == nil {
				wire{t, c}.ended("no endpoint")
				c.Close()
			}
			g.close()
			if n := g.server.Unrouted(); n != 1 {
				t.Errorf("%d refused", n)
			}
		}
	})
}

// The client asks, says that it will say no more, and reads its replies.
func TestHalfClose(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		if w.name == "tls" {
			t.Skip("the end of a TLS stream is in both directions")
		}
		c := on(t, w, &Endpoint{Handler: NewBank(newRack())}).dial()
		requests, replies := dialogue(t)
		c.send(requests)
		c.Conn.(*net.TCPConn).CloseWrite()
		if got := c.take(len(replies)); !bytes.Equal(got, replies) {
			t.Errorf("got % x", got)
		}
		c.ended("both have said all")
	})
}

// Clients that vanish in the middle of everything, with answers on their way to them.
func TestClientsThatVanish(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		g := on(t, w, &Endpoint{Handler: HandlerFunc(func(q *Query, out []byte) []byte {
			if p := q.Later(); q.Transaction%2 == 0 {
				go p.Answer([]byte{3, 1})
			}
			return out
		})})
		var all sync.WaitGroup
		for i := range 40 {
			all.Go(func() {
				c, err := g.way.dial(g.addr)
				if err != nil {
					return
				}
				c.Write(append(framed(uint16(i), []byte{3}), 0, 1, 0))
				if h, ok := c.(*net.TCPConn); ok && i%4 < 2 {
					h.SetLinger(0) // a reset, not an end
				}
				c.Close()
			})
		}
		all.Wait()
		c := g.dial()
		c.send(framed(2, []byte{3}))
		c.adu()
	})
}

func TestManyAnswersAtOnce(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		g := on(t, w, &Endpoint{Handler: HandlerFunc(func(q *Query, out []byte) []byte {
			p := q.Later()
			go func() { kept := p.Query(); p.Answer(kept.PDU) }()
			return out
		}), Limits: Limits{InFlight: 1000}})
		var all sync.WaitGroup
		for range 4 {
			c := g.dial()
			all.Go(func() {
				seen := map[uint16]bool{}
				for i := range uint16(500) {
					if _, err := c.Write(framed(i, []byte{3, byte(i)})); err != nil {
						t.Error(err)
						return
					}
				}
				for range 500 {
					a := c.adu()
					if seen[a.Transaction] || a.PDU[1] != byte(a.Transaction) {
						t.Errorf("reply %+v", a)
					}
					seen[a.Transaction] = true
				}
			})
		}
		all.Wait()
	})
}

// An interface restarts: its connections are cut, others stay, and it admits none
// until it is back.
func TestHangupAndNarrow(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		g := on(t, w, &Endpoint{Handler: says(3)})
		use := func(c wire) { c.send(framed(1, []byte{3})); c.adu() }
		one, two := g.dial(), g.dial()
		use(one)
		use(two)
		g.endpoint.Narrow(0)
		g.server.Hangup(&Endpoint{}) // another's
		use(one)
		g.server.Hangup(g.endpoint)
		one.ended("the first")
		two.ended("the second")
		if third, err := g.way.dial(g.addr); err == nil {
			wire{t, third}.ended("one while none is admitted")
			third.Close()
		}
		g.endpoint.Narrow(-1)
		use(g.dial())
	})
}
