package portal

import (
	"bytes"
	"context"
	"crypto/sha512"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/gocsaf/csaf/v3/csaf"
	"github.com/gocsaf/csaf/v3/util"
)

// published has a portal over TLS with two advisories, the first revised.
func published(t *testing.T) *place {
	p := newPlace(t, overTLS)
	boss := p.boss()
	var a advisoryTold
	read(t, boss.call("POST", "/api/v1/advisories", advised()), &a)
	p.pass(time.Second)
	second := advised()
	second["title"], second["fixed"], second["cve"], second["credit"], second["product"] = "Another <thing> & worse", "", "CVE-2026-12345", "R. Seeker", "ife"
	read(t, boss.call("POST", "/api/v1/advisories", second), new(advisoryTold))
	p.pass(time.Second)
	first := advised()
	if x := boss.call("PUT", "/api/v1/advisories/"+a.ID, first); x.status != 422 {
		t.Fatal("revised without a word of what is new:", x)
	}
	first["changed"] = "It is fixed in 002.000.004."
	first["fixed"] = "002.000.004"
	read(t, boss.call("PUT", "/api/v1/advisories/"+a.ID, first), &a)
	if a.Revision != 2 || !strings.HasSuffix(a.ID, "-01") || a.Score != 7.1 || a.Severity != "HIGH" {
		t.Fatalf("%+v", a)
	}
	return p
}

// TestTrustedProvider reads the provider as others do, with the library that they use:
// it finds every advisory, digests and signatures hold, and each is valid.
func TestTrustedProvider(t *testing.T) {
	p := published(t)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: p.roots}}}
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	host := strings.TrimPrefix(p.url, "https://")
	m := csaf.NewProviderMetadataLoader(client).Load(host)
	if !m.Valid() {
		t.Fatalf("%+v", m.Messages)
	}
	if x, err := csaf.ValidateProviderMetadata(m.Document); err != nil || len(x) > 0 {
		t.Error(x, err)
	}
	get := func(url string) []byte {
		t.Helper()
		r, err := client.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		b, err := io.ReadAll(r.Body)
		if err != nil || r.StatusCode != 200 {
			t.Fatal(url, r.Status, err)
		}
		return b
	}
	var feed any
	if err := json.Unmarshal(get(p.csafBase()+feedFile), &feed); err != nil {
		t.Fatal(err)
	}
	if x, err := csaf.ValidateROLIE(feed); err != nil || len(x) > 0 {
		t.Error(x, err)
	}
	keys, err := openpgp.ReadArmoredKeyRing(bytes.NewReader(get(p.csafBase() + "openpgp/" + p.keyName())))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	err = csaf.NewAdvisoryFileProcessor(client, util.NewPathEval(), m.Document, must(http.NewRequest("GET", m.URL, nil)).URL).Process(func(l csaf.TLPLabel, files []csaf.AdvisoryFile) error {
		for _, f := range files {
			n++
			doc := get(f.URL())
			sum := sha512.Sum512(doc)
			if !strings.HasPrefix(string(get(f.SHA512URL())), hex.EncodeToString(sum[:])+"  ") {
				t.Error(f.URL(), "has another digest")
			}
			if _, err := openpgp.CheckArmoredDetachedSignature(keys, bytes.NewReader(doc), bytes.NewReader(get(f.SignURL())), &packet.Config{Time: p.clock}); err != nil {
				t.Error(f.URL(), err)
			}
			doc[len(doc)/2]++
			if _, err := openpgp.CheckArmoredDetachedSignature(keys, bytes.NewReader(doc), bytes.NewReader(get(f.SignURL())), &packet.Config{Time: p.clock}); err == nil {
				t.Error("the signature is of anything")
			}
		}
		return nil
	})
	if err != nil || n != 2 {
		t.Error(n, err)
	}
	lines := strings.Split(strings.TrimSpace(string(get(p.csafBase()+"white/changes.csv"))), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], "-01.json") {
		t.Error("the one that was changed last is not the first:", lines)
	}
}

// TestChecker has the checker of the standard's own tools read the provider.
func TestChecker(t *testing.T) {
	checker, err := exec.LookPath("csaf_checker")
	if err != nil {
		t.Skip("SKIPPED: csaf_checker does not read the provider: go install github.com/gocsaf/csaf/v3/cmd/csaf_checker@v3.7.0")
	}
	p := published(t)
	out := t.TempDir() + "/report.json"
	b, err := exec.Command(checker, "-o", out, "-f", "json", "--insecure", p.csafBase()+"provider-metadata.json").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	var report struct {
		Domains []struct {
			Requirements []struct {
				Num      int
				Messages []struct {
					Type int
					Text string
				}
			}
		}
	}
	if err := json.Unmarshal(must(os.ReadFile(out)), &report); err != nil || len(report.Domains) != 1 || len(report.Domains[0].Requirements) < 18 {
		t.Fatal(err, report)
	}
	for _, r := range report.Domains[0].Requirements {
		for _, m := range r.Messages {
			if m.Type != 0 && m.Text != "No remote validator configured" {
				t.Errorf("requirement %d: %s", r.Num, m.Text)
			}
		}
	}
}

// TestGnuPG has another program verify a signature.
func TestGnuPG(t *testing.T) {
	gpg, err := exec.LookPath("gpg")
	if err != nil {
		t.Skip("SKIPPED: no other program verifies a signature: install the Debian package gpg")
	}
	p := published(t)
	dir := must(os.MkdirTemp("", "gpg-")) // short: gpg puts a socket there
	defer os.RemoveAll(dir)
	file := strings.Fields(p.stranger().get(csafPath + "white/index.txt").body)[0]
	for name, path := range map[string]string{"key": "openpgp/" + p.keyName(), "a.json": "white/" + file, "a.asc": "white/" + file + ".asc"} {
		a := p.stranger().get(csafPath + path)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(a.body), 0o600); err != nil || a.status != 200 {
			t.Fatal(a.status, err)
		}
	}
	run := func(args ...string) error {
		c := exec.Command(gpg, append([]string{"--batch", "--no-autostart", "--homedir", dir, "--faked-system-time", p.clock().Add(time.Minute).UTC().Format("20060102T150405")}, args...)...)
		b, err := c.CombinedOutput()
		if err != nil {
			t.Logf("%s", b)
		}
		return err
	}
	if err := run("--import", filepath.Join(dir, "key")); err != nil {
		t.Fatal(err)
	}
	if err := run("--verify", filepath.Join(dir, "a.asc"), filepath.Join(dir, "a.json")); err != nil {
		t.Error(err)
	}
}

// TestRefusedAdvisories: all that is wrong is told, and nothing is published.
func TestRefusedAdvisories(t *testing.T) {
	p := newPlace(t)
	boss := p.boss()
	for field, value := range map[string]any{"title": "x", "text": "", "affected": "all", "fixed": "2.0", "remedy": "", "vector": "CVSS:3.1/AV:N", "cve": "2026-1", "case": "CASE-2026-9999", "product": "other breaker"} {
		says := advised()
		says[field] = value
		if a := boss.call("POST", "/api/v1/advisories", says); a.status != 422 || !strings.Contains(a.body, field) {
			t.Errorf("%s: %v", field, a)
		}
	}
	if a := p.stranger().get("/api/v1/advisories"); strings.TrimSpace(a.body) != "[]" {
		t.Error(a.body)
	}
}

// TestBreakEveryWriteOfAdvisory: document, signature, row, step and case are there
// together or not at all.
func TestBreakEveryWriteOfAdvisory(t *testing.T) {
	p := newPlace(t)
	p.boss()
	ctx := context.Background()
	number := p.stranger().declared(Vulnerability).Number
	who := &actor{person: must(p.personBy(ctx, "login", "cora")), now: p.now(), source: "x"}
	says := Advised{Title: "Something is wrong", Text: "It is wrong in the following way.", Product: "io", Affected: "<002.000.003", Remedy: "Keep it off the network.", Vector: "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:L", Case: number}
	held := 0
	for at := 1; ; at++ {
		p.breaks.Arm(at)
		x, err := p.publish(ctx, who, says)
		p.breaks.Arm(0)
		all := must(p.advisories(ctx))
		c, _, _ := caseFor(ctx, p.store.Reader(), who, number)
		steps := len(must(p.steps(ctx, number)))
		if (len(all) == 1) != (c.Advisory != "") || (len(all) == 1) != (steps == 2) {
			t.Fatalf("at %d: %d advisories, case has %q, %d steps", at, len(all), c.Advisory, steps)
		}
		if len(all) == 0 {
			if held++; err == nil {
				t.Fatalf("at %d: told that it is published", at)
			}
			continue
		}
		if _, _, err := p.published(ctx, all[0].File); err != nil || x != nil && x.ID != all[0].ID {
			t.Error(err, x)
		}
		break
	}
	if held < 5 {
		t.Error("broken nowhere:", held)
	}
}

// TestMandatory has the validator of the standard's editors hold each document to the
// mandatory and the optional tests of CSAF 2.0, section 6.
func TestMandatory(t *testing.T) {
	lib, node := os.Getenv("SWITCHROOM_CSAF_VALIDATOR"), ""
	if lib != "" {
		node, _ = exec.LookPath("node")
	}
	if node == "" {
		t.Skip("SKIPPED: nobody else holds the documents to section 6 of CSAF 2.0: npm install @secvisogram/csaf-validator-lib@2.0.10, and say in SWITCHROOM_CSAF_VALIDATOR where it is")
	}
	p := published(t)
	script := filepath.Join(t.TempDir(), "v.mjs")
	if err := os.WriteFile(script, []byte(`
import fs from 'fs'
const lib = process.argv[2] + '/'
const validate = (await import(lib + 'validate.js')).default
for (const set of ['schemaTests', 'mandatoryTests', 'optionalTests']) {
  const r = await validate(Object.values(await import(lib + set + '.js')), JSON.parse(fs.readFileSync(process.argv[3])))
  for (const t of r.tests) for (const e of [...(t.errors ?? []), ...(t.warnings ?? [])]) console.log(t.name, e.instancePath, e.message)
  console.log('held', r.tests.length)
}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for file := range strings.FieldsSeq(p.stranger().get(csafPath + "white/index.txt").body) {
		doc := filepath.Join(t.TempDir(), "a.json")
		if err := os.WriteFile(doc, []byte(p.stranger().get(csafPath+"white/"+file).body), 0o600); err != nil {
			t.Fatal(err)
		}
		b, err := exec.Command(node, script, lib, doc).CombinedOutput()
		if lines := strings.Split(strings.TrimSpace(string(b)), "\n"); err != nil || len(lines) != 3 || !strings.HasPrefix(lines[1], "held 4") {
			t.Errorf("%s: %v\n%s", file, err, b)
		}
	}
}
