package modbus

import (
	"net"
	"sync"
	"time"
)

// chunk is how many bytes of one connection are read at a time. With the longest
// reply to the shortest request it bounds what one batch can produce: 130 KiB.
const chunk = 4096

// stream is a connection with a goroutine of its own, on package net: TLS,
// systems other than Linux, listeners that are not TCP.
type stream struct {
	session
	server *Server
	conn   net.Conn
	room   chan struct{} // gets a token when an open request has ended, or late answers are written
	gone   chan struct{} // closed by abort
	quit   chan struct{} // closed by drain
	until  time.Time     // when the client's certificate ends; zero: it has none

	writing sync.Mutex // held while bytes are written

	mu       sync.Mutex
	late     []byte    // answers that came later and are not written yet
	flushing bool      // a goroutine is writing late
	hangup   bool      // close when late is written
	answered time.Time // when a late answer last came
	aborted  bool      // closed, or about to
	draining bool      // takes no further request
}

// startStream runs a connection in a goroutine; false if the server is closed.
func (s *Server) startStream(conn net.Conn, se *session) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		return false
	}
	c := &stream{server: s, conn: conn, room: make(chan struct{}, 1), gone: make(chan struct{}), quit: make(chan struct{})}
	c.endpoint, c.limit, c.query = se.endpoint, se.limit, se.query
	c.query.from = c
	if s.streams == nil {
		s.streams = map[*stream]struct{}{}
	}
	s.streams[c] = struct{}{}
	s.work.Go(c.run)
	return true
}

func (c *stream) run() {
	defer c.leave()
	if c.handshake() && c.converse() {
		c.settle()
	}
}

// converse takes requests until the connection ends (false) or drains (true).
func (c *stream) converse() bool {
	// One chunk, and the beginning of a message that may be left before it.
	in, out := make([]byte, chunk+maxADU), make([]byte, 0, chunk)
	for have, ok := 0, true; ; {
		if !c.arm() {
			return c.isDraining()
		}
		n, err := c.conn.Read(in[have:])
		if n == 0 && timedOut(err) && c.waited() {
			continue // it is not idle, it waits for us
		}
		if n == 0 && err != nil {
			if timedOut(err) && !c.isDraining() {
				c.endpoint.idle.Add(1)
			}
			return c.isDraining()
		}
		c.query.Now = time.Now()
		if !c.until.IsZero() && c.query.Now.After(c.until) {
			return c.isDraining() // who stays connected is not let in for ever
		}
		if have, out, ok = c.serve(in[:have+n], out); !ok {
			return c.isDraining()
		}
	}
}

// serve answers the requests in in, moves the beginning of one that is left to
// the front, and says how long it is. It waits while the connection is full.
func (c *stream) serve(in, out []byte) (left int, _ []byte, ok bool) {
	for {
		used, replies, framed := c.take(in, out[:0])
		out = replies
		if !c.write(replies) || !framed {
			c.abort()
			return 0, out, false
		}
		left = copy(in, in[used:])
		in = in[:left]
		// Ask what is left, not whether the connection is full: it may have been
		// full when take stopped and have room since, and the client then waits
		// for replies to requests that are here already.
		if _, took, ok := ParseADU(in); took == 0 && ok {
			return left, out, true
		}
		if !c.wait(c.full) {
			return left, out, false
		}
	}
}

// wait blocks while cond holds, and reports false if the connection ends or drains first.
func (c *stream) wait(cond func() bool) bool {
	for cond() {
		select {
		case <-c.room:
		case <-c.quit:
			return false
		case <-c.gone:
			return false
		}
	}
	return true
}

// settle waits, after drain, until what was asked is answered and written.
func (c *stream) settle() {
	for c.unsettled() {
		select {
		case <-c.room:
		case <-c.gone:
			return
		}
	}
}

func (c *stream) unsettled() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.open.Load() > 0 || c.flushing
}

// arm prepares the next read; false if there is none to come.
func (c *stream) arm() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.aborted || c.draining {
		return false
	}
	if idle := c.endpoint.Limits.Idle; idle > 0 {
		c.conn.SetReadDeadline(time.Now().Add(idle))
	}
	return true
}

// waited reports whether the client has been waiting for an answer in the time
// that makes it idle.
func (c *stream) waited() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.draining && (c.open.Load() > 0 || time.Since(c.answered) < c.endpoint.Limits.Idle)
}

func timedOut(err error) bool {
	e, ok := err.(net.Error)
	return ok && e.Timeout()
}

// write sends out. The time a client has starts anew with every piece it takes:
// a slow one is not a stalled one.
func (c *stream) write(out []byte) bool {
	const piece = 16 << 10
	c.writing.Lock()
	defer c.writing.Unlock()
	for len(out) > 0 {
		c.conn.SetWriteDeadline(time.Now().Add(c.server.stall()))
		n, err := c.conn.Write(out[:min(len(out), piece)])
		if timedOut(err) {
			c.endpoint.slow.Add(1)
		}
		if err != nil {
			return false
		}
		out = out[n:]
	}
	return true
}

func (c *stream) opened() { c.openOne() }

// ended queues a late answer and has it written by another goroutine: whoever
// answers must not wait for this client. What is queued is bounded by the
// requests a client may have open.
func (c *stream) ended(p *Pending, how Ending, b []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.aborted {
		return // leave counts the request out
	}
	c.late = c.frame(c.late, p, how, b)
	c.hangup = c.hangup || how == HungUp
	c.flushSoonLocked()
	c.answered = time.Now()
	c.closeOne()
	c.token()
}

func (c *stream) severed(*Pending) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hangup = true
	c.flushSoonLocked()
}

func (c *stream) flushSoonLocked() {
	if !c.aborted && !c.flushing && (len(c.late) > 0 || c.hangup) {
		c.flushing = true
		c.server.work.Go(c.flush)
	}
}

// flush writes late answers until there are none, and hangs up if that was asked.
func (c *stream) flush() {
	for {
		out, more := c.nextLate()
		if !more {
			c.token()
			return
		}
		if !c.write(out) {
			c.abort()
		}
	}
}

func (c *stream) nextLate() (out []byte, more bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	out, c.late = c.late, nil
	if len(out) > 0 && !c.aborted {
		return out, true
	}
	c.flushing = false
	if c.hangup {
		c.abortLocked()
	}
	return nil, false
}

func (c *stream) token() {
	select {
	case c.room <- struct{}{}:
	default:
	}
}

func (c *stream) isDraining() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.draining && !c.aborted
}

// drain takes no further request; the connection ends when those open have.
func (c *stream) drain() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.draining {
		c.draining = true
		close(c.quit)
		c.conn.SetReadDeadline(time.Unix(1, 0))
	}
}

// abort closes the connection from any goroutine.
func (c *stream) abort() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.abortLocked()
}

func (c *stream) abortLocked() {
	if c.aborted {
		return
	}
	c.aborted = true
	close(c.gone)
	sever(c.conn)
}

// sever closes a connection without a word. Under TLS it closes what is below:
// TLS would first try to say goodbye, for five seconds if the other side does not
// read, and here somebody holds a lock.
func sever(conn net.Conn) {
	if t, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = t.NetConn()
	}
	conn.Close()
}

func (c *stream) leave() {
	if !c.isAborted() {
		c.conn.Close()
	}
	c.abort()
	c.endpoint.leave(c.open.Swap(0))
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	delete(c.server.streams, c)
}

func (c *stream) isAborted() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.aborted
}
