package app

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"switchroom/client"
	"switchroom/ui"
)

// apiPath is where the API begins.
const apiPath = "/api/"

// Route is one thing that can be asked of the app.
type Route struct {
	Server string   `json:"server"` // app
	Method string   `json:"method"`
	Path   string   `json:"path"`   // {name} is any one part of a path
	Access string   `json:"access"` // public, or holder: whoever holds the phone
	Roles  []string `json:"roles"`
}

// Routes lists all that can be asked, in the order of the table.
func Routes() []Route {
	all := []Route{}
	for _, r := range routes {
		access := "holder"
		if r.public {
			access = "public"
		}
		all = append(all, Route{"app", r.method, strings.TrimSuffix(r.path, "{$}"), access, []string{}})
	}
	return all
}

// route is a row of the table. The zero one is for whoever holds the phone.
type route struct {
	method, path string
	public       bool
	add          func(s *Server, to *wiring, r *route)
}

func (r *route) pattern() string { return r.method + " " + r.path }
func (r *route) api() bool       { return strings.HasPrefix(r.path, apiPath) }

// wiring is what routes are added to.
type wiring struct {
	mux *http.ServeMux
	api huma.API
}

// page adds a page.
func page(f func(*visit)) func(*Server, *wiring, *route) {
	return func(_ *Server, to *wiring, r *route) {
		to.mux.HandleFunc(r.pattern(), func(_ http.ResponseWriter, q *http.Request) { f(of(q.Context())) })
	}
}

// asked adds a question to the API.
func asked[I, O any](id, what string, f func(context.Context, *visit, *I) (*O, error)) func(*Server, *wiring, *route) {
	return func(_ *Server, to *wiring, r *route) {
		huma.Register(to.api, huma.Operation{OperationID: id, Method: r.method, Path: r.path, Summary: what, DefaultStatus: http.StatusOK},
			func(ctx context.Context, in *I) (*O, error) {
				out, err := f(ctx, of(ctx), in)
				if err != nil {
					return nil, huma.NewError(statusOf(err), err.Error())
				}
				return out, nil
			})
	}
}

// handed are the routes that huma itself serves.
func handed(*Server, *wiring, *route) {}

// statusOf is the status of an error: it is no fault of the server, nor of the form.
func statusOf(err error) int {
	var e *client.Error
	switch {
	case errors.Is(err, errCode):
		return http.StatusUnauthorized
	case errors.As(err, &e) && e.Refused:
		return http.StatusForbidden
	case errors.As(err, &e) && e.MayHaveHappened:
		return http.StatusBadGateway
	case errors.Is(err, ErrNoLink), errors.Is(err, errUnproved), errors.Is(err, ErrOnline), errors.Is(err, ErrRadioOff), errors.Is(err, ErrUnasked):
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}

// wired is the table as a handler.
func (s *Server) wired() *http.ServeMux {
	mux := http.NewServeMux()
	cfg := huma.DefaultConfig("Switchroom app", "1")
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "/api/openapi", "", ""
	cfg.CreateHooks = nil // no $schema in bodies
	cfg.Transformers = append(cfg.Transformers, unsaid)
	to := &wiring{mux, humago.New(mux, cfg)}
	for i := range routes {
		routes[i].add(s, to, &routes[i])
	}
	return mux
}

// unsaid takes out of an error what was sent: it may be a password.
func unsaid(_ huma.Context, _ string, v any) (any, error) {
	if e, is := v.(*huma.ErrorModel); is {
		for _, d := range e.Errors {
			d.Value = nil
		}
	}
	return v, nil
}

// byPattern finds the row of what the mux has chosen. What has no row is not there.
var byPattern map[string]*route

// routes is the table, sorted by path within pages, what a browser loads, and the API.
var routes []route

func init() { // its rows refer to what refers to it
	const public, holder = true, false
	routes = []route{
		{"GET", "/{$}", holder, page((*visit).home)},
		{"GET", "/about", holder, page((*visit).about)},
		{"GET", "/connect", holder, page((*visit).showConnect)},
		{"POST", "/connect", holder, page((*visit).connect)},
		{"GET", "/do", holder, page((*visit).showDeeds)},
		{"GET", "/do/{deed}", holder, page((*visit).showDeed)},
		{"POST", "/do/{deed}", holder, page((*visit).doDeed)},
		{"GET", "/events", holder, page((*visit).showEvents)},
		{"GET", "/events.csv", holder, page((*visit).eventsCSV)},
		{"GET", "/events.json", holder, page((*visit).eventsJSON)},
		{"POST", "/leave", holder, page((*visit).leave)},
		{"GET", "/live", holder, page((*visit).live)},
		{"GET", "/measurements", holder, page((*visit).showMeasurements)},
		{"GET", "/pair", holder, page((*visit).showPair)},
		{"POST", "/pair", holder, page((*visit).pair)},
		{"POST", "/pair/code", holder, page((*visit).pairCode)},
		{"POST", "/pair/stop", holder, page((*visit).pairStop)},
		{"GET", "/password", holder, page((*visit).showPassword)},
		{"POST", "/password", holder, page((*visit).password)},
		{"POST", "/phone", holder, page((*visit).choose)},
		{"GET", "/restore", holder, page((*visit).showRestore)},
		{"GET", "/settings", holder, page((*visit).showSettings)},
		{"GET", "/settings/{point}", holder, page((*visit).showSetting)},
		{"POST", "/settings/{point}", holder, page((*visit).changeSetting)},
		{"GET", "/start", public, page((*visit).showStart)},
		{"POST", "/start", public, page((*visit).start)},
		{"GET", "/tag", holder, page((*visit).showTag)},
		{"POST", "/tag", holder, page((*visit).readTag)},
		{"GET", "/trip", holder, page((*visit).showTrip)},
		{"GET", "/trip.csv", holder, page((*visit).tripCSV)},
		{"GET", "/trip.json", holder, page((*visit).tripJSON)},

		{"GET", "/app.js", public, page((*visit).script)},
		{"GET", "/manifest.webmanifest", public, page((*visit).manifest)},
		{"GET", "/offline", public, page((*visit).offline)},
		{"GET", "/worker.js", public, page((*visit).worker)},
		{"GET", ui.AssetsPath, public, func(_ *Server, to *wiring, r *route) { to.mux.Handle(r.pattern(), assets()) }},

		{"GET", "/api/openapi-3.0.json", public, handed},
		{"GET", "/api/openapi-3.0.yaml", public, handed},
		{"GET", "/api/openapi.json", public, handed},
		{"GET", "/api/openapi.yaml", public, handed},
		{"GET", "/api/v1/breakers", holder, asked("list-breakers", "The breakers that this phone may meet, and the ways to each.", listBreakers)},
		{"POST", "/api/v1/breakers/{name}/link", holder, asked("connect", "Connect by Bluetooth (paired before) or by a USB cable.", connectLink)},
		{"POST", "/api/v1/breakers/{name}/pairing", holder, asked("begin-pairing", "Begin to pair by Bluetooth; it answers when the display of the breaker shows a code.", beginPairing)},
		{"POST", "/api/v1/breakers/{name}/tag", holder, asked("read-tag", "Hold the phone to the breaker and read its tag (NFC). The phone must be offline with Bluetooth off (D8).", holdTag)},
		{"GET", "/api/v1/deeds", holder, asked("list-deeds", "What can be done to a breaker.", listDeeds)},
		{"POST", "/api/v1/deeds/{deed}", holder, asked("do", "Do it, once, with the password of a level that may.", doIt)},
		{"GET", "/api/v1/health", holder, asked("read-health", "How the breaker is.", readHealth)},
		{"GET", "/api/v1/histories/{history}", holder, asked("read-history", "A history of the breaker, the newest first.", readHistory)},
		{"DELETE", "/api/v1/link", holder, asked("disconnect", "End the link.", endLink)},
		{"POST", "/api/v1/link/password", holder, asked("prove-password", "Prove a password of the breaker (B5): any of the four lets the phone read.", provePassword)},
		{"GET", "/api/v1/measurements", holder, asked("read-measurements", "What flows and what stands.", readMeasurements)},
		{"DELETE", "/api/v1/pairing", holder, asked("stop-pairing", "Stop to pair.", stopPairing)},
		{"PUT", "/api/v1/pairing", holder, asked("type-code", "Type the six digits that the breaker shows.", typeCode)},
		{"GET", "/api/v1/phone", holder, asked("show-phone", "What the phone knows of itself: offline, Bluetooth, link, pairing, news of the breaker.", showPhone)},
		{"PUT", "/api/v1/phone", holder, asked("choose", "Say what you have done to the phone: offline, Bluetooth on or off.", choosePhone)},
		{"GET", "/api/v1/restoration", holder, asked("restore", "How the power comes back: a list made of the state of the breaker.", readRestoration)},
		{"GET", "/api/v1/settings", holder, asked("list-settings", "The settings that a phone may change, as they are.", listSettings)},
		{"GET", "/api/v1/settings/{point}", holder, asked("read-setting", "One of them.", readSetting)},
		{"PUT", "/api/v1/settings/{point}", holder, asked("change-setting", "Change a setting with the password of a level that may. It is read before and after.", changeSetting)},
		{"POST", "/api/v1/start", public, asked("start", "Exchange the code of the start for the cookie of whoever holds the phone. It is good once.", startAPI)},
		{"GET", "/api/v1/trip", holder, asked("read-trip", "The last trip with what the unit saw, and how the breaker is now.", readTrip)},
	}
	byPattern = map[string]*route{}
	for i := range routes {
		byPattern[routes[i].pattern()] = &routes[i]
	}
}
