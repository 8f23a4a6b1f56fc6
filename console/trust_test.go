package console

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/client"
	"switchroom/commission"
	"switchroom/trust"
	"switchroom/trust/duty"
	"switchroom/trust/issue"
)

const phrase = "paper-lamp-9"

// trusts gives a console a set of certificates, as a vendor has it.
func (p *place) trusts() *issue.Set {
	p.t.Helper()
	p.Trust.Set = p.t.TempDir() + "/pki"
	return must(issue.Init(p.Trust.Set, phrase, time.Now().Add(-time.Hour)))
}

// revokes revokes the certificate that signs for a branch.
func revokes(t testing.TB, set *issue.Set, branch string) {
	t.Helper()
	for _, c := range set.Index.Certificates {
		if c.Branch == branch && strings.Contains(c.Name, "signing") {
			must(set.Revoke(c.Serial, issue.Revocation{Reason: "keyCompromise", At: time.Now().Add(-time.Minute)}, phrase, time.Now().Add(-time.Second)))
			return
		}
	}
	t.Fatal("nobody signs for", branch)
}

// TestTrust: who may looks at the lists; that is recorded and kept; whatever is revoked is
// told with what is to be replaced; an old answer stays when there is none.
func TestTrust(t *testing.T) {
	p := newPlace(t)
	emil, vera := p.person("emil", accounts.Engineer), p.person("vera", accounts.Viewer)
	if a := vera.get("/trust"); a.status != http.StatusOK || !strings.Contains(a.body, "--trust DIR") {
		t.Error("it does not say what to give:", a.status)
	}
	if a := emil.post("/trust/check", url.Values{}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "--trust DIR") {
		t.Error(a.status)
	}
	set := p.trusts()
	if a := vera.post("/trust/check", url.Values{}); a.status != http.StatusForbidden {
		t.Error("a viewer keeps checks:", a.status)
	}
	p.project(emil, "P-1")
	if a := emil.post("/trust/check", url.Values{}); a.status != http.StatusSeeOther {
		t.Fatal(a.status, a.body)
	}
	if a := vera.get("/trust"); !strings.Contains(a.body, "nothing to do") || !strings.Contains(a.body, "by emil") || !strings.Contains(a.body, "P-1 Q1") {
		t.Error(a.body)
	}
	if !p.recorded("emil", "trust.checked", audit.Done) || !p.recorded("emil", "trust.checked", audit.Failed) {
		t.Error("not recorded")
	}
	p.firmware("P-1", "Q1", client.FirmwareSlot{Version: "002.000.003"})
	revokes(t, set, trust.Micrologic)
	var told trustTold
	read(t, emil.call("POST", "/api/v1/trust/check", sent{}), &told)
	if d := told.Duties[0]; d.State != duty.Act || len(d.Replace) != 1 || d.Replace[0].Breaker != "P-1 Q1" || len(told.Lists) < 3 || len(told.NeverRead) != 0 {
		t.Errorf("%+v", told)
	}
	if a := vera.get("/trust"); !strings.Contains(a.body, "taken as before the revocation") {
		t.Error(a.body)
	}
	os.RemoveAll(p.Trust.Set + "/crls")
	read(t, emil.call("POST", "/api/v1/trust/check", sent{}), &told)
	if d := told.Duties[0]; d.State != duty.Act {
		t.Errorf("no answer took the place of one: %+v", d)
	}
}

// TestTrustByPortal: the lists that a portal publishes count for packages too; a portal
// that does not answer is told of.
func TestTrustByPortal(t *testing.T) {
	p := newPlace(t)
	emil := p.person("emil", accounts.Engineer)
	set := p.trusts()
	there := httptest.NewServer(portalOf(set))
	p.Trust.Portal = there.URL
	old := t.TempDir()
	if err := os.CopyFS(old+"/pki", os.DirFS(set.Dir)); err != nil {
		t.Fatal(err)
	}
	p.Trust.Set = old + "/pki" // its lists know nothing of what comes
	revokes(t, set, trust.Micrologic)
	var told trustTold
	read(t, emil.call("POST", "/api/v1/trust/check", sent{}), &told)
	if told.Duties[0].State != duty.Act || told.Note != "" {
		t.Errorf("%+v", told)
	}
	pkg := firmwareOf(t, set, "002.000.004", 4)
	if _, err := must(p.Trust.kit(p.now)).Fetched(pkg); err == nil || !strings.Contains(err.Error(), "revoked") {
		t.Error("the list that was fetched does not count:", err)
	}
	there.Close()
	if a := emil.post("/trust/check", url.Values{}); a.status != http.StatusOK || !strings.Contains(a.body, "does not answer") {
		t.Error(a.status)
	}
}

// portalOf publishes the lists of a set, as a portal does.
func portalOf(set *issue.Set) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /pki/index.json", func(w http.ResponseWriter, _ *http.Request) {
		rows := []sent{}
		for _, c := range set.Index.Certificates {
			if _, err := os.Stat(set.Dir + "/crls/" + c.Name + ".crl"); err == nil {
				rows = append(rows, sent{"branch": c.Branch, "issuer": c.Name, "products": []string{}, "crl": "/f/crls/" + c.Name + ".crl", "certificate": "/f/certs/" + c.Name + ".pem"})
			}
		}
		w.Write(must(json.Marshal(rows)))
	})
	mux.Handle("GET /f/", http.StripPrefix("/f", http.FileServer(http.Dir(set.Dir))))
	return mux
}

// project makes one with the breaker Q1.
func (p *place) project(who *caller, number string) {
	p.t.Helper()
	x := commission.Project{Format: commission.Format, Number: number, Name: "Hall", Boards: []commission.Board{{Name: "Main"}}, Breakers: []commission.Breaker{{ID: "Q1", Board: "Main"}}}
	if a := who.call("PUT", "/api/v1/projects/"+number, x); a.status != http.StatusOK {
		p.t.Fatal(a)
	}
}

// firmware is what a breaker was read to have.
func (p *place) firmware(number, id string, slot client.FirmwareSlot) {
	p.t.Helper()
	kept := commission.FirmwareKept{Breaker: id, At: p.now(), By: "Emil", Address: "usb:///x", Firmware: &client.Firmware{Members: []client.FirmwareMember{{Name: "control_unit", Component: "control_unit", Running: slot, Phase: "idle"}}}}
	_, err := p.Store.Writer().ExecContext(p.t.Context(), "INSERT INTO commission_firmware (project, breaker, at, body) VALUES ($1, $2, $3, $4)", number, id, kept.At.UnixMicro(), string(must(json.Marshal(kept))))
	if err != nil {
		p.t.Fatal(err)
	}
}

// firmwareOf is a package for control units.
func firmwareOf(t testing.TB, set *issue.Set, version string, sequence uint64) []byte {
	t.Helper()
	m := trust.Manifest{Vendor: "Switchroom laboratory", Class: trust.Firmware, Component: "control_unit", Version: version, Sequence: sequence, BuildDate: time.Now().Add(-30 * time.Minute).UTC().Format("2006-01-02T15:04:05Z"), Images: []trust.Image{{Name: "application"}}}
	return must(set.Build(issue.Order{Manifest: m, Images: [][]byte{bytes.Repeat([]byte("an image "), 300_000)}, Signer: "micrologic-signing-1"}, phrase))
}
