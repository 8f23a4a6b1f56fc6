package portal

import (
	"context"
	"crypto/tls"
	"net/http"
	"os"
	"slices"
	"testing"
	"time"

	"switchroom/advisory"
	"switchroom/trust"
	"switchroom/trust/fetch"
	"switchroom/trust/issue"
)

func (p *place) client() *http.Client {
	c := fetch.Client()
	c.Transport = &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: p.roots}}
	return c
}

// TestOwnerReadsAdvisories: what an owner's software makes of the advisories, and of a
// document that was changed after it was signed.
func TestOwnerReadsAdvisories(t *testing.T) {
	p := published(t)
	x, err := advisory.Find(t.Context(), p.client(), p.CSAF())
	if err != nil || !x.Signs() || x.Name() != publisherName {
		t.Fatal(x, err)
	}
	docs, err := x.All(t.Context())
	if err != nil || len(docs) != 2 {
		t.Fatal(len(docs), err)
	}
	for _, c := range []struct{ component, version, want string }{
		{"control_unit", "002.000.002", advisory.Affected}, {"control_unit", "002.000.004", advisory.Fixed}, {"control_unit", "", advisory.Unknown},
		{"ife", "002.000.002", advisory.Affected}, {"eife", "002.000.002", ""}, {"io", "002.000.002", ""}, {"ifm", "", ""},
	} {
		got := ""
		if all := advisory.MatchAll([]advisory.Item{{Breaker: "Q1", Component: c.component, Version: c.version}}, docs).Matches; len(all) > 0 {
			got = all[0].State
			if all[0].CVSS == nil || all[0].CVSS.Base != 7.1 || c.want == advisory.Affected && len(all[0].Remedies) == 0 {
				t.Errorf("%+v", all[0])
			}
		}
		if got != c.want {
			t.Errorf("%s %q: %q, want %q", c.component, c.version, got, c.want)
		}
	}
	must(p.store.Writer().Exec(`UPDATE portal_advisories SET document = CAST(replace(CAST(document AS TEXT), 'Install', 'Destroy') AS BLOB)`))
	if docs, err := x.All(t.Context()); err == nil || slices.ContainsFunc(docs, func(d *advisory.Advisory) bool { return d.Title == "Something is wrong" }) {
		t.Error("a changed document is taken", err)
	}
}

// TestOwnerFetchesLists: what an owner's software makes of the lists, before and after a
// revocation.
func TestOwnerFetchesLists(t *testing.T) {
	p := newPlace(t, overTLS)
	sources, err := fetch.Index(t.Context(), p.client(), p.URL())
	if err != nil || len(sources) != 2*len(issue.Branches) {
		t.Fatal(sources, err)
	}
	cache := fetch.Cache{Dir: t.TempDir(), Client: p.client(), Now: p.clock}
	ask := func() (state map[string]string) {
		state = map[string]string{}
		for _, a := range cache.Check(context.Background(), must(trust.ReadAnchors(os.DirFS(p.pki))), sources) {
			state[a.Issuer] = a.State
			if !a.Known() {
				t.Errorf("%s: %s", a.Issuer, a.Problem)
			}
		}
		return state
	}
	if s := ask(); len(s) != 2*len(issue.Branches) || s["micrologic-issuing"] != trust.FreshEmpty {
		t.Error(s)
	}
	set := must(issue.Open(p.pki))
	i := slices.IndexFunc(set.Index.Certificates, func(c issue.Certificate) bool { return c.Name == "micrologic-signing-1" })
	must(set.Revoke(set.Index.Certificates[i].Serial, issue.Revocation{Reason: "keyCompromise", At: p.clock()}, pass, p.clock()))
	p.pass(time.Second)
	q := must(http.NewRequest("GET", sources[0].CRL, nil))
	a := p.stranger().send(q)
	q.Header.Set("If-None-Match", a.header.Get("ETag"))
	if again := p.stranger().send(q); again.status != http.StatusNotModified || again.body != "" {
		t.Error("it is sent again:", again.status)
	}
	if s := ask(); s["micrologic-issuing"] != trust.FreshListed || s["communication-issuing"] != trust.FreshEmpty {
		t.Error(s)
	}
}
