package fat

import (
	"fmt"
	"testing"
	"time"

	"switchroom/points"
)

// TestFortyBreakers: 4,000 points of forty breakers, one of them at the wrong
// address, in less than two minutes of the clock of the run, and a few seconds of
// work.
func TestFortyBreakers(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: -short leaves out forty breakers")
	}
	var names []string
	for i := range 40 {
		names = append(names, fmt.Sprintf("Q%02d", i+1))
	}
	s := &fakeSystem{lab: newFakeLab(names...), mistake: otherBreaker("Q07", "Q08")}
	began := time.Now()
	r := runFake(t, s, []string{"current", "voltage", "power", "frequency.max", "energy.active", "energy.active.delivered", "energy.reactive.delivered", "breaker"}, func(p *Plan) {
		p.Steps = firstOfEach(p.Steps, 100)
	})
	if r.Summary.Points != 4000 || r.Summary.Seconds > 120 {
		t.Errorf("%d points in %.0f s", r.Summary.Points, r.Summary.Seconds)
	}
	if len(r.Findings) != 1 || r.Findings[0].Mistake != "wrong-breaker" || r.Findings[0].Count != 100 {
		t.Errorf("found %v", r.Findings)
	}
	t.Logf("%d points in %.1f s of the run, %v of work", r.Summary.Points, r.Summary.Seconds, time.Since(began))
}

// firstOfEach keeps so many points of each breaker.
func firstOfEach(steps []Step, n int) []Step {
	had := map[string]int{}
	var out []Step
	for _, s := range steps {
		if s.Do == Substitute && had[s.Breaker] < n {
			had[s.Breaker]++
			out = append(out, s)
		}
	}
	return out
}

// BenchmarkExplain explains a hundred points of a breaker whose words are swapped,
// among forty breakers.
func BenchmarkExplain(b *testing.B) {
	p := plan(b, 40, Options{Points: []string{"current", "voltage", "power", "energy", "frequency"}})
	p.Steps = firstOfEach(p.Steps, 100)
	sc, places := sceneOf(p, 3)
	for b.Loop() {
		for _, at := range places[:100] {
			var seen []witness
			for pass := range p.Passes {
				v := sc.right(at, pass)
				if d := sc.raw(at, pass); d != nil {
					v = at.row.Decode(swapWords(d))
				}
				seen = append(seen, witness{pass: pass, shown: display(points.Of(at.id), v)})
			}
			sc.explain(at, seen, Tolerance{Relative: 0.001})
		}
	}
}
