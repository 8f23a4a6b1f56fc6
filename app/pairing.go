package app

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"switchroom/client"
)

// Prompt is how far pairing is.
type Prompt struct {
	Breaker string `json:"breaker,omitempty"` // that the phone is being paired with; "": none
	Asks    bool   `json:"asks"`              // the breaker shows a code, and the phone wants it
	Failed  string `json:"failed,omitempty"`  // why the last pairing came to nothing
}

// pairing is one attempt, which the person has asked for.
type pairing struct {
	Prompt
	code chan string
	done chan struct{} // closed when it has ended
	err  error         // read it after that
	stop context.CancelFunc
	turn chan struct{} // closed when the code is asked for
}

// Pair begins to pair with a breaker because the person asks for it (D11), and returns
// when the breaker shows a code, or has not come to that. The code goes to [Phone.Code].
func (p *Phone) Pair(ctx context.Context, name string) error {
	b, err := p.find(name)
	if err != nil {
		return err
	}
	if b.BLE == "" {
		return fmt.Errorf("%s has no Bluetooth here", name)
	}
	if err := errors.Join(p.radio(), p.free()); err != nil {
		return err
	}
	a, err := p.begin(b)
	if err != nil {
		return err
	}
	select {
	case <-a.turn:
		return nil
	case <-a.done:
		return a.err
	case <-ctx.Done():
		a.stop()
		<-a.done
		return ctx.Err()
	}
}

// begin starts an attempt, unless there is one.
func (p *Phone) begin(b Breaker) (*pairing, error) {
	ctx, stop := context.WithCancel(context.Background())
	a := &pairing{Prompt: Prompt{Breaker: b.Name}, code: make(chan string), done: make(chan struct{}), turn: make(chan struct{}), stop: stop}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over || p.pairing != nil {
		stop()
		return nil, errors.New("the phone is being paired already: finish that first, or stop it")
	}
	p.pairing, p.unpaired = a, ""
	p.changed()
	p.waiting.Go(func() { p.run(ctx, a, b) })
	return a, nil
}

// run is an attempt from its begin to its end.
func (p *Phone) run(ctx context.Context, a *pairing, b Breaker) {
	defer close(a.done)
	defer a.stop()
	p.doing.Lock()
	defer p.doing.Unlock()
	o := p.options()
	o.Passkey = func(ctx context.Context, _ string) (string, error) { return p.ask(ctx, a) }
	c, err := client.DialBLE(ctx, b.BLE, o)
	p.mu.Lock()
	a.err = err
	p.pairing = nil
	if err != nil {
		p.unpaired = err.Error()
	}
	p.changed()
	p.mu.Unlock()
	if err == nil {
		a.err = p.connected(&link{way: Bluetooth, unit: b.Name, cable: c})
	}
}

// ask asks the person for the code, once an attempt.
func (p *Phone) ask(ctx context.Context, a *pairing) (string, error) {
	p.mu.Lock()
	if p.pairing != a || a.Asks {
		p.mu.Unlock()
		return "", ErrUnasked
	}
	a.Asks = true
	close(a.turn)
	p.changed()
	p.mu.Unlock()
	select {
	case code := <-a.code:
		return code, nil
	case <-ctx.Done():
		return "", errors.New("no code was typed in time, or pairing was stopped: it shows a code for 30 s")
	}
}

// errNotAsked is why a code is not taken.
var errNotAsked = errors.New("no breaker asks for a code: begin to pair first")

// Code gives the six digits that the breaker shows, and returns what became of it.
func (p *Phone) Code(ctx context.Context, code string) error {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	if len(code) != 6 || strings.Trim(code, "0123456789") != "" {
		return errors.New("the code is the six digits that the display of the breaker shows")
	}
	p.mu.Lock()
	a := p.pairing
	p.mu.Unlock()
	if a == nil {
		return errNotAsked
	}
	select {
	case a.code <- code:
	case <-a.done:
		return errNotAsked
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-a.done:
		return a.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Stop ends an attempt to pair.
func (p *Phone) Stop() {
	p.mu.Lock()
	a := p.pairing
	p.mu.Unlock()
	if a != nil {
		a.stop()
		<-a.done
	}
}
