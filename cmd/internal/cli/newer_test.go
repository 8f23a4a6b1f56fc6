package cli

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func sums(versions ...string) string {
	var b strings.Builder
	for _, v := range versions {
		b.WriteString(strings.Repeat("0a", 32) + "  switchroom-" + v + "-linux-amd64.tar.gz\n")
	}
	return b.String()
}

// TestNewer: a newer release is told, the same and older ones are not, and what is no
// list is an error.
func TestNewer(t *testing.T) {
	defer func(was string) { Version = was }(Version)
	file := filepath.Join(t.TempDir(), "SHA256SUMS")
	for _, c := range []struct{ is, text, want, fails string }{
		{"0.9.0", sums("0.9.0"), "", ""},
		{"0.9.0", sums("0.8.9", "0.10.0", "0.9.5"), "0.10.0", ""},
		{"1.0.0", sums("0.10.0"), "", ""},
		{"1.0.0-rc.1", sums("1.0.0"), "1.0.0", ""},
		{"development", sums("0.1.0"), "0.1.0", ""},
		{"0.9.0", "<html>not found</html>", "", "names no release"},
		{"0.9.0", strings.Repeat(sums("0.9.1"), 2000), "", "too long"},
	} {
		Version = c.is
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := (&UpdatesFlag{file}).Newer(t.Context())
		if got != c.want || (err != nil) != (c.fails != "") || err != nil && !strings.Contains(err.Error(), c.fails) {
			t.Errorf("%s of %.60q: %q %v", c.is, c.text, got, err)
		}
	}
}

// TestNewerAsked: an address is asked, and only one that nobody can read along.
func TestNewerAsked(t *testing.T) {
	defer func(was string) { Version = was }(Version)
	Version = "0.9.0"
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/SHA256SUMS" {
			http.NotFound(w, r)
			return
		}
		w.Write([]byte(sums("0.9.1")))
	}))
	defer s.Close()
	if got, err := (&UpdatesFlag{s.URL + "/SHA256SUMS"}).Newer(t.Context()); got != "0.9.1" || err != nil {
		t.Error(got, err)
	}
	for _, bad := range []string{s.URL + "/nothing", "http://example.org/SHA256SUMS", "ftp://127.0.0.1/x"} {
		if got, err := (&UpdatesFlag{bad}).Newer(t.Context()); err == nil {
			t.Error(bad, got)
		}
	}
	if got, err := (&UpdatesFlag{}).Newer(t.Context()); got != "" || err != nil {
		t.Error("somebody was asked:", got, err)
	}
}
