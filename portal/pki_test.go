package portal

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"switchroom/trust"
	"switchroom/trust/issue"
)

// TestIndex: the index has a row for every issuer, with the products of the guide (E8),
// and what it leads to is there. A revocation shows at once.
func TestIndex(t *testing.T) {
	p := newPlace(t)
	c := p.stranger()
	index := func() (rows []map[string]any) {
		a := c.get("/pki/index.json")
		read(t, a, &rows)
		return rows
	}
	rows := index()
	if len(rows) != 2*len(issue.Branches) {
		t.Fatal(len(rows))
	}
	for _, r := range rows {
		for _, member := range []string{"branch", "issuer", "products", "crl", "certificate", "state", "number", "next_update"} {
			if r[member] == nil {
				t.Errorf("no %s: %v", member, r)
			}
		}
		want := map[string]string{"micrologic": "control_unit ifm io", "communication": "eife ife", "timestamp": ""}[r["branch"].(string)]
		var got []string
		for _, x := range r["products"].([]any) {
			got = append(got, x.(string))
		}
		if strings.Join(got, " ") != want || r["state"] != trust.FreshEmpty {
			t.Error(r)
		}
		for _, to := range []string{"crl", "certificate"} {
			if a := c.get(strings.TrimPrefix(r[to].(string), p.url)); a.status != http.StatusOK || len(a.body) < 200 {
				t.Errorf("%s: %d", r[to], a.status)
			}
		}
	}
	set := must(issue.Open(p.pki))
	i := slices.IndexFunc(set.Index.Certificates, func(c issue.Certificate) bool { return c.Name == "micrologic-signing-1" })
	must(set.Revoke(set.Index.Certificates[i].Serial, issue.Revocation{Reason: "keyCompromise", At: p.clock()}, pass, p.clock()))
	p.pass(time.Second)
	for _, r := range index() {
		if (r["issuer"] == "micrologic-issuing") != (r["state"] == trust.FreshListed) {
			t.Error(r["issuer"], r["state"])
		}
	}
	if a := c.get("/pki"); !strings.Contains(a.body, "keyCompromise") || !strings.Contains(a.body, trust.FreshListed) {
		t.Error("the page does not tell of it")
	}
	p.pass(100 * 24 * time.Hour)
	if r := index()[0]; r["state"] != trust.Stale {
		t.Error("after a quarter:", r["state"])
	}
}

// TestOpenSSL has another program verify what is published.
func TestOpenSSL(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("SKIPPED: no other program verifies the lists: install the Debian package openssl")
	}
	p := newPlace(t)
	dir := t.TempDir()
	for name, path := range map[string]string{"crl": "/pki/micrologic/micrologic-issuing.crl", "crl.pem": "/pki/micrologic/micrologic-issuing.pem", "ca.pem": "/pki/micrologic-issuing.pem", "root.pem": "/pki/micrologic-root.pem", "ca": "/pki/micrologic-issuing.crt"} {
		a := p.stranger().get(path)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(a.body), 0o600); err != nil || a.status != 200 {
			t.Fatal(path, a.status, err)
		}
	}
	for _, args := range [][]string{
		{"crl", "-verify", "-inform", "DER", "-in", "crl", "-CAfile", "ca.pem", "-noout"},
		{"crl", "-verify", "-in", "crl.pem", "-CAfile", "ca.pem", "-noout"},
		{"verify", "-CAfile", "root.pem", "ca.pem"},
		{"x509", "-inform", "DER", "-in", "ca", "-noout"},
	} {
		c := exec.Command(openssl, args...)
		c.Dir = dir
		if b, err := c.CombinedOutput(); err != nil || args[0] == "crl" && !strings.Contains(string(b), "OK") {
			t.Errorf("%v: %v %s", args, err, b)
		}
	}
}

// TestNoKeys: nothing of the set but certificates and lists can be had.
func TestNoKeys(t *testing.T) {
	p := newPlace(t)
	for _, path := range []string{"/pki/micrologic-root.p12", "/pki/keys/micrologic-root.p12", "/pki/keys", "/pki/index.pem", "/pki/micrologic-root", "/pki/micrologic/micrologic-root.p12", "/pki/communication/micrologic-root.crl", "/pki/micrologic/micrologic-signing-1.crl", "/pki/%2e%2e/index.json", "/pki/micrologic/%2e%2e%2f%2e%2e%2fkeys%2fmicrologic-root.p12.crl"} {
		if a := p.stranger().get(path); a.status != http.StatusNotFound && a.status/100 != 3 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

// firmware builds a package as trust build does.
func (p *place) firmwareOf(version string, sequence uint64) []byte {
	p.t.Helper()
	set := must(issue.Open(p.pki))
	m := trust.Manifest{Vendor: "Switchroom laboratory", Class: trust.Firmware, Component: "control_unit", Version: version, Sequence: sequence, BuildDate: p.clock().UTC().Format("2006-01-02T15:04:05Z"), Images: []trust.Image{{Name: "application"}}}
	return must(set.Build(issue.Order{Manifest: m, Images: [][]byte{[]byte("not really " + version)}, Signer: "micrologic-signing-1", Stamper: "timestamp-signing-1", Stamp: p.clock()}, pass))
}

// TestFirmware: what verifies is shown and can be had; what does not is not, and the
// coordinator is told why; what is swapped after it was judged is not handed out.
func TestFirmware(t *testing.T) {
	p := newPlace(t)
	c, boss := p.stranger(), p.boss()
	put := func(name string, b []byte) {
		if err := os.WriteFile(filepath.Join(p.FirmwareDir(), name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pack := p.firmwareOf("002.000.003", 7)
	put("cu-2.0.3.swp", pack)
	bad := slices.Clone(pack)
	bad[len(bad)-1]++
	put("bad.swp", bad)
	put("text.swp", []byte("hello"))
	put("module.swp", must(Vendor{p.pki, p.passphrase(), p.clock}.Module("LV850009", "CU-1", time.Time{})))
	if err := os.Symlink("/etc/passwd", filepath.Join(p.FirmwareDir(), "link.swp")); err != nil {
		t.Fatal(err)
	}
	var shown []Firmware
	read(t, c.get("/api/v1/firmware"), &shown)
	if len(shown) != 1 || shown[0].Version != "002.000.003" || shown[0].Signer != "micrologic-signing-1" {
		t.Fatalf("%+v", shown)
	}
	if a := c.get("/firmware/cu-2.0.3.swp"); a.body != string(pack) {
		t.Error("another package:", a.status)
	}
	var withheld []Withheld
	read(t, boss.get("/api/v1/firmware/withheld"), &withheld)
	want := map[string]string{"bad.swp": trust.BadDigest, "text.swp": trust.BadFormat, "module.swp": "not-firmware", "link.swp": "not-a-file"}
	for _, w := range withheld {
		if want[w.File] != w.Reason {
			t.Errorf("%+v", w)
		}
		delete(want, w.File)
		if a := c.get("/firmware/" + w.File); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", w.File, a.status)
		}
	}
	if len(want) > 0 {
		t.Error(want)
	}
	if strings.Contains(c.get("/firmware/").body, "bad.swp") || !strings.Contains(boss.get("/firmware/").body, "bad.swp") {
		t.Error("who is told what is withheld")
	}
	f, _, err := p.stocked(p.clock(), "cu-2.0.3.swp")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	put("cu-2.0.3.swp", bad) // swapped while it is downloaded
	b := make([]byte, len(pack)+1)
	if n, _ := f.Read(b); string(b[:n]) != string(pack) {
		t.Error("the bytes handed out are not those that were judged")
	}
	if a := c.get("/firmware/cu-2.0.3.swp"); a.status != http.StatusNotFound {
		t.Error("after it was swapped:", a.status)
	}
}

// TestRevokedFirmware: what a revoked certificate has signed is no longer shown.
func TestRevokedFirmware(t *testing.T) {
	p := newPlace(t)
	if err := os.WriteFile(filepath.Join(p.FirmwareDir(), "a.swp"), p.firmwareOf("002.000.003", 7), 0o600); err != nil {
		t.Fatal(err)
	}
	if a := p.stranger().get("/firmware/a.swp"); a.status != 200 {
		t.Fatal(a.status)
	}
	set := must(issue.Open(p.pki))
	i := slices.IndexFunc(set.Index.Certificates, func(c issue.Certificate) bool { return c.Name == "micrologic-signing-1" })
	must(set.Revoke(set.Index.Certificates[i].Serial, issue.Revocation{Reason: "keyCompromise", At: p.clock()}, pass, p.clock()))
	p.pass(time.Second)
	if a := p.stranger().get("/firmware/a.swp"); a.status != http.StatusNotFound {
		t.Error(a.status)
	}
	var withheld []Withheld
	read(t, p.boss().get("/api/v1/firmware/withheld"), &withheld)
	if len(withheld) != 1 || withheld[0].Reason != trust.RevokedSigner {
		b, _ := json.Marshal(withheld)
		t.Error(string(b))
	}
	c := p.person("kim", Customer)
	if a := c.call("POST", "/api/v1/orders", order("LV850009", "CU-1")); a.status != 500 || !strings.Contains(a.body, "trust issue") {
		t.Error("a module is signed with a revoked certificate:", a)
	}
}
