package modbus

import (
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// reactor serves every TCP connection of a server on one goroutine: its own
// epoll descriptor, parked in Go's network poller while nothing is ready. One
// goroutine a connection costs a wake-up each, which is most of what a small
// request costs at all; here a wake-up is shared by all that is ready.
//
// Level-triggered, because edge-triggered was not measurably cheaper and would
// need every socket read until it is empty.
type reactor struct {
	mailbox
	server *Server
	file   *os.File // the epoll descriptor as the network poller knows it
	raw    syscall.RawConn
	ep     int

	// All below belongs to the goroutine of run.
	links    []*link // by descriptor
	live     int
	now      time.Time // when the events being handled were read
	in       []byte
	out      []byte
	events   [512]unix.EpollEvent
	timer    *time.Timer
	due      time.Time // when sweep must look next; zero if nothing is watched
	draining bool
	stopping bool
}

// react returns the server's reactor, started if it is the first time.
func (s *Server) react() (*reactor, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		return nil, ErrServerClosed
	}
	if s.reactor != nil {
		return s.reactor, nil
	}
	r, err := newReactor(s)
	if err != nil {
		return nil, err
	}
	s.reactor = r
	s.work.Go(r.run)
	return r, nil
}

func newReactor(s *Server) (*reactor, error) {
	ep, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	// Non-blocking is what makes os.NewFile give the descriptor to the network poller.
	unix.SetNonblock(ep, true)
	file := os.NewFile(uintptr(ep), "epoll")
	bell, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		file.Close()
		return nil, os.NewSyscallError("eventfd", err)
	}
	raw, _ := file.SyscallConn()
	r := &reactor{server: s, file: file, raw: raw, ep: ep, in: make([]byte, 2*chunk+maxADU), out: make([]byte, 0, 4*chunk)}
	r.bell = bell
	r.timer = time.AfterFunc(time.Hour, r.ring)
	r.timer.Stop()
	err = unix.EpollCtl(ep, unix.EPOLL_CTL_ADD, bell, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(bell)})
	if err != nil {
		unix.Close(bell)
		file.Close()
		return nil, os.NewSyscallError("epoll_ctl", err)
	}
	return r, nil
}

// run handles events until the server closes. The function given to Read parks
// in the network poller whenever it returns false.
func (r *reactor) run() {
	defer r.shut()
	r.raw.Read(func(uintptr) bool {
		for !r.stopping {
			n, e := poll(r.ep, r.events[:])
			if e != 0 {
				return true
			}
			if n == 0 {
				return false
			}
			r.now = time.Now()
			r.handle(r.events[:n])
		}
		return true
	})
}

// handle serves one batch of events. Letters come last: a connection that is
// added may have the number of one that a stale event of this batch was about.
func (r *reactor) handle(events []unix.EpollEvent) {
	mail := false
	for i := range events {
		fd := int(events[i].Fd)
		if fd == r.bell {
			mail = true
			continue
		}
		if c := r.links[fd]; c != nil {
			r.event(c, events[i].Events)
		}
	}
	if mail {
		r.open(r.fetch())
	}
}

func (r *reactor) event(c *link, what uint32) {
	switch {
	case what&(unix.EPOLLERR|unix.EPOLLHUP) != 0:
		r.close(c) // the client has reset the connection, nothing can be sent any more
	case what&unix.EPOLLOUT != 0:
		r.flush(c)
		r.resume(c)
	case what&unix.EPOLLIN != 0:
		r.read(c)
	}
}

// open deals with the letters.
func (r *reactor) open(l letters) {
	for _, c := range l.newcomers {
		r.add(c)
	}
	for _, e := range l.hangups {
		r.cut(e)
	}
	for i := range l.answers {
		r.deliver(&l.answers[i])
	}
	for i := range l.answers {
		r.finishDelivery(l.answers[i].to)
	}
	if !r.due.IsZero() && !r.now.Before(r.due) {
		r.sweep()
	}
	r.stopping = r.stopping || l.stop
	if l.drain {
		r.drainAll()
	}
	r.stopping = r.stopping || r.draining && r.live == 0
}

// deliver puts a late answer behind what waits to be sent, so that all of one
// batch go in one write.
func (r *reactor) deliver(a *answer) {
	c := a.to
	if c.fd < 0 {
		return // gone; its open requests were counted out when it went
	}
	if a.ended {
		c.closeOne()
	}
	if a.how == HungUp {
		r.tryFlush(c)
		r.close(c)
		return
	}
	c.unsent = c.frame(c.unsent, a.pending, a.how, a.b)
	c.touched, c.asked = true, r.now
}

func (r *reactor) finishDelivery(c *link) {
	if c.fd < 0 || !c.touched {
		return
	}
	c.touched = false
	r.tryFlush(c)
	r.resume(c)
}

func (r *reactor) tryFlush(c *link) {
	if len(c.unsent) > 0 {
		if c.interest&unix.EPOLLOUT == 0 {
			c.stalled = r.now
		}
		r.flush(c)
	}
}

// add takes a new connection in.
func (r *reactor) add(c *link) {
	for c.fd >= len(r.links) {
		r.links = append(r.links, make([]*link, 1+len(r.links))...)
	}
	r.links[c.fd] = c
	r.live++
	c.asked, c.query.Now, c.interest = r.now, r.now, unix.EPOLLIN
	if r.control(unix.EPOLL_CTL_ADD, c) && c.endpoint.Limits.Idle > 0 {
		r.watch(r.now.Add(c.endpoint.Limits.Idle))
	}
	if r.draining {
		r.finish(c)
	}
}

// control tells epoll what c waits for. It closes c and reports false if that
// fails, which it does only for want of memory.
func (r *reactor) control(op int, c *link) bool {
	err := unix.EpollCtl(r.ep, op, c.fd, &unix.EpollEvent{Events: c.interest, Fd: int32(c.fd)})
	if err != nil {
		r.close(c)
	}
	return err == nil
}

// close ends a connection. Closing the descriptor, of which there is one only,
// takes it out of epoll.
func (r *reactor) close(c *link) {
	if c.fd < 0 {
		return
	}
	r.links[c.fd] = nil
	r.live--
	unix.Close(c.fd)
	c.fd, c.rest, c.unsent = -1, nil, nil
	c.endpoint.leave(c.open.Swap(0))
	r.stopping = r.stopping || r.draining && r.live == 0
}

// watch makes sweep look at the connections at t at the latest.
func (r *reactor) watch(t time.Time) {
	if r.due.IsZero() || t.Before(r.due) {
		r.due = t
		r.timer.Reset(t.Sub(r.now))
	}
}

// sweep closes the connections whose time is over and finds out when to look next.
// It runs at most every so often: with thousands of connections their times lie
// close to each other.
func (r *reactor) sweep() {
	r.due = time.Time{}
	var next time.Time
	for _, c := range r.links {
		if c == nil {
			continue
		}
		if t := r.expire(c); !t.IsZero() && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	if soonest := r.now.Add(sweepPause); !next.IsZero() && next.Before(soonest) {
		next = soonest
	}
	if !next.IsZero() {
		r.watch(next)
	}
}

const sweepPause = 10 * time.Millisecond

// expire closes c if its time is over, and else says when it will be; zero is never.
func (r *reactor) expire(c *link) time.Time {
	if len(c.unsent) > 0 {
		end := c.stalled.Add(r.server.stall())
		if r.now.Before(end) {
			return end
		}
		c.endpoint.slow.Add(1)
		r.close(c)
		return time.Time{}
	}
	idle := c.endpoint.Limits.Idle
	if idle <= 0 || r.draining {
		return time.Time{}
	}
	if c.open.Load() > 0 {
		return r.now.Add(idle) // it waits for us
	}
	if end := c.asked.Add(idle); r.now.Before(end) {
		return end
	}
	c.endpoint.idle.Add(1)
	r.close(c)
	return time.Time{}
}

func (r *reactor) drainAll() {
	r.draining = true
	for _, c := range r.links {
		if c != nil {
			r.finish(c)
		}
	}
}

// shut closes everything when run ends.
func (r *reactor) shut() {
	left := r.mailbox.close()
	for _, c := range r.links {
		if c != nil {
			r.close(c)
		}
	}
	for _, c := range left.newcomers {
		unix.Close(c.fd)
		c.endpoint.leave(0)
	}
	r.timer.Stop()
	r.file.Close()
}

// cut closes every connection of an endpoint.
func (r *reactor) cut(e *Endpoint) {
	for _, c := range r.links {
		if c != nil && c.endpoint == e {
			r.close(c)
		}
	}
}

func (r *reactor) hangup(e *Endpoint) {
	r.post(func(l *letters) { l.hangups = append(l.hangups, e) })
}
func (r *reactor) ring()  { r.post(func(*letters) {}) }
func (r *reactor) stop()  { r.post(func(l *letters) { l.stop = true }) }
func (r *reactor) drain() { r.post(func(l *letters) { l.drain = true }) }
