package ethernet

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"

	"switchroom/paths/ethernet/roles"
	"switchroom/wire/modbus"
	"switchroom/wire/sockets"
)

// Secure is Modbus/TCP Security at an interface: a second door to everything behind
// its address, or the only one.
type Secure struct {
	Address netip.AddrPort
	Config  *tls.Config  // asks for a certificate and checks it
	Rights  roles.Rights // of the role in the certificate
	Only    bool         // the plain port is closed
}

// Limits of a secured door. A connection costs a goroutine and buffers of TLS, and one
// that has shown no certificate yet has a place like the others: so there are fewer
// than at the plain port, and nobody has all of them. Ours.
const (
	secureConns = 128
	secureEach  = 32 // from one network address
)

// door is a secured door at work.
type door struct {
	*Secure
	endpoint *modbus.Endpoint
	shares   *sockets.Shares
}

// secured puts a secured door beside a plain endpoint. Both have the same filter.
func (s *Server) secured(o *Options, plain *modbus.Endpoint) error {
	switch d := o.Secure; {
	case d.Config == nil || d.Config.ClientAuth != tls.RequireAndVerifyClientCert:
		return errors.New("Modbus/TCP Security without a check of the client's certificate")
	case s.endpoints[d.Address] != nil || d.Address == o.Address:
		return fmt.Errorf("address %v is taken; give Modbus/TCP Security a port of its own", d.Address)
	}
	l := plain.Limits
	l.Conns = min(l.Conns, secureConns)
	d := &door{o.Secure, &modbus.Endpoint{Limits: l}, &sockets.Shares{Most: l.Conns, Each: half(l.Conns)}}
	s.doors[o.Address], s.secure[d.Address] = d, d
	s.endpoints[d.Address], s.filters[d.Address] = d.endpoint, s.filters[o.Address]
	return nil
}

func half(n int) int { return (n + 1) / 2 }

// openDoors gives the secured doors what is behind their addresses, once all of it is there.
func (s *Server) openDoors() {
	for a, d := range s.doors {
		d.endpoint.Handler = &authorised{s.endpoints[a].Handler, d.Rights}
	}
}

// shut reports whether an address is a plain one whose only door is a secured one.
func (s *Server) shut(a netip.AddrPort) bool {
	d := s.doors[a]
	return d != nil && d.Only
}

// both are the addresses at which what is behind a plain one is served.
func (s *Server) both(a netip.AddrPort) (all []netip.AddrPort) {
	d := s.doors[a]
	if d == nil || !d.Only {
		all = append(all, a)
	}
	if d != nil {
		all = append(all, d.Address)
	}
	return all
}

// authorised is a handler behind the rights of roles. It stands before everything
// else and hands on the very request that it has looked at.
type authorised struct {
	modbus.Handler
	rights roles.Rights
}

// Serve answers exception 01 to what a role must not ask for, and the connection stays
// (MODBUS/TCP Security).
func (a *authorised) Serve(q *modbus.Query, out []byte) []byte {
	if !a.rights.Admits(q.Role, q.PDU) {
		return modbus.AppendException(out, q.Function(), modbus.IllegalFunction)
	}
	return a.Handler.Serve(q, out)
}

// securing is a listener that speaks TLS where an address is a secured door. Others
// may be at the same socket: they stay as they are.
type securing struct {
	net.Listener
	server *Server
}

// Accept never waits for a client: the handshake is made where the connection is served.
func (l securing) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		d := l.server.doorAt(sockets.Local(c.LocalAddr()))
		if d == nil {
			return c, nil
		}
		counted := &counted{Conn: c, shares: d.shares, at: d.Address.String(), from: sockets.Local(c.RemoteAddr()).Addr().String()}
		if d.shares.Count(counted.at, counted.from, http.StateNew) {
			return tls.Server(counted, d.Config), nil
		}
		d.endpoint.TurnAway()
		counted.Close()
	}
}

func (s *Server) doorAt(a netip.AddrPort) *door {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.secure[a]
}

// counted is a connection that gives its place back when it is closed.
type counted struct {
	net.Conn
	shares   *sockets.Shares
	at, from string
	once     sync.Once
}

func (c *counted) Close() error {
	c.once.Do(func() { c.shares.Count(c.at, c.from, http.StateClosed) })
	return c.Conn.Close()
}

// CloseWrite says that nothing more comes, where the connection below can.
func (c *counted) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return errors.ErrUnsupported
}

// Narrow narrows the doors of an address, as [modbus.Endpoint.Narrow] does one.
func (s *Server) Narrow(a netip.AddrPort, conns int) {
	for _, b := range s.doorsOf(a) {
		b.Narrow(conns)
	}
}

// Stats is what happened at all doors of an address.
func (s *Server) Stats(a netip.AddrPort) (sum modbus.Stats) {
	for _, e := range s.doorsOf(a) {
		sum = sum.Plus(e.Stats())
	}
	return sum
}

// doorsOf are the endpoints of an address, the plain one first.
func (s *Server) doorsOf(a netip.AddrPort) (all []*modbus.Endpoint) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a = plainPort(a)
	if e := s.endpoints[a]; e != nil {
		all = append(all, e)
	}
	if d := s.doors[a]; d != nil {
		all = append(all, d.endpoint)
	}
	return all
}

// Limit sets how many connections each door of an address may have; it is called
// before Start. The secured one keeps its own bound.
func (s *Server) Limit(a netip.AddrPort, conns int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a = plainPort(a)
	if e := s.endpoints[a]; e != nil {
		e.Limits.Conns = conns
	}
	if d := s.doors[a]; d != nil {
		n := min(conns, secureConns)
		d.endpoint.Limits.Conns, d.shares.Most, d.shares.Each = n, n, half(n)
	}
}
