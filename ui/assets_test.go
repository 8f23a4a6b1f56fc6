package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func get(t *testing.T, url, accept string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("GET", url, nil)
	r.Header.Set("Accept-Encoding", accept)
	w := httptest.NewRecorder()
	Secure(Assets()).ServeHTTP(w, r)
	return w
}

// TestAssets checks that each file is served under the hash of what it holds,
// packed and plain alike, and may be kept for ever.
func TestAssets(t *testing.T) {
	for name := range assets() {
		plain, packed := get(t, URL(name), ""), get(t, URL(name), "br, gzip")
		z, err := gzip.NewReader(packed.Body)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		text, err := io.ReadAll(z)
		if err != nil || !bytes.Equal(text, plain.Body.Bytes()) || len(text) == 0 {
			t.Errorf("%s: packed is not plain (%v)", name, err)
		}
		sum := sha256.Sum256(text)
		if want := hex.EncodeToString(sum[:8]); !strings.Contains(URL(name), "."+want+".") {
			t.Errorf("%s is served as %s, its hash is %s", name, URL(name), want)
		}
		if c := plain.Header().Get("Cache-Control"); !strings.Contains(c, "immutable") {
			t.Errorf("%s: Cache-Control %q", name, c)
		}
		if v := packed.Header().Get("Vary"); v != "Accept-Encoding" {
			t.Errorf("%s: Vary %q: a cache would mix plain and packed", name, v)
		}
	}
}

func TestAssetsRefuse(t *testing.T) {
	for _, url := range []string{
		AssetsPath, AssetsPath + "ui.css", AssetsPath + "static/icon.svg", AssetsPath + "../doc.go",
		strings.ToUpper(URL("ui.css")), URL("ui.css") + "/", strings.Replace(URL("ui.css"), "ui.", "ui.0", 1),
	} {
		if w := get(t, url, ""); w.Code != 404 {
			t.Errorf("%s: %d, want 404", url, w.Code)
		}
	}
	w := httptest.NewRecorder()
	Assets().ServeHTTP(w, httptest.NewRequest("POST", URL("ui.css"), nil))
	if w.Code != 405 {
		t.Errorf("POST: %d, want 405", w.Code)
	}
}

func TestTakesGzip(t *testing.T) {
	for _, tt := range []struct {
		accept string
		want   bool
	}{
		{"", false}, {"gzip", true}, {"br, gzip", true}, {"gzip;q=0", false}, {"gzip; q=0.000", false},
		{"gzip;q=0.5", true}, {"x-gzip", false}, {"identity", false}, {"deflate, gzip;q=1.0, *;q=0.5", true},
	} {
		if got := takesGzip(tt.accept); got != tt.want {
			t.Errorf("%q: %v, want %v", tt.accept, got, tt.want)
		}
	}
}

// TestSums checks that the files from npm are the ones that were pinned.
func TestSums(t *testing.T) {
	list, err := os.ReadFile("../dev/assets.sha256")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for line := range strings.Lines(string(list)) {
		if f := strings.Fields(line); len(f) == 2 {
			want[f[1]] = f[0]
		}
	}
	files, err := filepath.Glob("vendored/*")
	if err != nil || len(files) < 6 {
		t.Fatalf("%v: %v", files, err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(text)
		if got := hex.EncodeToString(sum[:]); got != want["ui/"+filepath.ToSlash(f)] {
			t.Errorf("%s: sha256 %s, pinned is %q", f, got, want["ui/"+f])
		}
	}
}

// TestLicences checks that the terms of what is not ours are in the program.
func TestLicences(t *testing.T) {
	for file, word := range map[string]string{"vendored/LICENSE.htmx": "Zero-Clause BSD", "vendored/LICENSE.uplot": "The MIT License"} {
		text, err := embedded.ReadFile(file)
		if err != nil || !strings.Contains(string(text), word) {
			t.Errorf("%s: no %q (%v)", file, word, err)
		}
	}
}

// TestNoEval checks that nothing of ours asks htmx for what the policy forbids:
// handlers, values or filters that are code.
func TestNoEval(t *testing.T) {
	code := regexp.MustCompile(`hx-on|hx-vals="js:|hx-headers="js:|hx-trigger="[^"]*\[|\beval\(|new Function|style="|<style|javascript:`)
	for _, pattern := range []string{"*.templ", "storybook/*.templ", "static/js/*.js"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if found := code.Find(text); found != nil {
				t.Errorf("%s: %q needs what the policy forbids", f, found)
			}
		}
	}
}

// TestNoNetwork checks that no style or script of ours names another server.
func TestNoNetwork(t *testing.T) {
	far := regexp.MustCompile(`(?i)@import|url\(|https?://`)
	for _, pattern := range []string{"static/css/*.css", "static/js/*.js"} {
		files, _ := filepath.Glob(pattern)
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if found := far.Find(text); found != nil {
				t.Errorf("%s names %q", f, found)
			}
		}
	}
}

func TestSecure(t *testing.T) {
	h := get(t, "/ui/nothing", "").Header()
	for _, want := range secureHeaders {
		if got := h.Get(want.name); got != want.value {
			t.Errorf("%s: %q, want %q", want.name, got, want.value)
		}
	}
	for _, no := range []string{"unsafe", "http:", "https:", "*"} {
		if strings.Contains(Policy, no) {
			t.Errorf("the policy has %q", no)
		}
	}
	for _, must := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
		if !strings.Contains(Policy, must) {
			t.Errorf("the policy lacks %q", must)
		}
	}
}
