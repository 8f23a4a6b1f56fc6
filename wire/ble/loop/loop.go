// Package loop runs functions one after the other on one goroutine, now or after a
// while. What lives on a loop needs no locks and sees no two things at once. A loop
// with nothing to do costs nothing.
package loop

import (
	"sync"
	"time"
)

// Loop is one goroutine and what it has to do.
type Loop struct {
	ended sync.WaitGroup
	wake  chan struct{}

	mu     sync.Mutex // guards the following
	queue  []func()
	closed bool
}

// New returns a loop that runs until Close.
func New() *Loop {
	l := &Loop{wake: make(chan struct{}, 1)}
	l.ended.Go(l.run)
	return l
}

func (l *Loop) run() {
	for range l.wake {
		for {
			l.mu.Lock()
			batch := l.queue
			l.queue = nil
			l.mu.Unlock()
			if len(batch) == 0 {
				break
			}
			for _, f := range batch {
				f()
			}
		}
	}
}

// Post has f run after what was posted before. After Close it does nothing, and says
// so.
func (l *Loop) Post(f func()) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	l.queue = append(l.queue, f)
	select {
	case l.wake <- struct{}{}:
	default:
	}
	return true
}

// Call posts f and waits until it has run. Never on the loop itself. It reports whether
// it ran.
func (l *Loop) Call(f func()) bool {
	done := make(chan struct{})
	if !l.Post(func() { defer close(done); f() }) {
		return false
	}
	<-done
	return true
}

// After posts f after d. stop keeps it from being posted; one that is posted already
// still runs.
func (l *Loop) After(d time.Duration, f func()) (stop func()) {
	t := time.AfterFunc(d, func() { l.Post(f) })
	return func() { t.Stop() }
}

// Close runs what is posted and ends the loop. Never on the loop itself.
func (l *Loop) Close() {
	l.mu.Lock()
	if !l.closed {
		l.closed = true
		close(l.wake)
	}
	l.mu.Unlock()
	l.ended.Wait()
}
