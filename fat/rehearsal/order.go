package rehearsal

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"switchroom/points"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// orders are what a person can order from the screen.
var orders = map[string]points.ID{"close": points.BreakerClose, "open": points.BreakerOpen}

// command takes an order from the screen. 400: no such order; 502: refused, or
// nobody knows.
func (s *System) command(w http.ResponseWriter, q *http.Request) {
	var o struct{ Breaker, Do, Password string }
	err := json.NewDecoder(http.MaxBytesReader(w, q.Body, 4096)).Decode(&o)
	id, known := orders[o.Do]
	link := s.links[o.Breaker]
	if err != nil || !known || link == nil {
		http.Error(w, `send {"breaker":"Q1","do":"open"}: a breaker that there is, open or close`, http.StatusBadRequest)
		return
	}
	if o.Password == "" {
		o.Password = s.cfg.Password
	}
	if err := s.order(q.Context(), link, id, o.Password); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	fmt.Fprintln(w, `{"done":true}`)
}

// tries is how often the mistake of repeating an order sends it.
const tries = 5

// order sends an order once and waits for its answer.
func (s *System) order(ctx context.Context, l *link, id points.ID, password string) error {
	cmd, ok := regmap.CommandFor(id)
	if !ok {
		return fmt.Errorf("no command does %v", id)
	}
	frame, err := commandFrame(cmd, password, l.d.Dest)
	if err != nil {
		return err
	}
	request := modbus.WriteRequest{Address: regmap.CommandFirst.Address(), Values: frame}.Append(nil)
	for try := 1; ; try++ {
		_, err = l.ask(ctx, request)
		if err == nil {
			err = s.outcome(ctx, l, cmd)
		}
		var x modbus.Exception
		var r refusal
		if err == nil || errors.As(err, &x) || errors.As(err, &r) {
			return err
		}
		if !l.d.Repeats || try == tries {
			return fmt.Errorf("it may have happened, look at the breaker: %w", err)
		}
		if err := wait(ctx, l.d.Timeout); err != nil { // the mistake
			return err
		}
	}
}

// refusal is the status of an order that was not carried out.
type refusal regmap.Status

func (r refusal) Error() string { return "refused: " + regmap.Status(r).String() }

// answerFor is how long an order may take. Ours.
const answerFor = 3 * time.Second

// outcome polls the answer to an order.
func (s *System) outcome(ctx context.Context, l *link, cmd *regmap.Command) error {
	request := modbus.ReadRequest{Function: modbus.FuncReadHolding, Address: regmap.CommandEcho.Address(), Count: 2}.Append(nil)
	until := time.Now().Add(answerFor)
	for {
		pdu, err := l.ask(ctx, request)
		if err != nil {
			return err
		}
		reply, err := modbus.ParseReadReply(pdu)
		if err != nil || len(reply.Values) != 4 {
			return errors.New("no answer to the order")
		}
		echo, status := binary.BigEndian.Uint16(reply.Values), binary.BigEndian.Uint16(reply.Values[2:])
		switch {
		case echo != cmd.Code:
			return errors.New("somebody else uses the command interface")
		case status != regmap.InProgress && regmap.Status(status&0xFF) != regmap.Success:
			return refusal(status & 0xFF)
		case status != regmap.InProgress:
			return nil
		case time.Now().After(until):
			return errors.New("the order is still in progress")
		}
		if err := wait(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
}

// commandFrame is the 20 registers of a command without parameters.
func commandFrame(cmd *regmap.Command, password string, dest uint16) ([]byte, error) {
	if len(password) != 4 && cmd.Password {
		return nil, errors.New("the password of a breaker has exactly four characters")
	}
	if dest == 0 {
		dest = cmd.Dest
	}
	f := make([]byte, 2*regmap.CommandWords)
	word := func(r regmap.Register, v uint16) { binary.BigEndian.PutUint16(f[2*int(r-regmap.CommandFirst):], v) }
	word(regmap.CommandFirst, cmd.Code)
	word(regmap.CommandLength, cmd.Length())
	word(regmap.CommandDest, dest)
	if cmd.Password {
		word(regmap.CommandSec, 1)
		copy(f[2*int(regmap.CommandPass-regmap.CommandFirst):], password)
	}
	for i, v := range regmap.Reserved {
		word(regmap.CommandLast-3+regmap.Register(i), v)
	}
	return f, nil
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
