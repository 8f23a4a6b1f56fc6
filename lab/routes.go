package lab

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"switchroom/ui"
)

// Route is one thing that can be asked of the laboratory.
type Route struct {
	Server string   `json:"server"` // lab
	Method string   `json:"method"`
	Path   string   `json:"path"`   // {name} is any one part of a path; one that ends in / has more below
	Access string   `json:"access"` // public: the laboratory has no login
	Roles  []string `json:"roles"`
}

// Routes lists all that can be asked, in the order of the table.
func Routes() []Route {
	all := []Route{}
	for _, r := range routes {
		all = append(all, Route{"lab", r.method, strings.TrimSuffix(r.path, "{$}"), "public", []string{}})
	}
	return all
}

// route is a row of the table: where, and what adds it to a server.
type route struct {
	method, path string
	add          func(s *Server, to *wiring, r *route)
}

// wiring is what routes are added to.
type wiring struct {
	mux *http.ServeMux
	api huma.API
}

// routes is everything that can be asked. The server is made of it, and of its API
// the description (OpenAPI 3.1).
var routes []route

func init() { // its rows refer to what refers to it
	routes = []route{
		{"GET", "/{$}", page((*Server).overview)},
		{"GET", "/live", page((*Server).watchRoom)},
		{"GET", "/unit/{name}", page((*Server).showUnit)},
		{"GET", "/unit/{name}/live", page((*Server).watchUnit)},
		{"GET", "/faults", page((*Server).showFaults)},
		{"GET", "/faults/live", page((*Server).watchFaults)},
		{"GET", "/faults/new", page((*Server).newFault)},
		{"POST", "/faults/new", page((*Server).orderFault)},
		{"POST", "/faults/undo", page((*Server).undoAllAsked)},
		{"POST", "/faults/{id}/undo", page((*Server).undoAsked)},
		{"GET", "/room", page((*Server).showLocked)},
		{"GET", "/room/live", page((*Server).watchLocked)},
		{"POST", "/room/badge", page((*Server).badgeAsked)},
		{"POST", "/room/door", page((*Server).doorAsked)},
		{"POST", "/room/stop", page((*Server).stopAsked)},
		{"POST", "/room/release", page((*Server).releaseAsked)},
		{"GET", "/network", page((*Server).showPlant)},
		{"GET", "/network/live", page((*Server).watchPlant)},
		{"POST", "/network/do", page((*Server).deedAsked)},
		{"POST", "/network/restore", page((*Server).restoreAsked)},
		{"GET", "/network/fault", page((*Server).planFault)},
		{"POST", "/network/fault", page((*Server).faultAsked)},
		{"GET", "/playback", page((*Server).showPlayback)},
		{"GET", "/playback/live", page((*Server).watchPlayback)},
		{"POST", "/playback", page((*Server).playAsked)},
		{"POST", "/playback/stop", page((*Server).stopPlayAsked)},
		{"GET", "/time", page((*Server).showClock)},
		{"GET", "/time/clock", page((*Server).watchHead)},
		{"GET", "/time/live", page((*Server).watchClock)},
		{"POST", "/time/speed", page((*Server).speedAsked)},
		{"POST", "/time/step", page((*Server).stepAsked)},
		{"GET", ui.AssetsPath, func(_ *Server, to *wiring, r *route) { to.mux.Handle(r.pattern(), ui.Assets()) }},
		{"GET", "/api/v1/units", asked("list-units", "The breakers.", (*Server).listUnits)},
		{"GET", "/api/v1/units/{unit}/points", asked("read-points", "What a unit itself shows, before anything that is injected on the wire.", (*Server).readPoints)},
		{"GET", "/api/v1/units/{unit}/events", asked("read-events", "What happened at a unit, by its own histories; the newest first in each.", (*Server).readEvents)},
		{"GET", "/api/v1/units/{unit}/playback", asked("show-playback", "The last recording that was played into a breaker: how far it is, what happened, and what the model expects.", (*Server).tellPlayback)},
		{"POST", "/api/v1/units/{unit}/playback", func(s *Server, to *wiring, r *route) { to.mux.HandleFunc(r.pattern(), s.playUploaded) }}, // files: not huma's
		{"DELETE", "/api/v1/units/{unit}/playback", asked("stop-playback", "Stop playing into a breaker: it takes the network's currents again.", (*Server).endPlayback)},
		{"GET", "/api/v1/faults/kinds", asked("list-kinds", "The faults that can be injected, and what each proves.", (*Server).listKinds)},
		{"GET", "/api/v1/faults", asked("list-faults", "What was injected, the newest last.", (*Server).listFaults)},
		{"POST", "/api/v1/faults", asked("inject-fault", "Inject a fault.", (*Server).injectFault)},
		{"DELETE", "/api/v1/faults/{id}", asked("undo-fault", "End an injection.", (*Server).undoFault)},
		{"DELETE", "/api/v1/faults", asked("undo-faults", "End all injections that are active.", (*Server).undoFaults)},
		{"GET", "/api/v1/room", asked("show-room", "The locked room: its door, its alarms, who is inside, the emergency stop.", (*Server).showRoom)},
		{"GET", "/api/v1/room/log", asked("room-log", "What happened in the room, the newest first.", (*Server).roomLog)},
		{"POST", "/api/v1/room/badge", asked("badge", "A person holds their badge to the reader, and passes if it lets them.", (*Server).badge)},
		{"POST", "/api/v1/room/door", asked("door", "Hold, shut, force, lock or unlock the door, pass it without a badge, acknowledge its alarms.", (*Server).door)},
		{"POST", "/api/v1/room/stop", asked("press-stop", "Press the emergency stop outside the door.", (*Server).pressStop)},
		{"POST", "/api/v1/room/release", asked("release-stop", "Release the emergency stop.", (*Server).releaseStop)},
		{"GET", "/api/v1/network", asked("show-network", "The network: loads, motors, supplies, and faults that are on.", (*Server).showNetwork)},
		{"GET", "/api/v1/network/prospect", asked("show-prospect", "What a bolted fault would draw at a node or along a cable, by IEC 60909-0.", (*Server).showProspect)},
		{"POST", "/api/v1/network/deeds", asked("change-network", "Set or switch a load or a supply, put a fault on, clear one.", (*Server).doDeed)},
		{"POST", "/api/v1/network/restore", asked("restore-network", "Bring the network back to how the laboratory began.", (*Server).restoreNetwork)},
		{"GET", "/api/v1/time", asked("show-time", "The time of the laboratory, and how fast it passes.", (*Server).showTime)},
		{"PUT", "/api/v1/time", asked("set-speed", "Say how fast time passes, or stop it.", (*Server).putSpeed)},
		{"POST", "/api/v1/time/step", asked("step-time", "Take time on by so much, or to the next thing due, and stop it there.", (*Server).takeStep)},
		{"POST", "/api/v1/runs", func(s *Server, to *wiring, r *route) { to.mux.HandleFunc(r.pattern(), s.holdRun) }}, // a stream: not huma's
		{"GET", "/api/v1/openapi.json", described},
		{"GET", "/api/v1/openapi.yaml", described},
		{"GET", "/api/v1/openapi-3.0.json", described},
		{"GET", "/api/v1/openapi-3.0.yaml", described},
	}
}

func (r *route) pattern() string { return r.method + " " + r.path }

// page adds a page: with the headers of pages, which let it have its own scripts and
// styles.
func page(f func(*Server, http.ResponseWriter, *http.Request)) func(*Server, *wiring, *route) {
	return func(s *Server, to *wiring, r *route) {
		to.mux.Handle(r.pattern(), ui.Secure(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) { f(s, w, q) })))
	}
}

// asked adds a question to the API.
func asked[I, O any](id, what string, f func(*Server, context.Context, *I) (*O, error)) func(*Server, *wiring, *route) {
	return func(s *Server, to *wiring, r *route) {
		huma.Register(to.api, huma.Operation{OperationID: id, Method: r.method, Path: r.path, Summary: what, DefaultStatus: http.StatusOK},
			func(ctx context.Context, in *I) (*O, error) { return f(s, ctx, in) })
	}
}

// described stands for what huma adds itself: the description of the API.
func described(*Server, *wiring, *route) {}

// wired is the table as a handler.
func (s *Server) wired() http.Handler {
	mux := http.NewServeMux()
	cfg := huma.DefaultConfig("Switchroom laboratory", "1")
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "/api/v1/openapi", "", ""
	cfg.CreateHooks = nil // no $schema in bodies
	cfg.Transformers = append(cfg.Transformers, spellOut)
	to := &wiring{mux, humago.New(mux, cfg)}
	for i := range routes {
		routes[i].add(s, to, &routes[i])
	}
	describeRuns(to.api.OpenAPI())
	describePlayback(to.api.OpenAPI())
	return mux
}
