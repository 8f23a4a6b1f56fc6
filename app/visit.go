package app

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"

	"switchroom/ui"
)

// cookieName is that of the cookie of whoever holds the phone.
const cookieName = "switchroom-app"

// visit is one request.
type visit struct {
	s     *Server
	phone *Phone
	w     http.ResponseWriter
	r     *http.Request
	route *route
	in    bool // whoever holds the phone asks
}

type visitKey struct{}

// of is the visit of a request that came through the table.
func of(ctx context.Context) *visit {
	v, _ := ctx.Value(visitKey{}).(*visit)
	return v
}

func (s *Server) visit(w http.ResponseWriter, r *http.Request, row *route) *visit {
	v := &visit{s: s, phone: s.Phone, w: w, r: r, route: row}
	if c, err := r.Cookie(cookieName); err == nil {
		v.in = s.holds(c.Value)
	}
	return v
}

// serve hands a request to its row, if whoever asks may.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	_, pattern := s.handler.Handler(r)
	row := byPattern[pattern]
	if row == nil {
		s.tell(w, r, http.StatusNotFound, "There is no such page.")
		return
	}
	v := s.visit(w, r, row)
	switch {
	case row.public || v.in:
	case row.api():
		problem(w, http.StatusUnauthorized, "the phone is not yours yet: exchange the code of the start at POST /api/v1/start")
		return
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		v.see("/start")
		return
	default:
		s.tell(w, r, http.StatusUnauthorized, "The phone is not yours yet. Open the link that its start has printed.")
		return
	}
	v.r = r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
	s.handler.ServeHTTP(w, v.r)
}

// keep gives the browser what proves that it is the person's. It is a session cookie:
// nothing stays when the browser is closed.
func (v *visit) keep(token string) {
	http.SetCookie(v.w, &http.Cookie{Name: cookieName, Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	v.in = true
}

// see has the browser look at a page after a deed.
func (v *visit) see(path string) { http.Redirect(v.w, v.r, path, http.StatusSeeOther) }

// show writes a page in its frame.
func (v *visit) show(status int, title, lead string, content templ.Component) {
	h := v.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	v.w.WriteHeader(status)
	framed(v.frame(title, lead), v.s.statusNow(v.in), v.watches(), content).Render(v.r.Context(), v.w) // who has gone reads nothing
}

func (v *visit) frame(title, lead string) ui.Page {
	p := ui.Page{Title: title, Place: "App", Lead: lead, Head: head()}
	if !v.in {
		return p
	}
	p.Link = "link"
	for _, l := range []ui.Link{{Text: "Breaker", URL: "/"}, {Text: "Connect", URL: "/connect"}, {Text: "Settings", URL: "/settings"}, {Text: "Operate", URL: "/do"}, {Text: "Events", URL: "/events"}} {
		l.Current = v.r.URL.Path == l.URL
		p.Nav = append(p.Nav, l)
	}
	return p
}

// watches is where the page listens; "" for who does not hold the phone.
func (v *visit) watches() string {
	switch {
	case !v.in:
		return ""
	case v.r.URL.Path == "/pair":
		return "/live?page=pair"
	}
	return "/live"
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

func problem(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{"title": http.StatusText(status), "status": status, "detail": text})
}

// failed shows what went wrong, and what to do.
func (v *visit) failed(title string, err error) {
	v.show(statusOf(err), title, "", failure(err, v.phone.State()))
}

// sentence begins with a capital letter and ends with a dot.
func sentence(s string) string {
	s = capital(strings.TrimSpace(strings.ReplaceAll(s, "\n", "; ")))
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?") {
		return s
	}
	return s + "."
}

// capital begins with a capital letter.
func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + s[size:]
}
