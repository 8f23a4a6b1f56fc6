package fat

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// openHTTP sees a system by its JSON pages: one page has many points.
func openHTTP(b *Binding, _ Terminal) (Viewer, error) {
	words := b.words()
	parse := func(data []byte) (any, error) {
		doc, err := decodeJSON(data)
		if err != nil {
			return nil, fmt.Errorf("it is no JSON: %w", err)
		}
		return doc, nil
	}
	return openPages(b, parse, func(doc any, t Tag, now time.Time) Shown { return b.ofJSON(doc, t, words, now) })
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
