package ethernet

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"

	"switchroom/wire/modbus"
	"switchroom/wire/sockets"
)

// Listen opens the sockets. When it returns every unit can be reached that is
// not switched off.
func (s *Server) Listen() (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listening = true
	s.openDoors()
	s.watch()
	var on []netip.AddrPort
	for a := range s.endpoints {
		if s.isOn(a) {
			on = append(on, a)
		}
	}
	s.listeners, err = sockets.Listen(on)
	return err
}

// watch puts Watch in front of every endpoint.
func (s *Server) watch() {
	if s.Watch == nil {
		return
	}
	for a, e := range s.endpoints {
		e.Handler = s.Watch(a, e.Handler)
	}
}

// Start serves until Shutdown. A listener that fails is told by Failed.
func (s *Server) Start() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.started = true
	for _, l := range s.listeners {
		s.serve(l)
	}
}

func (s *Server) serve(l net.Listener) {
	s.serving.Go(func() {
		err := s.modbus.Serve(securing{l, s})
		if err == nil || errors.Is(err, modbus.ErrServerClosed) || errors.Is(err, net.ErrClosed) {
			return // ended, or switched off
		}
		select {
		case s.failed <- err:
		default:
		}
	})
}

// Enable switches Modbus TCP on and off at an address, the secured door with it. Off, its connections are
// cut and its socket is closed; the one socket of all loopback addresses is
// closed with the last of them, and until then closes what connects to this
// one at once. It may be called before Listen and while the server runs. The
// error is that of opening a socket again; the address is off then.
func (s *Server) Enable(a netip.AddrPort, on bool) error {
	a = plainPort(a)
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.endpoints[a]
	switch {
	case e == nil:
		return fmt.Errorf("nothing is served at %v", a)
	case on:
		return s.switchOn(a)
	}
	s.filters[a].off.Store(true)
	s.modbus.Hangup(e)
	if d := s.doors[a]; d != nil {
		s.modbus.Hangup(d.endpoint)
	}
	s.closeUnused()
	return nil
}

// closeUnused closes the sockets that have no address that is on.
func (s *Server) closeUnused() {
	s.listeners = slices.DeleteFunc(s.listeners, func(l net.Listener) bool {
		if s.used(l) {
			return false
		}
		l.Close()
		return true
	})
}

// Enabled reports whether an address is served.
func (s *Server) Enabled(a netip.AddrPort) bool {
	a = plainPort(a)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.endpoints[a] != nil && !s.filters[a].off.Load()
}

func (s *Server) switchOn(a netip.AddrPort) error {
	var missing []netip.AddrPort
	for _, b := range s.both(a) {
		covers := func(l net.Listener) bool { return sockets.Covers(l, b) }
		if s.listening && !slices.ContainsFunc(s.listeners, covers) {
			missing = append(missing, b)
		}
	}
	opened, err := sockets.Listen(missing)
	if err != nil {
		return fmt.Errorf("it is kept as on and stays off until the unit starts again: %w", err)
	}
	s.listeners = append(s.listeners, opened...)
	if s.started {
		for _, l := range opened {
			s.serve(l)
		}
	}
	s.filters[a].off.Store(false)
	return nil
}

// isOn reports whether an address is served: it is not switched off, nor a plain one
// beside the only door.
func (s *Server) isOn(a netip.AddrPort) bool { return !s.filters[a].off.Load() && !s.shut(a) }

// used reports whether a socket has an address that is on.
func (s *Server) used(l net.Listener) bool {
	for a := range s.endpoints {
		if s.isOn(a) && sockets.Covers(l, a) {
			return true
		}
	}
	return false
}
