package inject

import (
	"slices"
	"sync"
	"sync/atomic"

	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// Gate is the interface that a unit is reached by, where connections come in.
// Units behind one gateway share it.
type Gate interface {
	// Narrow admits only so many connections from now on; less than 0 takes that
	// back.
	Narrow(conns int)
	// Hangup cuts every connection.
	Hangup()
}

// Line is the wire to one unit.
type Line struct {
	rows *regmap.Map
	gate Gate

	active atomic.Pointer[modbus.Handler] // what answers now

	mu    sync.Mutex // guards what follows
	next  modbus.Handler
	stack []layer // in the order in which they began
}

// layer is one injection at a line.
type layer struct {
	id     int
	device bool // next to the unit; the others are next to the wire
	f      modbus.Interceptor
}

// NewLine returns the wire to a unit whose registers are laid out by rows. gate may
// be nil: then nothing can befall its connections.
func NewLine(rows *regmap.Map, gate Gate) *Line { return &Line{rows: rows, gate: gate} }

// Wrap puts the line in front of the unit, which next is. Call it once, before
// anything is injected.
func (l *Line) Wrap(next modbus.Handler) modbus.Handler {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.next = next
	l.build()
	return l
}

// Serve answers a request through all that is injected.
func (l *Line) Serve(q *modbus.Query, out []byte) []byte {
	return (*l.active.Load()).Serve(q, out)
}

// add puts an injection on the line, in place of the one it replaces, if any.
func (l *Line) add(x layer, replaces int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stack = slices.DeleteFunc(l.stack, func(y layer) bool { return y.id == replaces })
	l.stack = append(l.stack, x)
	l.build()
}

// remove takes an injection off the line.
func (l *Line) remove(id int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stack = slices.DeleteFunc(l.stack, func(y layer) bool { return y.id == id })
	l.build()
}

// build makes the handler that requests meet: what is injected into communication
// first, then what the unit tells, then the unit.
func (l *Line) build() {
	h := l.next
	for _, device := range []bool{true, false} {
		for _, x := range l.stack {
			if x.device == device {
				h = through(x.f, h)
			}
		}
	}
	l.active.Store(&h)
}

func through(f modbus.Interceptor, next modbus.Handler) modbus.Handler {
	return modbus.HandlerFunc(func(q *modbus.Query, out []byte) []byte { return f(q, out, next) })
}

// change asks next and has f change its reply PDU, whenever that comes. f must not
// keep it.
func change(q *modbus.Query, out []byte, next modbus.Handler, f func(p *modbus.Pending, pdu []byte)) []byte {
	p := q.Later()
	modbus.Forward(q, next, func(how modbus.Ending, b []byte) {
		switch how {
		case modbus.Answered:
			f(p, b)
		case modbus.AnsweredRaw:
			p.AnswerRaw(b)
		case modbus.Dropped:
			p.Drop()
		case modbus.HungUp:
			p.Hangup()
		}
	})
	return out
}
