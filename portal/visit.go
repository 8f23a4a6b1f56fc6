package portal

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/a-h/templ"
	"github.com/danielgtaylor/huma/v2"

	"switchroom/credential"
	"switchroom/store"
	"switchroom/ui"
)

// visit is one request of somebody.
type visit struct {
	actor
	s     *Server
	w     http.ResponseWriter
	r     *http.Request
	route *route
	token credential.Secret
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
	if s.secure() {
		return "__Host-switchroom-portal"
	}
	return "switchroom-portal"
}

func (s *Server) visit(w http.ResponseWriter, r *http.Request, row *route) *visit {
	v := &visit{s: s, w: w, r: r, route: row, actor: actor{now: s.now(), source: sourceOf(r.RemoteAddr)}}
	c, err := r.Cookie(s.cookie())
	if err != nil {
		return v
	}
	v.token = credential.NewSecret(c.Value)
	one := s.sessions.find(v.now, v.token)
	v.follows = one.follows
	if one.person != "" {
		v.person, _ = s.personBy(r.Context(), "id", one.person) // as they are by now; nobody if that cannot be told
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
	c := &http.Cookie{Name: v.s.cookie(), Value: token.Reveal(), Path: "/", HttpOnly: true, Secure: v.s.secure(), SameSite: http.SameSiteStrictMode}
	if token.Empty() {
		c.MaxAge = -1
	}
	http.SetCookie(v.w, c)
	v.s.sessions.end(v.token)
	v.token = token
}

// enter begins the session of a person.
func (v *visit) enter(p *Person) {
	v.keep(v.s.sessions.begin(v.now, session{person: p.ID}))
	v.person, v.follows = p, ""
}

// due reports whether a person has to change their password before anything else.
func (v *visit) due() bool {
	if v.person == nil {
		return false
	}
	at, _ := credential.Guide.Due(v.person.Set, false)
	return !v.now.Before(at)
}

// errUnknown is told to who has not signed in.
var errUnknown = errors.New("sign in first")

// errDue is told to whose password is too old.
var errDue = &Denied{"the password has to be changed first, at /password"}

// admitted asks whether somebody may ask for a route.
func (v *visit) admitted() error {
	switch {
	case v.route.public:
		return nil
	case len(v.roles()) == 0:
		return errUnknown
	case !anyOf(v.roles(), v.route.who):
		return &Denied{"this is for: " + list(v.route.who)}
	case v.due() && v.route.path != "/password" && v.route.path != "/api/v1/session/password":
		return errDue
	}
	return nil
}

// statusOf is the status of an error.
func statusOf(err error) int {
	if w, is := errors.AsType[*credential.Wait](err); is && w != nil {
		return http.StatusTooManyRequests
	}
	if b, is := errors.AsType[*Busy](err); is && b != nil {
		return http.StatusTooManyRequests
	}
	if d, is := errors.AsType[*Denied](err); is && d != nil {
		return http.StatusForbidden
	}
	switch {
	case errors.Is(err, errUnknown), errors.Is(err, errSignIn):
		return http.StatusUnauthorized
	case errors.Is(err, errNone):
		return http.StatusNotFound
	case errors.Is(err, credential.ErrCrowded):
		return http.StatusServiceUnavailable
	case len(wrongs(err)) > 0:
		return http.StatusUnprocessableEntity
	case errors.Is(err, store.ErrUncertain):
		return http.StatusInternalServerError
	}
	return http.StatusInternalServerError
}

// failed answers an error on a page, or to a program.
func (v *visit) failed(err error) {
	status := statusOf(err)
	switch {
	case v.route != nil && v.route.api():
		problem(v.w, status, err.Error())
	case errors.Is(err, errUnknown) && v.r.Method == http.MethodGet:
		v.see("/signin?to=" + url.QueryEscape(v.r.URL.RequestURI()))
	case errors.Is(err, errUnknown):
		v.see("/signin")
	case err == errDue:
		v.see("/password")
	default:
		v.show(status, "Not done", "", message(ui.Notice{Severity: ui.Medium, Title: sentence(err.Error())}))
	}
}

// answered is an error as the API tells it.
func answered(err error) error {
	if _, is := err.(huma.StatusError); is {
		return err
	}
	var details []error
	for _, w := range wrongs(err) {
		details = append(details, &huma.ErrorDetail{Location: "body." + w.Field, Message: w.What})
	}
	return huma.NewError(statusOf(err), err.Error(), details...)
}

// problem answers a program.
func problem(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	w.Write([]byte(encoded(map[string]any{"title": http.StatusText(status), "status": status, "detail": text})))
}

// back is where a page leads when it is done: a page of this portal, whatever was asked
// for.
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
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.WriteHeader(status)
	framed(v.frame(title, lead), content).Render(v.r.Context(), v.w) // who has gone reads nothing
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
