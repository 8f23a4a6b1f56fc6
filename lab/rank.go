package lab

import (
	"slices"

	"switchroom/plant"
)

// rank gives every node its layer: how many edges it is from the main source. Other
// sources are put beside it, just above what they feed. What no source reaches begins
// anew at the top.
func (l *layout) rank(n *plant.Network) {
	l.spread(l.mains(n))
	for i := range l.nodes {
		if len(l.nodes[i].sources) > 0 && l.nodes[i].layer < 0 {
			l.nodes[i].layer = max(0, l.nearest(i)-1)
		}
	}
	for i := range l.nodes {
		if l.nodes[i].layer < 0 || l.nodes[i].layer == 0 && len(l.nodes[i].sources) > 0 {
			l.nodes[i].layer = 0
			l.spread([]int{i})
		}
	}
	for i := range l.edges {
		e := &l.edges[i]
		if l.nodes[e.from].layer > l.nodes[e.to].layer {
			e.from, e.to, e.turned = e.to, e.from, true
		}
		e.coupler = l.nodes[e.from].layer == l.nodes[e.to].layer
		l.layers = max(l.layers, l.nodes[e.to].layer)
	}
}

// mains are the nodes at the top: grids above transformers, or else all sources that
// are no generators, or else those.
func (l *layout) mains(n *plant.Network) []int {
	grids, mains, others := []int{}, []int{}, []int{}
	for i := range n.Sources {
		k := l.at[n.Sources[i].Node]
		switch {
		case slices.ContainsFunc(n.Transformers, func(t plant.Transformer) bool { return t.From == n.Sources[i].Node }):
			grids = append(grids, k)
		case n.Sources[i].Machine == nil:
			mains = append(mains, k)
		default:
			others = append(others, k)
		}
	}
	for _, top := range [][]int{grids, mains, others} {
		if len(top) > 0 {
			for _, k := range top {
				l.nodes[k].layer = 0
			}
			return top
		}
	}
	return nil
}

// nearest is the uppermost layer beside a node; 0: none has one.
func (l *layout) nearest(i int) int {
	best := -1
	for k := range l.edges {
		for _, other := range l.edges[k].other(i) {
			if at := l.nodes[other].layer; at >= 0 && (best < 0 || at < best) {
				best = at
			}
		}
	}
	return max(0, best)
}

// other is the node at the other end of an edge, if this one is at it.
func (e *edge) other(i int) []int {
	switch i {
	case e.from:
		return []int{e.to}
	case e.to:
		return []int{e.from}
	}
	return nil
}

// spread goes on from the nodes of a queue, nearest first, and not into sources.
func (l *layout) spread(queue []int) {
	for len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		for k := range l.edges {
			for _, o := range l.edges[k].other(i) {
				if l.nodes[o].layer < 0 && len(l.nodes[o].sources) == 0 {
					l.nodes[o].layer = l.nodes[i].layer + 1
					queue = append(queue, o)
				}
			}
		}
	}
}
