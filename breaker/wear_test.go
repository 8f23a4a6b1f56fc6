package breaker_test

import (
	"math"
	"testing"
	"time"

	"switchroom/breaker"
	"switchroom/points"
)

// TestCoilsAreCounted: each coil and the motor count their own work, by the
// control unit's pulse and by wiring, and nobody else's.
func TestCoilsAreCounted(t *testing.T) {
	b := breaker.New(withMN)
	now := time.Duration(0)
	wait := func() { now += 10 * time.Second; b.Advance(now, nil) }
	for _, do := range []func(){
		func() { b.Order(now, breaker.Close) },
		func() { b.Order(now, breaker.Open) },
		func() { b.Coil(now, breaker.XF, 230) },
		func() { b.Coil(now, breaker.XF, 0) },
		func() { b.Coil(now, breaker.MX, 230) },
		func() { b.Coil(now, breaker.MX, 0) },
		func() { b.Trip(now, breaker.ShortTime) },
		func() { b.Order(now, breaker.Reset) },
		func() { b.Coil(now, breaker.MN, 0) },
	} {
		do()
		wait()
	}
	v := points.NewValues()
	b.Fill(v)
	for id, want := range map[points.ID]float64{
		points.OperationsXF: 2, points.OperationsMX: 2, points.OperationsRES: 1, points.OperationsMN: 1, points.OperationsMCH: 2,
		points.SpringChargeTime: 4, points.OperationsTotal: 2,
	} {
		if v[id] != want {
			t.Errorf("%v is %v, want %v", id, v[id], want)
		}
	}
	b.Replaced(breaker.MX)
	if b.CoilWear(breaker.MX) != 0 || b.CoilWear(breaker.XF) == 0 {
		t.Error("a new MX, or an old XF, wears wrongly")
	}
}

// TestHandChargedSpring: what a hand does is not the motor's work.
func TestHandChargedSpring(t *testing.T) {
	b := breaker.New(full)
	b.Push(0, breaker.CloseButton, true)
	b.Push(0, breaker.CloseButton, false)
	b.Advance(time.Second, nil)
	b.Charge(time.Second)
	b.Advance(time.Minute, nil)
	v := points.NewValues()
	b.Fill(v)
	if v[points.OperationsMCH] != 0 || !math.IsNaN(v[points.SpringChargeTime]) {
		t.Errorf("the motor did %v, in %v s", v[points.OperationsMCH], v[points.SpringChargeTime])
	}
}

// TestLife: the worse of the two endurances counts, and life does not go below
// nothing.
func TestLife(t *testing.T) {
	for _, c := range []struct {
		closings, breaks uint32
		want             float64
		why              string
	}{
		{0, 0, 1, "new"},
		{5000, 0, 0.5, "half of the mechanical endurance"},
		{5000, 4000, 0.2, "the electrical endurance is nearer its end"},
		{20000, 0, 0, "over"},
	} {
		b := breaker.New(breaker.Config{Frame: breaker.MTZ2})
		s := b.State()
		s.Closings, s.LoadBreaks = c.closings, c.breaks
		if err := b.Restore(s); err != nil {
			t.Fatal(err)
		}
		if got := b.Life(); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s: %v, want %v", c.why, got, c.want)
		}
	}
	b := breaker.New(full)
	b.Interrupted(0)
	b.Interrupted(math.NaN())
	b.Interrupted(100)
	if n := b.State().LoadBreaks; n != 1 {
		t.Errorf("%d openings under current, want 1", n)
	}
}
