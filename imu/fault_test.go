package imu_test

import (
	"testing"
	"time"

	"switchroom/imu"
	"switchroom/points"
)

// TestFaults puts each fault in and takes it out: its event comes and goes, and
// it trips where the table says so and nowhere else.
func TestFaults(t *testing.T) {
	trips := map[imu.Fault]points.Code{
		imu.SensorL1Lost: points.CodeTripSensor, imu.SensorL2Lost: points.CodeTripSensor, imu.SensorL3Lost: points.CodeTripSensor,
		imu.ENCTLost: points.CodeTripENCT, imu.UnitFailed: points.CodeTripDiagnostic,
	}
	codes := map[imu.Fault]points.Code{
		imu.SensorL1Lost: 0x1402, imu.SensorL2Lost: 0x1402, imu.SensorL3Lost: 0x1402, imu.ENCTLost: 0x1403, imu.LeakageSensorLost: 0x1408,
		imu.PlugUnreadable: 0x1409, imu.TripCircuitOpen: 0x1430, imu.UnitFailed: 0x1404, imu.MXFailed: 0x1460, imu.MXMissing: 0x1461,
		imu.XFFailed: 0x1462, imu.XFMissing: 0x1463, imu.BatteryLow: points.CodeBatteryLow,
	}
	for _, f := range imu.Faults() {
		t.Run(f.String(), func(t *testing.T) {
			s := newStand(t, func(c *imu.Config) {
				if f == imu.LeakageSensorLost {
					c.Rating.Variant, c.Settings = points.X70, nil
				}
			})
			s.load(500)
			if err := s.u.Fail(s.now, f, true); err != nil {
				t.Fatal(err)
			}
			s.step(time.Second)
			if n := s.happened(codes[f], imu.Entry); n != 1 {
				t.Errorf("event %v came %d times", codes[f], n)
			}
			if code, trip := trips[f]; trip != !s.u.Closed() || trip && s.happened(code, imu.Entry) != 1 {
				t.Errorf("closed %v, trip %v", s.u.Closed(), s.recs)
			}
			major := points.EventOf(codes[f]).Severity == points.High
			if ready := s.read().Values[points.LEDReady] == 1; ready == major {
				t.Errorf("Ready is %v with an event of severity %v", ready, points.EventOf(codes[f]).Severity)
			}
			if lit := s.read().Values[points.LEDTripIg] == 1; lit != major {
				t.Errorf("all trip LEDs are lit: %v", lit)
			}
			s.u.Fail(s.now, f, false)
			if n := s.happened(codes[f], imu.Exit); n != 1 {
				t.Errorf("its end came %d times", n)
			}
			if f.Does() == "" {
				t.Error("nothing says what it does")
			}
			if g, err := imu.ParseFault(f.String()); g != f || err != nil {
				t.Errorf("ParseFault: %v, %v", g, err)
			}
		})
	}
}

// TestFaultsInOneSensor: the event ends with the last of the faults that it
// reports.
func TestFaultsInOneSensor(t *testing.T) {
	s := newStand(t)
	for _, step := range []struct {
		f          imu.Fault
		on         bool
		entry, end int
	}{{imu.SensorL1Lost, true, 1, 0}, {imu.SensorL2Lost, true, 1, 0}, {imu.SensorL1Lost, false, 1, 0}, {imu.SensorL2Lost, false, 1, 1}} {
		s.u.Fail(s.now, step.f, step.on)
		if e, x := s.happened(points.CodeSensorLost, imu.Entry), s.happened(points.CodeSensorLost, imu.Exit); e != step.entry || x != step.end {
			t.Errorf("%v %v: %d entries, %d exits", step.f, step.on, e, x)
		}
	}
}

// TestOpenTripCircuit: protection operates, and the breaker stays closed. That
// is what the event of the self-test warns of.
func TestOpenTripCircuit(t *testing.T) {
	s := newStand(t)
	s.u.Fail(s.now, imu.TripCircuitOpen, true)
	s.load(8000)
	s.step(5 * time.Second)
	if s.happened(points.CodeTripShort, imu.Entry) != 1 || !s.u.Closed() {
		t.Errorf("closed %v, %v", s.u.Closed(), s.recs)
	}
}

// TestLostSensorSeesNothing: what the sensor of a phase does not see is in no
// reading, and the current flows all the same.
func TestLostSensorSeesNothing(t *testing.T) {
	s := newStand(t)
	s.u.Fail(s.now, imu.TripCircuitOpen, true)
	s.u.Fail(s.now, imu.SensorL2Lost, true)
	s.load(500)
	s.step(2 * time.Second)
	s.is(points.CurrentL2, 0)
	s.is(points.CurrentL1, 500)
	s.samples(500, 200*time.Millisecond)
	if i := s.read().Values[points.CurrentL2]; i != 0 {
		t.Errorf("by samples it sees %g A", i)
	}
}

// TestCoilsThatFail: an order to a coil that has failed is never confirmed, and
// one to a coil that is not there is refused.
func TestCoilsThatFail(t *testing.T) {
	s := newStand(t)
	s.u.Fail(s.now, imu.MXFailed, true)
	res := s.do(modbus(points.BreakerOpen, "3333"))
	if !res.OK() {
		t.Fatal(res.Err())
	}
	s.step(time.Second)
	if done, r := s.u.Outcome(s.now, res.Order); !done || r != imu.NotConfirmed || !s.u.Closed() {
		t.Errorf("done %v, %v, closed %v", done, r, s.u.Closed())
	}
	s.u.Fail(s.now, imu.MXMissing, true)
	if r := s.do(modbus(points.BreakerOpen, "3333")); r.Refusal != imu.NoActuator {
		t.Errorf("without MX: %v", r.Err())
	}
	if r := s.do(modbus(points.BreakerClose, "3333")); r.Refusal != imu.AlreadyClosed {
		t.Errorf("closing what is closed, with faults elsewhere: %v", r.Err())
	}
	s.u.Push(s.now, imu.OpenButton, true)
	s.step(time.Second)
	if s.u.Closed() {
		t.Error("the button needs no coil")
	}
}

// TestFaultsThatDoNotFit are refused, with the reason.
func TestFaultsThatDoNotFit(t *testing.T) {
	s := newStand(t)
	for _, f := range []imu.Fault{0, 200, imu.LeakageSensorLost} {
		if err := s.u.Fail(s.now, f, true); err == nil {
			t.Errorf("%v went in", f)
		}
	}
}

// TestFaultsSurvive: a fault is in the unit, not in the process.
func TestFaultsSurvive(t *testing.T) {
	dir := t.TempDir()
	s, m, _ := kept(t, dir)
	s.u.Fail(s.now, imu.TripCircuitOpen, true)
	flush(t, m, s.now)
	m.Close()
	r, _, _ := kept(t, dir)
	r.load(8000)
	r.step(5 * time.Second)
	if !r.u.Closed() || r.happened(points.CodeTripShort, imu.Entry) != 1 {
		t.Errorf("closed %v, %v", r.u.Closed(), r.recs)
	}
}

// TestSupplyLost: a unit that goes on by the current that flows says that its
// 24 V are gone, once; one that does not can say nothing.
func TestSupplyLost(t *testing.T) {
	for _, c := range []struct {
		amps float64
		want int
	}{{500, 1}, {50, 0}} {
		s := newStand(t)
		s.load(c.amps)
		s.u.Supply(s.now, false)
		s.u.Supply(s.now, false)
		s.step(time.Minute)
		s.u.Supply(s.now, true)
		if in, out := s.happened(points.CodeSupplyLost, imu.Entry), s.happened(points.CodeSupplyLost, imu.Exit); in != c.want || out != c.want {
			t.Errorf("%g A: lost %d times, back %d times, want %d", c.amps, in, out, c.want)
		}
	}
}
