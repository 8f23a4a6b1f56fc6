package client

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"switchroom/points"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// Error says why an operation was not, or not surely, done.
type Error struct {
	Op string // "breaker.open"
	// MayHaveHappened is false only if it surely has not: it was never sent, or
	// the unit has refused it. Never repeat what may have happened; read first.
	MayHaveHappened bool
	Refused         bool          // the unit has answered no
	Status          regmap.Status // of a refusal over Modbus
	Reason          string        // of a refusal by another way, in a word
	Done            []points.ID   // what was asked for together with it and has been done before
	Err             error
}

func (e *Error) Error() string {
	s := fmt.Sprintf("%s: it has not happened: %v", e.Op, e.Err)
	switch {
	case e.Reason != "" && e.MayHaveHappened:
		s = fmt.Sprintf("%s: refused: %v, and it may have happened all the same: read the state before you do it again", e.Op, e.Err)
	case e.Reason != "":
		s = fmt.Sprintf("%s: refused: %v", e.Op, e.Err)
	case e.Refused && e.MayHaveHappened:
		s = fmt.Sprintf("%s: refused: %v (status 0x%02X), and it may have happened all the same: read the state before you do it again", e.Op, e.Err, uint8(e.Status))
	case e.Refused:
		s = fmt.Sprintf("%s: refused: %v (status 0x%02X)", e.Op, e.Status, uint8(e.Status))
	case e.MayHaveHappened:
		s = fmt.Sprintf("%s: it may have happened: %v; read the state before you do it again", e.Op, e.Err)
	}
	if len(e.Done) > 0 {
		s += fmt.Sprintf("; done before: %v", e.Done)
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// ErrUncertain is in the chain of an error about a command that is too
// uncertain for hardware, or for strict mode.
var ErrUncertain = errors.New("too uncertain for hardware")

// Argument is a parameter of a command, by name; see regmap.Commands.
type Argument struct {
	Name  string
	Value points.Value
}

// Do carries out an action with its arguments. password may be empty for
// commands that need none.
func (c *Client) Do(ctx context.Context, op points.ID, password string, args ...Argument) ([]byte, error) {
	cmd, ok := regmap.CommandFor(op)
	if !ok {
		return nil, &Error{Op: op.String(), Err: errors.New("no command does this")}
	}
	return c.run(ctx, cmd, password, args)
}

// Open opens the breaker and returns when the contacts have parted.
func (c *Client) Open(ctx context.Context, password string) error {
	return c.operate(ctx, points.BreakerOpen, password, false)
}

// CloseBreaker closes the breaker and returns when the contacts touch.
func (c *Client) CloseBreaker(ctx context.Context, password string) error {
	return c.operate(ctx, points.BreakerClose, password, true)
}

// Reset resets the breaker after a trip.
func (c *Client) Reset(ctx context.Context, password string) error {
	_, err := c.Do(ctx, points.BreakerReset, password)
	return err
}

// operate sends an order and confirms it in the status word, as the documents
// ask (MB: after open and close, confirm in 32001). On a unit with one command
// interface for everybody the answer can be another client's, so a refusal is
// not believed either where the status shows that it was done.
func (c *Client) operate(ctx context.Context, op points.ID, password string, closed bool) error {
	before, err := c.contacts(ctx)
	if err != nil {
		return &Error{Op: op.String(), Err: err}
	}
	_, err = c.Do(ctx, op, password)
	var e *Error
	if errors.As(err, &e) && !e.Refused {
		return err
	}
	after, lost := c.contacts(ctx)
	switch {
	case err == nil && lost != nil:
		return &Error{Op: op.String(), MayHaveHappened: true, Err: lost}
	case err == nil && !after.is(closed):
		return &Error{Op: op.String(), MayHaveHappened: true, Err: errors.New("the unit says success, and its status does not show it")}
	case err != nil && (lost != nil || after.is(closed) && !before.is(closed)):
		e.MayHaveHappened = true
		e.Err = fmt.Errorf("%v; but the breaker is not known to be as it was", e.Status)
	}
	return err
}

// contacts reads whether the breaker is closed.
func (c *Client) contacts(ctx context.Context) (state, error) {
	r, err := c.Read(ctx, points.BreakerClosed)
	if err != nil {
		return state{}, err
	}
	return state{r[0].Value}, nil
}

type state struct{ v points.Value }

// is reports whether the contacts are known to be so.
func (s state) is(closed bool) bool { return s.v.Available() && s.v.Bool() == closed }

// run sends one command and waits for its answer. It returns the reply.
func (c *Client) run(ctx context.Context, cmd *regmap.Command, password string, args []Argument) ([]byte, error) {
	op := cmd.Point.String()
	frame, err := frame(cmd, password, args)
	if err != nil {
		return nil, &Error{Op: op, Err: err}
	}
	defer clear(frame) // it holds the password
	c.command.Lock()
	defer c.command.Unlock()
	// Asked here and not earlier: between the question and the command nothing
	// else of this client goes to the unit.
	if err := c.allowed(ctx, cmd); err != nil {
		return nil, &Error{Op: op, Err: err}
	}
	if err := c.send(ctx, frame); err != nil {
		return nil, &Error{Op: op, MayHaveHappened: mayHave(err), Err: err}
	}
	c.relyOnCommand(cmd)
	return c.answer(ctx, cmd)
}

// allowed holds back what is too uncertain for whoever is at the other end.
func (c *Client) allowed(ctx context.Context, cmd *regmap.Command) error {
	worst := max(cmd.Certainty, cmd.Layout)
	if worst < points.Inferred {
		return nil
	}
	if c.opt.Strict {
		return fmt.Errorf("command %d is %v, and strict mode refuses that: %w", cmd.Code, worst, ErrUncertain)
	}
	if slices.Contains(c.opt.Allow, cmd.Code) || c.Virtual(ctx) {
		return nil
	}
	return fmt.Errorf("command %d is %v and this is hardware; allow it by its code if you are sure: %w", cmd.Code, worst, ErrUncertain)
}

// frame builds the 20 registers of a command.
func frame(cmd *regmap.Command, password string, args []Argument) ([]byte, error) {
	f := make([]byte, 2*regmap.CommandWords)
	word := func(r regmap.Register, v uint16) { binary.BigEndian.PutUint16(f[2*int(r-regmap.CommandFirst):], v) }
	word(regmap.CommandFirst, cmd.Code)
	word(regmap.CommandLength, cmd.Length())
	word(regmap.CommandDest, cmd.Dest)
	if cmd.Password || password != "" {
		if len(password) != 4 {
			return nil, errors.New("the password of a breaker has exactly four characters")
		}
		word(regmap.CommandSec, 1)
		copy(f[2*int(regmap.CommandPass-regmap.CommandFirst):], password)
	}
	at := f[2*int(regmap.CommandParam-regmap.CommandFirst):]
	for _, p := range cmd.Params {
		i := slices.IndexFunc(args, func(a Argument) bool { return a.Name == p.Name })
		if i < 0 {
			return nil, fmt.Errorf("argument %q is missing: %s", p.Name, p.Help)
		}
		if err := putParam(at, p, args[i].Value); err != nil {
			return nil, err
		}
		at = at[p.Bytes:]
	}
	for i, v := range regmap.Reserved {
		word(regmap.CommandLast-3+regmap.Register(i), v)
	}
	return f, nil
}

// putParam writes one parameter, or refuses what it cannot hold.
func putParam(at []byte, p regmap.Param, v points.Value) error {
	n := v.Float()
	switch {
	case p.Kind == regmap.F32:
		binary.BigEndian.PutUint32(at, math.Float32bits(float32(n)))
		return nil
	case p.Kind == regmap.XDate:
		regmap.PutXDate(at, v.Time())
		return nil
	case p.Kind == regmap.Chars && len(v.Text()) > p.Bytes:
		return fmt.Errorf("%s: %d characters; there is room for %d", p.Name, len(v.Text()), p.Bytes)
	case p.Kind == regmap.Chars:
		copy(at[:p.Bytes], v.Text())
		return nil
	case !(n >= 0 && n < math.Pow(256, float64(p.Bytes)) && n == math.Trunc(n)):
		return fmt.Errorf("%s: %g does not fit: %s", p.Name, n, p.Help)
	}
	for i := p.Bytes - 1; i >= 0; i-- {
		at[i] = byte(uint64(n) >> (8 * (p.Bytes - 1 - i)))
	}
	return nil
}

func (c *Client) send(ctx context.Context, frame []byte) error {
	ctx, cancel := context.WithTimeout(ctx, c.opt.Timeout)
	defer cancel()
	return c.role.told(c.unit.WriteRegisters(ctx, regmap.CommandFirst.Address(), frame))
}

// mayHave reports whether a failed write may have reached the unit. An
// exception is an answer: it was not done.
func mayHave(err error) bool {
	var t *modbus.TransportError
	if errors.As(err, &t) {
		return t.MayHaveHappened
	}
	var x modbus.Exception
	return !errors.As(err, &x)
}

// How the answer is polled (NSX, "Command Examples": no change within a second
// makes the link suspect; the mechanism has a second of its own).
const (
	pollEvery = 20 * time.Millisecond
	pollFor   = 2500 * time.Millisecond
)

// answer polls the status until the command has ended.
func (c *Client) answer(ctx context.Context, cmd *regmap.Command) ([]byte, error) {
	op := cmd.Point.String()
	deadline := time.Now().Add(pollFor)
	for {
		b, err := c.registers(ctx, regmap.CommandEcho, 3)
		if err != nil {
			return nil, &Error{Op: op, MayHaveHappened: true, Err: err}
		}
		echo, status, count := binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:]), binary.BigEndian.Uint16(b[4:])
		switch {
		case echo != cmd.Code:
			return nil, &Error{Op: op, MayHaveHappened: true, Err: fmt.Errorf("the unit echoes command %d: another client uses the command interface", echo)}
		case status == regmap.InProgress && time.Now().After(deadline):
			return nil, &Error{Op: op, MayHaveHappened: true, Err: fmt.Errorf("still in progress after %v", pollFor)}
		case status == regmap.InProgress:
			c.relyOn(inProgress)
			if err := wait(ctx, pollEvery); err != nil {
				return nil, &Error{Op: op, MayHaveHappened: true, Err: err}
			}
			continue
		}
		s := regmap.Status(status & 0xFF)
		c.relyOnStatus(s)
		if s != regmap.Success {
			return nil, &Error{Op: op, Refused: true, MayHaveHappened: regmap.StatusOf(s).May, Status: s, Err: errors.New(s.String())}
		}
		return c.reply(ctx, cmd, b, count)
	}
}

// reply reads what the command returned, with its head once more in the same
// request: what another client's command returned must not be taken for it.
func (c *Client) reply(ctx context.Context, cmd *regmap.Command, head []byte, count uint16) ([]byte, error) {
	if count == 0 {
		return nil, nil
	}
	words := 3 + min((count+1)/2, modbus.MaxRead-3)
	b, err := c.registers(ctx, regmap.CommandEcho, words)
	if err == nil && !bytes.Equal(b[:6], head) {
		err = errors.New("another client used the command interface before the reply was read")
	}
	if err != nil {
		return nil, &Error{Op: cmd.Point.String(), MayHaveHappened: true, Err: err}
	}
	return b[6:min(6+int(count), len(b))], nil
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
