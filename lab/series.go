package lab

import (
	"container/heap"
	"slices"

	"switchroom/plant"
)

// series is the breakers in series between a source and a breaker.
type series struct {
	source       string
	breakers     []int    // of the network's branches, the one nearest to the source first
	open         []string // those before the last that are open
	transformers []string // between them; breakers above one are left out
	left         []string // those that are left out
}

// Costs of a way, ours: open breakers count most, then a generator where the grid is
// there too, then how many breakers there are, then whether it comes to the upper end
// of a breaker.
const (
	costOpen    = 1_000_000
	costMachine = 10_000
	costBreaker = 10
	costLower   = 1
)

// seriesTo finds the ways from sources to a breaker, the easiest first: through closed
// breakers, if there are such. A source that is lost is a source all the same: what
// protects does not change.
func seriesTo(n *plant.Network, branch int) (all []series) {
	g := gridOf(n)
	above := g.reach(n.Branches[branch].From, branch)
	below := g.reach(n.Branches[branch].To, branch)
	cost := map[string]int{}
	for i := range n.Sources {
		src := &n.Sources[i]
		way, ok := above[src.Node]
		if other, has := below[src.Node]; has && (!ok || other.cost+costLower < way.cost) {
			way, ok = other, true
		}
		if !ok {
			continue
		}
		if cost[src.Name] = way.cost; src.Machine != nil {
			cost[src.Name] += costMachine
		}
		all = append(all, g.series(src.Name, way, branch))
	}
	slices.SortStableFunc(all, func(a, b series) int { return cost[a.source] - cost[b.source] })
	return all
}

// grid is a network as a graph.
type grid struct {
	net *plant.Network
	at  map[string][]link
}

// link is something between two nodes.
type link struct {
	kind  edgeKind
	index int
	to    string
}

func gridOf(n *plant.Network) *grid {
	g := &grid{n, map[string][]link{}}
	for i := range n.Branches {
		g.join(breakerEdge, i, n.Branches[i].From, n.Branches[i].To)
	}
	for i := range n.Cables {
		g.join(cableEdge, i, n.Cables[i].From, n.Cables[i].To)
	}
	for i := range n.Transformers {
		g.join(transformerEdge, i, n.Transformers[i].From, n.Transformers[i].To)
	}
	return g
}

func (g *grid) join(k edgeKind, i int, from, to string) {
	g.at[from] = append(g.at[from], link{k, i, to})
	g.at[to] = append(g.at[to], link{k, i, from})
}

// way is how a node is reached: by which link from which way.
type way struct {
	node string
	cost int
	by   link
	from *way // nil: it is where one began
}

// reach finds the easiest way from a node to every other, not through a breaker.
func (g *grid) reach(from string, not int) map[string]*way {
	done := map[string]*way{}
	next := &ways{{node: from}}
	for next.Len() > 0 {
		w := heap.Pop(next).(*way)
		if done[w.node] != nil {
			continue
		}
		done[w.node] = w
		for _, l := range g.at[w.node] {
			if l.kind == breakerEdge && l.index == not {
				continue
			}
			heap.Push(next, &way{l.to, w.cost + g.cost(l), l, w})
		}
	}
	return done
}

func (g *grid) cost(l link) int {
	switch {
	case l.kind != breakerEdge:
		return 0
	case g.net.Branches[l.index].Switch.Closed():
		return costBreaker
	}
	return costOpen
}

// series are the breakers of a way, from its source down to the breaker.
func (g *grid) series(source string, w *way, branch int) series {
	s := series{source: source}
	for ; w.from != nil; w = w.from {
		switch w.by.kind {
		case transformerEdge: // what came before it is above it
			s.transformers = append(s.transformers, g.net.Transformers[w.by.index].Name)
			for _, i := range s.breakers {
				s.left = append(s.left, g.net.Branches[i].Name)
			}
			s.breakers, s.open = nil, nil
		case breakerEdge:
			b := &g.net.Branches[w.by.index]
			s.breakers = append(s.breakers, w.by.index)
			if !b.Switch.Closed() {
				s.open = append(s.open, b.Name)
			}
		}
	}
	s.breakers = append(s.breakers, branch)
	return s
}

// ways are a heap, the easiest on top.
type ways []*way

func (q ways) Len() int           { return len(q) }
func (q ways) Less(i, j int) bool { return q[i].cost < q[j].cost }
func (q ways) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *ways) Push(x any)        { *q = append(*q, x.(*way)) }
func (q *ways) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}
