package lab

import (
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"switchroom/access"
	"switchroom/plant"
)

// Every line of the card leads to a page that there is.
func TestTour(t *testing.T) {
	demo, err := os.ReadFile("../cmd/switchroom/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p := newPlaceOf(t, string(demo))
	steps := p.server.tour()
	if len(steps) < 6 || steps[0].do != "Badge in" {
		t.Fatalf("the tour is %+v", steps)
	}
	for _, x := range steps {
		if !strings.HasPrefix(x.at, "/") {
			continue // web pages of a unit: another server
		}
		r, err := http.Get(p.server.URL() + x.at)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(r.Body)
		r.Body.Close()
		if r.StatusCode != 200 || strings.Contains(string(body), "sev-high") {
			t.Errorf("%s leads to %s: status %d", x.do, x.at, r.StatusCode)
		}
	}
}

// A site without a room and without a network has no step that needs one.
func TestTourOfBareSite(t *testing.T) {
	p := newPlaceOf(t, fullBreakers)
	if p.server.lab.Room != nil {
		t.Fatal("it has a room")
	}
	p.server.lab.Network.Loads = nil
	for _, x := range p.server.tour() {
		if x.at == "/room" || strings.HasPrefix(x.at, "/network") {
			t.Errorf("the tour has %q", x.do)
		}
	}
}

// The account that is told is the one of the profile, as the web pages have it.
func TestTourAccount(t *testing.T) {
	p := newPlaceOf(t, fullBreakers)
	for profile, name := range map[access.Profile]string{access.Faithful: "Administrator", access.RBAC: "SecurityAdmin", access.Hardened: "SecurityAdmin"} {
		p.server.lab.Site.Profile = profile
		if said := p.server.factoryAccount(); !strings.Contains(said, name) {
			t.Errorf("%v: %s", profile, said)
		}
	}
}

// A place of a fault is told by what a person knows it by.
func TestPlaceWords(t *testing.T) {
	demo, err := os.ReadFile("../cmd/switchroom/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p := newPlaceOf(t, string(demo))
	for node, want := range map[string]string{"F11": "F11: below Q11, offices", "A": "A: busbar", "T1": "node T1"} {
		if got := p.server.placeWords(node); got != want {
			t.Errorf("%s is %q, want %q", node, got, want)
		}
	}
	p.server.lab.Network.Loads = append(p.server.lab.Network.Loads, plant.Load{Name: "lamp", Node: "T1"})
	if got := p.server.placeWords("T1"); got != "T1: lamp" {
		t.Error(got)
	}
}
