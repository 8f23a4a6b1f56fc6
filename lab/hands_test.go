package lab

import (
	"strings"
	"testing"
	"time"

	"switchroom/imu"
	"switchroom/lab/remote"
	"switchroom/points"
)

// Each cause trips the unit by its own protection, and undoing it closes it again.
func TestTrip(t *testing.T) {
	for _, cause := range []string{"ground_fault", "instantaneous", "long_time", "short_time"} {
		t.Run(cause, func(t *testing.T) {
			r := newRoom(t, 500)
			trip := r.inject("trip", 3600, map[string]string{"cause": cause})
			r.untilShows(points.BreakerFaultTripped, 1)
			var s imu.Snapshot
			r.unit.Read(r.lab.World.Now(), looker, &s)
			if last := s.Text(points.BreakerLastTrip); !strings.Contains(strings.ReplaceAll(last, " ", "_"), cause) {
				t.Errorf("last trip %q, want by %s", last, cause)
			}
			r.undo(trip)
			r.untilClosed(true)
			r.untilShows(points.BreakerFaultTripped, 0)
		})
	}
}

// What would not trip within its time, or at all, is refused with what to do.
func TestNoTrip(t *testing.T) {
	r := newRoom(t, 1)
	for cause, want := range map[string]string{"long_time": "--for ", "earth_leakage": "earth"} {
		_, err := r.desk.Inject(remote.Order{Fault: "trip", Unit: "Q1", For: 60, With: map[string]string{"cause": cause}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q in it", cause, err, want)
		}
	}
	if !r.unit.Closed() {
		t.Error("a refused trip has opened it")
	}
}

// A load goes on when a trip that was injected over it ends.
func TestLoadOutlastsTrip(t *testing.T) {
	r := newRoom(t, 1)
	load := r.inject("load", 600, map[string]string{"l1": "500", "l2": "500", "l3": "500"})
	r.untilShows(points.CurrentL1, 500)
	trip := r.inject("trip", 600, map[string]string{"cause": "instantaneous"})
	r.untilClosed(false)
	r.untilShows(points.CurrentL1, 0)
	r.undo(trip)
	r.untilClosed(true)
	r.untilShows(points.CurrentL1, 500)
	r.undo(load)
	r.untilShows(points.CurrentL1, 0)
}

// A breaker is racked back to where it was although its control unit could not tell.
func TestRackInTheDark(t *testing.T) {
	r := newRoom(t, 1)
	dark := r.inject("supply-lost", 600, nil)
	rack := r.inject("rack", 600, map[string]string{"to": "disconnected"})
	r.untilClosed(false)
	r.undo(rack)
	r.undo(dark)
	r.untilClosed(true)
	if p := r.unit.Position(); p != imu.Connected {
		t.Errorf("position %v", p)
	}
}

// An order that is refused leaves the older one alone.
func TestRefusedKeepsOlder(t *testing.T) {
	r := newRoom(t, 1)
	r.inject("self-test", 600, map[string]string{"part": imu.Faults()[0].String()})
	if _, err := r.desk.Inject(remote.Order{Fault: "self-test", Unit: "Q1", With: map[string]string{"part": "nothing"}}); err == nil {
		t.Fatal("a part that is none is accepted")
	}
	if l := r.desk.List(); len(l) != 1 || l[0].State != remote.Active {
		t.Errorf("%+v", l)
	}
}

// What was opened is closed again, also when a second order took the first one's place.
func TestOpenTwice(t *testing.T) {
	r := newRoom(t, 1)
	r.inject("open", 600, nil)
	r.untilClosed(false)
	second := r.inject("open", 600, nil)
	r.untilClosed(false)
	r.undo(second)
	r.untilClosed(true)
}

// Who closes twice finds it closed, although the first closing is taken back before:
// the contacts still touch while they open.
func TestCloseTwice(t *testing.T) {
	r := newRoom(t, 1)
	r.inject("open", 600, nil)
	r.untilClosed(false)
	r.inject("close", 600, nil)
	r.untilClosed(true)
	r.inject("close", 600, nil)
	var s imu.Snapshot
	r.unit.Read(r.lab.World.Now()+time.Second, looker, &s) // whatever moves has arrived by then
	if !r.unit.Closed() {
		t.Error("it has opened after it was closed")
	}
}

// Whatever is done to a breaker in a run and in whatever order, it stands as before
// once the run has ended.
func TestStandsAsBefore(t *testing.T) {
	for _, did := range []string{
		"close open", "open close", "close close", "open open", "close open close", "open close open close",
		"close trip", "close trip reset", "close trip open", "close trip reset close", "open close trip", "open close trip reset open",
		"close open close trip reset", "close rack open", "rack close", "close rack close open", "close self-test open", "close self-test close",
	} {
		for _, was := range []bool{false, true} {
			t.Run(did+map[bool]string{true: " of closed", false: " of open"}[was], func(t *testing.T) {
				t.Parallel()
				r := newRoom(t, 10)
				h := newHands(r.lab)
				h.bring(r.unit, stand{closed: was})
				before, place := h.standing(r.unit), r.unit.Position()
				run, err := r.desk.Begin("test")
				if err != nil {
					t.Fatal(err)
				}
				for _, fault := range strings.Fields(did) {
					r.during(run, fault)
				}
				r.desk.End(run)
				if now := h.standing(r.unit); now != before || r.unit.Position() != place {
					t.Errorf("stands %+v, %v after %+v, %v", now, r.unit.Position(), before, place)
				}
			})
		}
	}
}

// during injects in the name of a run. A trip and a self-test have come about then.
func (r *lone) during(run, fault string) {
	r.Helper()
	with := map[string]map[string]string{"trip": {"cause": "instantaneous"}, "self-test": {"part": "sensor_l1"}}[fault]
	if _, err := r.desk.Inject(remote.Order{Fault: fault, Unit: "Q1", With: with, Run: run}); err != nil {
		r.Fatalf("%s: %v", fault, err)
	}
	if with != nil {
		r.untilClosed(false)
		r.untilShows(points.BreakerFaultTripped, 1)
	}
}

// What moved the contacts may end in any order, and as long as one lasts they stay
// where the newest has them.
func TestEndsInAnyOrder(t *testing.T) {
	r := newRoom(t, 1)
	trip := r.inject("trip", 600, map[string]string{"cause": "instantaneous"})
	r.untilClosed(false)
	r.inject("reset", 600, nil)
	open := r.inject("open", 600, nil)
	r.undo(trip)
	if r.unit.Closed() {
		t.Error("the end of the trip has closed what was opened since")
	}
	r.undo(open)
	if !r.unit.Closed() {
		t.Error("it is not closed as it was before the trip")
	}
}

// A trip cannot be injected into what was opened.
func TestNoTripOfOpen(t *testing.T) {
	r := newRoom(t, 1)
	r.inject("open", 600, nil)
	if _, err := r.desk.Inject(remote.Order{Fault: "trip", Unit: "Q1"}); err == nil {
		t.Error("an open breaker trips")
	}
}
