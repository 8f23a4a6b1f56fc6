package imu_test

import (
	"strings"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
)

func withAll(c *imu.Config) { c.Modules = imu.AllModules }

// setting returns a request of the software over USB that writes settings by name.
func setting(t *testing.T, at ...string) imu.Request {
	t.Helper()
	r := imu.Request{Actor: access.Actor{Path: access.USB, Levels: access.Level4, Until: 1000 * time.Hour}}
	for _, s := range at {
		name, text, _ := strings.Cut(s, "=")
		id, err := points.Lookup("protection." + name)
		if err != nil {
			t.Fatal(err)
		}
		v, err := points.Of(id).Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		r.Op = id
		r.Set = append(r.Set, imu.Setting{Point: id, Value: v.Float()})
	}
	return r
}

// volts puts a balanced voltage (phase to neutral) on the unit, at a frequency,
// with a resistive load of amps; below 0 it feeds back.
func (s *stand) volts(v, hz, amps float64) {
	u := balanced(v)
	s.u.Steady(s.now, balanced(amps), [3]complex128(u[:3]), hz)
}

// TestOptionalFunctions: each function trips or alarms as it is set to, with its
// events and points, by phasors.
func TestOptionalFunctions(t *testing.T) {
	for _, c := range []struct {
		function string
		set      []string // besides mode=on
		fault    func(*stand)
	}{
		{"undervoltage_1", nil, func(s *stand) { s.volts(100, 50, 300) }},
		{"overvoltage_1", nil, func(s *stand) { s.volts(330, 50, 300) }},
		{"underfrequency", nil, func(s *stand) { s.volts(230, 44, 300) }},
		{"overfrequency", []string{"overfrequency.pickup=52"}, func(s *stand) { s.volts(230, 56, 300) }},
		{"reverse_power", nil, func(s *stand) { s.volts(230, 50, -900) }},
	} {
		for _, action := range []string{"trip", "alarm"} {
			t.Run(c.function+"/"+action, func(t *testing.T) {
				s := newStand(t, withAll)
				s.volts(230, 50, 300)
				set := []string{c.function + ".mode=on", c.function + ".action=" + action}
				s.must(setting(t, append(set, c.set...)...))
				s.step(time.Minute)
				if s.happened(code(t, "start."+c.function), imu.Entry) != 0 || !s.u.Closed() {
					t.Fatalf("it starts without a fault: %v", s.recs)
				}
				c.fault(s)
				s.step(10 * time.Minute)
				if s.happened(code(t, "start."+c.function), imu.Entry) == 0 || s.happened(code(t, "alarm."+c.function), imu.Entry) == 0 {
					t.Errorf("start and alarm are missing: %v", s.recs)
				}
				trip := action == "trip"
				if s.u.Closed() == trip || (s.happened(code(t, "trip."+c.function), imu.Entry) == 1) != trip {
					t.Errorf("closed %v, %v", s.u.Closed(), s.recs)
				}
				if !trip { // a trip may take the quantity away
					s.is(point(t, "alarm."+c.function), 1)
				}
				v := 0.0
				if trip {
					v = 1
				}
				s.is(point(t, "trip."+c.function), v)
				s.is(points.LEDTripAp, v)
			})
		}
	}
}

func code(t *testing.T, name string) points.Code {
	t.Helper()
	c, err := points.LookupEvent(name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func point(t *testing.T, name string) points.ID {
	t.Helper()
	id, err := points.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// TestOptionalNeedsModuleAndSoftware: without the module nothing is set; over
// Modbus and at the HMI there are no such settings; what breaks a rule changes
// nothing.
func TestOptionalNeedsModuleAndSoftware(t *testing.T) {
	s := newStand(t, func(c *imu.Config) { c.Modules = c.Modules.With(imu.ModuleVoltage) })
	if r := s.do(setting(t, "underfrequency.mode=on")); r.Refusal != imu.NotSupported {
		t.Errorf("without its module: %v", r.Err())
	}
	for _, a := range []access.Actor{{Path: access.HMI, Present: true}, {Path: access.Modbus, Levels: access.Level4, Offered: true}} {
		r := setting(t, "undervoltage_1.mode=on")
		r.Actor = a
		if res := s.do(r); res.Decision.OK() {
			t.Errorf("%v may set it", a.Path)
		}
	}
	if r := s.do(setting(t, "undervoltage_1.mode=on", "undervoltage_1.delay=1e6")); r.OK() {
		t.Error("a delay of days was taken")
	}
	s.is(point(t, "protection.undervoltage_1.mode"), 0)
	s.must(setting(t, "undervoltage_1.mode=on"))
	s.is(point(t, "protection.undervoltage_1.mode"), 1)
	if v := s.read().Values[point(t, "protection.underfrequency.mode")]; v == v {
		t.Errorf("a setting without its module reads %g", v)
	}
}

// TestOptionalInhibited: the input of the IO module inhibits what may be
// inhibited; without supply everything rests.
func TestOptionalInhibited(t *testing.T) {
	for _, c := range []struct {
		name  string
		setUp func(*stand)
		trips bool
	}{
		{"as it is", func(s *stand) {}, true},
		{"inhibited", func(s *stand) { s.u.InhibitOptional(s.now, true) }, false},
		{"inhibited and released", func(s *stand) { s.u.InhibitOptional(s.now, true); s.u.InhibitOptional(s.now, false) }, true},
		{"without supply", func(s *stand) { s.volts(230, 50, 10); s.u.Supply(s.now, false) }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStand(t, withAll)
			s.volts(230, 50, 10)
			s.must(setting(t, "undervoltage_1.mode=on", "undervoltage_1.inhibit=on"))
			c.setUp(s)
			s.volts(100, 50, 10)
			s.step(10 * time.Minute)
			if s.u.Closed() == c.trips {
				t.Errorf("closed %v", s.u.Closed())
			}
		})
	}
}

// TestOptionalBySamples: the same function acts while samples come.
func TestOptionalBySamples(t *testing.T) {
	s := newStand(t, withAll)
	s.volts(230, 50, 100)
	s.must(setting(t, "overvoltage_1.mode=on", "overvoltage_1.pickup=1.1", "overvoltage_1.delay=0.2"))
	begin := s.now
	s.sampleVolts(300, 100, 2*time.Second)
	var at time.Duration
	for _, r := range s.recs {
		if r.Code == code(t, "trip.overvoltage_1") && at == 0 {
			at = r.At - begin
		}
	}
	if at < 200*time.Millisecond || at > 260*time.Millisecond {
		t.Errorf("trips %v after the voltage rose", at)
	}
}

// TestOptionalSurvives: settings and a trip of an optional function are there
// after a restart, and are not told twice.
func TestOptionalSurvives(t *testing.T) {
	dir := t.TempDir()
	s, m, _ := kept(t, dir, withAll)
	s.volts(230, 50, 100)
	s.must(setting(t, "overvoltage_1.mode=on"))
	s.volts(330, 50, 100)
	s.step(10 * time.Minute)
	flush(t, m, s.now)
	m.Close()
	r, _, _ := kept(t, dir, withAll)
	if len(r.lost) > 0 {
		t.Error(r.lost)
	}
	r.is(point(t, "protection.overvoltage_1.mode"), 1)
	r.is(point(t, "trip.overvoltage_1"), 1)
	r.step(10 * time.Minute)
	if n := r.count(points.TripHistory, code(t, "trip.overvoltage_1")); n != 1 {
		t.Errorf("%d records of one trip", n)
	}
}
