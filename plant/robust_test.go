package plant_test

import (
	"fmt"
	"math"
	"math/cmplx"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "switchroom/plant"
)

// finite reports whether everything that a breaker was told is a number that a
// switchroom can have.
func finite(p *pole) error {
	for _, s := range p.samples {
		for _, x := range append(s.i[:], s.v[:]...) {
			if math.IsNaN(x) || math.Abs(x) > 1e8 {
				return fmt.Errorf("%+v", s)
			}
		}
	}
	for c := range 4 {
		if a := cmplx.Abs(p.i[c]); math.IsNaN(a) || a > 1e8 {
			return fmt.Errorf("%v", p.i)
		}
	}
	return nil
}

// TestAnythingMayHappen lets people and faults do anything to a network of
// everything, with values from one end of what the site file takes to the other.
// Nothing that breakers are told is beyond reason, and every call returns.
func TestAnythingMayHappen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := func(name string, lo, hi float64) float64 { return rapid.Float64Range(lo, hi).Draw(t, name) }
		up := UtilityOhm(math.Pow(10, f("mva", 6, 11)), f("rx", 0.001, 3), 400)
		tr := TransformerOhm(math.Pow(10, f("kva", 4.5, 7)), f("uk", 0.5, 20), 0, 400)
		n := &Network{
			Voltage: 400, Frequency: rapid.SampledFrom([]float64{50, 60}).Draw(t, "hz"), PhasorsOnly: rapid.Bool().Draw(t, "phasors"),
			Sources: []Source{
				{Name: "Q", Node: "q", Ohm: up, Earthing: Isolated},
				{Name: "G", Node: "g", Ohm: GeneratorOhm(200e3, 0, 400), Zero: GeneratorOhm(200e3, 0.05, 400), Machine: &Machine{VA: 200e3, StartsOn: "Q", Delay: time.Second}, Off: rapid.Bool().Draw(t, "running"), Earthing: Earthing(rapid.IntRange(0, 2).Draw(t, "earthing")), EarthOhm: 10},
			},
			Transformers: []Transformer{{Name: "T", From: "q", To: "a", Ohm: tr, Zero: tr * complex(f("zero", 0.05, 10), 0), Rated: 1e6}},
			Cables:       []Cable{{Name: "C", From: "a", To: "b", Ohm: complex(f("r", 1e-5, 1), f("x", 1e-6, 0.1))}},
			Loads: []Load{
				{Name: "l", Node: "b", Peak: f("kw", -1e5, 1e6), Factor: f("pf", 0.05, 1), Split: [3]float64{0.7, 0.3, 0}},
				{Name: "u", Node: "b", Peak: f("ups", 1, 2e5), UPS: true},
			},
			Motors:     []Motor{{Name: "m", Node: "b", W: f("motor", 1e2, 2e5), RunUp: rapid.SampledFrom([]time.Duration{20 * ms, time.Second}).Draw(t, "up")}},
			Capacitors: []Capacitor{{Name: "c", Node: "b", VAR: f("var", 1e2, 5e5)}},
		}
		poles := []*pole{{closed: true}, {closed: rapid.Bool().Draw(t, "closed")}, {closed: true}}
		for i, ends := range [][2]string{{"a", "x"}, {"g", "a"}, {"b", "y"}} {
			n.Branches = append(n.Branches, Branch{Name: fmt.Sprint("B", i), Switch: poles[i], From: ends[0], To: ends[1], Poles: rapid.IntRange(3, 4).Draw(t, "poles")})
		}
		if err := n.Check(); err != nil {
			t.Fatal(err)
		}
		n.Update(0)
		now := time.Duration(0)
		for range rapid.IntRange(1, 8).Draw(t, "acts") {
			now += time.Duration(f("wait", 0, 0.2) * 1e9)
			var err error
			switch rapid.IntRange(0, 8).Draw(t, "act") {
			case 0, 1:
				ft := Fault{Name: rapid.SampledFrom([]string{"f", "g"}).Draw(t, "fault"), Kind: rapid.SampledFrom(FaultKinds).Draw(t, "kind"), Ohm: f("ohm", 0, 2), Gap: f("gap", 0, 100), Phase: rapid.IntRange(0, 2).Draw(t, "phase")}
				switch rapid.IntRange(0, 2).Draw(t, "where") {
				case 0:
					ft.Node = rapid.SampledFrom([]string{"q", "a", "b", "x", "g"}).Draw(t, "node")
				case 1:
					ft.Cable, ft.Along = "C", 0.3
				default:
					ft.Cable, ft.Kind = "B2", BrokenNeutral
				}
				err = n.Fault(now, ft, time.Duration(f("lasts", 0, 0.1)*1e9))
			case 2:
				err = n.Clear(now, rapid.SampledFrom([]string{"f", "g"}).Draw(t, "cleared"))
			case 3:
				err = n.SetOff(now, rapid.SampledFrom([]string{"l", "u", "m", "c"}).Draw(t, "what"), rapid.Bool().Draw(t, "off"))
			case 4:
				err = n.Lose(now, rapid.SampledFrom([]string{"Q", "G", "T"}).Draw(t, "source"), rapid.Bool().Draw(t, "lost"))
			case 5:
				err = n.Dip(now, "Q", [3]float64{f("dip", 0, 1), 0, f("dip", 0, 1)})
			default:
				p := rapid.SampledFrom(poles).Draw(t, "breaker")
				p.closed = !p.closed
				n.Update(now)
			}
			_ = err // refusing is an answer
		}
		n.Update(now + 4*time.Second)
		for i, p := range poles {
			if err := finite(p); err != nil {
				t.Fatalf("B%d: %v", i, err)
			}
		}
	})
}

func TestCheckSaysEverything(t *testing.T) {
	n := &Network{
		Voltage: 400, Frequency: 50,
		Sources:      []Source{{Name: "S", Node: "a"}, {Name: "G", Node: "a", Ohm: 1i, Machine: &Machine{VA: 1, StartsOn: "moon"}}},
		Transformers: []Transformer{{Name: "T", From: "a", To: "b", Ohm: complex(math.Inf(1), 0)}},
		Cables:       []Cable{{Name: "C", From: "a", To: "b", Ohm: 1, Zero: 1}},
		Motors:       []Motor{{Name: "M", Node: "a"}},
		Capacitors:   []Capacitor{{Name: "K", Node: "a", VAR: math.NaN()}},
	}
	err := n.Check()
	for _, want := range []string{"source S", "generator G", "transformer T", "cable C", "motor M", "capacitor K"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not name %s", err, want)
		}
	}
}

// TestManyHands: orders and updates from several goroutines at once.
func TestManyHands(t *testing.T) {
	n, q, f := radial(0.0005 + 0.005i)
	n.Loads = []Load{{Name: "l", Node: "end", Peak: 1e4}}
	_, _ = q, f
	q.quiet, f.quiet = true, true
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for k := range 30 {
				now := time.Duration(k) * 5 * ms
				switch (g + k) % 4 {
				case 0:
					n.Fault(now, Fault{Name: fmt.Sprint(g), Kind: PhaseEarth, Node: "end", Ohm: 0.1}, 8*ms)
				case 1:
					n.SetOff(now, "l", k%8 < 4)
				case 2:
					n.Clear(now, fmt.Sprint(g-1))
				default:
					n.Update(now)
				}
			}
		})
	}
	wg.Wait()
	for g := range 4 {
		n.Clear(time.Second, fmt.Sprint(g))
	}
	n.SetOff(time.Second, "l", false)
	n.Update(4 * time.Second)
	near(t, "in the end", q.last(), 14.43, 0.1)
}
