package plant

import (
	"cmp"
	"slices"
)

// system is Y·v = rhs, symmetric and sparse: a node has as many neighbours as
// breakers meet there. It is filled in and solved once.
type system struct {
	diag []complex128
	off  [][]edge // by node, sorted by neighbour; each edge stands at both ends
	rhs  []complex128
}

// edge is an element beside the diagonal.
type edge struct {
	to int
	y  complex128
}

func newSystem(n int) *system {
	s := &system{diag: make([]complex128, n), off: make([][]edge, n), rhs: make([]complex128, n)}
	for k := range s.diag {
		s.diag[k] = leakSiemens
	}
	return s
}

// shunt adds an admittance from node k to neutral.
func (s *system) shunt(k int, y complex128) { s.diag[k] += y }

// series adds an admittance between two nodes; between a node and itself it is
// none.
func (s *system) series(a, b int, y complex128) {
	if a == b {
		return
	}
	s.diag[a] += y
	s.diag[b] += y
	s.add(a, b, -y)
	s.add(b, a, -y)
}

// add adds y to the element at row a, column b.
func (s *system) add(a, b int, y complex128) {
	i, found := slices.BinarySearchFunc(s.off[a], b, func(e edge, to int) int { return cmp.Compare(e.to, to) })
	if !found {
		s.off[a] = slices.Insert(s.off[a], i, edge{b, 0})
	}
	s.off[a][i].y += y
}

// drop removes the element at row a, column b.
func (s *system) drop(a, b int) {
	i, found := slices.BinarySearchFunc(s.off[a], b, func(e edge, to int) int { return cmp.Compare(e.to, to) })
	if found {
		s.off[a] = slices.Delete(s.off[a], i, i+1)
	}
}

// solve returns the node voltages by elimination, the nodes with the fewest
// neighbours first: a radial network is solved in one walk from its ends. Y is
// diagonally dominant and every node leaks, so it has a solution without
// pivoting. The same system gives the same bits.
func (s *system) solve() []complex128 {
	order := s.eliminateAll()
	v := make([]complex128, len(s.diag))
	for i := len(order) - 1; i >= 0; i-- {
		k := order[i]
		sum := s.rhs[k]
		for _, e := range s.off[k] {
			sum -= e.y * v[e.to]
		}
		v[k] = sum / s.diag[k]
	}
	return v
}

// eliminateAll eliminates every node and returns the order. A node's off row is
// left with the neighbours that came after it.
func (s *system) eliminateAll() []int {
	byDegree := make([][]int, 4) // candidates; one whose degree has changed is put back
	put := func(k int) {
		d := len(s.off[k])
		for d >= len(byDegree) {
			byDegree = append(byDegree, nil)
		}
		byDegree[d] = append(byDegree[d], k)
	}
	for k := len(s.diag) - 1; k >= 0; k-- {
		put(k)
	}
	done := make([]bool, len(s.diag))
	order := make([]int, 0, len(s.diag))
	for len(order) < len(s.diag) {
		d := slices.IndexFunc(byDegree, func(ks []int) bool { return len(ks) > 0 })
		k := byDegree[d][len(byDegree[d])-1]
		byDegree[d] = byDegree[d][:len(byDegree[d])-1]
		if done[k] || len(s.off[k]) != d {
			continue // it is further down the lists by what it has now
		}
		done[k] = true
		order = append(order, k)
		s.eliminate(k)
		for _, e := range s.off[k] {
			put(e.to)
		}
	}
	return order
}

// eliminate takes node k out of its neighbours' equations.
func (s *system) eliminate(k int) {
	row := s.off[k]
	for _, a := range row {
		f := a.y / s.diag[k]
		s.drop(a.to, k)
		s.rhs[a.to] -= f * s.rhs[k]
		s.diag[a.to] -= f * a.y
		for _, b := range row {
			if b.to != a.to {
				s.add(a.to, b.to, -f*b.y)
			}
		}
	}
}
