package lab

import (
	"context"
	"net/url"
	"os"
	"strings"
	"testing"

	"switchroom/air"
	"switchroom/lab/remote"
	"switchroom/wire/ble"
)

// radios puts a phone that can be found into the air of a place.
func radios(t *testing.T, p *place) {
	t.Helper()
	a := air.New(1)
	t.Cleanup(func() { p.end(); a.Close() })
	r := a.Add("phone", air.Place{Y: 2}, func(ble.Packet) {})
	r.Send(ble.Command{Op: ble.LESetAdvEnable, Params: []byte{1}})
	a.Loop.Call(func() {})
	p.server.Tune(a)
}

// TestAir: radios are seen, carried, jammed and listened to, on the page and by the API.
func TestAir(t *testing.T) {
	p := newPlace(t)
	if r, body := p.get("/air"); r.StatusCode != 404 {
		t.Errorf("without radios: %d %s", r.StatusCode, body)
	}
	if _, body := p.get("/"); strings.Contains(body, `href="/air"`) {
		t.Error("a place without radios has a link to them")
	}
	radios(t, p)
	says := func(want ...string) {
		t.Helper()
		r, body := p.get("/air")
		for _, w := range want {
			if r.StatusCode != 200 || !strings.Contains(body, w) {
				t.Errorf("%d: %q is not on the page", r.StatusCode, w)
			}
		}
	}
	says(">phone<", `href="/air"`, "Nothing was heard")
	p.post("/air/move", url.Values{"name": {"phone"}, "x": {"1.5"}, "y": {"40"}})
	says(">1.5<", ">40<")
	for _, wrong := range []url.Values{{"name": {"phone"}, "x": {"far"}, "y": {"1"}}, {"name": {"phone"}, "x": {"NaN"}, "y": {"1"}}, {"name": {"nobody"}, "x": {"0"}, "y": {"0"}}} {
		if r, body := p.post("/air/move", wrong); r.StatusCode < 400 || !strings.Contains(body, "It was not done") {
			t.Errorf("%v: %d", wrong, r.StatusCode)
		}
	}
	p.post("/air/jam", url.Values{"metres": {"5"}})
	says("Jammed")
	p.post("/air/jam", url.Values{"metres": {"0"}})
	if r, body := p.post("/air/crack", nil); r.StatusCode != 200 || !strings.Contains(body, "No code was found") {
		t.Errorf("%d: nothing is told of cracking", r.StatusCode)
	}
	got, err := p.client.Jam(context.Background(), remote.JamOrder{Metres: 3})
	if err != nil || len(got.Jammers) != 1 || len(got.Radios) != 1 || got.Radios[0].Y != 40 {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := p.client.MoveRadio(context.Background(), remote.MoveOrder{Name: "nobody"}); err == nil {
		t.Error("nobody is carried")
	}
}

// TestAirAccessible looks at the page in every view.
func TestAirAccessible(t *testing.T) {
	axe, err := os.ReadFile("../dev/cache/axe.min.js")
	if err != nil {
		t.Skip("SKIPPED: accessibility is not checked: dev/assets axe fetches axe-core (it needs npm)")
	}
	b := seen(t)
	p := newPlace(t, lockedRoom)
	radios(t, p)
	accessible(t, b, string(axe), p.server.URL()+"/air", true)
}
