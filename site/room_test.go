package site_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
	"switchroom/room"
	"switchroom/site"
)

// locked has Q1 with MX and MN, Q2 with MX, and an emergency stop that opens Q1 by
// MN and what is left by MX.
const locked = `site: locked
breakers:
  - {name: Q1, in: 1000, variant: 6.0, closed: true, mn: true, from: T1, to: A}
  - {name: Q2, in: 630, variant: "5.0", closed: true, from: A, to: F}
network:
  sources: [{name: T1, node: T1}]
  loads: [{name: load, node: F, kw: 100}]
room:
  people:
    - {name: Olga, badge: "10000042", qualified: true}
    - {name: Emil, badge: 10000043, pin: 0468, qualified: true}
    - {name: Cleo, badge: "10000044"}
  access: [Olga, Emil]
  emergency_stop:
    - {by: mn, breakers: [Q1]}
    - {by: mx}
`

func TestRoomOfASite(t *testing.T) {
	s := parse(t, locked)
	want := []room.Wire{{Breaker: "Q1", By: room.MN}, {Breaker: "Q2", By: room.MX}}
	if r := s.Room; !r.Locked || r.Unsafe || len(r.People) != 3 || fmt.Sprint(r.Stop) != fmt.Sprint(want) {
		t.Errorf("%+v", r)
	}
	if !s.Room.People[1].PIN.Is(room.PINOf("0468")) || !s.Room.People[1].Badge.Is(room.BadgeOf("10000043")) {
		t.Error("digits without quotes are read otherwise than they stand")
	}
	if len(s.Notes) > 0 {
		t.Error(s.Notes)
	}
	if parse(t, small).Room != nil {
		t.Error("a site that says nothing has a room")
	}
}

// TestWrongRooms: what is wrong is said with its place, and tells no number.
func TestWrongRooms(t *testing.T) {
	stop := "emergency_stop:\n    - {by: mn, breakers: [Q1]}\n    - {by: mx}\n"
	for _, c := range []struct{ why, old, new, want string }{
		{"locked without an emergency opening", stop, "", "test.yaml:9:3: room.emergency_stop: missing: a locked room has an emergency opening outside it, a stop button or an MN as fail-safe (D6)"},
		{"an empty list", stop, "emergency_stop: []\n", "test.yaml:14:19: room.emergency_stop: missing: a locked room"},
		{"no such coil", "    - {by: mx}", "    - {by: mn}", "test.yaml:16:12: room.emergency_stop[1].by: there is no MN in Q2, and the button would not open it; write mn: true there"},
		{"a coil that was left out", `variant: "5.0",`, `variant: "5.0", without: [mx],`, "room.emergency_stop[1].by: there is no MX in Q2"},
		{"no such breaker", "[Q1]", "[Q9]", `room.emergency_stop[0].breakers[0]: there is no breaker "Q9"`},
		{"twice", "- {by: mx}", "- {by: mx, breakers: [Q2, Q1]}", "room.emergency_stop[1].breakers[1]: Q1 is in a circuit already"},
		{"two for the rest", "mn, breakers: [Q1]", "mx", "room.emergency_stop[1]: two circuits are for all"},
		{"a short badge", `"10000044"`, `"12345"`, "test.yaml:12:27: room.people[2].badge: is no badge number"},
		{"no digits", `"10000044"`, `"secret44"`, "room.people[2].badge: is no badge number"},
		{"a long PIN", "0468", "123456789", "room.people[1].pin: is no PIN"},
		{"an empty PIN", "0468", `""`, "room.people[1].pin: is no PIN"},
		{"the same badge", `"10000044"`, `"10000042"`, "room.people[2].badge: Olga has the same badge"},
		{"nobody", "access: [Olga,", "access: [Zoe,", `test.yaml:13:12: room.access[0]: there is nobody "Zoe"`},
		{"no name", "name: Cleo, ", "", "room.people[2]: name is missing"},
		{"a list in a list", "access: [Olga,", "access: [[Olga],", "room.access[0]: write one value"},
		{"unknown field", "access:", "admit:", "room.admit: unknown field"},
	} {
		_, err := site.Parse("test.yaml", []byte(strings.Replace(locked, c.old, c.new, 1)))
		var p site.Problems
		if !errors.As(err, &p) || !strings.Contains(p.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.why, err, c.want)
			continue
		}
		for _, number := range []string{"12345", "secret44", "123456789", "10000042"} {
			if strings.Contains(p.Error(), number) {
				t.Errorf("%s: %v tells %s", c.why, p, number)
			}
		}
	}
	all := strings.NewReplacer(`"10000044"`, "1", "[Olga, Emil]", "[Zoe]", "by: mx", "by: mn", "630", "1").Replace(locked)
	_, err := site.Parse("test.yaml", []byte(all))
	for _, want := range []string{"breakers[1].in", "room.people[2].badge", "room.access[0]"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %s in %v", want, err)
		}
	}
}

// TestRoomNotes: what weakens a room is allowed, and told with its duty.
func TestRoomNotes(t *testing.T) {
	stop := "emergency_stop:\n    - {by: mn, breakers: [Q1]}\n    - {by: mx}\n"
	for _, c := range []struct{ old, new, want string }{
		{stop, "unsafe: true\n", "test.yaml:14:11: room.unsafe: locked without an emergency opening"},
		{stop, "locked: false\n", "room.locked: the room is not kept locked"},
		{"    - {by: mx}\n", "", "room.emergency_stop: it does not open Q2 (D6)"},
		{"  people:", "  ports: [{name: service socket}]\n  people:", "test.yaml:9:11: room.ports[0]: service socket is not protected: whoever reaches it needs no badge (D4)"},
		{"  people:", "  entries: [{name: duct, protected: true}, {name: tray}]\n  people:", "room.entries[1]: tray is not protected"},
	} {
		if s := parse(t, strings.Replace(locked, c.old, c.new, 1)); len(s.Notes) != 1 || !strings.Contains(s.Notes[0].Error(), c.want) {
			t.Errorf("%v, want %s", s.Notes, c.want)
		}
	}
}

// playRoom plays actions in a site for a minute.
func playRoom(t *testing.T, text, actions string) (*site.Run, string) {
	t.Helper()
	s := parse(t, text)
	sc := scenario(t, s, "scenario: x\nduration: 60\nactions:\n  - "+strings.ReplaceAll(actions, "; ", "\n  - ")+"\n")
	r, err := s.NewRun(sc)
	if err != nil {
		t.Fatal(err)
	}
	r.Step(sc.Duration)
	var told strings.Builder
	for _, e := range r.Log {
		fmt.Fprintln(&told, e.T, e.Who, e.Event, e.What, e.Detail)
	}
	return r, told.String()
}

// TestRoomVerbs: what people do at the door, in the words of a scenario.
func TestRoomVerbs(t *testing.T) {
	for _, c := range []struct {
		why, actions string
		want         []string // lines of the log
		inside       []string
	}{
		{"in", "{at: 1, do: badge, target: Olga, way: in}", []string{"1 room entered  Olga, in, with badge …42"}, []string{"Olga"}},
		{"with a PIN", "{at: 1, do: badge, target: Emil, way: in}", []string{"1 room entered  Emil, in, with badge and PIN …43"}, []string{"Emil"}},
		{"a wrong PIN", "{at: 1, do: badge, target: Emil, way: in, wrong_pin: true}", []string{"1 room badge_refused  Emil, in, with badge and PIN …43, the PIN", "scenario badge refused Emil, way in, wrong_pin true: Emil: the PIN"}, nil},
		{"not on the list", "{at: 1, do: badge, target: Cleo, way: in}", []string{"room badge_refused  Cleo", "scenario badge refused Cleo, way in: Cleo: this person is not on the access list"}, nil},
		{"an unknown badge", "{at: 1, do: badge, target: unknown, way: in}", []string{"1 room badge_refused  in, with badge, the reader does not know"}, nil},
		{"out", "{at: 1, do: badge, target: Olga, way: in}; {at: 9, do: badge, target: Olga, way: out}", []string{"9 room left  Olga, out, with badge …42"}, nil},
		{"held too long", "{at: 1, do: badge, target: Olga, way: in}; {at: 2, do: hold, target: door}", []string{"2 room held", "31 room held_too_long alarm"}, []string{"Olga"}},
		{"held for a while", "{at: 1, do: badge, target: Olga, way: in}; {at: 2, do: hold, target: door, for: 20}", []string{"22 room shut", "22 scenario shut  door"}, []string{"Olga"}},
		{"a hold that was refused shuts nothing", "{at: 1, do: badge, target: Olga, way: in}; {at: 2, do: hold, target: door, for: 50}; {at: 3, do: hold, target: door, for: 2}", []string{"3 scenario hold refused door", "52 room shut"}, []string{"Olga"}},
		{"forced, and acknowledged", "{at: 1, do: force, target: door}; {at: 2, do: shut, target: door}; {at: 3, do: acknowledge, target: door}", []string{"1 room forced alarm", "3 room acknowledged"}, nil},
		{"tailgating", "{at: 1, do: badge, target: Olga, way: in}; {at: 2, do: tailgate, target: unknown}; {at: 3, do: tailgate, target: Cleo}; {at: 30, do: leave, target: unknown}", []string{"2 room tailgated alarm in, with no badge", "3 room tailgated alarm Cleo, in, with no badge", "30 room left  out, with no badge"}, []string{"Olga", "Cleo"}},
		{"not through a closed door", "{at: 1, do: tailgate, target: Cleo}", []string{"scenario tailgate refused Cleo: Cleo: the door is closed and locked"}, nil},
		{"left unlocked", `{at: 1, do: bolt, target: door, state: "off"}; {at: 2, do: tailgate, target: Cleo}`, []string{"1 room unlocked", "2 room walked_in  Cleo"}, []string{"Cleo"}},
	} {
		r, told := playRoom(t, locked, c.actions)
		for _, want := range c.want {
			if !strings.Contains(told, want) {
				t.Errorf("%s: want %q in\n%s", c.why, want, told)
			}
		}
		var inside []string
		for _, o := range r.Lab.Room.State().Inside {
			inside = append(inside, o.Person)
		}
		if fmt.Sprint(inside) != fmt.Sprint(c.inside) {
			t.Errorf("%s: %v is inside, want %v", c.why, inside, c.inside)
		}
		for _, secret := range []string{"10000042", "10000043", "10000044", "0468"} {
			if strings.Contains(told, secret) {
				t.Errorf("%s: the log tells %s", c.why, secret)
			}
		}
	}
}

// TestEmergencyStop: it opens by the coil as wired, trips nothing, keeps what it
// opened from closing until it is released, and then closes nothing (R9).
func TestEmergencyStop(t *testing.T) {
	press := "{at: 1, do: press, target: emergency_stop}"
	close := "; {at: 20, do: charge, target: Q1}; {at: 21, do: close, target: Q1}; {at: 22, do: charge, target: Q2}; {at: 23, do: close, target: Q2}"
	for _, c := range []struct {
		why, actions string
		closed       bool
		want         string
	}{
		{"pressed", press, false, "1 room stop_pressed alarm"},
		{"by somebody outside", "{at: 1, do: press, target: emergency_stop, by: Cleo}", false, "1 room stop_pressed alarm Cleo"},
		{"nothing closes meanwhile", press + close, false, ""},
		{"released, and nothing closes by itself", press + "; {at: 10, do: release, target: emergency_stop}", false, "10 room stop_released"},
		{"released, and closed by hand", press + "; {at: 10, do: release, target: emergency_stop}" + close, true, ""},
		{"not pressed", "{at: 1, do: release, target: emergency_stop}", true, "scenario release refused emergency_stop: the emergency stop is not pressed"},
		{"pressed twice", press + "; {at: 2, do: press, target: emergency_stop}", false, "scenario press refused emergency_stop: the emergency stop is pressed already"},
	} {
		r, told := playRoom(t, locked, c.actions)
		if !strings.Contains(told, c.want) {
			t.Errorf("%s: want %q in\n%s", c.why, c.want, told)
		}
		for _, u := range r.Lab.Units {
			var snap imu.Snapshot
			u.Read(60*time.Second, access.Actor{Path: access.HMI, Present: true}, &snap)
			if u.Closed() != c.closed || snap.Values[points.BreakerFaultTripped] != 0 || snap.Values[points.OperationsTrips] != 0 {
				t.Errorf("%s: %s is closed: %v, SDE %g, trips %g\n%s", c.why, u.Name(), u.Closed(), snap.Values[points.BreakerFaultTripped], snap.Values[points.OperationsTrips], told)
			}
		}
	}
	r, _ := playRoom(t, strings.Replace(locked, "    - {by: mx}\n", "", 1), press)
	if r.Lab.Units[0].Closed() || !r.Lab.Units[1].Closed() {
		t.Error("it opens what it is not wired to, or leaves closed what it is")
	}
}

// TestHandsInARoom: who does something at a breaker must be inside, if it is said
// who. Nobody in particular may do everything, as ever.
func TestHandsInARoom(t *testing.T) {
	for _, c := range []struct {
		why, actions string
		closed       bool
		want         string
	}{
		{"nobody in particular", "{at: 1, do: open, target: Q1}", false, "1 scenario open  Q1"},
		{"somebody outside", "{at: 1, do: open, target: Q1, by: Olga}", true, "scenario open refused Q1, by Olga: Olga: this person is not in the room; badge in first"},
		{"somebody inside", "{at: 1, do: badge, target: Olga, way: in}; {at: 2, do: open, target: Q1, by: Olga}", false, "2 room acted  Olga, open Q1"},
		{"who has left", "{at: 1, do: badge, target: Olga, way: in}; {at: 2, do: badge, target: Olga, way: out}; {at: 3, do: open, target: Q1, by: Olga}", true, "3 scenario open refused"},
		{"who tailgated", "{at: 1, do: badge, target: Olga, way: in}; {at: 2, do: tailgate, target: Cleo}; {at: 3, do: open, target: Q1, by: Cleo}", false, "3 room acted_unqualified  Cleo, open Q1"},
		{"the pad", "{at: 1, do: pad, target: Q1, pad: locked, by: Olga}", true, "1 scenario pad refused"},
	} {
		r, told := playRoom(t, locked, c.actions)
		if !strings.Contains(told, c.want) || r.Lab.Units[0].Closed() != c.closed {
			t.Errorf("%s: closed is %v; want %q in\n%s", c.why, r.Lab.Units[0].Closed(), c.want, told)
		}
	}
	s := parse(t, locked)
	for action, want := range map[string]string{
		"do: open, target: Q1, by: Zoe":                 "nobody \"Zoe\"",
		"do: open, target: Q1, by: unknown":             "nobody \"unknown\"",
		"do: ambient, target: Q1, celsius: 1, by: Olga": "do: ambient has no by",
		"do: badge, target: Zoe, way: in":               `no person "Zoe"; there is Olga, Emil, Cleo, unknown`,
		"do: badge, target: Emil, way: in, pin: 0468":   "actions[0].pin: unknown field",
		"do: badge, target: Olga":                       "needs way",
		"do: badge, target: Olga, way: through":         "none of in, out",
		"do: hold, target: Q1":                          `no door "Q1"; there is door`,
		"do: press, target: Q1":                         `no button "Q1"; there is emergency_stop`,
	} {
		if _, err := s.ParseScenario("s", []byte("scenario: x\nduration: 9\nactions: [{at: 1, "+action+"}]")); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "0468") {
			t.Errorf("%s: %v, want %s", action, err, want)
		}
	}
	for _, action := range []string{"do: open, target: Q1, by: Olga", "do: badge, target: Olga, way: in", "do: press, target: emergency_stop"} {
		if _, err := parse(t, small).ParseScenario("s", []byte("scenario: x\nduration: 9\nactions: [{at: 1, "+action+"}]")); err == nil || !strings.Contains(err.Error(), "no room") {
			t.Errorf("without a room, %s: %v", action, err)
		}
	}
}

// TestAttends: the one question of every path that needs somebody at the breaker.
func TestAttends(t *testing.T) {
	build := func(text string) *site.Lab {
		l, err := parse(t, text).Build(imu.NewSteppedWorld(time.Unix(0, 0)), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	if l := build(small); l.Attends("") != nil || l.Attends("anybody") != nil {
		t.Error("breakers that stand in the open have nobody before them")
	}
	l := build(locked)
	all := []string{"", "Olga", "Cleo", "nobody"}
	hold := func(why string, want ...bool) {
		t.Helper()
		for i, who := range all {
			if err := l.Attends(who); (err == nil) != want[i] || err != nil && !strings.Contains(err.Error(), "badge in first") {
				t.Errorf("%s: %q: %v", why, who, err)
			}
		}
	}
	hold("empty", false, false, false, false)
	l.Room.Do(func(r *room.Room, now time.Duration) room.Verdict { return r.Walk(now, "", room.In) })
	hold("the door was shut", false, false, false, false)
	l.Room.Do(func(r *room.Room, now time.Duration) room.Verdict { return r.Badge(now, r.Carries("Olga", room.In)) })
	hold("Olga", true, true, false, false)
	l.Room.Do(func(r *room.Room, now time.Duration) room.Verdict { return r.Badge(now, r.Carries("Olga", room.Out)) })
	hold("gone", false, false, false, false)
}

// TestStopAfterRestart: what was opened by an emergency stop stays open, and its
// coil is as the new room is: not pressed.
func TestStopAfterRestart(t *testing.T) {
	s, dir := parse(t, locked), t.TempDir()
	build := func() (*site.Lab, *imu.World, *imu.Memory) {
		m, stored, err := imu.OpenMemory(dir)
		if err != nil {
			t.Fatal(err)
		}
		w := imu.NewSteppedWorld(time.Unix(0, 0))
		w.Step(stored.Alive)
		l, err := s.Build(w, m, stored)
		if err != nil {
			t.Fatal(err)
		}
		l.Start()
		return l, w, m
	}
	l, w, m := build()
	w.Step(w.Now() + time.Second)
	l.Room.Do(func(r *room.Room, now time.Duration) room.Verdict { return r.Press(now, "") })
	w.Step(w.Now() + time.Second)
	if err := m.Flush(w.Now()); err != nil {
		t.Fatal(err)
	}
	m.Close()
	l, w, m = build()
	defer m.Close()
	for _, u := range l.Units {
		if u.Closed() {
			t.Errorf("%s closed by itself", u.Name())
		}
		u.Charge(w.Now())
		u.Push(w.Now(), imu.CloseButton, true)
	}
	w.Step(w.Now() + time.Second)
	for _, u := range l.Units {
		if !u.Closed() {
			t.Errorf("%s cannot be closed: its coil is still as it was when the stop was pressed", u.Name())
		}
	}
}

// TestRoomSchema: the room is in the published schema, and its numbers are texts.
func TestRoomSchema(t *testing.T) {
	b, err := site.JSONSchema()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Properties map[string]struct {
			Properties map[string]any `json:"properties"`
		} `json:"properties"`
	}
	if err := json.Unmarshal(b, &doc); err != nil || len(doc.Properties["room"].Properties) != 9 {
		t.Errorf("%v %v", err, doc.Properties["room"])
	}
}
