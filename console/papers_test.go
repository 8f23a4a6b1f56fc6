package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"switchroom/accounts"
	"switchroom/audit"
)

// TestPapers: who keeps the policies enters one; everybody who may read sees it; it is
// recorded; what is missing is told.
func TestPapers(t *testing.T) {
	p := newPlace(t)
	boss, viewer := p.boss(), p.person("vera", accounts.Viewer)
	if a := boss.get("/policies"); !strings.Contains(a.body, "Missing, or due") {
		t.Error("nothing is missing:", a.status)
	}
	sent := url.Values{"kind": {"security policy"}, "title": {"Policy 3.1"}, "text": {"Doors are kept shut."}}
	if a := viewer.post("/policies", sent); a.status != http.StatusForbidden {
		t.Error("a viewer enters one:", a.status)
	}
	if a := boss.post("/policies", sent); a.status != http.StatusSeeOther {
		t.Fatal(a.status, a.body)
	}
	for _, bad := range []url.Values{{"kind": {"poem"}, "title": {"x"}, "text": {"y"}}, {"kind": {"security policy"}, "title": {""}, "text": {"y"}}, {"kind": {"security policy"}, "title": {"x"}, "text": {"y"}, "from": {"tomorrow"}}} {
		if a := boss.post("/policies", bad); a.status != http.StatusUnprocessableEntity {
			t.Error(bad, a.status)
		}
	}
	if a := viewer.get("/policies"); a.status != http.StatusOK || !strings.Contains(a.body, "Policy 3.1") || strings.Contains(a.body, "Enter a document") {
		t.Error(a.status, a.body)
	}
	if !p.recorded("olga", "paper.entered", audit.Done) {
		t.Error("not recorded")
	}
}
