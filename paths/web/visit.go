package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"switchroom/access"
	"switchroom/points"
	"switchroom/ui"
)

// visit is one request of a person, as a handler has it.
type visit struct {
	d       *Device
	w       http.ResponseWriter
	r       *http.Request
	source  string // network address
	id      string // of the session
	session *session
	who     *account // a copy; nil: nobody is logged in
	route   *route
	page    *page // of the route; nil: it has none
}

// notice is what is told on the next page.
type notice = ui.Notice

// form reads what was sent. A body that does not read is answered here.
func (v *visit) form() (url.Values, bool) {
	if err := v.r.ParseForm(); err != nil {
		v.refuse(http.StatusBadRequest, "What was sent does not read, or is too large.")
		return nil, false
	}
	return v.r.PostForm, true
}

// show shows a page of the device around its content.
func (v *visit) show(status int, title, lead string, content templ.Component) {
	v.draw(status, v.frame(title, lead), content)
}

func (v *visit) draw(status int, f ui.Page, content templ.Component) {
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.WriteHeader(status)
	framed(v, f, content).Render(v.r.Context(), v.w) // who has gone reads nothing
}

// showPage shows the page of the route.
func (v *visit) showPage(lead string, content templ.Component) {
	v.show(http.StatusOK, v.page.title, lead, content)
}

// done tells on the page at path what was done. It leads nowhere but to a page of this
// device.
func (v *visit) done(path string, n notice) {
	v.d.sessions.with(v.session, func(s *session) { s.flash = &n })
	v.lead(path)
}

// lead leads to a page of this device.
func (v *visit) lead(path string) {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
		path = "/"
	}
	http.Redirect(v.w, v.r, path, http.StatusSeeOther)
}

// told takes what is to be told.
func (v *visit) told() (n *notice) {
	if v.session == nil {
		return nil
	}
	v.d.sessions.with(v.session, func(s *session) { n, s.flash = s.flash, nil })
	return n
}

// refuse answers that it is not done, with the reason.
func (v *visit) refuse(status int, why string) {
	v.show(status, http.StatusText(status), "", refusalView(v, why))
}

// note writes the security log in the name of whoever is here.
func (v *visit) note(k Kind, detail string) {
	e := Entry{Kind: k, Source: v.source, Detail: detail}
	if v.who != nil {
		e.Who = v.who.Name
	}
	v.d.note(e)
}

// frame is the frame of a page of the device.
func (v *visit) frame(title, lead string) ui.Page {
	p := ui.Page{Title: title, Place: v.d.unit.Name(), Lead: lead}
	if v.page != nil && v.page.known != points.Confirmed {
		p.Beside = readingBadge(v.page)
	}
	if v.who == nil {
		return p
	}
	p.End = whoBox(v)
	if v.d.hardened() && v.who.Change {
		return p
	}
	for m := monitoringMenu; m < numMenus; m++ {
		if all := v.within(m); len(all) > 0 {
			p.Nav = append(p.Nav, ui.Link{Text: m.String(), URL: all[0].path, Current: v.page != nil && v.page.menu == m})
		}
	}
	return p
}

// within are the pages of a menu that whoever is here may look at.
func (v *visit) within(m menu) (all []*page) {
	b := v.d.book()
	for _, p := range v.d.has() {
		if p.menu == m && b.may(v.who, p) >= look {
			all = append(all, p)
		}
	}
	return all
}

// tabs are the pages of the menu in which the page is.
func (v *visit) tabs() (all []ui.Link) {
	if v.page == nil || v.who == nil {
		return nil
	}
	for _, p := range v.within(v.page.menu) {
		all = append(all, ui.Link{Text: p.title, URL: p.path, Current: p == v.page})
	}
	return all
}

// may reports whether whoever is here may change what the page is about.
func (v *visit) mayChange() bool {
	return v.who != nil && v.page != nil && v.d.book().may(v.who, v.page) >= change
}

// what says what somebody may be: roles or group.
func (v *visit) what() string {
	if v.d.profile.ByRole() {
		return v.who.Roles.String()
	}
	return v.d.book().Groups[v.who.Group]
}

func (d *Device) hardened() bool { return d.profile == access.Hardened }
