package room_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"switchroom/room"
)

// deed is one thing that somebody did and that was granted.
type deed struct {
	at   time.Duration
	what string // in, out, hold, force, shut, lock, unlock, ack, stop, release
	who  string
	tail bool // came in through a locked door without a badge
}

// slow knows a room by going through everything that was ever done, second by
// second, each time that it is asked.
type slow struct {
	locked bool // at the beginning
	held   time.Duration
	deeds  []deed
}

// state is how the room is at a second, from nothing but what was done.
func (m *slow) state(now time.Duration) room.State {
	st := room.State{Locked: m.locked}
	since := map[room.Alarm]time.Duration{}
	var passed time.Duration
	done := 0
	for t := time.Duration(0); t <= now; t += s {
		if st.Door == room.Open && t-passed >= room.PassFor {
			st.Door = room.Closed
			delete(since, room.HeldOpen)
		}
		if _, on := since[room.HeldOpen]; !on && st.Door != room.Closed && t-st.Opened >= m.held {
			since[room.HeldOpen] = t
		}
		for ; done < len(m.deeds) && m.deeds[done].at == t; done++ {
			m.do(&m.deeds[done], &st, since, &passed)
		}
	}
	if st.Door == room.Closed {
		st.Opened = 0
	}
	for a := room.HeldOpen; a <= room.TooMany; a++ {
		if at, on := since[a]; on {
			st.Alarms = append(st.Alarms, room.Raised{Alarm: a, Since: at})
		}
	}
	return st
}

func (m *slow) do(d *deed, st *room.State, since map[room.Alarm]time.Duration, passed *time.Duration) {
	opens := func(to room.Door) {
		if st.Door == room.Closed {
			st.Opened = d.at
		}
		if st.Door == room.Closed || to == room.Held {
			st.Door = to
		}
	}
	first := func(a room.Alarm) {
		if _, on := since[a]; !on {
			since[a] = d.at
		}
	}
	switch d.what {
	case "in":
		st.Inside = append(st.Inside, room.Occupant{Person: d.who})
		if d.tail {
			first(room.TooMany)
		}
		*passed = d.at
		opens(room.Open)
	case "out":
		k := slices.IndexFunc(st.Inside, func(o room.Occupant) bool { return o.Person == d.who })
		st.Inside = slices.Delete(st.Inside, k, k+1)
		*passed = d.at
		opens(room.Open)
	case "hold":
		opens(room.Held)
	case "force":
		opens(room.Forced)
		first(room.ByForce)
	case "shut":
		st.Door = room.Closed
		delete(since, room.HeldOpen)
	case "lock", "unlock":
		st.Locked = d.what == "lock"
	case "ack":
		delete(since, room.ByForce)
		delete(since, room.TooMany)
	case "stop":
		st.Stop, st.StopAt, st.StopBy = true, d.at, d.who
	case "release":
		st.Stop, st.StopAt, st.StopBy = false, 0, ""
	}
}

// expects is whether the model grants something, by rules of its own.
func (m *slow) expects(st *room.State, d *deed, badge bool) bool {
	inside := slices.ContainsFunc(st.Inside, func(o room.Occupant) bool { return o.Person == d.who })
	switch d.what {
	case "in":
		if badge {
			return !inside && (d.who == "Olga" || d.who == "Emil")
		}
		return (d.who == "" || !inside) && (st.Door != room.Closed || !st.Locked)
	case "out":
		return inside && (!badge || d.who != "")
	case "hold":
		return st.Door == room.Open || st.Door == room.Closed && (!st.Locked || len(st.Inside) > 0)
	case "force":
		return st.Door == room.Closed && st.Locked
	case "shut":
		return st.Door != room.Closed
	case "lock":
		return !st.Locked
	case "unlock":
		return st.Locked
	case "ack":
		return st.Door == room.Closed && slices.ContainsFunc(st.Alarms, func(a room.Raised) bool { return a.Alarm != room.HeldOpen })
	case "stop":
		return !st.Stop
	}
	return st.Stop // release
}

func apply(r *room.Room, d *deed, badge bool) room.Verdict {
	way := map[string]room.Way{"in": room.In, "out": room.Out}[d.what]
	switch d.what {
	case "in", "out":
		if badge {
			return r.Badge(d.at, r.Carries(d.who, way))
		}
		return r.Walk(d.at, d.who, way)
	case "hold":
		return r.Hold(d.at)
	case "force":
		return r.Force(d.at)
	case "shut":
		return r.Shut(d.at)
	case "lock", "unlock":
		return r.SetLock(d.at, d.what == "lock")
	case "ack":
		return r.Acknowledge(d.at)
	case "stop":
		return r.Press(d.at, d.who)
	}
	return r.Release(d.at, d.who)
}

// TestAgainstSlowModel: whatever is done in whatever order, the room is as a model
// says that goes through everything again each time.
func TestAgainstSlowModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := example()
		c.Locked = rapid.Bool().Draw(t, "locked")
		c.HeldOpen = time.Duration(rapid.IntRange(1, 20).Draw(t, "held")) * s
		r, m := room.New(c), &slow{locked: c.Locked, held: c.HeldOpen}
		now := time.Duration(0)
		for range rapid.IntRange(1, 30).Draw(t, "deeds") {
			now += time.Duration(rapid.SampledFrom([]int{0, 0, 1, 2, 4, 5, 6, 19}).Draw(t, "later")) * s
			d := deed{at: now,
				what: rapid.SampledFrom([]string{"in", "in", "in", "out", "hold", "force", "shut", "lock", "unlock", "ack", "stop", "release"}).Draw(t, "what"),
				who:  rapid.SampledFrom([]string{"Olga", "Emil", "Cleo", ""}).Draw(t, "who")}
			badge := rapid.Bool().Draw(t, "badge")
			before := m.state(now)
			d.tail = !badge && before.Locked
			want := m.expects(&before, &d, badge)
			if v := apply(r, &d, badge); v.OK() != want {
				t.Fatalf("%v of %+v (badge %v): %v, the model says %v of %+v", d.what, d, badge, v.Reason, want, before)
			}
			if want {
				m.deeds = append(m.deeds, d)
			}
			same(t, r, m, now)
		}
		same(t, r, m, now+time.Duration(rapid.IntRange(0, 40).Draw(t, "end"))*s)
	})
}

// same compares the room with the model, and holds it to its own promises.
func same(t *rapid.T, r *room.Room, m *slow, now time.Duration) {
	got := r.State(now)
	for i := range got.Inside {
		got.Inside[i] = room.Occupant{Person: got.Inside[i].Person}
	}
	if len(got.Inside) == 0 {
		got.Inside = nil
	}
	want := m.state(now)
	if len(want.Inside) == 0 {
		want.Inside = nil
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("at %v (-model +room):\n%s", now, d)
	}
	if at, due := r.Next(); due && at <= now {
		t.Fatalf("at %v something is still due at %v", now, at)
	}
	if r.Anybody() != (len(want.Inside) > 0) {
		t.Fatal("anybody")
	}
	log := r.Log(0)
	for i := 1; i < len(log); i++ {
		if log[i].At > log[i-1].At || log[i].Number != log[i-1].Number-1 {
			t.Fatalf("the log is out of order: %+v after %+v", log[i-1], log[i])
		}
	}
}
