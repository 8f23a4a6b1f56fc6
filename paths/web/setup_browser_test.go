package web

import (
	"os"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/ui/browser"
)

// TestSetupPagesSeen: what the pages that set a device up show only with something in
// them, or with roles: trends, what is asked before a trap is set, the lists of ranges,
// certificates. Axe finds nothing, nothing is too wide, nothing is said.
func TestSetupPagesSeen(t *testing.T) {
	axe, err := os.ReadFile("../../dev/cache/axe.min.js")
	if err != nil {
		t.Skip("SKIPPED: accessibility is not checked: dev/assets axe fetches axe-core (it needs npm)")
	}
	b := seen(t)
	t.Run("2017", func(t *testing.T) {
		at := newPlace(t, access.Faithful)
		logged(t, at)
		s := at.sit(t, b, "Administrator", "Gateway")
		s.goTo("/monitoring/trends?span=all")
		s.wait(`document.querySelectorAll(".plot canvas").length === 2`)
		s.look(at, string(axe), "/monitoring/trends with data")
		s.goTo("/setup/filtering")
		silent(t, s.tab) // until it tells of the answer 422
		s.must(s.tab.Click("#on"))
		s.must(s.tab.Click("main form button.btn-primary"))
		s.wait(`document.body.innerText.includes("lock yourself out")`)
		s.look(at, string(axe), "/setup/filtering asks")
		s.must(s.tab.Click("#confirm"))
		s.must(s.tab.Click("main form button.btn-primary"))
		s.wait(`document.body.innerText.includes("filtering on: saved")`)
		if !at.modbus().filter.On {
			t.Error("the filter does not act")
		}
	})
	t.Run("rbac", func(t *testing.T) {
		more, _ := secured(t)
		at := newPlace(t, access.RBAC, more)
		if err := at.d.switched("https", false); err != nil { // the browser does not know the certificate
			t.Fatal(err)
		}
		s := at.sit(t, b, "SecurityAdmin", "AAAAAAAA")
		for _, path := range []string{"/setup/filtering", "/setup/certificates", "/setup/services"} {
			s.goTo(path)
			s.look(at, string(axe), path)
		}
		silent(t, s.tab)
	})
}

// sit has somebody log in by plain HTTP who does not have to change their password.
func (p *place) sit(t *testing.T, b *browser.Browser, name, password string) sitting {
	t.Helper()
	if err := p.d.alter(func(k *book) error { k.named(name).Change = false; return nil }); err != nil {
		t.Fatal(err)
	}
	tab, err := b.Open(browser.Views[1], "http://"+p.d.options.Address.String()+"/login")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tab.Close)
	s := sitting{t, tab}
	s.in(name, password)
	s.wait(`location.pathname === "/monitoring"`)
	return s
}

// logged gives a device half an hour of something to show as trends.
func logged(t *testing.T, at *place) {
	t.Helper()
	s := at.d.options.Log.Setup()
	s.On, s.Minutes, s.Points = true, 1, []string{"current.l1", "current.l2", "energy.active.delivered"}
	if err := at.d.options.Log.Set(at.d.world.Now(), s); err != nil {
		t.Fatal(err)
	}
	at.unit.Steady(at.d.world.Now(), [4]complex128{400, complex(-200, -346.4), complex(-200, 346.4)}, [3]complex128{230, complex(-115, -199.2), complex(-115, 199.2)}, 50)
	at.d.world.SetSpeed(3600)
	for end := time.Now().Add(20 * time.Second); ; {
		if r, err := at.d.options.Log.Records(); err != nil || len(r) > 30 || time.Now().After(end) {
			break
		}
	}
	at.d.world.SetSpeed(1)
}
