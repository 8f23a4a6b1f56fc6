// Package imutest is what every path to a unit must hold to: access matrix B of
// the guide, and one state that is the same whichever way one looks at it. A
// path's tests hand [Run] a way to reach a unit; the suite does the rest.
//
// It knows no path and no protocol, and decides nothing: its oracle is the
// matrix, written down here once more and cell by cell, so that a mistake in
// the policy table cannot excuse itself.
package imutest

import (
	"math"
	"math/cmplx"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
	"switchroom/protection"
)

// Verdict is what became of something that was asked for.
type Verdict int

const (
	Refused Verdict = iota // answered no, or the path has no way to ask
	Done
)

// Caller is somebody who reaches a unit by one path, with everything that the
// path can bring: presence, login, the administrator's password.
type Caller interface {
	// Read returns a point.
	Read(id points.ID) (points.Value, error)
	// Write writes a setting with the password and returns when it acts.
	Write(id points.ID, v points.Value, password string) Verdict
	// Do does an action with the password and returns when it is done.
	Do(op points.ID, password string) Verdict
}

// Stand is a running unit for a test. Time passes when Pass is called.
type Stand struct {
	Unit  *imu.Unit
	World *imu.World
}

// Now returns the world time.
func (s *Stand) Now() time.Duration { return s.World.Now() }

// Pass lets time pass.
func (s *Stand) Pass(d time.Duration) {
	now := s.Now() + d
	s.World.Step(now)
	s.Unit.Advance(now)
}

// Load puts a balanced load on the breaker.
func (s *Stand) Load(amps float64) {
	var i [4]complex128
	var v [3]complex128
	for p := range 3 {
		turn := cmplx.Rect(1, -2*math.Pi/3*float64(p))
		i[p], v[p] = complex(amps, 0)*turn, 230*turn
	}
	s.Unit.Steady(s.Now(), i, v, 50)
}

// NewStand returns a 6.0 X of 1000 A with an IFE, closed, under profile 2017.
func NewStand(t testing.TB) *Stand {
	t.Helper()
	r := points.Rating{In: 1000, Variant: points.X60, Poles: 3, ENCT: true, ENVT: true, Voltage: 400, Frequency: 50}
	s := protection.Defaults(r)
	s.Instantaneous.Ii = 10
	w := imu.NewSteppedWorld(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC))
	u, err := imu.New(imu.Config{
		Name: "Q1", Rating: r, Profile: access.Faithful, Interface: imu.IFE, Mechanism: imu.Equipped(imu.MTZ2),
		Settings: &s, Closed: true, Identity: imu.VirtualIdentity(imu.IFE), Modules: imu.Modules(0).With(imu.ModuleOperation),
	}, w)
	if err != nil {
		t.Fatal(err)
	}
	st := &Stand{Unit: u, World: w}
	st.Pass(time.Second)
	return st
}

// Cells is a column of matrix B: what the path may do.
type Cells struct {
	Monitoring, Protection, Other, Operate bool
}

// MatrixB is access matrix B by path (GUIDE B).
var MatrixB = map[access.Path]Cells{
	access.HMI:    {Monitoring: true, Protection: true, Other: true},
	access.NFC:    {Monitoring: true},
	access.BLE:    {Monitoring: true, Protection: true, Other: true, Operate: true},
	access.OTG:    {Monitoring: true, Protection: true, Other: true, Operate: true},
	access.USB:    {Monitoring: true, Protection: true, Other: true, Operate: true},
	access.Modbus: {Monitoring: true, Protection: true, Other: true, Operate: true},
	access.Web:    {Monitoring: true, Protection: true, Other: true, Operate: true},
	access.Serial: {Monitoring: true, Protection: true, Other: true, Operate: true},
}

// administrator is the factory password of level 4.
const administrator = "0000"

// Run holds a path to its column of matrix B. reach returns a caller for a
// fresh stand.
func Run(t *testing.T, path access.Path, reach func(t *testing.T, s *Stand) Caller) {
	want, ok := MatrixB[path]
	if !ok {
		t.Fatalf("path %v is in no column of matrix B", path)
	}
	begin := func(t *testing.T) (*Stand, Caller) {
		s := NewStand(t)
		return s, reach(t, s)
	}
	t.Run("monitoring", func(t *testing.T) { monitoring(t, want.Monitoring, begin) })
	t.Run("protection settings", func(t *testing.T) {
		write(t, want.Protection, begin, points.ProtectionLongTimeIr, 800)
		write(t, want.Protection, begin, points.ProtectionShortTimeIsd, 4)
	})
	t.Run("other settings", func(t *testing.T) { write(t, want.Other, begin, points.MeteringPowerSign, 1) })
	t.Run("open close reset", func(t *testing.T) { operate(t, want.Operate, begin) })
	if want.Operate {
		t.Run("password", func(t *testing.T) { password(t, begin) })
	}
}

func monitoring(t *testing.T, want bool, begin func(*testing.T) (*Stand, Caller)) {
	s, c := begin(t)
	for _, amps := range []float64{0, 432} {
		s.Load(amps)
		s.Pass(2 * time.Second)
		v, err := c.Read(points.CurrentL1)
		if got := err == nil && v.Available() && math.Abs(v.Float()-amps) < 0.01; got != want {
			t.Errorf("current.l1 of %g A reads %v, %v; want readable %v", amps, v.Float(), err, want)
		}
	}
}

// truth is the unit's own view.
func truth(s *Stand, id points.ID) float64 {
	var snap imu.Snapshot
	s.Unit.Read(s.Now(), access.Actor{Path: access.Modbus}, &snap)
	return snap.Values[id]
}

func write(t *testing.T, want bool, begin func(*testing.T) (*Stand, Caller), id points.ID, value float64) {
	s, c := begin(t)
	before := truth(s, id)
	got := c.Write(id, points.Number(value), administrator) == Done
	if got != want {
		t.Errorf("writing %v: done %v, want %v", id, got, want)
	}
	expect := before
	if want {
		expect = value
	}
	if now := truth(s, id); now != expect {
		t.Errorf("%v is %g, want %g", id, now, expect)
	}
	if v, err := c.Read(id); want && (err != nil || v.Float() != expect) {
		t.Errorf("%v reads %g over the path, %v; want %g", id, v.Float(), err, expect)
	}
}

// operate opens, closes, trips and resets, and sees each time on the path and
// on the unit that it is so.
func operate(t *testing.T, want bool, begin func(*testing.T) (*Stand, Caller)) {
	s, c := begin(t)
	step := func(op points.ID, closed float64) {
		t.Helper()
		before := truth(s, points.BreakerClosed)
		if got := c.Do(op, administrator) == Done; got != want {
			t.Errorf("%v: done %v, want %v", op, got, want)
		}
		s.Pass(5 * time.Second) // the spring charges
		if !want {
			closed = before
		}
		if now := truth(s, points.BreakerClosed); now != closed {
			t.Errorf("after %v breaker.closed is %g, want %g", op, now, closed)
		}
		if v, err := c.Read(points.BreakerClosed); err != nil || v.Float() != closed {
			t.Errorf("after %v breaker.closed reads %g over the path, %v", op, v.Float(), err)
		}
	}
	step(points.BreakerOpen, 0)
	step(points.BreakerClose, 1)
	s.Load(20000)
	s.Pass(time.Second)
	s.Load(0)
	if truth(s, points.BreakerFaultTripped) != 1 {
		t.Fatal("20 kA do not trip")
	}
	step(points.BreakerReset, 0)
	if reset := truth(s, points.BreakerFaultTripped) == 0; reset != want {
		t.Errorf("reset %v, want %v", reset, want)
	}
}

// password sees that a wrong one opens nothing.
func password(t *testing.T, begin func(*testing.T) (*Stand, Caller)) {
	for _, wrong := range []string{"9999", "000", "00000", ""} {
		s, c := begin(t)
		if c.Do(points.BreakerOpen, wrong) == Done || truth(s, points.BreakerClosed) != 1 {
			t.Errorf("password %q opens", wrong)
		}
	}
}
