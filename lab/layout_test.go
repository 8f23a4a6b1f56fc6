package lab

import (
	"fmt"
	"math"
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"

	"switchroom/imu"
	"switchroom/plant"
	"switchroom/site"
	"switchroom/ui"
)

// built is the laboratory of a site file.
func built(t *testing.T, file string) *site.Lab {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := site.Parse(file, text)
	if err != nil {
		t.Fatal(err)
	}
	l, err := s.Build(imu.NewSteppedWorld(time.Now()), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// The demonstration: incomers over the middle of their busbars, the coupler between
// them, feeders beside each other with their loads below.
func TestLayoutOfDemo(t *testing.T) {
	n := built(t, "../cmd/switchroom/demo.yaml").Network
	l := layOut(n)
	if l == nil {
		t.Fatal("it is not drawn")
	}
	columns := map[string]float64{}
	for _, e := range l.edges {
		columns[n.Branches[e.index].Name] = e.column
	}
	for name, want := range map[string]float64{"Q11": 0, "Q12": 1, "Q13": 2, "Q31": 3, "Q1": 1.5, "Q3": 4, "Q21": 6, "Q22": 7, "Q23": 8, "Q32": 9, "Q2": 7.5} {
		if columns[name] != want {
			t.Errorf("%s is in column %g, want %g", name, columns[name], want)
		}
	}
	if l.columns != 10 || l.layers != 2 {
		t.Errorf("%g columns and %d layers", l.columns, l.layers)
	}
}

// Other shapes: each is drawn, or left to the table.
func TestLayouts(t *testing.T) {
	wire := func(pairs ...string) *plant.Network {
		n := &plant.Network{Sources: []plant.Source{{Name: "T1", Node: "T1"}}}
		for i := 0; i < len(pairs); i += 2 {
			n.Branches = append(n.Branches, plant.Branch{Name: fmt.Sprint("Q", i/2), From: pairs[i], To: pairs[i+1]})
		}
		return n
	}
	two := wire("T1", "A", "G", "A", "A", "F")
	two.Sources = append(two.Sources, plant.Source{Name: "G", Node: "G"}, plant.Source{Name: "G2", Node: "G"})
	changeover := wire("T1", "A", "G", "A", "G", "B", "T2", "B", "A", "F1", "B", "F2")
	changeover.Sources = append(changeover.Sources, plant.Source{Name: "G", Node: "G"}, plant.Source{Name: "T2", Node: "T2"})
	many := &plant.Network{}
	for i := range drawMax + 1 {
		many.Branches = append(many.Branches, plant.Branch{Name: fmt.Sprint(i), From: "A", To: fmt.Sprint(i)})
	}
	for _, tt := range []struct {
		name  string
		n     *plant.Network
		drawn bool
	}{
		{"nothing", &plant.Network{}, false},
		{"one", wire("T1", "A"), true},
		{"chain", wire("T1", "A", "A", "B", "B", "C"), true},
		{"upside down", wire("F", "A", "A", "T1"), true},
		{"two incomers", two, true},
		{"a generator over two busbars", changeover, true},
		{"too many", many, false},
		{"apart", wire("T1", "A", "X", "Y"), true},
	} {
		if l := layOut(tt.n); (l != nil) != tt.drawn {
			t.Errorf("%s: drawn %v", tt.name, l != nil)
		}
	}
	for _, f := range []string{"../examples/hospital.yaml"} {
		if n := built(t, f).Network; layOut(n) == nil {
			t.Errorf("%s is not drawn", f)
		}
	}
}

// Whatever a network is like, what is drawn of it lies within the drawing, every
// breaker once, and no symbol on another.
func TestLayoutOfAny(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := &plant.Network{}
		nodes := rapid.IntRange(2, 12).Draw(t, "nodes")
		name := func(what string) string { return fmt.Sprint("N", rapid.IntRange(0, nodes-1).Draw(t, what)) }
		for i := range rapid.IntRange(0, 3).Draw(t, "sources") {
			n.Sources = append(n.Sources, plant.Source{Name: fmt.Sprint("S", i), Node: name("fed")})
		}
		for i := range rapid.IntRange(1, 20).Draw(t, "breakers") {
			from, to := name("from"), name("to")
			if from != to {
				n.Branches = append(n.Branches, plant.Branch{Name: fmt.Sprint("Q", i), From: from, To: to})
			}
		}
		for i := range rapid.IntRange(0, 5).Draw(t, "loads") {
			n.Loads = append(n.Loads, plant.Load{Name: fmt.Sprint("L", i), Node: name("loaded")})
		}
		l := layOut(n)
		if l == nil {
			return
		}
		type spot struct {
			layer  int
			column float64
		}
		taken := map[spot]bool{}
		for _, e := range l.edges {
			at := spot{l.nodes[e.from].layer, e.column}
			if taken[at] || e.column < 0 || e.column > l.columns || !e.placed || l.nodes[e.to].layer > at.layer+1 {
				t.Fatalf("an edge at %+v of %g columns, placed %v, on another %v", at, l.columns, e.placed, taken[at])
			}
			taken[at] = true
		}
	})
}

// What is energised is told from what breakers measure: through closed ones, and not
// beyond open ones.
func TestConductors(t *testing.T) {
	p := newPlace(t)
	p.until("Q1", "breaker.closed", "true")
	all := []standing{p.server.stands(0), p.server.stands(1)}
	for node, want := range map[string]ui.State{"T1": ui.Energised, "B": ui.Energised, "F": ui.Dead} {
		if got := p.server.conductors(all)[node]; got != want {
			t.Errorf("%s is %v, want %v", node, got, want)
		}
	}
	unheard := []standing{{Unit: all[0].Unit, volts: math.NaN()}, {Unit: all[1].Unit, volts: math.NaN()}}
	for node, want := range map[string]ui.State{"T1": ui.Unknown, "B": ui.Unknown, "F": ui.Dead} {
		if got := p.server.conductors(unheard)[node]; got != want {
			t.Errorf("nothing measures: %s is %v, want %v", node, got, want)
		}
	}
}

// Numbers as people read them.
func TestSpaced(t *testing.T) {
	for v, want := range map[float64]string{0: "0.0", 1234.56: "1\u202f234.6", -1234567: "−1\u202f234\u202f567.0", -0.01: "0.0", 999: "999.0", math.NaN(): ""} {
		if got := spaced(v, 1); got != want {
			t.Errorf("%g: %q, want %q", v, got, want)
		}
	}
}
