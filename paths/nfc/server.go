package nfc

import (
	"fmt"
	"net"
	"sync"
	"time"

	"switchroom/imu"
	"switchroom/wire/front"
	"switchroom/wire/ndef"
)

// heldFor is how long a phone that says nothing stays, as a hand that tires. Ours.
const heldFor = 30 * time.Second

// Server lets phones be held to the zones of a room, over a socket: one at a time to
// each, a new one in place of the one before.
type Server struct {
	front.Server
	zones   map[string]*Zone
	attends func(person string) error // nil: whoever stands in front of the breakers

	mu   sync.Mutex
	held map[string]net.Conn // the phone before a unit
}

// NewServer returns a server for the zones of units. attends says whether a person
// stands in front of them, "" being anybody.
func NewServer(units []*imu.Unit, w *imu.World, attends func(person string) error) *Server {
	s := &Server{zones: map[string]*Zone{}, attends: attends, held: map[string]net.Conn{}}
	for _, u := range units {
		s.zones[u.Name()] = New(u, w)
	}
	s.Serve = s.hold
	return s
}

// hold is one phone, from when it is held to a zone until it is taken away.
func (s *Server) hold(c net.Conn, g front.Greeting) {
	zone, err := s.approach(c, g)
	if err != nil {
		front.Answer(c, err)
		return
	}
	defer s.leave(c, g.Unit)
	if front.Answer(c, nil) == nil {
		s.exchange(c, zone.Tag(), g.By)
	}
}

// approach holds a phone to a unit, or says why it cannot be.
func (s *Server) approach(c net.Conn, g front.Greeting) (*Zone, error) {
	z := s.zones[g.Unit]
	if z == nil {
		return nil, fmt.Errorf("no breaker %q stands here", g.Unit)
	}
	if err := s.there(g.By); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if before := s.held[g.Unit]; before != nil {
		before.Close()
	}
	s.held[g.Unit] = c
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
		c.SetDeadline(time.Now().Add(heldFor))
		apdu, err := front.ReadFrame(c)
		if err != nil || s.there(by) != nil || front.WriteFrame(c, tag.Command(apdu)) != nil {
			return
		}
	}
}
