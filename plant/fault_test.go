package plant_test

import (
	"math"
	"math/cmplx"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "switchroom/plant"
)

// radial is a source, an incomer, a cable and a feeder: T - Q - bus - cable - F - end.
func radial(z complex128) (n *Network, q, f *pole) {
	q, f = &pole{closed: true}, &pole{closed: true}
	return &Network{
		Voltage: 400, Frequency: 50,
		Sources:  []Source{{Name: "T", Node: "t", Ohm: z}},
		Branches: []Branch{{Name: "Q", Switch: q, From: "t", To: "bus"}, {Name: "F", Switch: f, From: "mid", To: "end"}},
		Cables:   []Cable{{Name: "C", From: "bus", To: "mid", Ohm: 0.002 + 0.001i}},
	}, q, f
}

const (
	ms        = time.Millisecond
	poleOhm   = 50e-6
	bolted    = 10e-6
	phaseVolt = 230.940107675850
)

// TestAsymmetricalCurrent holds every sample of a bolted three-phase fault to
// the closed form of a series circuit,
//
//	i(t) = √2·I·[sin(ωt+ψ−φ) − sin(ψ−φ)·e^(−R·t/L)]
//
// for several points on wave and R/X.
func TestAsymmetricalCurrent(t *testing.T) {
	for _, c := range []struct {
		z   complex128
		psi float64
	}{{0.0005 + 0.005i, 0}, {0.0005 + 0.005i, 90}, {0.0002 + 0.008i, 0}, {0.004 + 0.004i, 30}, {0.02 + 0.001i, 200}} {
		n, q, _ := radial(c.z)
		n.Update(0)
		at := n.PointOnWave(20*ms, c.psi)
		if err := n.Fault(at, Fault{Name: "f", Kind: ThreePhase, Node: "bus"}, 0); err != nil {
			t.Fatal(err)
		}
		n.Update(at + 100*ms)
		z := c.z + poleOhm + bolted
		peak, phi := math.Sqrt2*phaseVolt/cmplx.Abs(z), cmplx.Phase(z)
		tau := imag(z) / real(z) / (2 * math.Pi * 50)
		if len(q.samples) < 5 {
			t.Fatalf("%v: %d samples", c.z, len(q.samples))
		}
		for k, s := range q.samples {
			e := (s.at - at).Seconds()
			for p := range 3 {
				psi := c.psi*math.Pi/180 - 2*math.Pi/3*float64(p)
				want := peak * (math.Sin(100*math.Pi*e+psi-phi) - math.Sin(psi-phi)*math.Exp(-e/tau))
				if math.Abs(s.i[p]-want) > 0.004*peak {
					t.Fatalf("%v ψ=%g: sample %d (%v), phase %d: %g A, want %g", c.z, c.psi, k, s.at-at, p, s.i[p], want)
				}
			}
		}
	}
}

// TestPeakFactor: the highest sample of the worst point on wave is κ·√2·I″k with
// κ = 1.02 + 0.98·e^(−3R/X) (IEC 60909-0, 8.1), which is itself a fit.
func TestPeakFactor(t *testing.T) {
	for _, rx := range []float64{0.02, 0.1, 0.3, 0.7} {
		n, q, _ := radial(complex(0.005*rx, 0.005))
		n.Update(0)
		at := n.PointOnWave(0, 0)
		if err := n.Fault(at, Fault{Name: "f", Kind: ThreePhase, Node: "bus"}, 0); err != nil {
			t.Fatal(err)
		}
		n.Update(at + 40*ms)
		var most float64
		for _, s := range q.samples {
			most = max(most, math.Abs(s.i[0]), math.Abs(s.i[1]), math.Abs(s.i[2]))
		}
		z := complex(0.005*rx+poleOhm+bolted, 0.005)
		want := (1.02 + 0.98*math.Exp(-3*real(z)/imag(z))) * math.Sqrt2 * phaseVolt / cmplx.Abs(z)
		if math.Abs(most/want-1) > 0.02 {
			t.Errorf("R/X %g: peak %g A, κ says %g", rx, most, want)
		}
	}
}

// TestFaultsByHand holds each kind of fault, at rest, to the formulas of the
// symmetrical components at the end of the cable: Z1 of all there is, Z0 of the
// source as Z1 and of the cable four times.
func TestFaultsByHand(t *testing.T) {
	src := 0.0005 + 0.005i
	cable := complex128(0.002 + 0.001i)
	z1 := src + poleOhm + cable
	z0 := src + poleOhm + 4*cable // what returns by the protective conductor passes no pole
	a := cmplx.Rect(1, 2*math.Pi/3)
	e := complex(phaseVolt, 0)
	for _, c := range []struct {
		f    Fault
		want float64 // A in l1
		res  float64 // A, residual: phases and neutral together
		why  string
	}{
		{Fault{Kind: ThreePhase}, cmplx.Abs(e / z1), 0, "E/Z1"},
		{Fault{Kind: PhasePhase}, cmplx.Abs(e * cmplx.Sqrt(-3) / (2 * z1)), 0, "√3·E/2Z1"},
		{Fault{Kind: PhaseEarth}, cmplx.Abs(3 * e / (2*z1 + z0)), cmplx.Abs(3 * e / (2*z1 + z0)), "3E/(2Z1+Z0)"},
		// By the neutral the loop passes its pole too, and nothing is residual.
		{Fault{Kind: PhaseNeutral}, cmplx.Abs(3 * e / (2*z1 + z0 + 3*poleOhm)), 0, "3E/(2Z1+Z0)"},
		{Fault{Kind: PhasePhaseEarth}, cmplx.Abs(e * a * cmplx.Sqrt(-3) * (z0 - a*z1) / (z1*z1 + 2*z1*z0)), cmplx.Abs(3 * e * z1 / (z1*z1 + 2*z1*z0)), "Z1=Z2"},
		{Fault{Kind: PhaseEarth, Ohm: 0.1}, cmplx.Abs(3 * e / (2*z1 + z0 + 0.3)), cmplx.Abs(3 * e / (2*z1 + z0 + 0.3)), "3E/(2Z1+Z0+3R)"},
		{Fault{Kind: PhaseEarth, Gap: 32}, 0, 0, "arc, below"},
	} {
		n, q, _ := radial(src)
		n.PhasorsOnly = true
		c.f.Name, c.f.Node = "f", "mid"
		if err := n.Fault(0, c.f, 0); err != nil {
			t.Fatal(err)
		}
		if c.f.Gap > 0 {
			// The arc's resistance is the published one at the current that flows.
			i := cmplx.Abs(q.i[0])
			c.want = cmplx.Abs(3 * e / (2*z1 + z0 + complex(3*ArcOhm(c.f.Gap, i), 0)))
			c.res = c.want
		}
		near(t, string(c.f.Kind)+" "+c.why, cmplx.Abs(q.i[0]), c.want, 0.005*c.want)
		near(t, string(c.f.Kind)+" residual", cmplx.Abs(q.i[0]+q.i[1]+q.i[2]+q.i[3]), c.res, 0.005*c.res+1)
	}
}

// TestSamplesEndInPhasors: whatever the fault, what is told after it has settled
// is what phasors alone would have told, and while it lives nothing vanishes at
// a node.
func TestSamplesEndInPhasors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := Fault{
			Name: "f", Kind: rapid.SampledFrom(FaultKinds[:5]).Draw(t, "kind"), Phase: rapid.IntRange(0, 2).Draw(t, "phase"),
			Ohm: rapid.SampledFrom([]float64{0, 0.01, 1}).Draw(t, "ohm"), Gap: rapid.SampledFrom([]float64{0, 25}).Draw(t, "gap"),
		}
		if rapid.Bool().Draw(t, "along") {
			f.Cable, f.Along = "C", rapid.Float64Range(0.05, 0.95).Draw(t, "share")
		} else {
			f.Node = rapid.SampledFrom([]string{"t", "bus", "mid", "end"}).Draw(t, "node")
		}
		run := func(phasors bool) (i, j [4]complex128, samples []sample) {
			n, q, g := radial(0.001 + 0.008i)
			n.PhasorsOnly = phasors
			n.Loads = []Load{{Name: "l", Node: "end", Peak: 50e3, Factor: 0.9, Split: [3]float64{0.5, 0.3, 0.2}}}
			n.Update(0)
			if err := n.Fault(7*ms, f, 0); err != nil {
				t.Fatal(err)
			}
			n.Update(5 * time.Second)
			return q.i, g.i, q.samples
		}
		qs, fs, samples := run(false)
		qp, fp, _ := run(true)
		if len(samples) == 0 {
			t.Fatal("no samples")
		}
		for c := range 4 {
			if d := cmplx.Abs(qs[c]-qp[c]) + cmplx.Abs(fs[c]-fp[c]); d > 0.01*cmplx.Abs(qp[c])+0.5 {
				t.Fatalf("conductor %d: %v %v by samples, %v %v by phasors", c, qs, fs, qp, fp)
			}
		}
	})
}

// TestCurrentZero: contacts part in the middle of a half wave; what flows goes
// on until each pole's own zero and is then nothing.
func TestCurrentZero(t *testing.T) {
	n, q, f := radial(0.0005 + 0.005i)
	n.Update(0)
	f.onSample = func(now time.Duration, i [4]float64) {
		if now >= 31*ms {
			f.closed = false
		}
	}
	if err := n.Fault(0, Fault{Name: "f", Kind: ThreePhase, Node: "end"}, 0); err != nil {
		t.Fatal(err)
	}
	n.Update(time.Second)
	var last [3]time.Duration
	for _, s := range q.samples {
		for p := range 3 {
			if math.Abs(s.i[p]) > 200 {
				last[p] = s.at
			}
		}
	}
	for p := range 3 {
		if last[p] < 31*ms || last[p] > 44*ms {
			t.Errorf("phase %d ends at %v; contacts part at 31 ms", p, last[p])
		}
	}
	if last[0] == last[1] && last[1] == last[2] {
		t.Errorf("all poles clear at %v", last[0])
	}
	near(t, "after it", amps(q), 0, 1e-3)
	// No voltage spike beyond what parting at zero makes.
	for _, s := range q.samples {
		for p := range 3 {
			if math.Abs(s.v[p]) > 2*math.Sqrt2*phaseVolt {
				t.Fatalf("%g V at %v", s.v[p], s.at)
			}
		}
	}
}

func TestFaultClearsItself(t *testing.T) {
	n, q, _ := radial(0.0005 + 0.005i)
	n.Loads = []Load{{Name: "l", Node: "end", Peak: 100e3}}
	n.Update(0)
	before := amps(q)
	if err := n.Fault(100*ms, Fault{Name: "f", Kind: PhaseEarth, Node: "end"}, 60*ms); err != nil {
		t.Fatal(err)
	}
	if err := n.Fault(100*ms, Fault{Name: "f", Kind: PhaseEarth, Node: "end"}, 60*ms); err == nil {
		t.Error("a fault that is on is put on again")
	}
	n.Update(2 * time.Second)
	near(t, "load after the fault", amps(q), before, 0.01)
	last := q.samples[len(q.samples)-1].at
	if last < 160*ms || last > 500*ms {
		t.Errorf("samples until %v", last)
	}
}

// TestBrokenNeutral: the load in star loses its star point's tie, and the phase
// with the smallest load gets more than its voltage.
func TestBrokenNeutral(t *testing.T) {
	n, _, f := radial(0.0005 + 0.005i)
	n.Loads = []Load{{Name: "l", Node: "end", Peak: 60e3, Split: [3]float64{0.6, 0.3, 0.1}}}
	n.Update(0)
	near(t, "before", cmplx.Abs(f.v[2]), 230.9, 0.5)
	if err := n.Fault(time.Second, Fault{Name: "f", Kind: BrokenNeutral, Cable: "C"}, 0); err != nil {
		t.Fatal(err)
	}
	n.Update(3 * time.Second)
	near(t, "no neutral current", cmplx.Abs(f.i[3]), 0, 0.01)
	// By hand (Millman), without the small series impedance: the star point moves
	// to Σ(g·E)/Σg with g as the shares.
	a := cmplx.Rect(1, -2*math.Pi/3)
	star := complex(phaseVolt, 0) * (0.6 + 0.3*a + 0.1*a*a)
	near(t, "l3", cmplx.Abs(f.v[2]), cmplx.Abs(complex(phaseVolt, 0)*a*a-star), 1)
	if err := n.Clear(4*time.Second, "f"); err != nil {
		t.Fatal(err)
	}
	n.Update(6 * time.Second)
	near(t, "repaired", cmplx.Abs(f.v[2]), 230.9, 0.5)
}

// TestThreePoleNeutral: a three-pole breaker does not interrupt the neutral, and
// a four-pole one does.
func TestThreePoleNeutral(t *testing.T) {
	for _, c := range []struct {
		poles int
		want  float64
	}{{3, phaseVolt}, {4, 0}} {
		n, q, _ := radial(0.005i)
		n.Branches[0].Poles = c.poles
		n.Branches[0].TapsTop = false
		n.Loads = []Load{{Name: "l", Node: "end", Peak: 10e3, Split: [3]float64{1, 0, 0}}}
		n.Update(0)
		q.closed = false
		n.Update(time.Second)
		near(t, "voltage below the open breaker", cmplx.Abs(q.v[0]), 0, 0)
		q.closed = true
		n.Update(2 * time.Second)
		near(t, "the neutral carries the phase", cmplx.Abs(q.i[0]+q.i[3]), 0, 1e-3)
	}
}

func TestFaultsRefused(t *testing.T) {
	for _, c := range []struct {
		f   Fault
		why string
	}{
		{Fault{Kind: "short", Node: "bus"}, "kind"},
		{Fault{Kind: ThreePhase}, "nowhere"},
		{Fault{Kind: ThreePhase, Node: "bus", Cable: "C", Along: 0.5}, "in two places"},
		{Fault{Kind: ThreePhase, Node: "moon"}, "no such node"},
		{Fault{Kind: ThreePhase, Cable: "D", Along: 0.5}, "no such cable"},
		{Fault{Kind: ThreePhase, Cable: "C", Along: 1}, "at the end of a cable"},
		{Fault{Kind: ThreePhase, Node: "bus", Ohm: -1}, "below 0 ohm"},
		{Fault{Kind: ThreePhase, Node: "bus", Ohm: math.NaN()}, "no number"},
		{Fault{Kind: ThreePhase, Node: "bus", Phase: 3}, "no such phase"},
		{Fault{Kind: BrokenNeutral, Node: "bus"}, "a node has no neutral to break"},
	} {
		n, _, _ := radial(0.005i)
		if err := n.Fault(0, c.f, 0); err == nil {
			t.Errorf("accepted: %s", c.why)
		}
	}
	n, _, _ := radial(0.005i)
	if err := n.Clear(0, "f"); err == nil {
		t.Error("cleared a fault that is not there")
	}
}
