package trace

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// Player asks another server what a trace asked.
type Player struct {
	Dial     func(context.Context) (*modbus.Conn, error)
	Unit     int               // unit id to ask; -1: the one that was asked
	Speed    float64           // 2: twice as fast; 0: without waiting
	Timeout  time.Duration     // for each answer
	Writes   bool              // send what may change something, too
	Password string            // for commands whose password is masked
	Values   bool              // compare values, not only their shape
	Ignore   []regmap.Register // whose values are not compared
	Map      *regmap.Map       // nil: the built-in map
}

// Played is what became of a replay.
type Played struct {
	Sent        int          `json:"sent"`
	Compared    int          `json:"compared"`
	Uncompared  int          `json:"not_compared"` // the trace has no proper answer to compare with
	Skipped     int          `json:"skipped"`      // may change something, and writes are not allowed
	Differences []Difference `json:"differences"`
}

// Difference is an exchange that was answered otherwise than in the trace.
type Difference struct {
	Exchange        int    `json:"exchange"` // by the time of their requests, from 1
	Request         string `json:"request"`  // what was asked
	Recorded        string `json:"recorded"`
	Answered        string `json:"answered"`
	MayHaveHappened bool   `json:"may_have_happened"` // of a write without an answer
}

// turn is one exchange of a trace with its number.
type turn struct {
	n int
	e *Exchange
}

// connsMax bounds how many connections a replay opens: what a real interface is
// said to admit (IFE guide: 8 or 16). Further ones of the trace share the last.
const connsMax = 8

// Play asks everything that t asked, each connection of the trace on one of its
// own, one request after the other, at the recorded times. The error is that of a
// connection; what differs is told in Played.
func (p *Player) Play(ctx context.Context, t *Trace) (Played, error) {
	if p.Map == nil {
		p.Map = regmap.Default()
	}
	r := &replay{Player: p, begun: time.Now(), out: Played{Differences: []Difference{}}}
	lanes := r.lanes(t)
	var all sync.WaitGroup
	errs := make([]error, len(lanes))
	for i, lane := range lanes {
		all.Go(func() { errs[i] = r.run(ctx, lane) })
	}
	all.Wait()
	return r.out, errors.Join(errs...)
}

// replay is one run.
type replay struct {
	*Player
	begun time.Time
	first time.Time // of the trace

	mu  sync.Mutex
	out Played
}

// lanes are the exchanges by connection, without what is not to be sent.
func (r *replay) lanes(t *Trace) [][]turn {
	of := map[pair]int{}
	var lanes [][]turn
	for i := range t.Exchanges {
		e := &t.Exchanges[i]
		if len(e.Request) == 0 {
			continue
		}
		if r.first.IsZero() {
			r.first = e.Time
		}
		if Writes(e.Request) && !r.Writes {
			r.out.Skipped++
			continue
		}
		p := pair{e.Client, e.Server}
		lane, ok := of[p]
		if !ok {
			if len(lanes) < connsMax {
				lanes = append(lanes, nil)
			}
			lane = len(lanes) - 1
			of[p] = lane
		}
		lanes[lane] = append(lanes[lane], turn{i + 1, e})
	}
	return lanes
}

// run asks what one connection asked. A connection that is lost is opened anew
// for the next request: nothing is sent twice.
func (r *replay) run(ctx context.Context, lane []turn) error {
	var conn *modbus.Conn
	defer func() {
		if conn != nil {
			conn.Close()
		}
	}()
	for _, t := range lane {
		if err := r.wait(ctx, t.e.Time); err != nil {
			return err
		}
		if conn == nil {
			var err error
			if conn, err = r.Dial(ctx); err != nil {
				return fmt.Errorf("exchange %d: %w", t.n, err)
			}
		}
		if !r.ask(ctx, conn, t) {
			conn.Close()
			conn = nil
		}
	}
	return nil
}

// wait waits for the moment of a request.
func (r *replay) wait(ctx context.Context, at time.Time) error {
	if r.Speed == 0 {
		return ctx.Err()
	}
	due := r.begun.Add(time.Duration(float64(at.Sub(r.first)) / r.Speed))
	t := time.NewTimer(time.Until(due))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ask sends one request and compares. ok is false if the connection is of no use
// any more.
func (r *replay) ask(ctx context.Context, conn *modbus.Conn, t turn) (ok bool) {
	e := *t.e
	e.Request = bytes.Clone(e.Request)
	if e.Masked() {
		e.unmask(r.Password)
	}
	defer clear(e.Request)
	unit := e.Unit
	if r.Unit >= 0 {
		unit = byte(r.Unit)
	}
	ctx, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	reply, err := conn.Do(ctx, unit, e.Request)
	r.judge(t, reply, err)
	var lost *modbus.TransportError
	return !errors.As(err, &lost)
}

// judge compares an answer with the recorded one.
func (r *replay) judge(t turn, reply []byte, err error) {
	recorded, want := outcome(t.e)
	got := answerText(reply, err)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.out.Sent++
	if !want {
		r.out.Uncompared++
		return
	}
	r.out.Compared++
	if r.Values && recorded == "" && err == nil {
		recorded, got = r.values(t.e, reply)
	} else if recorded == "" && err == nil && len(reply) != len(t.e.Reply) {
		recorded, got = fmt.Sprintf("%d bytes", len(t.e.Reply)), fmt.Sprintf("%d bytes", len(reply))
	}
	if recorded == got {
		return
	}
	var lost *modbus.TransportError
	r.out.Differences = append(r.out.Differences, Difference{
		Exchange: t.n, Request: Means(&Exchange{Request: t.e.Request}, r.Map).String(),
		Recorded: orAnswered(recorded), Answered: orAnswered(got),
		MayHaveHappened: Writes(t.e.Request) && errors.As(err, &lost) && lost.MayHaveHappened,
	})
}

func orAnswered(s string) string {
	if s == "" {
		return "answered"
	}
	return s
}

// outcome is what the trace has: "" for a reply, the exception for another. It is
// false for what is no proper answer: an injected fault is nothing to compare with.
func outcome(e *Exchange) (string, bool) {
	if e.Ended != Answered {
		return "", false
	}
	if x, ok := e.Exception(); ok {
		return "exception: " + x.String(), true
	}
	return "", true
}

func answerText(reply []byte, err error) string {
	var x modbus.Exception
	switch {
	case errors.As(err, &x):
		return "exception: " + x.String()
	case err != nil:
		return err.Error()
	}
	return ""
}

// values compares the bytes of two replies; registers to be ignored are taken for
// equal.
func (r *replay) values(e *Exchange, reply []byte) (recorded, got string) {
	want := bytes.Clone(e.Reply)
	reply = bytes.Clone(reply)
	if s, ok := shown(e.Request); ok {
		for _, reg := range append([]regmap.Register{regmap.CommandPass, regmap.CommandPass + 1}, r.Ignore...) {
			r.ignore(s, reg, want, reply)
		}
	}
	if bytes.Equal(want, reply) {
		return "", ""
	}
	was := Means(&Exchange{Request: e.Request, Reply: want, Ended: Answered}, r.Map).String()
	is := Means(&Exchange{Request: e.Request, Reply: reply, Ended: Answered}, r.Map).String()
	if was == is {
		was, is = fmt.Sprintf("%x", want), fmt.Sprintf("%x", reply)
	}
	return was, is
}

func (r *replay) ignore(s span, reg regmap.Register, messages ...[]byte) {
	at := s.at + 2*(int(reg.Address())-int(s.addr))
	for _, b := range messages {
		if at >= s.at && at+2 <= len(b) {
			b[at], b[at+1] = 0, 0
		}
	}
}

// Order is an exchange of a trace that may change something.
type Order struct {
	Exchange int             // by the time of their requests, from 1
	Unit     byte            // that was asked
	Code     int             // of the command; -1: it is no command
	Row      *regmap.Command // nil: no table has it
	Masked   bool            // its password is not in the trace
}

// Orders is everything in a trace that may change something.
func (t *Trace) Orders() []Order {
	var all []Order
	for i := range t.Exchanges {
		e := &t.Exchanges[i]
		if !Writes(e.Request) {
			continue
		}
		o := Order{Exchange: i + 1, Unit: e.Unit, Code: -1, Masked: e.Masked()}
		if c, ok := commanded(e); ok {
			o.Code = c.Code
			o.Row, _ = regmap.CommandByCode(uint16(c.Code), c.dest)
		}
		all = append(all, o)
	}
	return all
}

// Servers are the addresses that a trace has asked, in the order of their first
// request.
func (t *Trace) Servers() []netip.AddrPort {
	var all []netip.AddrPort
	seen := map[netip.AddrPort]bool{}
	for i := range t.Exchanges {
		if s := t.Exchanges[i].Server; !seen[s] {
			seen[s] = true
			all = append(all, s)
		}
	}
	return all
}

// Only is the part of a trace that has asked one server.
func (t *Trace) Only(server netip.AddrPort) *Trace {
	out := &Trace{Lost: t.Lost}
	for i := range t.Exchanges {
		if t.Exchanges[i].Server == server {
			out.Exchanges = append(out.Exchanges, t.Exchanges[i])
		}
	}
	return out
}
