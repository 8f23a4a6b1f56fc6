package app

import (
	"context"
	"errors"
	"fmt"

	"switchroom/client"
)

// Why the person has to do something to the phone first.
var (
	// ErrOnline refuses to read a tag (D8).
	ErrOnline = errors.New("go offline (flight mode) and switch Bluetooth off first, and say so: a phone that reads a tag is connected to nothing else (D8)")
	// ErrRadioOff refuses to connect by Bluetooth.
	ErrRadioOff = errors.New("switch Bluetooth of the phone on first, and say so")
	// ErrUnasked is why a phone does not pair though the breaker wants it to (D11).
	ErrUnasked = errors.New("the breaker does not know this phone any more and wants to pair; nobody asked for that, so it was refused (D11). If it was made to forget its phones, pair anew: in a secure place, with the phone close to it")
)

// Hold holds the phone to the front of a breaker and reads its tag (A3). The person must
// have gone offline and switched Bluetooth off before.
func (p *Phone) Hold(ctx context.Context, name string) (*Tag, error) {
	b, err := p.find(name)
	if err != nil {
		return nil, err
	}
	if b.NFC == "" {
		return nil, fmt.Errorf("%s has no NFC here", name)
	}
	if err := p.alone(); err != nil {
		return nil, err
	}
	p.doing.Lock()
	defer p.doing.Unlock()
	t, err := client.DialTag(ctx, b.NFC, p.options())
	if err != nil {
		return nil, err
	}
	defer t.Close()
	read := &Tag{t.Label(), p.now()}
	p.mu.Lock()
	p.tag = read
	p.changed()
	p.mu.Unlock()
	return read, nil
}

// alone says what the person has to do before a tag is read.
func (p *Phone) alone() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.choices.Said || !p.choices.Offline || p.choices.Bluetooth {
		return ErrOnline
	}
	return nil
}

// LastTag is what was read off a tag last; nil: nothing.
func (p *Phone) LastTag() *Tag {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.tag
}

// Connect connects to a breaker by Bluetooth or by a cable. It does not pair; see
// [Phone.Pair].
func (p *Phone) Connect(ctx context.Context, name string, w Way) error {
	b, err := p.find(name)
	if err != nil {
		return err
	}
	if err := p.free(); err != nil { // at once, while a code is waited for
		return err
	}
	p.doing.Lock()
	defer p.doing.Unlock()
	if err := p.free(); err != nil {
		return err
	}
	l := &link{way: w, unit: name}
	switch {
	case w == Bluetooth && b.BLE != "":
		if err := p.radio(); err != nil {
			return err
		}
		if l.cable, err = client.DialBLE(ctx, b.BLE, p.options()); errors.Is(err, client.ErrPairAgain) {
			return ErrUnasked
		}
	case w == Cable && b.USB != "":
		l.cable, err = client.DialUSB(ctx, b.USB, p.options())
	default:
		return fmt.Errorf("%s cannot be reached by %q here; the ways are %s and %s", name, w, Bluetooth, Cable)
	}
	if err != nil {
		return err
	}
	return p.connected(l)
}

// radio says what the person has to do before Bluetooth works.
func (p *Phone) radio() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.choices.Said || !p.choices.Bluetooth {
		return ErrRadioOff
	}
	return nil
}
