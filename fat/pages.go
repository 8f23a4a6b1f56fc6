package fat

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// pageViewer sees a system by pages that each have many points: P is what one says.
type pageViewer[P any] struct {
	*web
	url   string // template
	parse func(data []byte) (P, error)
	shown func(page P, t Tag, now time.Time) Shown // of a page that did not come: its zero
}

func openPages[P any](b *Binding, parse func([]byte) (P, error), shown func(P, Tag, time.Time) Shown) (Viewer, error) {
	w, err := newWeb(b)
	if err != nil {
		return nil, err
	}
	return &pageViewer[P]{w, b.URL, parse, shown}, nil
}

// Look fetches each page once and takes all tags out of it. A page that is refused
// shows nothing; all pages failing is an error.
func (v *pageViewer[P]) Look(ctx context.Context, tags []Tag) ([]Shown, error) {
	urls := make([]string, len(tags))
	for i, t := range tags {
		urls[i] = urlOf(v.url, t)
	}
	distinct := slices.Compact(slices.Sorted(slices.Values(urls)))
	got, wrong := v.pages(ctx, distinct)
	now := time.Now()
	said := map[string]P{}
	for u, data := range got {
		page, err := v.parse(data)
		if err != nil {
			wrong[u] = fmt.Errorf("the system under test: %s: %w", u, err)
			continue
		}
		said[u] = page
	}
	if len(said) == 0 && len(tags) > 0 {
		return nil, wrong[distinct[0]]
	}
	out := make([]Shown, len(tags))
	for i, t := range tags {
		out[i] = v.shown(said[urls[i]], t, now)
	}
	return out, nil
}
