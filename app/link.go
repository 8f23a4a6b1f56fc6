package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"switchroom/client"
	"switchroom/wire/ble"
)

// link is a connection that stands.
type link struct {
	way    Way
	unit   string
	cable  *client.Cable
	since  time.Time
	levels []int // what the last password has proved; none: reading is not possible yet
}

// connected takes up a link that was made.
func (p *Phone) connected(l *link) error {
	p.mu.Lock()
	if p.over || p.link != nil {
		p.mu.Unlock()
		l.close()
		return errOver
	}
	l.since = p.now()
	p.link, p.ended, p.news = l, "", nil
	p.changed()
	if lost := l.cable.Lost(); lost != nil {
		p.waiting.Go(func() {
			<-lost
			p.lost(l)
		})
	}
	p.mu.Unlock()
	return nil
}

// lost says that a link has ended by itself.
func (p *Phone) lost(l *link) {
	p.mu.Lock()
	mine := p.link == l
	if mine {
		p.unlink(whyLost(l))
	}
	p.mu.Unlock()
	if mine {
		l.close()
	}
}

// whyLost says why, and what to do about it.
func whyLost(l *link) string {
	if l.way == Cable {
		return "The USB cable is out, or the breaker is gone. Plug it in again."
	}
	why := l.cable.LostWhy()
	switch {
	case errors.Is(why, ble.ConnectionTimeout):
		return "The Bluetooth link is lost: the breaker is out of range (20 to 30 m), jammed, or without supply. Go back to it and connect again."
	case errors.Is(why, ble.RemoteEnded):
		return "The breaker has ended the Bluetooth link: somebody pressed its button again, its timer has run out, or the function was disabled. Press the button and connect again."
	}
	return fmt.Sprintf("The Bluetooth link has ended: %v. Connect again.", why)
}

// unlink takes the link away and says why. p.mu is held; close what it returns without.
func (p *Phone) unlink(why string) *link {
	l := p.link
	p.link, p.ended = nil, why
	p.changed()
	return l
}

func (l *link) close() {
	if l != nil {
		l.cable.Close()
	}
}

// Leave ends the link, as the person wants it.
func (p *Phone) Leave() {
	p.mu.Lock()
	var l *link
	if p.link != nil {
		l = p.unlink("You have ended the link.")
	}
	p.mu.Unlock()
	l.close()
}

// ErrNoLink is why nothing can be asked.
var ErrNoLink = errors.New("the phone is connected to no breaker: connect first")

// current is the link that stands.
func (p *Phone) current() (*link, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.link == nil {
		return nil, ErrNoLink
	}
	return p.link, nil
}

// free says why no other link can be made.
func (p *Phone) free() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.over:
		return errOver
	case p.link != nil:
		return fmt.Errorf("the phone is connected to %s: end that link first", p.link.unit)
	case p.pairing != nil:
		return fmt.Errorf("the phone is being paired with %s: finish that first, or stop it", p.pairing.Breaker)
	}
	return nil
}

// after looks at what an error means for the link, and returns it.
func (p *Phone) after(l *link, err error) error {
	if err == nil || !l.cable.Out() {
		return err
	}
	p.lost(l)
	return err
}

// options are those of every connection.
func (p *Phone) options() client.Options {
	return client.Options{Timeout: p.timeout, Event: p.heard, App: p.genuine}
}

// Login proves a password (B5): any of the four lets the phone read. It is forgotten when
// it was asked.
func (p *Phone) Login(ctx context.Context, password string) ([]int, error) {
	p.doing.Lock()
	defer p.doing.Unlock()
	l, err := p.current()
	if err != nil {
		return nil, err
	}
	return p.prove(ctx, l, password)
}

// prove asks the unit for the levels of a password. A wrong one ends what was proved
// before, at the unit too.
func (p *Phone) prove(ctx context.Context, l *link, password string) ([]int, error) {
	levels, err := l.cable.Prove(ctx, password)
	p.mu.Lock()
	l.levels = levels
	p.changed()
	p.mu.Unlock()
	return levels, p.after(l, err)
}
