package trust

import (
	"crypto/x509"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// pkitsCase is a test of NIST, "Public Key Interoperability Test Suite (PKITS):
// Certification Path Validation", 1.0.1. The table of them is that of the toolchain
// (crypto/x509/testdata/nist-pkits/vectors.json), which has no revocation lists.
type pkitsCase struct {
	Name           string
	CertPath       []string // anchor first
	CRLPath        []string
	ShouldValidate bool
}

// id is "4.8.1", or "4.8.1/3" where a test has several parts.
func (c *pkitsCase) id() string {
	section, rest, _ := strings.Cut(c.Name, " ")
	if _, part, ok := strings.Cut(rest, "(Subpart "); ok {
		section += "/" + strings.TrimSuffix(part, ")")
	}
	return section
}

// pkitsDeviations are all tests that come out otherwise than the suite says, and why
// that is right here. Taken: a path is taken which the suite calls invalid; else one is
// refused which it calls valid, and that errs on the safe side.
var pkitsDeviations = []struct {
	Tests string
	Taken bool
	Why   string
}{
	{"4.1.4 4.1.5", false, "DSA is not an algorithm of ours, and the library refuses it"},
	{"4.3.3 4.3.4 4.3.5 4.3.10 4.3.11", false, "names are compared byte by byte, as they are in the certificates of one issuer; another spelling is another name"},
	{"4.4.19", false, "an authority signs its lists with the key that signs its certificates"},
	{"4.5.1 4.5.3 4.5.4 4.5.6 4.9.6 4.11.7 4.12.7 4.12.9", false, "a list is by the issuer of the certificate itself: of two keys with one name the other one does not count"},
	{"4.6.15 4.6.17", false, "a certificate of an authority for itself counts towards the length of the path"},
	{"4.8.1/3 4.8.2/2 4.8.3/2 4.8.3/3 4.8.6/3 4.8.14/2 4.10.1.2/2 4.10.1.3/3 4.10.3/1 4.10.5/2 4.10.6/2 4.10.13/3 4.12.3/2", true, "whoever asks names a set of policies to be met; purposes are told apart by branch and key usage here, and nobody names policies"},
	{"4.13.1 4.13.4 4.13.5 4.13.6 4.13.11 4.13.14 4.13.18 4.13.19 4.13.27", false, "the library knows no constraints of directory names and refuses what has them"},
	{"4.13.24", true, "the library takes a constraint of a mail host for one of its subdomains too; certificates for packages carry DNS names and no mail addresses"},
	{"4.13.25 4.13.36", false, "the library takes a constraint of a host for one of its subdomains too"},
	{"4.14.1 4.14.4 4.14.5 4.14.7 4.14.13 4.14.18 4.14.19 4.14.22 4.14.24 4.14.25 4.14.28 4.14.29 4.14.30 4.14.33", false, "indirect and partial lists are refused by name: only full ones are taken"},
	{"4.15.4", true, "delta lists are refused by name, so only the full list counts until the next one: what the delta alone has is not known. Issuers of ours publish no deltas"},
	{"4.15.5", false, "delta lists are refused by name, also where one takes a certificate off the list"},
}

// pkitsAt is within the validity of what the suite calls valid (2010 to 2030).
var pkitsAt = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// TestPKITS judges every path of the suite as the chain of a package is judged. PKITS
// names a directory that holds its certs and crls; nothing of it is ours to copy.
func TestPKITS(t *testing.T) {
	dir := os.Getenv("PKITS")
	if dir == "" {
		t.Skip("SKIPPED: the tests of NIST for paths and revocation lists did not run. Set PKITS to a directory with certs and crls: PKITS_data.zip of NIST, or x509/PKITS_data of Debian's python3-cryptography-vectors.")
	}
	taken := map[string]bool{} // what came out otherwise, and how
	cases := pkitsCases(t, dir)
	for _, c := range cases {
		if got := pkitsTakes(t, dir, &c); got != c.ShouldValidate {
			taken[c.id()] = got
		}
	}
	deviations := len(taken)
	for _, d := range pkitsDeviations {
		for _, id := range strings.Fields(d.Tests) {
			if got, ok := taken[id]; !ok || got != d.Taken {
				t.Errorf("%s: listed as a deviation and it is none of that kind", id)
			}
			delete(taken, id)
		}
	}
	for id, got := range taken {
		t.Errorf("%s: taken: %v, the suite says %v; fix it or say in the table why that is right", id, got, !got)
	}
	t.Logf("%d tests of NIST, %d come out otherwise, each with its reason", len(cases), deviations)
}

// pkitsCases reads the table of tests: from the directory, or from the toolchain.
func pkitsCases(t *testing.T, dir string) []pkitsCase {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "vectors.json"))
	if err != nil {
		root, missing := exec.Command("go", "env", "GOROOT").Output()
		if missing != nil {
			t.Skip("SKIPPED: no vectors.json in PKITS, and no toolchain to take it from")
		}
		b, err = os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "src/crypto/x509/testdata/nist-pkits/vectors.json"))
	}
	if err != nil {
		t.Skip("SKIPPED: no vectors.json in PKITS, and none with this toolchain:", err)
	}
	var all []pkitsCase
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	if len(all) < 200 {
		t.Fatalf("%d tests: that is not the suite", len(all))
	}
	return all
}

// pkitsTakes tells whether a path is taken: what [Verify] does after the signature of a
// package, for firmware that was built today.
func pkitsTakes(t *testing.T, dir string, c *pkitsCase) bool {
	t.Helper()
	var path []*x509.Certificate
	for _, name := range c.CertPath {
		cert, err := x509.ParseCertificate(pkitsFile(t, dir, "certs", name))
		if err != nil {
			return false
		}
		path = append(path, cert)
	}
	b := &Branch{Roots: []*x509.Certificate{path[0]}}
	for _, name := range c.CRLPath {
		b.Lists = append(b.Lists, pkitsFile(t, dir, "crls", name))
	}
	slices.Reverse(path)
	chain, err := b.chain(path[0], path[1:], pkitsAt, x509.ExtKeyUsageAny)
	if err != nil {
		return false
	}
	reason, _, _ := (&Side{Clock: pkitsAt}).judgeDates(b, chain, dating{built: pkitsAt})
	return reason == Accepted
}

func pkitsFile(t *testing.T, dir, kind, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, kind, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
