package web

import (
	"net"
	"net/http"
	"strings"
	"sync"

	"switchroom/ui"
)

// bodyMax bounds what a request brings.
const bodyMax = 256 << 10

// guarded is the table of routes as a handler, behind everything that is checked
// before a handler hears of a request. The order matters: who may not be here at all
// comes first, then who is asking, then whether there is what is asked for, so that
// who is not logged in learns nothing of what there is.
func (d *Device) guarded() http.Handler {
	var cross http.CrossOriginProtection
	find := finder()
	return ui.Secure(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		q.Body = http.MaxBytesReader(w, q.Body, bodyMax)
		v := &visit{d: d, w: w, r: q, source: sourceOf(q), route: find(q)}
		switch {
		case !d.own(q):
			v.refuse(http.StatusMisdirectedRequest, "This device is "+d.base(q)+" and nothing else.")
		case q.TLS == nil && d.secured():
			v.secure()
		case cross.Check(q) != nil || d.foreign(q):
			d.note(Entry{Kind: RequestRefused, Source: v.source, Detail: "a page of another origin asks for " + q.Method})
			v.refuse(http.StatusForbidden, "A page of another origin asks. Open this device's own page. A program sends the header Origin: "+d.base(q)+".")
		default:
			v.recognise()
			if v.admitted() {
				v.route.serve(d, v)
			}
		}
	}))
}

// finder is made once for all devices.
var finder = sync.OnceValue(newFinder)

// newFinder finds the route of a request, or nil. A path that is not written as the table
// writes it is no route, whatever it would become once it is unescaped, cleaned or
// folded: nothing here does any of that.
func newFinder() func(*http.Request) *route {
	all := map[string]*route{}
	for i := range routes {
		all[routes[i].method+" "+routes[i].path] = &routes[i]
	}
	return func(q *http.Request) *route {
		method, path := q.Method, q.URL.Path
		if method == http.MethodHead {
			method = http.MethodGet
		}
		if name, ok := strings.CutPrefix(path, ui.AssetsPath); ok && !strings.Contains(name, "/") {
			path = ui.AssetsPath
		}
		if q.URL.RawPath != "" || q.URL.Scheme != "" {
			return nil
		}
		return all[method+" "+path]
	}
}

// own reports whether the Host header names this device. A page whose name was made
// to point here (DNS rebinding) asks by that name.
func (d *Device) own(q *http.Request) bool {
	a := d.options.Address
	usual := "80"
	if q.TLS != nil {
		a, usual = d.options.Secure, "443"
	}
	host, port, err := net.SplitHostPort(q.Host)
	if err != nil {
		host, port = strings.Trim(q.Host, "[]"), usual
	}
	return host == a.Addr().String() && port == portOf(a)
}

// secure leads who comes by plain HTTP to a device that has HTTPS there. What they
// bring is not looked at: it has crossed the network in the clear.
func (v *visit) secure() {
	if v.r.Method != http.MethodGet && v.r.Method != http.MethodHead {
		v.refuse(http.StatusForbidden, "Nothing is taken by plain HTTP. This device is "+v.d.Base()+".")
		return
	}
	http.Redirect(v.w, v.r, v.d.Base()+"/", http.StatusPermanentRedirect)
}

// foreign reports a change that a page of elsewhere asks for, as far as it says so: of
// another scheme too, which cross-origin protection does not compare. And it reports
// one that a browser's session asks for without saying from which page: a browser
// always says, and the protection lets it pass for programs.
func (d *Device) foreign(q *http.Request) bool {
	if q.Method == http.MethodGet || q.Method == http.MethodHead {
		return false
	}
	origin := q.Header.Get("Origin")
	if origin != "" {
		return origin != d.base(q)
	}
	return len(q.CookiesNamed(d.cookieName)) > 0 && q.Header.Get("Sec-Fetch-Site") == ""
}

// recognise finds out who asks.
func (v *visit) recognise() {
	v.id, v.who = v.d.idOf(v.r), nil
	v.session = v.d.sessions.find(v.id, !v.follows())
	if v.session == nil {
		return
	}
	b := v.d.book()
	a := b.account(v.session.account)
	if a == nil || a.Off { // a lock that came since is about whoever guesses now, not about who is in
		v.d.sessions.end(v.id)
		v.session = nil
		return
	}
	who := *a
	who.Change = who.Change || v.d.outworn(a)
	v.who = &who
}

// follows reports whether a page asks by itself for what has moved meanwhile.
func (v *visit) follows() bool { return v.route != nil && strings.HasSuffix(v.route.path, "/live") }

// admitted reports whether the request may go on to its handler. If not it has been
// answered.
func (v *visit) admitted() bool {
	switch {
	case v.route != nil && v.route.open == public:
		return true
	case v.who == nil:
		v.challenge()
	case v.route == nil:
		v.refuse(http.StatusNotFound, "There is no such page.")
	case v.route.open == login:
		return true
	case v.mustChange():
		v.askChange()
	default:
		return v.allowed()
	}
	return false
}

// allowed holds the page's right against whoever asks.
func (v *visit) allowed() bool {
	v.page = pageOf(v.route.page)
	if v.page.absent != nil && v.page.absent(v.d) {
		v.refuse(http.StatusNotFound, "This device has no such page.")
		return false
	}
	if v.d.book().may(v.who, v.page) < v.route.needs() {
		v.d.note(Entry{Kind: PageRefused, Who: v.who.Name, Source: v.source, Detail: v.route.method + " " + v.page.title})
		v.refuse(http.StatusForbidden, v.page.title+": "+v.d.remedy())
		return false
	}
	return true
}

// remedy says who can help whom a page is refused to.
func (d *Device) remedy() string {
	if d.profile.ByRole() {
		return "your roles do not have that right; a security administrator gives roles."
	}
	return "your group does not have that right; an administrator gives it."
}

// challenge sends who is not logged in to log in.
func (v *visit) challenge() {
	if v.id != "" {
		http.SetCookie(v.w, v.d.cookie(v.r, "")) // it is nobody's any more
	}
	if v.r.Method == http.MethodGet && strings.Contains(v.r.Header.Get("Accept"), "text/html") {
		http.Redirect(v.w, v.r, "/login", http.StatusSeeOther)
		return
	}
	v.refuse(http.StatusUnauthorized, "Log in first.")
}

// mustChange reports whether the password, which somebody else has set, has to be
// changed before this. In 2017 that can be put off, as the device asks and the guide
// tells the person to (S7); with roles it can be put off for looking only, and in
// hardened not at all: both ours.
func (v *visit) mustChange() bool {
	switch {
	case !v.who.Change:
		return false
	case !v.d.profile.ByRole():
		return !v.session.postponed
	case v.d.hardened():
		return true
	}
	return !v.session.postponed || v.route.needs() == change
}

func (v *visit) askChange() {
	if v.r.Method == http.MethodGet || v.r.Method == http.MethodHead {
		http.Redirect(v.w, v.r, "/password", http.StatusSeeOther)
		return
	}
	v.refuse(http.StatusForbidden, "Change your password first: somebody else has set it.")
}

// sourceOf is the network address of who asks.
func sourceOf(q *http.Request) string {
	host, _, err := net.SplitHostPort(q.RemoteAddr)
	if err != nil {
		return q.RemoteAddr
	}
	return host
}
