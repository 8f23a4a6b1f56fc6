package lab

import (
	"slices"
	"strings"
	"testing"
	"time"

	"switchroom/imu"
	"switchroom/plant"
)

// stands is a breaker of a network that stands as it does.
type standsSo bool

func (s standsSo) Closed() bool { return bool(s) }
func (s standsSo) Distorted(time.Duration, [4]complex128, [3]complex128, float64, *imu.Spectrum) {
}
func (s standsSo) Sample(time.Duration, [4]float64, [3]float64) {}

// twoIncomers are two sources, two bars, a coupler and a feeder on A.
func twoIncomers(q1, q3 bool) *plant.Network {
	return &plant.Network{
		Sources:      []plant.Source{{Name: "T1", Node: "a"}, {Name: "T2", Node: "b"}, {Name: "G", Node: "g", Machine: &plant.Machine{}}, {Name: "MV", Node: "mv"}},
		Transformers: []plant.Transformer{{Name: "TR", From: "under", To: "c"}},
		Cables:       []plant.Cable{{Name: "C", From: "A", To: "far"}},
		Branches: []plant.Branch{
			{Name: "Q1", Switch: standsSo(q1), From: "a", To: "A"},
			{Name: "Q2", Switch: standsSo(true), From: "b", To: "B"},
			{Name: "Q3", Switch: standsSo(q3), From: "A", To: "B"},
			{Name: "Q11", Switch: standsSo(true), From: "far", To: "F11"},
			{Name: "QG", Switch: standsSo(true), From: "g", To: "A"},
			{Name: "QM", Switch: standsSo(true), From: "mv", To: "under"},
			{Name: "QL", Switch: standsSo(true), From: "c", To: "d"},
			{Name: "Q99", Switch: standsSo(true), From: "nowhere", To: "else"},
		},
	}
}

// The ways to a breaker come from the source that feeds it first, the others after it;
// the breakers of each the one at the source first.
func TestSeries(t *testing.T) {
	for _, tt := range []struct {
		why    string
		q1, q3 bool
		at     string
		want   []string // each: source: breakers (open)
		left   string
	}{
		{"as it usually stands", true, false, "Q11", []string{"T1: Q1 Q11", "G: QG Q11", "T2: Q2 Q3 Q11 (Q3)"}, ""},
		{"the incomer is out, and the coupler in", false, true, "Q11", []string{"T2: Q2 Q3 Q11", "G: QG Q11", "T1: Q1 Q11 (Q1)"}, ""},
		{"the coupler is fed from its upper end", true, false, "Q3", []string{"T1: Q1 Q3", "T2: Q2 Q3", "G: QG Q3"}, ""},
		{"an incomer has none above it, and the others come from below", true, true, "Q1", []string{"T1: Q1", "T2: Q2 Q3 Q1", "G: QG Q1"}, ""},
		{"what is above a transformer is left out", true, true, "QL", []string{"MV: QL"}, "QM"},
		{"no source reaches it", true, true, "Q99", nil, ""},
	} {
		n := twoIncomers(tt.q1, tt.q3)
		var got []string
		left := ""
		for _, w := range seriesTo(n, branchesOf(n)[tt.at]) {
			said := w.source + ":"
			for _, k := range w.breakers {
				said += " " + n.Branches[k].Name
			}
			if len(w.open) > 0 {
				said += " (" + strings.Join(w.open, " ") + ")"
			}
			got, left = append(got, said), left+strings.Join(w.left, " ")
		}
		if !slices.Equal(got, tt.want) || left != tt.left {
			t.Errorf("%s: %q, left out %q; want %q, %q", tt.why, got, left, tt.want, tt.left)
		}
	}
}
