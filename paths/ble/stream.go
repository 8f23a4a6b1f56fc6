package ble

import (
	"io"
	"sync"
)

// unreadMax bounds what a phone has written and nobody has read: a question and a half.
const unreadMax = 384 << 10

// stream is what a phone writes, for whoever reads it in order. What is written back
// goes out by send.
type stream struct {
	send func([]byte) error

	mu    sync.Mutex // guards the following
	some  *sync.Cond
	bytes []byte
	ended bool
}

func newStream(send func([]byte) error) *stream {
	s := &stream{send: send}
	s.some = sync.NewCond(&s.mu)
	return s
}

// put appends what came. It reports whether there was room.
func (s *stream) put(b []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended || len(s.bytes)+len(b) > unreadMax {
		return false
	}
	s.bytes = append(s.bytes, b...)
	s.some.Signal()
	return true
}

// end has readers end.
func (s *stream) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	clear(s.bytes) // there may be a password in it
	s.bytes = nil
	s.some.Broadcast()
}

// Read implements [io.Reader].
func (s *stream) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.bytes) == 0 && !s.ended {
		s.some.Wait()
	}
	if len(s.bytes) == 0 {
		return 0, io.EOF
	}
	n := copy(p, s.bytes)
	clear(s.bytes[:n])
	if s.bytes = s.bytes[n:]; len(s.bytes) == 0 {
		s.bytes = nil
	}
	return n, nil
}

// Write implements [io.Writer].
func (s *stream) Write(p []byte) (int, error) {
	if err := s.send(p); err != nil {
		return 0, err
	}
	return len(p), nil
}
