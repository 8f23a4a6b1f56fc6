package imu

import (
	"testing"
	"time"

	"switchroom/access"
	"switchroom/points"
)

// TestFront: what feeds a unit, and the trip lamps that it remembers without supply.
func TestFront(t *testing.T) {
	r := points.Rating{In: 1000, Variant: points.X60, Poles: 3, Voltage: 400, Frequency: 50}
	w := NewSteppedWorld(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC))
	u, err := New(Config{Name: "Q1", Rating: r, Profile: access.Faithful, Mechanism: Equipped(MTZ2), Closed: true}, w)
	if err != nil {
		t.Fatal(err)
	}
	there := access.Actor{Path: access.HMI, Present: true}
	see := func() Front {
		t.Helper()
		f, d := u.Front(w.Now(), there)
		if !d.OK() {
			t.Fatal(d)
		}
		return f
	}
	if f := see(); f != (Front{Powered: true, Auxiliary: true, Battery: true}) {
		t.Errorf("%+v", f)
	}
	u.Push(w.Now(), OpenButton, true)
	u.Fail(w.Now(), UnitFailed, true)
	u.Fail(w.Now(), BatteryLow, true)
	u.Supply(w.Now(), false)
	if f := see(); f != (Front{Trips: [4]bool{true, true, true, true}}) {
		t.Errorf("without supply, after a failure: %+v", f)
	}
	u.Plug(w.Now(), true)
	if f := see(); !f.Powered || f.Auxiliary || !f.USB || f.Battery {
		t.Errorf("with a cable: %+v", f)
	}
	if f, d := u.Front(w.Now(), access.Actor{Path: access.HMI}); d.OK() || f != (Front{}) {
		t.Errorf("nobody is there, and sees %+v", f)
	}
}

// TestAcknowledgeOne: a pop-up's OK is about the event that it shows.
func TestAcknowledgeOne(t *testing.T) {
	var b eventBook
	for _, c := range []points.Code{points.CodeBatteryLow, points.CodeTripCircuit} {
		b.note(Record{Code: c, What: Entry})
	}
	b.acknowledge(func(c points.Code) bool { return c == points.CodeTripCircuit })
	if b.open[0].Acked || !b.open[1].Acked {
		t.Errorf("%+v", b.open)
	}
	b.acknowledge(func(points.Code) bool { return false })
	if !b.open[1].Acked {
		t.Error("what was seen is not unseen")
	}
}
