package plant_test

import (
	"math"
	"math/cmplx"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"switchroom/imu"
	. "switchroom/plant"
)

func with(orders map[int]float64) (h Harmonics) {
	for k, x := range orders {
		h[k] = x
	}
	return h
}

// rectifier is what many single-phase power supplies draw.
var rectifier = map[int]float64{3: 0.8, 5: 0.5, 7: 0.25, 9: 0.1}

// office is a transformer, an incomer, and a feeder for single-phase rectifiers
// beside one for heating.
func office(orders map[int]float64) (n *Network, q, f, heat *pole) {
	q, f, heat = &pole{closed: true}, &pole{closed: true}, &pole{closed: true}
	return &Network{
		Voltage: 400, Frequency: 50,
		Sources: []Source{{Name: "T1", Node: "t", Ohm: 0.002 + 0.01i}},
		Branches: []Branch{
			{Name: "Q", Switch: q, From: "t", To: "a"}, {Name: "F", Switch: f, From: "a", To: "l"}, {Name: "H", Switch: heat, From: "a", To: "h"},
		},
		Loads: []Load{
			{Name: "ups", Node: "l", Peak: 100e3, UPS: true, Harmonics: with(orders)},
			{Name: "heating", Node: "h", Peak: 50e3},
		},
	}, q, f, heat
}

func rms(p *pole, c int) float64 {
	sum := square(cmplx.Abs(p.i[c]))
	for h := 2; p.h != nil && h <= MaxOrder; h++ {
		sum += square(cmplx.Abs(p.h.I[c][h]))
	}
	return math.Sqrt(sum)
}

func square(x float64) float64 { return x * x }

// TestNeutralOfRectifiers: triple orders add up in the neutral, which carries
// more than the phases; the others cancel there.
func TestNeutralOfRectifiers(t *testing.T) {
	n, q, f, _ := office(rectifier)
	if err := n.Check(); err != nil {
		t.Fatal(err)
	}
	n.Update(0)
	i := amps(f)
	// A percent stays in the load: a phase and the neutral of a transformer are
	// j0.03 Ω to third harmonic, the load 1.6 Ω.
	near(t, "third in a phase", cmplx.Abs(f.h.I[0][3]), 0.8*i, 0.01*i)
	near(t, "third in the neutral", cmplx.Abs(f.h.I[3][3]), 2.4*i, 0.03*i)
	near(t, "ninth in the neutral", cmplx.Abs(f.h.I[3][9]), 0.3*i, 0.02*i)
	near(t, "fifth in the neutral", cmplx.Abs(f.h.I[3][5]), 0, 1e-3*i)
	if neutral, phase := rms(f, 3), rms(f, 0); neutral < 1.5*phase {
		t.Errorf("%.0f A in the neutral, %.0f A in a phase: want more than 1.5 times", neutral, phase)
	}
	if rms(q, 3) < 0.97*rms(f, 3) {
		t.Errorf("%.0f A of %.0f A in the neutral get to the incomer", rms(q, 3), rms(f, 3))
	}
}

// TestHarmonicsByHand: a current source beside a resistance, through a
// transformer and past a heater.
func TestHarmonicsByHand(t *testing.T) {
	n, q, f, heat := office(map[int]float64{5: 0.3})
	n.Update(0)
	par := func(z ...complex128) complex128 {
		var y complex128
		for _, x := range z {
			y += 1 / x
		}
		return 1 / y
	}
	// At 250 Hz: transformer 0.002 + j0.05 and 50 µΩ of Q; heating 3.2 Ω; the UPS
	// draws 100 kW at the voltage that it has.
	v := cmplx.Abs(f.v[0])
	ups := complex(v*v/(100e3/3), 0)
	bus := par(0.00205+0.05i, 3.2+50e-6)
	source := 0.3 * amps(f)
	out := complex(source, 0) * ups / (ups + bus + 50e-6)
	near(t, "fifth through the feeder", cmplx.Abs(f.h.I[0][5]), cmplx.Abs(out), 1e-3*source)
	near(t, "fifth in the transformer", cmplx.Abs(q.h.I[0][5]), cmplx.Abs(out*bus/(0.00205+0.05i)), 1e-3*source)
	near(t, "fifth in the heating", cmplx.Abs(heat.h.I[0][5]), cmplx.Abs(out*bus/3.20005), 1e-3*source)
	near(t, "fifth of the voltage", cmplx.Abs(q.h.V[0][5]), cmplx.Abs(out*bus), 1e-3*v)
	// Its crest is that of the fundamental.
	want := cmplx.Rect(1, 5*cmplx.Phase(f.i[1]))
	if d := cmplx.Abs(f.h.I[1][5]/complex(cmplx.Abs(f.h.I[1][5]), 0) - want*cmplx.Rect(1, cmplx.Phase(out))); d > 1e-3 {
		t.Errorf("fifth of l2 at %v, off by %g", f.h.I[1][5], d)
	}
}

// TestResonance: capacitors beside a transformer amplify the order at which
// their reactances are the same.
func TestResonance(t *testing.T) {
	n, q, _, _ := office(map[int]float64{7: 0.1})
	n.Update(0)
	plain := cmplx.Abs(q.h.I[0][7])
	n, q, _, _ = office(map[int]float64{7: 0.1})
	x := 49 * 0.01 // X of the bank at 50 Hz: h²·XT
	n.Capacitors = []Capacitor{{Name: "C", Node: "a", VAR: 400 * 400 / x}}
	n.Update(0)
	if got := cmplx.Abs(q.h.I[0][7]); got < 3*plain {
		t.Errorf("seventh of %.1f A at resonance, %.1f A without capacitors", got, plain)
	}
}

// TestNoWayBack: with a broken neutral triple orders stay in the load, and no
// voltage is beyond reason.
func TestNoWayBack(t *testing.T) {
	n, _, f, _ := office(rectifier)
	n.Update(0)
	if err := n.Fault(1, Fault{Name: "pen", Kind: BrokenNeutral, Cable: "F"}, 0); err != nil {
		t.Fatal(err)
	}
	n.Update(5e9)
	if f.h != nil && cmplx.Abs(f.h.I[3][3]) > 1e-3 {
		t.Errorf("%g A in a broken neutral", cmplx.Abs(f.h.I[3][3]))
	}
	for p := range 3 {
		for h := range f.h.V[p] {
			if v := cmplx.Abs(f.h.V[p][h]); v > 400 {
				t.Errorf("%g V of order %d", v, h)
			}
		}
	}
}

func TestSinesHaveNoSpectrum(t *testing.T) {
	n, q, _, _ := office(nil)
	n.Update(0)
	if q.h != nil {
		t.Errorf("harmonics without a load that makes them: %v", q.h.I[0])
	}
	n, q, f, _ := office(rectifier)
	f.closed = false
	n.Update(0)
	if q.h != nil {
		t.Errorf("harmonics of a load without supply: %v", q.h.I[0])
	}
}

func TestWildHarmonicsAreRefused(t *testing.T) {
	for _, x := range []float64{-0.1, 1.1, math.NaN(), math.Inf(1)} {
		n, _, _, _ := office(map[int]float64{5: x})
		if err := n.Check(); err == nil || !strings.Contains(err.Error(), "ups") {
			t.Errorf("%g: %v", x, err)
		}
	}
}

// TestHarmonicsKeepCurrentLaw: whatever the loads make, what comes through the
// incomer is what goes through the feeders, order by order.
func TestHarmonicsKeepCurrentLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		orders := map[int]float64{}
		for range rapid.IntRange(1, 4).Draw(t, "orders") {
			orders[rapid.IntRange(2, MaxOrder).Draw(t, "order")] = rapid.Float64Range(0, 1).Draw(t, "share")
		}
		n, q, f, heat := office(orders)
		n.Loads[1].Harmonics = with(map[int]float64{3: rapid.Float64Range(0, 1).Draw(t, "third")})
		n.Loads[1].Peak = rapid.Float64Range(-50e3, 200e3).Draw(t, "heating")
		n.Loads[0].Split = [3]float64{rapid.Float64Range(0, 1).Draw(t, "l1"), 0.3, 0.2}
		n.Update(0)
		none := new(imu.Spectrum)
		for _, p := range []*pole{q, f, heat} {
			if p.h == nil {
				p.h = none
			}
		}
		for c := range 4 {
			for h := 2; h <= MaxOrder; h++ {
				in, out := q.h.I[c][h], f.h.I[c][h]+heat.h.I[c][h]
				if cmplx.Abs(in-out) > 5e-3 || cmplx.IsNaN(in) {
					t.Fatalf("order %d of conductor %d: %v in, %v out", h, c, in, out)
				}
			}
		}
	})
}
