package imu_test

import (
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
	"switchroom/protection"
)

func withERMS(c *imu.Config) { c.Modules = c.Modules.With(imu.ModuleERMS) }

// phone is a session of the app over Bluetooth, with the rights of a level.
func phone(source string, levels access.Levels) access.Actor {
	return access.Actor{Path: access.BLE, Source: source, Levels: levels, Until: 1000 * time.Hour}
}

func erms(a access.Actor, on bool) imu.Request {
	v := 0.0
	if on {
		v = 1
	}
	return imu.Request{Actor: a, Op: points.ProtectionERMSEngaged, Value: points.Number(v)}
}

// tripsAfter returns how long the unit takes to trip on amps; 0: not within a minute.
func (s *stand) tripsAfter(amps float64) time.Duration {
	s.load(0)
	s.step(30 * time.Second)
	s.recs = s.recs[:0]
	begin := s.now
	s.load(amps)
	s.step(time.Minute)
	for _, r := range s.recs {
		if points.EventOf(r.Code).History == points.TripHistory && r.What == imu.Entry {
			return r.At - begin
		}
	}
	return 0
}

// TestERMS: the app engages it, the unit trips at once where it waited before,
// LED and event tell, and the thermal image is untouched.
func TestERMS(t *testing.T) {
	if slow := newStand(t, withERMS).tripsAfter(8000); slow < 140*time.Millisecond {
		t.Fatalf("without ERMS it trips after %v", slow)
	}
	s := newStand(t, withERMS)
	s.load(700)
	s.step(10 * time.Minute)
	heat := s.read().Values[points.ProtectionThermalL1]
	s.must(erms(phone("p1", access.Level3), true))
	s.is(points.LEDERMS, 1)
	s.is(points.ProtectionERMSEngaged, 1)
	s.is(points.ProtectionThermalL1, heat)
	if n := s.happened(points.CodeERMS, imu.Entry); n != 1 {
		t.Errorf("event %d times", n)
	}
	if fast := s.tripsAfter(8000); fast == 0 || fast > 80*time.Millisecond {
		t.Errorf("with ERMS it trips after %v", fast)
	}
	s.must(erms(phone("p1", access.Level3), false))
	s.is(points.LEDERMS, 0)
}

// TestERMSLock: who engaged it disengages it; nobody else but the administrator,
// by force. Over Modbus and at the HMI there is no ERMS.
func TestERMSLock(t *testing.T) {
	s := newStand(t, withERMS)
	s.must(erms(phone("p1", access.Level3), true))
	if r := s.do(erms(phone("p2", access.Level4), false)); r.Refusal != imu.EngagedElsewhere {
		t.Errorf("another phone: %v", r.Err())
	}
	unlock := imu.Request{Actor: phone("p2", access.Level1), Op: points.ProtectionERMSUnlock}
	if r := s.do(unlock); r.Decision.OK() {
		t.Error("services forced the unlock")
	}
	unlock.Actor = phone("p2", access.Level4)
	s.must(unlock)
	s.is(points.ProtectionERMSEngaged, 0)
	for _, a := range []access.Actor{{Path: access.HMI, Present: true}, {Path: access.Modbus, Levels: access.Level4, Offered: true}} {
		if r := s.do(erms(a, true)); r.Decision.OK() {
			t.Errorf("%v engaged ERMS", a.Path)
		}
	}
	if r := newStand(t).do(erms(phone("p1", access.Level4), true)); r.Refusal != imu.NotSupported {
		t.Errorf("without the module: %v", r.Err())
	}
}

// TestESM: a signal that is lost engages; a module that is lost changes nothing
// and is told; without 24 V the switch does nothing.
func TestESM(t *testing.T) {
	s := newStand(t, withERMS)
	for _, step := range []struct {
		do   func()
		want float64
		why  string
	}{
		{func() { s.u.ESM(s.now, imu.SwitchOff) }, 0, "switched off"},
		{func() { s.u.ESM(s.now, imu.SwitchOn) }, 1, "switched on"},
		{func() { s.u.ESM(s.now, imu.SwitchOff) }, 0, "switched off"},
		{func() { s.u.ESM(s.now, imu.SignalLost) }, 1, "the signal is lost"},
		{func() { s.u.LoseESM(s.now, true) }, 1, "the module is lost while engaged"},
		{func() { s.u.LoseESM(s.now, false); s.u.ESM(s.now, imu.SwitchOff) }, 0, "all is well"},
		{func() { s.u.LoseESM(s.now, true) }, 0, "the module is lost while disengaged"},
		{func() { s.load(500); s.u.Supply(s.now, false); s.u.ESM(s.now, imu.SwitchOn) }, 0, "without 24 V"},
	} {
		step.do()
		s.step(time.Second)
		if got := s.read().Values[points.ProtectionERMSEngaged]; got != step.want {
			t.Errorf("%s: engaged %v, want %v", step.why, got, step.want)
		}
	}
	if n := s.happened(points.CodeESMLost, imu.Entry); n != 2 {
		t.Errorf("the loss was told %d times, want 2", n)
	}
}

// TestERMSSurvives: a switchboard that somebody works at stays safe.
func TestERMSSurvives(t *testing.T) {
	dir := t.TempDir()
	s, m, _ := kept(t, dir, withERMS)
	s.must(erms(phone("p1", access.Level3), true))
	flush(t, m, s.now)
	m.Close()
	r, _, _ := kept(t, dir, withERMS)
	r.is(points.ProtectionERMSEngaged, 1)
	if fast := r.tripsAfter(8000); fast == 0 || fast > 80*time.Millisecond {
		t.Errorf("it trips after %v", fast)
	}
}

// TestCommonSettings: settings of no group are written all or none, and survive.
func TestCommonSettings(t *testing.T) {
	dir := t.TempDir()
	s, m, _ := kept(t, dir)
	usb := access.Actor{Path: access.USB, Levels: access.Level4, Until: time.Hour}
	s.must(imu.Request{Actor: usb, Op: points.ProtectionERMSTsd, Set: []imu.Setting{{Point: points.ProtectionERMSTsd, Value: 0.1}, {Point: points.ProtectionERMSIi, Value: 3}}})
	if r := s.do(imu.Request{Actor: usb, Op: points.ProtectionERMSTsd, Set: []imu.Setting{{Point: points.ProtectionERMSTsd, Value: 0}, {Point: points.ProtectionERMSIi, Value: 99}}}); r.OK() {
		t.Error("Ii of 99 In was taken")
	}
	flush(t, m, s.now)
	m.Close()
	r, _, _ := kept(t, dir)
	r.is(points.ProtectionERMSTsd, 0.1)
	r.is(points.ProtectionERMSIi, 3)
}

// TestZones: the unit downstream trips at once and the one upstream stays. When
// it does not open, the one upstream trips after its delay; when the wire
// between them is broken, at once.
func TestZones(t *testing.T) {
	for _, c := range []struct {
		name     string
		fails    bool // downstream does not open
		broken   bool // the wire
		min, max time.Duration
	}{
		{"selective", false, false, 0, 0},
		{"breaker failure", true, false, 140 * time.Millisecond, 200 * time.Millisecond},
		{"broken wire", false, true, 1, 80 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			up, down := newStand(t, interlocked), newStand(t, interlocked)
			up.u.Restrain(up.now, false)
			down.u.Restrain(down.now, false)
			down.u.Fail(down.now, imu.TripCircuitOpen, c.fails)
			told := 0
			down.u.OnRestraint(func(now time.Duration, on bool) {
				told++
				up.u.Restrain(now, on && !c.broken)
			})
			begin := up.now
			down.load(8000)
			up.load(8000)
			for range 400 {
				down.step(time.Millisecond)
				if !down.u.Closed() {
					up.load(0)
				}
				up.step(time.Millisecond)
			}
			if told == 0 {
				t.Error("nothing was told of the output")
			}
			if at := down.tripped() - begin; at <= 0 || at > 80*time.Millisecond {
				t.Errorf("downstream trips after %v", at)
			}
			at := up.tripped()
			if at > 0 {
				at -= begin
			}
			if at < c.min || at > c.max {
				t.Errorf("upstream trips after %v, want %v to %v", at, c.min, c.max)
			}
		})
	}
}

func interlocked(c *imu.Config) {
	common := protection.CommonDefaults(c.Rating)
	common.ZSI.ShortTime = true
	c.Common = &common
}

// tripped returns when the unit tripped by short time, or 0.
func (s *stand) tripped() time.Duration {
	for _, r := range s.recs {
		if r.Code == points.CodeTripShort && r.What == imu.Entry {
			return r.At
		}
	}
	return 0
}
