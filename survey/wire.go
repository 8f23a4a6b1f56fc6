package survey

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// Budget is what a capture may cost the unit. Zero fields are the default.
type Budget struct {
	Rate     float64       // requests a second; 2
	Requests int           // in all; 500
	Pause    time.Duration // the first wait for a busy unit, doubled each time; 5 s
	Timeout  time.Duration // for an answer; 5 s
}

// Defaults returns b with its zero fields filled.
func (b Budget) Defaults() Budget {
	if b.Rate == 0 {
		b.Rate = 2
	}
	if b.Requests == 0 {
		b.Requests = 500
	}
	if b.Pause == 0 {
		b.Pause = 5 * time.Second
	}
	if b.Timeout == 0 {
		b.Timeout = 5 * time.Second
	}
	return b
}

// every is the least time from one request to the next.
func (b Budget) every() time.Duration {
	if math.IsInf(b.Rate, 1) {
		return 0
	}
	return time.Duration(float64(time.Second) / b.Rate)
}

// Takes is how long n requests take at least.
func (b Budget) Takes(n int) time.Duration {
	return time.Duration(n) * b.Defaults().every()
}

// Check returns what is wrong with b.
func (b Budget) Check() error {
	var bad []error
	if b.Rate < 0 || math.IsNaN(b.Rate) || b.Rate > 0 && b.Rate < 0.01 {
		bad = append(bad, fmt.Errorf("rate %g: write requests a second, 0.01 or more", b.Rate))
	}
	if b.Requests < 0 {
		bad = append(bad, fmt.Errorf("%d requests: write how many may be sent", b.Requests))
	}
	if b.Pause < 0 || b.Timeout < 0 {
		bad = append(bad, errors.New("a pause and a time limit are more than zero"))
	}
	return errors.Join(bad...)
}

// Conn is a connection to a unit.
type Conn interface {
	modbus.Doer
	Close() error
}

// How much is tried before a unit is left alone. Ours.
const (
	busyMost   = 6               // answers "busy" one after the other
	silentMost = 3               // requests without an answer, one after the other
	redials    = 2               // connections after the first
	pauseMost  = 2 * time.Minute // between two tries
)

// Stopped says why a capture ended before its plan.
type Stopped struct {
	Reason Reason
	Err    error
}

func (s *Stopped) Error() string {
	if s.Reason == Interrupted {
		return "interrupted"
	}
	return fmt.Sprintf("%v: %s", s.Err, reasons[s.Reason])
}

func (s *Stopped) Unwrap() error { return s.Err }

// reasons says what a reason means, and what to do.
var reasons = map[Reason]string{
	Busy:        "the unit is left alone; try again at another time",
	OutOfBudget: "the budget is spent; give more with --max-requests",
	Refused:     "the unit is left alone; is the address right, and who else is connected to it?",
	Silent:      "the unit is left alone; is the unit id right?",
	Useless:     "nothing can be read here; are unit id and function right?",
}

// wire is the one way to the unit. It holds the budget: whatever is asked passes
// [wire.Do].
type wire struct {
	dial        func(context.Context) (Conn, error)
	budget      Budget
	conn        Conn
	next        time.Time // when the next request may leave
	sent        time.Time // when the last one left
	requests    int
	connections int
	heard       bool // this connection has brought an answer
}

// Do sends one request, when its time has come. It refuses what is not a reading,
// and what touches the command interface, whoever asks.
func (w *wire) Do(ctx context.Context, unit byte, pdu []byte) ([]byte, error) {
	if err := readOnly(pdu); err != nil {
		return nil, &Stopped{Useless, err}
	}
	if w.requests >= w.budget.Requests {
		return nil, &Stopped{OutOfBudget, fmt.Errorf("%d requests were sent", w.requests)}
	}
	if err := w.pace(ctx); err != nil {
		return nil, err
	}
	if err := w.open(ctx); err != nil {
		return nil, err
	}
	w.requests++
	w.sent = time.Now()
	limited, cancel := context.WithTimeout(ctx, w.budget.Timeout)
	defer cancel()
	reply, err := w.conn.Do(limited, unit, pdu)
	return reply, w.judge(ctx, limited, err)
}

// readOnly is the only gate to the wire: functions 3, 4 and 43/14, and none of
// them where a password may stand.
func readOnly(pdu []byte) error {
	if len(pdu) == 0 {
		return errors.New("an empty request")
	}
	switch pdu[0] {
	case modbus.FuncReadHolding, modbus.FuncReadInput:
		r, e := modbus.ParseReadRequest(pdu)
		if e != modbus.NoException {
			return fmt.Errorf("not a request that reads registers: %v", e)
		}
		if int(r.Address)+int(r.Count) > 65535 { // register 65536 has no number
			return errors.New("registers past 65535")
		}
		if s := (Span{regmap.At(r.Address), r.Count}); s.touches(command) {
			return fmt.Errorf("registers %v: %v are never read, since a password may stand there", s, command)
		}
		return nil
	case modbus.FuncEncapsulated:
		if _, e := modbus.ParseIdentificationRequest(pdu); e == modbus.NoException {
			return nil
		}
	}
	return fmt.Errorf("function %d is never sent: a capture only reads", pdu[0])
}

// pace waits until the next request may leave.
func (w *wire) pace(ctx context.Context) error {
	if err := sleep(ctx, time.Until(w.next)); err != nil {
		return err
	}
	w.next = time.Now().Add(w.budget.every())
	return nil
}

// open connects if there is no connection. There is never more than one.
func (w *wire) open(ctx context.Context) error {
	if w.conn != nil {
		return nil
	}
	if w.connections > redials {
		return &Stopped{Refused, errors.New("the connection was lost again and again")}
	}
	limited, cancel := context.WithTimeout(ctx, w.budget.Timeout)
	defer cancel()
	conn, err := w.dial(limited)
	switch {
	case err != nil && ctx.Err() != nil:
		return &Stopped{Interrupted, ctx.Err()}
	case err != nil:
		return &Stopped{Refused, err}
	}
	w.conn, w.heard = conn, false
	w.connections++
	return nil
}

// judge drops a connection that is lost, and ends the capture where the unit
// takes none.
func (w *wire) judge(ctx, limited context.Context, err error) error {
	var lost *modbus.TransportError
	switch {
	case err == nil, !errors.As(err, &lost):
		w.heard = true // an answer, be it an exception or nonsense
		return err
	case ctx.Err() != nil:
		return &Stopped{Interrupted, ctx.Err()}
	case limited.Err() != nil:
		return err // the connection stays: only this answer is missing
	}
	w.close()
	if !w.heard {
		return &Stopped{Refused, errors.New("it closes the connection at once: perhaps all its connections are taken")}
	}
	return err
}

func (w *wire) close() {
	if w.conn != nil {
		w.conn.Close()
		w.conn = nil
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	if ctx.Err() != nil {
		return &Stopped{Interrupted, ctx.Err()}
	}
	if d <= 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return &Stopped{Interrupted, ctx.Err()}
	}
}
