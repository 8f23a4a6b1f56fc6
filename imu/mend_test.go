package imu_test

import (
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
)

func usb(source string) access.Actor {
	return access.Actor{Path: access.USB, Source: source, Levels: access.Level4, Until: 100_000 * time.Hour}
}

func setPoint(a access.Actor, id points.ID, v float64) imu.Request {
	return imu.Request{Actor: a, Op: id, Value: points.Number(v)}
}

// TestDeclaredSensor: what was declared is what the optional functions measure
// by, ZSI stays as it was wired, and what no longer fits is refused.
func TestDeclaredSensor(t *testing.T) {
	s := newStand(t, withAll, func(c *imu.Config) { c.Rating.Variant, c.Rating.ENCT, c.Settings = points.X50, false, nil })
	s.must(setting(t, "idmt_ground_fault.mode=on", "idmt_ground_fault.ig=200"))
	s.must(setPoint(usb("pc"), points.MeteringENCT, 1))
	s.u.Steady(s.now, [4]complex128{400, 0, 0, -400}, [3]complex128{230, -115 - 199i, -115 + 199i}, 50)
	s.step(5 * time.Minute)
	if !s.u.Closed() {
		t.Errorf("a load through the neutral tripped: %v", s.recs)
	}

	z := newStand(t, interlocked, func(c *imu.Config) { c.Rating.ENCT = false })
	z.u.Restrain(z.now, false)
	z.must(setPoint(usb("pc"), points.MeteringENCT, 1))
	z.step(time.Minute)
	begin := z.now
	z.load(8000)
	z.step(time.Second)
	if at := z.tripped() - begin; at > 80*time.Millisecond {
		t.Errorf("unrestrained it trips after %v", at)
	}

	v := newStand(t, withAll)
	v.must(setting(t, "undervoltage_1.mode=on", "undervoltage_1.voltage=phase_neutral"))
	if r := v.do(setPoint(usb("pc"), points.MeteringENVT, 0)); r.OK() {
		t.Error("ENVT was taken away from under 27 phase to neutral")
	}

	f := newStand(t)
	f.u.Fail(f.now, imu.ENCTLost, true)
	f.must(setPoint(usb("pc"), points.MeteringENCT, 0))
	if n := f.happened(points.CodeENCTLost, imu.Exit); n != 1 {
		t.Errorf("the fault of a sensor that is no more ended %d times", n)
	}
}

// TestWhatFitsIsKept: after a change of the control unit locks stay locked, and of
// the optional functions those that fit stay on.
func TestWhatFitsIsKept(t *testing.T) {
	dir := t.TempDir()
	s, m, _ := kept(t, dir, withAll)
	s.u.Pad(s.now, true)
	s.must(setPoint(usb("pc"), points.LockProtectionRemote, 1))
	s.must(setting(t, "zsi.ground_fault=on"))
	s.must(setting(t, "overfrequency.mode=on"))
	s.must(setting(t, "directional_1.mode=on"))
	flush(t, m, s.now)
	m.Close()
	r, _, _ := kept(t, dir, withAll, func(c *imu.Config) { c.Rating.Variant, c.Settings = points.X50, nil })
	if len(r.lost) == 0 {
		t.Error("nothing is said of what does not fit")
	}
	r.is(points.LockProtectionRemote, 1)
	r.is(points.RemoteEnabled, 0)
	r.is(point(t, "protection.overfrequency.mode"), 1)
	r.is(point(t, "protection.directional_1.mode"), 1)
}

// TestOneEditsAtATime: while one edits, no other changes any protection setting,
// whatever kind it is; with the session's key they act.
func TestOneEditsAtATime(t *testing.T) {
	s := newStand(t, withAll)
	res := s.do(imu.Request{Actor: usb("one"), Op: points.ProtectionSessionOpen})
	if !res.OK() {
		t.Fatal(res.Err())
	}
	for _, r := range []imu.Request{
		setPoint(usb("two"), points.ProtectionLongTimeIr, 900), setPoint(usb("two"), points.ProtectionZSIShortTime, 1),
		setPoint(usb("two"), points.ProtectionDual, 1), setting(t, "overvoltage_1.mode=on"), setting(t, "erms.ii=3"),
	} {
		r.Actor = usb("two")
		if res := s.do(r); res.Refusal != imu.SessionTaken {
			t.Errorf("%v by another: %v", r.Op, res.Err())
		}
	}
	r := setPoint(usb("one"), points.ProtectionZSIShortTime, 1)
	r.Session = uint32(res.Value.Float())
	s.must(r)
	s.is(points.ProtectionZSIShortTime, 1)
	r.Session++
	if res := s.do(r); res.Refusal != imu.NoSession {
		t.Errorf("with another key: %v", res.Err())
	}
}

// TestOptionalTripsAgain: after a restart while tripped, a reset and a new start
// of the function, it protects.
func TestOptionalTripsAgain(t *testing.T) {
	dir := t.TempDir()
	s, m, _ := kept(t, dir, withAll)
	s.volts(230, 50, 300)
	s.must(setting(t, "overvoltage_1.mode=on"))
	s.volts(330, 50, 300)
	s.step(10 * time.Minute)
	flush(t, m, s.now)
	m.Close()
	r, _, _ := kept(t, dir, withAll)
	r.volts(230, 50, 300)
	r.step(time.Minute)
	r.press(imu.ResetButton)
	r.must(setting(t, "overvoltage_1.mode=off"))
	r.must(setting(t, "overvoltage_1.mode=on"))
	r.press(imu.CloseButton)
	if !r.u.Closed() {
		t.Fatal("not closed")
	}
	r.volts(330, 50, 300)
	r.step(10 * time.Minute)
	if r.u.Closed() {
		t.Error("it alarms and does not trip")
	}
}

func (s *stand) press(b imu.Button) {
	s.u.Push(s.now, b, true)
	s.u.Push(s.now, b, false)
	s.step(10 * time.Second)
}

// TestOpenBreakerTripsNobody: an optional function alarms at an open breaker, the
// record of the real trip stays, and once closed it trips again.
func TestOpenBreakerTripsNobody(t *testing.T) {
	s := newStand(t, withAll)
	s.volts(230, 50, 300)
	s.must(setting(t, "undervoltage_1.mode=on"))
	v := balanced(230)
	s.u.Steady(s.now, balanced(8000), [3]complex128(v[:3]), 50)
	s.step(time.Second)
	s.volts(0, 0, 0)
	s.step(time.Minute)
	if n := s.happened(code(t, "trip.undervoltage_1"), imu.Entry); n != 0 {
		t.Errorf("an open breaker tripped %d times", n)
	}
	if s.happened(code(t, "alarm.undervoltage_1"), imu.Entry) == 0 {
		t.Error("no alarm")
	}
	if all := s.captures(); len(all) != 2 || all[0].Cause[:10] != "short_time" {
		t.Errorf("the captures of the fault are gone: %v", all)
	}
	s.volts(230, 50, 300)
	s.step(time.Minute)
	s.press(imu.ResetButton)
	s.press(imu.CloseButton)
	s.volts(100, 50, 300)
	s.step(time.Minute)
	if s.u.Closed() {
		t.Error("closed again it does not trip")
	}
}

// TestESMHeardLater: where the switch stands counts when the unit hears it again.
func TestESMHeardLater(t *testing.T) {
	s := newStand(t, withERMS)
	s.load(700)
	s.u.ESM(s.now, imu.SwitchOff)
	s.u.Supply(s.now, false)
	s.u.ESM(s.now, imu.SwitchOn)
	s.is(points.ProtectionERMSEngaged, 0)
	s.u.Supply(s.now, true)
	s.is(points.ProtectionERMSEngaged, 1)
	s.u.LoseESM(s.now, true)
	s.u.ESM(s.now, imu.SwitchOff)
	s.is(points.ProtectionERMSEngaged, 1)
	s.u.LoseESM(s.now, false)
	s.is(points.ProtectionERMSEngaged, 0)
}

// TestReversePower goes by the direction in which power counts positive, and
// needs 24 V.
func TestReversePower(t *testing.T) {
	for _, c := range []struct {
		name  string
		setUp func(*stand)
		amps  float64
		trips bool
	}{
		{"backwards", func(*stand) {}, -900, true},
		{"forwards", func(*stand) {}, 900, false},
		{"fed from below", func(s *stand) { s.must(setPoint(usb("pc"), points.MeteringPowerSign, 1)) }, -900, false},
		{"fed from below, backwards", func(s *stand) { s.must(setPoint(usb("pc"), points.MeteringPowerSign, 1)) }, 900, true},
		{"without 24 V", func(s *stand) { s.u.Supply(s.now, false) }, -900, false},
		{"24 V back", func(s *stand) { s.u.Supply(s.now, false); s.step(time.Second); s.u.Supply(s.now, true) }, -900, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStand(t, withAll)
			s.must(setting(t, "reverse_power.mode=on"))
			s.volts(230, 50, 10)
			c.setUp(s)
			s.volts(230, 50, c.amps)
			s.step(time.Minute)
			if s.u.Closed() == c.trips {
				t.Errorf("closed %v", s.u.Closed())
			}
		})
	}
}

// TestBrokenUnitStaysOpen: a fault that trips trips again whoever closes, and is
// found when supply comes back.
func TestBrokenUnitStaysOpen(t *testing.T) {
	s := newStand(t)
	s.load(300)
	s.u.Fail(s.now, imu.SensorL1Lost, true)
	s.step(time.Second)
	s.press(imu.ResetButton)
	s.press(imu.CloseButton)
	if s.u.Closed() {
		t.Error("closed with a sensor lost")
	}
	d := newStand(t)
	d.load(0)
	d.u.Supply(d.now, false)
	d.u.Fail(d.now, imu.UnitFailed, true)
	d.step(time.Minute)
	if d.happened(points.CodeUnitFailed, imu.Entry) != 0 {
		t.Error("a unit without supply told something")
	}
	d.u.Supply(d.now, true)
	d.step(time.Minute)
	if d.u.Closed() || d.happened(points.CodeUnitFailed, imu.Entry) != 1 {
		t.Errorf("with supply: closed %v, %v", d.u.Closed(), d.recs)
	}
}

// TestHotWhileUnpowered: a unit that was too hot while it had no supply, and has
// cooled, goes on; one that is too hot when supply comes back trips.
func TestHotWhileUnpowered(t *testing.T) {
	for _, ambient := range []float64{20, 120} {
		s := newStand(t)
		s.load(0)
		s.u.Supply(s.now, false)
		s.u.Ambient(s.now, 120)
		s.step(10 * time.Hour)
		s.u.Ambient(s.now, ambient)
		s.step(10 * time.Hour)
		s.u.Supply(s.now, true)
		s.step(time.Second)
		if s.u.Closed() == (ambient > 90) {
			t.Errorf("at %g °C it is closed: %v", ambient, s.u.Closed())
		}
	}
}

// TestAppNeedsTheAssistant: the app opens and closes with its digital module only.
func TestAppNeedsTheAssistant(t *testing.T) {
	for _, c := range []struct {
		modules imu.Modules
		want    imu.Refusal
	}{{0, imu.NotSupported}, {imu.Modules(0).With(imu.ModuleOperation), imu.None}} {
		s := newStand(t, func(cfg *imu.Config) { cfg.Modules = c.modules })
		if r := s.do(imu.Request{Actor: phone("p1", access.Level4), Op: points.BreakerOpen}); r.Refusal != c.want {
			t.Errorf("modules %v: %v", c.modules.List(), r.Err())
		}
	}
}

// TestSamplesPowerTheUnit: current that comes as samples keeps a unit alive
// without 24 V.
func TestSamplesPowerTheUnit(t *testing.T) {
	s := newStand(t)
	s.load(0)
	s.step(time.Second)
	s.samples(800, 100*time.Millisecond)
	s.u.Supply(s.now, false)
	s.u.Battery(s.now, false)
	s.samples(800, 300*time.Millisecond)
	if i := s.read().Values[points.CurrentL1]; !(i > 790) {
		t.Errorf("reads %g A", i)
	}
	s.is(points.DeviceClockSynchronised, 1)
}

// TestChangeAmongSamples: something that happens to the unit while samples come
// does not put old phasors between them.
func TestChangeAmongSamples(t *testing.T) {
	at := func(fail bool) time.Duration {
		s := newStand(t, withAll)
		s.load(300)
		s.step(time.Second)
		begin := s.now
		for k := range 20 {
			s.samples(6000, 10*time.Millisecond)
			if fail {
				s.u.Fail(s.now, imu.BatteryLow, k%2 == 0)
			}
		}
		return s.tripped() - begin
	}
	if quiet, changed := at(false), at(true); quiet != changed || quiet <= 0 {
		t.Errorf("trips after %v, with changes of the unit after %v", quiet, changed)
	}
}

// TestInhibitionSurvives: what the IO module inhibits stays inhibited.
func TestInhibitionSurvives(t *testing.T) {
	dir := t.TempDir()
	s, m, _ := kept(t, dir, withAll)
	s.volts(230, 50, 10)
	s.must(setting(t, "undervoltage_1.mode=on", "undervoltage_1.inhibit=on"))
	s.u.InhibitOptional(s.now, true)
	flush(t, m, s.now)
	m.Close()
	r, _, _ := kept(t, dir, withAll)
	r.volts(230, 50, 10)
	r.volts(100, 50, 10)
	r.step(time.Minute)
	if !r.u.Closed() {
		t.Error("it tripped")
	}
}

// TestSupplySuspends: the loss of the supply ends what runs, without anything
// else changing, and its return begins it anew.
func TestSupplySuspends(t *testing.T) {
	s := newStand(t, withAll)
	s.volts(230, 50, 10)
	s.must(setting(t, "undervoltage_1.mode=on"))
	s.volts(100, 50, 10)
	s.step(100 * time.Millisecond)
	s.u.Supply(s.now, false)
	s.step(10 * time.Minute)
	if !s.u.Closed() {
		t.Error("without supply it tripped")
	}
	s.u.Supply(s.now, true)
	s.step(10 * time.Minute)
	if s.u.Closed() {
		t.Error("with supply again it does not trip")
	}
}

// TestI2tNeedsADelay: I²t of ground fault takes a delay of none to the shortest.
func TestI2tNeedsADelay(t *testing.T) {
	s := newStand(t)
	s.is(points.ProtectionGroundFaultTg, 0)
	s.must(setPoint(usb("pc"), points.ProtectionGroundFaultI2t, 1))
	s.is(points.ProtectionGroundFaultTg, 0.1)
}
