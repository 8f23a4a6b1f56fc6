package nfc

import (
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"switchroom/imu"
	"switchroom/wire/ndef"
)

// Bounds, ours. A phone that says nothing is taken away, as a hand that tires.
const (
	phonesMax = 64
	heldFor   = 30 * time.Second
)

// Server lets phones be held to the zones of a room, over a Unix socket: one at a
// time to each, a new one in place of the one before. Without phones it costs one goroutine for all units.
type Server struct {
	zones   map[string]*Zone
	attends func(person string) error // nil: whoever stands in front of the breakers
	socket  net.Listener
	serving sync.WaitGroup

	mu    sync.Mutex
	held  map[string]net.Conn   // the phone before a unit
	conns map[net.Conn]struct{} // open; nil once it is closed
}

// NewServer returns a server for the zones of units. attends says whether a person
// stands in front of them, "" being anybody.
func NewServer(units []*imu.Unit, w *imu.World, attends func(person string) error) *Server {
	s := &Server{zones: map[string]*Zone{}, attends: attends, held: map[string]net.Conn{}, conns: map[net.Conn]struct{}{}}
	for _, u := range units {
		s.zones[u.Name()] = New(u, w)
	}
	return s
}

// Listen opens the socket, for whoever runs the laboratory alone.
func (s *Server) Listen(path string) (err error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if s.socket, err = net.Listen("unix", path); err != nil {
		return fmt.Errorf("the socket of the NFC zones: %w", err)
	}
	return os.Chmod(path, 0o600)
}

// Start serves until Close.
func (s *Server) Start() {
	s.serving.Go(func() {
		for {
			c, err := s.socket.Accept()
			if err != nil {
				return
			}
			if !s.admit(c) {
				c.Close()
				continue
			}
			s.serving.Go(func() { defer s.release(c); s.serve(c) })
		}
	})
}

func (s *Server) admit(c net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns == nil || len(s.conns) >= phonesMax {
		return false
	}
	s.conns[c] = struct{}{}
	return true
}

func (s *Server) release(c net.Conn) {
	c.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
}

// serve is one phone, from when it is held to a zone until it is taken away.
func (s *Server) serve(c net.Conn) {
	c.SetDeadline(time.Now().Add(heldFor))
	unit, by, err := ndef.Held(c)
	if err != nil {
		return
	}
	zone, err := s.approach(c, unit, by)
	if err != nil {
		ndef.Answer(c, err.Error())
		return
	}
	defer s.leave(c, unit)
	if ndef.Answer(c, "") == nil {
		s.exchange(c, zone.Tag(), by)
	}
}

// approach holds a phone to a unit, or says why it cannot be.
func (s *Server) approach(c net.Conn, unit, by string) (*Zone, error) {
	z := s.zones[unit]
	if z == nil {
		return nil, fmt.Errorf("no breaker %q stands here", unit)
	}
	if err := s.there(by); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if before := s.held[unit]; before != nil {
		before.Close()
	}
	s.held[unit] = c
	return z, nil
}

func (s *Server) there(person string) error {
	if s.attends == nil {
		return nil
	}
	return s.attends(person)
}

func (s *Server) leave(c net.Conn, unit string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held[unit] == c {
		delete(s.held, unit)
	}
}

// exchange answers commands while somebody holds the phone.
func (s *Server) exchange(c net.Conn, tag *ndef.Tag, by string) {
	for {
		apdu, err := ndef.ReadFrame(c)
		if err != nil || s.there(by) != nil || ndef.WriteFrame(c, tag.Command(apdu)) != nil {
			return
		}
		c.SetDeadline(time.Now().Add(heldFor))
	}
}

// Close takes every phone away.
func (s *Server) Close() {
	s.mu.Lock()
	for c := range s.conns {
		c.Close()
	}
	s.conns = nil
	s.mu.Unlock()
	s.socket.Close()
	s.serving.Wait()
}
