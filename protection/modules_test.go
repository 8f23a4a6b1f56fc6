package protection

import (
	"fmt"
	"math"
	"math/cmplx"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchroom/points"
)

// network is balanced inputs: amps lagging by angle, volts phase to neutral.
func network(amps, lag, volts, hz float64) Inputs {
	in := Inputs{Hz: hz}
	for n := range 3 {
		a := -2 * math.Pi / 3 * float64(n)
		in.V[n], in.I[n] = cmplx.Rect(volts, a), cmplx.Rect(amps, a-lag)
	}
	return in
}

var healthy = network(500, 0.3, 231, 50)

// moduleCase is one function, an input that makes it operate, and when.
type moduleCase struct {
	f     Function
	v     points.Variant
	edit  func(*ModuleSettings)
	in    Inputs
	want  time.Duration
	phase Phase
	value float64
}

func moduleCases() []moduleCase {
	on := Usage{On: true}
	single := healthy
	single.I[1] = cmplx.Rect(4500, -2*math.Pi/3-0.3)
	earth := healthy
	earth.I[0] += 300
	leak := healthy
	leak.Leakage = 3
	dip := healthy
	dip.V[2] *= 0.6
	swell := healthy
	swell.V[0] *= 1.3
	second := time.Second
	return []moduleCase{
		{IDMTL, points.X50, func(s *ModuleSettings) { s.IDMTL = InverseSettings{on, 1, 8, VeryInverse, 0} }, single,
			seconds(8 * 13.5 / (4.5/1.125 - 1) / (13.5 / (6/1.125 - 1))), L2, 4500},
		{IDMTL, points.X20, func(s *ModuleSettings) { s.IDMTL = InverseSettings{on, 1, 2, DefiniteTime, 0} }, single, 2 * second, L2, 4500},
		{IDMTGroundFault, points.X50, func(s *ModuleSettings) { s.IDMTGroundFault = InverseSettings{on, 200, 1, ExtremelyInverse, 0} }, earth,
			seconds(99 / (1.5*1.5 - 1)), NoPhase, 300},
		{GroundFaultAlarm, points.X60, func(s *ModuleSettings) { s.GroundFaultAlarm = AlarmSettings{on, 150, 4, 100, 2} }, earth, 4 * second, NoPhase, 300},
		{EarthLeakageAlarm, points.X70, func(s *ModuleSettings) { s.EarthLeakageAlarm = AlarmSettings{on, 2, 3, 1, 1} }, leak, 3 * second, NoPhase, 3},
		{Undervoltage1, points.X50, func(s *ModuleSettings) { s.Undervoltage[0] = VoltageSettings{on, PhasePhase, 0.85, 1.5} }, dip, 1500 * ms, L2, 231 * math.Sqrt(1.96)},
		{Undervoltage2, points.X50, func(s *ModuleSettings) { s.Undervoltage[1] = VoltageSettings{on, PhaseNeutral, 0.7, 0.5} }, dip, 500 * ms, L3, 0.6 * 231},
		{Overvoltage1, points.X50, func(s *ModuleSettings) { s.Overvoltage[0] = VoltageSettings{on, PhasePhase, 1.1, 2} }, swell, 2 * second, L1, 231 * math.Sqrt(1+1.69+1.3)},
		{Overvoltage2, points.X50, func(s *ModuleSettings) { s.Overvoltage[1] = VoltageSettings{on, PhaseNeutral, 1.2, 2} }, swell, 2 * second, L1, 1.3 * 231},
		{Underfrequency, points.X50, func(s *ModuleSettings) { s.Underfrequency = LevelSettings{on, 49, 2} }, network(500, 0.3, 231, 48.5), 2 * second, NoPhase, 48.5},
		{Overfrequency, points.X50, func(s *ModuleSettings) { s.Overfrequency = LevelSettings{on, 51, 2} }, network(500, 0.3, 231, 51.5), 2 * second, NoPhase, 51.5},
		{ReversePower, points.X50, func(s *ModuleSettings) { s.ReversePower = LevelSettings{on, 100, 5} }, network(500, math.Pi, 231, 50), 5 * second, NoPhase, 3 * 231 * 500},
		{Directional1, points.X50, func(s *ModuleSettings) { s.Directional[0] = DirectionalSettings{on, Forward, 2, 0.3} }, single, 300 * ms, L2, 4500},
		{Directional2, points.X50, func(s *ModuleSettings) { s.Directional[1] = DirectionalSettings{on, Reverse, 2, 0.3} }, network(3000, math.Pi-0.5, 231, 50), 300 * ms, L1, 3000},
	}
}

func (c *moduleCase) settings() (points.Rating, ModuleSettings) {
	r := unit(c.v, 50)
	s := ModuleDefaults(r)
	c.edit(&s)
	return r, s
}

func mustModules(t testing.TB, r points.Rating, s ModuleSettings, c Corner) *Modules {
	t.Helper()
	m, err := NewModules(r, s, c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// stretch of steady inputs in the history of a network.
type inputStep struct {
	at time.Duration
	in Inputs
}

// steadily plays a history with a call where something changes or is due.
func (m *Modules) steadily(h []inputStep, end time.Duration) (all []Event) {
	until := func(t time.Duration) {
		for at, ok := m.Next(); ok && at <= t; at, ok = m.Next() {
			told := m.Advance(at)
			if len(told) == 0 {
				panic(fmt.Sprint("Next promised something at ", at))
			}
			all = append(all, told...)
		}
	}
	for _, s := range h {
		until(s.at)
		all = append(all, m.Steady(s.at, s.in)...)
	}
	until(end)
	return append(all, m.Advance(end)...)
}

// sampled plays it by samples, rate to the rated cycle. The waves do not jump
// where only the frequency changes.
func (m *Modules) sampled(h []inputStep, end time.Duration, rate float64) (all []Event) {
	dt := time.Duration(1e9 / m.rating.Frequency / rate)
	now, angle, was := Inputs{}, 0.0, h[0].at
	for at := h[0].at; at <= end; at += dt {
		hz := now.Hz
		if hz == 0 {
			hz = m.rating.Frequency
		}
		angle += 2 * math.Pi * hz * (at - was).Seconds()
		was = at
		for len(h) > 0 && h[0].at <= at {
			now, h = h[0].in, h[1:]
		}
		w := cmplx.Rect(math.Sqrt2, angle)
		var x Readings
		for n := range x.I {
			x.I[n] = real(now.I[n] * w)
		}
		for n := range x.V {
			x.V[n] = real(now.V[n] * w)
		}
		x.Leakage = real(now.Leakage * w)
		all = append(all, m.Sample(at, x)...)
	}
	return all
}

// TestModuleFunctions: each function starts, operates and trips after its own
// delay, in both modes; by name, phase and value; as an alarm it does not trip.
func TestModuleFunctions(t *testing.T) {
	for _, c := range moduleCases() {
		for _, action := range []Action{ActionTrip, ActionAlarm} {
			for _, rate := range []float64{0, 40, 33.3} {
				r, s := c.settings()
				for _, id := range ModuleIDs() {
					if _, ok := points.Of(id).For(r); ok && strings.HasSuffix(id.String(), ".action") {
						s.Set(id, float64(action))
					}
				}
				m := mustModules(t, r, s, Nominal)
				const start = time.Second
				h, end := []inputStep{{0, healthy}, {start, c.in}}, start+c.want+time.Second
				var all []Event
				late := time.Duration(0)
				if rate == 0 {
					all = m.steadily(h, end)
				} else {
					all, late = m.sampled(h, end, rate), 5*m.cycle
				}
				kinds := []Kind{Start, Operate, Trip}
				if s.usage(c.f).Action == ActionAlarm {
					kinds = kinds[:2]
				}
				c.hold(t, all, kinds, start, late, fmt.Sprint(c.f, " ", action, " at ", rate))
				if !m.Alarms().Has(c.f) || !m.Pickups().Has(c.f) {
					t.Errorf("%v: alarms %b, pick-ups %b", c.f, m.Alarms(), m.Pickups())
				}
				all = append([]Event(nil), m.Steady(end, healthy)...)
				all = append(all, m.Advance(end+10*time.Second)...)
				if len(all) != len(only(all, Drop)) || len(all) == 0 || m.Alarms() != 0 || m.Pickups() != 0 {
					t.Errorf("%v afterwards: %v", c.f, all)
				}
			}
		}
	}
}

// hold compares the events of the case's phase.
func (c *moduleCase) hold(t *testing.T, all []Event, kinds []Kind, start, late time.Duration, why string) {
	t.Helper()
	var mine []Event
	for _, ev := range all {
		if ev.Function != c.f {
			t.Errorf("%s: %v", why, ev)
		} else if ev.Phase == c.phase {
			mine = append(mine, ev)
		}
	}
	if len(mine) != len(kinds) {
		t.Errorf("%s: %v, want %v", why, all, kinds)
		return
	}
	for n, ev := range mine {
		want := start
		if ev.Kind != Start {
			want += c.want
		}
		if ev.Kind != kinds[n] || ev.At < want-1 || ev.At > want+late+c.want/100 || n > 0 && math.Abs(ev.Value-c.value) > 0.002*c.value {
			t.Errorf("%s: event %d is %v, want %v at %v with %g", why, n, ev, kinds[n], want, c.value)
		}
	}
}

// TestDirection: forward is power and lagging current from top to bottom, over
// the half-turn from 45° leading to 135° lagging; without voltage there is none.
func TestDirection(t *testing.T) {
	r := unit(points.X50, 50)
	for _, tt := range []struct {
		lag, volts float64
		forward    float64
		backward   float64
	}{
		{0, 231, 2000, 0}, {math.Pi / 4, 231, 2000, 0}, {math.Pi / 2, 231, 2000, 0}, {-0.7, 231, 2000, 0},
		{-0.9, 231, 0, 2000}, {math.Pi, 231, 0, 2000}, {math.Pi * 5 / 4, 231, 0, 2000}, {2.4, 231, 0, 2000},
		{0, 2, 0, 0},
	} {
		in := network(2000, tt.lag, tt.volts, 50)
		q := in.quantities(r)
		for n := range quantity(3) {
			if math.Abs(q[forwardCurrent+n]-tt.forward) > 1e-6 || math.Abs(q[backwardCurrent+n]-tt.backward) > 1e-6 {
				t.Errorf("lagging %g at %g V: l%d forward %g, backward %g", tt.lag, tt.volts, n+1, q[forwardCurrent+n], q[backwardCurrent+n])
			}
		}
	}
}

// TestFrequency: samples find the frequency to 5 mHz, believe a step after a few
// cycles, and do not take a step of the phase for one.
func TestFrequency(t *testing.T) {
	for _, rated := range []float64{50, 60} {
		r := unit(points.X50, rated)
		for _, hz := range []float64{rated - 4.5, rated - 1, rated, rated + 0.3, rated + 4.5} {
			m := mustModules(t, r, ModuleDefaults(r), Nominal)
			m.sampled([]inputStep{{0, network(100, 0, 231, hz)}}, 200*ms, 40)
			if got := m.q[frequency]; math.Abs(got-hz) > 0.005 {
				t.Errorf("%g Hz measured as %g", hz, got)
			}
			// The cycle is the rated one: half a turn of the deviation is ripple.
			if got := m.q[phasePhase]; math.Abs(got-400) > 400*(0.002+math.Abs(hz/rated-1)/2) {
				t.Errorf("400 V at %g Hz measured as %g", hz, got)
			}
			m.sampled([]inputStep{{200*ms + 1, network(100, 0, 20, hz)}}, 300*ms, 40)
			if got := m.q[frequency]; !math.IsNaN(got) {
				t.Errorf("%g Hz of 20 V", got)
			}
		}
	}
	// Samples that begin while a frequency is known do not forget it.
	r := unit(points.X50, 50)
	known := mustModules(t, r, ModuleDefaults(r), Nominal)
	known.Steady(0, network(100, 0, 231, 48))
	known.sampled([]inputStep{{ms, network(100, 0, 231, 48)}}, 30*ms, 40)
	if got := known.q[frequency]; got != 48 {
		t.Errorf("48 Hz became %g with the first sample", got)
	}
	s := ModuleDefaults(r)
	s.Underfrequency = LevelSettings{Usage{On: true}, 49.5, 0.1}
	s.Overfrequency = LevelSettings{Usage{On: true}, 50.5, 0.1}
	for n := range 24 * 8 {
		jumped := healthy
		for k := range jumped.V {
			jumped.V[k] *= cmplx.Rect(1, float64(n/8)*math.Pi/12)
		}
		m := mustModules(t, r, s, Nominal)
		h := []inputStep{{0, healthy}, {203*ms + time.Duration(n%8)*2500*time.Microsecond, jumped}}
		if all := m.sampled(h, time.Second, 40); len(all) != 0 {
			t.Errorf("a step of the phase by %d°: %v", 15*(n/8), all)
		}
	}
}

// TestDeadNetwork: undervoltage rests until there was voltage, trips once when it
// goes, and does not trip again before it was back.
func TestDeadNetwork(t *testing.T) {
	r := unit(points.X50, 50)
	s := ModuleDefaults(r)
	s.Undervoltage[0] = VoltageSettings{Usage{On: true}, PhasePhase, 0.8, 1}
	m := mustModules(t, r, s, Nominal)
	dead := Inputs{}
	if all := m.steadily([]inputStep{{0, dead}}, time.Hour); len(all) != 0 {
		t.Errorf("never any voltage: %v", all)
	}
	all := m.steadily([]inputStep{{time.Hour, healthy}, {2 * time.Hour, dead}}, 3*time.Hour)
	if trip := only(all, Trip); len(trip) != 1 || trip[0].At != 2*time.Hour+time.Second {
		t.Errorf("lost: %v", all)
	}
	if _, ok := m.Tripped(); !ok {
		t.Error("not tripped")
	}
	m.Reset(3 * time.Hour)
	if all := m.steadily([]inputStep{{3 * time.Hour, dead}}, 4*time.Hour); len(all) != 0 {
		t.Errorf("reset with the network dead: %v", all)
	}
	all = m.steadily([]inputStep{{4 * time.Hour, healthy}, {5 * time.Hour, dead}}, 6*time.Hour)
	if trip := only(all, Trip); len(trip) != 1 || trip[0].At != 5*time.Hour+time.Second {
		t.Errorf("lost again: %v", all)
	}
}

// TestAlarmDrops: an alarm stays for its drop-out delay below its drop-out, which
// starts anew when the current comes back.
func TestAlarmDrops(t *testing.T) {
	r := unit(points.X60, 50)
	s := ModuleDefaults(r)
	s.GroundFaultAlarm = AlarmSettings{Usage{On: true}, 150, 4, 100, 2}
	m := mustModules(t, r, s, Nominal)
	earth := func(a float64) Inputs { return Inputs{I: [4]complex128{complex(a, 0)}} }
	sec := func(n float64) time.Duration { return time.Duration(n * 1e9) }
	all := m.steadily([]inputStep{
		{0, earth(160)}, {sec(5), earth(120)}, {sec(20), earth(90)}, {sec(21), earth(160)}, {sec(22), earth(0)},
	}, sec(30))
	want := []Event{
		{0, Start, GroundFaultAlarm, NoPhase, 160},
		{sec(4), Operate, GroundFaultAlarm, NoPhase, 160},
		{sec(24), Drop, GroundFaultAlarm, NoPhase, 0},
	}
	if d := cmp.Diff(want, all); d != "" {
		t.Error(d)
	}
}

// TestResetTime: what ran of an inverse delay is kept for the reset time.
func TestResetTime(t *testing.T) {
	r := unit(points.X50, 50)
	for _, tt := range []struct {
		reset float64
		gap   time.Duration
		want  time.Duration // of the second, since it began
	}{
		{0, time.Second, 6 * time.Second}, {2, time.Second, 2 * time.Second}, {2, 3 * time.Second, 6 * time.Second},
	} {
		s := ModuleDefaults(r)
		s.IDMTL = InverseSettings{Usage{On: true}, 1, 6, StandardInverse, tt.reset}
		m := mustModules(t, r, s, Nominal)
		again := 4*time.Second + tt.gap
		over, none := network(6000, 0, 231, 50), network(100, 0, 231, 50)
		all := only(m.steadily([]inputStep{{0, over}, {4 * time.Second, none}, {again, over}}, time.Minute), Trip)
		if len(all) != 1 || (all[0].At-again-tt.want).Abs() > 1000 {
			t.Errorf("reset %g s after %v: %v, want %v later", tt.reset, tt.gap, all, tt.want)
		}
	}
}

// TestInhibit: a function that may be inhibited rests while it is, all rest while
// suspended, and a delay starts anew afterwards.
func TestInhibit(t *testing.T) {
	r := unit(points.X50, 50)
	for _, may := range []bool{false, true} {
		for name, hold := range map[string]func(*Modules, time.Duration, bool) []Event{"inhibit": (*Modules).Inhibit, "suspend": (*Modules).Suspend} {
			s := ModuleDefaults(r)
			s.Overvoltage[0] = VoltageSettings{Usage{On: true, Inhibit: may}, PhasePhase, 1.1, 5}
			m := mustModules(t, r, s, Nominal)
			m.Steady(0, network(0, 0, 300, 50))
			drops := len(only(hold(m, 4*time.Second, true), Drop))
			m.Advance(60 * time.Second)
			_, tripped := m.Tripped()
			rests := may || name == "suspend"
			if tripped == rests || (drops == 3) != rests {
				t.Errorf("%s, may be inhibited %v: tripped %v, %d drops", name, may, tripped, drops)
			}
			hold(m, 60*time.Second, false)
			m.Advance(70 * time.Second)
			if ev, _ := m.Tripped(); rests && ev.At != 65*time.Second {
				t.Errorf("%s ended: %v", name, ev)
			}
		}
	}
}

// TestModulesApply: new settings act at once, delays that run go on as shares,
// and bad ones change nothing.
func TestModulesApply(t *testing.T) {
	r := unit(points.X50, 50)
	s := ModuleDefaults(r)
	s.ReversePower = LevelSettings{Usage{On: true}, 100, 10}
	m := mustModules(t, r, s, Nominal)
	m.Steady(0, network(1000, math.Pi, 231, 50))
	next := s
	next.ReversePower.Delay = 20
	next.Overvoltage[0] = VoltageSettings{Usage{On: true}, PhasePhase, 0.5, 300}
	all, err := m.Apply(5*time.Second, next)
	if err != nil || len(only(all, Start)) != 3 || m.Settings() != next {
		t.Errorf("%v %v", all, err)
	}
	if at, ok := m.Next(); !ok || at != 15*time.Second {
		t.Errorf("next %v %v, want half of 20 s later", at, ok)
	}
	bad := next
	bad.ReversePower.Pickup = -1
	if _, err := m.Apply(6*time.Second, bad); err == nil || m.Settings() != next {
		t.Error("bad settings act")
	}
	if all, _ := m.Apply(7*time.Second, ModuleDefaults(r)); len(all) != 4 || len(only(all, Drop)) != 4 {
		t.Errorf("all off: %v", all)
	}
	if _, ok := m.Next(); ok {
		t.Error("nothing is on and something is due")
	}
}

func TestModulesState(t *testing.T) {
	c := moduleCases()[0]
	r, s := c.settings()
	m := mustModules(t, r, s, Nominal)
	m.steadily([]inputStep{{0, c.in}}, time.Minute)
	trip, ok := m.Tripped()
	f := mustModules(t, r, s, Nominal)
	if err := f.Restore(m.State()); err != nil || !ok {
		t.Fatal(err, ok)
	}
	if got, ok := f.Tripped(); !ok || got != trip {
		t.Errorf("%v restored as %v", trip, got)
	}
	if all := only(f.steadily([]inputStep{{0, c.in}}, time.Minute), Trip); len(all) != 0 {
		t.Errorf("tripped twice: %v", all)
	}
	if f.Restore(m.State()) == nil {
		t.Error("a running unit was restored")
	}
}

// TestModulesTime: a sample of the past is dropped, one at the same time replaces
// what is read, and after a gap of more than a cycle the measuring begins anew.
func TestModulesTime(t *testing.T) {
	r := unit(points.X50, 50)
	s := ModuleDefaults(r)
	s.Overvoltage[0] = VoltageSettings{Usage{On: true}, PhasePhase, 1.1, 0.1}
	m := mustModules(t, r, s, Nominal)
	m.Sample(time.Second, Readings{})
	for n := range 30 {
		m.Sample(time.Second-time.Duration(n)*500*time.Microsecond, Readings{V: [3]float64{9000, -9000}})
		m.Sample(time.Second, Readings{V: [3]float64{9000, -9000}})
	}
	for n := range 30 { // to see the first cycle
		m.Sample(time.Second+time.Duration(n)*ms, Readings{})
	}
	if m.q[phasePhase] != 0 || m.now != time.Second+29*ms {
		t.Errorf("after samples of the past V12 %g V at %v", m.q[phasePhase], m.now)
	}
	for n := range 100 {
		m.Sample(2*time.Second+time.Duration(n)*21*ms, Readings{V: [3]float64{9000, -9000}})
	}
	if m.q[phasePhase] != 0 || m.Pickups() != 0 || m.now < 4*time.Second {
		t.Errorf("V12 %g V at %v", m.q[phasePhase], m.now)
	}
	m.Sample(5*time.Second, Readings{})
	for n := range 100 {
		m.Sample(5*time.Second+time.Duration(n)*19*ms, Readings{V: [3]float64{9000, -9000}})
	}
	if !m.Pickups().Has(Overvoltage1) {
		t.Error("19 ms apart nothing is measured")
	}
}
