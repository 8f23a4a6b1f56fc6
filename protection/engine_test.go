package protection

import (
	"encoding/json"
	"math"
	"math/cmplx"
	"testing"
	"time"
	"unsafe"

	"switchroom/points"
)

func balanced(a float64) [4]complex128 {
	return [4]complex128{complex(a, 0), cmplx.Rect(a, -2*math.Pi/3), cmplx.Rect(a, 2*math.Pi/3)}
}

// tripsBy steps e to currents i and returns its trip, if it comes before end.
func tripsBy(e *Engine, at time.Duration, i [4]complex128, end time.Duration) (Event, bool) {
	e.Steady(at, i)
	e.Advance(end)
	return e.Tripped()
}

func TestEventsOfAnOverload(t *testing.T) {
	r := unit(points.X60, 50)
	s := quietSettings(r)
	s.LongTime.Tr = 4
	e := mustNew(t, r, s, Nominal)
	if e.Pickups() != 0 || e.Overload() != NoOverload {
		t.Error("something is picked up without current")
	}
	e.Steady(0, balanced(950))
	e.Advance(time.Second)
	if e.Overload() != PreAlarm || e.Pickups() != 0 {
		t.Errorf("at 0.95 Ir: %v, %b", e.Overload(), e.Pickups())
	}
	var all []Event
	all = append(all, e.Steady(time.Second, balanced(2000))...)
	all = append(all, e.Advance(2*time.Second)...)
	if e.Overload() != Alarm || !e.Pickups().Has(LongTime) || e.Pickups().Has(ShortTime) {
		t.Errorf("at 2 Ir: %v, %b", e.Overload(), e.Pickups())
	}
	if starts := only(all, Start); len(starts) != 3 || starts[0].Function != LongTime {
		t.Errorf("starts: %v", starts)
	}
	at, ok := e.Next()
	if !ok {
		t.Fatal("no trip to come")
	}
	if got := e.Advance(at - 1); len(got) != 0 {
		t.Errorf("a nanosecond early: %v", got)
	}
	got := e.Advance(at)
	if len(got) != 2 || got[0].Kind != Operate || got[1].Kind != Trip || got[1].At != at || got[1].Function != LongTime {
		t.Fatalf("at the trip: %v", got)
	}
	if th := e.Thermal(at, got[1].Phase); math.Abs(th-100) > 0.01 {
		t.Errorf("thermal image at the trip: %g %%", th)
	}
	if _, ok := e.Next(); ok {
		t.Error("a tripped engine waits for something")
	}
	if got := e.Advance(at + time.Hour); len(got) != 0 {
		t.Errorf("after the trip: %v", got)
	}
	drops := e.Steady(at+2*time.Hour, [4]complex128{})
	drops = append([]Event(nil), drops...)
	drops = append(drops, e.Advance(at+3*time.Hour)...)
	if len(only(drops, Drop)) != 3 || e.Pickups() != 0 {
		t.Errorf("after the current: %v", drops)
	}
}

// TestMemory: what was before shortens the next trip; after a long-time trip
// the image cools with 15 minutes, reset or not, and a unit reclosed onto the
// overload trips sooner (NS thermal-memory page: sibling).
func TestMemory(t *testing.T) {
	r := unit(points.X50, 50)
	s := quietSettings(r)
	s.LongTime.Tr = 8
	e := mustNew(t, r, s, Nominal)
	first, ok := tripsBy(e, 0, balanced(2000), time.Hour)
	if !ok {
		t.Fatal("no trip")
	}
	e = mustNew(t, r, s, Nominal)
	tripsBy(e, 0, balanced(2000), first.At)
	open := first.At + 30*ms
	e.Steady(open, [4]complex128{})
	e.Advance(open + time.Second)
	left := e.Thermal(open+time.Second, L1)
	e.Reset(open + time.Minute)
	later := e.Thermal(open+15*time.Minute+time.Second, L1)
	if want := left / math.E; math.Abs(later-want) > 0.001*want {
		t.Errorf("15 minutes later %g %%, want %g %%", later, want)
	}

	e = mustNew(t, r, s, Nominal)
	tripsBy(e, 0, balanced(2000), first.At)
	e.Steady(first.At+25*ms, [4]complex128{})
	e.Reset(first.At + time.Minute)
	again := first.At + 5*time.Minute
	second, ok := tripsBy(e, again, balanced(2000), again+time.Hour)
	if !ok || second.At-again > first.At*4/5 {
		t.Errorf("reclosed after 5 minutes: trips after %v, cold after %v", second.At-again, first.At)
	}

	// Without a trip cooling is as heating: with tau, not with 15 minutes.
	e = mustNew(t, r, s, Nominal)
	e.Steady(0, balanced(2000))
	e.Steady(10*time.Second, [4]complex128{})
	start := e.Thermal(11*time.Second, L1)
	tau := time.Duration(e.plan.long.tau * 1e9)
	if got, want := e.Thermal(11*time.Second+tau, L1), start/math.E; math.Abs(got-want) > 0.001*want {
		t.Errorf("a time constant later %g %%, want %g %%", got, want)
	}
}

// TestSlowCoolingEnds: 20 minutes after the trip heating and cooling are equal
// again.
func TestSlowCoolingEnds(t *testing.T) {
	r := unit(points.X50, 50)
	s := quietSettings(r)
	s.LongTime.Tr = 2
	e := mustNew(t, r, s, Nominal)
	trip, _ := tripsBy(e, 0, balanced(3000), time.Minute)
	if trip.Function != LongTime {
		t.Fatal(trip)
	}
	e.Steady(trip.At+30*ms, [4]complex128{})
	e.Reset(trip.At + time.Minute)
	end := trip.At + 20*time.Minute
	tau := time.Duration(e.plan.long.tau * 1e9)
	for _, tt := range []struct {
		from, to time.Duration
		minus    float64 // exponent
	}{
		{end - 16*time.Minute, end - time.Minute, 1},
		{end + time.Second, end + time.Second + tau, 1},
		{end - 15*time.Minute, end + tau, 2},
	} {
		before, after := e.Thermal(tt.from, L1), e.Thermal(tt.to, L1)
		if want := before * math.Exp(-tt.minus); math.Abs(after-want) > 0.002*want {
			t.Errorf("%v to %v: %g %% to %g %%, want %g %%", tt.from, tt.to, before, after, want)
		}
	}
}

func TestResetStartsDelaysAnew(t *testing.T) {
	r := unit(points.X50, 50)
	s := quietSettings(r)
	s.ShortTime = ShortTimeSettings{Isd: 2, Tsd: 0.2}
	e := mustNew(t, r, s, Nominal)
	first, ok := tripsBy(e, 0, balanced(2500), time.Second)
	if !ok || first.Function != ShortTime {
		t.Fatal(first)
	}
	again := 30 * time.Second // the fault is still there
	e.Reset(again)
	e.Advance(again + time.Second)
	second, ok := e.Tripped()
	if d := second.At - again - first.At; !ok || d.Abs() > ms {
		t.Errorf("%v trips %v after the reset, %v after the first beginning", second.Function, second.At-again, first.At)
	}
}

// TestApplyCannotPostpone: applying settings again and again must not keep a
// delay from running out.
func TestApplyCannotPostpone(t *testing.T) {
	r := unit(points.X60, 50)
	s := quietSettings(r)
	s.ShortTime = ShortTimeSettings{Isd: 2, Tsd: 0.4, I2t: true}
	s.GroundFault = GroundFaultSettings{On: true, Ig: 200, Tg: 0.4}
	for _, i := range [][4]complex128{balanced(4000), {3000}, balanced(9000)} {
		plain := mustNew(t, r, s, Nominal)
		want, ok := tripsBy(plain, 0, i, time.Hour)
		if !ok {
			t.Fatal("no trip")
		}
		e := mustNew(t, r, s, Nominal)
		e.Steady(0, i)
		for at := time.Duration(0); at < want.At*2; at += 7 * ms {
			if _, err := e.Apply(at, s); err != nil {
				t.Fatal(err)
			}
		}
		if got, ok := e.Tripped(); !ok || (got.At-want.At).Abs() > 10*ms {
			t.Errorf("applied every 7 ms: %v, want %v", got, want)
		}
	}
}

func TestApply(t *testing.T) {
	r := unit(points.X50, 50)
	s := quietSettings(r)
	e := mustNew(t, r, s, Nominal)
	e.Steady(0, balanced(900))
	e.Advance(time.Hour)
	heat := e.State(time.Hour).Heat[0]
	s.LongTime.Ir = 500
	if _, err := e.Apply(time.Hour, s); err != nil {
		t.Fatal(err)
	}
	if got := e.State(time.Hour).Heat[0]; math.Abs(got-heat) > 1e-6*heat || math.Abs(math.Sqrt(heat)-900) > 2 {
		t.Errorf("heat %g A² became %g A²", heat, got)
	}
	// The conductor is hotter than the new Ir allows and the load is above it.
	e.Advance(time.Hour + time.Second)
	if _, ok := e.Tripped(); !ok {
		t.Error("1.8 × Ir on a full image does not trip")
	}

	e = mustNew(t, r, quietSettings(r), Nominal)
	e.Steady(0, balanced(900))
	e.Advance(time.Hour)
	e.Steady(time.Hour, balanced(100))
	e.Apply(time.Hour+time.Second, s)
	e.Advance(2 * time.Hour)
	if ev, ok := e.Tripped(); ok {
		t.Errorf("a hot conductor that cools has tripped: %v", ev)
	}

	bad := s
	bad.ShortTime.Tsd = 0.25
	if _, err := e.Apply(3*time.Hour, bad); err == nil || e.Settings() != s {
		t.Errorf("bad settings: %v, act %v", err, e.Settings() != s)
	}
	// A pick-up set below the load counts from when it acts.
	s.ShortTime = ShortTimeSettings{Isd: 1.5, Tsd: 0.4}
	s.LongTime.Ir = 1000
	e.Steady(4*time.Hour, balanced(1000))
	e.Advance(5 * time.Hour)
	s.LongTime.Ir = 500
	e.Apply(5*time.Hour, s)
	e.Advance(6 * time.Hour)
	ev, ok := e.Tripped()
	if !ok || ev.Function != LongTime && ev.At < 5*time.Hour+e.plan.delay[0].waits[asSet].timer {
		t.Errorf("after a lower Ir: %v", ev)
	}
}

func TestState(t *testing.T) {
	r := unit(points.X50, 50)
	s := quietSettings(r)
	e := mustNew(t, r, s, Nominal)
	trip, _ := tripsBy(e, 0, balanced(3000), 5*time.Minute)
	e.Steady(5*time.Minute, [4]complex128{})
	at := 6 * time.Minute
	b, err := json.Marshal(e.State(at))
	if err != nil {
		t.Fatal(err)
	}
	var kept State
	if err := json.Unmarshal(b, &kept); err != nil {
		t.Fatal(err)
	}
	other := s
	other.LongTime.Ir = 800
	for _, set := range []Settings{s, other} {
		f := mustNew(t, r, set, Nominal)
		if err := f.Restore(at, kept); err != nil {
			t.Fatal(err)
		}
		ev, ok := f.Tripped()
		if !ok || ev != trip {
			t.Errorf("trip %v restored as %v", trip, ev)
		}
		if got, want := f.State(at).Heat[1], e.State(at).Heat[1]; math.Abs(got-want) > 1e-6*want {
			t.Errorf("heat %g, restored %g", want, got)
		}
	}
	f := mustNew(t, r, s, Nominal)
	f.Restore(at+15*time.Minute, kept)
	if got, want := f.Thermal(at+15*time.Minute, L2), e.Thermal(at, L2)/math.E; math.Abs(got-want) > 0.001*want {
		t.Errorf("a quarter of an hour without supply: %g %%, want %g %%", got, want)
	}
	if f.Restore(0, kept) == nil || f.Preload(1) == nil {
		t.Error("a running engine was restored")
	}
	broken := mustNew(t, r, s, Nominal)
	if err := broken.Restore(0, State{Heat: [4]float64{math.NaN(), -1, math.Inf(1), 1e300}}); err != nil {
		t.Fatal(err)
	}
	for p := L1; p <= N; p++ {
		if th := broken.Thermal(0, p); math.IsNaN(th) || math.IsInf(th, 0) || th < 0 {
			t.Errorf("image of %v from broken state: %g", p, th)
		}
	}
}

// TestNeutral holds the thresholds of the four types (CAT, NSX: confirmed and
// sibling).
func TestNeutral(t *testing.T) {
	r := unit(points.X50, 50)
	for _, tt := range []struct {
		n                    NeutralType
		ir                   float64
		longTime, short, ins float64 // pick-ups of the neutral, A; 0 is none
	}{
		{NeutralOff, 800, 0, 0, 0},
		{NeutralHalf, 800, 400, 1600, 5000},
		{NeutralFull, 800, 800, 3200, 5000},
		{NeutralOversized, 500, 800, 3200, 5000},
		{NeutralOversized, 800, 1000, 5120, 5000}, // no more than In
	} {
		s := Defaults(r)
		s.LongTime.Ir, s.Neutral = tt.ir, tt.n
		s.ShortTime.Isd, s.Instantaneous.Ii = 4, 5
		e := mustNew(t, r, s, Nominal)
		got := [3]float64{
			math.Sqrt(e.plan.long.pickup[neutral]) / 1.125,
			math.Sqrt(e.plan.delay[neutral].pickup),
			e.plan.instant.peak[neutral] / math.Sqrt2,
		}
		for i, want := range [3]float64{tt.longTime, tt.short, tt.ins} {
			if want == 0 {
				want = math.Inf(1)
			}
			if math.Abs(got[i]-want) > 1e-6*want {
				t.Errorf("neutral type %d, Ir %g: pick-up %d is %g, want %g", tt.n, tt.ir, i, got[i], want)
			}
		}
	}
	s := quietSettings(r)
	s.Neutral = NeutralHalf
	i := balanced(900)
	i[3] = 900
	ev, ok := tripsBy(mustNew(t, r, s, Nominal), 0, i, 10*time.Hour)
	if !ok || ev.Phase != N || ev.Function != LongTime {
		t.Errorf("900 A in half a neutral: %v", ev)
	}
}

// TestVariants: which functions a variant has (UG, CAT).
func TestVariants(t *testing.T) {
	for _, tt := range []struct {
		v    points.Variant
		std  points.Standard
		i    [4]complex128
		leak complex128
		want Function
	}{
		{points.X20, points.IEC, balanced(20000), 0, ShortTime},
		{points.X30, points.UL, balanced(20000), 0, Instantaneous},
		{points.X50, points.IEC, balanced(20000), 0, Instantaneous},
		{points.X50, points.IEC, [4]complex128{900}, 0, None},
		{points.X60, points.IEC, [4]complex128{900}, 0, GroundFault},
		{points.X60, points.UL, [4]complex128{900}, 0, GroundFault},
		{points.X60, points.IEC, [4]complex128{900, 0, 0, -900}, 0, None},
		{points.X70, points.IEC, balanced(500), 5, EarthLeakage},
		{points.X60, points.IEC, balanced(500), 5, None},
	} {
		r := unit(tt.v, 50)
		r.Standard = tt.std
		e := mustNew(t, r, Defaults(r), Nominal)
		e.SteadyLeakage(0, tt.i, tt.leak)
		e.Advance(time.Second)
		if ev, _ := e.Tripped(); ev.Function != tt.want {
			t.Errorf("%v %v: tripped by %v, want %v", tt.v, tt.std, ev.Function, tt.want)
		}
	}
	// With a ground-return sensor the sum of the currents is not looked at.
	sgr := unit(points.X60, 50)
	sgr.SGR = true
	for _, sensor := range []complex128{0, 900} {
		e := mustNew(t, sgr, Defaults(sgr), Nominal)
		e.SteadyLeakage(0, [4]complex128{900}, sensor)
		e.Advance(time.Second)
		if ev, ok := e.Tripped(); ok != (sensor != 0) || ok && ev.Function != GroundFault {
			t.Errorf("ground-return sensor reads %g A: %v", real(sensor), ev)
		}
	}
	// Without a neutral sensor the neutral's current is missing in the sum.
	r := unit(points.X60, 50)
	r.Poles = 3
	if ev, ok := tripsBy(mustNew(t, r, Defaults(r), Nominal), 0, [4]complex128{900, 0, 0, -900}, time.Second); !ok || ev.Function != GroundFault || ev.Phase != NoPhase {
		t.Errorf("3P without ENCT: %v", ev)
	}
}

// TestPrecedence: instantaneous overrides short time (ACT, UG), which is what
// being faster means.
func TestPrecedence(t *testing.T) {
	r := unit(points.X60, 50)
	for _, c := range Corners() {
		for n := range 20 {
			e := mustNew(t, r, Defaults(r), c)
			i := balanced(30000)
			for p := range i {
				i[p] *= cmplx.Rect(1, float64(n)*math.Pi/10)
			}
			ev, ok := tripsBy(e, 0, i, time.Second)
			if !ok || ev.Function != Instantaneous && c != Early {
				t.Errorf("%v unit: %v", c, ev)
			}
		}
	}
}

// TestAsymmetricFault: a full direct component leaves peaks of one polarity;
// the published break time of instantaneous still holds at ten times the
// pick-up, and the trip does not wait for the other polarity at three times.
func TestAsymmetricFault(t *testing.T) {
	r := unit(points.X50, 50)
	s := quietSettings(r)
	s.Instantaneous = InstantaneousSettings{Ii: 2, Mode: InstantaneousStandard}
	for _, tt := range []struct {
		x     float64
		limit time.Duration
	}{{10, 25*ms + 500*time.Microsecond}, {3, 35 * ms}} {
		for _, tau := range []float64{0.02, 0.045, 0.1} {
			e := mustNew(t, r, s, Late)
			for k := range 200 {
				at := 500 * time.Microsecond * time.Duration(k)
				x := at.Seconds()
				a := math.Sqrt2 * tt.x * 2 * r.In * (math.Exp(-x/tau) - math.Cos(100*math.Pi*x))
				e.Sample(at, [4]float64{a})
			}
			if ev, ok := e.Tripped(); !ok || ev.Function != Instantaneous || ev.At > tt.limit {
				t.Errorf("%g × Ii, tau %g s: %v", tt.x, tau, ev)
			}
		}
	}
}

// TestRates: recordings at other rates than 40 samples a cycle find the same
// trips, within two of their own samples or one percent.
func TestRates(t *testing.T) {
	for _, c := range delayCases() {
		if c.f == Instantaneous {
			continue // at four samples a cycle the peaks are not in the samples
		}
		want := mustNew(t, c.r, c.s, Nominal)
		h, start := c.history(0.5, 0.4, 3*time.Second)
		byPhasors(want, h, start+3*time.Second)
		for _, rate := range []float64{4, 16, 20, 36.7, 96, 512} {
			if rate > 90 && c.r.Frequency == 60 {
				continue // the fast rates take long, and one frequency shows them
			}
			e := mustNew(t, c.r, c.s, Nominal)
			dt := time.Duration(1e9 / (rate * c.r.Frequency))
			for at := time.Duration(0); at < start+3*time.Second; at += dt {
				i, sensor := c.currents(0.5, 0.4, at > start)
				turn := cmplx.Rect(math.Sqrt2, 2*math.Pi*c.r.Frequency*at.Seconds())
				var x [4]float64
				for p := range x {
					x[p] = real(i[p] * turn)
				}
				e.SampleLeakage(at, x, real(sensor*turn))
			}
			got, ok := e.Tripped()
			if d := (got.At - want.trip.At).Abs(); !ok || got.Function != want.trip.Function || d > 2*dt && d > (want.trip.At-start)/100 {
				t.Errorf("%v at %g samples a cycle: %v, want %v", c, rate, got.At-start, want.trip.At-start)
			}
		}
	}
}

func TestNewRefuses(t *testing.T) {
	r := unit(points.X50, 50)
	if _, err := New(points.Rating{}, Settings{}, Nominal); err == nil {
		t.Error("a unit without rating protects something")
	}
	if _, err := New(r, Settings{}, Nominal); err == nil {
		t.Error("a unit without settings protects something")
	}
	if _, err := New(r, Defaults(r), corners); err == nil {
		t.Error("a fourth corner")
	}
}

// TestNoAllocation: samples, quiet steps and reads allocate nothing.
func TestNoAllocation(t *testing.T) {
	r := unit(points.X60, 50)
	e := mustNew(t, r, Defaults(r), Nominal)
	at := time.Duration(0)
	sample := func() {
		at += 500 * time.Microsecond
		e.Sample(at, [4]float64{900, -400, -500, 0})
	}
	sample()
	if n := testing.AllocsPerRun(1000, sample); n != 0 {
		t.Errorf("%g allocations a sample", n)
	}
	e.Steady(at, balanced(500))
	at += time.Second
	e.Advance(at)
	a := 500.0
	quiet := func() {
		at += time.Second
		a = 1100 - a
		e.Steady(at, balanced(a))
		e.Next()
		e.Thermal(at, L1)
		e.Overload()
	}
	if n := testing.AllocsPerRun(1000, quiet); n != 0 {
		t.Errorf("%g allocations a quiet step", n)
	}
	if e.win != nil {
		t.Error("the window is kept at rest")
	}
	if size := unsafe.Sizeof(Engine{}); size > 3<<10 {
		t.Errorf("an engine at rest is %d bytes", size)
	}
}
