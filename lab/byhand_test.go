package lab

import (
	"math"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"switchroom/lab/remote"
)

func demonstration(t *testing.T) *place {
	t.Helper()
	demo, err := os.ReadFile("../cmd/switchroom/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p := newPlaceOf(t, string(demo))
	p.until("Q11", "breaker.closed", "true")
	return p
}

func element(t *testing.T, n remote.Network, name string) remote.Element {
	t.Helper()
	for _, e := range n.Elements {
		if e.Name == name {
			return e
		}
	}
	t.Fatalf("no %s in %+v", name, n)
	return remote.Element{}
}

// Over the API a load is set, a supply is lost, a fault trips its breaker, and all of it
// is brought back.
func TestNetworkByHand(t *testing.T) {
	p := demonstration(t)
	p.speed(0)
	do := func(d remote.Deed) remote.Network {
		t.Helper()
		n, err := p.client.ToNetwork(t.Context(), d)
		if err != nil {
			t.Fatalf("%+v: %v", d, err)
		}
		return n
	}
	do(remote.Deed{Do: "load", Target: "offices", Share: 1.5})
	p.step(2)
	n, err := p.client.Network(t.Context())
	if e := element(t, n, "offices"); err != nil || !e.Held || *e.Share != 1.5 || math.Abs(*e.KW-630) > 40 {
		t.Errorf("%+v %v", e, err)
	}
	if n := do(remote.Deed{Do: "off", Target: "T2"}); element(t, n, "T2").On {
		t.Error("T2 is not lost")
	}
	n = do(remote.Deed{Do: "fault", Target: "F12", Kind: "three_phase", Ohm: 0.01, For: 60})
	if len(n.Faults) != 1 || n.Faults[0].At != "F12" || *n.Faults[0].Amps < 5000 || *n.Faults[0].Ends != 60 {
		t.Errorf("%+v", n.Faults)
	}
	p.step(2)
	if p.shows("Q12", "breaker.fault_tripped") != "true" || p.shows("Q1", "breaker.closed") != "true" {
		t.Error("the fault is not cleared by Q12 alone")
	}
	if n, _ = p.client.Network(t.Context()); *n.Faults[0].Amps > 1 {
		t.Errorf("it still carries %v A", *n.Faults[0].Amps)
	}
	if n, err = p.client.Restore(t.Context()); err != nil || len(n.Faults) != 0 || !element(t, n, "T2").On || element(t, n, "offices").Held {
		t.Errorf("%+v %v", n, err)
	}
	if _, err := p.client.ToNetwork(t.Context(), remote.Deed{Do: "load", Target: "offices", Share: 2}); err == nil || !strings.Contains(err.Error(), "0 to 1.5") {
		t.Error(err)
	}
}

// Before a fault is put on, what would flow is told.
func TestProspect(t *testing.T) {
	p := demonstration(t)
	have, err := p.client.Prospect(t.Context(), "F11")
	if err != nil || len(have.Nodes) != 1 || have.Nodes[0].Ik3Max < 35e3 || have.Nodes[0].Ik3Max > 45e3 || have.Nodes[0].Ip < have.Nodes[0].Ik3Max {
		t.Errorf("%+v %v", have, err)
	}
	if _, err := p.client.Prospect(t.Context(), "F99"); err == nil {
		t.Error("a node that there is not has a prospective current")
	}
	p.speed(0)
	if _, err := p.client.ToNetwork(t.Context(), remote.Deed{Do: "off", Target: "T1"}); err != nil {
		t.Fatal(err)
	}
	if have, err = p.client.Prospect(t.Context(), "F11"); err != nil || len(have.Nodes) != 0 {
		t.Errorf("with its source lost: %+v %v", have, err)
	}
}

// The page does the same by forms.
func TestNetworkPage(t *testing.T) {
	p := demonstration(t)
	p.speed(0)
	for _, tt := range []struct {
		path   string
		form   url.Values
		status int
		want   string
	}{
		{"/network/do", url.Values{"do": {"load"}, "target": {"offices"}, "percent": {"120"}}, 303, "To its profile"},
		{"/network/do", url.Values{"do": {"load"}, "target": {"offices"}, "percent": {"160"}}, 422, "0 to 1.5"},
		{"/network/do", url.Values{"do": {"load"}, "target": {"offices"}, "percent": {"<i>"}}, 422, "is no share"},
		{"/network/do", url.Values{"do": {"off"}, "target": {"kitchen"}}, 303, "Switch on"},
		{"/network/do", url.Values{"do": {"dip"}, "target": {"T1"}, "percent": {"30"}}, 303, "lacks 30 %"},
		{"/network/do", url.Values{"do": {"off"}, "target": {"T2"}}, 303, "Bring back"},
		{"/network/do", url.Values{"do": {"open"}, "target": {"Q1"}}, 422, "cannot be done"},
		{"/network/fault", url.Values{"at": {"F13"}, "kind": {"three_phase"}, "ohm": {"10"}, "for": {"30"}}, 303, "Clear F13"},
		{"/network/fault", url.Values{"at": {"F13"}, "kind": {"three_phase"}}, 422, "is on already"},
		{"/network/fault", url.Values{"at": {"F99"}, "kind": {"three_phase"}, "gap": {"x"}, "for": {"-1"}}, 422, "fault-for-error"},
		{"/network/do", url.Values{"do": {"clear"}, "target": {"F13"}}, 303, "Bring everything back"},
		{"/network/restore", nil, 303, "gives"},
	} {
		res, body := p.post(tt.path, tt.form)
		if res.StatusCode == http.StatusSeeOther {
			_, body = p.get(res.Header.Get("Location"))
		}
		if res.StatusCode != tt.status || !strings.Contains(body, tt.want) {
			t.Errorf("%s %v: %d, want %d with %q", tt.path, tt.form, res.StatusCode, tt.status, tt.want)
		}
	}
	if _, body := p.get("/network"); strings.Contains(body, "Bring everything back") {
		t.Error("there is something to bring back after all was")
	}
	if _, body := p.get("/network/fault?at=F11&kind=phase_earth"); !strings.Contains(body, "Put the fault on") || !strings.Contains(body, "kA here") {
		t.Error("the form does not say what would flow")
	}
	res, err := http.Get(p.server.URL() + "/network/live")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	messages(t, res.Body, "element-load-offices")
}

// A site without a network says so, and leads nowhere.
func TestNoNetworkPage(t *testing.T) {
	p := newPlaceOf(t, "site: x\nbreakers: [{name: Q1, in: 1000, variant: \"6.0\"}]\n")
	for _, r := range Routes() {
		if !strings.HasPrefix(r.Path, "/network") {
			continue
		}
		res, body := p.get(r.Path)
		if r.Method == "POST" {
			res, body = p.post(r.Path, nil)
		}
		if res.StatusCode != 404 || !strings.Contains(body, "no network") {
			t.Errorf("%s %s: %d", r.Method, r.Path, res.StatusCode)
		}
	}
	if _, body := p.get("/"); strings.Contains(body, `href="/network"`) {
		t.Error("the first page leads to a network that there is not")
	}
	if _, err := p.client.ToNetwork(t.Context(), remote.Deed{Do: "off", Target: "x"}); err == nil || !strings.Contains(err.Error(), "no network") {
		t.Error(err)
	}
}
