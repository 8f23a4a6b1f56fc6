package plant

import (
	"slices"
)

// pattern is which elements a symmetric sparse matrix has, in which order its
// nodes are eliminated and where the fill goes: all that does not depend on the
// values. It is found once for a circuit, whose limbs may be on or off.
type pattern struct {
	order  []int // nodes as they are eliminated
	place  []int // of the nodes in order
	start  []int // by place: the first of its elements; one more at the end
	to     []int // by element: the node that is eliminated later
	target []int // of each update of an elimination, in its order: an element, or −1−node of the diagonal
}

// pair is two nodes that an element joins; [earth] is none.
type pair [2]int

// newPattern eliminates the nodes with the fewest neighbours first: a radial
// network takes one walk from its ends, without fill. The same pairs give the
// same pattern.
func newPattern(nodes int, pairs []pair) *pattern {
	near := make([][]int, nodes) // sorted
	for _, e := range pairs {
		if e[0] != earth && e[1] != earth && e[0] != e[1] {
			near[e[0]], near[e[1]] = with(near[e[0]], e[1]), with(near[e[1]], e[0])
		}
	}
	p := &pattern{place: make([]int, nodes), start: []int{0}}
	byDegree := make([][]int, 8) // candidates; one whose degree has changed is put again
	put := func(k int) {
		for len(near[k]) >= len(byDegree) {
			byDegree = append(byDegree, nil)
		}
		byDegree[len(near[k])] = append(byDegree[len(near[k])], k)
	}
	for k := range near {
		put(k)
	}
	done := make([]bool, nodes)
	for len(p.order) < nodes {
		d := slices.IndexFunc(byDegree, func(ks []int) bool { return len(ks) > 0 })
		k := byDegree[d][len(byDegree[d])-1]
		byDegree[d] = byDegree[d][:len(byDegree[d])-1]
		if done[k] || len(near[k]) != d {
			continue // it is further along the lists by what it has now
		}
		done[k] = true
		p.eliminate(k, near)
		for _, n := range near[k] {
			put(n)
		}
	}
	p.aim()
	return p
}

func with(set []int, x int) []int {
	i, found := slices.BinarySearch(set, x)
	if found {
		return set
	}
	return slices.Insert(set, i, x)
}

// eliminate joins the neighbours of node k and takes it away from them.
func (p *pattern) eliminate(k int, near [][]int) {
	p.place[k] = len(p.order)
	p.order = append(p.order, k)
	p.to = append(p.to, near[k]...)
	p.start = append(p.start, len(p.to))
	for _, a := range near[k] {
		i, _ := slices.BinarySearch(near[a], k)
		near[a] = slices.Delete(near[a], i, i+1)
		for _, b := range near[k] {
			if a != b {
				near[a] = with(near[a], b)
			}
		}
	}
}

// aim finds where each update of an elimination goes.
func (p *pattern) aim() {
	for k := range p.order {
		row := p.to[p.start[k]:p.start[k+1]]
		for i, a := range row {
			p.target = append(p.target, -1-a)
			for _, b := range row[i+1:] {
				p.target = append(p.target, p.element(a, b))
			}
		}
	}
}

// element is where the element between two nodes is; −1 if one of them is earth
// or both are the same.
func (p *pattern) element(a, b int) int {
	if a == earth || b == earth || a == b {
		return -1
	}
	if p.place[a] > p.place[b] {
		a, b = b, a
	}
	first := p.start[p.place[a]]
	i, _ := slices.BinarySearch(p.to[first:p.start[p.place[a]+1]], b)
	return first + i
}

// system is the values of a matrix of a pattern: filled in, factored, and then
// solved for any right-hand side.
type system[T float64 | complex128] struct {
	*pattern
	diag []T
	off  []T // by element; once factored, its share of the pivot
}

// newSystem returns a system in which every node leaks to earth.
func newSystem[T float64 | complex128](p *pattern) *system[T] {
	s := &system[T]{pattern: p, diag: make([]T, len(p.order)), off: make([]T, len(p.to))}
	s.clear()
	return s
}

func (s *system[T]) clear() {
	for k := range s.diag {
		s.diag[k] = leakSiemens
	}
	clear(s.off)
}

// between adds an admittance between two nodes whose element is e.
func (s *system[T]) between(a, b, e int, y T) {
	if a == b {
		return
	}
	if a != earth {
		s.diag[a] += y
	}
	if b != earth {
		s.diag[b] += y
	}
	if e >= 0 {
		s.off[e] -= y
	}
}

// factor eliminates every node. Every node leaks and every loop has an
// impedance, so there is a solution without pivoting. The same system gives the
// same bits.
func (s *system[T]) factor() {
	t := 0
	for place, k := range s.order {
		row := s.off[s.start[place]:s.start[place+1]]
		for i, y := range row {
			f := y / s.diag[k]
			s.diag[-1-s.target[t]] -= f * y
			t++
			for _, z := range row[i+1:] {
				s.off[s.target[t]] -= f * z
				t++
			}
		}
		for i := range row {
			row[i] /= s.diag[k]
		}
	}
}

// solve puts the node voltages for the right-hand side x into x.
func (s *system[T]) solve(x []T) {
	for place, k := range s.order {
		for e := s.start[place]; e < s.start[place+1]; e++ {
			x[s.to[e]] -= s.off[e] * x[k]
		}
	}
	for place := len(s.order) - 1; place >= 0; place-- {
		k := s.order[place]
		x[k] /= s.diag[k]
		for e := s.start[place]; e < s.start[place+1]; e++ {
			x[k] -= s.off[e] * x[s.to[e]]
		}
	}
}
