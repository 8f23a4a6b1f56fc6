package lab

import (
	"math"

	"switchroom/plant"
)

// drawMax is how many breakers a diagram has at most: more cannot be read. Ours.
const drawMax = 40

// what an edge of the diagram is.
type edgeKind uint8

const (
	breakerEdge edgeKind = iota
	cableEdge
	transformerEdge
)

// edge is something between two nodes: a breaker, a cable, a transformer.
type edge struct {
	kind     edgeKind
	index    int // in the network's list of its kind
	from, to int // nodes; in the layout, from is the upper one
	turned   bool
	column   float64
	riser    float64 // of a coupler, beside: where its other end goes up
	coupler  bool
	placed   bool
}

// node is a point of the network, drawn as a bar over the columns that it spans.
type node struct {
	name        string
	layer       int
	left, right float64 // columns; left > right: none yet
	placed      bool
	sources     []fed // by what it is fed
	hanging     []hung
}

// fed is a source over its node.
type fed struct {
	index  int
	column float64
}

// hung is a load, a motor or a capacitor under its node.
type hung struct {
	kind   hungKind
	name   string
	column float64
}

type hungKind uint8

const (
	loadHung hungKind = iota
	motorHung
	capacitorHung
)

// layout is where everything of a single-line diagram is: sources on top, a layer of
// nodes below each layer of breakers, couplers beside what they couple, loads under
// their nodes.
type layout struct {
	nodes   []node
	edges   []edge
	at      map[string]int // nodes by name
	next    float64        // the next free column
	columns float64
	layers  int
}

// layOut draws up a network. It returns nil for one that has no breakers, has too
// many, or whose busbars would lie over each other: the table tells it better then.
func layOut(n *plant.Network) *layout {
	if n == nil || len(n.Branches) == 0 || len(n.Branches) > drawMax {
		return nil
	}
	l := &layout{at: map[string]int{}}
	l.gather(n)
	l.rank(n)
	for layer := 0; layer <= l.layers; layer++ {
		for i := range l.nodes {
			if l.nodes[i].layer == layer {
				l.place(i)
			}
		}
	}
	l.columns = l.next
	if l.collides() {
		return nil
	}
	return l
}

func (l *layout) node(name string) int {
	i, ok := l.at[name]
	if !ok {
		i = len(l.nodes)
		l.at[name] = i
		l.nodes = append(l.nodes, node{name: name, layer: -1, left: math.Inf(1), right: math.Inf(-1)})
	}
	return i
}

// gather takes the nodes and edges of the network.
func (l *layout) gather(n *plant.Network) {
	for i := range n.Sources {
		k := l.node(n.Sources[i].Node)
		l.nodes[k].sources = append(l.nodes[k].sources, fed{index: i})
	}
	for i := range n.Branches {
		l.join(breakerEdge, i, n.Branches[i].From, n.Branches[i].To)
	}
	for i := range n.Transformers {
		l.join(transformerEdge, i, n.Transformers[i].From, n.Transformers[i].To)
	}
	for i := range n.Cables {
		l.join(cableEdge, i, n.Cables[i].From, n.Cables[i].To)
	}
	for i := range n.Loads {
		l.hang(n.Loads[i].Node, hung{kind: loadHung, name: n.Loads[i].Name})
	}
	for i := range n.Motors {
		l.hang(n.Motors[i].Node, hung{kind: motorHung, name: n.Motors[i].Name})
	}
	for i := range n.Capacitors {
		l.hang(n.Capacitors[i].Node, hung{kind: capacitorHung, name: n.Capacitors[i].Name})
	}
}

func (l *layout) join(k edgeKind, i int, from, to string) {
	l.edges = append(l.edges, edge{kind: k, index: i, from: l.node(from), to: l.node(to)})
}

func (l *layout) hang(at string, h hung) {
	k := l.node(at)
	l.nodes[k].hanging = append(l.nodes[k].hanging, h)
}

// column takes the next free column.
func (l *layout) column() float64 {
	l.next++
	return l.next - 1
}

// reach has a node's bar reach a column.
func (l *layout) reach(i int, column float64) {
	n := &l.nodes[i]
	n.left, n.right = min(n.left, column), max(n.right, column)
}

// place gives columns to a node and to all below it, then to what is above and beside
// it, so that what belongs together lies together.
func (l *layout) place(i int) {
	if l.nodes[i].placed {
		return
	}
	l.nodes[i].placed = true
	for k := range l.edges {
		if e := &l.edges[k]; e.from == i && !e.coupler && !l.nodes[e.to].placed {
			l.place(e.to)
		}
	}
	for h := range l.nodes[i].hanging {
		c := l.column()
		l.nodes[i].hanging[h].column = c
		l.reach(i, c)
	}
	if l.nodes[i].left > l.nodes[i].right { // nothing below
		l.reach(i, l.column())
	}
	l.above(i)
	l.feed(i)
	l.beside(i)
}

// feed places the sources of a node: one over its middle, several beside each other.
func (l *layout) feed(i int) {
	n := &l.nodes[i]
	for k := range n.sources {
		n.sources[k].column = (n.left + n.right) / 2
		if len(n.sources) > 1 {
			n.sources[k].column = l.column()
			l.reach(i, n.sources[k].column)
		}
	}
}

// above places the edges that come down to a node, and what they come from.
func (l *layout) above(i int) {
	middle := (l.nodes[i].left + l.nodes[i].right) / 2
	var uppers []int
	for k := range l.edges {
		e := &l.edges[k]
		if e.to != i || e.coupler {
			continue
		}
		if len(uppers) == 0 {
			e.column = middle
		} else {
			e.column = l.column()
		}
		e.placed = true
		l.reach(i, e.column)
		l.reach(e.from, e.column)
		uppers = append(uppers, e.from)
	}
	for _, u := range uppers {
		l.place(u)
	}
}

// beside places the couplers of a node, and the nodes that they lead to.
func (l *layout) beside(i int) {
	for k := range l.edges {
		e := &l.edges[k]
		if !e.coupler || e.placed || e.from != i && e.to != i {
			continue
		}
		if e.to == i {
			e.from, e.to, e.turned = e.to, e.from, !e.turned
		}
		e.placed = true
		e.column = l.column()
		e.riser = l.column()
		l.reach(e.from, e.column)
		l.place(e.to)
		l.reach(e.to, e.riser)
	}
}
