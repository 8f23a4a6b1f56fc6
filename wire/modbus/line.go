package modbus

import (
	"bytes"
	"io"
	"sync"
	"time"
)

// Line answers the requests on a serial line, or on anything else that carries
// serial frames. Set its fields, then call Serve once.
type Line struct {
	Handler Handler
	// Units are the addresses that are answered here. All others are another
	// device's, and must be met with silence. A broadcast (address 0) is served
	// once for each of Units, and never answered.
	Units []byte
	// Gap is the silence that ends a frame. Where it cannot be told from a
	// delay, leave it 0: frames are then told by length and CRC alone.
	Gap time.Duration

	mu     sync.Mutex
	turn   uint64 // the request that may be answered: the last one
	out    []byte
	failed error // of a write
}

// Serve reads requests from rw and writes replies to it until one of the two
// fails, and returns that error. A reply that comes when the next request has
// been heard is not sent: its master has given up, and it would collide.
func (l *Line) Serve(rw io.ReadWriter) error {
	d := Deframer{UntilSilence: l.Gap > 0}
	in := make([]byte, maxFrame)
	last := time.Now()
	for {
		n, err := rw.Read(in)
		now := time.Now()
		if l.Gap > 0 && now.Sub(last) >= l.Gap {
			d.Silence()
			l.hear(&d, rw, now)
		}
		last = now
		d.Push(in[:n])
		l.hear(&d, rw, now)
		if err == nil {
			err = l.failure()
		}
		if err != nil {
			return err
		}
	}
}

func (l *Line) hear(d *Deframer, w io.Writer, now time.Time) {
	for f, ok := d.Next(); ok; f, ok = d.Next() {
		l.serve(w, Query{Now: now, Unit: f.Unit, PDU: f.PDU})
	}
}

func (l *Line) serve(w io.Writer, q Query) {
	l.mu.Lock()
	l.turn++
	turn := l.turn
	l.mu.Unlock()
	switch {
	case l.Handler == nil: // nobody is there, and a line has no way to say so
	case q.Unit == Broadcast:
		for _, u := range l.Units {
			q.Unit = u
			Forward(&q, l.Handler, func(Ending, []byte) {})
		}
	case bytes.IndexByte(l.Units, q.Unit) >= 0:
		Forward(&q, l.Handler, func(how Ending, b []byte) { l.reply(w, turn, q.Unit, how, b) })
	}
}

// reply writes an answer if it is still its turn.
func (l *Line) reply(w io.Writer, turn uint64, unit byte, how Ending, b []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if turn != l.turn {
		return
	}
	switch how {
	case Answered:
		l.out = AppendFrame(l.out[:0], unit, b)
	case AnsweredRaw:
		l.out = append(l.out[:0], b...)
	default:
		return
	}
	if _, err := w.Write(l.out); err != nil && l.failed == nil {
		l.failed = err
	}
}

func (l *Line) failure() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failed
}
