package issue_test

import (
	"encoding/hex"
	"errors"
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

// everyKey are the names of the keys of a new set.
func everyKey() (all []string) {
	for _, b := range issue.Branches {
		all = append(all, b+"-root", b+"-issuing")
		if b != trust.TLS {
			all = append(all, b+"-signing-1")
		}
	}
	return all
}

func run(t testing.TB, dir, name string, args ...string) string {
	t.Helper()
	c := exec.Command(name, args...)
	c.Dir = dir
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

func script(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "signer")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// opensslKeys makes keys with openssl, and the program that signs with them.
func opensslKeys(t testing.TB, names ...string) (o *issue.Outside) {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("NOT TESTED with a signer command: openssl is not installed")
	}
	private, public := t.TempDir(), t.TempDir()
	for _, name := range names {
		run(t, private, "openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", name+".key")
		run(t, private, "openssl", "pkey", "-in", name+".key", "-pubout", "-out", filepath.Join(public, name+".pem"))
	}
	return &issue.Outside{Command: []string{script(t, `test "$1" = "$SWITCHROOM_KEY" && exec openssl pkeyutl -sign -inkey "`+private+`/$1.key" -pkeyopt digest:sha256`)}, Public: public}
}

// works makes a whole set with keys that are elsewhere, and holds a package, a list and a
// revocation of it against what has to come out.
func works(t *testing.T, o *issue.Outside) {
	t.Helper()
	s, err := issue.InitOutside(filepath.Join(t.TempDir(), "pki"), "", o, began)
	if err != nil {
		t.Fatal(err)
	}
	if files, err := os.ReadDir(filepath.Join(s.Dir, "keys")); err != nil || len(files) > 0 {
		t.Error("a key is in the set:", files, err)
	}
	again, err := issue.Open(s.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.Build(order(), ""); err == nil || !strings.Contains(err.Error(), "--signer-command") {
		t.Error("signed without a key:", err)
	}
	again.Outside = &issue.Outside{Command: o.Command}
	b, err := again.Build(order(), "")
	if err != nil {
		t.Fatal(err)
	}
	want(t, b, side(t, again), trust.Accepted)
	serial := again.Index.Certificates[indexOf(t, again, "micrologic-signing-1")].Serial
	if _, err := again.Revoke(serial, issue.Revocation{Reason: "keyCompromise", At: began}, "", began); err != nil {
		t.Fatal(err)
	}
	want(t, b, side(t, again), trust.RevokedSigner)
	run(t, s.Dir, "openssl", "verify", "-CAfile", "certs/communication-root.pem", "-untrusted", "certs/communication-issuing.pem", "certs/communication-signing-1.pem")
	run(t, s.Dir, "openssl", "crl", "-inform", "DER", "-in", "crls/micrologic-issuing.crl", "-CAfile", "certs/micrologic-issuing.pem", "-noout", "-verify")
}

func TestSignerCommand(t *testing.T) { works(t, opensslKeys(t, everyKey()...)) }

// TestSoftHSM: keys that never leave a PKCS #11 module, by a program that everybody has.
func TestSoftHSM(t *testing.T) {
	module := slices.IndexFunc(softhsm, func(p string) bool { _, err := os.Stat(p); return err == nil })
	for _, name := range []string{"softhsm2-util", "pkcs11-tool", "openssl"} {
		if _, err := exec.LookPath(name); err != nil || module < 0 {
			t.Skip("SKIPPED: keys in a security module were NOT TESTED: install the Debian packages softhsm2 and opensc")
		}
	}
	dir, public := t.TempDir(), t.TempDir()
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "tokens"), 0o700),
		os.WriteFile(filepath.Join(dir, "conf"), []byte("directories.tokendir = "+dir+"/tokens\nobjectstore.backend = file\nlog.level = ERROR\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SOFTHSM2_CONF", filepath.Join(dir, "conf"))
	t.Setenv("TEST_PIN", "271828")
	run(t, dir, "softhsm2-util", "--init-token", "--free", "--label", "vendor", "--so-pin", "314159", "--pin", "271828")
	tool := []string{"--module", softhsm[module], "--token-label", "vendor"}
	for _, name := range everyKey() {
		run(t, dir, "pkcs11-tool", append(slices.Clone(tool), "--login", "--pin", "env:TEST_PIN", "--keypairgen", "--key-type", "EC:prime256v1", "--label", name, "--id", hex.EncodeToString([]byte(name)))...)
		run(t, dir, "pkcs11-tool", append(slices.Clone(tool), "--read-object", "--type", "pubkey", "--id", hex.EncodeToString([]byte(name)), "--output-file", "public.der")...)
		run(t, dir, "openssl", "pkey", "-pubin", "-inform", "DER", "-in", "public.der", "-out", filepath.Join(public, name+".pem"))
	}
	// pkcs11-tool signs by id, which is made of the name here.
	sign := `exec pkcs11-tool ` + strings.Join(tool, " ") + ` --login --pin env:TEST_PIN --sign --mechanism ECDSA --signature-format openssl --id "$(printf %s "$1" | od -An -tx1 | tr -d ' \n')"`
	works(t, &issue.Outside{Command: []string{script(t, sign)}, Public: public})
}

// softhsm is where its module may be.
var softhsm = []string{"/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so"}

// TestSignerCommandFails: whatever the program does instead of signing, nothing is signed,
// and one reads what to do.
func TestSignerCommandFails(t *testing.T) {
	o := opensslKeys(t, "micrologic-root", "micrologic-issuing", "micrologic-signing-1", "stranger")
	s, err := issue.InitOutside(filepath.Join(t.TempDir(), "pki"), pass, o, began)
	if err != nil {
		t.Fatal(err)
	}
	good := o.Command[0]
	for _, c := range []struct{ why, text, want string }{
		{"it fails", `echo "no card in the reader" >&2; exit 3`, "exit status 3; it says: no card in the reader"},
		{"it says nothing", `exit 0`, "no signature of the digest by this key"},
		{"another key", `export SWITCHROOM_KEY=stranger; exec ` + good + ` stranger`, "no signature of the digest by this key"},
		{"another digest", `echo other | openssl dgst -sha256 -binary | ` + good + ` "$1"`, "no signature of the digest by this key"},
		{"hex", good + ` "$1" | od -An -tx1`, "no signature of the digest by this key"},
		{"more than a signature", `yes`, "more than 1024 bytes"},
		{"a long complaint", `yes complaint >&2 & sleep 0.1; kill $!; exit 1`, "complaint / complaint"},
		{"it colours the terminal", `printf '\033[31mred\007\n' >&2; exit 1`, "it says: [31mred"},
		{"it waits for ever", `exec sleep 100000`, "did not end within"},
		{"a child keeps the pipes", `sleep 20 & exit 1`, "did not sign"},
	} {
		bad := &issue.Outside{Command: []string{script(t, c.text)}}
		if c.why == "it waits for ever" {
			bad.Within(300 * time.Millisecond)
		}
		again, err := issue.Open(s.Dir)
		if err != nil {
			t.Fatal(err)
		}
		again.Outside = bad
		_, err = again.Build(order(), pass)
		var e *issue.SignerError
		if !errors.As(err, &e) || e.Key != "micrologic-signing-1" || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 4096 || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%s: %v", c.why, err)
		}
	}
	s.Outside = &issue.Outside{Command: []string{"/no/such/program"}}
	again, _ := issue.Open(s.Dir)
	again.Outside = s.Outside
	if _, err := again.Build(order(), pass); err == nil {
		t.Error("no program signs")
	}
}

// TestKeysHereAndThere: roots elsewhere, everything else in files.
func TestKeysHereAndThere(t *testing.T) {
	o := opensslKeys(t, "micrologic-root", "communication-root")
	dir := filepath.Join(t.TempDir(), "pki")
	if _, err := issue.InitOutside(dir, "", o, began); err == nil || !strings.Contains(err.Error(), "micrologic-issuing.pem: put the public key there") {
		t.Error(err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("something was written")
	}
	broken := &issue.Outside{Command: []string{script(t, "exit 1")}, Public: o.Public}
	if _, err := issue.InitOutside(dir, pass, broken, began); err == nil {
		t.Error("a root without a signature")
	}
	s, err := issue.InitOutside(dir, pass, o, began) // half a set was taken away
	if err != nil {
		t.Fatal(err)
	}
	want(t, build(t, s, order()), side(t, s), trust.Accepted)
	again, err := issue.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.CRL(pass, began); err == nil || !strings.Contains(err.Error(), "micrologic-root") || !strings.Contains(err.Error(), "communication-root") {
		t.Error("lists of roots whose keys are not here:", err)
	}
	if err := again.Lists(issue.ListOrder{Issuers: []string{"micrologic-issuing"}}, pass, began); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(o.Public, "micrologic-signing-2.pem"), []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	again.Outside = o
	if _, err := again.Issue(trust.Micrologic, pass, began); err == nil || !strings.Contains(err.Error(), "no public key") {
		t.Error(err)
	}
}
