package lab

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"switchroom/lab/remote"
	"switchroom/paths/hmi"
)

// frame is what the front of a unit shows.
func (p *place) front(unit string) (f hmi.Frame) {
	p.Helper()
	raw, err := p.client.HMI(p.Context(), unit)
	if err == nil {
		err = json.Unmarshal(raw, &f)
	}
	if err != nil {
		p.Fatal(err)
	}
	return f
}

// TestHMI: somebody who is in the room changes Isd at the display of Q1; whoever is
// not presses nothing.
func TestHMI(t *testing.T) {
	p := newPlace(t, lockedRoom)
	key := func(k string) remote.KeyOrder { return remote.KeyOrder{Key: k, By: "Olga"} }
	for _, tt := range []struct {
		why    string
		unit   string
		do     remote.KeyOrder
		status int
		want   string
	}{
		{"not in the room", "Q1", key("home"), 409, "badge in first"},
		{"nobody in the room", "Q1", remote.KeyOrder{Key: "home"}, 409, "badge in first"},
		{"nor at the cover", "Q1", remote.KeyOrder{Cover: "open", By: "Olga"}, 409, "badge in first"},
		{"no such unit", "Q9", key("home"), 404, "no unit"},
		{"no such key", "Q1", key("open"), 422, "one of"},
		{"nothing", "Q1", remote.KeyOrder{By: "Olga"}, 422, "one of the two"},
		{"both", "Q1", remote.KeyOrder{Key: "home", Cover: "open"}, 422, "one of the two"},
		{"too long", "Q1", remote.KeyOrder{Key: "reset", Hold: 61}, 422, "60"},
	} {
		_, err := p.client.PressHMI(p.Context(), tt.unit, tt.do)
		var refusal *remote.Error
		if !errors.As(err, &refusal) || refusal.Status != tt.status || !strings.Contains(refusal.Detail, tt.want) {
			t.Errorf("%s: %v; want %d with %q", tt.why, err, tt.status, tt.want)
		}
	}
	if _, err := p.client.HMI(p.Context(), "Q9"); err == nil {
		t.Error("a unit that is not there has a front")
	}
	if f := p.front("Q1"); !f.On || f.LEDs.Ready.Pattern != hmi.PatternSlowBlink || f.CoverOpen || f.Supply != hmi.SupplyAuxiliary {
		t.Errorf("%+v", f)
	}
	if _, err := p.client.Badge(p.Context(), remote.BadgeOrder{Person: "Olga", Way: "in"}); err != nil {
		t.Fatal(err)
	}
	for _, o := range []remote.KeyOrder{
		{Cover: "open", By: "Olga"}, key("home"), key("ctx2"), key("ctx2"), key("ctx2"), key("ctx2"), key("ctx2"), key("ctx3"),
		key("ctx2"), key("ctx3"), key("ctx3"), {Key: "ctx1", By: "Olga", Hold: 0.5}, key("ctx3"),
	} {
		if _, err := p.client.PressHMI(p.Context(), "Q1", o); err != nil {
			t.Fatal(o, err)
		}
	}
	if f := p.front("Q1"); !strings.Contains(strings.Join(f.Text, "\n"), "becomes") || f.Path[len(f.Path)-1] != "I short time" {
		t.Fatalf("%s", strings.Join(f.Text, "\n"))
	}
	if got := p.shows("Q1", "protection.short_time.isd"); got != "1.5" {
		t.Errorf("Isd is %s before the question is answered", got)
	}
	if _, err := p.client.PressHMI(p.Context(), "Q1", key("ctx3")); err != nil {
		t.Fatal(err)
	}
	if got := p.shows("Q1", "protection.short_time.isd"); got != "4.5" {
		t.Errorf("Isd is %s", got)
	}
	events := p.server.history(0, 5)
	if !strings.Contains(events[0].Detail+events[1].Detail, "hmi Olga") {
		t.Errorf("nobody is named: %+v", events)
	}
	if once := p.server.panel("Q1"); once == nil || once != p.server.panel("Q1") || p.server.panel("Q9") != nil {
		t.Error("a unit has one front")
	}
}
