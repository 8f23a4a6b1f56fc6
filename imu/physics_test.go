package imu_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
)

// samples plays balanced samples of amps rms from now on, for d.
func (s *stand) samples(amps float64, d time.Duration) { s.sampleVolts(230, amps, d) }

// sampleVolts plays samples of a voltage too.
func (s *stand) sampleVolts(volts, amps float64, d time.Duration) {
	const step = 500 * time.Microsecond
	for end := s.now + d; s.now < end; s.now += step {
		var i [4]float64
		var v [3]float64
		for p := range 3 {
			a := 2*math.Pi*50*s.now.Seconds() - 2*math.Pi/3*float64(p)
			i[p], v[p] = math.Sqrt2*amps*math.Cos(a), math.Sqrt2*volts*math.Cos(a)
		}
		s.u.Sample(s.now, i, v)
	}
	s.w.Step(s.now)
}

func TestSamplesTrip(t *testing.T) {
	s := newStand(t)
	s.load(500)
	s.step(time.Second)
	begin := s.now
	s.samples(6000, 400*time.Millisecond) // Isd 5, tsd 0.2
	s.step(time.Second)
	s.is(points.BreakerClosed, 0)
	s.is(points.TripShortTime, 1)
	for _, r := range s.recs {
		if r.Code == points.CodeTripShort && (r.At < begin+140*time.Millisecond || r.At > begin+175*time.Millisecond) {
			t.Errorf("trips %v after the fault", r.At-begin)
		}
	}
	s.samples(6000, 100*time.Millisecond) // what flows in the recording does not flow here
	s.is(points.CurrentL1, 0)
}

// TestSteadyAfterSamples: the load that was there before the samples is there
// again after them.
func TestSteadyAfterSamples(t *testing.T) {
	s := newStand(t)
	s.load(500)
	s.step(time.Second)
	s.samples(2000, 200*time.Millisecond)
	if i := s.read().Values[points.CurrentL1]; math.Abs(i-2000) > 20 {
		t.Errorf("samples of 2000 A read %g A", i)
	}
	s.load(500)
	s.step(time.Hour)
	s.is(points.CurrentL1, 500)
	s.is(points.PickupLongTime, 0)
	if e, p := s.read().Values[points.EnergyActiveDelivered], s.read().Values[points.PowerActiveTotal]; math.Abs(e-p) > 0.001*p {
		t.Errorf("an hour at %g W is %g Wh", p, e)
	}
}

func TestPreAlarmAndOverload(t *testing.T) {
	s := newStand(t)
	for _, c := range []struct {
		amps    float64
		led     float64
		entries int
		exits   int
		starts  int
	}{{890, 0, 0, 0, 0}, {910, 1, 1, 0, 0}, {1060, 2, 1, 0, 1}, {500, 0, 1, 1, 1}} {
		s.load(c.amps)
		s.step(200 * time.Millisecond)
		s.is(points.LEDOverload, c.led)
		if e, x, st := s.happened(points.CodePreAlarm, imu.Entry), s.happened(points.CodePreAlarm, imu.Exit), s.happened(points.CodeStartLong, imu.Entry); e != c.entries || x != c.exits || st < c.starts {
			t.Errorf("at %g A: %d entries, %d exits, %d starts", c.amps, e, x, st)
		}
	}
}

func TestLoadProfile(t *testing.T) {
	s := newStand(t)
	for _, amps := range []float64{300, 600, 850, 950} {
		s.load(amps)
		s.step(time.Duration(amps) * time.Second)
	}
	s.is(points.LoadProfileA, 300)
	s.is(points.LoadProfileB, 600)
	s.is(points.LoadProfileC, 850)
	s.is(points.LoadProfileD, 950)
	s.load(0)
	s.step(time.Hour)
	s.is(points.LoadProfileA, 300) // no current is no load
}

func TestWearByCurrentAndItsEvents(t *testing.T) {
	wear := func(amps float64) float64 {
		s := newStand(t)
		s.load(amps)
		s.must(modbus(points.BreakerOpen, "3333"))
		return s.read().Values[points.WearContacts]
	}
	if none, some := wear(0), wear(900); !(some > none) {
		t.Errorf("breaking 900 A wears %g, breaking nothing %g", some, none)
	}
	s := newStand(t, func(c *imu.Config) { c.Mechanism.Breaking = 6000 })
	for i := range 6 {
		s.load(20000)
		s.step(time.Second)
		s.load(0)
		s.must(modbus(points.BreakerReset, "3333"))
		s.step(5 * time.Second)
		s.must(modbus(points.BreakerClose, "3333"))
		s.step(5 * time.Second)
		w := s.read().Values[points.WearContacts]
		for code, at := range map[points.Code]float64{points.CodeContactWear60: 0.6, points.CodeContactWear95: 0.95, points.CodeContactWear100: 1} {
			if want := w >= at; (s.happened(code, imu.Entry) == 1) != want {
				t.Errorf("after %d trips, wear %g: event %v %d times", i+1, w, code, s.happened(code, imu.Entry))
			}
		}
	}
	s.is(points.LEDService, 2) // worn out: red
}

func TestRackedOutCarriesNothing(t *testing.T) {
	s := newStand(t)
	s.load(500)
	if err := s.u.Rack(s.now, imu.TestPosition); err != nil {
		t.Fatal(err)
	}
	s.step(10 * time.Second)
	s.is(points.BreakerPosition, 2)
	worn := s.read().Values[points.WearContacts]
	s.must(modbus(points.BreakerClose, "3333"))
	s.is(points.BreakerClosed, 1)
	s.is(points.CurrentL1, 0)
	if s.u.Closed() {
		t.Error("a breaker in the test position connects the network")
	}
	s.step(10 * time.Second)
	s.must(modbus(points.BreakerOpen, "3333"))
	s.step(10 * time.Second)
	fresh := newStand(t)
	fresh.load(0)
	fresh.must(modbus(points.BreakerOpen, "3333"))
	if w := s.read().Values[points.WearContacts] - worn; w > fresh.read().Values[points.WearContacts]*1.01 {
		t.Errorf("opening in the test position wears %g", w)
	}
	if err := s.u.Rack(s.now, imu.Connected); err != nil {
		t.Fatal(err)
	}
	s.must(modbus(points.BreakerClose, "3333"))
	s.is(points.CurrentL1, 500)
}

func TestClockIsLostWithTheLoad(t *testing.T) {
	s := newStand(t)
	s.load(500)
	s.u.Battery(s.now, false)
	s.u.Supply(s.now, false)
	s.step(time.Minute)
	s.is(points.DeviceClockSynchronised, 1) // half of In powers the unit
	s.load(0)
	s.step(time.Hour)
	s.u.Supply(s.now, true)
	s.is(points.DeviceClockSynchronised, 0)
	if s.happened(points.CodeClockLost, imu.Pulse) != 1 {
		t.Error("the clock went on without battery and supply")
	}
}

// TestOpeningOvertakesClosing: a close that an opening catches half way is told
// to whoever asked for it.
func TestOpeningOvertakesClosing(t *testing.T) {
	s := newStand(t)
	s.must(modbus(points.BreakerOpen, "3333"))
	s.step(10 * time.Second)
	res := s.do(modbus(points.BreakerClose, "3333"))
	if err := res.Err(); err != nil {
		t.Fatal(err)
	}
	s.step(60 * time.Millisecond) // the contacts are on their way
	s.u.Push(s.now, imu.OpenButton, true)
	s.u.Push(s.now, imu.OpenButton, false)
	if done, r := s.u.Outcome(s.now, res.Order); !done || r != imu.NotReady {
		t.Errorf("the closing that was overtaken: done %v, %v; want not ready, at once", done, r)
	}
	s.step(time.Second)
	if n := s.happened(points.CodeClosed, imu.Pulse); n != 0 || s.u.Closed() {
		t.Errorf("it closed %d times", n)
	}
}

// TestBusyForASecondAtMost: an order that the mechanism never confirms ends
// after a second, with an event.
func TestBusyForASecondAtMost(t *testing.T) {
	s := newStand(t)
	s.must(modbus(points.BreakerOpen, "3333"))
	s.step(10 * time.Second)
	res := s.do(modbus(points.BreakerClose, "3333"))
	if err := res.Err(); err != nil {
		t.Fatal(err)
	}
	s.u.Coil(s.now, imu.MX, 230) // takes the close away before the contacts move
	s.step(999 * time.Millisecond)
	if done, r := s.u.Outcome(s.now, res.Order); done && r == imu.None {
		t.Fatalf("done %v, %v", done, r)
	}
	s.step(2 * time.Millisecond)
	if done, r := s.u.Outcome(s.now, res.Order); !done || r == imu.None {
		t.Errorf("after a second: done %v, %v", done, r)
	}
	if r := s.do(modbus(points.BreakerOpen, "3333")); r.Refusal == imu.Busy {
		t.Error("busy for ever")
	}
}

func TestPadOfAnEIFE(t *testing.T) {
	s := newStand(t, func(c *imu.Config) { c.Interface = imu.EIFE })
	s.u.Pad(s.now, true)
	s.must(modbus(points.BreakerOpen, "3333")) // it has none
	usb := access.Actor{Path: access.USB, Present: true, Levels: access.Level4, Until: time.Hour}
	s.must(imu.Request{Actor: usb, Op: points.RemoteEnabled, Value: points.Flag(false)})
	if r := s.do(modbus(points.BreakerClose, "3333")); r.Decision.Reason != access.RemoteOff {
		t.Errorf("switched off over USB: %v", r.Err())
	}
	ife := newStand(t)
	if r := ife.do(imu.Request{Actor: usb, Op: points.RemoteEnabled, Value: points.Flag(false)}); r.Refusal != imu.NotSupported {
		t.Errorf("software turns a padlock: %v", r.Err())
	}
}

func TestEventsComeAgain(t *testing.T) {
	s := newStand(t)
	trip := func() {
		s.load(20000)
		s.step(time.Second)
		s.load(0)
		s.must(modbus(points.BreakerReset, "3333"))
	}
	status := func() (st imu.Status) {
		open, _ := s.u.Open(s.now, access.Actor{Path: access.Modbus})
		for _, o := range open {
			if o.Code == points.CodeTripInst {
				st = o
			}
		}
		return st
	}
	trip()
	first := status()
	if !first.Held || first.Acked {
		t.Errorf("after the reset of the breaker: %+v, want held and not seen", first)
	}
	s.must(imu.Request{Actor: access.Actor{Path: access.HMI, Present: true}, Op: points.EventAcknowledge})
	if !status().Acked {
		t.Error("acknowledging does nothing")
	}
	s.step(10 * time.Second)
	s.must(modbus(points.BreakerClose, "3333"))
	s.step(10 * time.Second)
	trip()
	if again := status(); again.Acked || again.Since <= first.Since {
		t.Errorf("a second trip shows as the first: %+v", again)
	}
	s.must(modbus(points.EventReset, "3333"))
	if status().Code != 0 {
		t.Error("resetting the events leaves it open")
	}
}

func TestMuchHappensAtOnce(t *testing.T) {
	s := newStand(t)
	s.load(20000)
	for range 1000 {
		s.step(0)
	}
	s.step(time.Second)
	if !strings.HasPrefix(s.read().Text(points.BreakerLastTrip), "instantaneous") {
		t.Errorf("last trip %q", s.read().Text(points.BreakerLastTrip))
	}
	if s.u.Closed() || s.happened(points.CodeTripInst, imu.Entry) != 1 {
		t.Errorf("%v", s.recs)
	}
}

// TestExternalSensor: what does not come back through the conductors trips 7.0 X
// by earth leakage, and 6.0 X with a ground-return sensor by ground fault; a
// load through the neutral does not.
func TestExternalSensor(t *testing.T) {
	for _, c := range []struct {
		name string
		unit func(*imu.Config)
		i    [4]complex128
		lost bool        // the sensor
		want points.Code // 0: none
	}{
		{"7.0 X, 2 A to earth", leaky, [4]complex128{102, 0, 0, -100}, false, points.CodeTripLeakage},
		{"7.0 X, all through the neutral", leaky, [4]complex128{100, 0, 0, -100}, false, 0},
		{"7.0 X, the sensor lost", leaky, [4]complex128{102, 0, 0, -100}, true, 0},
		{"6.0 X with ground return", returning, [4]complex128{400, 0, 0, -100}, false, points.CodeTripGround},
		{"6.0 X with ground return, neutral load", returning, [4]complex128{400, 0, 0, -400}, false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStand(t, c.unit)
			if c.lost {
				s.u.Fail(s.now, imu.LeakageSensorLost, true)
			}
			s.u.Steady(s.now, c.i, [3]complex128{230, 0, 0}, 50)
			s.step(5 * time.Second)
			if trip := !s.u.Closed(); trip != (c.want != 0) || trip && s.happened(c.want, imu.Entry) != 1 {
				t.Errorf("closed %v, %v", !trip, s.recs)
			}
		})
	}
	s := newStand(t, leaky)
	s.u.Steady(s.now, [4]complex128{100.25, 0, 0, -100}, [3]complex128{230, 0, 0}, 50)
	s.is(points.CurrentLeakage, 0.25)
}

func leaky(c *imu.Config) { c.Rating.Variant, c.Settings = points.X70, nil }

func returning(c *imu.Config) { c.Rating.SGR, c.Settings = true, nil }
