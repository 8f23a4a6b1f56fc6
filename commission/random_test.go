package commission_test

import (
	"errors"
	"fmt"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	. "switchroom/commission"
	"switchroom/points"
	"switchroom/protection"
)

// TestAnyPlan wishes anything of the standard protections, in any combination, again and
// again on one breaker. A plan is refused, or it ends with exactly what was wished and
// nothing else changed, or with everything as it was.
func TestAnyPlan(t *testing.T) {
	u := serve(t, 1, nil)[0]
	ends := map[End]int{}
	rapid.Check(t, func(t *rapid.T) {
		base := takeIn(t, u.bus)
		p, err := NewPlan(base, stood, "any", wishes(t))
		if err != nil {
			if _, ok := errors.AsType[Problems](err); !ok {
				t.Fatalf("%v is no list of problems", err)
			}
			return
		}
		p.Stamp("1", "ada", "Ada Lock", noon)
		o, err := Apply(t.Context(), job(base, p, u.bus))
		if err != nil {
			t.Fatal(err)
		}
		left := takeIn(t, u.bus)
		changes := Compare(base, left)
		ends[o.End]++
		switch o.End {
		case Applied:
			if len(changes) != len(p.Rows) {
				t.Fatalf("%v was planned, and %v has changed", p.Rows, changes)
			}
			for i, c := range changes {
				if c.Point != p.Rows[i].Point {
					t.Fatalf("%v was planned, and %v has changed", p.Rows, changes)
				}
			}
		case NotApplied, RolledBack:
			if len(changes) > 0 {
				t.Fatalf("%s (%s), and %v has changed", o.End, o.Why, changes)
			}
		default:
			t.Fatalf("%s: %s", o.End, o.Why)
		}
	})
	if ends[Applied] == 0 {
		t.Errorf("nothing was ever applied: %v", ends)
	}
}

// stood is the breaker of a stand.
var stood = &Breaker{ID: "Q1", Rating: &Rating{In: 1000, Variant: "6.0", Poles: 3, ENCT: true}}

// wishes are values that a unit of the stand admits one by one.
func wishes(t *rapid.T) (all []Wish) {
	rating, err := stood.Rating.Points()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range protection.IDs() {
		l, has := points.Of(id).For(rating)
		if !has || !rapid.Bool().Draw(t, id.String()) {
			continue
		}
		all = append(all, Wish{id.String(), admitted(t, points.Of(id), l)})
	}
	return all
}

func admitted(t *rapid.T, info *points.Info, l points.Limit) string {
	switch {
	case len(l.Values) > 0:
		return strconv.FormatFloat(rapid.SampledFrom(l.Values).Draw(t, "value"), 'g', -1, 64)
	case info.Type == points.Bool, info.Type == points.Enum:
		return info.Format(points.Number(float64(rapid.IntRange(int(l.Min), int(l.Max)).Draw(t, "value"))))
	}
	return fmt.Sprintf("%.1f", rapid.Float64Range(l.Min, l.Max).Draw(t, "value"))
}

// takeIn is take where a connection ends with the check and not with the test.
func takeIn(t *rapid.T, address string) *Snapshot {
	b, err := connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	s, err := Take(t.Context(), b, nil, who(address))
	if err != nil {
		t.Fatal(err)
	}
	return s
}
