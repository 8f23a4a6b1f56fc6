package imu_test

import (
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
)

var atDisplay = access.Actor{Path: access.HMI, Present: true}

// enable switches the function on and sets the timer.
func enable(t *testing.T, s *stand, minutes float64) {
	t.Helper()
	for id, v := range map[points.ID]float64{points.BluetoothEnabled: 1, points.BluetoothTimer: minutes} {
		if r := s.u.Do(s.now, imu.Request{Actor: atDisplay, Op: id, Value: points.Number(v)}); !r.OK() {
			t.Fatal(r.Err())
		}
	}
}

// TestRadioTimer: it ends by itself at the instant that it says, not a moment before,
// and tells of it once.
func TestRadioTimer(t *testing.T) {
	s := newStand(t)
	var told []bool
	s.u.OnRadio(func(_ time.Duration, r imu.Radio) { told = append(told, r.On) })
	enable(t, s, 5)
	r := s.u.PressBluetooth(s.now, "Olga")
	if !r.On || r.Until != s.now+5*time.Minute {
		t.Fatalf("%+v at %v", r, s.now)
	}
	s.u.Advance(r.Until - 1)
	if !s.u.RadioOf(r.Until - 1).On {
		t.Error("it ends too early")
	}
	if s.u.RadioOf(r.Until).On {
		t.Error("it does not end")
	}
	if len(told) != 2 || !told[0] || told[1] {
		t.Errorf("told %v", told)
	}
	recs, _, _ := s.u.Events(r.Until, atDisplay, points.CommunicationHistory, 0, 10)
	if len(recs) != 2 || recs[0].Detail != "timer" || recs[1].Detail != "button Olga" {
		t.Errorf("%+v", recs)
	}
}

// TestRadioSettings: who may, and within which range.
func TestRadioSettings(t *testing.T) {
	s := newStand(t)
	for _, c := range []struct {
		op points.ID
		v  float64
		ok bool
	}{
		{points.BluetoothTimer, 4, false}, {points.BluetoothTimer, 5, true}, {points.BluetoothTimer, 60, true}, {points.BluetoothTimer, 61, false},
		{points.BluetoothEnabled, 2, false}, {points.BluetoothEnabled, 1, true},
	} {
		if r := s.u.Do(s.now, imu.Request{Actor: atDisplay, Op: c.op, Value: points.Number(c.v)}); r.OK() != c.ok {
			t.Errorf("%v = %g: %v", c.op, c.v, r.Err())
		}
	}
	for _, op := range []points.ID{points.BluetoothActive, points.BluetoothConnected} {
		if r := s.u.Do(s.now, imu.Request{Actor: atDisplay, Op: op, Value: points.Number(1)}); r.OK() {
			t.Errorf("%v is written", op)
		}
	}
}

// TestRadioRemembered: settings and phones outlive the process, a radio that was on does
// not; the ninth phone takes the place of the first.
func TestRadioRemembered(t *testing.T) {
	dir := t.TempDir()
	s, m, _ := kept(t, dir)
	enable(t, s, 20)
	s.u.PressBluetooth(s.now, "Olga")
	for n := range 9 {
		s.u.KeepBond(s.now, imu.Bond{Phone: string(rune('a' + n)), Key: []byte{byte(n)}})
	}
	s.u.KeepBond(s.now, imu.Bond{Phone: "c", Key: []byte("anew")})
	if err := m.Flush(s.now); err != nil {
		t.Fatal(err)
	}
	m.Close()
	s, _, _ = kept(t, dir)
	if r := s.u.RadioOf(s.now); !r.Enabled || r.On {
		t.Errorf("after a restart: %+v", r)
	}
	all := s.u.Bonds(s.now)
	if len(all) != 8 || all[0].Phone != "b" || all[7].Phone != "c" || string(all[7].Key) != "anew" {
		t.Errorf("%v", all)
	}
	if r := s.u.PressBluetooth(s.now, ""); r.Until != s.now+20*time.Minute {
		t.Errorf("timer %v", r.Until-s.now)
	}
	if r := s.u.Do(s.now, imu.Request{Actor: atDisplay, Op: points.BluetoothForget}); !r.OK() || len(s.u.Bonds(s.now)) != 0 || s.u.RadioOf(s.now).On {
		t.Errorf("%v, %v", r.Err(), s.u.Bonds(s.now))
	}
}
