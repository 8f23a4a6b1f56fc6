package lab

import (
	"cmp"
	"slices"
)

// apart is how far two bars of a layer, or two symbols, must be from each other.
const apart = 0.75

// collides reports whether two bars of one layer lie over each other, or two symbols.
func (l *layout) collides() bool {
	nodes := slices.Clone(l.nodes)
	slices.SortFunc(nodes, func(a, b node) int {
		return cmp.Or(cmp.Compare(a.layer, b.layer), cmp.Compare(a.left, b.left))
	})
	for i := 1; i < len(nodes); i++ {
		if nodes[i-1].layer == nodes[i].layer && nodes[i].left-nodes[i-1].right < apart {
			return true
		}
	}
	return l.edgesCollide()
}

// edgesCollide looks at what hangs between two layers.
func (l *layout) edgesCollide() bool {
	below := map[int][]float64{}
	for i := range l.edges {
		e := &l.edges[i]
		at := l.nodes[e.from].layer
		if l.nodes[e.to].layer > at+1 {
			return true // it would cross the bars of the layer between
		}
		below[at] = append(below[at], e.column)
		if e.coupler {
			below[at] = append(below[at], e.riser)
		}
	}
	for i := range l.nodes {
		for _, h := range l.nodes[i].hanging {
			below[l.nodes[i].layer] = append(below[l.nodes[i].layer], h.column)
		}
		for _, f := range l.nodes[i].sources {
			below[l.nodes[i].layer-1] = append(below[l.nodes[i].layer-1], f.column)
		}
	}
	for _, columns := range below {
		slices.Sort(columns)
		for i := 1; i < len(columns); i++ {
			if columns[i]-columns[i-1] < apart {
				return true
			}
		}
	}
	return false
}
