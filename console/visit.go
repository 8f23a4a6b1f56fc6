package console

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/commission"
	"switchroom/credential"
	"switchroom/ui"
)

// visit is one request of somebody.
type visit struct {
	s      *Server
	w      http.ResponseWriter
	r      *http.Request
	route  *route
	token  credential.Secret // of the session; empty: none
	who    accounts.Person   // zero: nobody
	bearer bool              // a program asks, with a token of its person
	source string
	now    time.Time
}

type visitKey struct{}

// of is the visit of a request that came through the table.
func of(ctx context.Context) *visit {
	v, _ := ctx.Value(visitKey{}).(*visit)
	return v
}

// cookie is the name of the session's. With TLS its prefix has the browser hold it to
// this very host.
func (s *Server) cookie() string {
	if s.Certificate != nil {
		return "__Host-switchroom-console"
	}
	return "switchroom-console"
}

func (s *Server) visit(w http.ResponseWriter, r *http.Request, row *route) *visit {
	v := &visit{s: s, w: w, r: r, route: row, source: sourceOf(r.RemoteAddr), now: s.Now()}
	if token, is := bearer(r); is {
		if v.bearer = true; row != nil && row.api() { // pages are for people
			v.token = token
		}
	} else if c, err := r.Cookie(s.cookie()); err == nil {
		v.token = credential.NewSecret(c.Value)
	}
	return v
}

func sourceOf(remote string) string {
	a, err := netip.ParseAddrPort(remote)
	if err != nil {
		return "unknown"
	}
	return credential.Source(a.Addr().Unmap())
}

// keep gives the browser the token of a session; an empty one takes it away.
func (v *visit) keep(token credential.Secret) {
	c := &http.Cookie{Name: v.s.cookie(), Value: token.Reveal(), Path: "/", HttpOnly: true, Secure: v.s.Certificate != nil, SameSite: http.SameSiteStrictMode}
	if token.Empty() {
		c.MaxAge = -1
	}
	http.SetCookie(v.w, c)
	v.token = token
}

// admitted asks for the person of a visit what the route needs. It is asked anew for
// every request.
func (v *visit) admitted() (err error) {
	switch {
	case v.route.open == public:
		v.who, _ = v.whoever(false)
		return nil
	case len(v.route.need) == 0:
		v.who, err = v.whoever(true)
		return err
	}
	if v.who, err = v.mayOne(v.route.need); err != nil {
		v.who, _ = v.whoever(false)
	}
	return err
}

// whoever is the person of a visit, whatever they may.
func (v *visit) whoever(active bool) (accounts.Person, error) {
	if v.bearer {
		return v.acts()
	}
	return v.s.People.Who(v.now, v.token, active)
}

// mayOne asks for one of several permissions. What is told is what stands in the way of
// the one that their role has, if there is one.
func (v *visit) mayOne(any need) (who accounts.Person, err error) {
	for _, p := range any {
		one, e := v.s.People.May(v.now, v.token, p, true)
		if e == nil {
			return one, nil
		}
		if err == nil || isReason(err, accounts.NotPermitted) {
			err = e
		}
	}
	return accounts.Person{}, err
}

// denied tells somebody why they may not, and leads to where they can do something
// about it.
func (v *visit) denied(err error) {
	d, ok := errors.AsType[*accounts.Denied](err)
	if !ok {
		v.s.tell(v.w, v.r, http.StatusInternalServerError, err.Error())
		return
	}
	if d.Reason == accounts.NotPermitted || d.Reason == accounts.NotQualified {
		v.s.refuse(v.r.Context(), v.did("access.refused", v.r.Method+" "+v.route.path), err)
	}
	if v.route.api() {
		status := http.StatusForbidden
		if d.Reason == accounts.NotSignedIn || d.Reason == accounts.ScreenLocked || d.Reason == accounts.NotFresh || d.Reason == accounts.TokenEnded {
			status = http.StatusUnauthorized
		}
		problem(v.w, status, err.Error())
		return
	}
	switch d.Reason {
	case accounts.NotSignedIn, accounts.TokenEnded:
		v.lead("/signin")
	case accounts.ScreenLocked, accounts.NotFresh:
		v.lead("/prove")
	case accounts.PasswordDue:
		v.lead("/password")
	default:
		v.show(http.StatusForbidden, "Not yours to do", "", message(ui.Notice{Severity: ui.Medium, Title: sentence(err.Error())}))
	}
}

// lead goes to a page that leads back to what was asked for, if that only looked.
func (v *visit) lead(to string) {
	here := v.r.URL.RequestURI()
	if v.r.Method != http.MethodGet { // what was sent is gone: back to the page that it came from
		from, err := url.Parse(v.r.Referer())
		if err != nil || from.Host != v.r.Host {
			from = new(url.URL)
		}
		here = from.RequestURI()
	}
	to += "?to=" + url.QueryEscape(here)
	http.Redirect(v.w, v.r, to, http.StatusSeeOther)
}

// back is where a page leads when it is done: a page of this console, whatever was
// asked for (CVE-2023-5629).
func (v *visit) back(otherwise string) string {
	to := v.r.FormValue("to")
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n") {
		return otherwise
	}
	return to
}

// see has the browser look at a page after a deed.
func (v *visit) see(path string) { http.Redirect(v.w, v.r, path, http.StatusSeeOther) }

// show writes a page in its frame.
func (v *visit) show(status int, title, lead string, content templ.Component) {
	v.page(status, v.frame(title, lead), content)
}

func (v *visit) page(status int, frame ui.Page, content templ.Component) {
	h := v.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	if v.who.ID != "" && v.route != nil && v.route.path != "/prove" && h.Get("Refresh") == "" {
		h.Set("Refresh", "605; url=/prove") // the screen of who has gone shows nothing (D12)
	}
	v.w.WriteHeader(status)
	framed(frame, content).Render(v.r.Context(), v.w) // who has gone reads nothing
}

// crumbed writes a page that stands below others.
func (v *visit) crumbed(status int, title string, crumbs []ui.Link, content templ.Component) {
	f := v.frame(title, "")
	f.Crumbs = crumbs
	v.page(status, f, content)
}

// tell writes an answer of one sentence, to a browser or a program.
func (s *Server) tell(w http.ResponseWriter, r *http.Request, status int, text string) {
	if strings.HasPrefix(r.URL.Path, apiPath) {
		problem(w, status, text)
		return
	}
	v := s.visit(w, r, nil)
	v.show(status, http.StatusText(status), "", message(ui.Notice{Severity: ui.Medium, Title: text}))
}

func isDenied(err error) bool {
	_, is := errors.AsType[*accounts.Denied](err)
	return is
}

// failed answers what went wrong in a deed.
func (v *visit) failed(err error) {
	if isDenied(err) {
		v.denied(err)
		return
	}
	v.show(statusOf(err), "Not done", "", message(ui.Notice{Severity: ui.High, Title: "Nothing has happened.", Text: sentence(err.Error())}))
}

// statusOf is the status of an error.
func statusOf(err error) int {
	if w, is := errors.AsType[*credential.Wait](err); is && w != nil {
		return http.StatusTooManyRequests
	}
	if _, none := errors.AsType[*commission.NoneError](err); none {
		return http.StatusNotFound
	}
	switch {
	case errors.Is(err, audit.ErrNotRecorded):
		return http.StatusInsufficientStorage
	case errors.Is(err, credential.ErrCrowded):
		return http.StatusServiceUnavailable
	}
	return http.StatusUnprocessableEntity
}
