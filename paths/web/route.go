package web

import (
	"net/http"

	"switchroom/access"
	"switchroom/ui"
)

// openness is to whom a route is open.
type openness uint8

const (
	byRight openness = iota // the zero value: who has the page's right
	public                  // anybody: logging in, and what the login page is drawn with
	login                   // anybody who is logged in: their own password, logging out
)

var opennesses = [...]string{"role", "public", "login"}

// route is a row of the table: what can be asked, and by whom.
type route struct {
	method, path string // exactly this path; of the files of the pages all below it
	open         openness
	page         string // key of the page whose right it needs: look for GET, change for the others
	serve        func(d *Device, v *visit)
}

// routes is everything that can be asked of a device. Anything else is refused to who
// is not logged in, and not found by who is.
var routes []route

func init() { // its rows refer to what refers to it
	routes = []route{
		{"GET", "/", login, "", (*Device).home},
		{"GET", "/login", public, "", (*Device).showLogin},
		{"POST", "/login", public, "", (*Device).logIn},
		{"POST", "/logout", login, "", (*Device).logOut},
		{"GET", "/password", login, "", (*Device).showPassword},
		{"POST", "/password", login, "", (*Device).changePassword},
		{"POST", "/password/later", login, "", (*Device).postpone},
		{"GET", ui.AssetsPath, public, "", (*Device).asset},
		{"GET", "/monitoring", byRight, "realtime", (*Device).showRealtime},
		{"GET", "/monitoring/live", byRight, "realtime", (*Device).followRealtime},
		{"GET", "/monitoring/breaker", byRight, "device", (*Device).showBreaker},
		{"GET", "/monitoring/breaker/live", byRight, "device", (*Device).followBreaker},
		{"GET", "/control", byRight, "control", (*Device).showControl},
		{"GET", "/control/live", byRight, "control", (*Device).followBreaker},
		{"POST", "/control", byRight, "control", (*Device).operate},
		{"GET", "/control/time", byRight, "clock", (*Device).showTime},
		{"POST", "/control/time", byRight, "clock", (*Device).setTime},
		{"GET", "/control/settings", byRight, "settings", (*Device).showSettings},
		{"POST", "/control/settings", byRight, "settings", (*Device).writeSetting},
		{"GET", "/diagnostics", byRight, "statistics", (*Device).showStatistics},
		{"GET", "/diagnostics/product", byRight, "product", (*Device).showProduct},
		{"GET", "/diagnostics/device", byRight, "information", (*Device).showInformation},
		{"GET", "/diagnostics/imu", byRight, "imu", (*Device).showIMU},
		{"GET", "/diagnostics/registers", byRight, "registers", (*Device).showRegisters},
		{"GET", "/diagnostics/communication", byRight, "communication", (*Device).showCommunication},
		{"GET", "/maintenance", byRight, "log", (*Device).showEvents},
		{"GET", "/maintenance/counters", byRight, "counters", (*Device).showCounters},
		{"POST", "/maintenance/counters", byRight, "counters", (*Device).resetCounters},
		{"GET", "/maintenance/security", byRight, "security", (*Device).showSecurity},
		{"GET", "/setup/name", byRight, "name", (*Device).showName},
		{"POST", "/setup/name", byRight, "name", (*Device).setName},
		{"GET", "/setup/accounts", byRight, "accounts", (*Device).showAccounts},
		{"POST", "/setup/accounts", byRight, "accounts", (*Device).addAccount},
		{"GET", "/setup/accounts/edit", byRight, "accounts", (*Device).showAccount},
		{"POST", "/setup/accounts/edit", byRight, "accounts", (*Device).saveAccount},
		{"POST", "/setup/accounts/password", byRight, "accounts", (*Device).resetPassword},
		{"POST", "/setup/accounts/unlock", byRight, "accounts", (*Device).unlockAccount},
		{"POST", "/setup/accounts/delete", byRight, "accounts", (*Device).deleteAccount},
		{"POST", "/setup/accounts/migration", byRight, "accounts", (*Device).seenMigration},
		{"GET", "/setup/groups", byRight, "groups", (*Device).showGroups},
		{"POST", "/setup/groups", byRight, "groups", (*Device).saveGroups},
		{"GET", "/setup/preferences", byRight, "preferences", (*Device).showPreferences},
		{"POST", "/setup/preferences", byRight, "preferences", (*Device).savePreferences},
		{"GET", "/monitoring/trends", byRight, "trends", (*Device).showTrends},
		{"GET", "/monitoring/trends/csv", byRight, "trends", (*Device).downloadLog},
		{"GET", "/setup/time", byRight, "sntp", (*Device).showSync},
		{"POST", "/setup/time", byRight, "sntp", (*Device).saveSync},
		{"POST", "/setup/time/ask", byRight, "sntp", (*Device).askNow},
		{"GET", "/setup/ip", byRight, "ip", (*Device).showIP},
		{"GET", "/setup/filtering", byRight, "filtering", (*Device).showFiltering},
		{"POST", "/setup/filtering", byRight, "filtering", (*Device).saveFiltering},
		{"GET", "/setup/log", byRight, "datalog", (*Device).showLog},
		{"POST", "/setup/log", byRight, "datalog", (*Device).saveLog},
		{"GET", "/setup/certificates", byRight, "certificates", (*Device).showCertificates},
		{"POST", "/setup/certificates/import", byRight, "certificates", (*Device).importCertificate},
		{"POST", "/setup/certificates/renew", byRight, "certificates", (*Device).regenerateCertificate},
		{"POST", "/setup/certificates/delete", byRight, "certificates", (*Device).deleteCertificate},
		{"GET", "/setup/mail", byRight, "mail", (*Device).showMail},
		{"POST", "/setup/mail", byRight, "mail", (*Device).saveMail},
		{"POST", "/setup/mail/test", byRight, "mail", (*Device).testMail},
		{"GET", "/setup/events", byRight, "mailevents", (*Device).showMailEvents},
		{"POST", "/setup/events", byRight, "mailevents", (*Device).saveMailEvents},
		{"GET", "/setup/snmp", byRight, "snmp", (*Device).showSNMP},
		{"POST", "/setup/snmp", byRight, "snmp", (*Device).saveSNMP},
		{"GET", "/setup/services", byRight, "services", (*Device).showServices},
		{"POST", "/setup/services", byRight, "services", (*Device).switchService},
	}
}

// needs is what one may do with the page to use the route.
func (r *route) needs() right {
	if r.method == http.MethodGet {
		return look
	}
	return change
}

// Route is one thing that can be asked of a device, as it is told to others.
type Route struct {
	Server string   `json:"server"` // device
	Method string   `json:"method"`
	Path   string   `json:"path"`
	Access string   `json:"access"` // public, login or role
	Roles  []string `json:"roles"`  // profiles rbac and hardened: who may; empty where Access is not role
	Page   string   `json:"page,omitempty"`
	Groups []string `json:"groups,omitempty"` // profile 2017: who may, as delivered
}

// Routes lists all that can be asked, in the order of the table.
func Routes() []Route {
	all := []Route{}
	for i := range routes {
		all = append(all, routes[i].told())
	}
	return all
}

func (r *route) told() Route {
	t := Route{Server: "device", Method: r.method, Path: r.path, Access: opennesses[r.open], Roles: []string{}}
	if r.open != byRight {
		return t
	}
	p := pageOf(r.page)
	t.Page, t.Roles = p.title, r.roles(p).Names()
	for g := engineers; g <= administrators; g++ {
		if (&book{}).right(g, p) >= r.needs() {
			t.Groups = append(t.Groups, groupNames[g])
		}
	}
	return t
}

// roles are those that may use the route.
func (r *route) roles(p *page) (all access.Roles) {
	b := book{Generation: byRole}
	for _, one := range access.AnyRole.List() {
		if b.may(&account{Roles: one}, p) >= r.needs() {
			all |= one
		}
	}
	return all
}
