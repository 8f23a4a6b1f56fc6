package plant_test

import (
	"math"
	"math/cmplx"
	"testing"

	"pgregory.net/rapid"

	. "switchroom/plant"
)

func perKm(r, x, metres, parallel float64) complex128 {
	return complex(r, x) * complex(metres/1000/parallel, 0)
}

// example is the low-voltage network of IEC TR 60909-4, example 1: 20 kV with
// I″kQ = 10 kA and R/X = 0.1, T1 630 kVA with uk 4 % and 6.5 kW, T2 400 kVA with
// 4 % and 4.6 kW, both to 410 V, R0 = R, X0 = 0.95·X; L1 2 × 4×240 Cu of 10 m, L2
// 2 × 3×150 Al of 4 m, L3 4×70 Cu of 20 m, overhead line L4 of 50 m. The data
// stand in pandapower's copy of it (test_files/IEC60909-4_example.json).
func example() *Network {
	up := UtilityOhm(math.Sqrt(3)*20e3*10e3, 0.1, 410)
	t1, t2 := TransformerOhm(630e3, 4, 6500, 410), TransformerOhm(400e3, 4, 4600, 410)
	zero := func(z complex128) complex128 { return complex(real(z), 0.95*imag(z)) }
	return &Network{
		Voltage: 400, Frequency: 50,
		Sources: []Source{{Name: "Q", Node: "Q", Ohm: up, Volts: 410, Earthing: Isolated}},
		Transformers: []Transformer{
			{Name: "T1", From: "Q", To: "F1", Ohm: t1, Zero: zero(t1), Volts: 410, Rated: 630e3},
			{Name: "T2", From: "Q", To: "T2LV", Ohm: t2, Zero: zero(t2), Volts: 410, Rated: 400e3},
		},
		Cables: []Cable{
			{Name: "L1", From: "F1", To: "F2", Ohm: perKm(0.077, 0.079, 10, 2), Zero: perKm(0.2849, 0.14299, 10, 2)},
			{Name: "L2", From: "T2LV", To: "F2", Ohm: perKm(0.208, 0.068, 4, 2), Zero: perKm(0.87984, 0.08228, 4, 2)},
			{Name: "L3", From: "F2", To: "IC", Ohm: perKm(0.271, 0.087, 20, 1), Zero: perKm(0.813, 0.38802, 20, 1)},
			{Name: "L4", From: "IC", To: "F3", Ohm: perKm(0.3704, 0.297, 50, 1), Zero: perKm(0.7408, 0.891, 50, 1)},
		},
	}
}

// TestIEC60909Example holds the calculation to the table of results that IEC TR
// 60909-4 gives for this network (recalled: kA at F1, F2, F3).
func TestIEC60909Example(t *testing.T) {
	st := example().ShortCircuit(false)
	for _, c := range []struct {
		node     string
		ik3, ik1 float64
		tol      float64
	}{{"F1", 34620, 35640, 0.003}, {"F2", 34120, 34980, 0.003}, {"F3", 6950, 4830, 0.003}} {
		p, err := st.Node(c.node)
		if err != nil {
			t.Fatal(err)
		}
		near(t, c.node+" Ik3", p.Ik3Max, c.ik3, c.tol*c.ik3)
		near(t, c.node+" Ik1", p.Ik1Max, c.ik1, c.tol*c.ik1)
	}
}

// TestAgainstPandapower: the same network as pandapower solves it (its
// test_1ph.py, test_iec60909_example_4): +10 %, and T1 as YNyn, through which the
// zero sequence of the grid goes.
func TestAgainstPandapower(t *testing.T) {
	n := example()
	t1 := &n.Transformers[0]
	kt := 0.95 * 1.10 / (1 + 0.6*imag(t1.Ohm)*t1.Rated/(410*410))
	t1.Zero += n.Sources[0].Ohm * complex(1.10/kt, 0)
	st := n.ShortCircuit(true)
	for node, want := range map[string]float64{"T2LV": 34467.353142, "F1": 35530.66312, "F2": 34891.35137, "F3": 5032.1033105, "IC": 16362.586813} {
		p, err := st.Node(node)
		if err != nil {
			t.Fatal(err)
		}
		near(t, node, p.Ik1Max, want, 0.002*want)
	}
}

// TestPandapowerTransformer: two transformers side by side, below 100 and 40 MVA,
// after pandapower's test_transformer.py (its voltage ratio 10/11 enters as the
// short-circuit power seen below).
func TestPandapowerTransformer(t *testing.T) {
	z := TransformerOhm(400e3, 6, 0.005*400e3, 420)
	n := &Network{
		Voltage: 400, Frequency: 50,
		Sources: []Source{{Name: "Q", Node: "Q", Ohm: UtilityOhm(100e6, 0.1, 10e3*420/11e3), Volts: 420, Earthing: Isolated}},
		Transformers: []Transformer{
			{Name: "A", From: "Q", To: "B", Ohm: z, Volts: 420, Rated: 400e3}, {Name: "B", From: "Q", To: "B", Ohm: z, Volts: 420, Rated: 400e3},
		},
	}
	for _, c := range []struct {
		wide    bool
		ik3, ip float64
	}{{true, 16992.258758, 42739.927153}, {false, 16905.912296, 42518.706441}} {
		p, err := n.ShortCircuit(c.wide).Node("B")
		if err != nil {
			t.Fatal(err)
		}
		near(t, "Ik3", p.Ik3Max, c.ik3, 1)
		near(t, "ip", p.Ip, c.ip, 0.005*c.ip)
	}
}

// TestSimulatedAgainstCalculated: without voltage factor and correction, and at
// 20 °C, the calculation is the phasors of a bolted fault.
func TestSimulatedAgainstCalculated(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := example()
		for i := range n.Transformers {
			n.Transformers[i].Ohm *= complex(rapid.Float64Range(0.3, 3).Draw(t, "transformer"), 0)
		}
		f := &pole{closed: true}
		n.Branches = []Branch{{Name: "F", Switch: f, From: "F3", To: "end"}}
		n.Cables[0].Ohm *= complex(rapid.Float64Range(0.3, 3).Draw(t, "cable"), 0)
		n.PhasorsOnly = true
		kind := rapid.SampledFrom([]FaultKind{ThreePhase, PhaseEarth}).Draw(t, "kind")
		if err := n.Fault(0, Fault{Name: "f", Kind: kind, Node: "end"}, 0); err != nil {
			t.Fatal(err)
		}
		// By hand: grid in series with both ways to F2, then L3 and L4.
		way := func(i, j int) complex128 { return n.Transformers[i].Ohm + n.Cables[j].Ohm }
		par := func(a, b complex128) complex128 { return a * b / (a + b) }
		z1 := n.Sources[0].Ohm + par(way(0, 0), way(1, 1)) + n.Cables[2].Ohm + n.Cables[3].Ohm + poleOhm + bolted
		e := complex(410/math.Sqrt(3), 0)
		want := cmplx.Abs(e / z1)
		if kind == PhaseEarth {
			back := func(i, j int) complex128 { return n.Transformers[i].Zero + n.Cables[j].Ohm + 3*n.Cables[j].Back() }
			z0 := par(back(0, 0), back(1, 1)) + n.Cables[2].Ohm + 3*n.Cables[2].Back() + n.Cables[3].Ohm + 3*n.Cables[3].Back() + poleOhm + bolted
			want = cmplx.Abs(3 * e / (2*z1 + z0))
		}
		if got := amps(f); math.Abs(got/want-1) > 2e-3 {
			t.Fatalf("%s: %g A, by hand %g", kind, got, want)
		}
	})
}

// TestBreakersOfAStudy: two incomers and a closed coupler; what each carries of
// the largest fault beside it, by hand.
func TestBreakersOfAStudy(t *testing.T) {
	n, _, _, q3, _, _ := two()
	q3.closed = true
	n.Update(0)
	st := n.ShortCircuit(false)
	one := cMaxForTests * 400 / math.Sqrt(3) / 0.0055 // one source of j5 mΩ, as a grid 1.1 times
	want := map[string]float64{"Q1": one, "Q2": one, "Q3": one, "F1": 2 * one, "F2": 2 * one}
	if len(st.Breakers) != 5 {
		t.Fatalf("%d breakers", len(st.Breakers))
	}
	for _, b := range st.Breakers {
		near(t, b.Breaker, b.Ik3, want[b.Breaker], 0.02*want[b.Breaker])
	}
	if _, err := st.Node("moon"); err == nil {
		t.Error("the moon is fed")
	}
}

const cMaxForTests = 1.05
