package imu_test

import (
	"math"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/points"
	"switchroom/protection"
)

// A unit is told to trip when it then does: cold, warm, and by whichever function; and
// foreseeing changes nothing.
func TestPersisting(t *testing.T) {
	for _, tt := range []struct {
		why         string
		before, now float64 // A
		within      float64 // s, of what comes
	}{
		{"overload, cold", 0, 3000, 0.1},
		{"overload, warm", 950, 3000, 0.1},
		{"short time", 0, 7000, 0.02},
	} {
		s := newStand(t)
		s.u.Steady(s.now, balanced(tt.before), [3]complex128{}, 50)
		s.step(30 * time.Minute)
		s.u.Steady(s.now, balanced(tt.now), [3]complex128{}, 50)
		begun := s.now
		said, ok, d := s.u.Persisting(s.now, looking)
		if !d.OK() || !ok || math.IsNaN(said.T) {
			t.Fatalf("%s: %+v %v %v", tt.why, said, ok, d)
		}
		for s.u.Closed() && s.now < begun+10*time.Minute {
			s.step(time.Millisecond)
		}
		took := (s.now - begun - protection.Opening).Seconds()
		if math.Abs(took-said.T) > tt.within {
			t.Errorf("%s: foretold %.3f s, took %.3f s", tt.why, said.T, took)
		}
		if _, ok, _ := s.u.Persisting(s.now, looking); ok {
			t.Errorf("%s: a breaker that has tripped is foretold to", tt.why)
		}
	}
}

// A load that it carries for ever is told so, and without anybody's right to read
// nothing is told.
func TestPersistingNever(t *testing.T) {
	s := newStand(t)
	s.u.Steady(s.now, balanced(1000), [3]complex128{}, 50)
	s.step(time.Second)
	if said, ok, _ := s.u.Persisting(s.now, looking); !ok || !math.IsNaN(said.T) {
		t.Errorf("%+v %v", said, ok)
	}
	if _, ok, d := s.u.Persisting(s.now, access.Actor{}); ok || d.OK() {
		t.Errorf("nobody in particular is told: %v", d)
	}
}

// What a unit protects with is what its points show.
func TestProtecting(t *testing.T) {
	s := newStand(t)
	p, d := s.u.Protecting(s.now, looking)
	if !d.OK() {
		t.Fatal(d)
	}
	v := s.read().Values
	if p.Settings.LongTime.Ir != v[points.ProtectionLongTimeIr] || p.Group != "A" || p.Setup.Engaged || p.Setup.Unrestrained {
		t.Errorf("%+v", p)
	}
	s.u.Restrain(s.now, false)
	if p, _ = s.u.Protecting(s.now, looking); !p.Setup.Unrestrained {
		t.Error("the ZSI input receives nothing, and it is not told")
	}
}

var looking = access.Actor{Path: access.HMI, Present: true}
