// Package serial is the way to units through IFMs on a Modbus-SL line (GUIDE A7): one
// two-wire line with a master and several IFMs, each with an address of its own from
// two rotary switches. The line is a pseudo-terminal, a real serial device, or one
// that an IFE server is the master of.
//
// A poll takes the time that it takes: on lines that have no speed of their own,
// characters are held back at the rate of the line. Where the other end's rate can be
// told (a pseudo-terminal, of which the speed is known and the parity is not), one that
// is set otherwise hears nothing, as in the field.
//
// What a unit is as registers has [switchroom/paths/bus]; the bytes have
// [switchroom/wire/modbus].
package serial

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"switchroom/wire/modbus"
)

// Limits of the IFM: its address comes from two rotary switches (recalled).
const (
	MinAddress = 1
	MaxAddress = 99
)

// ErrNoPty says that no pseudo-terminal could be made.
var ErrNoPty = errors.New("no pseudo-terminal can be made")

// senseFrames is how many frames an IFM must hear to find the speed of its line (NSX:
// at least 25).
const senseFrames = 25

// Options are how a line is set.
type Options struct {
	Rate
	Auto bool // the IFMs find the speed by themselves, beginning with that of Rate
	Pace bool // hold characters back at the rate of the line
}

// Line is one line and the IFMs on it.
type Line struct {
	name string
	opt  Options
	ifms map[byte]modbus.Handler

	rate    atomic.Pointer[Rate]
	garbled atomic.Uint64 // bytes at a speed that nobody understands

	mu     sync.Mutex
	sensed int // baud at which the last frames came
	heard  modbus.Deframer
}

// NewLine returns a line without IFMs.
func NewLine(name string, o Options) (*Line, error) {
	if err := o.Rate.Check(); err != nil {
		return nil, fmt.Errorf("line %s: %w", name, err)
	}
	l := &Line{name: name, opt: o, ifms: map[byte]modbus.Handler{}}
	l.rate.Store(&o.Rate)
	return l, nil
}

// Add puts an IFM on the line. Call it before the line serves.
func (l *Line) Add(address byte, h modbus.Handler) error {
	switch {
	case address < MinAddress || address > MaxAddress:
		return fmt.Errorf("line %s: address %d: the rotary switches of an IFM are set to %d to %d", l.name, address, MinAddress, MaxAddress)
	case l.ifms[address] != nil:
		return fmt.Errorf("line %s: address %d is taken", l.name, address)
	}
	l.ifms[address] = h
	return nil
}

// Rate is at which the IFMs speak now.
func (l *Line) Rate() Rate { return *l.rate.Load() }

// Garbled is how many bytes came at a speed that the IFMs do not understand.
func (l *Line) Garbled() uint64 { return l.garbled.Load() }

// units are the addresses on the line.
func (l *Line) units() (all []byte) {
	for a := byte(MinAddress); a <= MaxAddress; a++ {
		if l.ifms[a] != nil {
			all = append(all, a)
		}
	}
	return all
}

// Serve passes a frame to the IFM that it is for.
func (l *Line) Serve(q *modbus.Query, out []byte) []byte {
	if h := l.ifms[q.Unit]; h != nil {
		return h.Serve(q, out)
	}
	return out
}

// Listen answers what comes over port until it fails.
func (l *Line) Listen(port io.ReadWriter) error {
	w := &wire{line: l, port: port}
	m := modbus.Line{Handler: l, Units: l.units()}
	return m.Serve(w)
}

// wire is the copper: what crosses it takes time, and whoever listens at another rate
// hears noise.
type wire struct {
	line *Line
	port io.ReadWriter

	asked int       // characters that came since the last answer
	began time.Time // when the first of them came
	last  time.Time // and the last
	free  time.Time // when the line was silent again
}

// pause is after which characters belong to another question: that before was for
// nobody here, or for all. Masters wait longer for an answer, and what they send in one
// go comes closer together.
const pause = 20 * time.Millisecond

// Read takes what comes, unless it comes at a rate that nobody here understands.
func (w *wire) Read(b []byte) (int, error) {
	for {
		n, err := w.port.Read(b)
		if n == 0 || w.line.hears(w.port, b[:n]) {
			w.note(n, time.Now())
			return n, err
		}
		if err != nil {
			return 0, err
		}
	}
}

func (w *wire) note(n int, now time.Time) {
	if w.asked > 0 && now.Sub(w.last) > pause {
		w.asked = 0
	}
	if w.last = now; w.asked == 0 {
		w.began = now
		if now.Before(w.free) {
			w.began = w.free // it had to wait for the line
		}
	}
	w.asked += n
}

// Write sends an answer when it has crossed a line of this rate: the question, the
// silence that ends it, the answer.
func (w *wire) Write(b []byte) (int, error) {
	if w.line.opt.Pace {
		r := w.line.Rate()
		end := w.began.Add(r.Characters(w.asked) + r.Gap() + r.Characters(len(b)))
		time.Sleep(time.Until(end))
		w.free = end.Add(r.Gap())
	}
	w.asked = 0
	return w.port.Write(b)
}

// telling is a port that can tell at which speed its other end is set.
type telling interface{ Baud() (int, bool) }

// hears reports whether the IFMs understand what came. Those that sense take over a
// speed at which they have heard enough.
func (l *Line) hears(port io.ReadWriter, b []byte) bool {
	t, ok := port.(telling)
	if !ok {
		return true
	}
	baud, ok := t.Baud()
	if !ok || baud == l.Rate().Baud {
		return true
	}
	l.garbled.Add(uint64(len(b)))
	return l.opt.Auto && l.sense(baud, b)
}

// sense counts frames at a speed, and takes it over with the last that it needs.
func (l *Line) sense(baud int, b []byte) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if baud != l.sensed {
		l.sensed, l.heard = baud, modbus.Deframer{Direction: modbus.Requests}
	}
	l.heard.Push(b)
	for _, ok := l.heard.Next(); ok; _, ok = l.heard.Next() {
	}
	r := l.Rate()
	r.Baud = baud
	if r.Check() != nil || l.heard.Frames() < senseFrames {
		return false
	}
	l.rate.Store(&r)
	return true
}
