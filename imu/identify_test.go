package imu_test

import (
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
)

// TestIdentify: who is connected by a cable has the unit show itself, for half a minute.
func TestIdentify(t *testing.T) {
	s := newStand(t)
	ready := func() float64 { return s.read().Values[points.LEDReady] }
	do := func(a access.Actor) imu.Result {
		return s.u.Do(s.now, imu.Request{Actor: a, Op: points.DeviceIdentify})
	}
	if r := do(access.Actor{Path: access.NFC}); r.Decision.OK() {
		t.Error("a tag takes orders")
	}
	if r := do(access.Actor{Path: access.USB, Present: true, Levels: access.Level1, Until: time.Hour}); !r.OK() {
		t.Fatal(r)
	}
	s.step(time.Second)
	if got := ready(); got != 2 {
		t.Errorf("the lamp shows %g", got)
	}
	s.step(30 * time.Second)
	if got := ready(); got != 1 {
		t.Errorf("afterwards the lamp shows %g", got)
	}
}
