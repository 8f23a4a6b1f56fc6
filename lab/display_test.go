package lab

import (
	"context"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"switchroom/client"
	"switchroom/displays"
	"switchroom/points"
	"switchroom/regmap"
)

// hangs hangs a display on the switchboard of a place, whose breakers do not answer:
// what matters here is the page.
func hangs(t *testing.T, p *place) {
	t.Helper()
	logins, err := displays.OpenLogins(filepath.Join(t.TempDir(), "logins"), false)
	if err != nil {
		t.Fatal(err)
	}
	d, err := displays.New([]string{"modbus://127.0.0.1:9/255"}, displays.Options{
		Kind: displays.FDM128, Logins: logins, Now: time.Now,
		Dial: func(ctx context.Context, a string) (client.Breaker, error) {
			return client.Connect(ctx, a, client.Options{Timeout: time.Second})
		},
		Carries: func(a string, id points.ID) bool { _, ok := client.Carried(a, regmap.Default())(id); return ok },
	})
	if err != nil {
		t.Fatal(err)
	}
	p.server.Hang(d)
}

// TestDisplay: the page shows the display, presses its keys, and never sends a
// password back.
func TestDisplay(t *testing.T) {
	p := newPlace(t)
	if r, _ := p.get("/display"); r.StatusCode != 404 {
		t.Errorf("where none hangs: %d", r.StatusCode)
	}
	hangs(t, p)
	r, page := p.get("/display")
	if r.StatusCode != 200 || !strings.Contains(page, "no answer") || !strings.Contains(page, "as guest") {
		t.Errorf("%d: %.300s", r.StatusCode, page)
	}
	p.post("/display", url.Values{"key": {"login"}})
	if _, page = p.get("/display"); !strings.Contains(page, `name="text"`) {
		t.Error("it asks for no user")
	}
	p.post("/display", url.Values{"text": {"admin"}})
	if _, page = p.get("/display"); !strings.Contains(page, `type="password"`) {
		t.Error("it asks for no password")
	}
	p.post("/display", url.Values{"text": {"Canary-77"}})
	if _, page = p.get("/display"); strings.Contains(page, "Canary-77") || !strings.Contains(page, "as guest") {
		t.Error("a wrong password is shown, or taken")
	}
	if r, _ := p.post("/display", url.Values{"key": {"frobnicate"}}); r.StatusCode != 422 {
		t.Errorf("a key that is not there: %d", r.StatusCode)
	}
	if r, text := p.get("/api/v1/display"); r.StatusCode != 200 || !strings.Contains(text, `"fdm128"`) {
		t.Errorf("%d: %s", r.StatusCode, text)
	}
}
