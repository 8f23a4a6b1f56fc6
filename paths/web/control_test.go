package web

import (
	"net/url"
	"strings"
	"testing"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
)

// TestControl: an order needs the login, the right, the password of the breaker, and
// an open pad; what is refused says why, and has not happened.
func TestControl(t *testing.T) {
	for _, profile := range profiles {
		at := newPlace(t, profile)
		who := at.as(access.Operator, operators)
		for _, c := range []struct {
			name, order, password string
			pad, closed           bool // pad: open
			tells                 string
		}{
			{"wrong password", "open", "9999", true, true, "Open: refused"},
			{"no password", "open", "", true, true, "Open: refused"},
			{"no such order", "melt", operatorKey, true, true, ""},
			{"pad closed (R4)", "open", operatorKey, false, true, "remote control is disabled"},
			{"pad closed, wrong password: rights come first (R10)", "open", "9999", false, true, "the password is not right"},
			{"open", "open", operatorKey, true, false, "Open: done"},
			{"open again", "open", operatorKey, true, false, "open already"},
			{"close while the pad is closed", "close", operatorKey, false, false, "remote control is disabled"},
			{"close", "close", operatorKey, true, true, "Close: done"},
		} {
			at.unit.Pad(at.d.world.Now(), !c.pad)
			a := who.post("/control", url.Values{"order": {c.order}, "breaker_password": {c.password}})
			told := who.told()
			if a.status >= 500 || !strings.Contains(strings.ToLower(told), strings.ToLower(c.tells)) || at.closed() != c.closed {
				t.Errorf("%v, %s: %d, closed %v, told %q", profile, c.name, a.status, at.closed(), notice1(told))
			}
		}
	}
}

// notice1 is the first notice on a page.
func notice1(body string) string {
	_, rest, _ := strings.Cut(body, `class="notice`)
	text, _, _ := strings.Cut(rest, "</div></div>")
	return text
}

// TestPadShown: a page on which nothing can be ordered says so before somebody tries.
func TestPadShown(t *testing.T) {
	at := newPlace(t, access.Faithful)
	at.unit.Pad(at.d.world.Now(), true)
	body := at.as(0, operators).get("/control").body
	if !strings.Contains(body, "Remote control is disabled") || strings.Contains(body, "<dialog") {
		t.Error("the closed pad is not told")
	}
	at.unit.Pad(at.d.world.Now(), false)
	if body := at.as(0, operators).get("/control").body; !strings.Contains(body, "<dialog") {
		t.Error("with an open pad nothing can be ordered")
	}
	if body := at.as(0, engineers).get("/control").body; strings.Contains(body, "<dialog") {
		t.Error("who may not operate is offered to")
	}
}

// TestClockPassesPad: setting the clock needs no password of the breaker and passes a
// closed pad, and is in the log each time (R4).
func TestClockPassesPad(t *testing.T) {
	at := newPlace(t, access.Faithful)
	at.unit.Pad(at.d.world.Now(), true)
	who := at.as(0, engineers)
	if who.post("/control/time", url.Values{"time": {"2031-05-06T07:08:09"}}); !strings.Contains(who.told(), "Set the time: done") {
		t.Error("the clock is not set")
	}
	if body := who.get("/control/time").body; !strings.Contains(body, "2031-05-06T07:08") {
		t.Error("the clock does not show it")
	}
	if body := who.get("/maintenance").body; !strings.Contains(body, "web 127.0.0.1") {
		t.Error("the event does not say who")
	}
	for _, bad := range []string{"", "now", "1999-01-01T00:00:00", "2100-01-01T00:00:00"} {
		if a := who.post("/control/time", url.Values{"time": {bad}}); a.status != 422 {
			t.Errorf("%q: %d", bad, a.status)
		}
	}
}

// TestSettingsByWord: every setting is taken as the table shows it, with the password of
// the administrator of the breaker and no other; nonsense is told only to them.
func TestSettingsByWord(t *testing.T) {
	at := newPlace(t, access.Faithful)
	who := at.as(0, engineers)
	write := func(point, value, password string) string {
		who.post("/control/settings", url.Values{"point": {point}, "value": {value}, "breaker_password": {password}})
		return who.told()
	}
	s := new(imu.Snapshot)
	at.unit.Read(at.d.world.Now(), access.Actor{Path: access.Modbus}, s)
	n := 0
	for _, p := range settable(s) {
		shown := strings.TrimSuffix(value(s, p.ID), " "+p.Unit)
		if told := write(p.Name, shown, administratorKey); strings.Contains(told, "outside") {
			t.Errorf("%s does not take %q, which it shows: %q", p.Name, shown, notice1(told))
		}
		n++
	}
	if n < 10 {
		t.Errorf("only %d settings", n)
	}
	for _, c := range []struct{ point, value, password, tells string }{
		{"protection.long_time.ir", "nonsense", operatorKey, "level may not"},
		{"protection.long_time.ir", "nonsense", administratorKey, "outside its range"},
		{"protection.long_time.ir", "1e99", administratorKey, "outside its range"},
		{"breaker.open", "1", administratorKey, "no such setting"},
		{"password.level4", "0000", administratorKey, "no such setting"},
		{"protection.long_time.ir", "750", administratorKey, ": done"},
	} {
		if told := write(c.point, c.value, c.password); !strings.Contains(told, c.tells) {
			t.Errorf("%s=%s: %q, want %q", c.point, c.value, notice1(told), c.tells)
		}
	}
}

// TestCountersReset: what is counted is reset with a password of the breaker.
func TestCountersReset(t *testing.T) {
	for _, profile := range profiles {
		at := newPlace(t, profile)
		who := at.as(access.Engineer, engineers)
		for password, want := range map[string]string{"9999": "Reset: refused", operatorKey: "Reset: done"} {
			who.post("/maintenance/counters", url.Values{"groups": {"512"}, "breaker_password": {password}})
			if told := who.told(); !strings.Contains(told, want) {
				t.Errorf("%v: %q", profile, notice1(told))
			}
		}
	}
	if points.Of(points.MeasureReset).Class != points.Counters {
		t.Error("the class has changed")
	}
}
