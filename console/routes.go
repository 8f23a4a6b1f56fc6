package console

import (
	"context"
	"encoding/json"
	"net/http"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"switchroom/accounts"
	"switchroom/ui"
)

// apiPath is where the API begins.
const apiPath = "/api/"

// Route is one thing that can be asked of the console.
type Route struct {
	Server     string   `json:"server"` // console
	Method     string   `json:"method"`
	Path       string   `json:"path"`                 // {name} is any one part of a path
	Access     string   `json:"access"`               // public; self: whoever is signed in; role: whose role has the permission
	Permission string   `json:"permission,omitempty"` //
	Roles      []string `json:"roles"`
}

// Routes lists all that can be asked, in the order of the table.
func Routes() []Route {
	all := []Route{}
	for _, r := range routes {
		one := Route{"console", r.method, strings.TrimSuffix(r.path, "{$}"), "self", strings.Join(r.need.words(), " or "), []string{}}
		switch {
		case r.open == public:
			one.Access = "public"
		case len(r.need) > 0:
			one.Access, one.Roles = "role", rolesWith(r.need...)
		}
		all = append(all, one)
	}
	return all
}

func rolesWith(any ...accounts.Permission) []string {
	all := []string{}
	for _, j := range accounts.Jobs() {
		if slices.ContainsFunc(j.May, func(p accounts.Permission) bool { return slices.Contains(any, p) }) {
			all = append(all, string(j.Role))
		}
	}
	return all
}

// opening is to whom a route is open besides those whose role has its permission.
type opening uint8

const (
	members opening = iota // whoever is signed in, if it needs no permission
	public                 // everybody
)

// need is the permissions of which one lets somebody ask. None: whoever is signed in.
type need []accounts.Permission

func (n need) words() (all []string) {
	for _, p := range n {
		all = append(all, string(p))
	}
	return all
}

// route is a row of the table: who may ask, and what adds it to a server.
type route struct {
	method, path string
	open         opening
	need         need
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
func asked[I, O any](id, what string, f func(*visit, *I) (*O, error), more ...func(*huma.Operation)) func(*Server, *wiring, *route) {
	return func(_ *Server, to *wiring, r *route) {
		o := huma.Operation{OperationID: id, Method: r.method, Path: r.path, Summary: what, DefaultStatus: http.StatusOK, Description: described(r)}
		for _, change := range more {
			change(&o)
		}
		huma.Register(to.api, o,
			func(ctx context.Context, in *I) (*O, error) {
				out, err := f(of(ctx), in)
				if err != nil {
					return nil, answered(err)
				}
				return out, nil
			})
	}
}

// large lets so much be sent to the API, and takes its time.
func large(most int64) func(*huma.Operation) {
	return func(o *huma.Operation) { o.MaxBodyBytes, o.BodyReadTimeout = most+1, packageWithin }
}

// described says in the description of the API who may ask.
func described(r *route) string {
	switch {
	case r.open == public:
		return "Everybody may ask."
	case len(r.need) == 0:
		return "Whoever is signed in may ask."
	}
	return "Needs the permission " + strings.Join(r.need.words(), " or ") + ": " + strings.Join(rolesWith(r.need...), ", ") + "."
}

// handed stands for what huma adds itself: the description of the API.
func handed(*Server, *wiring, *route) {}

// wired is the table as a handler.
func (s *Server) wired() *http.ServeMux {
	mux := http.NewServeMux()
	cfg := huma.DefaultConfig("Switchroom console", "1")
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
	if pkg := path.Base(t.PkgPath()); pkg != "." && pkg != "console" {
		name = strings.ToUpper(pkg[:1]) + pkg[1:] + name
	}
	return name
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

// serve hands a request to its row, if whoever asks may.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	_, pattern := s.handler.Handler(r)
	row := byPattern[pattern]
	if row == nil {
		s.unknown(w, r)
		return
	}
	v := s.visit(w, r, row)
	if err := v.admitted(); err != nil {
		v.denied(err)
		return
	}
	r = r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
	v.r = r
	s.handler.ServeHTTP(w, r)
}

// unknown answers what is in no row.
func (s *Server) unknown(w http.ResponseWriter, r *http.Request) {
	s.tell(w, r, http.StatusNotFound, "There is no such page.")
}

// problem answers a program.
func problem(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{"title": http.StatusText(status), "status": status, "detail": text})
}

// answered is an error of a deed as the API tells it.
func answered(err error) error {
	if _, is := err.(huma.StatusError); is {
		return err
	}
	status := statusOf(err)
	if isDenied(err) {
		status = http.StatusForbidden
	}
	return huma.NewError(status, err.Error())
}

// routes is everything that can be asked. The server is made of it, and of its API the
// description (OpenAPI 3.1).
var routes []route

func init() { // its rows refer to what refers to it
	var (
		none    need
		looks   = need{accounts.BreakerRead}
		designs = need{accounts.ProtectPropose, accounts.ProtectApprove}
		plans   = need{accounts.ProtectPropose, accounts.SettingsWrite}
		writes  = need{accounts.ProtectApply, accounts.SettingsWrite}
		manages = need{accounts.PeopleManage}
		rotates = need{accounts.VaultRotate}
		audits  = need{accounts.AuditRead}
		applies = need{accounts.FirmwareApply}
	)
	routes = []route{
		{"GET", "/{$}", members, none, page((*visit).showHome)},
		{"GET", "/about", members, none, page((*visit).showAbout)},
		{"GET", "/access", members, manages, page((*visit).showAccess)},
		{"GET", "/accept", public, none, page((*visit).showAccept)},
		{"POST", "/accept", public, none, page((*visit).acceptAsked)},
		{"GET", "/audit", members, audits, page((*visit).showAudit)},
		{"GET", "/audit/export", members, need{accounts.AuditExport}, page((*visit).exportAsked)},
		{"GET", "/authenticator", members, none, page((*visit).showAuthenticator)},
		{"POST", "/authenticator", members, none, page((*visit).authenticatorAsked)},
		{"GET", "/groups/new", members, manages, page((*visit).showGroup)},
		{"GET", "/groups/{id}", members, manages, page((*visit).showGroup)},
		{"POST", "/groups/{id}", members, manages, page((*visit).groupAsked)},
		{"POST", "/groups/{id}/remove", members, manages, page((*visit).removeAsked)},
		{"GET", "/passkeys", members, none, page((*visit).showPasskeys)},
		{"POST", "/passkeys/{id}/remove", members, none, page((*visit).unkeyAsked)},
		{"GET", "/password", public, none, page((*visit).showPassword)},
		{"POST", "/password", public, none, page((*visit).passwordAsked)},
		{"GET", "/people", members, manages, page((*visit).showPeople)},
		{"GET", "/people/new", members, manages, page((*visit).showPerson)},
		{"GET", "/people/{id}", members, manages, page((*visit).showPerson)},
		{"POST", "/people/{id}", members, manages, page((*visit).personAsked)},
		{"POST", "/people/{id}/invite", members, manages, page((*visit).inviteAsked)},
		{"POST", "/people/{id}/remove", members, manages, page((*visit).removeAsked)},
		{"GET", "/plans/{id}", members, looks, page((*visit).showPlan)},
		{"POST", "/plans/{id}/apply", members, writes, page((*visit).applyAsked)},
		{"POST", "/plans/{id}/approve", members, need{accounts.ProtectApprove}, page((*visit).approveAsked)},
		{"GET", "/plans/{id}/curves/{element}", members, looks, page((*visit).curvesDrawn)},
		{"POST", "/plans/{id}/resume", members, writes, page((*visit).resumeAsked)},
		{"GET", "/policies", members, need{accounts.PolicyRead}, page((*visit).showPapers)},
		{"POST", "/policies", members, need{accounts.PolicyEdit}, page((*visit).paperAsked)},
		{"POST", "/practices/{id}", members, none, page((*visit).confirmAsked)},
		{"GET", "/projects", members, looks, page((*visit).showProjects)},
		{"POST", "/projects", members, designs, page((*visit).projectAsked)},
		{"POST", "/projects/file", members, designs, page((*visit).projectFileAsked)},
		{"GET", "/projects/{number}", members, looks, page((*visit).showProject)},
		{"GET", "/projects/{number}/breakers/{id}", members, looks, page((*visit).showBreaker)},
		{"POST", "/projects/{number}/breakers/{id}/actions", members, need{accounts.SettingsWrite}, page((*visit).doAsked)},
		{"GET", "/projects/{number}/breakers/{id}/design", members, designs, page((*visit).showDesign)},
		{"POST", "/projects/{number}/breakers/{id}/design", members, designs, page((*visit).designAsked)},
		{"GET", "/projects/{number}/breakers/{id}/firmware", members, looks, page((*visit).showFirmware)},
		{"POST", "/projects/{number}/breakers/{id}/firmware", members, looks, page((*visit).firmwareAsked)},
		{"GET", "/projects/{number}/breakers/{id}/plan", members, plans, page((*visit).showNewPlan)},
		{"POST", "/projects/{number}/breakers/{id}/plan", members, plans, page((*visit).planAsked)},
		{"POST", "/projects/{number}/breakers/{id}/snapshots", members, looks, page((*visit).snapshotAsked)},
		{"POST", "/projects/{number}/breakers/{id}/tests", members, need{accounts.SettingsWrite}, page((*visit).testAsked)},
		{"GET", "/projects/{number}/firmware", members, looks, page((*visit).showFleet)},
		{"GET", "/projects/{number}/firmware/package", members, applies, page((*visit).showPackages)},
		{"POST", "/projects/{number}/firmware/package", members, applies, page((*visit).packageAsked)},
		{"GET", "/projects/{number}/firmware/packages/{digest}", members, applies, page((*visit).showPackage)},
		{"POST", "/projects/{number}/firmware/packages/{digest}", members, applies, page((*visit).upgradeAsked)},
		{"GET", "/projects/{number}/firmware/runs/{id}", members, looks, page((*visit).showRun)},
		{"POST", "/projects/{number}/list", members, designs, page((*visit).listAsked)},
		{"GET", "/projects/{number}/project.json", members, looks, page((*visit).projectJSON)},
		{"GET", "/projects/{number}/report.html", members, looks, page((*visit).reportMade)},
		{"GET", "/projects/{number}/report.pdf", members, looks, page((*visit).reportMade)},
		{"POST", "/projects/{number}/sign", members, need{accounts.ReportSign}, page((*visit).signAsked)},
		{"POST", "/projects/{number}/scan", members, plans, page((*visit).scanAsked)},
		{"POST", "/projects/{number}/snapshots", members, looks, page((*visit).snapshotsAsked)},
		{"GET", "/prove", public, none, page((*visit).showProve)},
		{"POST", "/prove", public, none, page((*visit).proveAsked)},
		{"GET", "/setup", public, none, page((*visit).showSetUp)},
		{"POST", "/setup", public, none, page((*visit).setUpAsked)},
		{"GET", "/signin", public, none, page((*visit).showSignIn)},
		{"POST", "/signin", public, none, page((*visit).signInAsked)},
		{"GET", "/signin/begin", public, none, page((*visit).companyBegun)},
		{"GET", CompanyPath, public, none, page((*visit).companyBack)},
		{"POST", "/signout", public, none, page((*visit).signOutAsked)},
		{"GET", "/tokens", members, none, page((*visit).showTokens)},
		{"POST", "/tokens", members, none, page((*visit).tokenAsked)},
		{"POST", "/tokens/{id}/revoke", members, none, page((*visit).revokeAsked)},
		{"GET", "/trust", members, looks, page((*visit).showTrust)},
		{"POST", "/trust/check", members, need{accounts.SettingsWrite}, page((*visit).checkAsked)},
		{"GET", "/vault", members, looks, page((*visit).showVault)},
		{"POST", "/vault/add", members, rotates, page((*visit).addAsked)},
		{"POST", "/vault/ask", members, need{accounts.VaultReveal}, page((*visit).askAsked)},
		{"POST", "/vault/create", members, rotates, page((*visit).createAsked)},
		{"POST", "/vault/lock", members, rotates, page((*visit).lockAsked)},
		{"POST", "/vault/requests/{id}/agree", members, need{accounts.VaultApprove}, page((*visit).agreeAsked)},
		{"POST", "/vault/requests/{id}/take", members, need{accounts.VaultReveal}, page((*visit).takeAsked)},
		{"POST", "/vault/rotate", members, rotates, page((*visit).rotateAsked)},
		{"POST", "/vault/unlock", members, rotates, page((*visit).unlockAsked)},
		{"GET", ui.AssetsPath, public, none, func(_ *Server, to *wiring, r *route) { to.mux.Handle(r.pattern(), ui.Assets()) }},
		{"POST", "/api/v1/setup", public, none, asked("set-up", "Become the first person, with the code of the set-up link.", (*visit).setUp)},
		{"POST", "/api/v1/invitation", public, none, asked("accept-invitation", "Set a password with the code of an invitation.", (*visit).accept)},
		{"GET", "/api/v1/session", members, none, asked("show-session", "Who is signed in, and what they may.", (*visit).session)},
		{"POST", "/api/v1/session", public, none, asked("sign-in", "Sign in: the answer sets the cookie of a session.", (*visit).signIn)},
		{"DELETE", "/api/v1/session", public, none, asked("sign-out", "End the session.", (*visit).signOut)},
		{"POST", "/api/v1/session/proof", public, none, asked("prove", "Give the password again: it opens a locked session, and what needs a fresh proof.", (*visit).prove)},
		{"PUT", "/api/v1/session/password", public, none, asked("change-password", "Change one's own password.", (*visit).changePassword)},
		{"POST", "/api/v1/passkey/question", public, none, asked("ask-passkey", "What to ask a device for, to sign in with a passkey.", (*visit).askKnown)},
		{"POST", "/api/v1/passkey", public, none, asked("sign-in-passkey", "Sign in with a passkey.", (*visit).enterByPasskey)},
		{"POST", "/api/v1/session/proof/passkey/question", public, none, asked("ask-proof", "What to ask a device for, to prove to be there.", (*visit).askProof)},
		{"POST", "/api/v1/session/proof/passkey", public, none, asked("prove-passkey", "Prove to be there with a passkey.", (*visit).proveByPasskey)},
		{"POST", "/api/v1/session/passkeys/question", members, none, asked("ask-new-passkey", "What to ask a device for, to make a passkey.", (*visit).askNew)},
		{"POST", "/api/v1/session/passkeys", members, none, asked("add-passkey", "Keep a passkey.", (*visit).keepPasskey)},
		{"DELETE", "/api/v1/session/passkeys/{id}", members, none, asked("remove-passkey", "Take a passkey away.", (*visit).unkey)},
		{"GET", "/api/v1/session/tokens", members, none, asked("list-tokens", "One's own tokens for programs.", (*visit).listTokens)},
		{"POST", "/api/v1/session/tokens", members, none, asked("make-token", "Make a token for a program: some of what one may, for at most 90 days.", (*visit).makeToken)},
		{"DELETE", "/api/v1/session/tokens/{id}", members, none, asked("revoke-token", "End a token.", (*visit).revokeToken)},
		{"GET", "/api/v1/people", members, manages, asked("list-people", "Everybody, without what proves who they are.", (*visit).listPeople)},
		{"POST", "/api/v1/people", members, manages, asked("add-person", "Make a person. An invitation lets them set their password.", (*visit).addPerson)},
		{"PUT", "/api/v1/people/{id}", members, manages, asked("change-person", "Change a person: name, groups, whether they may sign in. It signs them out.", (*visit).changePerson)},
		{"DELETE", "/api/v1/people/{id}", members, manages, asked("remove-person", "Take a person away. What was recorded of them stays.", (*visit).removePerson)},
		{"POST", "/api/v1/people/{id}/invitation", members, manages, asked("invite", "Invite a person: a code with which they set their password. It is told once.", (*visit).invite)},
		{"PUT", "/api/v1/people/{id}/qualified", members, need{accounts.PeopleQualify}, asked("qualify", "Declare what a person is qualified for, and until when (D14).", (*visit).qualify)},
		{"GET", "/api/v1/groups", members, manages, asked("list-groups", "The groups: what access people need for what (C2).", (*visit).listGroups)},
		{"POST", "/api/v1/groups", members, manages, asked("add-group", "Make a group.", (*visit).addGroup)},
		{"PUT", "/api/v1/groups/{id}", members, manages, asked("change-group", "Change a group. It signs its people out.", (*visit).changeGroup)},
		{"DELETE", "/api/v1/groups/{id}", members, manages, asked("remove-group", "Take a group away that nobody is in.", (*visit).removeGroup)},
		{"GET", "/api/v1/roles", members, none, asked("list-roles", "The roles, what each may, and which duties must not come together.", (*visit).listRoles)},
		{"GET", "/api/v1/audit", members, audits, asked("list-audit", "Records of the audit, the newest first.", (*visit).listAudit)},
		{"GET", "/api/v1/audit/verdict", members, audits, asked("verify-audit", "Hold the whole audit against its signed roots.", (*visit).verifyAudit)},
		{"POST", "/api/v1/firmware/packages", members, applies, asked("send-package", "Send a package of firmware or a digital module: it is judged, and kept if it is taken.", (*visit).fetchPackage, large(packageMost))},
		{"GET", "/api/v1/functions", members, looks, asked("list-functions", "What commissioning does at a virtual unit, at a real one by a documented interface, and only by the maker's tool.", (*visit).listFunctions)},
		{"GET", "/api/v1/projects", members, looks, asked("list-projects", "The projects.", (*visit).listProjects)},
		{"GET", "/api/v1/projects/{number}", members, looks, asked("read-project", "A project as its file has it.", (*visit).readProject)},
		{"PUT", "/api/v1/projects/{number}", members, designs, asked("put-project", "Put a project in the place of the one with its number.", (*visit).putProject)},
		{"POST", "/api/v1/projects/{number}/scan", members, plans, asked("scan-network", "Look for breakers on a network; it never writes to one.", (*visit).scanNetwork)},
		{"POST", "/api/v1/projects/{number}/snapshots", members, looks, asked("take-snapshots", "Read several breakers as they are.", (*visit).takeSnapshots)},
		{"GET", "/api/v1/projects/{number}/breakers/{id}/snapshots", members, looks, asked("list-snapshots", "The snapshots of a breaker, the newest first.", (*visit).listSnapshots)},
		{"POST", "/api/v1/projects/{number}/breakers/{id}/snapshots", members, looks, asked("take-snapshot", "Read a breaker as it is.", (*visit).takeSnapshot)},
		{"GET", "/api/v1/projects/{number}/breakers/{id}/snapshots/{digest}", members, looks, asked("read-snapshot", "A snapshot, without what is sensitive unless that is asked for (C1).", (*visit).readSnapshot)},
		{"POST", "/api/v1/projects/{number}/breakers/{id}/actions", members, need{accounts.SettingsWrite}, asked("do-at-breaker", "Find a breaker, set its clock, declare its maintenance; and read whether it was done.", (*visit).doAt)},
		{"GET", "/api/v1/projects/{number}/breakers/{id}/tests", members, looks, asked("list-tests", "The tests of a breaker, the oldest first.", (*visit).listTrials)},
		{"POST", "/api/v1/projects/{number}/breakers/{id}/tests", members, need{accounts.SettingsWrite}, asked("test-breaker", "Test a breaker; trip tests open it.", (*visit).tryBreaker)},
		{"GET", "/api/v1/projects/{number}/breakers/{id}/firmware", members, looks, asked("kept-firmware", "The firmware and digital modules of a breaker, as they were last read.", (*visit).keptFirmware)},
		{"POST", "/api/v1/projects/{number}/breakers/{id}/firmware", members, looks, asked("read-firmware", "Read the firmware and digital modules of a breaker by a cable.", (*visit).readFirmware)},
		{"POST", "/api/v1/projects/{number}/breakers/{id}/plans", members, plans, asked("make-plan", "Plan a change of a breaker.", (*visit).makePlan)},
		{"GET", "/api/v1/projects/{number}/plans", members, looks, asked("list-plans", "The plans of a project, the newest first.", (*visit).listPlans)},
		{"GET", "/api/v1/projects/{number}/report", members, looks, asked("digest-report", "The digest of the data of the commissioning report; the report itself is at /projects/{number}/report.pdf.", (*visit).digestReport)},
		{"POST", "/api/v1/projects/{number}/signatures", members, need{accounts.ReportSign}, asked("sign-report", "Say of the data of a report that you have reviewed, done or witnessed it.", (*visit).signReport)},
		{"GET", "/api/v1/projects/{number}/upgrades", members, looks, asked("list-upgrades", "The upgrades of a project since the console has started, the newest first.", (*visit).listUpgrades)},
		{"POST", "/api/v1/projects/{number}/upgrades", members, applies, asked("begin-upgrade", "Put a package into breakers, one after the other; it stops at the first that does not go as it should.", (*visit).beginUpgrade, large(packageAside))},
		{"GET", "/api/v1/projects/{number}/upgrades/{id}", members, looks, asked("read-upgrade", "How far an upgrade is, and what became of each breaker.", (*visit).readUpgrade)},
		{"GET", "/api/v1/plans/{id}", members, looks, asked("read-plan", "A plan with its base, its approval and its outcome.", (*visit).readPlan)},
		{"GET", "/api/v1/plans/{id}/diff", members, looks, asked("read-diff", "A plan side by side with what was found, and the trip curves of both.", (*visit).readDiff)},
		{"POST", "/api/v1/plans/{id}/approval", members, need{accounts.ProtectApprove}, asked("approve-plan", "A second person's yes to exactly the plan of a digest (C15).", (*visit).approvePlan)},
		{"POST", "/api/v1/plans/{id}/outcome", members, writes, asked("apply-plan", "Carry a plan out, read everything back, undo what is not as planned.", (*visit).applyPlan)},
		{"POST", "/api/v1/plans/{id}/resume", members, writes, asked("resume-plan", "Find out what became of a plan that was cut short, and end it.", (*visit).resumePlan)},
		{"GET", "/api/v1/policies", members, need{accounts.PolicyRead}, asked("list-policies", "Every version of the owner's documents, by kind, the newest first.", (*visit).listPapers)},
		{"POST", "/api/v1/policies", members, need{accounts.PolicyEdit}, asked("enter-policy", "Enter a document, or the next version of one.", (*visit).enterPaper)},
		{"GET", "/api/v1/policies/due", members, need{accounts.PolicyRead}, asked("due-policies", "What is missing, and what is to be looked at again.", (*visit).duePapers)},
		{"GET", "/api/v1/trust", members, looks, asked("read-trust", "What is to be done about revoked certificates, by component, with the evidence of the last look (E8).", (*visit).readTrust)},
		{"POST", "/api/v1/trust/check", members, need{accounts.SettingsWrite}, asked("check-trust", "Look at the revocation lists now, and keep what was found.", (*visit).checkTrust)},
		{"GET", "/api/v1/vault", members, looks, asked("read-vault", "What the vault has, without what is sealed.", (*visit).readVault)},
		{"POST", "/api/v1/vault/unlock", members, rotates, asked("unlock-vault", "Open the vault with its passphrase.", (*visit).unlockVault)},
		{"POST", "/api/v1/vault/lock", members, rotates, asked("lock-vault", "Lock the vault.", (*visit).lockVault)},
		{"POST", "/api/v1/vault/passwords", members, rotates, asked("keep-passwords", "Keep the passwords that a breaker has, after it has proved them.", (*visit).keepPasswords)},
		{"POST", "/api/v1/vault/rotation", members, rotates, asked("rotate-passwords", "Change the passwords of breakers; nobody sees them.", (*visit).rotatePasswords)},
		{"POST", "/api/v1/vault/verdict", members, rotates, asked("verify-passwords", "Prove each password of a breaker; tell weak and due ones.", (*visit).verifyPasswords)},
		{"POST", "/api/v1/vault/resume", members, rotates, asked("resume-passwords", "End changes that were cut off: ask the breaker which password holds.", (*visit).resumePasswords)},
		{"GET", "/api/v1/vault/requests", members, need{accounts.VaultReveal, accounts.VaultApprove}, asked("list-requests", "What waits to be broken out.", (*visit).listRequests)},
		{"POST", "/api/v1/vault/requests", members, need{accounts.VaultReveal}, asked("ask-password", "Ask for a password to be broken out, with a reason.", (*visit).askPassword)},
		{"POST", "/api/v1/vault/requests/{id}/agreement", members, need{accounts.VaultApprove}, asked("agree-password", "The second person agrees that a password is broken out.", (*visit).agreePassword)},
		{"POST", "/api/v1/vault/requests/{id}/password", members, need{accounts.VaultReveal}, asked("take-password", "Take the password that was asked for and agreed to, once.", (*visit).takePassword)},
		{"GET", "/api/openapi.json", public, none, handed},
		{"GET", "/api/openapi.yaml", public, none, handed},
		{"GET", "/api/openapi-3.0.json", public, none, handed},
		{"GET", "/api/openapi-3.0.yaml", public, none, handed},
	}
	byPattern = map[string]*route{}
	for i := range routes {
		byPattern[routes[i].pattern()] = &routes[i]
	}
}
