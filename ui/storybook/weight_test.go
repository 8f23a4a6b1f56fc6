package storybook

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// limit is what the first page may transfer, in bytes: all its files included.
const limit = 150_000

// TestWeight fetches pages as a browser does that has seen none before.
func TestWeight(t *testing.T) {
	for _, p := range []string{"/", "/story/page-breaker", "/story/plots", "/story/page-login", "/story/hostile"} {
		_, body := fetch(t, p)
		total := len(body) // pages are not packed here
		for _, m := range regexp.MustCompile(`(?:src|href)="(/ui/[^"]+)"`).FindAllStringSubmatch(body, -1) {
			r := httptest.NewRequest("GET", m[1], nil)
			r.Header.Set("Accept-Encoding", "gzip")
			w := httptest.NewRecorder()
			Handler().ServeHTTP(w, r)
			if w.Code != 200 {
				t.Errorf("%s asks for %s: %d", p, m[1], w.Code)
			}
			total += w.Body.Len()
		}
		if total > limit {
			t.Errorf("%s transfers %d bytes, more than %d", p, total, limit)
		}
		t.Logf("%s transfers %d bytes", p, total)
	}
}

// TestEveryComponent checks that the book shows each exported template of ui.
func TestEveryComponent(t *testing.T) {
	var book strings.Builder
	for _, pattern := range []string{"*.templ", "*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_templ.go") || strings.HasSuffix(f, "_test.go") {
				continue
			}
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			book.Write(text)
		}
	}
	files, err := filepath.Glob("../*.templ")
	if err != nil || len(files) < 8 {
		t.Fatalf("%v: %v", files, err)
	}
	component := regexp.MustCompile(`(?m)^templ ([A-Z]\w*)\(`)
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range component.FindAllStringSubmatch(string(text), -1) {
			if !strings.Contains(book.String(), "ui."+m[1]+"(") {
				t.Errorf("%s: %s is in no story", f, m[1])
			}
		}
	}
}

// TestStories checks the table: names once, groups known, titles there.
func TestStories(t *testing.T) {
	seen := map[string]bool{}
	in := 0
	for _, g := range groups {
		in += len(of(g))
	}
	if in != len(stories) {
		t.Errorf("%d of %d stories are in a group", in, len(stories))
	}
	for _, s := range Stories() {
		if seen[s.Name] || s.Title == "" || !regexp.MustCompile(`^[a-z-]+$`).MatchString(s.Name) {
			t.Errorf("story %+v", s)
		}
		seen[s.Name] = true
	}
}

// TestHeaders checks that each answer of the book forbids what pages do not need.
func TestHeaders(t *testing.T) {
	for _, p := range append(pages(), "/waves", "/ui/none") {
		r, _ := fetch(t, p)
		if csp := r.Header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'; script-src 'self'; style-src 'self';") {
			t.Errorf("%s: policy %q", p, csp)
		}
	}
}
