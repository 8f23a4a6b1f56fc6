package imu

import (
	"testing"
	"time"

	"switchroom/access"
	"switchroom/breaker"
	"switchroom/points"
)

// TestIndicators: the mechanism shows itself whether or not the control unit works.
func TestIndicators(t *testing.T) {
	m := Equipped(MTZ1)
	m.MN = true
	w := NewSteppedWorld(time.Unix(0, 0))
	u, err := New(Config{Name: "Q1", Rating: points.Rating{In: 1000, Voltage: 400, Frequency: 50, Poles: 3, Variant: points.X60}, Profile: access.Faithful, Interface: IFE, Mechanism: m, Closed: true}, w)
	if err != nil {
		t.Fatal(err)
	}
	at := func(d time.Duration) Indicators { w.Step(d); return u.Indicators(d) }
	if f := at(0); f.Contacts != "closed" || !f.Closed || !f.Charged || f.Busy || f.Position != Connected || len(f.NotReady) != 1 || !f.Powered || f.Operations != 0 || f.Supplied[MN] != 230 {
		t.Errorf("in service: %+v", f)
	}
	if _, fitted := at(0).Supplied[MX2]; fitted {
		t.Error("a coil that is not fitted has terminals")
	}
	u.Supply(0, false)
	u.Coil(0, MX, 230)
	if f := at(time.Millisecond); !f.Busy || f.Contacts != "closed" || f.Powered {
		t.Errorf("MX has pulled not yet: %+v", f)
	}
	if f := at(time.Second); f.Busy || f.Contacts != "open" || !f.Energised[MX] || f.Powered {
		t.Errorf("opened by MX, dark: %+v", f)
	}
	u.Coil(time.Second, MX, 0)
	u.Plug(time.Second, true)
	if err := u.Lock(time.Second, Padlock, true); err != nil {
		t.Fatal(err)
	}
	if f := at(2 * time.Second); !f.Locks[Padlock] || f.Locks[KeyLock] || !f.USB || !f.Powered || f.Aux {
		t.Errorf("padlocked, on USB: %+v", f)
	}
	u.Pad(2*time.Second, true)
	if f := at(2 * time.Second); !f.Locked || f.Remote {
		t.Errorf("the pad is closed: %+v", f)
	}
	u.mech.Trip(2*time.Second, breaker.ShortTime)
	if f := at(3 * time.Second); !f.Tripped {
		t.Errorf("tripped: %+v", f)
	}
	if len(Coils()) != 6 {
		t.Error(Coils())
	}
}
