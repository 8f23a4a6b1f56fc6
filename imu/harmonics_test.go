package imu_test

import (
	"math"
	"math/cmplx"
	"testing"
	"time"

	"switchroom/imu"
	"switchroom/points"
)

// distort puts a balanced load on the breaker with a share of third and of
// fifth harmonic.
func (s *stand) distort(amps, third, fifth float64) {
	v, i := balanced(230), balanced(amps)
	h := new(imu.Spectrum)
	for k := range 3 {
		h.I[k][3] = complex(third*amps, 0)
		h.I[k][5] = cmplx.Rect(fifth*amps, 5*cmplx.Phase(i[k]))
	}
	h.I[3][3] = complex(-3*third*amps, 0)
	s.u.Distorted(s.now, i, [3]complex128(v[:3]), 50, h)
}

// shows holds what is read of l1 and the neutral to what it must be, A and %.
func (s *stand) shows(why string, rms, neutral, thd float64) {
	s.Helper()
	v := s.read().Values
	for id, want := range map[points.ID]float64{points.CurrentL1: rms, points.CurrentN: neutral, points.THDCurrentL1: thd} {
		if got := v[id]; math.Abs(got-want) > 1e-3*want+1e-6 {
			s.Errorf("%s: %v is %g, want %g", why, id, got, want)
		}
	}
}

func TestHarmonicsReachMeteringAndProtection(t *testing.T) {
	s := newStand(t)
	s.distort(960, 0.6, 0.2)
	s.shows("closed", 960*math.Sqrt(1+0.36+0.04), 3*0.6*960, 100*math.Sqrt(0.4))
	s.step(5 * time.Minute)
	if s.u.Closed() {
		t.Error("1136 A of true rms do not trip at Ir 1000 A")
	}
	if v := s.read().Values; v[points.CurrentL1] != 0 || v[points.CurrentN] != 0 {
		t.Errorf("open, and %g A, %g A", v[points.CurrentL1], v[points.CurrentN])
	}

	s = newStand(t)
	s.load(960)
	s.step(time.Hour)
	if !s.u.Closed() {
		t.Error("960 A trip at Ir 1000 A")
	}
}

func TestLostSensorSeesNoHarmonics(t *testing.T) {
	s := newStand(t)
	s.distort(500, 0.6, 0.2)
	if err := s.u.Fail(s.now, imu.TripCircuitOpen, true); err != nil { // so that it does not open
		t.Fatal(err)
	}
	if err := s.u.Fail(s.now, imu.SensorL1Lost, true); err != nil {
		t.Fatal(err)
	}
	if v := s.read().Values; v[points.CurrentL1] != 0 || v[points.CurrentL2] < 500 {
		t.Errorf("%g A, %g A", v[points.CurrentL1], v[points.CurrentL2])
	}
}

// TestCaptureShowsHarmonics: the load before a fault is in the capture with its
// harmonics, at the point on wave that they have.
func TestCaptureShowsHarmonics(t *testing.T) {
	s := newStand(t, withWaveform)
	s.distort(500, 0.6, 0)
	s.step(time.Second)
	s.trip(8000)
	c := s.captures()[1]
	cycle := int(20 * time.Millisecond / c.Period())
	for ch, want := range map[int]float64{0: 500 * math.Sqrt(1.36), 3: 900, 4: 230} {
		if got := rms(c, ch, 0, cycle); math.Abs(got-want) > 0.01*want {
			t.Errorf("channel %d: %.1f rms, want %.1f", ch, got, want)
		}
	}
	top := 0.0
	for k := range cycle {
		top = max(top, c.Value(k, 0))
	}
	if want := 500 * 1.6 * math.Sqrt2; math.Abs(top-want) > 0.02*want {
		t.Errorf("the peak of a fundamental and a third in phase is %.0f A, want %.0f", top, want)
	}
}

func TestHarmonicsSurvive(t *testing.T) {
	dir := t.TempDir()
	s, m, _ := kept(t, dir)
	s.distort(500, 0.6, 0.2)
	s.step(time.Second)
	flush(t, m, s.now)
	m.Close()
	r, _, _ := kept(t, dir)
	r.shows("stored", 500*math.Sqrt(1.4), 900, 100*math.Sqrt(0.4))
}

// TestWildSpectrum: what is no number is no spectrum, and can be stored.
func TestWildSpectrum(t *testing.T) {
	dir := t.TempDir()
	s, m, _ := kept(t, dir)
	h := new(imu.Spectrum)
	h.I[0][3], h.V[1][7] = 100, cmplx.NaN()
	s.u.Distorted(s.now, balanced(500), [3]complex128{230, 0, 0}, 50, h)
	s.step(time.Second)
	s.shows("no number", 500, 0, 0)
	flush(t, m, s.now)
	m.Close()
	r, _, _ := kept(t, dir)
	r.shows("stored", 500, 0, 0)
}
