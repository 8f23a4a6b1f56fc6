package lab

import (
	"strings"
	"testing"
	"time"

	"switchroom/imu"
	"switchroom/lab/remote"
	"switchroom/points"
)

var fiveHundred = map[string]string{"l1": "500", "l2": "500", "l3": "500"}

// Each cause trips the unit by its own protection, and undoing it closes it again.
// What a unit cannot trip by is refused with the reason, and nothing happens.
func TestTrip(t *testing.T) {
	for _, c := range []struct {
		cause   string
		lasts   float64
		refused string
	}{
		{"ground_fault", 60, ""},
		{"instantaneous", 60, ""},
		{"short_time", 60, ""},
		{"long_time", 3600, ""},
		{"long_time", 60, "--for "},
		{"earth_leakage", 600, "earth"},
	} {
		t.Run(c.cause, func(t *testing.T) {
			r := newRoom(t)
			in, err := r.desk.Inject(remote.Order{Fault: "trip", Unit: "Q1", For: c.lasts, With: map[string]string{"cause": c.cause}})
			if c.refused != "" {
				if err == nil || !strings.Contains(err.Error(), c.refused) {
					t.Errorf("error %v, want one with %q", err, c.refused)
				}
				r.closed(true)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			r.pass(time.Duration(c.lasts) * time.Second)
			r.closed(false)
			r.shows(points.BreakerFaultTripped, 1)
			var s imu.Snapshot
			r.unit.Read(r.lab.World.Now(), looker, &s)
			if last := s.Text(points.BreakerLastTrip); !strings.Contains(last, c.cause) && !strings.Contains(last, strings.ReplaceAll(c.cause, "_", " ")) {
				t.Errorf("last trip %q, want by %s", last, c.cause)
			}
			r.undo(in.ID)
			r.pass(2 * time.Second)
			r.closed(true)
			r.shows(points.BreakerFaultTripped, 0)
		})
	}
}

// A load goes on when a trip that was injected over it ends.
func TestLoadOutlastsTrip(t *testing.T) {
	r := newRoom(t)
	load := r.inject("load", fiveHundred)
	r.pass(2 * time.Second)
	r.shows(points.CurrentL1, 500)
	trip := r.inject("trip", map[string]string{"cause": "instantaneous"})
	r.pass(2 * time.Second)
	r.closed(false)
	r.undo(trip)
	r.pass(3 * time.Second)
	r.closed(true)
	r.shows(points.CurrentL1, 500)
	r.undo(load)
	r.pass(2 * time.Second)
	r.shows(points.CurrentL1, 0)
}

// A breaker is racked back to where it was although its control unit could not tell.
func TestRackInTheDark(t *testing.T) {
	r := newRoom(t)
	dark := r.inject("supply-lost", nil)
	rack := r.inject("rack", map[string]string{"to": "disconnected"})
	r.pass(time.Second)
	r.undo(rack)
	r.undo(dark)
	r.pass(2 * time.Second)
	if p := r.unit.Position(); p != imu.Connected {
		t.Errorf("position %v", p)
	}
	r.closed(true)
}

// An order that is refused leaves the older one alone.
func TestRefusedKeepsOlder(t *testing.T) {
	r := newRoom(t)
	r.inject("self-test", map[string]string{"part": imu.Faults()[0].String()})
	if _, err := r.desk.Inject(remote.Order{Fault: "self-test", Unit: "Q1", With: map[string]string{"part": "nothing"}}); err == nil {
		t.Fatal("a part that is none is accepted")
	}
	if l := r.desk.List(); len(l) != 1 || l[0].State != remote.Active {
		t.Errorf("%+v", l)
	}
}

// What is opened is closed again, also when a second order took the first one's place.
func TestOpenTwice(t *testing.T) {
	r := newRoom(t)
	r.inject("open", nil)
	r.pass(time.Second)
	second := r.inject("open", nil)
	r.pass(time.Second)
	r.closed(false)
	r.undo(second)
	r.pass(2 * time.Second)
	r.closed(true)
}
