package breaker_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"switchroom/breaker"
	"switchroom/points"
)

// machine drives a breaker with anything, and watches it with an oracle that
// knows only what went in and what came out.
type machine struct {
	b   *breaker.Breaker
	c   breaker.Config
	now time.Duration

	// What went in.
	volts    [6]float64
	held     [3]bool
	locked   [4]bool
	openedAt time.Duration // since when the open button is held, or the trip is latched
	mustOpen bool
	edges    int // closing orders given

	// What came out.
	closed, spring, tripped bool
	position                breaker.Position
	closings, trips         uint32
	last                    time.Duration
	changes                 int
}

var configs = rapid.Custom(func(t *rapid.T) breaker.Config {
	fit := func(s string) breaker.Fit { return breaker.Fit(rapid.IntRange(0, 2).Draw(t, s)) }
	return breaker.Config{
		Frame: breaker.Frame(rapid.IntRange(0, 2).Draw(t, "frame")), Drawout: rapid.Bool().Draw(t, "drawout"),
		MX: fit("mx"), MX2: fit("mx2"), XF: fit("xf"), RES: fit("res"),
		MN: rapid.Bool().Draw(t, "mn"), MCH: rapid.Bool().Draw(t, "mch"), CoilVoltage: 100,
	}
})

// delays are what tells the timers apart: their own lengths and their edges.
var delays = rapid.OneOf(
	rapid.SampledFrom([]time.Duration{0, 1, 19 * ms, 20 * ms, 21 * ms, 25 * ms, 40 * ms, 50 * ms, 4 * time.Second}),
	rapid.Map(rapid.Int64Range(-50e6, 200e6), func(n int64) time.Duration { return time.Duration(n) }),
	rapid.Map(rapid.Int64Range(0, 10e9), func(n int64) time.Duration { return time.Duration(n) }),
)

func newMachine(c breaker.Config) *machine {
	m := &machine{b: breaker.New(c), c: c, spring: true, position: breaker.Connected, last: math.MinInt64}
	m.volts[breaker.MN], m.volts[breaker.MCH] = 100, 100
	m.b.Advance(0, nil)
	return m
}

// tick brings the clock forward, once in one step and once in two through a
// stored state: both must give the same.
func (m *machine) tick(t *rapid.T) {
	to := m.now + delays.Draw(t, "after")
	half := m.now + time.Duration(rapid.Float64Range(0, 1).Draw(t, "half")*float64(to-m.now))
	twin := breaker.New(m.c)
	if err := twin.Restore(m.b.State()); err != nil {
		t.Fatal(err)
	}
	var one, two []breaker.Change
	keep := func(all *[]breaker.Change) func(breaker.Change) {
		return func(c breaker.Change) { *all = append(*all, c) }
	}
	m.b.Advance(to, keep(&one))
	twin.Advance(half, keep(&two))
	twin.Advance(to, keep(&two))
	if d := cmp.Diff(one, two); d != "" {
		t.Fatalf("one step and two differ: %s", d)
	}
	if d := cmp.Diff(m.b.State(), twin.State()); d != "" {
		t.Fatalf("one step and two differ: %s", d)
	}
	for _, c := range one {
		m.note(t, c)
	}
	m.now = max(m.now, to)
}

// after collects what an action did at once.
func (m *machine) after(t *rapid.T) {
	m.changes = 0
	m.b.Advance(m.now, func(c breaker.Change) { m.note(t, c) })
	if m.changes >= 16 {
		t.Fatalf("%d changes from one call", m.changes)
	}
}

func (m *machine) note(t *rapid.T, c breaker.Change) {
	m.changes++
	if c.At < m.last || c.By == 0 {
		t.Fatalf("%+v after %v", c, m.last)
	}
	m.last = c.At
	switch c.Kind {
	case breaker.SpringDischarged:
		m.mayClose(t, c)
		m.spring = false
	case breaker.SpringCharged:
		m.spring = true
	case breaker.Closed:
		m.closed = true
		m.closings++
	case breaker.Opened:
		m.closed = false
	case breaker.Tripped:
		m.tripped = true
		m.trips++
	case breaker.WasReset:
		m.tripped, m.mustOpen = false, m.held[breaker.OpenButton]
	case breaker.Racked:
		m.position = c.Position
		if m.closed {
			t.Fatal("racked while closed")
		}
	}
}

// mayClose is every rule about closing, told from what went in alone.
func (m *machine) mayClose(t *rapid.T, c breaker.Change) {
	plugged := m.position == breaker.Connected || m.position == breaker.Test
	live := func(fitted bool, coil breaker.Coil, over float64) bool {
		return fitted && plugged && m.volts[coil] >= over
	}
	switch {
	case m.closed, !m.spring, m.tripped, m.position == breaker.Withdrawn:
		t.Fatalf("closes at %v while closed %v, spring %v, tripped %v, %v", c.At, m.closed, m.spring, m.tripped, m.position)
	case live(m.c.MX != 0, breaker.MX, 70), live(m.c.MX2 != 0, breaker.MX2, 70):
		t.Fatal("closes against MX")
	case m.c.MN && !live(true, breaker.MN, 85):
		t.Fatal("closes without MN")
	case m.held[breaker.OpenButton], m.locked[breaker.Padlock], m.locked[breaker.KeyLock], m.locked[breaker.Interlock]:
		t.Fatal("closes against the button or a lock")
	}
}

// check compares the oracle with the breaker, and holds it to its promises.
func (m *machine) check(t *rapid.T) {
	v := points.NewValues()
	m.b.Fill(v)
	flag := func(id points.ID) bool { return v[id] == 1 }
	got := [...]any{flag(points.BreakerClosed), flag(points.BreakerSpringCharged), flag(points.BreakerFaultTripped), m.b.Position(), v[points.OperationsTotal], v[points.OperationsTrips], v[points.BreakerTripped]}
	want := [...]any{m.closed, m.spring, m.tripped, m.position, float64(m.closings), float64(m.trips), 0.0}
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("breaker and oracle: %s", d)
	}
	if flag(points.BreakerReadyToClose) != (m.b.NotReady() == 0) {
		t.Fatal("PF and its reasons")
	}
	if m.mustOpen && m.now >= m.openedAt+breaker.OpenTime() && m.closed {
		t.Fatalf("closed %v after an opening order that stands", m.now-m.openedAt)
	}
	if int(m.closings) > m.edges {
		t.Fatalf("%d closings of %d orders: it pumps", m.closings, m.edges)
	}
	if m.spring && m.b.State().Timers[breaker.MCH] != math.MaxInt64 {
		t.Fatal("the motor runs on a charged spring")
	}
	if at, ok := m.b.Next(); ok && at <= m.now {
		t.Fatalf("at %v the next call is due at %v", m.now, at)
	}
}

func (m *machine) stands() {
	if !m.mustOpen {
		m.mustOpen, m.openedAt = true, m.now
	}
}

func (m *machine) push(t *rapid.T) {
	n := breaker.Button(rapid.IntRange(0, 2).Draw(t, "button"))
	m.held[n] = !m.held[n]
	switch {
	case n == breaker.CloseButton && m.held[n]:
		m.edges++
	case n == breaker.OpenButton && m.held[n]:
		m.stands()
	case n == breaker.OpenButton:
		m.mustOpen = m.tripped
	}
	m.b.Push(m.now, n, m.held[n])
}

func (m *machine) coil(t *rapid.T) {
	c := breaker.Coil(rapid.IntRange(0, 5).Draw(t, "coil"))
	volts := rapid.SampledFrom([]float64{0, 34, 50, 69.9, 70, 85, 100, math.NaN(), -5}).Draw(t, "volts")
	m.b.Coil(m.now, c, volts)
	if c == breaker.XF {
		m.edges++
	}
	m.volts[c] = max(0, volts)
	if math.IsNaN(volts) {
		m.volts[c] = 0
	}
}

func (m *machine) rack(t *rapid.T) {
	to := breaker.Position(rapid.IntRange(0, 5).Draw(t, "position"))
	err := m.b.Rack(m.now, to)
	if free := m.c.Drawout && !m.locked[breaker.ChassisLock]; free && to >= breaker.Connected && to <= breaker.Withdrawn && (err != nil || m.b.Position() != to) {
		t.Fatalf("racked to %v: %v", m.b.Position(), err)
	}
}

func (m *machine) lock(t *rapid.T) {
	l := breaker.Lock(rapid.IntRange(0, 3).Draw(t, "lock"))
	on := rapid.Bool().Draw(t, "on")
	if m.b.Lock(m.now, l, on) == nil {
		m.locked[l] = on
	}
}

func (m *machine) order(t *rapid.T) {
	o := breaker.Order(rapid.IntRange(0, 4).Draw(t, "order"))
	if m.b.Order(m.now, o) == breaker.Accepted && o == breaker.Close {
		m.edges++
	}
}

func (m *machine) trip(t *rapid.T) {
	m.b.Trip(m.now, breaker.Cause(rapid.IntRange(0, 9).Draw(t, "cause")))
	m.stands()
	if v := m.b.State(); !v.Tripped {
		t.Fatal("a trip did not latch")
	}
}

func TestMechanism(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newMachine(configs.Draw(t, "config"))
		act := func(f func(*rapid.T)) func(*rapid.T) {
			return func(t *rapid.T) { m.tick(t); f(t); m.after(t) }
		}
		t.Repeat(map[string]func(*rapid.T){
			"push": act(m.push), "coil": act(m.coil), "rack": act(m.rack), "lock": act(m.lock), "order": act(m.order),
			"trip":   act(m.trip),
			"charge": act(func(*rapid.T) { m.b.Charge(m.now) }),
			"inhibit": act(func(t *rapid.T) {
				m.b.Inhibit(m.now, breaker.Inhibitor(rapid.IntRange(0, 2).Draw(t, "by")), rapid.Bool().Draw(t, "on"))
			}),
			"wait": act(func(*rapid.T) {}),
			"":     m.check,
		})
	})
}

// TestTripFromAnywhere brings a breaker to any state, trips it, and then lets
// anything but a reset happen: it opens in time and stays open.
func TestTripFromAnywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newMachine(configs.Draw(t, "config"))
		for range rapid.IntRange(0, 30).Draw(t, "steps") {
			m.tick(t)
			rapid.SampledFrom([]func(*rapid.T){m.push, m.coil, m.rack, m.lock, m.order}).Draw(t, "do")(t)
			m.after(t)
		}
		m.b.Trip(m.now, breaker.ShortTime)
		at := m.now
		for range 10 {
			m.now += time.Duration(rapid.Int64Range(0, 20e6).Draw(t, "after"))
			if a := m.b.Order(m.now, breaker.Close); a != breaker.MustReset {
				t.Fatalf("close: %v", a)
			}
			m.b.Press(m.now, breaker.CloseButton)
			m.b.Coil(m.now, breaker.XF, 100)
			m.b.Coil(m.now, breaker.MX, 0)
			if m.now >= at+breaker.OpenTime() && m.b.Closed() {
				t.Fatalf("closed %v after the trip", m.now-at)
			}
		}
	})
}
