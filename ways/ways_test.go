package ways_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
	"switchroom/site"
	"switchroom/ways"
)

// open is a site with every way that there is, and nothing that closes one.
const open = `site: Open house
profile: "%s"
listen: lan
breakers:
  - {name: Q1, in: 1000, variant: "6.0", address: 192.0.2.1, closed: true, modules: [operation]}
  - {name: Q2, in: 630, variant: "5.0", via: Q1, unit: 2}
  - {name: Q3, in: 630, variant: "6.0", address: 192.0.2.3, interface: eife, mn: true, io: [{switch: 2}]}
  - {name: Q4, in: 630, variant: "5.0", via: L1, unit: 4}
  - {name: Q5, in: 630, variant: "5.0", via: L2, unit: 5}
  - {name: Q6, in: 630, variant: "5.0", via: GW, unit: 6}
  - {name: Q7, in: 630, closed: true, variant: "5.0", interface: none, without: [mx, xf, res]}
lines: [{name: L1}, {name: L2, server: Q1}]
gateways: [{name: GW, kind: gateway, address: 192.0.2.9}]
room:
  locked: false
  people: [{name: Olga, badge: "10000042"}]
  access: [Olga]
  entries: [{name: cable duct}]
  emergency_stop: [{by: mx, breakers: [Q1]}, {by: mn, breakers: [Q3]}]
%s`

const community = "snmp: {community: readers}\n"

func parse(t *testing.T, profile, more string) *site.Site {
	t.Helper()
	s, err := site.Parse("test.yaml", fmt.Appendf(nil, open, profile, more))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func list(t *testing.T, s *site.Site, now []ways.Now) []ways.Breaker {
	t.Helper()
	all, err := ways.List(s, now, ways.Around(s))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func begin(t *testing.T, profile, more string) []ways.Breaker {
	t.Helper()
	s := parse(t, profile, more)
	now, err := ways.Begin(s)
	if err != nil {
		t.Fatal(err)
	}
	return list(t, s, now)
}

func find(t *testing.T, all []ways.Breaker, breaker, way string) *ways.Entry {
	t.Helper()
	for i := range all {
		for k := range all[i].Entries {
			if e := &all[i].Entries[k]; all[i].Site.Unit.Name == breaker && e.Key == way {
				return e
			}
		}
	}
	t.Fatalf("no way %s to %s", way, breaker)
	return nil
}

func cells(e *ways.Entry) string {
	var all []string
	for i := range e.Can {
		all = append(all, e.Can[i].String())
	}
	return strings.Join(all, " ")
}

func TestTablesAreSorted(t *testing.T) {
	if !slices.IsSortedFunc(ways.Table(), func(a, b ways.Way) int { return strings.Compare(a.Key, b.Key) }) {
		t.Error("the ways are not sorted")
	}
	if !slices.IsSortedFunc(ways.Measures(), func(a, b ways.Measure) int { return strings.Compare(a.Key, b.Key) }) {
		t.Error("the measures are not sorted")
	}
	for _, w := range ways.Table() {
		if w.Title == "" || w.Guide == "" || w.Source == "" {
			t.Errorf("%s: no title, guide or source", w.Key)
		}
	}
	for _, m := range ways.Measures() {
		if m.Do == "" || m.Guide == "" || m.Source == "" {
			t.Errorf("%s: no deed, guide or source", m.Key)
		}
	}
}

// TestEveryWay: each row of the table, where it begins and what it can do where
// nothing closes it; and where it is not there.
func TestEveryWay(t *testing.T) {
	all := begin(t, "2017", community)
	seen := map[string]bool{}
	for _, c := range []struct {
		breaker, way string
		from         ways.Place
		at, can      string // read, protection, other, operate; "-": not there
	}{
		{"Q1", "ble", ways.Nowhere, "", "-"},
		{"Q1", "buttons", ways.Front, "", "no no no yes"},
		{"Q1", "coils", ways.Room, "", "no no no yes"},
		{"Q7", "coils", ways.Nowhere, "", "-"},
		{"Q1", "hmi", ways.Front, "", "yes yes yes no"},
		{"Q1", "io", ways.Nowhere, "", "-"},
		{"Q3", "io", ways.Room, "its switch, its test button, its wires", "no no no yes"},
		{"Q1", "mbaps", ways.Nowhere, "", "-"},
		{"Q1", "modbus", ways.Network, "modbus://192.0.2.1:5020/255", "yes yes yes yes"},
		{"Q2", "modbus", ways.Network, "modbus://192.0.2.1:5020/2 through the IFE server of Q1", "yes yes yes yes"},
		{"Q5", "modbus", ways.Network, "modbus://192.0.2.1:5020/5 through the IFE server of Q1 and line L2", "yes yes yes yes"},
		{"Q6", "modbus", ways.Network, "modbus://192.0.2.9:5020/6 through GW", "yes yes yes yes"},
		{"Q4", "modbus", ways.Nowhere, "", "-"},
		{"Q7", "modbus", ways.Nowhere, "", "-"},
		{"Q1", "nfc", ways.Front, "", "yes no no no"},
		{"Q4", "serial", ways.Line, "line L1, address 4", "yes yes yes yes"},
		{"Q5", "serial", ways.Nowhere, "line L2, address 5", "-"},
		{"Q1", "serial", ways.Nowhere, "", "-"},
		{"Q1", "snmp", ways.Network, "UDP 192.0.2.1:1161", "yes no no no"},
		{"Q2", "snmp", ways.Nowhere, "", "-"},
		{"Q1", "stop", ways.Outside, "by mx", "no no no open"},
		{"Q3", "stop", ways.Outside, "by mn", "no no no open"},
		{"Q2", "stop", ways.Nowhere, "", "-"},
		{"Q1", "usb-pc", ways.Front, "", "yes yes yes yes"},
		{"Q7", "usb-pc", ways.Front, "", "yes yes yes no"}, // no coil
		{"Q1", "usb-phone", ways.Front, "", "yes yes yes yes"},
		{"Q3", "usb-phone", ways.Front, "", "yes yes yes reset"}, // no module operation
		{"Q1", "web", ways.Network, "192.0.2.1", "yes yes yes yes"},
		{"Q2", "web", ways.Nowhere, "", "-"},
	} {
		e := find(t, all, c.breaker, c.way)
		seen[c.way] = true
		got := cells(e)
		if !e.There {
			got = "-"
		}
		if e.From != c.from || e.Address != c.at || got != c.can || e.There == (e.Why != "") {
			t.Errorf("%s by %s: from %q at %q can %q (%s); want from %q at %q can %q", c.breaker, c.way, e.From, e.Address, got, e.Why, c.from, c.at, c.can)
		}
	}
	for _, w := range ways.Table() {
		if !seen[w.Key] {
			t.Errorf("way %s is not exercised", w.Key)
		}
	}
}

// TestMbaps: the secured door beside the plain one, and as the only one; what no role
// may, nobody may.
func TestMbaps(t *testing.T) {
	const files = "certificate: c.pem, key: k.pem, anchors: a.pem"
	for _, c := range []struct{ profile, more, breaker, way, at, can string }{
		{"2017", "mbaps: {" + files + "}\n", "Q1", "mbaps", "mbaps://192.0.2.1:8020/255", "yes yes yes yes"},
		{"2017", "mbaps: {" + files + "}\n", "Q1", "modbus", "modbus://192.0.2.1:5020/255", "yes yes yes yes"},
		{"2017", "mbaps: {" + files + "}\n", "Q5", "mbaps", "mbaps://192.0.2.1:8020/5 through the IFE server of Q1 and line L2", "yes yes yes yes"},
		{"2017", "mbaps: {" + files + "}\n", "Q6", "mbaps", "", "-"}, // behind a gateway
		{"2017", "mbaps: {" + files + ", roles: {Viewer: read}}\n", "Q1", "mbaps", "mbaps://192.0.2.1:8020/255", "yes no no no"},
		{"2017", "mbaps: {" + files + ", roles: {Viewer: none}}\n", "Q1", "mbaps", "mbaps://192.0.2.1:8020/255", "no no no no"},
		{"hardened", "mbaps: {port: 802, plain: off, " + files + "}\n", "Q2", "mbaps", "mbaps://192.0.2.1:802/2 through the IFE server of Q1", ""},
		{"hardened", "mbaps: {plain: off, " + files + "}\n", "Q1", "modbus", "", "-"},
		{"hardened", "mbaps: {plain: off, " + files + "}\n", "Q2", "modbus", "", "-"},
	} {
		e := find(t, begin(t, c.profile, c.more), c.breaker, c.way)
		got := cells(e)
		if !e.There {
			got = "-"
		}
		if e.Address != c.at || c.can != "" && got != c.can || e.There == (e.Why != "") {
			t.Errorf("%s%s by %s: at %q can %q (%s); want at %q can %q", c.more, c.breaker, c.way, e.Address, got, e.Why, c.at, c.can)
		}
	}
}

// TestEveryMeasure: each measure, and exactly what it does to which ways.
func TestEveryMeasure(t *testing.T) {
	all := begin(t, "2017", community)
	const all3 = "protection settings, other settings, open / close / reset"
	for _, c := range []struct{ breaker, measure, does string }{
		{"Q3", "eife-switch", "modbus takes " + all3 + "; web takes " + all3},
		{"Q1", "hmi-lock", "hmi takes protection settings"},
		{"Q1", "ip-filter", "modbus narrowed by filter"},
		{"Q2", "ip-filter", "modbus narrowed by filter"},
		{"Q6", "ip-filter", ""},
		{"Q1", "listen", "modbus narrowed by reach; snmp narrowed by reach; web narrowed by reach"},
		{"Q3", "modbus-off", "modbus ends"},
		{"Q1", "modbus-off", ""}, // others are behind it
		{"Q1", "pad", "modbus takes " + all3 + "; web takes " + all3},
		{"Q2", "pad", "modbus takes " + all3},
		{"Q4", "pad", "serial takes " + all3},
		{"Q1", "passwords", "modbus narrowed by password; usb-pc narrowed by password; usb-phone narrowed by password; web narrowed by password"},
		{"Q1", "protect-openings", ""}, // the room is not locked: it is of no use
		{"Q4", "remote-lock", "serial takes protection settings"},
		{"Q1", "room-lock", ""}, // through the cable duct one gets in all the same
		{"Q2", "server-pad", "modbus takes " + all3},
		{"Q5", "server-pad", "modbus takes " + all3},
		{"Q1", "server-pad", ""},
		{"Q1", "snmp-off", "snmp ends"},
		{"Q1", "web-accounts", "web narrowed by account"},
		{"Q1", "web-off", "web ends"},
	} {
		if got := does(all, c.breaker, c.measure); got != c.does {
			t.Errorf("%s at %s: %q, want %q", c.measure, c.breaker, got, c.does)
		}
	}
}

// TestRoom: a lock helps where nothing is open beside it, and the other way round.
func TestRoom(t *testing.T) {
	s := parse(t, "2017", "")
	now, err := ways.Begin(s)
	if err != nil {
		t.Fatal(err)
	}
	const closed = "buttons narrowed by room; coils narrowed by room; hmi narrowed by room; nfc narrowed by room; usb-pc narrowed by room; usb-phone narrowed by room"
	for _, c := range []struct {
		around  ways.Surroundings
		measure string
		does    string
	}{
		{ways.Surroundings{Inside: -1}, "room-lock", closed},
		{ways.Surroundings{There: true, Inside: 2}, "room-lock", closed},
		{ways.Surroundings{There: true, Locked: true, Open: []string{"duct"}}, "protect-openings", closed},
		{ways.Surroundings{There: true, Locked: true}, "room-lock", ""},
	} {
		all, err := ways.List(s, now, c.around)
		if err != nil {
			t.Fatal(err)
		}
		if got := does(all, "Q1", c.measure); got != c.does {
			t.Errorf("%+v, %s: %q, want %q", c.around, c.measure, got, c.does)
		}
	}
}

// does is what a measure does to the ways to a breaker.
func does(all []ways.Breaker, breaker, measure string) string {
	var out []string
	for i := range all {
		for _, e := range all[i].Entries {
			for _, c := range e.Closings {
				if all[i].Site.Unit.Name != breaker || c.Measure.Key != measure {
					continue
				}
				switch {
				case c.Gone:
					out = append(out, e.Key+" ends")
				case len(c.Takes) > 0:
					out = append(out, e.Key+" takes "+strings.Join(c.Takes, ", "))
				default:
					out = append(out, e.Key+" narrowed by "+strings.Join(c.Holds, ", "))
				}
			}
		}
	}
	return strings.Join(out, "; ")
}

// TestWhatIsDone does to running units what the measures say, and finds in the list
// what the unit itself then answers to whoever has every password.
func TestWhatIsDone(t *testing.T) {
	for _, c := range []struct {
		what string
		at   string
		do   func(u *imu.Unit, now time.Duration)
	}{
		{"nothing", "Q1", func(*imu.Unit, time.Duration) {}},
		{"pad", "Q1", func(u *imu.Unit, now time.Duration) { u.Pad(now, true) }},
		{"pad", "Q4", func(u *imu.Unit, now time.Duration) { u.Pad(now, true) }},
		{"inhibition", "Q3", func(u *imu.Unit, now time.Duration) { u.InhibitByIO(now, true) }},
		{"settings locks", "Q1", func(u *imu.Unit, now time.Duration) {
			for _, op := range []points.ID{points.LockProtectionHMI, points.LockProtectionRemote} {
				a := access.Actor{Path: access.HMI, Present: true}
				if r := u.Do(now, imu.Request{Actor: a, Op: op, Value: points.Flag(true)}); !r.Decision.OK() || r.Refusal != imu.None {
					panic(fmt.Sprint(op, r))
				}
			}
		}},
	} {
		for _, profile := range []string{"2017", "rbac", "hardened"} {
			lab, err := parse(t, profile, "").Build(imu.NewSteppedWorld(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)), nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range lab.Units {
				if u.Name() == c.at {
					c.do(u, lab.World.Now())
				}
			}
			agrees(t, c.what+" at "+c.at+", "+profile, lab)
		}
	}
}

// agrees asks every unit for every cell of every path.
func agrees(t *testing.T, what string, lab *site.Lab) {
	t.Helper()
	all := list(t, lab.Site, ways.Look(lab))
	asked := 0
	for i := range all {
		for _, e := range all[i].Entries {
			if e.Path == access.NoPath || !e.There {
				continue
			}
			for k, row := range access.MatrixRows[1:] {
				for _, op := range row.Ops {
					a := access.Actor{Path: e.Path, Offered: true, Levels: access.AnyLevel, Login: true, Roles: access.AnyRole, Present: true, Genuine: true, Until: lab.World.Now() + time.Hour}
					r := lab.Units[i].Do(lab.World.Now(), imu.Request{Actor: a, Op: op})
					if r.Refusal == imu.AlreadyOpen || r.Refusal == imu.AlreadyReset || r.Refusal == imu.AlreadyClosed {
						continue // which it says before it looks for its coil
					}
					cannot := r.Refusal == imu.NoActuator || r.Refusal == imu.NotSupported && points.Of(op).Type == points.Action
					can := r.Decision.OK() && !cannot
					if says := slices.Contains(e.Can[k+1].Ops, op); says != can {
						t.Errorf("%s: %s by %s, %v: the list says %v, the unit %v %v", what, all[i].Site.Unit.Name, e.Key, op, says, r.Decision, r.Refusal)
					}
					asked++
				}
			}
		}
	}
	if asked < 100 {
		t.Errorf("%s: only %d questions", what, asked)
	}
}

// TestHardened: as delivered nothing is done over the network, and the factory
// passwords do nothing anywhere.
func TestHardened(t *testing.T) {
	all := begin(t, "hardened", "")
	for way, want := range map[string]string{"modbus": "remote_off", "usb-pc": "factory_password", "web": "remote_off"} {
		e := find(t, all, "Q1", way)
		if c := e.Can[3]; c.Yes() || c.Why != want {
			t.Errorf("%s: %v %s, want no %s", way, &c, c.Why, want)
		}
	}
	if e := find(t, all, "Q1", "hmi"); cells(e) != "yes yes yes no" {
		t.Errorf("hmi: %s", cells(e))
	}
}

// TestWithoutSupply: what a dead unit does not answer is said; its tag reads all the
// same, and a cable feeds it.
func TestWithoutSupply(t *testing.T) {
	lab, err := parse(t, "2017", "").Build(imu.NewSteppedWorld(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	lab.Units[0].Supply(lab.World.Now(), false)
	all := list(t, lab.Site, ways.Look(lab))
	for way, want := range map[string]string{"hmi": "no no no no", "modbus": "no no no no", "nfc": "yes no no no", "buttons": "no no no yes"} {
		if e := find(t, all, "Q1", way); cells(e) != want {
			t.Errorf("%s: %s, want %s", way, cells(e), want)
		}
	}
	if e := find(t, all, "Q1", "modbus"); e.Can[0].Why != "the control unit has no supply" {
		t.Errorf("%q", e.Can[0].Why)
	}
	if e := find(t, all, "Q1", "usb-pc"); !e.Can[0].All || !e.Can[2].All {
		t.Errorf("usb: %s", cells(e))
	}
}

func TestOtherSite(t *testing.T) {
	if _, err := ways.List(parse(t, "2017", ""), nil, ways.Surroundings{}); err == nil || !strings.Contains(err.Error(), "give the site file that runs") {
		t.Error(err)
	}
}
