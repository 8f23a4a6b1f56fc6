// Package storybook shows every component of the design system and every state
// of a page without a device behind it: for those who build pages, for the
// tests that look at each of them in a real browser, and for screenshots.
package storybook

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"switchroom/ui"
)

// Story is one page of the book.
type Story struct {
	Name  string // in its address
	Group string
	Title string
	Lead  string
	Plots bool
	Whole bool // a whole page of its own, without the book's frame
	show  func() templ.Component
}

// groups are the parts of the book in order.
var groups = []string{"Foundations", "Controls", "Content", "Instruments", "Pages"}

// Stories are all stories, in the order of the book.
func Stories() []Story { return slices.Clone(stories) }

// URL is where a story is shown.
func (s Story) URL() string { return "/story/" + s.Name }

// then is when everything in the book happened: screenshots of two days are
// the same.
var then = time.Date(2026, 3, 14, 9, 26, 53, 589e6, time.UTC)

// Handler serves the book, with the headers of a real server.
func Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle(ui.AssetsPath, ui.Assets())
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { render(w, r, http.StatusOK, index()) })
	mux.HandleFunc("GET /story/{name}", story)
	mux.HandleFunc("GET /live", live)
	mux.HandleFunc("GET /waves", waves)
	mux.HandleFunc("POST /sink", func(w http.ResponseWriter, r *http.Request) { render(w, r, http.StatusOK, sunk()) })
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { render(w, r, http.StatusNotFound, missing()) })
	return ui.Secure(mux)
}

func story(w http.ResponseWriter, r *http.Request) {
	i := slices.IndexFunc(stories, func(s Story) bool { return s.Name == r.PathValue("name") })
	if i < 0 {
		render(w, r, http.StatusNotFound, missing())
		return
	}
	s := stories[i]
	if s.Whole {
		render(w, r, http.StatusOK, s.show())
		return
	}
	render(w, r, http.StatusOK, framed(s))
}

func render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	c.Render(r.Context(), w) // the browser went away
}

func waves(w http.ResponseWriter, _ *http.Request) {
	b, err := ui.PlotData(waveData())
	if err != nil {
		http.Error(w, "the waves could not be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(b)
}

// nav are the groups, as places in the index.
func nav() []ui.Link {
	var links []ui.Link
	for _, g := range groups {
		links = append(links, ui.Link{Text: g, URL: "/#" + strings.ToLower(g)})
	}
	return links
}

// of are the stories of a group.
func of(group string) []Story {
	var all []Story
	for _, s := range stories {
		if s.Group == group {
			all = append(all, s)
		}
	}
	return all
}
