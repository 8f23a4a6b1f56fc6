package ethernet

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"

	"switchroom/wire/modbus"
)

// socket is one that listens: for every loopback address on a port, or for one
// address.
type socket struct {
	net.Listener
	all bool           // of loopback
	at  netip.AddrPort // all: the port alone counts
}

// covers reports whether the socket is where address a is reached.
func (s *socket) covers(a netip.AddrPort) bool {
	return s.at == a || s.all && a.Port() == s.at.Port() && a.Addr().Is4() && a.Addr().IsLoopback()
}

// Listen opens the sockets. When it returns every unit can be reached that is
// not switched off.
func (s *Server) Listen() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listening = true
	s.watch()
	loopback, open := s.sort()
	for _, port := range ports(loopback) {
		l, err := listenAll(port)
		switch {
		case err == nil:
			s.sockets = append(s.sockets, &socket{l, true, netip.AddrPortFrom(netip.IPv4Unspecified(), port)})
		case errors.Is(err, errors.ErrUnsupported):
			open = append(open, onPort(loopback, port)...)
		default:
			return s.closeSockets(fmt.Errorf("port %d: %w", port, err))
		}
	}
	for _, a := range open {
		if _, err := s.open(a); err != nil {
			return s.closeSockets(err)
		}
	}
	return nil
}

// open opens a socket for one address.
func (s *Server) open(a netip.AddrPort) (*socket, error) {
	l, err := net.Listen("tcp", a.String())
	if err != nil {
		return nil, err
	}
	k := &socket{l, false, a}
	s.sockets = append(s.sockets, k)
	return k, nil
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

// sort parts the addresses into those that share a socket a port, and those that
// get one each: a socket for all of loopback and one for an address beyond it do
// not go together on one port. Those that are switched off get none.
func (s *Server) sort() (shared, own []netip.AddrPort) {
	beyond := map[uint16]bool{}
	for a := range s.endpoints {
		if !a.Addr().Is4() || !a.Addr().IsLoopback() {
			beyond[a.Port()] = beyond[a.Port()] || a.Addr().Is4()
		}
	}
	for a := range s.endpoints {
		switch {
		case s.filters[a].off.Load():
		case !a.Addr().Is4() || !a.Addr().IsLoopback() || beyond[a.Port()]:
			own = append(own, a)
		default:
			shared = append(shared, a)
		}
	}
	return shared, own
}

func (s *Server) closeSockets(err error) error {
	for _, l := range s.sockets {
		l.Close()
	}
	s.sockets = nil
	return err
}

func ports(addrs []netip.AddrPort) []uint16 {
	var p []uint16
	for _, a := range addrs {
		if !slices.Contains(p, a.Port()) {
			p = append(p, a.Port())
		}
	}
	slices.Sort(p)
	return p
}

func onPort(addrs []netip.AddrPort, port uint16) []netip.AddrPort {
	return slices.DeleteFunc(slices.Clone(addrs), func(a netip.AddrPort) bool { return a.Port() != port })
}

// Start serves until Shutdown. A listener that fails is told by Failed.
func (s *Server) Start() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.started = true
	for _, l := range s.sockets {
		s.serve(l)
	}
}

func (s *Server) serve(l *socket) {
	s.serving.Go(func() {
		err := s.modbus.Serve(l)
		if err == nil || errors.Is(err, modbus.ErrServerClosed) || errors.Is(err, net.ErrClosed) {
			return // ended, or switched off
		}
		select {
		case s.failed <- err:
		default:
		}
	})
}

// Enable switches Modbus TCP on and off at an address. Off, its connections are
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
	s.sockets = slices.DeleteFunc(s.sockets, func(k *socket) bool {
		if !k.covers(a) || s.used(k) {
			return false
		}
		k.Close()
		return true
	})
	return nil
}

// Enabled reports whether an address is served.
func (s *Server) Enabled(a netip.AddrPort) bool {
	a = plainPort(a)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.endpoints[a] != nil && !s.filters[a].off.Load()
}

func (s *Server) switchOn(a netip.AddrPort) error {
	if s.listening && !slices.ContainsFunc(s.sockets, func(k *socket) bool { return k.covers(a) }) {
		k, err := s.open(a)
		if err != nil {
			return fmt.Errorf("Modbus TCP stays off: %w", err)
		}
		if s.started {
			s.serve(k)
		}
	}
	s.filters[a].off.Store(false)
	return nil
}

// used reports whether a socket has an address that is on.
func (s *Server) used(k *socket) bool {
	for a := range s.endpoints {
		if k.covers(a) && !s.filters[a].off.Load() {
			return true
		}
	}
	return false
}
