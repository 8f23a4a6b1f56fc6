package air

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"

	"switchroom/wire/ble"
)

// Bounds of a socket, ours.
const (
	hostsMax   = 64
	unreadMax  = 4096 // packets that a host has not taken
	socketMode = 0o600
)

// Socket serves radios to hosts that speak H4: one for each connection, gone when it
// ends.
type Socket struct {
	air     *Air
	at      Place
	socket  net.Listener
	serving sync.WaitGroup

	mu     sync.Mutex // guards the following
	conns  map[io.Closer]struct{}
	closed bool
	number int
}

// ServeSocket opens a Unix socket for the user who runs this and nobody else; hosts that
// connect begin at at.
func (a *Air) ServeSocket(path string, at Place) (*Socket, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	ln, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("the socket %s: %w", path, err)
	}
	s := &Socket{air: a, at: at, socket: ln, conns: map[io.Closer]struct{}{}}
	if err := os.Chmod(path, socketMode); err != nil {
		ln.Close()
		return nil, err
	}
	s.serving.Go(s.accept)
	return s, nil
}

func (s *Socket) accept() {
	for {
		c, err := s.socket.Accept()
		if err != nil {
			return
		}
		s.Attach(c)
	}
}

// Attach gives a host a radio for as long as c lasts: a socket, or the master of a
// pseudo-terminal.
func (s *Socket) Attach(c io.ReadWriteCloser) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.conns) >= hostsMax {
		c.Close()
		return
	}
	s.conns[c] = struct{}{}
	s.number++
	name := fmt.Sprintf("host-%d", s.number)
	s.serving.Go(func() {
		s.host(c, name)
		c.Close()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.conns, c)
	})
}

// host is one connection.
func (s *Socket) host(c io.ReadWriteCloser, name string) {
	out := make(chan []byte, unreadMax)
	r := s.air.Add(name, s.at, func(p ble.Packet) {
		select {
		case out <- p.Bytes():
		default:
			c.Close() // the host has stopped reading
		}
	})
	done := make(chan struct{})
	var writing sync.WaitGroup
	writing.Go(func() {
		for {
			select {
			case b := <-out:
				if _, err := c.Write(b); err != nil {
					return
				}
			case <-done:
				return
			}
		}
	})
	in := bufio.NewReader(c)
	for {
		p, err := ble.ReadPacket(in)
		if err != nil {
			break
		}
		r.Send(p)
		s.air.Loop.Call(func() {}) // no faster than it is carried out
	}
	r.Remove()
	close(done)
	c.Close()
	writing.Wait()
}

// Close ends every connection.
func (s *Socket) Close() {
	s.mu.Lock()
	s.closed = true
	for c := range s.conns {
		c.Close()
	}
	s.mu.Unlock()
	s.socket.Close()
	s.serving.Wait()
}
