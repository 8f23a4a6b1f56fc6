package serial

import (
	"sync"
	"time"

	"switchroom/wire/modbus"
)

// Bounds of a trunk. How long a real IFE server waits for a silent device, and how
// many requests it keeps waiting, is in no document that we read: ours.
const (
	waitingMax = 32
	silentFor  = time.Second
)

// Trunk is a line whose master is an IFE server (GUIDE A6): what comes by Modbus TCP
// for an address on it waits its turn, crosses it, and comes back. Whoever asks an
// address where nobody is learns so after the time that the server waits (0x0B); who
// comes when too many wait is told that the path is not available (0x0A).
type Trunk struct {
	line    *Line
	waiting chan *modbus.Pending
	ended   chan struct{}
	running sync.WaitGroup
}

// NewTrunk returns the trunk of a line.
func NewTrunk(l *Line) *Trunk {
	return &Trunk{line: l, waiting: make(chan *modbus.Pending, waitingMax), ended: make(chan struct{})}
}

// Serve takes a request that goes over the line.
func (t *Trunk) Serve(q *modbus.Query, out []byte) []byte {
	p := q.Later()
	select {
	case t.waiting <- p:
	default:
		p.Answer(modbus.AppendException(nil, q.Function(), modbus.GatewayPath))
	}
	return out
}

// Start has requests cross the line, one after the other, until Close.
func (t *Trunk) Start() {
	t.running.Go(func() {
		for {
			select {
			case p := <-t.waiting:
				t.cross(p)
			case <-t.ended:
				return
			}
		}
	})
}

// Close ends it. Who waits gets no answer.
func (t *Trunk) Close() {
	close(t.ended)
	t.running.Wait()
	for {
		select {
		case p := <-t.waiting:
			p.Drop()
		default:
			return
		}
	}
}

// cross has one request cross the line and its answer come back.
func (t *Trunk) cross(p *modbus.Pending) {
	q := p.Query()
	r := t.line.Rate()
	t.take(r.Characters(len(q.PDU)+3) + r.Gap())
	answer := t.ask(q)
	if answer == nil {
		t.take(silentFor)
		p.Answer(modbus.AppendException(nil, q.Function(), modbus.GatewayTargetFailed))
		return
	}
	t.take(r.Characters(len(answer)+3) + r.Gap())
	p.Answer(answer)
}

// ask asks the IFM; nil is silence.
func (t *Trunk) ask(q modbus.Query) []byte {
	ended := make(chan []byte, 1)
	modbus.Forward(&q, t.line, func(how modbus.Ending, b []byte) {
		if how != modbus.Answered {
			b = nil
		}
		ended <- append([]byte(nil), b...)
	})
	give := time.NewTimer(silentFor)
	defer give.Stop()
	select {
	case b := <-ended:
		if len(b) == 0 {
			return nil
		}
		return b
	case <-give.C:
		return nil
	case <-t.ended:
		return nil
	}
}

// take lets the time pass that something takes on the line.
func (t *Trunk) take(d time.Duration) {
	if !t.line.opt.Pace && d != silentFor {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-t.ended:
	}
}
