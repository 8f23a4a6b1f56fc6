// Package ethernet is the way to units through IFE or EIFE by Modbus TCP (GUIDE A6,
// A12): which address and unit id is whose, and what the real interface limits. What a
// unit is as registers has [switchroom/paths/bus].
package ethernet

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/paths/bus"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// Real limits of the interface (CHN; IFE guide: 8 or 16 connections; summary of
// MB: 52 registers in one function 16; 12 transactions a connection).
const (
	faithfulConns    = 16
	faithfulInFlight = 12
	faithfulWrite    = 52
)

// Options are what a unit's interface is set up with.
type Options struct {
	Address  netip.AddrPort
	Unit     byte // unit id that the breaker answers to besides 0 and 255; 0: none
	Behind   bool // it is reached through another interface or a gateway, and answers to Unit alone
	Faithful bool // the real interface's limits
	Conns    int  // how many connections may be open; 0: as Faithful says
	Idle     time.Duration
	Map      *regmap.Map
	Secure   *Secure                                  // Modbus/TCP Security; nil, or Behind: none of its own
	Wrap     func(next modbus.Handler) modbus.Handler // puts what watches or disturbs between the wire and the unit; nil: nothing
}

// Server serves the units of a site. One listening socket serves all that are
// on loopback addresses, where the system allows it. The address that was asked
// selects the unit, and the unit id where several are behind one address.
type Server struct {
	// Watch puts what watches or disturbs between the wire and everything behind
	// an address, outside of any Options.Wrap; nil: nothing. It is called by
	// Listen, once an address, and may return h itself.
	Watch func(local netip.AddrPort, h modbus.Handler) modbus.Handler

	modbus modbus.Server

	mu        sync.Mutex
	endpoints map[netip.AddrPort]*modbus.Endpoint
	shared    map[netip.AddrPort]*shared // those with several units
	filters   map[netip.AddrPort]*Filter
	doors     map[netip.AddrPort]*door // secured ones, by the plain address that they are beside
	secure    map[netip.AddrPort]*door // the same by their own
	listeners []net.Listener
	listening bool // Listen was called
	started   bool // Start was called
	serving   sync.WaitGroup
	failed    chan error
}

// NewServer returns a server without units.
func NewServer() *Server {
	s := &Server{
		endpoints: map[netip.AddrPort]*modbus.Endpoint{}, shared: map[netip.AddrPort]*shared{},
		filters: map[netip.AddrPort]*Filter{}, doors: map[netip.AddrPort]*door{}, secure: map[netip.AddrPort]*door{}, failed: make(chan error, 1),
	}
	s.modbus.Route = s.route
	return s
}

// route picks the endpoint by the address that was asked: none where it is
// switched off, or where the filter gives the caller no access.
func (s *Server) route(local, remote netip.AddrPort) *modbus.Endpoint {
	a := plainPort(local)
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.filters[a]; f == nil || s.shut(a) || !f.admits(remote) {
		return nil
	}
	return s.endpoints[a]
}

func plainPort(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}

// Endpoint is what serves an address, or nil.
func (s *Server) Endpoint(a netip.AddrPort) *modbus.Endpoint {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.endpoints[plainPort(a)]
}

// Filter is the filter of an address, which all units behind it share, or nil.
func (s *Server) Filter(a netip.AddrPort) *Filter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.filters[plainPort(a)]
}

// Hangup cuts every connection of an address, those to its secured door too.
func (s *Server) Hangup(a netip.AddrPort) {
	for _, e := range s.doorsOf(a) {
		s.modbus.Hangup(e)
	}
}

// Add puts a unit behind an address. It must be called before Listen. Several
// units share an address if all but one of them are Behind something, each with
// a unit id of its own.
func (s *Server) Add(u *imu.Unit, w *imu.World, o Options) (*bus.Device, error) {
	d := bus.New(u, w, o.Map, access.Modbus)
	bank := modbus.NewBank(d)
	e, err := s.put(bank, o)
	if err != nil {
		return nil, err
	}
	if o.Faithful {
		bank.MaxWrite = faithfulWrite
	}
	if !o.Behind {
		d.Count(func() modbus.Stats { return s.Stats(o.Address) }, func() modbus.Limits { return e.Limits })
	}
	return d, nil
}

// AddBehind puts what is reached through an interface or a gateway behind its
// address, such as a device on its serial line. It must be called before Listen.
func (s *Server) AddBehind(h modbus.Handler, o Options) error {
	o.Behind = true
	_, err := s.put(h, o)
	return err
}

// put puts a handler where o says.
func (s *Server) put(h modbus.Handler, o Options) (*modbus.Endpoint, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, there := s.endpoints[o.Address]
	if !there {
		e = &modbus.Endpoint{Limits: o.limits()}
		s.filters[o.Address] = &Filter{}
	}
	h = &filtered{h, s.filters[o.Address]}
	if o.Wrap != nil {
		h = o.Wrap(h)
	}
	if !there && !o.Behind {
		e.Handler = &member{h, o.Unit}
	} else if err := s.share(e, h, o); err != nil {
		return nil, err
	}
	s.endpoints[o.Address] = e
	if o.Secure != nil && !o.Behind {
		return e, s.secured(&o, e)
	}
	return e, nil
}

func (o *Options) limits() modbus.Limits {
	l := modbus.Limits{Conns: modbus.DefaultConns, Idle: o.Idle}
	if o.Faithful {
		l.Conns, l.InFlight = faithfulConns, faithfulInFlight
	}
	if o.Conns > 0 {
		l.Conns = o.Conns
	}
	return l
}

// member answers to unit ids 0 and 255, which are the interface itself, and to
// the breaker's own. Every other one has nobody behind it. A Router would do the
// same with a table of 256; of these there are as many as breakers.
type member struct {
	modbus.Handler
	unit byte // 0: none
}

// nobody answers as a router does that has no route.
var nobody modbus.Router

func (m *member) Serve(q *modbus.Query, out []byte) []byte {
	if q.Unit != 0 && q.Unit != 255 && q.Unit != m.unit {
		return nobody.Serve(q, out)
	}
	return m.Handler.Serve(q, out)
}

// Failed tells the first listener that failed.
func (s *Server) Failed() <-chan error { return s.failed }

// Shutdown ends all connections after the requests under way.
func (s *Server) Shutdown(ctx context.Context) error {
	err := s.modbus.Shutdown(ctx)
	s.serving.Wait()
	return err
}
