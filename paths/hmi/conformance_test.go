package hmi

import (
	"errors"
	"testing"

	"switchroom/access"
	"switchroom/imu/imutest"
	"switchroom/points"
)

// byKeys reaches a unit by its display.
type byKeys struct{ *person }

// find returns a line of the display that shows the point.
func (b byKeys) find(id points.ID, kind Kind) *Item {
	b.frame()
	for i := range items {
		if it := &items[i]; it.Point == id && it.Kind == kind && !it.quick && it.exists(b.p.rating) {
			return it
		}
	}
	return nil
}

// to goes to the line of an item.
func (b byKeys) to(it *Item) bool {
	return b.goes(screenOf(it.Screen).Titles()[1:]...) && b.selects(it.Label)
}

func (b byKeys) Read(id points.ID) (points.Value, error) {
	for i := range items {
		it := &items[i]
		if it.Point != id || it.Kind == Act || it.quick || it.part != whole || screenOf(it.Screen).hidden {
			continue
		}
		if !b.to(it) {
			return points.Value{}, errors.New("the display has no such line")
		}
		r := b.p.rows()[b.p.top().selected]
		return points.Number(r.number), nil
	}
	if id == points.BreakerClosed { // it stands in Quick View
		b.press(Home)
		return points.Number(b.p.snap.Values[id]), nil
	}
	return points.Value{}, errors.New("no screen shows it")
}

func (b byKeys) Write(id points.ID, v points.Value, _ string) imutest.Verdict {
	it := b.find(id, Setting)
	if it == nil {
		return imutest.Refused
	}
	b.p.Cover("Olga", true)
	if !b.to(it) {
		return imutest.Refused
	}
	want := b.p.say(it, v.Float())
	if b.sets(want) {
		return imutest.Done
	}
	b.ok()
	return imutest.Refused
}

// Do finds no way to ask: no screen has such a line.
func (b byKeys) Do(op points.ID, _ string) imutest.Verdict {
	if it := b.find(op, Act); it != nil && b.to(it) {
		b.press(Context3, Context3)
		return imutest.Done
	}
	return imutest.Refused
}

// TestConformance holds the display to its column of matrix B, by its keys.
func TestConformance(t *testing.T) {
	imutest.Run(t, access.HMI, func(t *testing.T, s *imutest.Stand) imutest.Caller {
		return byKeys{front(t, s)}
	})
}

// TestMatrixB walks every screen of every variant: nothing there opens, closes or
// resets the breaker, engages ERMS, or asks for a password.
func TestMatrixB(t *testing.T) {
	may := map[points.Class]bool{points.Protect: true, points.Configure: true, points.Select: true, points.Clock: true, points.Lock: true, points.Counters: true}
	for _, r := range ratings() {
		x := front(t, standOf(t, r))
		x.frame()
		lines := 0
		for i := range screens {
			x.p.here = []place{{screen: screenOf("home")}, {screen: &screens[i]}}
			for _, row := range x.p.rows() {
				lines++
				if row.item == nil || row.item.Kind == Reading {
					continue
				}
				if info := points.Of(row.item.Point); !may[info.Class] || info.Type == points.Secret {
					t.Errorf("%v: %s %q would %v %v", r.Variant, screens[i].ID, row.label, info.Class, info.Name)
				}
			}
		}
		if lines < 100 {
			t.Errorf("%v: only %d lines were walked", r.Variant, lines)
		}
	}
	for _, it := range items {
		if c := points.Of(it.Point).Class; it.Kind != Reading && !may[c] {
			t.Errorf("%s %q is of class %v", it.Screen, it.Label, c)
		}
	}
}
