package modbus

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"time"
)

// Master asks the devices on a serial line, one after the other. It never repeats a
// request. It is safe for concurrent use.
type Master struct {
	// Settle is the silence after which an unfinished frame will not be finished,
	// and how long the line must be silent after a request that was not answered,
	// before the next one: what comes late must not be taken for its answer. 0: 50
	// ms. Set it before the first Do.
	Settle time.Duration

	line io.ReadWriteCloser
	turn chan struct{} // holds one token: the right to ask
	in   chan []byte   // what the line carried; closed when it ends

	mu  sync.Mutex
	err error // why it ended

	unsettled bool // whoever has the turn only
}

// turnaround is how long devices have to obey a broadcast, which none answers
// (Serial V1.02 §2.4.1: typically 100 to 200 ms).
const turnaround = 100 * time.Millisecond

// NewMaster speaks on line and owns it from then on.
func NewMaster(line io.ReadWriteCloser) *Master {
	m := &Master{line: line, turn: make(chan struct{}, 1), in: make(chan []byte, 16)}
	go m.read()
	return m
}

// Close ends it. A request that waits returns a *TransportError.
func (m *Master) Close() error {
	m.end(errClosed)
	err := m.line.Close()
	for range m.in { // until the reader has ended
	}
	return err
}

func (m *Master) end(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err == nil {
		m.err = err
	}
}

func (m *Master) cause() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.err
}

func (m *Master) read() {
	defer close(m.in)
	b := make([]byte, maxFrame)
	for {
		n, err := m.line.Read(b)
		if n > 0 {
			m.in <- bytes.Clone(b[:n])
		}
		if err != nil {
			m.end(err)
			return
		}
		if m.cause() != nil {
			return // a read of some ports returns nothing for ever once it is closed
		}
	}
}

// Do sends a request PDU to unit and returns the reply PDU, with the errors of
// [Conn.Do]. A broadcast (unit 0) has no reply: it returns an empty one after the
// time that devices have to obey.
func (m *Master) Do(ctx context.Context, unit byte, pdu []byte) ([]byte, error) {
	if len(pdu) == 0 || len(pdu) > MaxPDU {
		return nil, &TransportError{Err: errors.New("a request has 1 to 253 bytes")}
	}
	select {
	case m.turn <- struct{}{}:
		defer func() { <-m.turn }()
	case <-ctx.Done():
		return nil, &TransportError{Err: context.Cause(ctx)}
	}
	if err := m.hush(ctx); err != nil {
		return nil, &TransportError{Err: err}
	}
	if n, err := m.line.Write(AppendFrame(nil, unit, pdu)); err != nil {
		m.unsettled = true
		return nil, &TransportError{MayHaveHappened: n > 0, Err: err}
	}
	if unit == Broadcast {
		return nil, m.obeyed(ctx)
	}
	return m.reply(ctx, &call{unit: unit, function: pdu[0]})
}

// hush drops what nobody has asked for, and after a request without an answer waits
// for silence.
func (m *Master) hush(ctx context.Context) error {
	for {
		select {
		case _, ok := <-m.in:
			if !ok {
				return m.cause()
			}
			continue
		default:
		}
		if !m.unsettled {
			return nil
		}
		silent, err := m.silent(ctx)
		if err != nil {
			return err
		}
		m.unsettled = !silent
	}
}

func (m *Master) settle() time.Duration {
	if m.Settle == 0 {
		return 50 * time.Millisecond
	}
	return m.Settle
}

// silent waits until the line has been silent, or has not.
func (m *Master) silent(ctx context.Context) (bool, error) {
	t := time.NewTimer(m.settle())
	defer t.Stop()
	select {
	case _, ok := <-m.in:
		if !ok {
			return false, m.cause()
		}
		return false, nil
	case <-t.C:
		return true, nil
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
}

func (m *Master) obeyed(ctx context.Context) error {
	t := time.NewTimer(turnaround)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return &TransportError{MayHaveHappened: true, Err: context.Cause(ctx)}
	}
}

// reply waits for the answer of the device that was asked. Frames of others are
// passed over, and what is no frame once the line has been silent.
func (m *Master) reply(ctx context.Context, k *call) ([]byte, error) {
	d := Deframer{Direction: Replies}
	silence := time.NewTimer(m.settle())
	defer silence.Stop()
	for {
		for f, ok := d.Next(); ok; f, ok = d.Next() {
			if f.Unit == k.unit {
				o := k.judge(ADU{Unit: f.Unit, PDU: f.PDU})
				m.unsettled = o.err != nil
				return o.pdu, o.err
			}
		}
		select {
		case b, ok := <-m.in:
			if !ok {
				return nil, &TransportError{MayHaveHappened: true, Err: m.cause()}
			}
			d.Push(b)
			silence.Reset(m.settle())
		case <-silence.C:
			d.Silence()
		case <-ctx.Done():
			m.unsettled = true
			return nil, &TransportError{MayHaveHappened: true, Err: context.Cause(ctx)}
		}
	}
}

// Unit is the device with this address.
func (m *Master) Unit(id byte) Unit { return Unit{m, id} }
