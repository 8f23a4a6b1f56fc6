package issue_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"switchroom/trust"
	"switchroom/trust/issue"
)

// FuzzVerify begins with packages that are taken. Whatever becomes of their bytes, what
// is taken is one of them, and stream and whole come to the same verdict. Run it with
// -fuzzminimizetime 1x: what cryptography covers is never twice the same, and the fuzzer
// would do nothing but look for a shorter input.
func FuzzVerify(f *testing.F) {
	s := set(f)
	x := side(f, s)
	good := built(f, s)
	for _, b := range good {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, v := trust.Verify(b, x)
		_, w := trust.VerifyReader(bytes.NewReader(b), int64(len(b)), x)
		if v.Reason != w.Reason {
			t.Errorf("whole: %s (%s), stream: %s (%s)", v.Reason, v.Detail, w.Reason, w.Detail)
		}
		if v.Reason == "" || v.OK() != (p != nil) {
			t.Errorf("verdict %q, package %v", v.Reason, p != nil)
		}
		if v.OK() && !slices.ContainsFunc(good, func(g []byte) bool { return bytes.Equal(b, g) }) {
			t.Error("taken, and nobody built it")
		}
		x.Kept(b)
	})
}

// built are packages that are taken: with and without a timestamp, and a module. The
// processes of a fuzzer share them.
func built(f *testing.F, s *issue.Set) (all [][]byte) {
	dir, err := first()
	if err != nil {
		f.Fatal(err)
	}
	kept := filepath.Join(dir, "packages")
	if files, err := filepath.Glob(kept + "/*"); err == nil && len(files) > 0 {
		for _, name := range files {
			b, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			all = append(all, b)
		}
		return all
	}
	bare := order()
	bare.Stamp = time.Time{}
	module, err := s.Module(issue.ModuleOrder{Module: "erms", Unit: "CU-1", Sequence: 1}, pass, began.AddDate(0, 1, 0))
	if err != nil {
		f.Fatal(err)
	}
	all = [][]byte{build(f, s, order()), build(f, s, bare), module}
	if err := os.Mkdir(kept, 0o700); err != nil {
		f.Fatal(err)
	}
	for i, b := range all {
		if _, v := trust.Verify(b, side(f, s)); !v.OK() {
			f.Fatal(v.Reason, v.Detail)
		}
		if err := os.WriteFile(filepath.Join(kept, string(rune('a'+i))), b, 0o600); err != nil {
			f.Fatal(err)
		}
	}
	return all
}

// FuzzList begins with lists of an issuer. One that answers says what the issuer said.
func FuzzList(f *testing.F) {
	s := set(f)
	issuer, err := s.Certificate("micrologic-issuing")
	if err != nil {
		f.Fatal(err)
	}
	read := func() []byte {
		b, err := os.ReadFile(s.Dir + "/crls/micrologic-issuing.crl")
		if err != nil {
			f.Fatal(err)
		}
		return b
	}
	f.Add(read())
	began := began.AddDate(0, 0, 1)
	if _, err := s.Revoke(s.Index.Certificates[indexOf(f, s, "micrologic-signing-1")].Serial, issue.Revocation{Reason: "keyCompromise", At: began, Invalid: &began}, pass, began); err != nil {
		f.Fatal(err)
	}
	f.Add(read())
	f.Fuzz(func(t *testing.T, b []byte) {
		l := trust.ListOf(issuer, [][]byte{b}, began)
		if l.Known() && (l.State == trust.FreshListed) != (l.Number.Int64() == 2) || l.Known() && len(l.Revoked) != int(l.Number.Int64())-1 {
			t.Errorf("%s, number %v, %d revoked: the issuer did not say that", l.State, l.Number, len(l.Revoked))
		}
	})
}

// FuzzIndex reads sets whose index anybody wrote: anchors are what the files are.
func FuzzIndex(f *testing.F) {
	s := set(f)
	files := fstest.MapFS{}
	for _, name := range []string{"certs/micrologic-root.pem", "certs/micrologic-issuing.pem", "crls/micrologic-root.crl", "index.json"} {
		b, err := os.ReadFile(s.Dir + "/" + name)
		if err != nil {
			f.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: b}
	}
	f.Add(files["index.json"].Data)
	f.Add([]byte(`{"certificates":[{"name":"micrologic-root","branch":"micrologic","issuer":"micrologic-root"}]}`))
	f.Add([]byte(`{"certificates":[{"name":"../x","branch":"micrologic","issuer":"../x"}]}`))
	f.Add([]byte(`{"certificates":[{"name":"micrologic-issuing","branch":"tls","issuer":"micrologic-issuing","retired":"2020-01-01T00:00:00Z"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		set := fstest.MapFS{"index.json": &fstest.MapFile{Data: b}}
		for name, file := range files {
			if name != "index.json" {
				set[name] = file
			}
		}
		branches, err := trust.ReadAnchors(set)
		if (err == nil) != (len(branches) == 5) {
			t.Errorf("%v, %d branches", err, len(branches))
		}
		trust.ReadIssuers(set)
	})
}
