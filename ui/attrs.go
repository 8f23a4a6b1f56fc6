package ui

import "github.com/a-h/templ"

// current marks the link to the page that is shown.
func current(l Link) templ.Attributes {
	if l.Current {
		return templ.Attributes{"aria-current": "page"}
	}
	return nil
}
