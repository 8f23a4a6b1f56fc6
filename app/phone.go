package app

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"switchroom/client"
	"switchroom/wire/ndef"
)

// Breaker is one that the phone may meet, and the addresses of the ways to it; "" where
// there is no such way. See [client.Connect].
type Breaker struct{ Name, BLE, NFC, USB string }

// Way is how a phone is connected.
type Way string

// The ways that stay connected. NFC does not: it reads once.
const (
	Bluetooth Way = "bluetooth"
	Cable     Way = "usb"
)

// Choices are what the person has done to the phone itself. A program cannot do it for
// them and cannot look: it believes what it is told. Nothing is said as it starts.
type Choices struct {
	Offline   bool `json:"offline"`   // flight mode: no mobile network, no Wi-Fi (D8, D10)
	Bluetooth bool `json:"bluetooth"` // switched on
	Said      bool `json:"said"`      // else nothing was said yet, and nothing is known
}

// Phone is one phone in one person's hand. Its methods may be called by several
// goroutines; what a person does is done one after the other.
type Phone struct {
	breakers []Breaker
	timeout  time.Duration // of each exchange
	genuine  *client.App   // what it shows to a unit that asks whether its app is genuine; nil: nothing
	now      func() time.Time

	doing sync.Mutex // held while something is asked of a breaker

	mu       sync.Mutex // guards the following
	choices  Choices
	link     *link
	pairing  *pairing // under way
	unpaired string   // why the last came to nothing
	tag      *Tag
	ended    string // why there is no link any more, for the person
	news     []News
	newsAll  int // how many there ever were
	watchers map[chan struct{}]bool
	over     bool

	waiting sync.WaitGroup
}

// Tag is what was read off a tag, and when.
type Tag struct {
	Label *ndef.Label
	At    time.Time
}

// NewPhone returns a phone that is connected to nothing. timeout is that of each
// exchange; 0 is five seconds.
func NewPhone(breakers []Breaker, timeout time.Duration) *Phone {
	return &Phone{breakers: breakers, timeout: timeout, now: time.Now, watchers: map[chan struct{}]bool{}}
}

// Genuine has the app show a key that was certified for genuine apps, to units that ask
// for it. It is called before anything else.
func (p *Phone) Genuine(a *client.App) { p.genuine = a }

// State is all that the phone knows of itself.
type State struct {
	Choices
	Breaker string    `json:"breaker,omitempty"` // it is connected to
	Way     Way       `json:"way,omitempty"`
	Since   time.Time `json:"since,omitzero"`
	Levels  []int     `json:"levels"` // what the last password has proved
	Ended   string    `json:"ended,omitempty"`
	Pairing Prompt    `json:"pairing"`
	Tag     string    `json:"tag,omitempty"` // of which breaker a tag was read
	News    []News    `json:"news"`          // what the breaker has told since it is connected, the newest first
	told    int
}

// Connected reports whether a link stands.
func (s State) Connected() bool { return s.Breaker != "" }

// Proved reports whether a password was taken, so that reading works.
func (s State) Proved() bool { return len(s.Levels) > 0 }

// State returns what the phone knows of itself.
func (p *Phone) State() State {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := State{Choices: p.choices, Ended: p.ended, Levels: []int{}, News: slices.Clone(p.news), told: p.newsAll}
	if s.News == nil {
		s.News = []News{}
	}
	if l := p.link; l != nil {
		s.Breaker, s.Way, s.Since = l.unit, l.way, l.since
		s.Levels = append(s.Levels, l.levels...)
	}
	if s.Pairing.Failed = p.unpaired; p.pairing != nil {
		s.Pairing = p.pairing.Prompt
	}
	if p.tag != nil {
		s.Tag = p.tag.Label.Unit
	}
	return s
}

// Breakers returns those that the phone may meet.
func (p *Phone) Breakers() []Breaker { return p.breakers }

// find returns the breaker of a name.
func (p *Phone) find(name string) (Breaker, error) {
	i := slices.IndexFunc(p.breakers, func(b Breaker) bool { return b.Name == name })
	if i < 0 {
		return Breaker{}, fmt.Errorf("no breaker %q is known to this phone", name)
	}
	return p.breakers[i], nil
}

// Choose notes what the person says that they have done to the phone. Bluetooth switched
// off ends a link over it.
func (p *Phone) Choose(offline, bluetooth bool) {
	p.mu.Lock()
	p.choices = Choices{offline, bluetooth, true}
	var out *link
	if !bluetooth {
		if p.pairing != nil {
			p.pairing.stop()
		}
		if p.link != nil && p.link.way == Bluetooth {
			out = p.unlink("You have switched Bluetooth off: the link has ended.")
		}
	}
	p.changed()
	p.mu.Unlock()
	out.close()
}

// changed tells whoever watches. p.mu is held.
func (p *Phone) changed() {
	for w := range p.watchers {
		select {
		case w <- struct{}{}:
		default: // it has not looked since
		}
	}
}

// Close ends everything and waits for it.
func (p *Phone) Close() {
	p.mu.Lock()
	p.over = true
	if p.pairing != nil {
		p.pairing.stop()
	}
	l := p.unlink("")
	p.mu.Unlock()
	l.close()
	p.waiting.Wait()
}

// errOver is why a phone does nothing more.
var errOver = errors.New("this phone is being put away")

// Watch returns a channel that has something in it after each change, and what ends it.
func (p *Phone) Watch() (<-chan struct{}, func()) {
	w := make(chan struct{}, 1)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.watchers[w] = true
	return w, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.watchers, w)
	}
}
