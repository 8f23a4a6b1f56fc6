package plant

import "math/cmplx"

// system is Y·v = rhs, dense: a switchroom has tens of nodes.
type system struct {
	n   int
	y   []complex128 // row by row
	rhs []complex128
}

func newSystem(n int) system {
	return system{n: n, y: make([]complex128, n*n), rhs: make([]complex128, n)}
}

func (s *system) clear() {
	clear(s.y)
	clear(s.rhs)
	for k := range s.n {
		s.y[k*s.n+k] = leakSiemens
	}
}

// shunt adds an admittance from node k to neutral.
func (s *system) shunt(k int, y complex128) { s.y[k*s.n+k] += y }

// series adds an admittance between two nodes.
func (s *system) series(a, b int, y complex128) {
	s.y[a*s.n+a] += y
	s.y[b*s.n+b] += y
	s.y[a*s.n+b] -= y
	s.y[b*s.n+a] -= y
}

// solve returns the node voltages by Gaussian elimination with partial
// pivoting. Y is diagonally dominant and every node leaks, so it has a
// solution.
func (s *system) solve() []complex128 {
	n := s.n
	for c := range n {
		s.pivot(c)
		for r := c + 1; r < n; r++ {
			s.eliminate(r, c)
		}
	}
	v := make([]complex128, n)
	for r := n - 1; r >= 0; r-- {
		sum := s.rhs[r]
		for c := r + 1; c < n; c++ {
			sum -= s.y[r*n+c] * v[c]
		}
		v[r] = sum / s.y[r*n+r]
	}
	return v
}

func (s *system) pivot(c int) {
	best := c
	for r := c + 1; r < s.n; r++ {
		if cmplx.Abs(s.y[r*s.n+c]) > cmplx.Abs(s.y[best*s.n+c]) {
			best = r
		}
	}
	if best == c {
		return
	}
	for k := range s.n {
		s.y[c*s.n+k], s.y[best*s.n+k] = s.y[best*s.n+k], s.y[c*s.n+k]
	}
	s.rhs[c], s.rhs[best] = s.rhs[best], s.rhs[c]
}

func (s *system) eliminate(r, c int) {
	f := s.y[r*s.n+c] / s.y[c*s.n+c]
	if f == 0 {
		return
	}
	for k := c; k < s.n; k++ {
		s.y[r*s.n+k] -= f * s.y[c*s.n+k]
	}
	s.rhs[r] -= f * s.rhs[c]
}
