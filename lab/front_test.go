package lab

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"switchroom/imu"
	"switchroom/lab/remote"
	"switchroom/points"
)

// fullBreakers has a breaker with everything that hands can touch, and others that have
// less.
const fullBreakers = `
site: Front
breakers:
  - {name: Q1, in: 1000, variant: "6.0", closed: true, from: T1, to: B, modules: [erms], mn: true, io: [{switch: 9, inputs: [{input: 2, does: generic}]}, {switch: 9}]}
  - {name: Q2, in: 630, variant: "7.0", poles: 4, interface: eife, from: B, to: F}
  - {name: Q3, in: 630, variant: "2.0", interface: none, from: B, to: G, fixed: true, without: [mx, xf, res, mch]}
network:
  sources: [{name: T1, node: T1, kva: 630}]
`

// stopOfTwo is the locked room of breakers one of which has no MX.
var stopOfTwo = strings.Replace(lockedRoom, "{by: mx}", "{by: mx, breakers: [Q1, Q2]}", 1)

func (p *place) hands(unit, deed, to, by string) (remote.Front, error) {
	p.Helper()
	return p.client.Hands(p.Context(), unit, remote.HandsOrder{Deed: deed, To: to, By: by})
}

// newest is the newest event of a unit's history of operations or settings.
func (p *place) newest(unit string) string {
	p.Helper()
	i := slices.IndexFunc(p.lab.Units, func(u *imu.Unit) bool { return u.Name() == unit })
	if h := p.server.history(i, 1); len(h) > 0 {
		return points.EventOf(h[0].Code).Name + " " + h[0].Detail
	}
	return ""
}

// TestHands: each deed changes what the indicators show, and is in the history where
// the unit notes it.
func TestHands(t *testing.T) {
	p := newPlaceOf(t, fullBreakers)
	p.until("Q1", "breaker.closed", "true")
	lock := func(name string) func(*remote.Front) any {
		return func(f *remote.Front) any {
			i := slices.IndexFunc(f.Locks, func(l remote.FrontLock) bool { return l.Lock == name })
			return f.Locks[i].On
		}
	}
	coil := func(name string) func(*remote.Front) any {
		return func(f *remote.Front) any {
			i := slices.IndexFunc(f.Coils, func(c remote.FrontCoil) bool { return c.Coil == name })
			return fmt.Sprint(f.Coils[i].Volts, f.Coils[i].Energised)
		}
	}
	contacts := func(f *remote.Front) any { return f.Contacts }
	done := map[string]bool{}
	for _, tt := range []struct {
		deed, to string
		shows    func(*remote.Front) any
		want     any
		event    string // the newest then; "": the unit notes nothing
	}{
		{"mch", "off", coil("mch"), "0 false", ""},
		{"open", "", contacts, "open", "breaker.opened button"},
		{"close", "", contacts, "closed", "breaker.closed button"},
		{"charge", "", func(f *remote.Front) any { return f.Spring }, "charged", ""},
		{"mx", "on", contacts, "open", "breaker.opened MX"},
		{"mx", "off", coil("mx"), "0 false", ""},
		{"xf", "on", contacts, "closed", "breaker.closed XF"},
		{"xf", "off", coil("xf"), "0 false", ""},
		{"mn", "off", contacts, "open", "breaker.opened MN"},
		{"mn", "on", coil("mn"), "230 true", ""},
		{"mch", "on", coil("mch"), "230 true", ""},
		{"padlock", "on", lock("padlock"), true, ""},
		{"padlock", "off", lock("padlock"), false, ""},
		{"key_lock", "on", lock("key_lock"), true, ""},
		{"key_lock", "off", lock("key_lock"), false, ""},
		{"rack", "test", func(f *remote.Front) any { return f.Position }, "test", "breaker.racked test"},
		{"chassis_lock", "on", lock("chassis_lock"), true, ""},
		{"chassis_lock", "off", lock("chassis_lock"), false, ""},
		{"rack", "connected", func(f *remote.Front) any { return f.Position }, "connected", "breaker.racked connected"},
		{"pad", "locked", func(f *remote.Front) any { return fmt.Sprint(f.Pad, f.Remote) }, "lockedfalse", "remote.changed off by the pad"},
		{"pad", "unlocked", func(f *remote.Front) any { return fmt.Sprint(f.Pad, f.Remote) }, "unlockedtrue", "remote.changed on by the pad"},
		{"erms", "on", func(f *remote.Front) any { return f.ERMSSwitch }, "on", "erms.engaged ESM"},
		{"erms", "off", func(f *remote.Front) any { return f.ERMSSwitch }, "off", "erms.engaged ESM"},
		{"res", "on", coil("res"), "230 true", ""},
		{"res", "off", coil("res"), "0 false", ""},
		{"battery", "out", func(f *remote.Front) any { return f.Battery }, false, ""},
		{"battery", "in", func(f *remote.Front) any { return f.Battery }, true, ""},
		{"supply", "off", func(f *remote.Front) any { return fmt.Sprint(f.Supply, f.Powered) }, "false false", ""},
		{"supply", "on", func(f *remote.Front) any { return fmt.Sprint(f.Supply, f.Powered) }, "true true", ""},
	} {
		done[tt.deed] = true
		before := p.newest("Q1")
		f, err := p.hands("Q1", tt.deed, tt.to, "")
		if err != nil {
			t.Fatalf("%s %s: %v", tt.deed, tt.to, err)
		}
		if got := tt.shows(&f); got != tt.want {
			t.Errorf("%s %s: %v, want %v", tt.deed, tt.to, got, tt.want)
		}
		if after := p.newest("Q1"); tt.event != "" && after != tt.event {
			t.Errorf("%s %s: the history has %q, before %q, want %q", tt.deed, tt.to, after, before, tt.event)
		}
	}
	p.resets(done)
	for _, d := range FrontDeeds() {
		if !done[d.Deed] && d.Deed != "mx2" && !strings.HasPrefix(d.Deed, "io") { // a second MX takes the place of MN; of IO modules see TestHandsAtIO
			t.Errorf("nobody has done %s: put it into the table", d.Deed)
		}
	}
}

// resets trips a breaker and resets it by its button.
func (p *place) resets(done map[string]bool) {
	p.Helper()
	u := p.server.unit("Q1")
	for _, deed := range []string{"charge", "close"} {
		if _, err := p.hands("Q1", deed, "", ""); err != nil {
			p.Fatal(err)
		}
	}
	in := p.inject(remote.Order{Fault: "trip", Unit: "Q1", For: 600, With: map[string]string{"cause": "instantaneous"}})
	p.until("Q1", "breaker.fault_tripped", "true")
	if f := u.Indicators(p.lab.World.Now()); !f.Tripped {
		p.Errorf("%+v", f)
	}
	if _, err := p.hands("Q1", "close", "", ""); err == nil || !strings.Contains(err.Error(), "push the reset button in") {
		p.Errorf("closing a tripped breaker: %v", err)
	}
	f, err := p.hands("Q1", "reset", "", "")
	if err != nil || f.ResetOut {
		p.Errorf("reset: %+v, %v", f, err)
	}
	if all := p.server.history(0, 40); !slices.ContainsFunc(all, func(r imu.Record) bool { return r.Code == points.CodeReset && r.Detail == "button" }) {
		p.Errorf("the history does not tell of the button: %v", all)
	}
	p.undo(in)
	done["reset"] = true
}

// TestHandsRefused: what hands cannot do is refused with what to do, and nothing has
// happened.
func TestHandsRefused(t *testing.T) {
	p := newPlaceOf(t, fullBreakers+stopOfTwo)
	p.until("Q1", "breaker.closed", "true")
	steps := []struct {
		unit, deed, to, by string
		status             int
		want               string
	}{
		{"Q1", "open", "", "", 403, "nobody"},
		{"Q1", "open", "", "Olga", 403, "Olga: "},
		{"Q9", "open", "", "Olga", 404, "no unit"},
		{"", "badge", "in", "Olga", 0, ""},
		{"Q1", "open", "", "Emil", 403, "Emil: "},
		{"Q1", "dance", "", "Olga", 422, "switchroom hands"},
		{"Q1", "open", "wide", "Olga", 422, "takes nothing beside it"},
		{"Q1", "rack", "moon", "Olga", 422, "connected, test, disconnected, withdrawn"},
		{"Q1", "rack", "", "Olga", 422, "connected"},
		{"Q1", "close", "", "Olga", 409, "closed already"},
		{"Q1", "padlock", "on", "Olga", 409, "open it, then lock it"},
		{"Q1", "reset", "", "Olga", 409, "the reset button is in"},
		{"Q1", "charge", "", "Olga", 409, "charged already"},
		{"Q2", "pad", "locked", "Olga", 409, "Q2 has none"},
		{"Q2", "erms", "on", "Olga", 409, "Q2 has none"},
		{"Q3", "rack", "test", "Olga", 409, "Q3 has none"},
		{"Q3", "chassis_lock", "on", "Olga", 409, "Q3 has none"},
		{"Q3", "mx", "on", "Olga", 409, "Q3 has none"},
		{"Q3", "xf", "on", "Olga", 409, "Q3 has none"},
		{"Q3", "mch", "off", "Olga", 409, "Q3 has none"},
		{"Q1", "chassis_lock", "on", "Olga", 0, ""},
		{"Q1", "rack", "test", "Olga", 409, "take the lock off first"},
		{"Q1", "chassis_lock", "off", "Olga", 0, ""},
	}
	for _, tt := range steps {
		var err error
		if tt.deed == "badge" {
			_, err = p.client.Badge(t.Context(), remote.BadgeOrder{Person: tt.by, Way: tt.to})
		} else {
			_, err = p.hands(tt.unit, tt.deed, tt.to, tt.by)
		}
		var refused *remote.Error
		switch {
		case tt.status == 0 && err != nil, tt.status != 0 && !errors.As(err, &refused):
			t.Errorf("%+v: %v", tt, err)
		case tt.status != 0 && (refused.Status != tt.status || !strings.Contains(refused.Detail, tt.want)):
			t.Errorf("%+v: %d %s", tt, refused.Status, refused.Detail)
		}
	}
	if f, err := p.client.Front(t.Context(), "Q1"); err != nil || f.Contacts != "closed" || f.Position != "connected" {
		t.Errorf("something has happened: %+v %v", f, err)
	}
}

// TestStopHoldsCoil: what the emergency stop holds nobody takes from it at the breaker.
func TestStopHoldsCoil(t *testing.T) {
	p := newPlaceOf(t, fullBreakers+stopOfTwo)
	p.until("Q1", "breaker.closed", "true")
	p.post("/room/badge", url.Values{"person": {"Olga"}, "way": {"in"}})
	p.post("/room/stop", nil)
	if _, err := p.hands("Q1", "mx", "off", "Olga"); err == nil || !strings.Contains(err.Error(), "release it first") {
		t.Errorf("MX under the emergency stop: %v", err)
	}
	if _, err := p.hands("Q1", "close", "", "Olga"); err == nil || !strings.Contains(err.Error(), "MX is energised") {
		t.Errorf("closing under the emergency stop: %v", err)
	}
	if _, err := p.hands("Q1", "mn", "off", "Olga"); err != nil {
		t.Errorf("MN is not in that circuit: %v", err)
	}
	p.post("/room/release", nil)
	if f, _ := p.client.Front(t.Context(), "Q1"); f.Contacts != "open" {
		t.Errorf("released, it is %s", f.Contacts)
	}
}

// TestFrontTold: each unit tells what it has and no more.
func TestFrontTold(t *testing.T) {
	p := newPlaceOf(t, fullBreakers)
	for unit, want := range map[string]string{
		"Q1": "connected unlocked off mch+mn+mx+res+xf",
		"Q2": "connected   mch+mx+res+xf",
		"Q3": "fixed   ",
	} {
		if _, body := p.get(frontURL(unit)); strings.Contains(body, `id="hot-key-test"`) != (unit != "Q3") || strings.Contains(body, `id="hot-pad"`) != (unit == "Q1") {
			t.Errorf("%s: the drawing has a button that the breaker has not, or lacks one", unit)
		}
		f, err := p.client.Front(t.Context(), unit)
		if err != nil {
			t.Fatal(err)
		}
		coils := map[string]bool{}
		for _, c := range f.Coils {
			coils[c.Coil] = true
		}
		if got := strings.Join([]string{f.Position, f.Pad, f.ERMSSwitch, strings.Join(slices.Sorted(maps.Keys(coils)), "+")}, " "); got != want {
			t.Errorf("%s: %q, want %q", unit, got, want)
		}
		for _, d := range f.Deeds {
			if len(d.To) > 0 && !slices.Contains(d.To, d.Is) {
				t.Errorf("%s: %s is %q, which is none of %v", unit, d.Deed, d.Is, d.To)
			}
		}
	}
}

// TestFrontPage: a form does what it says, sends the browser back as whoever did it, and
// says why it did not.
func TestFrontPage(t *testing.T) {
	p := newPlaceOf(t, fullBreakers+stopOfTwo)
	p.until("Q1", "breaker.closed", "true")
	if res, body := p.get("/unit/Q1/front"); res.StatusCode != 200 || !strings.Contains(body, "Badge in: Olga") || len(body) > 150_000 {
		t.Errorf("with nobody inside: %d, %d bytes, %.200s", res.StatusCode, len(body), body)
	}
	for _, tt := range []struct {
		path   string
		form   url.Values
		status int
		want   string // on the page then
	}{
		{"/unit/Q1/front", url.Values{"hand": {"open"}}, 403, "It was not done"},
		{"/room/badge", url.Values{"person": {"Olga"}, "way": {"in"}, "back": {"Q1"}}, 303, `aria-current="true">Olga`},
		{"/unit/Q1/front", url.Values{"hand": {"close"}, "by": {"Olga"}}, 409, "closed already"},
		{"/unit/Q1/front", url.Values{"hand": {"rack test"}, "by": {"Emil"}}, 403, "Emil"},
		{"/unit/Q1/front", url.Values{"hand": {"rack test"}, "by": {"Olga"}}, 303, "main circuits apart"},
		{"/unit/Q1/front", url.Values{"hand": {"<b>"}, "by": {"Olga"}}, 422, "&lt;b&gt;"},
		{"/unit/Q1/front", url.Values{"hand": {"padlock on"}, "by": {"Olga"}}, 303, "Take the padlock on O off"},
		{"/unit/Q1/front", url.Values{"hand": {"cover open"}, "by": {"Olga"}}, 303, "Shut the cover"},
		{"/unit/Q1/front", url.Values{"hand": {"key home"}, "by": {"Olga"}}, 303, "Right key: OK"},
		{"/unit/Q1/front", url.Values{"hand": {"key reset 3"}, "by": {"Olga"}}, 303, "Latched events"},
		{"/unit/Q1/front", url.Values{"hand": {"key reset soon"}, "by": {"Olga"}}, 422, "no number of seconds"},
		{"/unit/Q1/front", url.Values{"hand": {"key wrong"}, "by": {"Olga"}}, 422, "It was not done"},
		{"/unit/Q1/front", url.Values{"hand": {"key home"}, "by": {"Emil"}}, 403, "Emil: "},
		{"/unit/Q9/front", url.Values{"hand": {"open"}}, 404, "no breaker"},
	} {
		res, body := p.post(tt.path, tt.form)
		if res.StatusCode == http.StatusSeeOther {
			if to := res.Header.Get("Location"); to != "/unit/Q1/front?by=Olga" {
				t.Errorf("%v: sent to %s", tt.form, to)
			}
			_, body = p.get(res.Header.Get("Location"))
		}
		if res.StatusCode != tt.status || !strings.Contains(body, tt.want) {
			t.Errorf("%s %v: %d, want %d, with %q in %.3000s", tt.path, tt.form, res.StatusCode, tt.status, tt.want, body)
		}
	}
	res, err := http.Get(p.server.URL() + "/unit/Q1/front/live?by=Olga")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	messages(t, res.Body, "Take the padlock on O off")
	p.hands("Q1", "padlock", "off", "Olga")
	messages(t, res.Body, "Put the padlock on O on")
}
