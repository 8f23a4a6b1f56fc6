package portal

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"switchroom/credential"
)

// TestCaseOfNobody: somebody without an account declares, follows with number and
// secret, says something and takes the case back. The steps say who did what.
func TestCaseOfNobody(t *testing.T) {
	p := newPlace(t)
	c := p.stranger()
	a := c.declared(Vulnerability)
	if a.Number == "" || len(a.Secret) < 28 {
		t.Fatal(a)
	}
	if x := p.stranger().get("/api/v1/cases/" + a.Number); x.status != http.StatusUnauthorized {
		t.Error("a stranger:", x.status)
	}
	for _, wrong := range []sent{{"number": a.Number, "secret": "0000-0000-0000-0000-0000-0000-0000"}, {"number": "CASE-2026-9999", "secret": a.Secret}} {
		if x := c.call("POST", "/api/v1/follow", wrong); x.status != http.StatusUnprocessableEntity || strings.Contains(x.body, a.Secret) {
			t.Error(x)
		}
	}
	var told caseSeen
	read(t, c.call("POST", "/api/v1/follow", sent{"number": a.Number, "secret": a.Secret}), &told)
	if told.State != Received || !slices.Equal(told.Roles, []Role{Reporter}) || len(told.Ways) != 1 {
		t.Errorf("%+v", told)
	}
	read(t, c.call("POST", "/api/v1/cases/"+a.Number+"/remarks", sent{"text": "one thing more"}), &told)
	if x := c.call("POST", "/api/v1/cases/"+a.Number+"/moves", sent{"to": "acknowledged"}); x.status != http.StatusForbidden {
		t.Error("a reporter acknowledges:", x)
	}
	if x := c.call("POST", "/api/v1/cases/"+a.Number+"/moves", sent{"to": "rejected"}); x.status != http.StatusUnprocessableEntity || !strings.Contains(x.body, "reason") {
		t.Error("without a reason:", x)
	}
	read(t, c.call("POST", "/api/v1/cases/"+a.Number+"/moves", sent{"to": "rejected", "reason": "it was my cable"}), &told)
	var what []string
	for _, s := range told.Steps {
		what = append(what, s.Who+" "+s.What)
		if s.At.IsZero() || s.Role != Reporter {
			t.Errorf("%+v", s)
		}
	}
	if want := []string{"reporter case.declared", "reporter case.remark", "reporter case.moved"}; !slices.Equal(what, want) {
		t.Error(what)
	}
}

// TestSecretOfCase: nothing that is kept has it.
func TestSecretOfCase(t *testing.T) {
	p := newPlace(t)
	a := p.stranger().declared(Incident)
	for _, f := range must(filepath.Glob(p.dir + "/*")) {
		b, _ := os.ReadFile(f)
		for _, s := range []string{a.Secret, strings.ReplaceAll(a.Secret, "-", "")} {
			if strings.Contains(string(b), s) {
				t.Errorf("the secret is in %s", f)
			}
		}
		if strings.Contains(string(b), "Something is wrong") {
			return
		}
	}
	t.Error("this test sees nothing")
}

// TestWhoSees: who sees a case, and who sees the contact.
func TestWhoSees(t *testing.T) {
	p := newPlace(t)
	boss := p.boss()
	a := p.stranger().declared(Vulnerability)
	who := map[Role]*caller{}
	for _, r := range []Role{CERT, Customer, Manager, Researcher} {
		who[r] = p.person("p."+string(r)[:4], r)
	}
	looks := func(r Role, want int, contact bool) {
		t.Helper()
		x := who[r].get("/api/v1/cases/" + a.Number)
		if x.status != want || strings.Contains(x.body, "finder@example.org") != contact {
			t.Errorf("%s: %d, want %d: %s", r, x.status, want, x.body)
		}
		if l := who[r].get("/api/v1/cases"); strings.Contains(l.body, a.Number) != (want == 200) || strings.Contains(l.body, "finder@example.org") != contact {
			t.Errorf("%s: %s", r, l.body)
		}
		if page := who[r].get("/cases/" + a.Number); page.status != want || strings.Contains(page.body, "finder@example.org") != contact {
			t.Errorf("%s: page %d", r, page.status)
		}
	}
	looks(CERT, 200, true)
	looks(Manager, 200, false)
	looks(Researcher, 404, false)
	looks(Customer, 404, false)
	if x := boss.call("POST", "/api/v1/cases/"+a.Number+"/invitations", sent{"login": "p.rese"}); x.status != 200 {
		t.Fatal(x)
	}
	looks(Researcher, 200, false)
	looks(Customer, 404, false)
	who[CERT].moves(a.Number, Acknowledged)
	who[Researcher].moves(a.Number, Triaged)
	if x := who[Customer].call("POST", "/api/v1/cases/"+a.Number+"/moves", sent{"to": "in-work"}); x.status != 404 {
		t.Error(x)
	}
	if x := who[Researcher].call("POST", "/api/v1/cases/"+a.Number+"/moves", sent{"to": "in-work"}); x.status != 403 {
		t.Error(x)
	}
}

// TestPublished: what is published can be read; nothing is published without it.
func TestPublished(t *testing.T) {
	p := newPlace(t)
	boss := p.boss()
	a := p.stranger().declared(Incident)
	boss.moves(a.Number, Acknowledged, Triaged)
	if x := boss.call("POST", "/api/v1/cases/"+a.Number+"/moves", sent{"to": "published", "reason": "it is used"}); x.status != 422 || !strings.Contains(x.body, "statement") {
		t.Error("without a statement:", x)
	}
	if x := p.stranger().get("/api/v1/incidents"); strings.Contains(x.body, a.Number) {
		t.Error(x.body)
	}
	if x := boss.call("POST", "/api/v1/cases/"+a.Number+"/moves", sent{"to": "published", "reason": "it is used", "statement": "Breakers of one site were opened from afar."}); x.status != 200 {
		t.Error(x)
	}
	x := p.stranger().get("/incidents")
	if !strings.Contains(x.body, "opened from afar") || strings.Contains(x.body, "finder@example.org") || strings.Contains(x.body, "in the following way") {
		t.Error(x.body)
	}
	b := p.stranger().declared(Vulnerability)
	boss.moves(b.Number, Acknowledged, Triaged, InWork, FixAvailable)
	if x := boss.call("POST", "/api/v1/cases/"+b.Number+"/moves", sent{"to": "published"}); x.status != 422 || !strings.Contains(x.body, "advisory") {
		t.Error("without an advisory:", x)
	}
	says := advised()
	says["case"] = b.Number
	if x := boss.call("POST", "/api/v1/advisories", says); x.status != 200 || strings.Contains(x.body, b.Number) {
		t.Fatal(x)
	}
	if x := boss.call("POST", "/api/v1/advisories", says); x.status != 422 {
		t.Error("a second advisory of one case:", x)
	}
	boss.moves(b.Number, Published, Closed)
}

// TestFloods: who declares without end is told to wait, and nothing is kept; others go
// on until there are too many of them together.
func TestFloods(t *testing.T) {
	p := newPlace(t)
	c := p.stranger()
	for range 5 {
		c.declared(Incident)
	}
	d := sent{"kind": "incident", "title": "Something is wrong", "text": "It is wrong in the following way.", "product": "io"}
	if x := c.call("POST", "/api/v1/cases", d); x.status != http.StatusTooManyRequests || !strings.Contains(x.body, "nothing was kept") {
		t.Fatal(x)
	}
	p.pass(12 * time.Minute)
	if x := c.call("POST", "/api/v1/cases", d); x.status != 200 {
		t.Error(x)
	}
	if x := c.call("POST", "/api/v1/cases", sent{"text": strings.Repeat("x", bodyMax+1-len(`{"text":""}`))}); x.status != http.StatusRequestEntityTooLarge {
		t.Error("too much:", x.status)
	}
	if x := c.post("/declare", url.Values{"kind": {"none"}, "title": {"x"}, "text": {"\x00"}, "product": {""}, "contact": {"no"}}); x.status != 422 || strings.Count(x.body, `class="err"`) < 5 {
		t.Error("all that is wrong is not told at once:", x.status, strings.Count(x.body, `class="err"`))
	}
}

// TestPace: one source is slowed down, all are together, and memory is bounded.
func TestPace(t *testing.T) {
	now := time.Now()
	p := newPace(2, time.Minute, 10, time.Second)
	first, second, third := p.take(now, "a"), p.take(now, "a"), p.take(now, "a")
	if !first || !second || third || !p.take(now, "b") {
		t.Error("one source is not told from another")
	}
	n := 0
	for i := range 2000 {
		if p.take(now, strings.Repeat("x", i)) {
			n++
		}
	}
	if n != 7 || len(p.sources) > paceSources || len(p.order) > paceSources {
		t.Error(n, len(p.sources), len(p.order))
	}
	if !p.take(now.Add(time.Minute), "a") {
		t.Error("it never ends")
	}
}

// TestBreakEveryWriteOfCase: a case moves with its step or not at all.
func TestBreakEveryWriteOfCase(t *testing.T) {
	p := newPlace(t)
	p.boss()
	a := p.stranger().declared(Incident)
	who := &actor{person: must(p.personBy(context.Background(), "login", "cora")), now: p.now(), source: "x"}
	done, held := 0, 0
	for at := 1; ; at++ {
		before := must(p.steps(context.Background(), a.Number))
		p.breaks.Arm(at)
		_, err := p.move(context.Background(), who, a.Number, Move{To: Acknowledged})
		points := len(p.breaks.Points())
		p.breaks.Arm(0)
		c, _, _ := caseFor(context.Background(), p.store.Reader(), who, a.Number)
		after := must(p.steps(context.Background(), a.Number))
		moved := c.State == Acknowledged
		if moved != (len(after) == len(before)+1) {
			t.Fatalf("at %d: moved %v, and %d steps after %d", at, moved, len(after), len(before))
		}
		if err == nil && !moved {
			t.Fatalf("at %d: told that it was moved", at)
		}
		if moved {
			done++
			break
		}
		held++
		if points < at {
			break
		}
	}
	if done != 1 || held < 3 {
		t.Error(done, held)
	}
}

// TestGuessesOfSecret: who guesses the secret of a case waits.
func TestGuessesOfSecret(t *testing.T) {
	p := newPlace(t)
	a := p.stranger().declared(Incident)
	status := 0
	for range 12 {
		status = p.stranger().call("POST", "/api/v1/follow", sent{"number": a.Number, "secret": credential.NewToken().Reveal()}).status
	}
	if status != http.StatusTooManyRequests {
		t.Error(status)
	}
}
