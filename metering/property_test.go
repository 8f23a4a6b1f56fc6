package metering_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"switchroom/metering"
	"switchroom/points"
)

// stretch is what flows for a while.
type stretch struct {
	wave
	lasts time.Duration
}

var histories = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) stretch {
	return stretch{loads.Draw(t, "load"), time.Duration(rapid.Int64Range(0, int64(48*time.Hour)).Draw(t, "lasts"))}
}), 1, 8)

// energies are the counters with what they hold below one unit.
func energies(m *metering.Meter, now time.Duration) (all []float64) {
	for _, c := range m.State(now).Energy {
		all = append(all, float64(c.Whole)+c.Rest)
	}
	return all
}

// Energy is the same however often anybody looks, and the sum of the parts.
func TestEnergyIsAdditive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, history := ratings.Draw(t, "rating"), histories.Draw(t, "history")
		once, often := metering.New(r), metering.New(r)
		parts := make([]float64, 5)
		now := time.Duration(0)
		for _, s := range history {
			once.Steady(now, s.i, s.v, s.hz)
			often.Steady(now, s.i, s.v, s.hz)
			alone := metering.New(r)
			alone.Steady(now, s.i, s.v, s.hz)
			for _, split := range looks(t, now, s.lasts) {
				shown(often, split)
				often.Steady(split, s.i, s.v, s.hz)
			}
			now += s.lasts
			for k, e := range energies(alone, now) {
				parts[k] += e
			}
		}
		a, b := energies(once, now), energies(often, now)
		for k := range a {
			if !near(a[k], b[k], 1e-12) || !near(a[k], parts[k], 1e-12) {
				t.Errorf("counter %d: %g at once, %g often, %g in parts", k, a[k], b[k], parts[k])
			}
		}
	})
}

// looks draws instants in a stretch, in order.
func looks(t *rapid.T, from, lasts time.Duration) []time.Duration {
	all := rapid.SliceOfN(rapid.Map(rapid.Int64Range(0, int64(lasts)), func(n int64) time.Duration { return from + time.Duration(n) }), 0, 5).Draw(t, "looks")
	slices.Sort(all)
	return all
}

// Delivered and received are what the signs say, extremes enclose what is
// shown, phases sum to totals, and a state restored goes on as the old one.
func TestHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := ratings.Draw(t, "rating")
		m := metering.New(r)
		now := time.Duration(0)
		for _, s := range histories.Draw(t, "history") {
			m.Steady(now, s.i, s.v, s.hz)
			now += s.lasts + 20*time.Millisecond
			v := shown(m, now)
			sums(t, r, v)
			enclosed(t, v)
			twin := metering.New(r)
			if err := twin.Restore(m.State(now)); err != nil {
				t.Fatal(err)
			}
			twin.Steady(now, s.i, s.v, s.hz)
			now += time.Hour
			if d := cmp.Diff(m.State(now), twin.State(now)); d != "" {
				t.Fatal(d)
			}
		}
	})
}

func sums(t *rapid.T, r points.Rating, v points.Values) {
	p := [3][4]points.ID{
		{points.PowerActiveL1, points.PowerActiveL2, points.PowerActiveL3, points.PowerActiveTotal},
		{points.PowerReactiveL1, points.PowerReactiveL2, points.PowerReactiveL3, points.PowerReactiveTotal},
		{points.PowerApparentL1, points.PowerApparentL2, points.PowerApparentL3, points.PowerApparentTotal},
	}
	for _, q := range p {
		sum := v[q[0]] + v[q[1]] + v[q[2]]
		if math.IsNaN(sum) == r.NeutralVoltage() || r.NeutralVoltage() && !near(sum, v[q[3]], 1e-12) {
			t.Errorf("%v is %g, its phases %g", q[3], v[q[3]], sum)
		}
	}
	for k := range 4 {
		if s := math.Hypot(v[p[0][k]], v[p[1][k]]); k < 3 && r.NeutralVoltage() && !near(s, v[p[2][k]], 1e-9) {
			t.Errorf("phase %d: P and Q make %g, S is %g", k+1, s, v[p[2][k]])
		}
	}
}

// enclosures are the points that have a minimum or a maximum.
var enclosures = func() (all [][3]points.ID) {
	for _, row := range points.All() {
		top, err := points.Lookup(row.Name + ".max")
		if err != nil || groupOf(row.ID) == 0 {
			continue
		}
		low, err := points.Lookup(row.Name + ".min")
		if err != nil {
			low = row.ID
		}
		all = append(all, [3]points.ID{low, row.ID, top})
	}
	return all
}()

func enclosed(t *rapid.T, v points.Values) {
	for _, e := range enclosures {
		if low, x, top := v[e[0]], v[e[1]], v[e[2]]; !math.IsNaN(x) && !(low <= x && x <= top) {
			t.Errorf("%v: %g is not within %g and %g", e[1], x, low, top)
		}
	}
}
