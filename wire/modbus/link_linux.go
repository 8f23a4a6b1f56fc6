package modbus

import (
	"net"
	"time"

	"golang.org/x/sys/unix"
)

// link is one connection of the reactor. All of it belongs to the reactor's
// goroutine, but opened, ended and severed.
type link struct {
	session
	reactor  *reactor
	fd       int // -1 once closed
	interest uint32
	rest     []byte    // received and not yet taken: the beginning of a request, or requests that wait for room
	unsent   []byte    // replies the client has not taken yet
	stalled  time.Time // since when unsent does not get shorter
	asked    time.Time // when a request last came, or a late answer
	touched  bool      // has late answers in unsent that were not tried yet
}

// start hands a connection to the reactor if it is one of TCP, and else gives
// it a goroutine; false if the server is closed or the system lacks something.
func (s *Server) start(conn net.Conn, se *session) bool {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return s.startStream(conn, se)
	}
	r, err := s.react()
	if err != nil {
		return false
	}
	fd, err := detach(tcp)
	if err != nil {
		return false
	}
	c := &link{reactor: r, fd: fd}
	c.endpoint, c.limit, c.query = se.endpoint, se.limit, se.query
	c.query.from = c
	if !r.post(func(l *letters) { l.newcomers = append(l.newcomers, c) }) {
		unix.Close(fd)
		return false
	}
	return true
}

// detach takes the socket out of package net: a duplicate in our epoll, the
// original closed. Package net has set TCP_NODELAY and keep-alive on it, which
// are the socket's, and O_NONBLOCK. To read the descriptor of a net.TCPConn
// without owning it would mean to use a number that may be another file's by then.
func detach(conn *net.TCPConn) (int, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return -1, err
	}
	fd, dupErr := -1, error(nil)
	err = raw.Control(func(from uintptr) { fd, dupErr = unix.FcntlInt(from, unix.F_DUPFD_CLOEXEC, 0) })
	if err != nil || dupErr != nil {
		return -1, firstOf(err, dupErr)
	}
	conn.Close()
	return fd, nil
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// read takes what has arrived on c. One read an event: a client that sends
// without pause gets its turn like the others.
func (r *reactor) read(c *link) {
	n := copy(r.in, c.rest)
	got, e := recv(c.fd, r.in[n:n+chunk])
	if e == unix.EAGAIN || e == unix.EINTR {
		return
	}
	if e != 0 || got == 0 {
		r.close(c)
		return
	}
	c.query.Now = r.now
	r.serve(c, r.in[:n+got])
}

// serve answers the requests in in and keeps what is left of it.
func (r *reactor) serve(c *link, in []byte) {
	used, out, framed := c.take(in, r.out[:0])
	r.out = out[:0]
	if used < len(in) || len(c.rest) > 0 {
		c.keep(in[used:])
	}
	if used > 0 {
		c.asked = r.now
	}
	if len(out) > 0 {
		r.send(c, out)
	}
	if !framed {
		r.close(c)
	}
	r.settle(c)
}

// keep stores what was not taken. A buffer that held a whole batch is let go
// with it: thousands of connections that were busy once must not cost what
// thousands of busy ones do.
func (c *link) keep(rest []byte) {
	if len(rest) == 0 && cap(c.rest) > 2*maxADU {
		c.rest = nil
		return
	}
	c.rest = append(c.rest[:0], rest...)
}

// send writes out, behind what waits already, and keeps what the socket does not take.
func (r *reactor) send(c *link, out []byte) {
	if len(c.unsent) > 0 {
		c.unsent = append(c.unsent, out...)
		return
	}
	n, ok := r.push(c, out)
	if ok && n < len(out) {
		c.unsent = append(c.unsent, out[n:]...)
		c.stalled = r.now
		r.watch(r.now.Add(r.server.stall()))
	}
}

// push writes what the socket takes of out; false if the connection is gone.
func (r *reactor) push(c *link, out []byte) (int, bool) {
	n, e := send(c.fd, out)
	if e == unix.EAGAIN || e == unix.EINTR {
		return 0, true
	}
	if e != 0 {
		r.close(c)
		return 0, false
	}
	return n, true
}

// flush tries again to send what waits.
func (r *reactor) flush(c *link) {
	if len(c.unsent) == 0 {
		return
	}
	n, ok := r.push(c, c.unsent)
	if !ok {
		return
	}
	if n == len(c.unsent) {
		c.unsent = nil
		return
	}
	if n > 0 {
		c.stalled = r.now
	}
	c.unsent = append(c.unsent[:0], c.unsent[n:]...)
	r.watch(c.stalled.Add(r.server.stall()))
}

// settle takes requests that waited for room if there is room now, and asks
// epoll for what the connection can use next. While replies wait or requests are
// open in full number, nothing is read: the client's own socket fills, and the
// memory it costs here stays what it is.
func (r *reactor) settle(c *link) {
	if c.fd < 0 {
		return
	}
	if r.draining {
		r.finish(c)
		return
	}
	want := uint32(unix.EPOLLIN)
	if c.full() {
		want = 0
	}
	if len(c.unsent) > 0 {
		want = unix.EPOLLOUT
	}
	if want != c.interest {
		c.interest = want
		r.control(unix.EPOLL_CTL_MOD, c)
	}
}

// resume serves requests that were received and could not be taken. in is the
// reactor's buffer, never c.rest itself, which serve overwrites.
func (r *reactor) resume(c *link) {
	if c.fd >= 0 && len(c.unsent) == 0 && !c.full() && !r.draining && len(c.rest) > 0 {
		c.query.Now = r.now
		r.serve(c, r.in[:copy(r.in, c.rest)])
		return
	}
	r.settle(c)
}

// finish closes c once nothing is open and nothing waits to be sent.
func (r *reactor) finish(c *link) {
	if c.open.Load() == 0 && len(c.unsent) == 0 {
		r.close(c)
		return
	}
	want := uint32(0)
	if len(c.unsent) > 0 {
		want = unix.EPOLLOUT
	}
	if want != c.interest {
		c.interest = want
		r.control(unix.EPOLL_CTL_MOD, c)
	}
}

// opened is called on the reactor's goroutine, from Serve.
func (c *link) opened() { c.openOne() }

func (c *link) ended(p *Pending, how Ending, b []byte) {
	c.reactor.post(func(l *letters) {
		l.answers = append(l.answers, answer{c, p, how, append([]byte(nil), b...), true})
	})
}

func (c *link) severed(p *Pending) {
	c.reactor.post(func(l *letters) { l.answers = append(l.answers, answer{c, p, HungUp, nil, false}) })
}
