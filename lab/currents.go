package lab

import (
	"errors"
	"slices"
	"sync"

	"switchroom/imu"
)

// testSet injects into one unit. Of several injections the newest flows, and when
// it ends the one before flows again: the end of a trip must not take away a load
// that is still in force.
type testSet struct {
	unit *imu.Unit

	mu    sync.Mutex
	flows []*[4]complex128 // the newest last
	plays bool             // a recording is played, and nothing else is injected
}

// reserve takes the set for a recording.
func (s *testSet) reserve() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.plays:
		return errBusy
	case len(s.flows) > 0:
		return errors.New("a current is injected into it; undo that first")
	}
	s.plays = true
	return nil
}

func (s *testSet) free() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plays = false
}

// busy reports whether a recording is played.
func (s *testSet) busy() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.plays
}

// flow has currents flow through a unit until end is called.
func (h *hands) flow(u *imu.Unit, amps *[4]complex128) (end func()) {
	s := h.sets[u]
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flows = append(s.flows, amps)
	u.Inject(h.now(), amps)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.flows = slices.DeleteFunc(s.flows, func(x *[4]complex128) bool { return x == amps })
		var left *[4]complex128
		if n := len(s.flows); n > 0 {
			left = s.flows[n-1]
		}
		u.Inject(h.now(), left)
	}
}
