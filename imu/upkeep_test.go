package imu_test

import (
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

// TestTooHot: a unit in a furnace trips when it gets to 90 °C, an hour or so
// after, and one at In in a warm room never.
func TestTooHot(t *testing.T) {
	for _, c := range []struct {
		ambient, load float64
		trips         bool
	}{{40, 1000, false}, {70, 1000, true}, {120, 0, true}, {89, 0, false}} {
		s := newStand(t)
		s.load(c.load)
		if err := s.u.Ambient(s.now, c.ambient); err != nil {
			t.Fatal(err)
		}
		s.step(time.Minute)
		if !s.u.Closed() {
			t.Fatalf("%g °C: it trips at once", c.ambient)
		}
		s.step(24 * time.Hour)
		if s.u.Closed() == c.trips || (s.happened(points.CodeTripHot, imu.Entry) == 1) != c.trips {
			t.Errorf("%g °C, %g A: closed %v, %v", c.ambient, c.load, s.u.Closed(), s.recs)
		}
		if c.trips {
			s.is(points.LEDTripAp, 1)
			s.u.Ambient(s.now, 20)
			s.step(24 * time.Hour)
			if n := s.happened(points.CodeTripHot, imu.Exit); n != 1 {
				t.Errorf("cooled: the event ended %d times", n)
			}
		}
	}
	if newStand(t).u.Ambient(0, 1000) == nil {
		t.Error("1000 °C were taken")
	}
}

// TestMaintenanceSchedule: what is due is told on its day, is declared, and comes
// again; it survives.
func TestMaintenanceSchedule(t *testing.T) {
	dir := t.TempDir()
	commissioned := func(c *imu.Config) { c.Commissioned = day("2025-12-01") }
	s, m, _ := kept(t, dir, commissioned) // it is 2026-11-23
	if n := s.happened(points.CodeMaintenanceBasic, imu.Entry); n != 0 {
		t.Errorf("due %d times before its day", n)
	}
	s.step(8 * 24 * time.Hour)
	if n := s.happened(points.CodeMaintenanceBasic, imu.Entry); n != 1 {
		t.Errorf("due %d times on its day", n)
	}
	s.is(points.Health, 1)
	declare := imu.Request{Actor: access.Actor{Path: access.USB, Levels: access.Level4, Until: 1000 * time.Hour}, Op: points.MaintenanceDeclare, Value: points.Number(1)}
	s.must(declare)
	s.is(points.Health, 0)
	if due := points.Epoch.Add(time.Duration(s.read().Values[points.MaintenanceBasicDue]) * time.Second); due.Format(time.DateOnly) != "2027-12-01" {
		t.Errorf("next on %v", due)
	}
	declare.Value = points.Number(4)
	if r := s.do(declare); r.OK() {
		t.Error("programme 4 was declared")
	}
	flush(t, m, s.now)
	m.Close()
	r, _, _ := kept(t, dir, commissioned)
	if due := points.Epoch.Add(time.Duration(r.read().Values[points.MaintenanceBasicDue]) * time.Second); due.Format(time.DateOnly) != "2027-12-01" {
		t.Errorf("after a restart: next on %v", due)
	}
}

// TestUnitLife: 20 % of fifteen years are left after twelve.
func TestUnitLife(t *testing.T) {
	for _, c := range []struct {
		made      string
		left      float64 // %
		low, over int
	}{{"2026-11-23", 100, 0, 0}, {"2014-11-24", 20, 0, 0}, {"2014-11-20", 19.94, 1, 0}, {"2011-01-01", 0, 1, 1}} {
		s := newStand(t, func(c2 *imu.Config) { c2.Manufactured = day(c.made) })
		if got := s.read().Values[points.LifeUnit]; got < c.left-0.02 || got > c.left+0.02 {
			t.Errorf("made %s: %g %% are left", c.made, got)
		}
		low, over := s.count(points.DiagnosticHistory, points.CodeUnitLife20), s.count(points.DiagnosticHistory, points.CodeUnitLife0)
		if low != c.low || over != c.over {
			t.Errorf("made %s: %d and %d events", c.made, low, over)
		}
	}
	s := newStand(t, func(c *imu.Config) { c.Manufactured = day("2014-11-25") })
	s.step(10 * 24 * time.Hour)
	if n := s.happened(points.CodeUnitLife20, imu.Entry); n != 1 {
		t.Errorf("the day was told %d times", n)
	}
}
