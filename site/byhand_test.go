package site_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"switchroom/imu"
	"switchroom/plant"
	"switchroom/site"
)

// byHand is the demonstration in a world that is stepped.
func byHand(t *testing.T) *site.Lab {
	t.Helper()
	l, err := load(t, demo).Build(imu.NewSteppedWorld(time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	l.Start()
	l.World.Step(2 * time.Second)
	return l
}

func standingOf(t *testing.T, l *site.Lab, name string) plant.Standing {
	t.Helper()
	for _, s := range l.Network.Standings() {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no %s", name)
	return plant.Standing{}
}

func do(t *testing.T, l *site.Lab, d site.Deed) {
	t.Helper()
	if err := l.Hand.Do(d); err != nil {
		t.Fatalf("%+v: %v", d, err)
	}
	l.World.Step(l.World.Now() + 2*time.Second)
}

// A load takes what a hand sets, switches, and goes back to its profile.
func TestLoadsByHand(t *testing.T) {
	l := byHand(t)
	before := real(standingOf(t, l, "offices").Takes)
	do(t, l, site.Deed{Do: "load", Target: "offices", Share: 1.2})
	if s := standingOf(t, l, "offices"); s.Share != 1.2 || !s.Held || math.Abs(real(s.Takes)/504e3-1) > 0.06 {
		t.Errorf("%+v, want some 504 kW", s)
	}
	do(t, l, site.Deed{Do: "off", Target: "offices"})
	if s := standingOf(t, l, "offices"); s.On || s.Takes != 0 {
		t.Errorf("%+v of a load that is off", s)
	}
	do(t, l, site.Deed{Do: "on", Target: "offices"})
	do(t, l, site.Deed{Do: "profile", Target: "offices"})
	if s := standingOf(t, l, "offices"); s.Held || math.Abs(real(s.Takes)/before-1) > 0.03 {
		t.Errorf("%+v, was %v W", s, before)
	}
	if s := standingOf(t, l, "T1"); real(s.Takes) < 500e3 {
		t.Errorf("T1 gives %v", s.Takes)
	}
}

// A fault trips the breaker that is for it, by that breaker's own protection; one that
// nobody clears ends by itself, and a loss of supply does.
func TestFaultByHand(t *testing.T) {
	l := byHand(t)
	unit := map[string]*imu.Unit{}
	for _, u := range l.Units {
		unit[u.Name()] = u
	}
	do(t, l, site.Deed{Do: "fault", Target: "F11", Kind: "three_phase", Ohm: 0.01, For: 5 * time.Second})
	if unit["Q11"].Closed() || !unit["Q1"].Closed() || !unit["Q12"].Closed() {
		t.Error("the fault at F11 opens other breakers than Q11")
	}
	if f := l.Network.Faults(); len(f) != 1 || f[0].Name != "F11" || f[0].Amps > 1 {
		t.Errorf("%+v", f)
	}
	l.World.Step(l.World.Now() + 4*time.Second)
	if f := l.Network.Faults(); len(f) != 0 {
		t.Errorf("it has not ended: %+v", f)
	}
	do(t, l, site.Deed{Do: "lose", Target: "T2", For: 3 * time.Second})
	if standingOf(t, l, "T2").On {
		t.Error("T2 is not lost")
	}
	l.World.Step(l.World.Now() + 3*time.Second)
	if !standingOf(t, l, "T2").On {
		t.Error("T2 has not come back")
	}
}

// Everything comes back at once.
func TestRestore(t *testing.T) {
	l := byHand(t)
	for _, d := range []site.Deed{
		{Do: "load", Target: "kitchen", Share: 0.5}, {Do: "off", Target: "cooling"}, {Do: "lose", Target: "T2"}, {Do: "dip", Target: "T1", Share: 0.2},
		{Do: "fault", Target: "F23", Kind: "phase_earth", Ohm: 10, For: time.Hour},
	} {
		do(t, l, d)
	}
	if !l.Hand.Changed() {
		t.Error("nothing is changed")
	}
	if err := l.Hand.Restore(); err != nil {
		t.Fatal(err)
	}
	if l.Hand.Changed() {
		t.Error("something is still changed")
	}
	for _, s := range l.Network.Standings() {
		if !s.On || s.Held || s.Dip != [3]float64{} {
			t.Errorf("%+v", s)
		}
	}
	if f := l.Network.Faults(); len(f) != 0 {
		t.Errorf("%+v", f)
	}
}

// What cannot be done is refused with what to do, and has not happened.
func TestDeedsRefused(t *testing.T) {
	l := byHand(t)
	half := 0.5
	for _, tt := range []struct {
		d    site.Deed
		want string
	}{
		{site.Deed{Do: "open", Target: "Q1"}, "by hand"},
		{site.Deed{Do: "load", Target: "nothing", Share: 1}, "there is offices"},
		{site.Deed{Do: "load", Target: "offices", Share: 1.6}, "0 to 1.5"},
		{site.Deed{Do: "load", Target: "offices", Share: math.NaN()}, "0 to 1.5"},
		{site.Deed{Do: "fault", Target: "F11"}, "needs kind"},
		{site.Deed{Do: "fault", Target: "F99", Kind: "three_phase"}, "no node"},
		{site.Deed{Do: "fault", Target: "F11", Kind: "three_phase", Along: &half}, "no cable"},
		{site.Deed{Do: "fault", Target: "F11", Kind: "three_phase", Ohm: -1}, "0 ohm or more"},
		{site.Deed{Do: "fault", Target: "F11", Kind: "three_phase", Phase: 4}, "phase"},
		{site.Deed{Do: "fault", Target: "F11", Kind: "three_phase", For: 2 * time.Hour}, "up to 1h"},
		{site.Deed{Do: "clear", Target: "F11"}, "that is on"},
		{site.Deed{Do: "dip", Target: "T1", Share: 1.2}, "0 to 1"},
	} {
		if err := l.Hand.Do(tt.d); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: %v, want %q in it", tt.d, err, tt.want)
		}
	}
	alone, err := site.Parse("x.yaml", []byte("site: x\nbreakers: [{name: Q1, in: 1000, variant: \"6.0\"}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	lone, err := alone.Build(imu.NewSteppedWorld(time.Unix(0, 0)), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := lone.Hand.Do(site.Deed{Do: "off", Target: "x"}); err != site.ErrNoNetwork {
		t.Error(err)
	}
}
