package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"switchroom/ui"
)

// groupForm are the names of the groups. Of administrators only the name can be
// changed: they have every right.
func groupForm(b *book) (names []ui.Field) {
	for i, n := range b.Groups {
		id := fmt.Sprintf("group-%d", i)
		names = append(names, ui.Field{ID: id, Name: id, Label: "Name of the group " + groupNames[i], Value: n, Required: true, Attrs: map[string]any{"maxlength": "15"}})
	}
	return names
}

// rightsTable is what each group may do with each page.
func (d *Device) rightsTable(b *book) ui.Table {
	t := ui.Table{ID: "rights", Caption: "What each group may do with each page; administrators may do everything", Columns: []ui.Column{{Title: "Page"}}}
	for g := engineers; g < numGroups; g++ {
		t.Columns = append(t.Columns, ui.Column{Title: b.Groups[g]})
	}
	for _, p := range d.has() {
		cells := []templ.Component{ui.Text(p.menu.String() + ", " + p.title)}
		for g := engineers; g < numGroups; g++ {
			cells = append(cells, rightChoice(fmt.Sprintf("%s-%d", p.key, g), p.title+": "+b.Groups[g], b.right(g, p)))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: cells})
	}
	return t
}

func (d *Device) showGroups(v *visit) {
	b := d.book()
	v.showPage("", groupsView(groupForm(b), d.rightsTable(b)))
}

// saveGroups sets names and rights, all or none.
func (d *Device) saveGroups(v *visit) {
	sent, ok := v.form()
	if !ok {
		return
	}
	err := d.alter(func(b *book) error { return errors.Join(b.rename(sent), d.grant(b, sent)) })
	if err != nil {
		v.done("/setup/groups", notice{Severity: ui.High, Title: "Nothing was changed", Text: strings.ReplaceAll(err.Error(), "\n", "; ")})
		return
	}
	v.note(RightsChanged, "of the groups")
	v.done("/setup/groups", notice{Severity: ui.Done, Title: "The rights of the groups are set"})
}

// rename takes the names of the groups.
func (b *book) rename(sent url.Values) error {
	for i := range b.Groups {
		n := sent.Get(fmt.Sprintf("group-%d", i))
		if n == "" || len(n) > 15 || strings.ContainsFunc(n, func(r rune) bool { return r < 0x20 || r > 0x7E }) {
			return errors.New("the name of a group has 1 to 15 characters of a keyboard")
		}
		b.Groups[i] = n
	}
	return nil
}

// grant takes the rights of every page. One that was not sent stays.
func (d *Device) grant(b *book, sent url.Values) error {
	for _, p := range d.has() {
		set := p.groups
		if have, ok := b.Rights[p.key]; ok {
			set = have
		}
		for g := engineers; g < numGroups; g++ {
			name := fmt.Sprintf("%s-%d", p.key, g)
			if !sent.Has(name) {
				continue
			}
			r, err := parseRight(sent.Get(name))
			if err != nil {
				return err
			}
			set[g] = r
		}
		b.Rights[p.key] = set
	}
	return nil
}

func parseRight(s string) (right, error) {
	for r := none; r <= change; r++ {
		if r.String() == s {
			return r, nil
		}
	}
	return none, fmt.Errorf("%q is none of %s", s, strings.Join(rights[:], ", "))
}

// preferencesForm are what one may change of one's own account.
func preferencesForm(a *account) []ui.Field {
	return []ui.Field{
		{ID: "email", Name: "email", Label: "E-mail", Value: a.Email, Attrs: map[string]any{"maxlength": "80"}},
		languageField(a.Language),
	}
}

func (d *Device) showPreferences(v *visit) { v.showPage("", preferencesView(preferencesForm(v.who))) }

// savePreferences changes one's own account, and nothing of it that gives rights.
func (d *Device) savePreferences(v *visit) {
	sent, ok := v.form()
	if !ok {
		return
	}
	next := *v.who
	next.Email = sent.Get("email")
	fields := preferencesForm(&next)
	blame(fields, "email", emailRule(next.Email))
	for _, l := range languages {
		if l.Value == sent.Get("language") {
			next.Language = l.Value
		}
	}
	if !wrong(fields) {
		blame(fields, "email", d.alter(func(b *book) error {
			a := b.account(v.who.ID)
			if a == nil {
				return errGone
			}
			a.Email, a.Language = next.Email, next.Language
			return nil
		}))
	}
	if wrong(fields) {
		v.show(http.StatusUnprocessableEntity, v.page.title, "", preferencesView(fields))
		return
	}
	v.done("/setup/preferences", notice{Severity: ui.Done, Title: "Your preferences are kept"})
}
