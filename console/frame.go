package console

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/points"
	"switchroom/ui"
)

// section is a part of the console.
type section struct {
	Path, Name, Text string
	need             accounts.Permission
}

// sections are in the order in which they stand in the head of a page.
var sections = []section{
	{"/projects", "Projects", "Switchboards: read breakers, plan a change, have it approved, carry it out.", accounts.BreakerRead},
	{"/vault", "Passwords", "Those of the breakers: sealed, changed here, known to nobody.", accounts.BreakerRead},
	{"/trust", "Trust", "Revoked certificates: whether the lists were looked at, and which firmware is to be replaced.", accounts.BreakerRead},
	{"/policies", "Policies", "The security policy, the risk analysis, plans: what holds, and what is due.", accounts.PolicyRead},
	{"/people", "People", "Who has a login, in which groups, qualified for what.", accounts.PeopleManage},
	{"/access", "Access", "Groups, the roles that they give, and what is kept apart.", accounts.PeopleManage},
	{"/audit", "Audit", "Who did what, when, with what result.", accounts.AuditRead},
}

// sections are those that a person may see.
func (v *visit) sections() (all []section) {
	for _, x := range sections {
		if v.may(x.need) {
			all = append(all, x)
		}
	}
	return all
}

// may reports whether the roles of a person let them do something, for what a page
// offers; whether they may is asked when they do it.
func (v *visit) may(p accounts.Permission) bool {
	return v.who.ID != "" && slices.Contains(v.s.grantedTo(v.who), p)
}

// frame is the frame of a page for whoever is signed in.
func (v *visit) frame(title, lead string) ui.Page {
	p := ui.Page{Title: title, Place: "Console", Lead: lead, Real: true}
	if v.who.ID == "" {
		return p
	}
	for _, x := range v.sections() {
		p.Nav = append(p.Nav, ui.Link{Text: x.Name, URL: x.Path, Current: strings.HasPrefix(v.r.URL.Path, x.Path)})
	}
	p.End = plateEnd(v.who.Name)
	return p
}

func untilWord(q accounts.Qualification, ok bool, now time.Time) string {
	switch day := q.Until.Add(-time.Second).UTC().Format(time.DateOnly); {
	case !ok:
		return "–"
	case !now.Before(q.Until):
		return "no longer, since " + day
	default:
		return "until " + day
	}
}

// peopleTable is everybody.
func peopleTable(people []accounts.Person, groups []accounts.Group, now time.Time) ui.Table {
	t := ui.Table{ID: "people", Caption: fmt.Sprintf("%d people", len(people)), Columns: []ui.Column{{Title: "Name"}, {Title: "Login"}, {Title: "Groups"}, {Title: "Sets breakers"}, {Title: "Switches"}, {Title: "Puts firmware in"}, {Title: "Signs in"}}}
	for _, p := range people {
		var in []string
		for _, g := range groups {
			if slices.Contains(p.Groups, g.ID) {
				in = append(in, g.Name)
			}
		}
		r := ui.Row{Cells: []templ.Component{linkTo("/people/"+p.ID, p.Name), ui.Text(p.Login), ui.Text(strings.Join(in, ", "))}}
		for _, k := range skills {
			q, ok := p.Qualified[k.skill]
			r.Cells = append(r.Cells, ui.Text(untilWord(q, ok, now)))
		}
		word := "yes"
		if p.Off {
			word = "no"
		}
		t.Rows = append(t.Rows, ui.Row{Cells: append(r.Cells, ui.Text(word))})
	}
	return t
}

// matrix is who may what, by role.
func matrix() ui.Table {
	t := ui.Table{ID: "matrix", Caption: "What each role may", Columns: []ui.Column{{Title: "Permission"}}}
	jobs := accounts.Jobs()
	for _, j := range jobs {
		t.Columns = append(t.Columns, ui.Column{Title: string(j.Role)})
	}
	for _, r := range accounts.Rights() {
		row := ui.Row{Cells: []templ.Component{ui.Text(string(r.Permission) + ": " + r.Text)}}
		for _, j := range jobs {
			word := ""
			if slices.Contains(j.May, r.Permission) {
				word = "may"
				if r.Skill != "" {
					word = "may, if qualified"
				}
			}
			row.Cells = append(row.Cells, ui.Text(word))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// groupsTable are the groups with the people in them.
func groupsTable(people []accounts.Person, groups []accounts.Group) ui.Table {
	t := ui.Table{ID: "groups", Caption: "Groups", Columns: []ui.Column{{Title: "Group"}, {Title: "Why"}, {Title: "Roles"}, {Title: "People"}}, Empty: "There is no group yet."}
	for _, g := range groups {
		var in []string
		for _, p := range people {
			if slices.Contains(p.Groups, g.ID) {
				in = append(in, p.Name)
			}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{linkTo("/groups/"+g.ID, g.Name), ui.Text(g.Text), ui.Text(rolesLine(g)), ui.Text(strings.Join(in, ", "))}})
	}
	return t
}

func dutiesTable() ui.Table {
	t := ui.Table{ID: "duties", Caption: "What one person never has together (C15)", Columns: []ui.Column{{Title: "One"}, {Title: "Other"}, {Title: "Why"}}}
	for _, d := range accounts.Duties() {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(string(d.One)), ui.Text(string(d.Other)), ui.Text(d.Why)}})
	}
	return t
}

func auditTable(all []audit.Record) ui.Table {
	t := ui.Table{ID: "records", Caption: "Records, the newest first; times in UTC", Columns: []ui.Column{{Title: "Number", Number: true}, {Title: "When"}, {Title: "Who"}, {Title: "What"}, {Title: "Result"}, {Title: "Where"}, {Title: "Why"}, {Title: "Before → after"}}, Empty: "No record is like that."}
	for _, r := range all {
		change := r.Before.JSON()
		if after := r.After.JSON(); after != "" {
			change = strings.TrimSpace(change + " → " + after)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{
			ui.Text(fmt.Sprint(r.ID)), ui.Text(r.At.UTC().Format("2006-01-02 15:04:05")), ui.Text(r.Who), ui.Text(r.What),
			ui.Badge(string(r.Result)), ui.Text(r.Where), ui.Text(r.Why), ui.Text(change),
		}})
	}
	return t
}

func lines(all []string) string { return strings.Join(all, "\n") }

// settable reports whether a point can be written at all.
func settable(point string) bool {
	id, err := points.Lookup(point)
	return err == nil && points.Of(id).Writable()
}
