package lab

import (
	"slices"
	"sync"

	"switchroom/imu"
	"switchroom/points"
)

// stand is how the mechanism of a breaker stands.
type stand struct{ closed, tripped bool }

// move is something that lasts and may have moved the contacts.
type move struct{ before stand }

// movement is what moves one breaker now. Each brings back what was before it, in
// whatever order they end: one that ends while a newer one lasts leaves that to the newer.
type movement struct {
	mu  sync.Mutex
	all []*move // the newest last

	owes *stand // where it is to be brought once time runs; nil: it stands where it should
}

// leave takes a move out, and returns what the contacts have to be brought back to:
// nil while a newer one lasts.
func (s *movement) leave(m *move) *stand {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.Index(s.all, m)
	s.all = slices.Delete(s.all, i, i+1)
	if i == len(s.all) {
		return &m.before
	}
	s.all[i].before = m.before
	return nil
}

// moving notes how a breaker stands before something moves its contacts.
func (h *hands) moving(u *imu.Unit) *move {
	s := h.movement[u]
	s.mu.Lock()
	defer s.mu.Unlock()
	m := &move{h.standing(u)}
	if s.owes != nil { // it should stand otherwise, and the new move takes that over
		m.before, s.owes = *s.owes, nil
	}
	s.all = append(s.all, m)
	return m
}

// settle ends a move: first what goes on in it (nil: nothing), then the contacts are as
// they were before it, or stay as a newer one wants them.
func (h *hands) settle(u *imu.Unit, m *move, goesOn func()) {
	now := h.standing(u)
	to := h.movement[u].leave(m)
	if goesOn != nil {
		goesOn()
	}
	if h.slow() {
		if to != nil {
			h.movement[u].owe(*to)
		}
		return
	}
	if to == nil {
		to = &now
	}
	h.bring(u, *to)
}

func (h *hands) standing(u *imu.Unit) stand { return stand{u.Closed(), h.tripped(u)} }

func (h *hands) tripped(u *imu.Unit) bool { return h.read(u, points.BreakerFaultTripped) == 1 }

// bring brings a breaker to where it stood. It can be reset only with its contacts
// open, and closed only when it is reset. A reset can't be undone: what had tripped
// before and is reset by now stays so.
func (h *hands) bring(u *imu.Unit, to stand) {
	if !to.closed && u.Closed() {
		h.part(u)
	}
	if !to.tripped {
		h.insist(func() bool { return !h.tripped(u) }, func() { h.press(u, imu.ResetButton) })
	}
	if to.closed {
		h.restore(u)
	}
}
