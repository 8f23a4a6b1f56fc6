package room_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"switchroom/room"
)

const s = time.Second

// example has an operator with a badge, an electrician with a badge and a PIN, and a
// cleaner whom the reader does not let in.
func example() room.Config {
	return room.Config{
		People: []room.Person{
			{Name: "Olga", Badge: room.BadgeOf("10000042"), Qualified: true},
			{Name: "Emil", Badge: room.BadgeOf("10000043"), PIN: room.PINOf("2468"), Qualified: true},
			{Name: "Cleo", Badge: room.BadgeOf("10000044")},
		},
		Access: []string{"Olga", "Emil"}, HeldOpen: 30 * s, Locked: true,
		Stop: []room.Wire{{Breaker: "Q1", By: room.MX}, {Breaker: "Q2", By: room.MN}},
	}
}

// TestBadge: whom the reader lets pass.
func TestBadge(t *testing.T) {
	for _, c := range []struct {
		why        string
		badge, pin string
		way        room.Way
		inside     bool // Olga and Emil are, before
		want       room.Reason
		who        string
	}{
		{"badge", "10000042", "", room.In, false, room.Granted, "Olga"},
		{"badge and PIN", "10000043", "2468", room.In, false, room.Granted, "Emil"},
		{"without its PIN", "10000043", "", room.In, false, room.WrongPIN, "Emil"},
		{"a wrong PIN", "10000043", "2469", room.In, false, room.WrongPIN, "Emil"},
		{"the badge as PIN", "10000043", "10000043", room.In, false, room.WrongPIN, "Emil"},
		{"a PIN that is not asked for", "10000042", "1111", room.In, false, room.Granted, "Olga"},
		{"not on the list", "10000044", "", room.In, false, room.NotAuthorised, "Cleo"},
		{"unknown badge", "99999999", "", room.In, false, room.UnknownBadge, ""},
		{"a PIN as badge", "2468", "2468", room.In, false, room.UnknownBadge, ""},
		{"no badge", "", "", room.In, false, room.UnknownBadge, ""},
		{"letters", "ten million", "", room.In, false, room.UnknownBadge, ""},
		{"no direction", "10000042", "", room.NoWay, false, room.Unasked, ""},
		{"a direction that is none", "10000042", "", 9, false, room.Unasked, ""},
		{"a badge handed back", "10000042", "", room.In, true, room.AlreadyInside, "Olga"},
		{"out", "10000042", "", room.Out, true, room.Granted, "Olga"},
		{"out asks for no PIN", "10000043", "", room.Out, true, room.Granted, "Emil"},
		{"out who is not in", "10000042", "", room.Out, false, room.NotInside, "Olga"},
		{"out with an unknown badge", "99999999", "", room.Out, true, room.UnknownBadge, ""},
	} {
		r := room.New(example())
		if c.inside {
			for _, name := range []string{"Olga", "Emil"} {
				r.Badge(0, r.Carries(name, room.In))
			}
		}
		v := r.Badge(s, room.Offer{Badge: room.BadgeOf(c.badge), PIN: room.PINOf(c.pin), Way: c.way})
		if v.Reason != c.want || v.Person != c.who || v.OK() != (v.Err() == nil) {
			t.Errorf("%s: %v of %q, want %v of %q", c.why, v.Reason, v.Person, c.want, c.who)
		}
		if e := r.Log(0)[0]; (e.Event == room.BadgeRefused) == v.OK() || e.Reason != v.Reason {
			t.Errorf("%s: the log has %+v", c.why, e)
		}
		if want := c.inside != v.OK(); c.who == "Olga" && r.Inside("Olga") != want {
			t.Errorf("%s: inside is %v", c.why, !want)
		}
	}
}

// TestNothingDenies: what is zero or nil lets nobody in and finds nobody inside.
func TestNothingDenies(t *testing.T) {
	var none *room.Room
	if none.Anybody() || none.Inside("Olga") || none.Inside("") || len(none.Log(0)) > 0 {
		t.Error("somebody is in no room")
	}
	var r room.Room
	if r.Badge(0, room.Offer{}).OK() || r.Badge(0, room.Offer{Way: room.In}).OK() || r.Press(0, "").OK() {
		t.Error("a room of nothing takes a badge or has an emergency stop")
	}
	if (room.Verdict{}).OK() || (room.Verdict{}).Err() == nil {
		t.Error("no verdict is a consent")
	}
	if r := room.New(room.Config{Locked: true}); r.Walk(0, "", room.In).OK() || r.Hold(0).OK() || r.Anybody() || r.Inside("") {
		t.Error("somebody came into a locked room")
	}
	if room.BadgeOf("").Is(room.BadgeOf("")) || room.PINOf("1").Is(room.PINOf("1")) {
		t.Error("no badge is the same as no badge")
	}
	if none.Supplied(room.Wire{By: room.MX}) || none.Supplied(room.Wire{}) || !none.Supplied(room.Wire{By: room.MN}) {
		t.Error("without a room something opens breakers")
	}
}

// TestDoor: what the door does, and what it raises.
func TestDoor(t *testing.T) {
	badge := func(name string, w room.Way) func(*room.Room, time.Duration) room.Verdict {
		return func(r *room.Room, now time.Duration) room.Verdict { return r.Badge(now, r.Carries(name, w)) }
	}
	walk := func(name string, w room.Way) func(*room.Room, time.Duration) room.Verdict {
		return func(r *room.Room, now time.Duration) room.Verdict { return r.Walk(now, name, w) }
	}
	hold, force, shut, ack := (*room.Room).Hold, (*room.Room).Force, (*room.Room).Shut, (*room.Room).Acknowledge
	lock := func(on bool) func(*room.Room, time.Duration) room.Verdict {
		return func(r *room.Room, now time.Duration) room.Verdict { return r.SetLock(now, on) }
	}
	type step struct {
		at   time.Duration
		do   func(*room.Room, time.Duration) room.Verdict
		want room.Reason
	}
	for _, c := range []struct {
		why   string
		steps []step
		at    time.Duration // when it is looked at
		want  string        // door, alarms with their times, inside
	}{
		{"falls shut", []step{{0, badge("Olga", room.In), room.Granted}}, 5 * s, "closed; Olga"},
		{"is open until then", []step{{0, badge("Olga", room.In), room.Granted}}, 5*s - 1, "open; Olga"},
		{"held", []step{{0, badge("Olga", room.In), room.Granted}, {2 * s, hold, room.Granted}}, 30*s - 1, "held; Olga"},
		{"held too long, counted from when it opened", []step{{0, badge("Olga", room.In), room.Granted}, {2 * s, hold, room.Granted}}, 99 * s, "held; held_open 30s; Olga"},
		{"and shut", []step{{0, badge("Olga", room.In), room.Granted}, {2 * s, hold, room.Granted}, {50 * s, shut, room.Granted}}, 99 * s, "closed; Olga"},
		{"people pass for so long", []step{{0, badge("Olga", room.In), room.Granted}, {4 * s, badge("Emil", room.In), room.Granted},
			{8 * s, badge("Olga", room.Out), room.Granted}, {12 * s, badge("Olga", room.In), room.Granted}, {16 * s, badge("Emil", room.Out), room.Granted},
			{20 * s, badge("Emil", room.In), room.Granted}, {24 * s, badge("Emil", room.Out), room.Granted}, {28 * s, badge("Emil", room.In), room.Granted}}, 32 * s, "open; held_open 30s; Olga, Emil"},
		{"and then it falls shut", []step{{0, badge("Olga", room.In), room.Granted}, {4 * s, badge("Emil", room.In), room.Granted}}, 9 * s, "closed; Olga, Emil"},
		{"nobody holds a closed door from outside", []step{{0, hold, room.DoorClosed}}, s, "closed; "},
		{"held once", []step{{0, badge("Olga", room.In), room.Granted}, {s, hold, room.Granted}, {2 * s, hold, room.OpenAlready}, {3 * s, force, room.OpenAlready}}, 4 * s, "held; Olga"},
		{"forced", []step{{s, force, room.Granted}}, 2 * s, "forced; forced 1s; "},
		{"forced and left so", []step{{s, force, room.Granted}}, 99 * s, "forced; held_open 31s, forced 1s; "},
		{"somebody came in", []step{{s, force, room.Granted}, {2 * s, walk("", room.In), room.Granted}}, 2 * s, "forced; forced 1s, tailgating 2s; ?"},
		{"the alarm stays until acknowledged", []step{{s, force, room.Granted}, {2 * s, ack, room.StillOpen}, {3 * s, shut, room.Granted}}, 9 * s, "closed; forced 1s; "},
		{"acknowledged", []step{{s, force, room.Granted}, {3 * s, shut, room.Granted}, {4 * s, ack, room.Granted}, {5 * s, ack, room.NoAlarm}}, 9 * s, "closed; "},
		{"tailgating", []step{{0, badge("Olga", room.In), room.Granted}, {3 * s, walk("Cleo", room.In), room.Granted}}, 4 * s, "open; tailgating 3s; Olga, Cleo"},
		{"too late for that", []step{{0, badge("Olga", room.In), room.Granted}, {5 * s, walk("Cleo", room.In), room.DoorClosed}}, 6 * s, "closed; Olga"},
		{"she leaves by the handle", []step{{0, badge("Olga", room.In), room.Granted}, {3 * s, walk("Cleo", room.In), room.Granted}, {60 * s, walk("Cleo", room.Out), room.Granted}}, 61 * s, "open; tailgating 3s; Olga"},
		{"or by her badge, which lets nobody in", []step{{0, badge("Olga", room.In), room.Granted}, {3 * s, walk("Cleo", room.In), room.Granted}, {60 * s, badge("Cleo", room.Out), room.Granted}}, 99 * s, "closed; tailgating 3s; Olga"},
		{"walking in is no alarm where nothing is locked", []step{{0, lock(false), room.Granted}, {s, walk("Cleo", room.In), room.Granted}, {2 * s, force, room.OpenAlready}, {9 * s, force, room.NotLocked}}, 9 * s, "closed; Cleo"},
		{"and locked again", []step{{0, lock(false), room.Granted}, {s, lock(true), room.Granted}, {2 * s, lock(true), room.SoAlready}, {3 * s, walk("Cleo", room.In), room.DoorClosed}}, 9 * s, "closed; "},
		{"nobody leaves who is not in", []step{{0, walk("", room.Out), room.NotInside}, {0, walk("Olga", room.Out), room.NotInside}, {0, walk("Olga", 0), room.Unasked}}, 9 * s, "closed; "},
		{"time does not go back", []step{{60 * s, badge("Olga", room.In), room.Granted}, {10 * s, hold, room.Granted}}, 89 * s, "held; Olga"},
	} {
		r := room.New(example())
		for i, x := range c.steps {
			if v := x.do(r, x.at); v.Reason != x.want {
				t.Errorf("%s: step %d is %v, want %v", c.why, i+1, v.Reason, x.want)
			}
		}
		if got := told(r.State(c.at)); got != c.want {
			t.Errorf("%s: %s, want %s", c.why, got, c.want)
		}
	}
}

func told(st room.State) string {
	parts := []string{st.Door.String()}
	var alarms, inside []string
	for _, a := range st.Alarms {
		alarms = append(alarms, fmt.Sprint(a.Alarm, " ", a.Since))
	}
	if len(alarms) > 0 {
		parts = append(parts, strings.Join(alarms, ", "))
	}
	for _, o := range st.Inside {
		if o.Person == "" {
			o.Person = "?"
		}
		inside = append(inside, o.Person)
	}
	return strings.Join(append(parts, strings.Join(inside, ", ")), "; ")
}

// TestStop: the emergency stop latches, and needs nobody inside.
func TestStop(t *testing.T) {
	r := room.New(example())
	mx, mn := example().Stop[0], example().Stop[1]
	steady := func(want bool) {
		t.Helper()
		if r.Supplied(mx) != want || r.Supplied(mn) == want || r.State(0).Stop != want {
			t.Errorf("MX has supply: %v; MN has supply: %v; want pressed %v", r.Supplied(mx), r.Supplied(mn), want)
		}
	}
	steady(false)
	if v := r.Release(s, ""); v.Reason != room.NotPressed {
		t.Error(v)
	}
	if v := r.Press(2*s, "Cleo"); !v.OK() || v.Person != "Cleo" {
		t.Error(v)
	}
	steady(true)
	if v := r.Press(3*s, "Olga"); v.Reason != room.PressedNow {
		t.Error(v)
	}
	if st := r.State(9 * s); st.StopAt != 2*s || st.StopBy != "Cleo" {
		t.Error(st)
	}
	steady(true)
	if v := r.Release(10*s, "a name that nobody has: 10000042"); !v.OK() || v.Person != "" {
		t.Error(v)
	}
	steady(false)
}

// TestAct: what is done at a breaker stands in the log by who did it, if inside.
func TestAct(t *testing.T) {
	r := room.New(example())
	if v := r.Act(s, "Olga", "open Q1"); v.Reason != room.NotInside {
		t.Error(v)
	}
	r.Badge(s, r.Carries("Olga", room.In))
	r.Walk(s, "Cleo", room.In)
	for name, want := range map[string]room.Event{"Olga": room.Acted, "Cleo": room.ActedUnqualified} {
		if v := r.Act(2*s, name, "open Q1"); !v.OK() {
			t.Error(v)
		}
		if e := r.Log(0)[0]; e.Event != want || e.Person != name || e.Detail != "open Q1" {
			t.Errorf("%+v", e)
		}
	}
	if r.Act(3*s, "", "open Q1").OK() || r.Act(3*s, "nobody", "open Q1").OK() {
		t.Error("nobody acts")
	}
}

// TestLogIsBounded: the newest entries are kept, each once, the newest first.
func TestLogIsBounded(t *testing.T) {
	r := room.New(example())
	for i := range 3*room.MaxLog + 7 {
		r.SetLock(time.Duration(i), i%2 == 1)
	}
	log := r.Log(0)
	if len(log) != room.MaxLog {
		t.Fatal(len(log))
	}
	for i, e := range log {
		if want := uint64(3*room.MaxLog + 7 - i); e.Number != want || e.At != time.Duration(want-1) {
			t.Fatalf("entry %d is %+v", i, e)
		}
	}
	if tail := r.Log(log[0].Number - 2); len(tail) != 2 || tail[0] != log[0] {
		t.Error(tail)
	}
	if len(r.Log(log[0].Number)) != 0 || len(r.Log(1<<63)) != 0 {
		t.Error("something is newer than the newest")
	}
}

// TestStrangersAreBounded: so is how many people fit.
func TestStrangersAreBounded(t *testing.T) {
	r := room.New(room.Config{})
	for range 2 * room.MaxPeople {
		r.Walk(0, "", room.In)
	}
	if v := r.Walk(0, "", room.In); v.Reason != room.Full || len(r.State(0).Inside) != 2*room.MaxPeople {
		t.Error(v)
	}
}

// TestNothingTellsSecrets: no way of printing a room shows a badge or a PIN.
func TestNothingTellsSecrets(t *testing.T) {
	c := example()
	r := room.New(c)
	r.Badge(0, r.Carries("Emil", room.In))
	r.Badge(0, r.Carries("Cleo", room.In))
	var all strings.Builder
	for _, f := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		fmt.Fprintf(&all, f+f+f+f, c, r, r.State(0), r.Log(0))
		fmt.Fprintf(&all, f, r.Badge(s, room.Offer{Badge: room.BadgeOf("10000042"), PIN: room.PINOf("2468")}).Err())
	}
	for _, secret := range []string{"10000042", "10000043", "10000044", "2468", "0042"} {
		if strings.Contains(all.String(), secret) {
			t.Errorf("%s is told", secret)
		}
	}
	if e := r.Log(0)[len(r.Log(0))-1]; e.Badge != "…43" || e.With != room.WithPIN || e.Way != room.In {
		t.Errorf("%+v", e)
	}
}

// TestTables: every row says something.
func TestTables(t *testing.T) {
	doc, err := os.ReadFile("../docs/room.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, e := range room.Events() {
		row := fmt.Sprintf("| `%s` | %s", e.Name, e.Says)
		if _, rest, there := strings.Cut(string(doc), row); !there || strings.HasPrefix(strings.TrimLeft(rest[strings.Index(rest, "|"):], "| "), "yes") != e.Alarm {
			t.Errorf("docs/room.md does not say so: %s (alarm %v)", row, e.Alarm)
		}
		if e.Name == "" || e.Says == "" || seen[e.Name] {
			t.Errorf("%+v", e)
		}
		seen[e.Name] = true
	}
	for r := room.Reason(0); r < room.Nobody+1; r++ {
		if r.String() == "" || r.Says() == "" || seen["reason "+r.String()] {
			t.Errorf("reason %d", r)
		}
		seen["reason "+r.String()] = true
	}
	if room.Reason(200).String() != "denied" || room.Event(200).String() != "" || room.Door(9).String() != "invalid" {
		t.Error("what is none has a name")
	}
}

// TestCheck: what is wrong is said at once, where it stands.
func TestCheck(t *testing.T) {
	if p := func() []room.Problem { c := example(); return append(c.Check(), c.Notes()...) }(); len(p) > 0 {
		t.Error(p)
	}
	for _, c := range []struct {
		change func(*room.Config)
		want   string
	}{
		{func(c *room.Config) { c.Stop = nil }, "emergency_stop: missing D6"},
		{func(c *room.Config) { c.People[1].Name = "Olga" }, "people[1].name somebody else; access[1] nobody"},
		{func(c *room.Config) { c.People[1].Name = "" }, "people[1].name empty; access[1]"},
		{func(c *room.Config) { c.People[1].Name = "unknown" }, "people[1].name whom nobody knows"},
		{func(c *room.Config) { c.People[2].Badge = c.People[0].Badge }, "people[2].badge Olga has the same badge D3"},
		{func(c *room.Config) { c.Access = append(c.Access, "Olga", "Zoe") }, "access[2] twice; access[3] nobody"},
		{func(c *room.Config) { c.People = make([]room.Person, room.MaxPeople+1) }, "people up to 1000"},
	} {
		cfg := example()
		c.change(&cfg)
		got := fmt.Sprint(cfg.Check())
		for _, part := range strings.Fields(c.want) {
			if !strings.Contains(got, strings.Trim(part, ";:")) {
				t.Errorf("want %s in %s", part, got)
			}
		}
	}
	safe := example()
	safe.Stop, safe.Unsafe = nil, true
	safe.Ports, safe.Entries = []room.Opening{{Name: "USB", Protected: false}, {Name: "fibre", Protected: true}}, []room.Opening{{Name: "duct"}}
	if p := safe.Check(); len(p) > 0 {
		t.Error(p)
	}
	if got := fmt.Sprint(safe.Notes()); !strings.Contains(got, "D6") || !strings.Contains(got, "ports[0]") || !strings.Contains(got, "entries[0]") || strings.Contains(got, "fibre") {
		t.Error(got)
	}
	safe.Locked = false
	if got := fmt.Sprint(safe.Notes()); !strings.Contains(got, "D1") || strings.Contains(got, "D6") {
		t.Error(got)
	}
}
