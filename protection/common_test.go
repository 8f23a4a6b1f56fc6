package protection

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"switchroom/points"
)

// TestCommonFieldsAreThePoints: Common holds every setting of ZSI, ERMS and
// self-protection.
func TestCommonFieldsAreThePoints(t *testing.T) {
	var want, got []string
	for _, p := range points.All() {
		part := strings.Split(p.Name, ".")
		if part[0] == "protection" && len(p.Limits) > 0 && (part[1] == "zsi" || part[1] == "erms" || part[1] == "self_protection") {
			want = append(want, p.Name)
		}
	}
	for _, id := range CommonIDs() {
		got = append(got, id.String())
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	var k Common
	for n, id := range CommonIDs() {
		v := float64(n%2 + 1)
		if points.Of(id).Type == points.Bool {
			v = 1
		}
		if err := k.Set(id, v); err != nil {
			t.Errorf("%v: %v", id, err)
		}
		if got, ok := k.Get(id); !ok || got != v {
			t.Errorf("%v: set %g, got %g, %v", id, v, got, ok)
		}
	}
	if _, ok := k.Get(points.ProtectionLongTimeIr); ok || k.Set(points.ProtectionLongTimeIr, 1) == nil {
		t.Error("Ir belongs to a group")
	}
}

func TestSetCommonRefuses(t *testing.T) {
	r := unit(points.X50, 50)
	for _, tt := range []struct {
		edit func(*Common)
		want string
		why  string
	}{
		{func(k *Common) {}, "", "the defaults"},
		{func(k *Common) { k.ZSI.ShortTime = true }, "", "short time of 5.0 X"},
		{func(k *Common) { k.ZSI.GroundFault = true }, "protection.zsi.ground_fault", "no ground fault on 5.0 X"},
		{func(k *Common) { k.SelfProtection = -1 }, "protection.self_protection.peak", "below none"},
		{func(k *Common) { k.SelfProtection = math.NaN() }, "protection.self_protection.peak", "not a number"},
		{func(k *Common) { k.ERMS.Ii = 1 }, "protection.erms.ii", "below the range of Ii"},
		{func(k *Common) { k.ERMS.Tsd = 0.15 }, "protection.erms.tsd", "one of five"},
	} {
		e := mustNew(t, r, Defaults(r), Nominal)
		k := CommonDefaults(r)
		tt.edit(&k)
		_, err := e.SetCommon(0, k)
		var b Breaches
		if tt.want == "" {
			if err != nil || e.Common() != k {
				t.Errorf("%s: %v", tt.why, err)
			}
		} else if !errors.As(err, &b) || b[0].Point.String() != tt.want || e.Common() != CommonDefaults(r) {
			t.Errorf("%s: %v, want %s", tt.why, err, tt.want)
		}
	}
}

// chain is breakers in series, the downstream one first, each ZSI output wired
// to the inputs of the one above.
type chain []*Engine

// newChain has short time and ground fault interlocked, with the delays 0.1,
// 0.2, 0.3 s; the last has its jumpers where jumpered.
func newChain(t *testing.T, jumpered bool) chain {
	var c chain
	for n := range 3 {
		r := unit(points.X60, 50)
		s := quietSettings(r)
		d := float64(n+1) / 10
		s.ShortTime = ShortTimeSettings{Isd: 2, Tsd: d}
		s.GroundFault = GroundFaultSettings{On: true, Ig: 200, Tg: d}
		e := mustNew(t, r, s, Nominal)
		k := CommonDefaults(r)
		k.ZSI = ZSISettings{ShortTime: true, GroundFault: true}
		if _, err := e.SetCommon(0, k); err != nil {
			t.Fatal(err)
		}
		c = append(c, e)
	}
	c.wire(0)
	if !jumpered {
		c[0].Restrain(0, ShortTime, false)
		c[0].Restrain(0, GroundFault, false)
	}
	return c
}

// wire carries the outputs up.
func (c chain) wire(at time.Duration) {
	for n := 1; n < len(c); n++ {
		on := c[n-1].Restraining()
		c[n].Restrain(at, ShortTime, on)
		c[n].Restrain(at, GroundFault, on)
	}
}

// fault lets currents flow through the breakers from n on until the first trips
// and opens, and a second longer. It returns which tripped, and when.
func (c chain) fault(n int, i [4]complex128) map[int]time.Duration {
	trips := map[int]time.Duration{}
	const start = time.Second
	for _, e := range c[n:] {
		e.Steady(start, i)
	}
	clear := time.Duration(forever)
	for at := time.Duration(start); at < start+2*time.Second; {
		at += start / 2
		for _, e := range c {
			if next, ok := e.Next(); ok {
				at = min(at, next)
			}
		}
		at = min(at, clear)
		for k, e := range c {
			if ev := only(e.Advance(at), Trip); len(ev) > 0 {
				trips[k] = ev[0].At - start
				clear = min(clear, at+Opening)
			}
			if at == clear {
				e.Steady(at, [4]complex128{})
			}
		}
		if at == clear {
			clear = forever
		}
		c.wire(at)
	}
	return trips
}

// TestZSI: of three breakers in series the one above the fault trips, without
// intentional delay because nobody restrains it; those above it wait (UG). With
// its jumpers in place it goes by its setting.
func TestZSI(t *testing.T) {
	quick, set := 48*ms, 98*ms // between 20 and 80−25 ms, 80 and 140−25 ms
	for _, tt := range []struct {
		at       int
		i        [4]complex128
		jumpered bool
		want     time.Duration
		why      string
	}{
		{0, balanced(5000), false, quick, "below all, nothing wired below"},
		{0, balanced(5000), true, set, "below all, jumpers in place: tsd 0.1 s"},
		{1, balanced(5000), false, quick, "above the first: tsd 0.2 s is not waited for"},
		{2, balanced(5000), false, quick, "above the second: tsd 0.3 s is not waited for"},
		{1, [4]complex128{900}, false, quick, "earth fault above the first"},
		{0, [4]complex128{900}, true, set, "earth fault below all, jumpers in place"},
	} {
		got := newChain(t, tt.jumpered).fault(tt.at, tt.i)
		if len(got) != 1 || (got[tt.at]-tt.want).Abs() > 13*ms {
			t.Errorf("%s: breakers tripped after %v, want %d after %v", tt.why, got, tt.at, tt.want)
		}
	}
}

// TestZSIOff: without the setting the inputs are not looked at, with tsd 0 there
// is nothing to wait for, and 2.0 X drives no output.
func TestZSIOff(t *testing.T) {
	c := newChain(t, false)
	for _, e := range c {
		if _, err := e.SetCommon(0, CommonDefaults(e.rating)); err != nil {
			t.Fatal(err)
		}
	}
	if got := c.fault(1, balanced(5000)); len(got) != 1 || (got[1]-157*ms).Abs() > 13*ms {
		t.Errorf("without ZSI: %v", got)
	}
	r := unit(points.X20, 50)
	e := mustNew(t, r, Defaults(r), Nominal)
	e.Steady(0, balanced(1700))
	e.Advance(20 * ms)
	if !e.Pickups().Has(ShortTime) || e.Restraining() {
		t.Error("2.0 X drives a ZSI output")
	}
}

// TestRestraintLost: restraint that ends while the fault stays ends the waiting a
// cycle later, and not before.
func TestRestraintLost(t *testing.T) {
	for _, c := range Corners() {
		e := newChain(t, true)[2]
		k := Setup{Common: e.Common()}
		e, err := newLoaded(e.rating, e.settings, c, 0, k)
		if err != nil {
			t.Fatal(err)
		}
		e.Steady(0, balanced(5000))
		e.Advance(150 * ms)
		e.Restrain(150*ms, ShortTime, false)
		at, ok := e.Next()
		if !ok || at < 170*ms || at > 172*ms {
			t.Errorf("%v: next is %v, %v", c, at, ok)
		}
		e.Advance(at)
		if ev, ok := e.Tripped(); !ok || ev.At > at || ev.At < 150*ms {
			t.Errorf("%v: %v", c, ev)
		}
	}
}

// TestERMS: engaged, a fault trips sooner; the image stays; disengaged, all is
// as before.
func TestERMS(t *testing.T) {
	r := unit(points.X60, 50)
	s := quietSettings(r)
	s.ShortTime = ShortTimeSettings{Isd: 4, Tsd: 0.4, I2t: true}
	s.GroundFault = GroundFaultSettings{On: true, Ig: 300, Tg: 0.4, I2t: true}
	for _, tt := range []struct {
		i      [4]complex128
		before time.Duration // at least
		after  time.Duration // at most
		f      Function
	}{
		{balanced(5000), time.Second, 25 * ms, Instantaneous}, // Ii 2 In, fast
		{[4]complex128{500}, time.Second, 60 * ms, GroundFault},
	} {
		e := mustNew(t, r, s, Nominal)
		slow, ok := tripsBy(e, 0, tt.i, time.Minute)
		if !ok || slow.At < tt.before {
			t.Errorf("disengaged: %v", slow)
		}
		e = mustNew(t, r, s, Nominal)
		e.Steady(0, balanced(800))
		e.Advance(time.Hour)
		heat := e.State(time.Hour).Heat
		e.Engage(time.Hour, true)
		if !e.Engaged() || e.Settings() == s || e.State(time.Hour).Heat != heat {
			t.Errorf("engaged: %+v, heat %v was %v", e.Settings(), e.State(time.Hour).Heat, heat)
		}
		ev, ok := tripsBy(e, time.Hour, tt.i, 2*time.Hour)
		if !ok || ev.Function != tt.f || ev.At-time.Hour > tt.after {
			t.Errorf("engaged: %v, want %v within %v", ev, tt.f, tt.after)
		}
		e.Engage(2*time.Hour, false)
		if e.Settings() != s {
			t.Errorf("disengaged again: %+v", e.Settings())
		}
	}
	// Applied while engaged, settings wait until it is disengaged.
	e := mustNew(t, r, s, Nominal)
	e.Engage(0, true)
	next := s
	next.ShortTime.Isd = 3
	if _, err := e.Apply(0, next); err != nil || e.Settings().ShortTime != (ShortTimeSettings{Isd: 3}) {
		t.Errorf("%v %+v", err, e.Settings())
	}
	kept := e.State(time.Second)
	f := mustNew(t, r, next, Nominal)
	if err := f.Restore(time.Second, kept); err != nil || !f.Engaged() || f.Settings() != e.Settings() {
		t.Errorf("restored: %v, %+v", err, f.Settings())
	}
}

// TestERMSKeepsLongTime: taking I²t away does not make long time wait for short
// time, which with I²t it did not.
func TestERMSKeepsLongTime(t *testing.T) {
	r := unit(points.X50, 50)
	s := quietSettings(r)
	s.LongTime = LongTimeSettings{Ir: 400, Tr: 0.5}
	s.ShortTime = ShortTimeSettings{Isd: 10, Tsd: 0.4, I2t: true}
	c := Constant{Amps: 12 * 400, Setup: Setup{Common: CommonDefaults(r)}}
	c.Common.ERMS = ERMSSettings{Isd: 10, Tsd: 0.4, Ii: 15}
	for _, engaged := range []bool{false, true} {
		c.Engaged = engaged
		got, err := TimeToTrip(r, s, c)
		if err != nil || got.Nominal.Function != LongTime || got.Nominal.T > 0.2 {
			t.Errorf("engaged %v: %+v, %v", engaged, got, err)
		}
	}
}

// TestERMSNeverSlower: whatever the settings, engaged they are settings the unit
// can have, and no current trips later.
func TestERMSNeverSlower(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRating(t)
		s, k := drawSettings(t, r), drawCommon(t, r)
		over := k.ERMS.Over(s)
		if err := over.Validate(r); err != nil {
			t.Fatal(err)
		}
		if over.LongTime != s.LongTime || over.Neutral != s.Neutral || over.EarthLeakage != s.EarthLeakage {
			t.Fatalf("%+v became %+v", s, over)
		}
		c := Constant{Amps: r.In * math.Exp(rapid.Float64Range(-1, 3).Draw(t, "ln x")), Earth: rapid.Bool().Draw(t, "earth")}
		before, err := TimeToTrip(r, s, c)
		if err != nil {
			t.Fatal(err)
		}
		c.Setup = Setup{Common: k, Engaged: true}
		c.Common.SelfProtection = 0
		after, err := TimeToTrip(r, s, c)
		if err != nil {
			t.Fatal(err)
		}
		if laterThan(before, after) {
			t.Fatalf("%+v: before %+v, engaged %+v", c, before, after)
		}
	})
}

// laterThan reports whether any corner of b trips later than that of a.
func laterThan(a, b Times) bool {
	for _, p := range [][2]Time{{a.Min, b.Min}, {a.Nominal, b.Nominal}, {a.Max, b.Max}} {
		if p[1].T > p[0].T+1e-9 || math.IsNaN(p[1].T) && !math.IsNaN(p[0].T) {
			return true
		}
	}
	return false
}

// TestUnrestrainedNeverSlower: whatever the settings, a unit that is not
// restrained trips no later; one that is not interlocked, at the same time.
func TestUnrestrainedNeverSlower(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRating(t)
		s, k := drawSettings(t, r), drawCommon(t, r)
		c := Constant{Amps: r.In * math.Exp(rapid.Float64Range(-1, 3).Draw(t, "ln x")), Earth: rapid.Bool().Draw(t, "earth")}
		c.Common = k
		before, err := TimeToTrip(r, s, c)
		if err != nil {
			t.Fatal(err)
		}
		c.Unrestrained = true
		after, err := TimeToTrip(r, s, c)
		if err != nil {
			t.Fatal(err)
		}
		if laterThan(before, after) || k.ZSI == (ZSISettings{}) && laterThan(after, before) {
			t.Fatalf("%+v: restrained %+v, not %+v", c, before, after)
		}
	})
}

// TestSelfProtection: no threshold is known, so there is none; one that the owner
// sets trips at the first sample over it, and by its own name.
func TestSelfProtection(t *testing.T) {
	r := unit(points.X50, 50)
	s := quietSettings(r)
	s.ShortTime.Tsd = 0.4
	fault := Constant{Amps: 60000}
	got, err := TimeToTrip(r, s, fault)
	if err != nil || got.Nominal.Function != ShortTime {
		t.Fatalf("as delivered: %+v, %v", got, err)
	}
	fault.Common = CommonDefaults(r)
	fault.Common.SelfProtection = 70000
	if got, err = TimeToTrip(r, s, fault); err != nil || got.Nominal.Function != SelfProtection || got.Max.T > 0.010 {
		t.Errorf("70 kA peak on %g kA peak: %+v, %v", 60*math.Sqrt2, got, err)
	}
	fault.Amps = 70000 / math.Sqrt2 / 1.12
	if got, err = TimeToTrip(r, s, fault); err != nil || got.Nominal.Function != ShortTime {
		t.Errorf("12 %% below: %+v, %v", got, err)
	}
	// A unit that is reset onto the fault trips again.
	e := mustNew(t, r, s, Nominal)
	e.SetCommon(0, fault.Common)
	e.Steady(0, balanced(60000))
	e.Advance(time.Second)
	e.Reset(time.Second)
	e.Advance(time.Second + 20*ms)
	if ev, ok := e.Tripped(); !ok || ev.Function != SelfProtection || ev.At < time.Second {
		t.Errorf("reset onto the fault: %v", ev)
	}
}
