package client

import (
	"context"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"switchroom/wire/ble"
	"switchroom/wire/ble/host"
)

// bleUnread bounds what a unit has sent and nobody has read.
const bleUnread = 1 << 20

// bleConn is the stream that a link carries: written in pieces of what fits, each
// confirmed; read from what the unit notifies.
type bleConn struct {
	c       *central
	link    *host.Link
	h       handles
	mtu     int
	onEvent func([]byte) // an event that the unit tells of by itself; nil: not wanted

	mu       sync.Mutex // guards the following
	some     chan struct{}
	in       []byte
	ended    error
	deadline context.Context
	cancel   context.CancelFunc
}

func newBLEConn(c *central, l *host.Link, h handles, mtu int) *bleConn {
	s := &bleConn{c: c, link: l, h: h, mtu: mtu, some: make(chan struct{}, 1)}
	s.deadline, s.cancel = context.WithCancel(context.Background())
	c.loop.Call(func() { c.notified = s.take })
	return s
}

// take is what the unit tells, on the loop.
func (s *bleConn) take(handle uint16, value []byte) {
	switch {
	case handle == s.h.event && s.onEvent != nil:
		s.onEvent(value)
	case handle == s.h.answer:
		s.mu.Lock()
		defer s.mu.Unlock()
		if len(s.in)+len(value) > bleUnread {
			s.ended = io.ErrShortBuffer
			s.in = nil
		} else {
			s.in = append(s.in, value...)
		}
		put(s.some, struct{}{})
	}
}

// Read implements [net.Conn].
func (s *bleConn) Read(p []byte) (int, error) {
	for {
		s.mu.Lock()
		n, ended, until := copy(p, s.in), s.ended, s.deadline
		s.in = s.in[n:]
		s.mu.Unlock()
		if n > 0 || ended != nil {
			return n, ended
		}
		select {
		case <-s.some:
		case why := <-s.c.ended:
			put(s.c.ended, why)
			return 0, errOut{why}
		case <-until.Done():
			return 0, os.ErrDeadlineExceeded
		}
	}
}

// Write implements [net.Conn].
func (s *bleConn) Write(p []byte) (n int, err error) {
	s.mu.Lock()
	until := s.deadline
	s.mu.Unlock()
	for len(p) > 0 {
		piece := p[:min(len(p), s.mtu-3)]
		if _, err := s.c.request(until, s.link, ble.ATT{Op: ble.ATTWrite, Handle: s.h.question, Value: piece}); err != nil {
			return n, err
		}
		n += len(piece)
		p = p[len(piece):]
	}
	return n, nil
}

// Close implements [net.Conn]: it ends the link and puts the radio away.
func (s *bleConn) Close() error {
	s.c.close()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cancel()
	return nil
}

// SetDeadline implements [net.Conn].
func (s *bleConn) SetDeadline(t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cancel() // whoever waits looks anew
	if t.IsZero() {
		s.deadline, s.cancel = context.WithCancel(context.Background())
	} else {
		s.deadline, s.cancel = context.WithDeadline(context.Background(), t)
	}
	return nil
}

// SetReadDeadline implements [net.Conn].
func (s *bleConn) SetReadDeadline(t time.Time) error { return s.SetDeadline(t) }

// SetWriteDeadline implements [net.Conn].
func (s *bleConn) SetWriteDeadline(t time.Time) error { return s.SetDeadline(t) }

// LocalAddr implements [net.Conn].
func (s *bleConn) LocalAddr() net.Addr { return s.c.conn.LocalAddr() }

// RemoteAddr implements [net.Conn].
func (s *bleConn) RemoteAddr() net.Addr { return s.c.conn.RemoteAddr() }
