package protection

import (
	"math"
	"strings"
	"testing"
	"time"

	"switchroom/points"
)

// recordAt is record at n samples a cycle of 50 Hz, l1 and l2 alone, with the
// current's angle at the first sample in degrees.
func recordAt(n, load, fault, angle float64, d time.Duration) Waveform {
	w := Waveform{}
	for k := 0; ; k++ {
		t := float64(k) / (50 * n)
		if t > 0.25+d.Seconds()+0.33 {
			return w
		}
		a := load
		if t >= 0.25 && t < 0.25+d.Seconds() {
			a = fault
		}
		v := math.Sqrt2 * a * math.Cos(100*math.Pi*t+angle*math.Pi/180)
		w.T = append(w.T, t)
		w.L1, w.L2, w.L3, w.N = append(w.L1, v), append(w.L2, -v), append(w.L3, 0), append(w.N, 0)
	}
}

func TestSamplingRefused(t *testing.T) {
	r := unit(points.X60, 50)
	for _, tt := range []struct {
		n    float64
		want string // in the error
		why  string
	}{
		{2, "2 samples a cycle of 50 Hz", "20 kA on its zeros was no current"},
		{3, "400 Hz", "says what would do"},
		{7, "too few", ""},
		{8, "", ""},
		{40, "", "the unit's own"},
	} {
		_, err := Play(r, quietSettings(r), recordAt(tt.n, 0, 20000, 90, 500*ms), Options{})
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%g samples: %v, want %q: %s", tt.n, err, tt.want, tt.why)
		}
	}
	gap := recordAt(40, 500, 500, 0, 100*ms)
	for k := 400; k < len(gap.T); k++ {
		gap.T[k] += 0.015
	}
	if rep, err := Play(r, quietSettings(r), gap, Options{}); err != nil || len(rep.Notes) != 0 {
		t.Errorf("a gap is no sampling: %v, %v", rep.Notes, err)
	}
}

// TestCoarsePeaks: what rests on peaks is certain from 20 samples a cycle on,
// and what rests on RMS values before.
func TestCoarsePeaks(t *testing.T) {
	r := unit(points.X60, 50) // In 1000 A
	peaks := quietSettings(r)
	peaks.Instantaneous = InstantaneousSettings{Ii: 4, Mode: InstantaneousStandard}
	both := peaks
	both.ShortTime = ShortTimeSettings{Isd: 3, Tsd: 0.1}
	near := 3600 / 1.01 // crests just under the early unit's threshold
	for _, tt := range []struct {
		n     float64
		s     Settings
		amps  float64
		angle float64
		want  Verdict
		note  bool
		why   string
	}{
		{40, peaks, 6000, 0, Must, false, "peaks are seen"},
		{20, peaks, 6000, 0, Must, false, "just enough"},
		{10, peaks, 6000, 0, May, true, "a peak of a coarse recording"},
		{10, both, 6000, 0, Must, true, "short time needs no peaks"},
		{10, peaks, 2000, 0, MustNot, true, "far from any peak"},
		{40, peaks, near, 18, MustNot, false, "under the threshold, seen whole"},
		{10, peaks, near * 1.04, 18, May, true, "the crest lies between two samples"},
	} {
		rep, err := Play(r, tt.s, recordAt(tt.n, 0, tt.amps, tt.angle, 300*ms), Options{})
		if err != nil || rep.Verdict != tt.want || (len(rep.Notes) > 0) != tt.note {
			t.Errorf("%g samples: %v %v, %v; want %v: %s", tt.n, rep.Verdict, rep.Notes, err, tt.want, tt.why)
		}
		if rep.Verdict == Must {
			checkTrip(t, tt.why, rep)
		}
	}
	self := Options{}
	self.Common = CommonDefaults(r)
	self.Common.SelfProtection = 5000
	for n, want := range map[float64]Verdict{40: Must, 10: May} {
		if rep, err := Play(r, quietSettings(r), recordAt(n, 0, 6000, 0, 300*ms), self); err != nil || rep.Verdict != want {
			t.Errorf("self-protection at %g samples: %v, %v, want %v", n, rep.Verdict, err, want)
		}
	}
}
