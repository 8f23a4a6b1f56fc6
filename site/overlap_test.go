package site_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
	"switchroom/site"
)

// standby is a small site with a source, a generator that stands by, and a load.
const standby = `site: small
breakers:
  - {name: Q1, in: 1600, variant: "6.0", closed: true, from: T1, to: A, modules: [voltage, erms]}
  - {name: Q4, in: 1600, variant: "6.0", closed: true, from: G1, to: A}
  - {name: Q2, in: 630, variant: "6.0", closed: true, interface: none, from: A, to: F}
network:
  sources: [{name: T1, node: T1, kva: 1000}]
  generators: [{name: G1, node: G1, kva: 500, starts_on: T1}]
  loads: [{name: load, node: F, kw: 50}]
`

// TestNewestIsInForce: what lasts for a while ends when the newest of its target
// does, and an older end does nothing.
func TestNewestIsInForce(t *testing.T) {
	s := parse(t, strings.ReplaceAll(standby, ", starts_on: T1", ""))
	for _, c := range []struct {
		why, actions string
		back         []float64 // when the voltage of Q1 comes back
	}{
		{"one loss", "{at: 5, do: lose, target: T1, for: 4}", []float64{9}},
		{"a second loss lasts on", "{at: 5, do: lose, target: T1, for: 4}; {at: 7, do: lose, target: T1, for: 20}", []float64{27}},
		{"two apart", "{at: 5, do: lose, target: T1, for: 4}; {at: 12, do: lose, target: T1, for: 4}", []float64{9, 16}},
		{"return and lost again", "{at: 5, do: lose, target: T1, for: 10}; {at: 7, do: return, target: T1}; {at: 9, do: lose, target: T1}", []float64{7}},
		{"a second loss for ever", "{at: 5, do: lose, target: T1, for: 4}; {at: 7, do: lose, target: T1}", nil},
		{"one dip", "{at: 5, do: dip, target: T1, share: 0.9, for: 4}", []float64{9}},
		{"a second dip lasts on", "{at: 2, do: dip, target: T1, share: 0.5, for: 4}; {at: 4, do: dip, target: T1, share: 0.8, for: 30}", []float64{34}},
		{"a dip ends no loss", "{at: 2, do: dip, target: T1, share: 0.5, for: 4}; {at: 4, do: lose, target: T1, for: 30}", []float64{34}},
		{"a fault ends its own only", "{at: 2, do: fault, target: T1, kind: three_phase, ohm: 0.01, name: f, for: 10}; {at: 4, do: clear, target: f}; {at: 8, do: fault, target: T1, kind: three_phase, ohm: 0.01, name: f, for: 20}", []float64{4, 28}},
	} {
		sc := scenario(t, s, "scenario: x\nduration: 40\nactions:\n  - "+strings.ReplaceAll(c.actions, "; ", "\n  - ")+"\n")
		if back := comesBack(t, s, sc); !slices.Equal(back, c.back) {
			t.Errorf("%s: full voltage is back at %v, want %v", c.why, back, c.back)
		}
	}
}

// comesBack returns the seconds in which the voltage of Q1 comes back to full.
func comesBack(t *testing.T, s *site.Site, sc *site.Scenario) (back []float64) {
	t.Helper()
	r, err := s.NewRun(sc)
	if err != nil {
		t.Fatal(err)
	}
	full := true
	for now := 1500 * time.Millisecond; now < sc.Duration; now += time.Second {
		r.Step(now)
		var snap imu.Snapshot
		r.Lab.Units[0].Read(now, access.Actor{Path: access.HMI, Present: true}, &snap)
		is := snap.Values[points.VoltageL12] > 395
		if is && !full {
			back = append(back, (now - 500*time.Millisecond).Seconds())
		}
		full = is
	}
	return back
}
