package trace

import (
	"bytes"
	"net/netip"
	"sync"
	"time"

	"switchroom/wire/modbus"
)

// Watch puts the recorder in front of what answers at an address. Whatever it
// answers, late or at once, reaches the client unchanged.
func (r *Recorder) Watch(_ netip.AddrPort, next modbus.Handler) modbus.Handler {
	return modbus.HandlerFunc(func(q *modbus.Query, out []byte) []byte { return r.serve(q, out, next) })
}

func (r *Recorder) serve(q *modbus.Query, out []byte, next modbus.Handler) []byte {
	w := &watched{recorder: r, exchange: r.begin(q)}
	modbus.Forward(q, next, w.ended)
	return w.returned(q, out)
}

// watched is a request on its way through the recorder. Its answer may come
// before Serve has returned or at any time after, on any goroutine.
type watched struct {
	recorder *Recorder
	exchange exchange

	mu      sync.Mutex
	pending *modbus.Pending // set once Serve has returned without an answer
	over    bool
	how     modbus.Ending
	reply   []byte
}

// ended takes the answer.
func (w *watched) ended(how modbus.Ending, b []byte) {
	if how == modbus.Answered && len(b) > modbus.MaxPDU {
		b = modbus.AppendException(nil, w.exchange.Function(), modbus.DeviceFailure) // what the server sends in its place
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.recorder.end(&w.exchange, how, b)
	if w.pending != nil {
		answer(w.pending, how, b)
		return
	}
	w.over, w.how, w.reply = true, how, bytes.Clone(b)
}

// returned hands on an answer that has come, or keeps the request open.
func (w *watched) returned(q *modbus.Query, out []byte) []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.over && w.how == modbus.Answered:
		return append(out, w.reply...)
	case w.over && w.how == modbus.Dropped:
		return out
	}
	p := q.Later()
	if w.over {
		answer(p, w.how, w.reply)
		return out
	}
	w.pending = p
	return out
}

func answer(p *modbus.Pending, how modbus.Ending, b []byte) {
	switch how {
	case modbus.Answered:
		p.Answer(b)
	case modbus.AnsweredRaw:
		p.AnswerRaw(b)
	case modbus.Dropped:
		p.Drop()
	case modbus.HungUp:
		p.Hangup()
	}
}

// exchange is an exchange that is being recorded.
type exchange struct {
	Exchange
	id    uint64
	taken bool // its beginning is in the queue
	since time.Time
}

// begin takes a request.
func (r *Recorder) begin(q *modbus.Query) exchange {
	e := exchange{
		Exchange: Exchange{
			Time: q.Now, Client: addr(q.Remote), Server: addr(q.Local),
			Unit: q.Unit, Transaction: q.Transaction, Request: bytes.Clone(q.PDU), Ended: Open,
		},
		id: r.ids.Add(1), since: time.Now(),
	}
	if !r.passwords {
		e.Mask()
	}
	e.taken = r.offer(event{exchange: e.Exchange, id: e.id}, len(r.queue) < cap(r.queue)*3/4)
	return e
}

// end takes how it ended.
func (r *Recorder) end(e *exchange, how modbus.Ending, b []byte) {
	if !e.taken {
		return // counted already
	}
	x := e.Exchange
	x.Ended, x.Took = endings[how], time.Since(e.since)
	if len(b) > 0 {
		x.Reply = bytes.Clone(b)
	}
	if !r.passwords {
		maskReply(x.Request, x.reply())
	}
	r.offer(event{exchange: x, id: e.id, over: true}, true)
}

// offer queues an event, or counts what there is no room for. The last quarter
// of the queue is for ends, so that what was begun is seldom left without one.
func (r *Recorder) offer(ev event, room bool) bool {
	if room && !r.closed.Load() {
		select {
		case r.queue <- ev:
			return true
		default:
		}
	}
	r.missed.Add(1)
	return false
}
