package imu_test

import (
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
	"switchroom/wire/comtrade"
)

func withWaveform(c *imu.Config) { c.Modules = c.Modules.With(imu.ModuleWaveform) }

// trip trips the unit by a fault of so many amps in steady state, lets the
// captures end and resets it.
func (s *stand) trip(amps float64) {
	s.load(amps)
	s.step(2 * time.Second)
	s.load(0)
	s.u.Push(s.now, imu.ResetButton, true)
	s.u.Push(s.now, imu.ResetButton, false)
	s.u.Push(s.now, imu.CloseButton, true)
	s.u.Push(s.now, imu.CloseButton, false)
	s.step(30 * time.Second) // for 20 s after a trip the delay is the shortest
	if !s.u.Closed() {
		s.Fatal("not closed again")
	}
}

func (s *stand) captures() []*imu.Capture {
	all, d := s.u.Captures(s.now, access.Actor{Path: access.HMI, Present: true})
	if !d.OK() {
		s.Fatal(d)
	}
	return all
}

// rms is the true RMS of a channel of a capture from sample a to b.
func rms(c *imu.Capture, ch, a, b int) float64 {
	var sum float64
	for k := a; k < b; k++ {
		sum += c.Value(k, ch) * c.Value(k, ch)
	}
	return math.Sqrt(sum / float64(b-a))
}

// TestCaptureLengths: cycles, periods and channels are those of the user guide.
func TestCaptureLengths(t *testing.T) {
	s := newStand(t, withWaveform)
	s.load(300)
	s.step(time.Second)
	s.trip(8000)
	all := s.captures()
	if len(all) != 2 {
		t.Fatalf("%d captures", len(all))
	}
	for i, want := range []struct {
		kind              imu.CaptureKind
		period            time.Duration
		samples, channels int
		before            time.Duration
	}{
		{imu.ShortCapture, 512 * time.Microsecond, 195, 4, 80 * time.Millisecond},
		{imu.LongCapture, 625 * time.Microsecond, 1600, 7, 700 * time.Millisecond},
	} {
		c := all[i]
		if c.Kind != want.kind || c.Period() != want.period || c.Samples() != want.samples || c.Channels != want.channels {
			t.Errorf("%v: every %v, %d samples of %d", c.Kind, c.Period(), c.Samples(), c.Channels)
		}
		if d := want.before - c.Before; d < 0 || d >= want.period {
			t.Errorf("%v: the trip comes %v after the beginning", c.Kind, c.Before)
		}
	}
}

// TestCaptureShowsTheFault: load, fault and interruption are in the long capture
// where they were in time.
func TestCaptureShowsTheFault(t *testing.T) {
	s := newStand(t, withWaveform)
	s.load(300)
	s.step(time.Second)
	s.trip(8000) // tsd 0.2 s
	c := s.captures()[1]
	trip := int(c.Before / c.Period())
	cycle := int(20 * time.Millisecond / c.Period())
	for _, w := range []struct {
		from, to int // samples after the trip
		ch       int
		want     float64
		why      string
	}{
		{-cycle, 0, 0, 8000, "the fault, before the trip"},
		{-700 * 16 / 10, -700*16/10 + cycle, 1, 300, "the load, at the beginning"},
		{2 * cycle, 3 * cycle, 0, 0, "interrupted 25 ms after"},
		{-cycle, 0, 3, 0, "nothing in the neutral"},
		{-cycle, 0, 4, 230, "the voltage of phase 1"},
	} {
		if got := rms(c, w.ch, trip+w.from, trip+w.to); math.Abs(got-w.want) > 0.01*w.want+0.5 {
			t.Errorf("%s: %.1f, want %g", w.why, got, w.want)
		}
	}
	bits := func(at time.Duration) imu.Bits { return imu.Bits(c.Status[(c.Before+at)/c.Period()]) }
	for at, want := range map[time.Duration]imu.Bits{
		-300 * time.Millisecond: 0,
		-5 * time.Millisecond:   imu.ZSIOutBit,
		5 * time.Millisecond:    imu.ZSIOutBit | imu.OperateBit | imu.TripBit | imu.SDEBit,
	} {
		if got := bits(at); got != want {
			t.Errorf("%v after the trip: bits %b, want %b", at, got, want)
		}
	}
	if bits(20*time.Millisecond)&imu.OpenBit != 0 || bits(27*time.Millisecond)&imu.OpenBit == 0 {
		t.Error("the contacts do not part 25 ms after the trip")
	}
}

// TestCaptureOfSamples: what was sampled is in the capture as it was.
func TestCaptureOfSamples(t *testing.T) {
	s := newStand(t, withWaveform)
	s.samples(300, 100*time.Millisecond)
	s.samples(9000, 300*time.Millisecond)
	s.load(0)
	s.step(time.Second)
	all := s.captures()
	if len(all) != 2 {
		t.Fatalf("%d captures", len(all))
	}
	for _, c := range all {
		trip := int(c.Before / c.Period())
		n := int(20 * time.Millisecond / c.Period())
		if got := rms(c, 0, trip-n, trip); math.Abs(got-9000) > 90 {
			t.Errorf("%v: %.0f A before the trip", c.Kind, got)
		}
	}
}

// TestContextOfATrip: the record of a trip says what the unit saw.
func TestContextOfATrip(t *testing.T) {
	s := newStand(t)
	s.trip(8000)
	for _, r := range s.recs {
		if r.Code != points.CodeTripShort || r.What != imu.Entry {
			continue
		}
		c := r.Trip
		if c == nil || math.Abs(c.Currents[0]-8000) > 1 || math.Abs(c.Voltages[2]-230) > 0.1 || c.Currents[3] > 1e-3 || c.Group != "A" || c.Function.String() != "short_time" {
			t.Errorf("context %+v", c)
		}
		return
	}
	t.Error("no trip")
}

// TestCapturesKept: of short captures the newest is kept, of long ones three;
// they survive, and without the module there is none.
func TestCapturesKept(t *testing.T) {
	dir := t.TempDir()
	s, m, _ := kept(t, dir, withWaveform)
	for i := range 5 {
		s.trip(6000 + 500*float64(i))
		flush(t, m, s.now)
	}
	before := s.captures()
	m.Close()
	r, m, _ := kept(t, dir, withWaveform)
	after := r.captures()
	m.Close()
	r, _, _ = kept(t, dir, withWaveform) // the log was written anew
	for _, all := range [][]*imu.Capture{before, after, r.captures()} {
		n := map[imu.CaptureKind]int{}
		for _, c := range all {
			n[c.Kind]++
		}
		if n[imu.ShortCapture] != 1 || n[imu.LongCapture] != 3 {
			t.Fatalf("kept %v", n)
		}
		if last := all[len(all)-1]; math.Abs(rms(last, 0, 1000, 1032)-8000) > 80 {
			t.Errorf("the last is of %.0f A", rms(last, 0, 1000, 1032))
		}
	}
	plain := newStand(t)
	plain.trip(8000)
	if n := len(plain.captures()); n != 0 {
		t.Errorf("without the module %d captures", n)
	}
}

// TestCaptureAsRecording: another program opens what was captured.
func TestCaptureAsRecording(t *testing.T) {
	s := newStand(t, withWaveform)
	var got []*imu.Capture
	s.u.SubscribeCaptures(func(unit string, c *imu.Capture) { got = append(got, c) })
	s.trip(8000)
	if len(got) != 2 {
		t.Fatalf("told of %d captures", len(got))
	}
	for _, c := range got {
		base := filepath.Join(t.TempDir(), c.Name("Q 1/a"))
		if _, err := c.Recording("Q1, left").WriteFiles(base); err != nil {
			t.Fatal(err)
		}
		r, err := comtrade.Open(base + ".cfg")
		if err != nil {
			t.Fatal(err)
		}
		if r.Samples() != c.Samples() || len(r.Analog) != c.Channels || len(r.Notes) > 0 {
			t.Errorf("%d samples, %d channels, %v", r.Samples(), len(r.Analog), r.Notes)
		}
		for k := range r.Times {
			if v := c.Value(k, 2); r.Analog[2].Values[k] != v {
				t.Fatalf("sample %d reads %g, was %g", k, r.Analog[2].Values[k], v)
			}
		}
		if d, err := r.DigitalChannel("OPEN"); err != nil || d.Changes() == 0 && c.Kind == imu.LongCapture {
			t.Errorf("OPEN: %v", err)
		}
	}
}

// TestHostileCaptures: what is no capture is not taken up.
func TestHostileCaptures(t *testing.T) {
	s, err := imu.ReadMemory([]byte("switchroom units 1\n"))
	if err != nil || len(s.Units) != 0 {
		t.Fatal(err)
	}
	for _, c := range []*imu.Capture{nil, {}, {Kind: 9, Channels: 4}, {Channels: 4, Status: make([]byte, 3), Values: make([]byte, 47)}} {
		if imu.ValidCapture(c) {
			t.Errorf("%+v is taken for one", c)
		}
	}
}

// TestOneFaultOneCapture: a second trip while the first is being captured adds
// nothing: it is the same fault.
func TestOneFaultOneCapture(t *testing.T) {
	s := newStand(t, withWaveform, withAll)
	s.must(setting(t, "overvoltage_1.mode=on", "overvoltage_1.delay=0.3"))
	s.u.Fail(s.now, imu.TripCircuitOpen, true) // so that the fault goes on
	v := balanced(330)
	s.u.Steady(s.now, balanced(8000), [3]complex128(v[:3]), 50)
	s.step(5 * time.Second)
	if a, b := s.happened(points.CodeTripShort, imu.Entry), s.happened(code(t, "trip.overvoltage_1"), imu.Entry); a != 1 || b != 1 {
		t.Fatalf("%d and %d trips", a, b)
	}
	all := s.captures()
	if len(all) != 2 || !strings.HasPrefix(all[0].Cause, "short_time") {
		t.Errorf("%d captures", len(all))
	}
}
