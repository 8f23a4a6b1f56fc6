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
		{"GET", "/unit/{name}/front", page((*Server).showFront)},
		{"GET", "/unit/{name}/front/live", page((*Server).watchFront)},
		{"POST", "/unit/{name}/front", page((*Server).handsAsked)},
		{"GET", "/unit/{name}/phone", page((*Server).showPhone)},
		{"GET", "/display", page((*Server).showDisplay)},
		{"POST", "/display", page((*Server).displayAsked)},
		{"GET", "/faults", page((*Server).showFaults)},
		{"GET", "/faults/live", page((*Server).watchFaults)},
		{"GET", "/faults/new", page((*Server).newFault)},
		{"POST", "/faults/new", page((*Server).orderFault)},
		{"POST", "/faults/undo", page((*Server).undoAllAsked)},
		{"POST", "/faults/{id}/undo", page((*Server).undoAsked)},
		{"GET", "/events", page((*Server).showEvents)},
		{"GET", "/events/live", page((*Server).watchEvents)},
		{"GET", "/curves", page((*Server).showCurves)},
		{"GET", "/curves/live", page((*Server).watchCurves)},
		{"GET", "/trip/{name}/{trip}", page((*Server).showTrip)},
		{"GET", "/captures", page((*Server).showCaptures)},
		{"GET", "/captures/{name}/{capture}", page((*Server).showCapture)},
		{"GET", "/room", page((*Server).showLocked)},
		{"GET", "/room/live", page((*Server).watchLocked)},
		{"POST", "/room/badge", page((*Server).badgeAsked)},
		{"POST", "/room/door", page((*Server).doorAsked)},
		{"POST", "/room/stop", page((*Server).stopAsked)},
		{"POST", "/room/release", page((*Server).releaseAsked)},
		{"GET", "/air", page((*Server).showAirPage)},
		{"GET", "/air/live", page((*Server).watchAir)},
		{"POST", "/air/move", page((*Server).moveAsked)},
		{"POST", "/air/jam", page((*Server).jamAsked)},
		{"POST", "/air/crack", page((*Server).crackAsked)},
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
		{"GET", "/wire", page((*Server).showWire)},
		{"GET", "/wire/live", page((*Server).watchWire)},
		{"GET", "/wire/{number}", page((*Server).showExchange)},
		{"POST", "/wire/passwords", page((*Server).secretsAsked)},
		{"GET", ui.AssetsPath, func(_ *Server, to *wiring, r *route) { to.mux.Handle(r.pattern(), ui.Assets()) }},
		{"GET", "/metrics", func(s *Server, to *wiring, r *route) { to.mux.Handle(r.pattern(), s.meter.serve()) }},
		{"GET", "/api/v1/targets", asked("list-targets", "Who is told of events, and how that fares.", (*Server).listTargets)},
		{"GET", "/api/v1/units", asked("list-units", "The breakers.", (*Server).listUnits)},
		{"GET", "/api/v1/units/{unit}/points", asked("read-points", "What a unit itself shows, before anything that is injected on the wire.", (*Server).readPoints)},
		{"GET", "/api/v1/units/{unit}/events", asked("read-events", "What happened at a unit, by its own histories; the newest first in each.", (*Server).readEvents)},
		{"GET", "/api/v1/units/{unit}/io", asked("read-io", "The IO modules of a unit: switch, inputs, outputs, sensor.", (*Server).readIO)},
		{"POST", "/api/v1/units/{unit}/io", asked("order-io", "Somebody does something at an IO module, or at its wires.", (*Server).orderIO)},
		{"GET", "/api/v1/units/{unit}/playback", asked("show-playback", "The last recording that was played into a breaker: how far it is, what happened, and what the model expects.", (*Server).tellPlayback)},
		{"POST", "/api/v1/units/{unit}/playback", func(s *Server, to *wiring, r *route) { to.mux.HandleFunc(r.pattern(), s.playUploaded) }}, // files: not huma's
		{"DELETE", "/api/v1/units/{unit}/playback", asked("stop-playback", "Stop playing into a breaker: it takes the network's currents again.", (*Server).endPlayback)},
		{"GET", "/api/v1/curves/{unit}", asked("trip-curves", "The trip curves of the breakers in series down to a unit, what flows through each, its last trip, and the verdict on each pair.", (*Server).readCurves)},
		{"GET", "/api/v1/curves/{unit}/{file}", asked("draw-curves", "The diagram of them as SVG or PDF.", (*Server).drawCurves)},
		{"GET", "/api/v1/events", asked("list-events", "What happened at all units, by their own histories, the newest first.", (*Server).listEvents)},
		{"GET", "/api/v1/events.csv", asked("export-events", "The same as CSV, all pages.", (*Server).eventsCSV)},
		{"GET", "/api/v1/trips/{unit}/{trip}", asked("explain-trip", "What a unit saw when it tripped, and what the breakers in series with it did.", (*Server).explainTrip)},
		{"GET", "/api/v1/captures", asked("list-captures", "The waveforms of trips that units keep, the newest first.", (*Server).listCaptures)},
		{"GET", "/api/v1/captures/{unit}/{capture}/samples", asked("read-samples", "The samples of a capture, ms from the trip, all or thinned.", (*Server).readSamples)},
		{"GET", "/api/v1/captures/{unit}/{capture}/{part}", asked("read-comtrade", "A capture as COMTRADE (IEC 60255-24).", (*Server).readComtrade)},
		{"GET", "/api/v1/units/{unit}/front", asked("read-front", "What somebody sees who stands before a breaker, and what hands can do there.", (*Server).readFront)},
		{"POST", "/api/v1/units/{unit}/hands", asked("use-hands", "Somebody does something at the front of a breaker: buttons, crank, locks, pad, wiring.", (*Server).useHands)},
		{"GET", "/api/v1/units/{unit}/hmi", asked("look-hmi", "The front of a control unit: display, lamps, cover.", (*Server).lookHMI)},
		{"POST", "/api/v1/units/{unit}/hmi", asked("press-hmi", "Somebody presses a key on the front of a control unit, or opens its cover.", (*Server).pressHMI)},
		{"GET", "/api/v1/units/{unit}/nfc", asked("read-tag", "Hold a phone to the NFC zone of a unit: what it reads, supplied or not. The unit keeps no record of it.", (*Server).readPhone)},
		{"GET", "/api/v1/display", asked("read-display", "What the display on the switchboard shows.", (*Server).readDisplay)},
		{"POST", "/api/v1/display", asked("press-display", "Press a key of the display, or type what it waits for.", (*Server).pressDisplay)},
		{"GET", "/api/v1/faults/kinds", asked("list-kinds", "The faults that can be injected, and what each proves.", (*Server).listKinds)},
		{"GET", "/api/v1/faults", asked("list-faults", "What was injected, the newest last.", (*Server).listFaults)},
		{"POST", "/api/v1/faults", asked("inject-fault", "Inject a fault.", (*Server).injectFault)},
		{"DELETE", "/api/v1/faults/{id}", asked("undo-fault", "End an injection.", (*Server).undoFault)},
		{"DELETE", "/api/v1/faults", asked("undo-faults", "End all injections that are active.", (*Server).undoFaults)},
		{"GET", "/api/v1/air", asked("show-air", "The radios of the room: units whose Bluetooth is on, and phones; what was heard lately.", (*Server).showAir)},
		{"POST", "/api/v1/air/move", asked("move-radio", "Carry a radio to a place.", (*Server).moveRadio)},
		{"POST", "/api/v1/air/jam", asked("jam", "Put a jammer into the room, or take it away.", (*Server).jam)},
		{"POST", "/api/v1/air/crack", asked("crack", "Have an eavesdropper try every passkey on the last pairing.", (*Server).crack)},
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
		{"GET", "/api/v1/wire", asked("read-wire", "What crossed each path to the breakers lately, the newest first.", (*Server).readWire)},
		{"GET", "/api/v1/wire/{number}", asked("read-exchange", "One request over Modbus, and what each of its bytes is.", (*Server).readExchange)},
		{"GET", "/api/v1/wire.pcap", asked("save-wire", "What crossed the wire lately as a capture, passwords masked.", (*Server).wirePcap)},
		{"GET", "/api/v1/wire.jsonl", asked("save-wire-lines", "What crossed the wire lately as JSON lines, passwords masked.", (*Server).wireLines)},
		{"POST", "/api/v1/wire/passwords", asked("save-wire-passwords", "The capture with passwords, where the laboratory was told to keep them.", (*Server).wireSecrets)},
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
