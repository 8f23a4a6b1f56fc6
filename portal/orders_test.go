package portal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"switchroom/imu"
	"switchroom/trust"
	"switchroom/trust/issue"
)

func order(reference, serial string) sent {
	return sent{"reference": reference, "serial": serial, "payment": TestPayment}
}

// TestBuy: a customer buys a module; the package is taken by the control unit that it
// is for, and by no other.
func TestBuy(t *testing.T) {
	p := newPlace(t)
	c := p.person("kim", Customer)
	o := order("LV850009", "CU-1")
	o["expires"] = p.clock().AddDate(1, 0, 0).Format(time.DateOnly)
	var told orderTold
	read(t, c.call("POST", "/api/v1/orders", o), &told)
	pack := c.get("/api/v1/orders/" + told.ID + "/package")
	sum := sha256.Sum256([]byte(pack.body))
	if pack.status != 200 || hex.EncodeToString(sum[:]) != told.SHA256 || told.Expires == nil {
		t.Fatal(pack.status, told)
	}
	if again := c.get("/orders/" + told.ID + "/package"); again.body != pack.body || !strings.Contains(again.header.Get("Content-Disposition"), "erms-CU-1.swpkg") {
		t.Error("from the history:", again.status, again.header)
	}
	side := must(must(issue.Open(p.pki)).Side())
	side.Clock = p.clock()
	for _, x := range []struct{ serial, version, want string }{
		{"CU-1", "002.000.003", trust.Accepted}, {"CU-2", "002.000.003", trust.OtherUnit}, {"CU-1", "002.000.002", trust.TooOld},
	} {
		side.Device = &trust.Device{Component: "control_unit", Version: x.version, Serial: x.serial}
		if _, v := trust.Verify([]byte(pack.body), side); v.Reason != x.want {
			t.Errorf("%s with %s: %s (%s), want %s", x.serial, x.version, v.Reason, v.Detail, x.want)
		}
	}
	side.Device, side.Clock = &trust.Device{Component: "control_unit", Version: "002.000.003", Serial: "CU-1"}, told.Expires.Add(time.Second)
	if _, v := trust.Verify([]byte(pack.body), side); v.OK() {
		t.Error("the licence never ends")
	}
	if x := p.person("lee", Customer).get("/api/v1/orders/" + told.ID + "/package"); x.status != http.StatusNotFound {
		t.Error("somebody else has it:", x.status)
	}
}

// TestRefusedPurchases: what is wrong is told, all of it at once; a card's number is
// neither told back nor kept.
func TestRefusedPurchases(t *testing.T) {
	const card = "4111111111111111"
	p := newPlace(t)
	c := p.person("kim", Customer)
	for _, x := range []struct {
		why    string
		change sent
		say    []string
	}{
		{"a card", sent{"payment": card}, []string{"payment"}},
		{"the declared absent", sent{"reference": "SWRM-DM-09"}, []string{"MMS"}},
		{"no such module", sent{"reference": "LV000000"}, []string{"reference"}},
		{"everything", sent{"reference": "?", "serial": "../x", "payment": "", "expires": "2001-01-01"}, []string{"reference", "serial", "payment", "expires"}},
		{"no day", sent{"expires": "soon"}, []string{"expires"}},
		{"in a hundred years", sent{"expires": "2126-01-01"}, []string{"expires"}},
	} {
		o := order("LV850009", "CU-1")
		for k, v := range x.change {
			o[k] = v
		}
		a := c.call("POST", "/api/v1/orders", o)
		if a.status != 422 || strings.Contains(a.body, card) {
			t.Errorf("%s: %v", x.why, a)
		}
		for _, s := range x.say {
			if !strings.Contains(a.body, s) {
				t.Errorf("%s: no word of %s: %s", x.why, s, a.body)
			}
		}
	}
	page := c.post("/market/LV850009", url.Values{"serial": {"CU-1"}, "payment": {card}})
	if page.status != 422 || strings.Contains(page.body, card) {
		t.Error(page.status)
	}
	for _, f := range must(filepath.Glob(p.dir + "/*")) {
		if b, _ := os.ReadFile(f); strings.Contains(string(b), card) {
			t.Errorf("the card is in %s", f)
		}
	}
	if all := c.get("/api/v1/orders"); strings.TrimSpace(all.body) != "[]" {
		t.Error(all.body)
	}
}

// TestTwice: a form that is sent twice is one order.
func TestTwice(t *testing.T) {
	p := newPlace(t)
	c := p.person("kim", Customer)
	form := url.Values{"serial": {"CU-1"}, "payment": {TestPayment}, "key": {"K-1"}}
	for range 2 {
		if a := c.post("/market/LV850012", form); a.header.Get("Location") != "/orders" {
			t.Fatal(a)
		}
	}
	var all []orderTold
	read(t, c.get("/api/v1/orders"), &all)
	if len(all) != 1 || all[0].Expires != nil {
		t.Error(all)
	}
	form.Set("serial", "CU-2")
	if a := c.post("/market/LV850012", form); a.status != 422 {
		t.Error("another order with the same key:", a.status)
	}
}

// TestUnsigned: what cannot be signed is not bought.
func TestUnsigned(t *testing.T) {
	p := newPlace(t, func(*place) settings { return func(o *Options) { o.Issuer = broken{} } })
	c := p.person("kim", Customer)
	if a := c.call("POST", "/api/v1/orders", order("LV850009", "CU-1")); a.status != 500 || !strings.Contains(a.body, "nothing was bought") {
		t.Error(a)
	}
	if all := c.get("/api/v1/orders"); strings.TrimSpace(all.body) != "[]" {
		t.Error(all.body)
	}
}

type broken struct{}

func (broken) Module(string, string, time.Time) ([]byte, error) { return nil, errors.New("no key") }

// fake signs nothing; its package is what was asked for.
type fake struct{ n int }

func (f *fake) Module(reference, serial string, expires time.Time) ([]byte, error) {
	f.n++
	return json.Marshal([]any{reference, serial, expires, f.n})
}

// TestBreakEveryWriteOfOrder: nobody is given a module of which no order and no step
// tells.
func TestBreakEveryWriteOfOrder(t *testing.T) {
	f := new(fake)
	p := newPlace(t, func(*place) settings { return func(o *Options) { o.Issuer = f } })
	p.person("kim", Customer)
	ctx := context.Background()
	who := &actor{person: must(p.personBy(ctx, "login", "kim")), now: p.now(), source: "x"}
	held := 0
	for at := 1; ; at++ {
		who.now = p.now()
		before := len(must(p.orders(ctx, who)))
		p.breaks.Arm(at)
		o, err := p.buy(ctx, who, Purchase{Reference: "LV850009", Serial: "CU-1", Payment: TestPayment})
		points := len(p.breaks.Points())
		p.breaks.Arm(0)
		all := must(p.orders(ctx, who))
		switch {
		case err == nil && (len(all) != before+1 || all[0].SHA256 != o.SHA256 || len(must(p.steps(ctx, o.ID))) != 1):
			t.Fatalf("at %d: told of %v, and there are %v", at, o, all)
		case err == nil:
			if held < 3 || points >= at {
				t.Error("broken nowhere:", held, points, at)
			}
			return
		case len(all) == before:
			held++
		case !strings.Contains(err.Error(), "your orders"):
			t.Fatalf("at %d: %v, and it is there", at, err)
		}
	}
}

// TestCatalogue: it is sorted, says what is ours, and is what a virtual unit knows.
func TestCatalogue(t *testing.T) {
	if !slices.IsSortedFunc(Catalogue, func(a, b Offer) int { return strings.Compare(a.Reference, b.Reference) }) {
		t.Error("it is not sorted")
	}
	absent := 0
	for _, o := range Catalogue {
		m, err := imu.ParseModule(o.Module)
		if err != nil {
			t.Error(err)
			continue
		}
		if o.Ours != (m.Reference() == "") || !o.Ours && o.Reference != m.Reference() || o.Ours && !strings.HasPrefix(o.Reference, "SWRM-DM-") {
			t.Errorf("%s: the unit knows it as %q", o.Reference, m.Reference())
		}
		if o.Certainty != m.Certainty().String() {
			t.Errorf("%s: %s, and the unit says %s", o.Reference, o.Certainty, m.Certainty())
		}
		if o.Ours && o.Number() != "?" || len(o.Minimum) == 0 && !strings.HasPrefix(o.Least(), "?") {
			t.Errorf("%s: unknown is not ?", o.Reference)
		}
		if o.Absent != "" {
			absent++
		}
	}
	if len(Catalogue) != len(imu.AllModules.List()) || absent != 1 {
		t.Error(len(Catalogue), absent)
	}
}
