package storybook

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"switchroom/ui"
)

// pages are the addresses of the index and of all stories.
func pages() []string {
	all := []string{"/", "/no-such-page"}
	for _, s := range stories {
		all = append(all, s.URL())
	}
	return all
}

// fetch asks the book's server for a page.
func fetch(t *testing.T, path string) (*http.Response, string) {
	t.Helper()
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	r := w.Result()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r, string(body)
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// elements are all elements of a page, and its ids.
func elements(t *testing.T, body string) (all []*html.Node, ids map[string]int) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	ids = map[string]int{}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		all = append(all, n)
		if id, ok := attr(n, "id"); ok {
			ids[id]++
		}
	}
	return all, ids
}

// TestPages holds every page of the book to the rules of the house: tags that
// match, ids that are there once, labels for inputs, nothing inline.
func TestPages(t *testing.T) {
	for _, p := range pages() {
		t.Run(p, func(t *testing.T) {
			_, body := fetch(t, p)
			balanced(t, body)
			all, ids := elements(t, body)
			for id, n := range ids {
				if n > 1 {
					t.Errorf("id %q stands %d times", id, n)
				}
				if id == "" || strings.ContainsAny(id, " \t\n") {
					t.Errorf("id %q is none", id)
				}
			}
			for _, n := range all {
				references(t, n, ids)
				inline(t, n)
			}
			labels(t, all)
		})
	}
}

// void are the elements that have no end.
var void = []string{"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

// balanced checks that every tag is closed in order: the parser would repair
// silently what it finds broken.
func balanced(t *testing.T, body string) {
	t.Helper()
	var open []string
	for z := html.NewTokenizer(strings.NewReader(body)); ; {
		switch z.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				t.Errorf("never closed: %v", open)
			}
			return
		case html.StartTagToken:
			if name, _ := z.TagName(); !slices.Contains(void, string(name)) {
				open = append(open, string(name))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				t.Errorf("</%s> closes %v", name, open)
				return
			}
			open = open[:len(open)-1]
		}
	}
}

// references checks that what an attribute points at is there.
func references(t *testing.T, n *html.Node, ids map[string]int) {
	t.Helper()
	for _, name := range []string{"for", "aria-labelledby", "aria-describedby", "data-dialog", "data-link"} {
		v, ok := attr(n, name)
		for _, id := range strings.Fields(v) {
			if ok && ids[id] == 0 {
				t.Errorf("<%s %s=%q>: there is no such id", n.Data, name, id)
			}
		}
	}
}

// inline checks that nothing needs what the policy forbids.
func inline(t *testing.T, n *html.Node) {
	t.Helper()
	for _, a := range n.Attr {
		if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "hx-on") {
			t.Errorf("<%s %s=%q> is inline", n.Data, a.Key, a.Val)
		}
		if strings.Contains(strings.ToLower(a.Val), "javascript:") && (a.Key == "href" || a.Key == "action" || a.Key == "src" || a.Key == "xlink:href") {
			t.Errorf("<%s %s=%q> would run", n.Data, a.Key, a.Val)
		}
	}
	if n.Data == "style" || n.Data == "base" || n.Data == "iframe" {
		t.Errorf("<%s> stands in the page", n.Data)
	}
	if src, ok := attr(n, "src"); n.Data == "script" && (!ok || !strings.HasPrefix(src, ui.AssetsPath) || n.FirstChild != nil) {
		t.Errorf("a script that is no file of ours: %q", src)
	}
}

// labels checks that every field has a label and every button a word.
func labels(t *testing.T, all []*html.Node) {
	t.Helper()
	labelled := map[string]bool{}
	for _, n := range all {
		if id, ok := attr(n, "for"); ok && n.Data == "label" && strings.TrimSpace(words(n)) != "" {
			labelled[id] = true
		}
	}
	for _, n := range all {
		id, _ := attr(n, "id")
		kind, _ := attr(n, "type")
		switch n.Data {
		case "input", "select", "textarea", "progress":
			if kind != "hidden" && !labelled[id] {
				t.Errorf("<%s id=%q> has no label", n.Data, id)
			}
		case "button", "a":
			if name, _ := attr(n, "aria-label"); strings.TrimSpace(words(n)+name) == "" {
				t.Errorf("<%s id=%q> has no word", n.Data, id)
			}
		}
	}
}

func words(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// TestHostileNames checks that names of markup stay text: the page of them has
// no element that the others do not have, and shows each name as it is.
func TestHostileNames(t *testing.T) {
	_, body := fetch(t, "/story/hostile")
	all, _ := elements(t, body)
	for _, n := range all {
		if slices.Contains([]string{"img", "iframe", "object", "embed"}, n.Data) {
			t.Errorf("<%s> came out of a name", n.Data)
		}
		if n.Data == "b" && strings.TrimSpace(words(n)) == "" {
			t.Error("<b> came out of a name")
		}
	}
	text := words(all[0])
	for _, name := range hostile {
		// The parser makes one line feed of what ends a line.
		want := strings.ReplaceAll(name, "\r\n", "\n")
		if n := strings.Count(text, want); n < 8 {
			t.Errorf("%q is shown %d times, want 8 or more", name, n)
		}
	}
}
