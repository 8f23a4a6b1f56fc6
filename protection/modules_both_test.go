package protection

import (
	"encoding/binary"
	"math"
	"math/cmplx"
	"strings"
	"testing"
	"time"
	"unsafe"

	"pgregory.net/rapid"

	"switchroom/points"
)

func drawModules(t *rapid.T, r points.Rating) ModuleSettings {
	var s ModuleSettings
	for _, id := range ModuleIDs() {
		l, ok := points.Of(id).For(r)
		if !ok {
			continue
		}
		v := drawValue(t, id.String(), l)
		if strings.HasSuffix(id.String(), ".delay") {
			v = l.Min + rapid.Float64Range(0, 2).Draw(t, "delay") // so that most run out
		}
		if err := s.Set(id, v); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 2 {
		if !r.NeutralVoltage() {
			s.Undervoltage[n].Voltages, s.Overvoltage[n].Voltages = PhasePhase, PhasePhase
		}
	}
	s.GroundFaultAlarm.Drop = min(s.GroundFaultAlarm.Drop, s.GroundFaultAlarm.Pickup)
	s.EarthLeakageAlarm.Drop = min(s.EarthLeakageAlarm.Drop, s.EarthLeakageAlarm.Pickup)
	if err := s.Validate(r); err != nil {
		t.Fatal(err)
	}
	return s
}

func drawInputs(t *rapid.T, r points.Rating) (h []inputStep, end time.Duration) {
	for range rapid.IntRange(1, 5).Draw(t, "steps") {
		f := func(name string, lo, hi float64) float64 { return rapid.Float64Range(lo, hi).Draw(t, name) }
		in := network(r.In*math.Exp(f("ln I", -2, 2)), f("lag", -math.Pi, math.Pi),
			231*rapid.SampledFrom([]float64{1, 1, 0.7, 1.3, 0.3}).Draw(t, "volts"), r.Frequency*f("hz", 0.96, 1.04))
		in.I[0] *= complex(f("l1", 0.2, 1), 0)
		in.V[1] *= complex(f("v2", 0.8, 1), 0)
		in.Leakage = complex(f("leakage", 0, 40), 0)
		h = append(h, inputStep{end, in})
		end += time.Duration(1e9 * math.Exp(f("ln s", -2, 2.5)))
	}
	return h, end
}

// near reports whether a quantity of h is within 3 % of a threshold, where the
// ripple of a measured cycle decides, or a current is across its voltage.
func (m *Modules) near(h []inputStep) bool {
	for _, s := range h {
		q := s.in.quantities(m.rating)
		for _, e := range m.elements {
			limit := 0.03
			if e.what == frequency {
				limit = 0.002
			}
			for _, a := range []float64{e.pickup, e.drop} {
				if x := q[e.what]; math.Abs(x/a-1) < limit || e.what == reversePower && math.Abs(x-a) < 0.03*3*231*cmplx.Abs(s.in.I[1]) {
					return true
				}
			}
		}
		for n := range 3 {
			across := s.in.V[(n+1)%3] - s.in.V[(n+2)%3]
			if torque := s.in.I[n] * cmplx.Conj(across) * characteristic; math.Abs(real(torque)) < 0.1*cmplx.Abs(torque) {
				return true
			}
		}
	}
	return false
}

// TestModulesBothModes: phasors and samples trip by the same function within 3 %
// of the time since the last change or eight cycles: the samples measure a cycle,
// believe a frequency after some, and carry a mixed cycle at each change.
func TestModulesBothModes(t *testing.T) {
	trips := map[Function]int{}
	rapid.Check(t, func(t *rapid.T) {
		r := drawRating(t)
		s := drawModules(t, r)
		s.IDMTL.Reset, s.IDMTGroundFault.Reset = 0, 0 // a mixed cycle may end what is kept
		c := rapid.SampledFrom(Corners()).Draw(t, "corner")
		m, err := NewModules(r, s, c)
		if err != nil {
			t.Fatal(err)
		}
		f, _ := NewModules(r, s, c)
		h, end := drawInputs(t, r)
		if m.near(h) {
			t.Skip("at a threshold")
		}
		a, b := only(m.steadily(h, end), Trip), only(f.sampled(h, end, 40), Trip)
		slack := 8 * m.cycle
		if len(a) != len(b) {
			if one := append(a, b...)[0]; !atChange(one.At, h, end, slack) {
				t.Fatalf("phasors %v, samples %v\n%+v", a, b, s)
			}
			return
		}
		for n := range a {
			d := (a[n].At - b[n].At).Abs()
			if d > slack && d > a[n].At*3/100 && !atChange(min(a[n].At, b[n].At), h, end, slack) {
				t.Fatalf("phasors %v, samples %v\n%+v", a, b, s)
			}
			trips[a[n].Function]++
		}
	})
	t.Log("trips compared:", trips)
}

// atChange reports whether there is a change so close to at that one of two may
// not have got there.
func atChange(at time.Duration, h []inputStep, end, slack time.Duration) bool {
	if at >= end-slack-at/30 {
		return true
	}
	for _, s := range h {
		if (s.at - at).Abs() < slack+at/30 {
			return true
		}
	}
	return false
}

// TestModuleCornersNest: what operates in a late unit does in a nominal one no
// later, and that in an early one.
func TestModuleCornersNest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRating(t)
		s := drawModules(t, r)
		h, end := drawInputs(t, r)
		var first [corners]time.Duration
		for c := range corners {
			m, err := NewModules(r, s, c)
			if err != nil {
				t.Fatal(err)
			}
			first[c] = forever
			if trip := only(m.steadily(h, end+time.Hour), Trip); len(trip) > 0 {
				first[c] = trip[0].At
			}
		}
		if first[Early] > first[Nominal] || first[Nominal] > first[Late] {
			t.Fatalf("early %v, nominal %v, late %v\n%+v", first[Early], first[Nominal], first[Late], s)
		}
	})
}

// everything has all functions of r on.
func everything(r points.Rating) ModuleSettings {
	s := ModuleDefaults(r)
	for _, id := range ModuleIDs() {
		if _, ok := points.Of(id).For(r); ok && strings.HasSuffix(id.String(), ".mode") {
			if err := s.Set(id, 1); err != nil {
				panic(err)
			}
		}
	}
	return s
}

// FuzzModules drives all functions with anything at any time.
func FuzzModules(f *testing.F) {
	f.Add([]byte("0123456789012345670123456789012345670123456789012345670"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := unit(points.X50, 50)
		s := everything(r)
		m := mustModules(t, r, s, Nominal)
		at := time.Duration(0)
		for ; len(b) >= 18; b = b[18:] {
			at += stretch(int8(b[1]))
			x := math.Float64frombits(binary.LittleEndian.Uint64(b[2:]))
			y := math.Float64frombits(binary.LittleEndian.Uint64(b[10:]))
			switch b[0] % 7 {
			case 0, 1:
				m.Sample(at, Readings{[4]float64{x, y, -x, y}, [3]float64{y, x, -y}, x})
			case 2:
				m.Steady(at, Inputs{[4]complex128{complex(x, y)}, [3]complex128{complex(y, 0), complex(x, x)}, x, 0, nil})
			case 3:
				m.Inhibit(at, x > 0)
			case 4:
				s.Undervoltage[0].Pickup = x
				m.Apply(at, s)
			case 5:
				m.Reset(at)
			case 6:
				m.Advance(at)
			}
			for n, v := range m.q {
				if math.IsInf(v, 0) || math.IsNaN(v) && n != int(frequency) {
					t.Fatalf("quantity %d is %g", n, v)
				}
			}
			if next, ok := m.Next(); ok && next < m.now {
				t.Fatalf("next is %v, now %v", next, m.now)
			}
		}
	})
}

// TestModulesNoAllocation: once running nothing allocates, and a unit with all
// functions on is small.
func TestModulesNoAllocation(t *testing.T) {
	r := unit(points.X50, 50)
	m := mustModules(t, r, everything(r), Nominal)
	at := time.Duration(0)
	m.Steady(at, network(9000, 3, 400, 40))
	m.Steady(at, healthy)
	n := testing.AllocsPerRun(1000, func() {
		at += 500 * time.Microsecond
		m.Sample(at, Readings{I: [4]float64{900, -400, -500}, V: [3]float64{300, -100, -200}})
		m.Next()
	})
	m.Steady(at, healthy)
	n += testing.AllocsPerRun(1000, func() {
		at += time.Second
		m.Steady(at, healthy)
		m.Advance(at)
		m.Alarms()
	})
	if n != 0 {
		t.Errorf("%g allocations", n)
	}
	if size := int(unsafe.Sizeof(*m)) + len(m.elements)*int(unsafe.Sizeof(element{})); size > 8<<10 {
		t.Errorf("%d bytes", size)
	}
}

// BenchmarkModulesSample is one sample with all functions on.
func BenchmarkModulesSample(b *testing.B) {
	r := unit(points.X50, 50)
	m := mustModules(b, r, everything(r), Nominal)
	b.ReportAllocs()
	for at := time.Duration(0); b.Loop(); at += 500 * time.Microsecond {
		m.Sample(at, Readings{I: [4]float64{900, -400, -500}, V: [3]float64{300, -100, -200}})
	}
}
