package sockets

import (
	"net/http"
	"sync"
)

// Shares bounds the connections to each address, so that who floods one reaches no
// other, and of each place to it, so that others still reach that one.
type Shares struct {
	Most int // of an address
	Each int // of them from one place

	mu   sync.Mutex
	all  map[string]int
	each map[[2]string]int
}

// Count is for http.Server.ConnState: it counts a connection from a place to an
// address and reports whether it may stay; who calls closes it otherwise.
func (s *Shares) Count(address, from string, state http.ConnState) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch state {
	case http.StateNew:
		if s.all == nil {
			s.all, s.each = map[string]int{}, map[[2]string]int{}
		}
		s.all[address]++
		s.each[[2]string{address, from}]++
		return s.all[address] <= s.Most && s.each[[2]string{address, from}] <= s.Each
	case http.StateClosed, http.StateHijacked:
		less(s.all, address)
		less(s.each, [2]string{address, from})
	}
	return true
}

func less[K comparable](counts map[K]int, k K) {
	if counts[k]--; counts[k] <= 0 {
		delete(counts, k)
	}
}
