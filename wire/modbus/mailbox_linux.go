package modbus

import (
	"sync"

	"golang.org/x/sys/unix"
)

// mailbox is how other goroutines speak to the reactor. Everything else the
// reactor has belongs to its own goroutine.
type mailbox struct {
	mu     sync.Mutex
	bell   int  // eventfd in the reactor's epoll; -1 once closed
	rung   bool // the bell has been rung and the letters not fetched
	queued letters
}

// letters are what has arrived since the reactor last looked.
type letters struct {
	newcomers []*link
	answers   []answer
	hangups   []*Endpoint
	drain     bool
	stop      bool
}

// answer is a request that ended after its handler had returned, or the wish to
// hang up.
type answer struct {
	to      *link
	pending *Pending
	how     Ending
	b       []byte
	ended   bool // counts a request out
}

// post changes the letters and wakes the reactor; false if it has ended. The
// bell is rung under the lock: after close its number may be another file's.
func (m *mailbox) post(change func(*letters)) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.bell < 0 {
		return false
	}
	change(&m.queued)
	if !m.rung {
		m.rung = true
		unix.Write(m.bell, []byte{1, 0, 0, 0, 0, 0, 0, 0})
	}
	return true
}

// fetch takes all letters and silences the bell.
func (m *mailbox) fetch() letters {
	m.mu.Lock()
	defer m.mu.Unlock()
	var count [8]byte
	unix.Read(m.bell, count[:])
	m.rung = false
	l := m.queued
	m.queued = letters{}
	return l
}

// close lets nobody post any more and returns what was not fetched.
func (m *mailbox) close() letters {
	m.mu.Lock()
	defer m.mu.Unlock()
	unix.Close(m.bell)
	m.bell = -1
	return m.queued
}
