package lab

import (
	"fmt"
	"math"

	"switchroom/plant"
	"switchroom/ui"
)

// Sizes of the diagram, in pixels.
const (
	columnWide = 132
	layerHigh  = 150
	leftEdge   = 50
	topEdge    = 110 // sources stand above
	drop       = 20  // wire between a bar and what hangs below it
	symbolHigh = 80
	longest    = 15 // letters of a name
)

// drawing is a single-line diagram as it is now.
type drawing struct {
	ui.Diagram
	wires    []ui.Segment
	breakers []ui.BreakerSymbol
	sources  []sourceSymbol
	symbols  []hungSymbol
	cables   []ui.Symbol
	trafos   []ui.Symbol
	captions []caption
}

type sourceSymbol struct {
	ui.Symbol
	generator, plain bool
}

type hungSymbol struct {
	ui.Symbol
	kind hungKind
}

type caption struct {
	ui.At
	name, line string
}

// draw draws the network as its breakers stand.
func (s *Server) draw(l *layout, all []standing, states map[string]ui.State) *drawing {
	d := &drawing{Diagram: ui.Diagram{ID: "network-svg", Say: said(all),
		W: leftEdge + int(l.columns)*columnWide, H: topEdge + l.layers*layerHigh + 90}}
	n := s.lab.Network
	for i := range l.nodes {
		d.node(&l.nodes[i], n, states[l.nodes[i].name])
	}
	at := byName(all)
	for i := range l.edges {
		e := &l.edges[i]
		upper, lower := l.nodes[e.from], l.nodes[e.to]
		x, y := spot(e.column, upper.layer)
		above, below := states[upper.name], states[lower.name]
		bottom := y + layerHigh
		if e.coupler {
			bottom = y + symbolHigh + 2*drop
			d.rise(e, upper.layer, bottom, below)
		}
		d.wires = append(d.wires, ui.Segment{X1: x, Y1: y, X2: x, Y2: y + drop, State: above},
			ui.Segment{X1: x, Y1: y + drop + e.high(), X2: x, Y2: bottom, State: below})
		d.edge(e, n, all, at, ui.At{X: x, Y: y + drop}, above, below)
	}
	return d
}

// said is the diagram in words.
func said(all []standing) string {
	n := map[ui.State]int{}
	for i := range all {
		n[all[i].position]++
	}
	return fmt.Sprintf("Single-line diagram: %d breakers, %d closed, %d open, %d tripped; the list below tells each", len(all), n[ui.Closed], n[ui.Open], n[ui.Tripped])
}

// spot is where a column meets the bar of a layer.
func spot(column float64, layer int) (x, y int) {
	return leftEdge + int(math.Round(column*columnWide)), topEdge + layer*layerHigh
}

// high is how high the symbol of an edge is.
func (e *edge) high() int {
	return [...]int{breakerEdge: symbolHigh, cableEdge: 60, transformerEdge: 70}[e.kind]
}

// rise draws the way from the lower end of a coupler up to the other bar.
func (d *drawing) rise(e *edge, layer, bottom int, is ui.State) {
	x, _ := spot(e.column, layer)
	up, y := spot(e.riser, layer)
	d.wires = append(d.wires, ui.Segment{X1: x, Y1: bottom, X2: up, Y2: bottom, State: is}, ui.Segment{X1: up, Y1: bottom, X2: up, Y2: y, State: is})
}

// edge draws what is between two nodes.
func (d *drawing) edge(e *edge, n *plant.Network, all []standing, at map[string]int, where ui.At, above, below ui.State) {
	switch e.kind {
	case cableEdge:
		d.cables = append(d.cables, ui.Symbol{At: where, Name: short(n.Cables[e.index].Name), State: above})
	case transformerEdge:
		d.trafos = append(d.trafos, ui.Symbol{At: where, Name: short(n.Transformers[e.index].Name), State: above})
	case breakerEdge:
		name := n.Branches[e.index].Name
		b := ui.BreakerSymbol{At: where, Name: short(name), URL: unitURL(name), Above: above, Below: below}
		if i, ok := at[name]; ok {
			b.Position, b.Racking, b.Lines = all[i].position, all[i].racking, all[i].lines()
		}
		d.breakers = append(d.breakers, b)
	}
}

// lines stand beside the symbol of a breaker.
func (st *standing) lines() []string {
	a := highest(st.amps[:3]...)
	if math.IsNaN(a) {
		return nil
	}
	return []string{withUnit(amps(a), "A"), withUnit(kilo(st.watts), "kW")}
}

// node draws a node: its bar, what feeds it and what hangs on it.
func (d *drawing) node(n *node, of *plant.Network, is ui.State) {
	left, y := spot(n.left, n.layer)
	right, _ := spot(n.right, n.layer)
	if right > left {
		d.wires = append(d.wires, ui.Segment{X1: left - 18, Y1: y, X2: right + 18, Y2: y, State: is, Bar: true})
		d.captions = append(d.captions, caption{ui.At{X: left - 18, Y: y - 22}, short(n.name), is.String()})
	}
	for _, f := range n.sources {
		d.source(f, n, &of.Sources[f.index], is)
	}
	for _, h := range n.hanging {
		x, _ := spot(h.column, n.layer)
		d.wires = append(d.wires, ui.Segment{X1: x, Y1: y, X2: x, Y2: y + drop, State: is})
		s := ui.Symbol{At: ui.At{X: x, Y: y + drop}, Name: short(h.name), State: is}
		if h.kind == capacitorHung {
			s.Text = "capacitor"
		}
		d.symbols = append(d.symbols, hungSymbol{s, h.kind})
	}
}

// source draws a source over its node.
func (d *drawing) source(f fed, n *node, of *plant.Source, is ui.State) {
	x, y := spot(f.column, n.layer)
	s := sourceSymbol{Symbol: ui.Symbol{Name: short(of.Name), State: is}, generator: of.Machine != nil}
	s.plain = of.Rated == 0 && !s.generator
	high := 70
	if s.generator {
		high = 50
	}
	if of.Rated > 0 {
		s.Text = withUnit(spaced(of.Rated/1000, 0), "kVA")
	}
	s.At = ui.At{X: x, Y: y - drop - high}
	d.sources = append(d.sources, s)
	d.wires = append(d.wires, ui.Segment{X1: x, Y1: y - drop, X2: x, Y2: y, State: is})
}

// short cuts a name that would run into what is beside it.
func short(name string) string {
	r := []rune(name)
	if len(r) <= longest {
		return name
	}
	return string(r[:longest-1]) + "…"
}
