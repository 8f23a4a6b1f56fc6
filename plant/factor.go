package plant

import (
	"cmp"
	"slices"
)

// system is a symmetric sparse matrix: a node has as many neighbours as
// elements meet there. It is filled in, factored once, and then solves for any
// right-hand side.
type system[T float64 | complex128] struct {
	diag  []T
	off   [][]edge[T] // by node, sorted by neighbour; until factored, each edge stands at both ends
	order []int       // of elimination
}

// edge is an element beside the diagonal; once factored, its share of the pivot.
type edge[T float64 | complex128] struct {
	to int
	y  T
}

// newSystem returns a system in which every node leaks to earth.
func newSystem[T float64 | complex128](n int) *system[T] {
	s := &system[T]{diag: make([]T, n), off: make([][]edge[T], n)}
	for k := range s.diag {
		s.diag[k] = leakSiemens
	}
	return s
}

// between adds an admittance between two nodes. [earth] is a node that needs no
// equation; between a node and itself there is nothing.
func (s *system[T]) between(a, b int, y T) {
	if a == b {
		return
	}
	if a != earth {
		s.diag[a] += y
	}
	if b != earth {
		s.diag[b] += y
	}
	if a != earth && b != earth {
		s.add(a, b, -y)
		s.add(b, a, -y)
	}
}

// add adds y to the element at row a, column b.
func (s *system[T]) add(a, b int, y T) {
	i, found := slices.BinarySearchFunc(s.off[a], b, byNeighbour)
	if !found {
		s.off[a] = slices.Insert(s.off[a], i, edge[T]{to: b})
	}
	s.off[a][i].y += y
}

// drop removes the element at row a, column b.
func (s *system[T]) drop(a, b int) {
	if i, found := slices.BinarySearchFunc(s.off[a], b, byNeighbour); found {
		s.off[a] = slices.Delete(s.off[a], i, i+1)
	}
}

func byNeighbour[T float64 | complex128](e edge[T], to int) int { return cmp.Compare(e.to, to) }

// factor eliminates every node, the ones with the fewest neighbours first: a
// radial network takes one walk from its ends. Every node leaks and every loop
// has an impedance, so there is a solution without pivoting. The same system
// gives the same bits.
func (s *system[T]) factor() {
	byDegree := make([][]int, 8) // candidates; one whose degree has changed is put again
	put := func(k int) {
		d := len(s.off[k])
		for d >= len(byDegree) {
			byDegree = append(byDegree, nil)
		}
		byDegree[d] = append(byDegree[d], k)
	}
	for k := range s.diag {
		put(k)
	}
	done := make([]bool, len(s.diag))
	s.order = make([]int, 0, len(s.diag))
	for len(s.order) < len(s.diag) {
		d := slices.IndexFunc(byDegree, func(ks []int) bool { return len(ks) > 0 })
		k := byDegree[d][len(byDegree[d])-1]
		byDegree[d] = byDegree[d][:len(byDegree[d])-1]
		if done[k] || len(s.off[k]) != d {
			continue // it is further along the lists by what it has now
		}
		done[k] = true
		s.order = append(s.order, k)
		s.eliminate(k)
		for _, e := range s.off[k] {
			put(e.to)
		}
	}
}

// eliminate takes node k out of its neighbours' equations and leaves its row
// with the shares for [system.solve].
func (s *system[T]) eliminate(k int) {
	row := s.off[k]
	for _, a := range row {
		f := a.y / s.diag[k]
		s.drop(a.to, k)
		s.diag[a.to] -= f * a.y
		for _, b := range row {
			if b.to != a.to {
				s.add(a.to, b.to, -f*b.y)
			}
		}
	}
	for i := range row {
		row[i].y /= s.diag[k]
	}
}

// solve puts the node voltages for the right-hand side x into x.
func (s *system[T]) solve(x []T) {
	for _, k := range s.order {
		for _, e := range s.off[k] {
			x[e.to] -= e.y * x[k]
		}
	}
	for i := len(s.order) - 1; i >= 0; i-- {
		k := s.order[i]
		x[k] /= s.diag[k]
		for _, e := range s.off[k] {
			x[k] -= e.y * x[e.to]
		}
	}
}
