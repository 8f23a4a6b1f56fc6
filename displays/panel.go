// Package displays is the front displays of a switchroom: FDM128, which watches up to
// eight breakers over Ethernet, and FDM121, which belongs to one (GUIDE A12).
//
// They are clients, and have no way of their own to a breaker: what they read and order
// goes through [switchroom/client] as everybody's does, with the password of the breaker
// in the request (B5). A display decides only who may press its own keys; whether a
// breaker does what it is asked is the breaker's to decide.
//
// The password of a breaker is handed on and kept nowhere. Of the passwords of an
// FDM128 hashes are kept ([Logins]).
//
// What is known of the real displays is little (facts: FDM128 and FDM121 guides): who
// may what, the passwords of the factory, and two weaknesses. Their screens are ours.
// ULP, by which an FDM121 is connected, is not modelled; nor whether a breaker counts
// an FDM121 as local or remote, which no document says.
package displays

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"switchroom/client"
	"switchroom/points"
)

// Kind is which display.
type Kind uint8

const (
	FDM128 Kind = iota
	FDM121
)

func (k Kind) String() string { return [...]string{"fdm128", "fdm121"}[k&1] }

// breakersMax is how many breakers a display has (facts: confirmed).
func (k Kind) breakersMax() int { return [...]int{8, 1}[k&1] }

// Options are how a display is made.
type Options struct {
	Kind     Kind
	Hardened bool    // with the refusals of profile hardened, which are ours
	Logins   *Logins // of an FDM128
	// Dial connects to the breaker at an address.
	Dial func(ctx context.Context, address string) (client.Breaker, error)
	// Carries reports whether a point can be read at an address.
	Carries func(address string, id points.ID) bool
	Now     func() time.Time
}

// Panel is a display. One goroutine uses it.
type Panel struct {
	Options
	units   []*unit
	screen  screen
	chosen  int // of the units
	view    int // of the views
	user    string
	role    Role
	touched time.Time // the last key
	asks    *prompt
	says    string
	refused bool
	// changed: this FDM121 has seen that the password is not the factory's any more.
	changed bool
}

type screen uint8

const (
	overview screen = iota
	one             // view of one breaker
	control
	warning // the password of the factory was given
)

func (s screen) String() string { return [...]string{"overview", "breaker", "control", "warning"}[s&3] }

// prompt is a text that the display waits for.
type prompt struct {
	what   string
	secret bool
	then   func(ctx context.Context, text string)
}

// New returns a display of the breakers at these addresses.
func New(addresses []string, o Options) (*Panel, error) {
	if n := o.Kind.breakersMax(); len(addresses) == 0 || len(addresses) > n {
		return nil, fmt.Errorf("%d breakers: an %v has 1 to %d", len(addresses), o.Kind, n)
	}
	p := &Panel{Options: o, touched: o.Now()}
	for _, a := range addresses {
		p.units = append(p.units, &unit{address: a})
	}
	if o.Kind == FDM121 {
		p.screen = one
	}
	return p, nil
}

// idle is how long a login lasts without a key. Ours: no document gives it.
const idle = 10 * time.Minute

// Look reads all breakers, each for itself: one that does not answer is told as such
// and holds up the others no longer than its own timeout.
func (p *Panel) Look(ctx context.Context) {
	if p.user != "" && p.Now().Sub(p.touched) >= idle {
		p.leave()
		p.asks, p.says = nil, "logged out: ten minutes without a key"
	}
	var all sync.WaitGroup
	for _, u := range p.units {
		all.Go(func() { u.look(ctx, &p.Options) })
	}
	all.Wait()
}

// Close ends the connections.
func (p *Panel) Close() {
	for _, u := range p.units {
		u.drop()
	}
}

// leave ends a login.
func (p *Panel) leave() {
	p.user, p.role = "", Guest
	if p.screen == warning || p.screen == control {
		p.screen = overview
	}
}

func (p *Panel) refuse(format string, args ...any) {
	p.says, p.refused = fmt.Sprintf(format, args...), true
}

func (p *Panel) ask(what string, secret bool, then func(ctx context.Context, text string)) {
	p.asks = &prompt{what, secret, then}
}

// Asks tells what text the display waits for; false: none.
func (p *Panel) Asks() (what string, secret, waiting bool) {
	if p.asks == nil {
		return "", false, false
	}
	return p.asks.what, p.asks.secret, true
}

// Type gives the display the text that it waits for.
func (p *Panel) Type(ctx context.Context, text string) {
	q := p.asks
	if q == nil {
		return
	}
	p.asks, p.says, p.refused, p.touched = nil, "", false, p.Now()
	q.then(ctx, text)
}

// Press presses a key. An error is a key that the display has not; what is refused it
// says itself.
func (p *Panel) Press(ctx context.Context, key string) error {
	k := p.keyNamed(key)
	if k == nil {
		return fmt.Errorf("an %v has no key %q; it has %s", p.Kind, key, p.keyNames())
	}
	p.touched = p.Now()
	if p.asks != nil && k.name != "esc" {
		p.refuse("it waits for: %s (esc to leave)", p.asks.what)
		return nil
	}
	p.says, p.refused = "", false
	if p.screen == warning && !k.warned {
		p.refuse("first: change the password%s", either(p.Hardened, "", ", or ok to go on with it"))
		return nil
	}
	k.do(p, ctx, k)
	return nil
}

func either(b bool, yes, no string) string {
	if b {
		return yes
	}
	return no
}

// choose shows a breaker by its number.
func (p *Panel) choose(_ context.Context, k *key) {
	n, _ := strconv.Atoi(k.name)
	if n > len(p.units) {
		p.refuse("there is no breaker %d", n)
		return
	}
	p.chosen, p.view, p.screen = n-1, 0, one
}

func (p *Panel) turn(by int) {
	if p.screen != one {
		p.refuse("choose a breaker first")
		return
	}
	p.view = (p.view + by + len(views)) % len(views)
}

func (p *Panel) escape() {
	switch {
	case p.asks != nil:
		p.asks, p.says = nil, "left; nothing was sent"
		p.refused = false
	case p.screen == control:
		p.screen = one
	case p.screen == warning:
		p.leave()
	case p.screen == one && p.Kind == FDM128:
		p.screen = overview
	default:
		p.view = 0
	}
}
