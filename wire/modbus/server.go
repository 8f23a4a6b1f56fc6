package modbus

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Server serves Modbus TCP. Set its fields, then call Serve, once for each
// listener; the zero value refuses every connection. Connections over TCP on
// Linux share one goroutine; all others (TLS, other systems, other listeners)
// have one each.
type Server struct {
	// Route picks the endpoint of a new connection by the address that was
	// asked, so that one listening socket serves many devices; nil refuses the
	// connection. It is called from the goroutines of Serve.
	Route func(local, remote netip.AddrPort) *Endpoint

	// Stall is how long a client may leave replies unread before it loses its
	// connection. 0 is DefaultStall. While replies wait, none of its requests are
	// read: a client that only asks costs one bounded buffer.
	Stall time.Duration

	unrouted atomic.Uint64
	work     sync.WaitGroup // the reactor and the goroutines of connections

	mu        sync.Mutex
	over      bool                      // Close or Shutdown was called
	listeners map[net.Listener]struct{} // those of running Serve calls
	streams   map[*stream]struct{}      // connections with a goroutine each
	reactor   *reactor                  // all others; nil until the first
}

// ErrServerClosed is what Serve returns after Close or Shutdown.
var ErrServerClosed = errors.New("modbus: server closed")

// DefaultStall is Server.Stall where that is zero.
const DefaultStall = 10 * time.Second

const handshakeTimeout = 10 * time.Second

func (s *Server) stall() time.Duration {
	if s.Stall <= 0 {
		return DefaultStall
	}
	return s.Stall
}

// Unrouted is how many connections were refused because Route gave them no endpoint.
func (s *Server) Unrouted() uint64 { return s.unrouted.Load() }

// Serve accepts connections from l until l fails or the server is closed, and
// closes l. After Close or Shutdown it returns ErrServerClosed, and only when
// every connection of the server and every goroutine it started has ended.
func (s *Server) Serve(l net.Listener) error {
	defer l.Close()
	if !s.track(l) {
		return ErrServerClosed
	}
	defer s.untrack(l)
	var wait backoff
	for {
		conn, err := l.Accept()
		switch {
		case err == nil:
			wait = 0
			s.admit(conn)
		case s.isOver():
			s.work.Wait()
			return ErrServerClosed
		case temporary(err):
			wait.next()
		default:
			return err
		}
	}
}

// backoff is how long Serve waits when the system cannot accept, above all for
// want of file descriptors: without it the loop would burn a core exactly when
// the host is short of everything.
type backoff time.Duration

func (b *backoff) next() {
	*b = backoff(min(max(2*time.Duration(*b), 5*time.Millisecond), 100*time.Millisecond))
	time.Sleep(time.Duration(*b))
}

func temporary(err error) bool {
	var t interface{ Temporary() bool }
	return errors.As(err, &t) && t.Temporary()
}

// admit gives a new connection to its endpoint, or closes it.
func (s *Server) admit(conn net.Conn) {
	local, remote := addrPort(conn.LocalAddr()), addrPort(conn.RemoteAddr())
	var e *Endpoint
	if s.Route != nil {
		e = s.Route(local, remote)
	}
	if e == nil {
		s.unrouted.Add(1)
		conn.Close()
		return
	}
	if !e.admit() {
		conn.Close()
		return
	}
	se := session{endpoint: e, limit: e.Limits.inFlight(), query: Query{Local: local, Remote: remote}}
	if !s.start(conn, &se) {
		conn.Close()
		e.leave(0)
	}
}

// addrPort is the address a, or zero if it is not one of IP. An IPv4 address is
// told as such also where the socket serves both families: a filter that
// compares addresses must not be passed by spelling one differently.
func addrPort(a net.Addr) netip.AddrPort {
	t, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	ap := t.AddrPort()
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}

func (s *Server) track(l net.Listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		return false
	}
	if s.listeners == nil {
		s.listeners = map[net.Listener]struct{}{}
	}
	s.listeners[l] = struct{}{}
	return true
}

func (s *Server) untrack(l net.Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.listeners, l)
}

func (s *Server) isOver() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.over
}

// Close closes all listeners and connections at once. It does not wait; Serve
// does. It may be called from a Handler, and more than once.
func (s *Server) Close() error {
	s.end(func(r *reactor) { r.stop() }, func(c *stream) { c.abort() })
	return nil
}

// Shutdown closes all listeners, reads no further request, lets those that are
// open be answered, closes each connection when its last reply is sent, and
// returns when all are. If ctx ends first it does as Close and returns the cause.
func (s *Server) Shutdown(ctx context.Context) error {
	s.end(func(r *reactor) { r.drain() }, func(c *stream) { c.drain() })
	idle := make(chan struct{})
	go func() { s.work.Wait(); close(idle) }()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		s.Close()
		return context.Cause(ctx)
	}
}

// Hangup closes every connection of endpoint e, at once and whatever they wait for.
// It does not wait for them.
func (s *Server) Hangup(e *Endpoint) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.streams {
		if c.endpoint == e {
			c.abort()
		}
	}
	if s.reactor != nil {
		s.reactor.hangup(e)
	}
}

func (s *Server) end(reactor func(*reactor), stream func(*stream)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	for l := range s.listeners {
		l.Close()
	}
	for c := range s.streams {
		stream(c)
	}
	if s.reactor != nil {
		reactor(s.reactor)
	}
}
