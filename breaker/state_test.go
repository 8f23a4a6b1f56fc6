package breaker_test

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"switchroom/breaker"
	"switchroom/points"
)

func TestConstants(t *testing.T) {
	seen := map[string]bool{}
	for i, c := range breaker.Constants() {
		if c.Name == "" || c.Unit == "" || c.Source == "" || c.Certainty == 0 || seen[c.Name] || !(c.Value > 0) {
			t.Errorf("row %d: incomplete or repeated %+v", i, c)
		}
		seen[c.Name] = true
		if c.High > 0 && (c.Value < c.Low || c.Value > c.High) {
			t.Errorf("%s: %g is outside its own band %g to %g", c.Name, c.Value, c.Low, c.High)
		}
		for _, word := range []string{"recalled", "OURS"} {
			if strings.Contains(c.Source, word) && c.Certainty != points.Ours {
				t.Errorf("%s: %s is not %v", c.Name, c.Source, c.Certainty)
			}
		}
	}
}

func TestReasons(t *testing.T) {
	for _, tt := range []struct {
		in   breaker.Reasons
		want string
		n    int
	}{
		{0, "ready", 0},
		{breaker.BecauseTripped, "tripped", 1},
		{breaker.BecauseSpring | breaker.BecauseWithdrawn, "spring_discharged+withdrawn", 2},
	} {
		if got := tt.in.String(); got != tt.want || len(tt.in.Sentences()) != tt.n {
			t.Errorf("%d: %s, %q", tt.in, got, tt.in.Sentences())
		}
	}
	b := breaker.New(breaker.Config{})
	b.Push(0, breaker.OpenButton, true)
	if r := b.NotReady(); !r.Has(breaker.BecauseOpenHeld) || r.Has(breaker.BecauseOpenHeld|breaker.BecauseMX) {
		t.Errorf("Has of %v", r)
	}
}

func TestValidate(t *testing.T) {
	for _, tt := range []struct {
		c    breaker.Config
		want string // part of the error; empty is none
	}{
		{breaker.Config{}, ""},
		{breaker.Equipped(breaker.MTZ3), ""},
		{breaker.Config{CoilVoltage: 24, MNDrop: 0.35, Breaking: 150e3}, ""},
		{breaker.Config{Frame: 3}, "frame"},
		{breaker.Config{XF: 3}, "coils"},
		{breaker.Config{CoilVoltage: math.NaN()}, "coil voltage"},
		{breaker.Config{CoilVoltage: -230}, "coil voltage"},
		{breaker.Config{MNDrop: 0.8}, "MN drop-out"},
		{breaker.Config{Breaking: math.Inf(1)}, "breaking current"},
	} {
		err := tt.c.Validate()
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: %v, want %q", tt.c, err, tt.want)
		}
		if err := breaker.New(tt.c).Config().Validate(); err != nil {
			t.Errorf("New(%+v) works with %v", tt.c, err)
		}
	}
}

func TestWear(t *testing.T) {
	for _, tt := range []struct {
		name string
		c    breaker.Config
		amps float64
		want float64
		why  string
	}{
		{"no load", breaker.Config{}, 0, 1.0 / 10000, "endurance alone"},
		{"MTZ3", breaker.Config{Frame: breaker.MTZ3}, 0, 1.0 / 5000, ""},
		{"rated breaking", breaker.Config{}, 42e3, 1.0/10000 + 1.0/3, "three of them wear it out"},
		{"half of it", breaker.Config{}, 21e3, 1.0/10000 + 1.0/12, "by the square"},
		{"stronger", breaker.Config{Breaking: 66e3}, 33e3, 1.0/10000 + 1.0/12, ""},
		{"reversed", breaker.Config{}, -42e3, 1.0/10000 + 1.0/3, ""},
		{"no number", breaker.Config{}, math.NaN(), 1.0 / 10000, ""},
		{"too much", breaker.Config{}, math.Inf(1), 1, "worn is worn"},
	} {
		b := breaker.New(tt.c)
		b.Press(0, breaker.CloseButton)
		b.Press(time.Second, breaker.OpenButton)
		b.Advance(2*time.Second, nil)
		b.Interrupted(tt.amps)
		if math.Abs(b.Wear()-tt.want) > 1e-12 {
			t.Errorf("%s: %g, want %g (%s)", tt.name, b.Wear(), tt.want, tt.why)
		}
	}
}

func TestRestoreRefuses(t *testing.T) {
	good := func() breaker.State {
		b := breaker.New(full)
		b.Press(0, breaker.CloseButton)
		b.Advance(time.Second, nil)
		return b.State()
	}
	for _, tt := range []struct {
		change func(*breaker.State)
		want   string // part of the error; empty is none
	}{
		{func(*breaker.State) {}, ""},
		{func(s *breaker.State) { *s = breaker.State{} }, "nowhere"},
		{func(s *breaker.State) { s.Contacts = 9 }, "nowhere"},
		{func(s *breaker.State) { s.Position = 0 }, "position"},
		{func(s *breaker.State) { s.Cause = 99 }, "cause"},
		{func(s *breaker.State) { s.Tripped = true }, "tripped"},
		{func(s *breaker.State) { s.Contacts = breaker.ContactsOpening }, "do not arrive"},
		{func(s *breaker.State) { s.Locks = 1 }, "locked open"},
		{func(s *breaker.State) { s.Locks = 1 << breaker.ChassisLock }, ""},
		{func(s *breaker.State) { s.Wear = math.NaN() }, "wear"},
		{func(s *breaker.State) { s.Volts[0] = math.Inf(1) }, "voltage"},
	} {
		b, s := breaker.New(full), good()
		before := b.State()
		tt.change(&s)
		err := b.Restore(s)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v, want %q", err, tt.want)
		}
		if err != nil && b.State() != before {
			t.Errorf("%q: refused, and changed", tt.want)
		}
	}
	if err := breaker.New(breaker.Config{}).Restore(func() breaker.State { s := good(); s.Position = breaker.Test; return s }()); err == nil {
		t.Error("a fixed breaker went to test")
	}
}

func TestStateThroughJSON(t *testing.T) {
	b := breaker.New(full)
	b.Coil(time.Second, breaker.XF, 230)
	b.Trip(2*time.Second, breaker.GroundFault)
	text, err := json.Marshal(b.State())
	if err != nil {
		t.Fatal(err)
	}
	var s breaker.State
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(b.State(), s); d != "" {
		t.Error(d)
	}
}

func TestShift(t *testing.T) {
	b := breaker.New(full)
	b.Press(time.Hour, breaker.CloseButton)
	moved := breaker.New(full)
	if err := moved.Restore(b.State().Shift(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if at, ok := moved.Next(); at != 50*ms || !ok {
		t.Errorf("next at %v", at)
	}
	if s := breaker.New(full).State(); s.Shift(time.Hour) != s {
		t.Error("what never happens was moved")
	}
}

// What is due in a stored state happens now, and what the breaker had to tell
// before it is forgotten.
func TestRestoreLate(t *testing.T) {
	b := breaker.New(full)
	b.Press(0, breaker.CloseButton)
	s := b.State()
	s.Now = time.Hour
	b.Trip(0, breaker.ShortTime)
	if err := b.Restore(s); err != nil {
		t.Fatal(err)
	}
	b.Advance(0, func(c breaker.Change) {
		if c.Kind == breaker.Tripped || c.At != time.Hour {
			t.Errorf("%+v", c)
		}
	})
	if b.Advance(time.Hour, nil); !b.Closed() {
		t.Error("not closed")
	}
}

// A coil that was taken out while the state was stored must not act.
func TestRestoreWithOtherFittings(t *testing.T) {
	b := breaker.New(full)
	b.Press(0, breaker.CloseButton)
	b.Coil(5*time.Second, breaker.MX, 230)
	bare := breaker.New(byHand)
	if err := bare.Restore(b.State()); err != nil {
		t.Fatal(err)
	}
	bare.Advance(time.Hour, nil)
	if !bare.Closed() || bare.NotReady().Has(breaker.BecauseMX) {
		t.Error("a coil that is not there opened the breaker")
	}
}

func TestFill(t *testing.T) {
	fixed, v := breaker.New(breaker.Config{}), points.NewValues()
	fixed.Fill(v)
	if !math.IsNaN(v[points.BreakerPosition]) {
		t.Error("a fixed breaker has a position")
	}
	b := breaker.New(full)
	b.Inhibit(0, breaker.Communication, true)
	b.Trip(0, breaker.ShortTime)
	_ = b.Rack(0, breaker.Disconnected)
	b.Fill(v)
	for id, want := range map[points.ID]float64{
		points.BreakerClosed: 0, points.BreakerTripped: 0, points.BreakerFaultTripped: 1, points.BreakerSpringCharged: 1,
		points.BreakerReadyToClose: 0, points.BreakerInhibitedIO: 0, points.BreakerInhibitedComm: 1, points.BreakerPosition: 3,
		points.OperationsTotal: 0, points.OperationsTrips: 1, points.WearContacts: 0,
	} {
		if v[id] != want {
			t.Errorf("%v is %g, want %g", id, v[id], want)
		}
	}
	if b.LastTrip() != breaker.ShortTime || !b.Inhibited(breaker.Communication) {
		t.Error("last trip or inhibition")
	}
	if got, want := breaker.Test.String(), points.Of(points.BreakerPosition).Enum[breaker.Test-breaker.Position(points.Of(points.BreakerPosition).Base)]; got != want {
		t.Errorf("position %s is %s in the vocabulary", got, want)
	}
}

// A caller that never collects loses the oldest changes and nothing else.
func TestNobodyCollects(t *testing.T) {
	b := breaker.New(full)
	for i := range 100 {
		_ = b.Rack(time.Duration(i)*time.Second, []breaker.Position{breaker.Test, breaker.Connected}[i%2])
	}
	var at []time.Duration
	b.Advance(time.Hour, func(c breaker.Change) { at = append(at, c.At) })
	if len(at) != 16 || at[0] != 84*time.Second || !slices.IsSorted(at) {
		t.Errorf("kept %v", at)
	}
}

// Whoever is told of a change may act on it.
func TestCallFromChange(t *testing.T) {
	b := breaker.New(full)
	b.Press(0, breaker.CloseButton)
	var kinds []breaker.Kind
	b.Advance(time.Second, func(c breaker.Change) {
		kinds = append(kinds, c.Kind)
		if c.Kind == breaker.Closed {
			b.Trip(time.Second, breaker.Instantaneous)
		}
	})
	if want := []breaker.Kind{breaker.SpringDischarged, breaker.Closed, breaker.Tripped}; !slices.Equal(kinds, want) {
		t.Errorf("got %v, want %v", kinds, want)
	}
}

func TestEndsOfTime(t *testing.T) {
	b := breaker.New(full)
	b.Press(math.MinInt64, breaker.CloseButton)
	b.Advance(math.MaxInt64, nil)
	if !b.Closed() {
		t.Error("not closed at the end of time")
	}
	b.Trip(math.MaxInt64, breaker.ShortTime)
	if _, ok := b.Next(); ok || !b.State().Tripped {
		t.Error("after the end of time something is due, or the trip did not latch")
	}
}

func TestUnknownArguments(t *testing.T) {
	b := breaker.New(full)
	b.Advance(0, nil)
	before := b.State()
	b.Push(0, 9, true)
	b.Coil(0, 9, 230)
	b.Inhibit(0, 9, true)
	if a := b.Order(0, 0); a != breaker.UnknownOrder {
		t.Errorf("no order: %v", a)
	}
	if err := b.Lock(0, 9, true); err != breaker.ErrNoLock {
		t.Errorf("no lock: %v", err)
	}
	if err := b.Rack(0, 0); err != breaker.ErrNoPosition {
		t.Errorf("no position: %v", err)
	}
	if b.State() != before {
		t.Error("arguments that are none changed the breaker")
	}
}

func TestNoAllocation(t *testing.T) {
	b, v, now := breaker.New(full), points.NewValues(), time.Duration(0)
	n := testing.AllocsPerRun(100, func() {
		now += 10 * time.Second
		b.Press(now, breaker.CloseButton)
		b.Coil(now, breaker.MX, 0)
		now += time.Second
		b.Trip(now, breaker.ShortTime)
		now += time.Second
		_ = b.Rack(now, breaker.Test)
		_ = b.Lock(now, breaker.Padlock, true)
		_ = b.Lock(now, breaker.Padlock, false)
		b.Press(now, breaker.ResetButton)
		b.Order(now, breaker.Close)
		b.Interrupted(1000)
		b.Advance(now, func(breaker.Change) {})
		b.Fill(v)
	})
	if n != 0 {
		t.Errorf("%g allocations", n)
	}
}

func TestSize(t *testing.T) {
	if n := unsafe.Sizeof(breaker.Breaker{}); n > 600 {
		t.Errorf("a breaker takes %d bytes", n)
	} else {
		t.Logf("a breaker takes %d bytes", n)
	}
}

// Stored states hold numbers: a name must keep the one it has.
func TestNumbersStay(t *testing.T) {
	for _, tt := range []struct {
		of   func(int) string
		want string
	}{
		{func(i int) string { return breaker.Contacts(i + 1).String() }, "open closing closed opening"},
		{func(i int) string { return breaker.Position(i + 1).String() }, "connected test disconnected withdrawn"},
		{func(i int) string { return breaker.Cause(i).String() }, "none long_time short_time instantaneous ground_fault earth_leakage self_protection self_diagnostic optional test"},
		{func(i int) string { return breaker.Origin(i + 1).String() }, "button MX MX2 MN XF RES motor hand order trip racking"},
		{func(i int) string { return breaker.Coil(i).String() }, "MX MX2 MN XF RES MCH"},
		{func(i int) string { return breaker.Button(i).String() }, "open close reset"},
		{func(i int) string { return breaker.Lock(i).String() }, "padlock key_lock interlock chassis_lock"},
		{func(i int) string { return breaker.Inhibitor(i).String() }, "io_module communication"},
	} {
		for i, want := range strings.Fields(tt.want) {
			if got := tt.of(i); got != want {
				t.Errorf("number %d is %s, was %s", i, got, want)
			}
		}
	}
}
