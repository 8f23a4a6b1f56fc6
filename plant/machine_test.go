package plant_test

import (
	"math"
	"math/cmplx"
	"testing"
	"time"

	. "switchroom/plant"
)

// generator is 500 kVA with the standard reactances, started by the loss of T.
func generator() (*Network, *pole) {
	n, q, _ := radial(0.0005 + 0.005i)
	m := &Machine{VA: 500e3, StartsOn: "T", Delay: 8 * time.Second}
	n.Sources = append(n.Sources, Source{Name: "G", Node: "t", Ohm: GeneratorOhm(500e3, 0, 400), Machine: m, Off: true})
	n.Loads = []Load{{Name: "l", Node: "end", Peak: 100e3}}
	return n, q
}

func TestGeneratorStartsOnLoss(t *testing.T) {
	n, q := generator()
	n.Update(0)
	if err := n.Lose(time.Second, "T", true); err != nil {
		t.Fatal(err)
	}
	n.Update(8900 * ms)
	near(t, "dead meanwhile", amps(q), 0, 1e-3)
	n.Update(20 * time.Second)
	near(t, "on the generator", amps(q), 144, 2)
	if err := n.Lose(21*time.Second, "T", false); err != nil {
		t.Fatal(err)
	}
	if err := n.Lose(22*time.Second, "G", true); err != nil {
		t.Fatal(err)
	}
	n.Update(30 * time.Second)
	near(t, "on the grid again", amps(q), 144.1, 0.5)
	if err := n.Lose(31*time.Second, "X", true); err == nil {
		t.Error("lost a source that is not there")
	}
}

// TestShortLossStartsNothing: a source that is back within the delay starts
// nothing, and a later loss has the whole delay.
func TestShortLossStartsNothing(t *testing.T) {
	for _, c := range []struct {
		why     string
		turns   []time.Duration // lost, back, lost, ...
		started time.Duration   // 0: not
	}{
		{"lost", []time.Duration{1 * time.Second}, 9 * time.Second},
		{"back within the delay", []time.Duration{1 * time.Second, 3 * time.Second}, 0},
		{"back just before", []time.Duration{1 * time.Second, 9*time.Second - 1}, 0},
		{"lost again", []time.Duration{1 * time.Second, 3 * time.Second, 5 * time.Second}, 13 * time.Second},
		{"back after it", []time.Duration{1 * time.Second, 12 * time.Second}, 9 * time.Second},
	} {
		n, _ := generator()
		k, at := 0, time.Duration(0)
		for now := time.Duration(0); now < 20*time.Second; now += 100 * ms {
			for ; k < len(c.turns) && c.turns[k] <= now; k++ {
				if err := n.Lose(c.turns[k], "T", k%2 == 0); err != nil {
					t.Fatal(err)
				}
			}
			n.Update(now)
			if g := n.Sources[len(n.Sources)-1]; at == 0 && !g.Off {
				at = now
			}
		}
		if at != c.started {
			t.Errorf("%s: started at %v, want %v", c.why, at, c.started)
		}
	}
}

// TestGeneratorSinks: a fault at the terminals begins with E/Xd″ and sinks to
// what the excitation sustains.
func TestGeneratorSinks(t *testing.T) {
	n, q := generator()
	n.Sources[1].Off, n.Sources[0].Off = false, true
	n.Loads = nil
	n.Update(0)
	at := n.PointOnWave(0, 90)
	if err := n.Fault(at, Fault{Name: "f", Kind: ThreePhase, Node: "bus"}, 0); err != nil {
		t.Fatal(err)
	}
	n.Update(at + 3*time.Second)
	base := 400. * 400 / 500e3
	first := phaseVolt / math.Hypot(0.12*base, 0.15*0.12*base)
	// Between the first two zeros of l1 (little direct component at 90°).
	var most float64
	for _, s := range q.samples[:40] {
		most = max(most, math.Abs(s.i[0]))
	}
	if most > 1.35*math.Sqrt2*first || most < 0.75*math.Sqrt2*first {
		t.Errorf("first peak %g A, E/Xd″ gives %g", most, math.Sqrt2*first)
	}
	near(t, "sustained", amps(q), 3*500e3/math.Sqrt(3)/400, 0.05*3*722)
	if err := n.Clear(at+4*time.Second, "f"); err != nil {
		t.Fatal(err)
	}
	n.Update(at + 6*time.Second)
	near(t, "and comes back", cmplx.Abs(q.v[0]), phaseVolt, 1)
}

func TestMotorStart(t *testing.T) {
	n, q, _ := radial(0.0001 + 0.001i)
	n.Motors = []Motor{{Name: "m", Node: "end", W: 90e3, RunUp: 4 * time.Second}}
	rated := 90e3 / (math.Sqrt(3) * 400 * 0.86)
	n.Update(0)
	near(t, "at standstill", amps(q), 0, 1e-3)
	if err := n.SetOff(time.Second, "m", false); err != nil {
		t.Fatal(err)
	}
	n.Update(1050 * ms)
	if len(q.samples) < 40 {
		t.Fatalf("%d samples of the inrush", len(q.samples))
	}
	var most float64
	for _, s := range q.samples {
		for p := range 3 {
			most = max(most, math.Abs(s.i[p]))
		}
	}
	if most < 1.05*6*rated*math.Sqrt2*0.97 {
		t.Errorf("first peak %g A shows no direct component", most)
	}
	n.Update(1500 * ms)
	near(t, "locked rotor, 6 times", amps(q), 6*rated, 0.08*6*rated)
	n.Update(3 * time.Second)
	if a := amps(q); a > 6*rated || a < 3*rated {
		t.Errorf("half way %g A", a)
	}
	n.Update(6 * time.Second)
	near(t, "running", amps(q), rated, 0.02*rated)
	near(t, "power factor", math.Cos(cmplx.Phase(q.v[0])-cmplx.Phase(q.i[0])), 0.86, 0.005)
	// Without voltage its contactor falls off, and it does not come back alone.
	if err := n.Lose(7*time.Second, "T", true); err != nil {
		t.Fatal(err)
	}
	n.Update(9 * time.Second)
	if err := n.Lose(10*time.Second, "T", false); err != nil {
		t.Fatal(err)
	}
	n.Update(12 * time.Second)
	near(t, "fell off", amps(q), 0, 0.1)
}

func TestMotorThatCannotRun(t *testing.T) {
	m := Motor{Name: "m", W: 1e3, Locked: 1.1, Start: 0.05}
	if m.Check(400) == nil {
		t.Error("a motor that takes at its best less than its load")
	}
}

// TestCapacitorInrush: the bank draws its rated current, and more while it is
// charged.
func TestCapacitorInrush(t *testing.T) {
	n, q, _ := radial(0.0005 + 0.005i)
	n.Capacitors = []Capacitor{{Name: "c", Node: "bus", VAR: 100e3, Off: true}}
	n.Update(0)
	if err := n.SetOff(n.PointOnWave(time.Second, 90), "c", false); err != nil {
		t.Fatal(err)
	}
	n.Update(5 * time.Second)
	rated := 100e3 / math.Sqrt(3) / 400
	var most float64
	for _, s := range q.samples {
		most = max(most, math.Abs(s.i[0]))
	}
	if most < 3*math.Sqrt2*rated {
		t.Errorf("inrush of %g A, rated peak %g", most, math.Sqrt2*rated)
	}
	near(t, "steady", amps(q), rated, 0.02*rated)
	near(t, "leads", cmplx.Phase(q.i[0])-cmplx.Phase(q.v[0]), math.Pi/2, 0.02)
	if err := n.SetOff(6*time.Second, "c", true); err != nil {
		t.Fatal(err)
	}
	n.Update(9 * time.Second)
	near(t, "off", amps(q), 0, 1e-3)
}

// TestUPSKeepsItsPower: at a tenth less voltage it draws a tenth more, and below
// 0.85 nothing.
func TestUPSKeepsItsPower(t *testing.T) {
	n, q, _ := radial(0.0005i)
	n.Loads = []Load{{Name: "u", Node: "bus", Peak: 100e3, UPS: true}}
	n.Update(0)
	near(t, "rated", amps(q), 144.3, 0.5)
	for i, c := range []struct{ dip, want float64 }{{0.1, 160.4}, {0.3, 0}, {0, 144.3}} {
		at := time.Duration(i+1) * 10 * time.Second
		if err := n.Dip(at, "T", [3]float64{c.dip, c.dip, c.dip}); err != nil {
			t.Fatal(err)
		}
		n.Update(at + 5*time.Second)
		near(t, "after the dip", amps(q), c.want, 0.01*c.want+0.01)
	}
	if err := n.Dip(time.Minute, "T", [3]float64{2, 0, 0}); err == nil {
		t.Error("a dip of twice the voltage")
	}
}

// TestOneGrid: two transformers of one grid lose their voltage together, and one
// of them alone when it is disconnected above.
func TestOneGrid(t *testing.T) {
	n := example()
	a, b := &pole{closed: true}, &pole{closed: true}
	n.Cables = nil
	n.Branches = []Branch{{Name: "A", Switch: a, From: "F1", To: "x"}, {Name: "B", Switch: b, From: "T2LV", To: "y"}}
	n.Loads = []Load{{Name: "x", Node: "x", Peak: 50e3, Split: [3]float64{1, 0, 0}}, {Name: "y", Node: "y", Peak: 50e3}}
	n.Update(0)
	near(t, "A", cmplx.Abs(a.v[0]), 236.7, 2)
	near(t, "idle phase of A", cmplx.Abs(a.v[1]), 236.7, 2)
	if err := n.Lose(time.Second, "T1", true); err != nil {
		t.Fatal(err)
	}
	n.Update(3 * time.Second)
	near(t, "A without its transformer", cmplx.Abs(a.v[0]), 0, 0)
	near(t, "B goes on", cmplx.Abs(b.v[0]), 236.7, 2)
	if err := n.Lose(4*time.Second, "T1", false); err != nil {
		t.Fatal(err)
	}
	if err := n.Dip(5*time.Second, "Q", [3]float64{0.5, 0.5, 0.5}); err != nil {
		t.Fatal(err)
	}
	n.Update(8 * time.Second)
	near(t, "A in the dip", cmplx.Abs(a.v[1]), 118.3, 2)
	near(t, "B in the dip", cmplx.Abs(b.v[0]), 118.3, 2)
}

func TestCableTable(t *testing.T) {
	for _, c := range []struct {
		mm2  float64
		m    Material
		want float64
		ok   bool
	}{{240, Copper, 0.0754, true}, {150, Aluminium, 0.206, true}, {2.5, Aluminium, 0, false}, {33, Copper, 0, false}, {math.NaN(), Copper, 0, false}} {
		r, err := ConductorOhm(c.mm2, c.m)
		if (err == nil) != c.ok || r != c.want {
			t.Errorf("%g mm² %s: %g, %v", c.mm2, c.m, r, err)
		}
	}
}
