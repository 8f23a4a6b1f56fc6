package portal

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"switchroom/ui"
)

// nav is the head of every page.
var nav = []struct {
	path, name string
	who        []Role // nil: everybody
}{
	{"/advisories", "Advisories", nil},
	{"/declare", "Declare", nil},
	{"/pki", "Firmware PKI", nil},
	{"/firmware/", "Firmware", nil},
	{"/resources", "Resources", nil},
	{"/market", "Marketplace", nil},
	{"/orders", "Orders", []Role{Customer}},
	{"/cases", "Cases", everyone},
}

// frame is the frame of a page for whoever looks at it.
func (v *visit) frame(title, lead string) ui.Page {
	p := ui.Page{Title: title, Place: "Portal", Lead: lead}
	for _, x := range nav {
		if x.who != nil && !anyOf(v.roles(), x.who) {
			continue
		}
		p.Nav = append(p.Nav, ui.Link{Text: x.name, URL: x.path, Current: strings.HasPrefix(v.r.URL.Path, x.path)})
	}
	switch {
	case v.person != nil:
		p.End = plateEnd(v.person.Name, "/password")
	case v.follows != "":
		p.End = plateEnd(v.follows, "/cases/"+v.follows)
	default:
		p.End = plateEnd("", "")
	}
	return p
}

// card is a group of links on the first page.
type card struct {
	Title string
	Links []cardLink
}

type cardLink struct {
	URL, Title, Text string
	who              []Role // nil: everybody
}

// cards are the first page, in the order in which they stand there.
var cards = []card{
	{"Cybersecurity portal", []cardLink{
		{"/advisories", "Advisories", "What is known to be wrong, how badly, and what to do.", nil},
		{"/incidents", "Incidents", "What has happened, as far as everybody may read of it.", nil},
		{"/declare", "Declare", "A vulnerability or an incident. You need no account.", nil},
		{"/follow", "Follow a case", "With its number and the secret that you were told.", nil},
		{"/policy", "Policy", "What we promise to who declares something, and what we ask.", nil},
		{"/resources", "Resources", "What to look at, by the kind of place.", nil},
		{"/pki", "Firmware PKI", "Certificates, and lists of those that were revoked.", nil},
		{"/firmware/", "Firmware", "Signed packages to download.", nil},
	}},
	{"Marketplace", []cardLink{
		{"/market", "Digital modules", "Functions for a control unit, each signed for its serial number.", nil},
		{"/orders", "Your orders", "What you have bought, to download again.", []Role{Customer}},
	}},
	{"Work", []cardLink{
		{"/cases", "Cases", "Those that you see.", everyone},
		{"/people", "People", "Who has an account, and in which roles.", []Role{Coordinator}},
	}},
}

func (v *visit) showHome() {
	var all []card
	for _, c := range cards {
		c.Links = slices.DeleteFunc(slices.Clone(c.Links), func(x cardLink) bool { return x.who != nil && !anyOf(v.roles(), x.who) })
		if len(c.Links) > 0 {
			all = append(all, c)
		}
	}
	v.show(http.StatusOK, "Cybersecurity portal and marketplace", "Of the vendor of a laboratory: nothing here is of a real product, and nothing costs anything.", homeView(all))
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// minute is a time as people read it.
func minute(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.UTC().Format("2006-01-02 15:04 UTC")
}

// split is the paragraphs of a text.
func split(s string) (all []string) {
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// columns are heads of columns.
func columns(titles ...string) (all []ui.Column) {
	for _, t := range titles {
		all = append(all, ui.Column{Title: t})
	}
	return all
}

func row(cells ...templ.Component) ui.Row { return ui.Row{Cells: cells} }

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func statesTable() ui.Table {
	t := ui.Table{ID: "states", Caption: "Where a case stands", Columns: columns("State", "What it means")}
	for _, s := range States {
		t.Rows = append(t.Rows, row(ui.Text(string(s.State)), ui.Text(s.Text)))
	}
	return t
}

func transitionsTable() ui.Table {
	t := ui.Table{ID: "transitions", Caption: "Who takes a case from one state to another", Columns: columns("From", "To", "By", "Reason", "When")}
	for _, x := range Transitions {
		reason := "if there is one"
		if x.Reason {
			reason = "has to be given"
		}
		t.Rows = append(t.Rows, row(ui.Text(string(x.From)), ui.Text(string(x.To)), ui.Text(list(x.By)), ui.Text(reason), ui.Text(x.Text)))
	}
	return t
}

func rolesTable() ui.Table {
	t := ui.Table{ID: "roles", Caption: "Who takes part", Columns: columns("Role", "What it is")}
	for _, r := range Roles {
		t.Rows = append(t.Rows, row(ui.Text(string(r.Role)), ui.Text(r.Text)))
	}
	return t
}
