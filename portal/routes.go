package portal

import (
	"context"
	"net/http"
	"path"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"switchroom/ui"
)

// apiPath is where the API begins.
const apiPath = "/api/"

// Route is one thing that can be asked of the portal.
type Route struct {
	Server string `json:"server"` // portal
	Method string `json:"method"`
	Path   string `json:"path"`   // {name} is any one part of a path
	Access string `json:"access"` // public or role
	Roles  []Role `json:"roles"`
}

// Routes lists all that can be asked, in the order of the table.
func Routes() []Route {
	all := []Route{}
	for _, r := range routes {
		one := Route{"portal", r.method, strings.TrimSuffix(r.path, "{$}"), "role", append([]Role{}, r.who...)}
		if r.public {
			one.Access = "public"
		}
		all = append(all, one)
	}
	return all
}

// route is a row of the table: who may ask, and what adds it to a server. In a case it
// is the case that says who sees it.
type route struct {
	method, path string
	public       bool
	who          []Role
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
func asked[I, O any](id, what string, f func(*visit, *I) (*O, error)) func(*Server, *wiring, *route) {
	return func(_ *Server, to *wiring, r *route) {
		huma.Register(to.api, huma.Operation{OperationID: id, Method: r.method, Path: r.path, Summary: what, DefaultStatus: http.StatusOK, Description: described(r), MaxBodyBytes: bodyMax},
			func(ctx context.Context, in *I) (*O, error) {
				out, err := f(of(ctx), in)
				if err != nil {
					return nil, answered(err)
				}
				return out, nil
			})
	}
}

// described says in the description of the API who may ask.
func described(r *route) string {
	if r.public {
		return "Everybody may ask."
	}
	return "For: " + list(r.who) + "."
}

// handed stands for what huma adds itself: the description of the API.
func handed(*Server, *wiring, *route) {}

// wired is the table as a handler.
func (s *Server) wired() *http.ServeMux {
	mux := http.NewServeMux()
	cfg := huma.DefaultConfig("Switchroom portal and marketplace", "1")
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "/api/openapi", "", ""
	cfg.CreateHooks = nil // no $schema in bodies
	cfg.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", named)
	cfg.Transformers = append(cfg.Transformers, unsaid)
	to := &wiring{mux, humago.New(mux, cfg)}
	for i := range routes {
		routes[i].add(s, to, &routes[i])
	}
	return mux
}

// named names a type in the description of the API. Types of several packages have the
// same name.
func named(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if pkg := path.Base(t.PkgPath()); pkg != "." && pkg != "portal" {
		name = strings.ToUpper(pkg[:1]) + pkg[1:] + name
	}
	return name
}

// unsaid takes out of an error what was sent: it may be a password, or the number of a
// card.
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

// serve hands a request to its row, if whoever asks may.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	_, pattern := s.handler.Handler(r)
	row := byPattern[pattern]
	if row == nil {
		s.tell(w, r, http.StatusNotFound, "There is no such page.")
		return
	}
	v := s.visit(w, r, row)
	if err := v.admitted(); err != nil {
		v.failed(err)
		return
	}
	r = r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
	v.r = r
	s.handler.ServeHTTP(w, r)
}

// routes is everything that can be asked. The server is made of it, and of its API the
// description (OpenAPI 3.1).
var routes []route

func init() { // its rows refer to what refers to it
	const open = true
	var (
		anybody   []Role
		coords    = []Role{Coordinator}
		customers = []Role{Customer}
	)
	routes = []route{
		{"GET", "/{$}", open, anybody, page((*visit).showHome)},
		{"GET", "/.well-known/csaf/", open, anybody, page((*visit).csafServed)},
		{"GET", "/.well-known/security.txt", open, anybody, page((*visit).securityServed)},
		{"GET", "/advisories", open, anybody, page((*visit).showAdvisories)},
		{"POST", "/advisories", false, coords, page((*visit).advisoryAsked)},
		{"GET", "/advisories/new", false, coords, page((*visit).showNewAdvisory)},
		{"GET", "/advisories/{id}", open, anybody, page((*visit).showAdvisory)},
		{"POST", "/advisories/{id}", false, coords, page((*visit).revisionAsked)},
		{"GET", "/advisories/{id}/revise", false, coords, page((*visit).showRevision)},
		{"GET", "/cases", false, everyone, page((*visit).showCases)},
		{"GET", "/cases/{number}", false, everyone, page((*visit).showCase)},
		{"POST", "/cases/{number}/invitations", false, coords, page((*visit).inviteAsked)},
		{"POST", "/cases/{number}/moves", false, everyone, page((*visit).moveAsked)},
		{"POST", "/cases/{number}/remarks", false, everyone, page((*visit).remarkAsked)},
		{"GET", "/declare", open, anybody, page((*visit).showDeclare)},
		{"POST", "/declare", open, anybody, page((*visit).declareAsked)},
		{"GET", "/firmware/{$}", open, anybody, page((*visit).showFirmware)},
		{"GET", "/firmware/{file}", open, anybody, page((*visit).firmwareServed)},
		{"GET", "/follow", open, anybody, page((*visit).showFollow)},
		{"POST", "/follow", open, anybody, page((*visit).followAsked)},
		{"GET", "/incidents", open, anybody, page((*visit).showIncidents)},
		{"GET", "/market", open, anybody, page((*visit).showMarket)},
		{"GET", "/market/{reference}", open, anybody, page((*visit).showOffer)},
		{"POST", "/market/{reference}", false, customers, page((*visit).buyAsked)},
		{"GET", "/orders", false, customers, page((*visit).showOrders)},
		{"GET", "/orders/{id}/package", false, customers, page((*visit).packageServed)},
		{"GET", "/password", false, persons, page((*visit).showPassword)},
		{"POST", "/password", false, persons, page((*visit).passwordAsked)},
		{"GET", "/people", false, coords, page((*visit).showPeople)},
		{"GET", "/people/{id}", false, coords, page((*visit).showPerson)},
		{"POST", "/people/{id}", false, coords, page((*visit).rolesAsked)},
		{"POST", "/people/{id}/code", false, coords, page((*visit).codeAsked)},
		{"GET", "/pki", open, anybody, page((*visit).showPKI)},
		{"GET", "/pki/index.json", open, anybody, page((*visit).pkiServed)},
		{"GET", "/pki/{branch}/{file}", open, anybody, page((*visit).listServed)},
		{"GET", "/pki/{file}", open, anybody, page((*visit).certServed)},
		{"GET", "/policy", open, anybody, page((*visit).showPolicy)},
		{"GET", "/recover", open, anybody, page((*visit).showRecover)},
		{"POST", "/recover", open, anybody, page((*visit).recoverAsked)},
		{"GET", "/register", open, anybody, page((*visit).showRegister)},
		{"POST", "/register", open, anybody, page((*visit).registerAsked)},
		{"GET", "/resources", open, anybody, page((*visit).showResources)},
		{"GET", "/setup", open, anybody, page((*visit).showSetUp)},
		{"POST", "/setup", open, anybody, page((*visit).setUpAsked)},
		{"GET", "/signin", open, anybody, page((*visit).showSignIn)},
		{"POST", "/signin", open, anybody, page((*visit).signInAsked)},
		{"POST", "/signout", open, anybody, page((*visit).signOutAsked)},
		{"GET", ui.AssetsPath, open, anybody, func(_ *Server, to *wiring, r *route) { to.mux.Handle(r.pattern(), ui.Assets()) }},
		{"GET", "/api/openapi-3.0.json", open, anybody, handed},
		{"GET", "/api/openapi-3.0.yaml", open, anybody, handed},
		{"GET", "/api/openapi.json", open, anybody, handed},
		{"GET", "/api/openapi.yaml", open, anybody, handed},
		{"GET", "/api/v1/advisories", open, anybody, asked("list-advisories", "The advisories, the one changed last first.", (*visit).listAdvisories)},
		{"POST", "/api/v1/advisories", false, coords, asked("publish-advisory", "Publish an advisory, signed.", (*visit).publishAdvisory)},
		{"PUT", "/api/v1/advisories/{id}", false, coords, asked("revise-advisory", "Publish the next revision of an advisory.", (*visit).reviseAdvisory)},
		{"GET", "/api/v1/cases", false, everyone, asked("list-cases", "The cases that you see, the newest first.", (*visit).listCases)},
		{"POST", "/api/v1/cases", open, anybody, asked("declare-case", "Declare a vulnerability or an incident. The secret is told once.", (*visit).declareCase)},
		{"GET", "/api/v1/cases/{number}", false, everyone, asked("read-case", "A case with its steps, and the states it may be taken to.", (*visit).readCase)},
		{"POST", "/api/v1/cases/{number}/invitations", false, coords, asked("invite-person", "Ask a person into a case.", (*visit).invitePerson)},
		{"POST", "/api/v1/cases/{number}/moves", false, everyone, asked("move-case", "Take a case to another state.", (*visit).moveCase)},
		{"POST", "/api/v1/cases/{number}/remarks", false, everyone, asked("add-remark", "Add a remark to a case.", (*visit).addRemark)},
		{"GET", "/api/v1/firmware", open, anybody, asked("list-firmware", "The packages of firmware that verify.", (*visit).listFirmware)},
		{"GET", "/api/v1/firmware/withheld", false, coords, asked("list-withheld", "The files that are not shown, and why.", (*visit).listWithheld)},
		{"POST", "/api/v1/follow", open, anybody, asked("follow-case", "Follow a case with its number and secret: the answer sets a cookie.", (*visit).followCase)},
		{"GET", "/api/v1/incidents", open, anybody, asked("list-incidents", "The incidents that everybody may read of.", (*visit).listIncidents)},
		{"GET", "/api/v1/market", open, anybody, asked("list-modules", "The catalogue of digital modules.", (*visit).listModules)},
		{"GET", "/api/v1/orders", false, customers, asked("list-orders", "Your orders, the newest first.", (*visit).listOrders)},
		{"POST", "/api/v1/orders", false, customers, asked("buy-module", "Buy a digital module for a control unit.", (*visit).buyModule)},
		{"GET", "/api/v1/orders/{id}/package", false, customers, asked("download-package", "The signed package of an order.", (*visit).downloadPackage)},
		{"GET", "/api/v1/people", false, coords, asked("list-people", "Everybody with an account.", (*visit).listPeople)},
		{"POST", "/api/v1/people", open, anybody, asked("register", "Make the account of a customer.", (*visit).registerPerson)},
		{"POST", "/api/v1/people/{id}/code", false, coords, asked("draw-code", "Draw a code with which a person sets another password.", (*visit).drawCode)},
		{"PUT", "/api/v1/people/{id}/roles", false, coords, asked("grant-roles", "Give a person roles in the place of theirs.", (*visit).grantRoles)},
		{"GET", "/api/v1/pki", open, anybody, asked("list-pki", "Certificates and revocation lists of the firmware.", (*visit).listPKI)},
		{"GET", "/api/v1/policy", open, anybody, asked("read-policy", "The policy, the states of a case and who may change them.", (*visit).readPolicy)},
		{"POST", "/api/v1/recovery", open, anybody, asked("recover", "Set a password with a code.", (*visit).recoverPassword)},
		{"GET", "/api/v1/resources", open, anybody, asked("list-resources", "What to look at, by environment.", (*visit).listResources)},
		{"DELETE", "/api/v1/session", open, anybody, asked("sign-out", "End the session.", (*visit).endSession)},
		{"GET", "/api/v1/session", false, everyone, asked("show-session", "Who is signed in.", (*visit).showSession)},
		{"POST", "/api/v1/session", open, anybody, asked("sign-in", "Sign in: the answer sets the cookie of a session.", (*visit).beginSession)},
		{"PUT", "/api/v1/session/password", false, persons, asked("change-password", "Change your own password.", (*visit).changeOwnPassword)},
		{"POST", "/api/v1/setup", open, anybody, asked("set-up", "Become the first coordinator, with the code of the set-up link.", (*visit).setUp)},
	}
	byPattern = map[string]*route{}
	for i := range routes {
		byPattern[routes[i].pattern()] = &routes[i]
	}
}
