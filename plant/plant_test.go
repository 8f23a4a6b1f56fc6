package plant_test

import (
	"fmt"
	"math"
	"math/cmplx"
	"strconv"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"switchroom/imu"
	. "switchroom/plant"
)

// pole is a breaker that does what it is told and remembers what it carries.
type pole struct {
	closed  bool
	i       [4]complex128
	v       [3]complex128
	hz      float64
	h       *imu.Spectrum
	limit   float64 // opens above this, if not 0
	tripped func()
	times   int

	quiet    bool // keeps no samples, and may be told by several goroutines
	mu       sync.Mutex
	samples  []sample
	onSample func(now time.Duration, i [4]float64)
}

func (p *pole) Closed() bool { return p.closed }

func (p *pole) Distorted(_ time.Duration, i [4]complex128, v [3]complex128, hz float64, h *imu.Spectrum) {
	p.mu.Lock()
	p.i, p.v, p.hz, p.h = i, v, hz, h
	p.mu.Unlock()
	p.times++
	if p.limit > 0 && p.closed && cmplx.Abs(i[0]) > p.limit {
		p.closed = false
		if p.tripped != nil {
			p.tripped()
		}
	}
}

func (p *pole) Sample(now time.Duration, i [4]float64, v [3]float64) {
	if p.quiet {
		return
	}
	p.samples = append(p.samples, sample{now, i, v})
	if p.onSample != nil {
		p.onSample(now, i)
	}
}

func (p *pole) last() float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return cmplx.Abs(p.i[0])
}

// sample is what a breaker was told at an instant.
type sample struct {
	at time.Duration
	i  [4]float64
	v  [3]float64
}

func amps(p *pole) float64 { return cmplx.Abs(p.i[0]) }

// two is two incomers, a coupler and a feeder on each side.
func two() (n *Network, q1, q2, q3, f1, f2 *pole) {
	q1, q2, q3, f1, f2 = &pole{closed: true}, &pole{closed: true}, &pole{}, &pole{closed: true}, &pole{closed: true}
	return &Network{
		Voltage: 400, Frequency: 50,
		Sources: []Source{{Name: "T1", Node: "t1", Ohm: 0.005i}, {Name: "T2", Node: "t2", Ohm: 0.005i}},
		Branches: []Branch{
			{Name: "Q1", Switch: q1, From: "t1", To: "a"}, {Name: "Q2", Switch: q2, From: "t2", To: "b"}, {Name: "Q3", Switch: q3, From: "a", To: "b"},
			{Name: "F1", Switch: f1, From: "a", To: "l1"}, {Name: "F2", Switch: f2, From: "b", To: "l2"},
		},
		Loads: []Load{{Name: "one", Node: "l1", Peak: 300e3}, {Name: "two", Node: "l2", Peak: 150e3}},
	}, q1, q2, q3, f1, f2
}

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if math.Abs(got-want) > tol {
		t.Errorf("%s = %g, want %g ± %g", what, got, want, tol)
	}
}

func TestRadial(t *testing.T) {
	n, q1, q2, q3, f1, f2 := two()
	n.Update(0)
	// By hand: load 300 kW at 400 V is 0.5333 Ω a phase, behind j5 mΩ and
	// twice 50 µΩ: 230.94 V / |0.53343 + j0.005| = 432.9 A.
	near(t, "feeder 1", amps(f1), 432.91, 0.02)
	near(t, "incomer 1", amps(q1), amps(f1), 1e-3)
	near(t, "feeder 2", amps(f2), 216.49, 0.02)
	near(t, "incomer 2", amps(q2), amps(f2), 1e-3)
	near(t, "open coupler", amps(q3), 0, 0)
	near(t, "neutral", cmplx.Abs(f1.i[3]), 0, 1e-6)
	near(t, "voltage", cmplx.Abs(f1.v[0]), 230.88, 0.02)
	if f1.hz != 50 {
		t.Errorf("frequency %g", f1.hz)
	}
}

func TestCoupledAndDead(t *testing.T) {
	n, q1, q2, q3, f1, f2 := two()
	q2.closed = false
	n.Update(0)
	if amps(f2) > 1e-3 || f2.v != ([3]complex128{}) || f2.hz != 0 {
		t.Errorf("a dead busbar feeds %g A at %v, %g Hz", amps(f2), f2.v, f2.hz)
	}
	q3.closed = true
	n.Update(0)
	near(t, "incomer carries both", amps(q1), amps(f1)+amps(f2), 0.05)
	near(t, "coupler", amps(q3), amps(f2), 1e-3)
	q2.closed = true
	n.Update(0)
	near(t, "paralleled incomers share", amps(q1)+amps(q2), amps(f1)+amps(f2), 0.5)
	near(t, "almost equally", amps(q1), amps(q2), 5)
}

func TestBreakerThatOpensWhileTold(t *testing.T) {
	n, q1, _, _, f1, _ := two()
	f1.limit = 100
	f1.tripped = func() { n.Update(0) }
	n.Update(0)
	near(t, "feeder after its trip", amps(f1), 0, 1e-3)
	near(t, "incomer after the trip", amps(q1), 0, 1e-3)
	if q1.times > 4 {
		t.Errorf("solved %d times", q1.times)
	}
}

func TestUnbalanceAndFactor(t *testing.T) {
	n, _, _, _, f1, _ := two()
	n.Loads[0].Split = [3]float64{1, 0, 0}
	n.Loads[0].Factor = 0.8
	n.Update(0)
	near(t, "neutral returns the phase", cmplx.Abs(f1.i[3]+f1.i[0]), 0, 1e-6)
	near(t, "idle phase", cmplx.Abs(f1.i[1]), 0, 1e-3)
	angle := cmplx.Phase(f1.v[0]) - cmplx.Phase(f1.i[0])
	near(t, "current lags by acos 0.8", angle, math.Acos(0.8), 1e-3)
}

// TestKirchhoff: at every busbar what flows in flows out, for any state of the
// breakers and any loads.
func TestKirchhoff(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, q1, q2, q3, f1, f2 := two()
		for _, p := range []*pole{q1, q2, q3, f1, f2} {
			p.closed = rapid.Bool().Draw(t, "closed")
		}
		for i := range n.Loads {
			n.Loads[i].Peak = rapid.Float64Range(0, 2e6).Draw(t, "peak")
			n.Loads[i].Factor = rapid.Float64Range(0.1, 1).Draw(t, "factor")
		}
		n.Update(0)
		for p := range 4 {
			if d := cmplx.Abs(q1.i[p] - q3.i[p] - f1.i[p]); d > 0.01 {
				t.Fatalf("busbar a: %g A vanish in phase %d", d, p)
			}
			if d := cmplx.Abs(q2.i[p] + q3.i[p] - f2.i[p]); d > 0.01 {
				t.Fatalf("busbar b: %g A vanish in phase %d", d, p)
			}
		}
	})
}

func TestProfile(t *testing.T) {
	if len(Commercial) != 96 {
		t.Fatalf("%d points", len(Commercial))
	}
	day := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		at   time.Duration
		want float64
		why  string
	}{
		{10*time.Hour + 22*time.Minute + 30*time.Second, 1.000, "middle of the highest quarter hour"},
		{7*time.Minute + 30*time.Second, 0.230, "middle of the first"},
		{0, (0.230 + 0.237) / 2, "midnight, between the last and the first"},
		{15 * time.Minute, (0.230 + 0.227) / 2, "between two"},
	} {
		near(t, c.why, Commercial.At(day.Add(c.at)), c.want, 1e-9)
	}
	if Profile(nil).At(day) != 1 {
		t.Error("the empty profile is not 1")
	}
	for s := time.Duration(0); s < 24*time.Hour; s += time.Minute {
		if v := Commercial.At(day.Add(s)); v < 0.2 || v > 1 {
			t.Fatalf("at %v: %g", s, v)
		}
	}
}

func TestFlutterIsSeeded(t *testing.T) {
	run := func(seed uint64) float64 {
		n, _, _, _, f1, _ := two()
		n.Seed = seed
		n.Loads[0].Flutter = 0.03
		n.Update(90 * time.Second)
		return amps(f1)
	}
	if run(1) != run(1) || run(1) == run(2) {
		t.Errorf("seed 1: %g and %g, seed 2: %g", run(1), run(1), run(2))
	}
	if d := math.Abs(run(1)/432.91 - 1); d > 0.031 {
		t.Errorf("strays by %g", d)
	}
}

// TestLargeRadialNetwork solves ten thousand breakers, and each carries what is
// below it.
func TestLargeRadialNetwork(t *testing.T) {
	n := &Network{Voltage: 400, Frequency: 50, Sources: []Source{{Name: "T", Node: "bus", Ohm: 1e-4i}}}
	var poles []*pole
	for i := range 10000 {
		p := &pole{closed: true}
		poles = append(poles, p)
		node := fmt.Sprint("f", i)
		n.Branches = append(n.Branches, Branch{Name: node, Switch: p, From: "bus", To: node})
		n.Loads = append(n.Loads, Load{Name: node, Node: node, Peak: 1000})
	}
	n.Update(0)
	for i, p := range poles {
		if a := amps(p); math.Abs(a-amps(poles[0])) > 1e-6 || a < 1 || a > 1.5 {
			t.Fatalf("feeder %d carries %g A", i, a)
		}
	}
}

// TestSameBits: the same network gives the same numbers to the last bit.
func TestSameBits(t *testing.T) {
	var first [4]complex128
	for i := range 20 {
		n, q1, _, q3, _, _ := two()
		q3.closed = true
		n.Update(0)
		if i == 0 {
			first = q1.i
		} else if q1.i != first {
			t.Fatal("the order of the elimination changes the result")
		}
	}
}

// TestMeshAgainstDense solves random meshed networks and puts the solution back
// into the equations.
func TestMeshAgainstDense(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nodes := rapid.IntRange(2, 12).Draw(t, "nodes")
		n := &Network{Voltage: 400, Frequency: 50, Sources: []Source{{Name: "T", Node: "0", Ohm: 0.001 + 0.01i}}}
		in := make([]complex128, nodes)
		var poles []*pole
		for range rapid.IntRange(1, 30).Draw(t, "breakers") {
			p := &pole{closed: rapid.Bool().Draw(t, "closed")}
			poles = append(poles, p)
			from, to := rapid.IntRange(0, nodes-1).Draw(t, "from"), rapid.IntRange(0, nodes-1).Draw(t, "to")
			n.Branches = append(n.Branches, Branch{Switch: p, From: fmt.Sprint(from), To: fmt.Sprint(to)})
		}
		for k := range nodes {
			n.Loads = append(n.Loads, Load{Node: fmt.Sprint(k), Peak: rapid.Float64Range(0, 1e5).Draw(t, "load")})
		}
		n.Update(0)
		for i, b := range n.Branches {
			from, _ := strconv.Atoi(b.From)
			to, _ := strconv.Atoi(b.To)
			in[from] -= poles[i].i[0]
			in[to] += poles[i].i[0]
		}
		for k := 1; k < nodes; k++ { // node 0 has the source
			y := n.Loads[k].Peak / 400 / 400
			for i, b := range n.Branches {
				if b.To == fmt.Sprint(k) && poles[i].v[0] != 0 {
					if d := cmplx.Abs(in[k] - poles[i].v[0]*complex(y, 0)); d > 0.05 {
						t.Fatalf("at node %d %g A are missing", k, d)
					}
				}
			}
		}
	})
}
