package fat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// httpViewer sees a system by its JSON pages: one page has many points.
type httpViewer struct {
	*web
	b     *Binding
	words map[string]string
}

func openHTTP(b *Binding, _ Terminal) (Viewer, error) {
	w, err := newWeb(b)
	if err != nil {
		return nil, err
	}
	return &httpViewer{w, b, b.words()}, nil
}

// Look fetches each page once and takes all tags out of it. A page that is refused
// shows nothing; all pages failing is an error.
func (v *httpViewer) Look(ctx context.Context, tags []Tag) ([]Shown, error) {
	urls := make([]string, len(tags))
	for i, t := range tags {
		urls[i] = urlOf(v.b.URL, t)
	}
	distinct := slices.Compact(slices.Sorted(slices.Values(urls)))
	got, wrong := v.pages(ctx, distinct)
	now := time.Now()
	docs := map[string]any{}
	for u, data := range got {
		doc, err := decodeJSON(data)
		if err != nil {
			wrong[u] = fmt.Errorf("the system under test: %s is no JSON: %w", u, err)
			continue
		}
		docs[u] = doc
	}
	if len(docs) == 0 && len(tags) > 0 {
		return nil, wrong[distinct[0]]
	}
	out := make([]Shown, len(tags))
	for i, t := range tags {
		out[i] = v.b.ofJSON(docs[urls[i]], t, v.words, now)
	}
	return out, nil
}

// decodeJSON keeps numbers as they are written.
func decodeJSON(data []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var doc any
	return doc, d.Decode(&doc)
}

// ofJSON takes value, quality and time of a tag out of a document.
func (b *Binding) ofJSON(doc any, t Tag, words map[string]string, now time.Time) Shown {
	raw, ok := follow(doc, t.Expand(b.Value, escapePointer))
	if !ok {
		return none()
	}
	text := scalar(raw)
	s := parseShown(text, words)
	s.Raw = excerpt(marshal(raw))
	if parent, cut := parentOf(doc, t, b.Value); cut {
		s.Raw = excerpt(marshal(parent))
	}
	quality, _ := follow(doc, t.Expand(b.Quality, escapePointer))
	at, _ := follow(doc, t.Expand(b.Time, escapePointer))
	return b.judged(s, scalar(quality), scalar(at), now)
}

// parentOf is the object that holds the value, with its quality and time.
func parentOf(doc any, t Tag, pointer string) (any, bool) {
	p := t.Expand(pointer, escapePointer)
	i := strings.LastIndexByte(p, '/')
	if i <= 0 {
		return nil, false
	}
	return follow(doc, p[:i])
}

func marshal(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

// scalar is a JSON value as text: null is empty.
func scalar(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	case bool:
		return strconv.FormatBool(x)
	case json.Number:
		return x.String()
	case float64:
		if math.IsNaN(x) {
			return "NaN"
		}
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	return marshal(v)
}

// follow follows a JSON pointer (RFC 6901). A part [key=value] takes the element of
// an array whose key has that value.
func follow(doc any, pointer string) (any, bool) {
	if pointer == "" {
		return doc, doc != nil
	}
	at := doc
	for _, part := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		part = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		var err error
		if at, err = step(at, part); err != nil {
			return nil, false
		}
	}
	return at, true
}

var errNoSuch = errors.New("no such member")

// step is one part of a pointer.
func step(at any, part string) (any, error) {
	switch x := at.(type) {
	case map[string]any:
		if v, ok := x[part]; ok {
			return v, nil
		}
	case []any:
		if key, want, ok := strings.Cut(strings.Trim(part, "[]"), "="); ok && strings.HasPrefix(part, "[") {
			return find(x, key, want)
		}
		if i, err := strconv.Atoi(part); err == nil && i >= 0 && i < len(x) {
			return x[i], nil
		}
	}
	return nil, errNoSuch
}

func find(list []any, key, want string) (any, error) {
	for _, e := range list {
		if m, ok := e.(map[string]any); ok && scalar(m[key]) == want {
			return e, nil
		}
	}
	return nil, errNoSuch
}

// escapePointer escapes a name inside a pointer.
func escapePointer(s string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(s) }
