package front

import (
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"
)

// Bounds, ours.
const (
	connsMax    = 64 // at once, before all breakers
	greetWithin = 10 * time.Second
)

// Server serves one socket for all breakers: an idle one costs one goroutine.
type Server struct {
	// Serve is one connection, from its greeting until it returns. It answers the
	// greeting.
	Serve func(c net.Conn, g Greeting)

	socket  net.Listener
	serving sync.WaitGroup

	mu     sync.Mutex
	conns  map[net.Conn]struct{}
	closed bool
}

// Listen opens the socket, for the user who runs the laboratory and nobody else.
func (s *Server) Listen(path string) (err error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if s.socket, err = net.Listen("unix", path); err != nil {
		return fmt.Errorf("the socket %s: %w", path, err)
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
			if s.admit(c) {
				s.serving.Go(func() { defer s.release(c); s.serve(c) })
			} else {
				c.Close()
			}
		}
	})
}

func (s *Server) admit(c net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.conns) >= connsMax {
		return false
	}
	if s.conns == nil {
		s.conns = map[net.Conn]struct{}{}
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

func (s *Server) serve(c net.Conn) {
	c.SetDeadline(time.Now().Add(greetWithin))
	if g, err := Greeted(c); err == nil {
		s.Serve(c, g)
	}
}

// Close ends every connection.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	for c := range s.conns {
		c.Close()
	}
	s.mu.Unlock()
	if s.socket != nil {
		s.socket.Close()
	}
	s.serving.Wait()
}
