package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"switchroom/points"
	"switchroom/wire/usblink"
)

// Cable is a breaker at the other end of a USB cable, plugged in by a PC or by a
// phone with an OTG adapter (A5). A password is asked for once, when it connects
// (B5), and so it is by Bluetooth (A4), whose stream carries the same: the first call with one logs in, and every call with one that was not proved
// logs in anew. The protocol is ours, so none of it is for hardware.
type Cable struct {
	conn net.Conn
	in   *usblink.Reader
	opt  Options
	unit string
	way  string // what of the protocol is ours

	mu     sync.Mutex // one question at a time
	number uint32
	broken bool
	proved string // password that the session holds
	relied bool
}

// DialUSB plugs a cable in. The address is usb:///PATH?unit=NAME, with &by=PERSON
// where a certain person stands there, and &as=phone for a phone.
func DialUSB(ctx context.Context, address string, o Options) (*Cable, error) {
	if o.Timeout == 0 {
		o.Timeout = 5 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	c, g, err := approach(ctx, address, "usb")
	if err != nil {
		return nil, err
	}
	return &Cable{conn: c, in: usblink.NewReader(c), opt: o, unit: g.Unit, way: "the service protocol of the USB port"}, nil
}

// Login proves a password. Reading needs one too: any of the four.
func (c *Cable) Login(ctx context.Context, password string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.login(ctx, password)
}

func (c *Cable) login(ctx context.Context, password string) error {
	if password == "" || password == c.proved {
		return nil
	}
	_, err := c.prove(ctx, password)
	return err
}

// Prove asks anew which levels, 1 to 4, have a password.
func (c *Cable) Prove(ctx context.Context, password string) (levels []int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.opt.Strict {
		return nil, c.errStrict("login")
	}
	return c.prove(ctx, password)
}

func (c *Cable) prove(ctx context.Context, password string) ([]int, error) {
	c.proved = ""
	r, err := c.exchange(ctx, "login", &usblink.Ask{Verb: usblink.Login, Password: password})
	if err != nil {
		return nil, err
	}
	c.proved = password
	return r.Levels, nil
}

// errStrict is why strict mode asks nothing here.
func (c *Cable) errStrict(op string) error {
	return &Error{Op: op, Err: fmt.Errorf("%s is ours, and strict mode refuses that: %w", c.way, ErrUncertain)}
}

// ask asks one question, after a login where a password comes with it.
func (c *Cable) ask(ctx context.Context, op, password string, a *usblink.Ask) (*usblink.Reply, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.opt.Strict {
		return nil, c.errStrict(op)
	}
	if err := c.login(ctx, password); err != nil {
		return nil, err
	}
	c.relied = true
	return c.exchange(ctx, op, a)
}

// exchange asks and waits for the answer.
func (c *Cable) exchange(ctx context.Context, op string, a *usblink.Ask) (*usblink.Reply, error) {
	if c.broken {
		return nil, &Error{Op: op, Err: errors.New("the cable is out; connect again")}
	}
	body, err := json.Marshal(a)
	if err != nil {
		return nil, &Error{Op: op, Err: err}
	}
	c.number++
	frame := usblink.Frame{Kind: usblink.Question, Number: c.number, Body: body}
	out, err := frame.Append(nil)
	if err != nil {
		return nil, &Error{Op: op, Err: err}
	}
	defer clear(out) // it may hold a password
	defer clear(body)
	ctx, cancel := context.WithTimeout(ctx, c.opt.Timeout)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { c.conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if _, err = c.conn.Write(out); err == nil {
		var r *usblink.Reply
		if r, err = c.answer(); err == nil {
			return r, refusal(op, r)
		}
	}
	c.broken = true // what comes later must not be taken for the answer to something else
	return nil, &Error{Op: op, MayHaveHappened: changes(a.Verb), Err: err}
}

// changes reports whether a question may change something.
func changes(verb string) bool {
	return verb == usblink.Write || verb == usblink.Do || verb == usblink.Install
}

// answer reads until the answer to the last question.
func (c *Cable) answer() (*usblink.Reply, error) {
	for {
		f, err := c.in.Next()
		if err != nil {
			return nil, err
		}
		if f.Kind == usblink.Answer && f.Number == c.number {
			return usblink.ParseReply(f.Body)
		}
	}
}

// Refusal is a no of a unit by cable or Bluetooth: why, in a word, and what a person can
// do about it.
type Refusal struct{ Reason, Message string }

func (r *Refusal) Error() string { return r.Reason + ": " + r.Message }

// refusal makes an error of a no.
func refusal(op string, r *usblink.Reply) error {
	if r.OK {
		return nil
	}
	e := &Error{Op: op, MayHaveHappened: r.May, Refused: true, Reason: r.Reason, Err: &Refusal{r.Reason, r.Message}}
	for _, name := range r.Done {
		if id, err := points.Lookup(name); err == nil {
			e.Done = append(e.Done, id)
		}
	}
	return e
}

// Read reads points.
func (c *Cable) Read(ctx context.Context, ids ...points.ID) ([]Reading, error) {
	a := &usblink.Ask{Verb: usblink.Read}
	for _, id := range ids {
		a.Points = append(a.Points, id.String())
	}
	r, err := c.ask(ctx, "read", "", a)
	if err != nil {
		var e *Error
		if errors.As(err, &e) {
			err = e.Err // nothing happens by reading
		}
		return nil, err
	}
	out := make([]Reading, len(ids))
	for i, id := range ids {
		out[i] = Reading{Point: id, Value: decodeValue(r.Values[id.String()]), Certainty: points.Ours}
	}
	return out, nil
}

// decodeValue is a number, a text, or nothing.
func decodeValue(raw json.RawMessage) points.Value {
	var n *float64
	var s string
	switch {
	case json.Unmarshal(raw, &n) == nil && n != nil:
		return points.Number(*n)
	case json.Unmarshal(raw, &s) == nil && s != "":
		return points.String(s)
	}
	return points.Value{}
}

// encodeValue is its inverse.
func encodeValue(id points.ID, v points.Value) (json.RawMessage, error) {
	if t := points.Of(id).Type; t == points.Text || t == points.Secret || v.Text() != "" {
		return json.Marshal(v.Text())
	}
	return json.Marshal(v.Float())
}

// Write writes settings; those of protection act together or not at all.
func (c *Cable) Write(ctx context.Context, password string, group int, settings ...Setting) error {
	a := &usblink.Ask{Verb: usblink.Write, Group: group}
	for _, s := range settings {
		v, err := encodeValue(s.Point, s.Value)
		if err != nil {
			return &Error{Op: s.Point.String(), Err: err}
		}
		a.Settings = append(a.Settings, usblink.Setting{Point: s.Point.String(), Value: v})
	}
	_, err := c.ask(ctx, "write", password, a)
	return err
}

// Do does an action; of its arguments the one that is no key of a session.
func (c *Cable) Do(ctx context.Context, op points.ID, password string, args ...Argument) ([]byte, error) {
	a := &usblink.Ask{Verb: usblink.Do, Op: op.String()}
	for _, arg := range args {
		if arg.Name == "session" || arg.Name == "origin" || arg.Name == "reserved" {
			continue
		}
		v, err := encodeValue(op, arg.Value)
		if err != nil {
			return nil, &Error{Op: op.String(), Err: err}
		}
		a.Value = &v
	}
	r, err := c.ask(ctx, op.String(), password, a)
	if err != nil {
		return nil, err
	}
	return r.Value, nil
}

// Open opens the breaker and returns when the contacts have parted.
func (c *Cable) Open(ctx context.Context, password string) error {
	_, err := c.Do(ctx, points.BreakerOpen, password)
	return err
}

// CloseBreaker closes the breaker and returns when the contacts touch.
func (c *Cable) CloseBreaker(ctx context.Context, password string) error {
	_, err := c.Do(ctx, points.BreakerClose, password)
	return err
}

// Reset resets the breaker after a trip.
func (c *Cable) Reset(ctx context.Context, password string) error {
	_, err := c.Do(ctx, points.BreakerReset, password)
	return err
}

// Relied says that the protocol is ours.
func (c *Cable) Relied() []Reliance {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.relied {
		return nil
	}
	return []Reliance{{c.way, points.Ours, BehaviourKind, "OURS: in no document"}}
}

// Lost is closed when a Bluetooth link has ended; for a cable it never is.
func (c *Cable) Lost() <-chan struct{} {
	if s, ok := c.conn.(*bleConn); ok {
		return s.c.lost
	}
	return nil
}

// Close pulls the cable, or ends the link.
func (c *Cable) Close() error { return c.conn.Close() }
