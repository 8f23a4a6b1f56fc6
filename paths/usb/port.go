// Package usb is the mini-USB port of a control unit: the way of the commissioning
// software on a PC, and of a phone with an OTG cable (GUIDE A5). It does everything
// that the unit can do, asks for a password when somebody connects (B5), feeds the
// unit while something is plugged in, and shows no disk: there is a service protocol
// ([switchroom/wire/usblink]) and nothing else.
//
// What is asked over it is answered by [switchroom/paths/service].
package usb

import (
	"fmt"
	"net"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/paths/service"
	"switchroom/wire/front"
)

// Server is the USB ports of a room, over one socket: one cable a port.
type Server struct {
	front.Server
	world   *imu.World
	ports   map[string]*port
	attends func(person string) error // nil: whoever stands in front of the breakers
}

// port is the socket at the front of one unit.
type port struct {
	unit *imu.Unit
	free chan struct{} // holds a token while nothing is plugged in
}

// plugWithin is how long a plug waits for the one before to be out: whoever has
// pulled a cable may be faster than the end of what it carried.
const plugWithin = 500 * time.Millisecond

// NewServer returns a server for the ports of units. attends says whether a person
// stands in front of them, "" being anybody.
func NewServer(units []*imu.Unit, w *imu.World, attends func(person string) error) *Server {
	s := &Server{world: w, ports: map[string]*port{}, attends: attends}
	for _, u := range units {
		p := &port{u, make(chan struct{}, 1)}
		p.free <- struct{}{}
		s.ports[u.Name()] = p
	}
	s.Serve = s.plug
	return s
}

// ends are what may be at the other end of the cable.
var ends = map[string]access.Path{"": access.USB, "pc": access.USB, "phone": access.OTG}

// plug is one cable from when it is plugged in until it is pulled. Only the hand that
// plugs it in has to be there: who leaves it has a way in that the door does not
// guard (D1).
func (s *Server) plug(c net.Conn, g front.Greeting) {
	p, path, err := s.insert(g)
	if err != nil {
		front.Answer(c, err)
		return
	}
	defer func() { p.free <- struct{}{} }()
	p.unit.Plug(s.world.Now(), true)
	defer func() { p.unit.Plug(s.world.Now(), false) }()
	if front.Answer(c, nil) != nil {
		return
	}
	c.SetDeadline(time.Time{})
	service.New(p.unit, s.world, access.Actor{Path: path, Present: true, Person: g.By, Source: source(g)}).Run(c)
}

// source names the other end in events and for whoever slows it down.
func source(g front.Greeting) string {
	if g.As == "" {
		return "pc"
	}
	return g.As
}

// insert takes a port, or says why it cannot be taken.
func (s *Server) insert(g front.Greeting) (*port, access.Path, error) {
	p := s.ports[g.Unit]
	if p == nil {
		return nil, 0, fmt.Errorf("no breaker %q stands here", g.Unit)
	}
	path, ok := ends[g.As]
	if !ok {
		return nil, 0, fmt.Errorf("%q cannot be plugged in; a pc or a phone can", g.As)
	}
	if s.attends != nil {
		if err := s.attends(g.By); err != nil {
			return nil, 0, err
		}
	}
	select {
	case <-p.free:
		return p, path, nil
	case <-time.After(plugWithin):
		return nil, 0, fmt.Errorf("a cable is plugged into %s already; pull it first", g.Unit)
	}
}
