package ui

import "github.com/a-h/templ"

// Link is a word that leads somewhere; Current marks where one is.
type Link struct {
	Text, URL string
	Current   bool
	Count     int // shown beside a tab when more than zero
}

// Page is what the frame of a page has to know. Title and Place are wanted.
type Page struct {
	Title  string
	Place  string // whose page this is: "Laboratory", "Q1"
	Home   string // where the mark leads; "/" when empty
	Lead   string // one sentence under the title
	Nav    []Link
	Crumbs []Link
	Plots  bool            // the page has plots: load what draws them
	Link   string          // the id of the light that tells the connection; "" for a page without
	Head   templ.Component // more for the head of the document; nil: nothing
	End    templ.Component // in the plate, at the right: who is logged in, log out
	Beside templ.Component // beside the title: badges
	Real   bool            // what is done here may reach real breakers
}

func (p Page) home() string {
	if p.Home == "" {
		return "/"
	}
	return p.Home
}

// htmxConfig keeps htmx to what the policy allows: no style of its own, only
// the extension that is here, no request to elsewhere.
const htmxConfig = `{"includeIndicatorCSS":false,"extensions":"sse","mode":"same-origin","history":false}`
