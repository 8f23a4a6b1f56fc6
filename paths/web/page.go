package web

import (
	"switchroom/points"
)

// right is what a group may do with a page (profile 2017).
type right uint8

const (
	none right = iota
	look
	change
)

var rights = [...]string{"none", "look", "change"}

func (r right) String() string { return rights[min(int(r), len(rights)-1)] }

// permission is what roles have (profiles rbac and hardened). The six and how many
// each role has are confirmed; which, is ours (docs/readings.md).
type permission uint8

const (
	monitoring permission = 1 << iota
	control
	installation
	settings
	files
	security
	nobody permission = 0
)

// menu is where a page stands.
type menu uint8

const (
	monitoringMenu menu = iota
	controlMenu
	diagnosticsMenu
	maintenanceMenu
	setupMenu
	numMenus
)

var menus = [...]string{"Monitoring", "Control", "Diagnostics", "Maintenance", "Setup"}

func (m menu) String() string {
	if m < numMenus {
		return menus[m]
	}
	return ""
}

// page is a row of the table of pages.
type page struct {
	key    string
	menu   menu
	title  string
	path   string
	look   permission         // a role that has one of these may look
	change permission         // and of these, change
	groups [numGroups]right   // as delivered: engineers, operators, guests; administrators have all
	absent func(*Device) bool // the device has no such page; nil: it has
	known  points.Certainty   // of its name and place
	source string
}

// Rights of groups as delivered, in the order engineers, operators, guests.
var (
	everybody  = [numGroups]right{look, look, look}
	staff      = [numGroups]right{look, look, none}
	operate    = [numGroups]right{look, change, none}
	engineer   = [numGroups]right{change, look, none}
	own        = [numGroups]right{change, change, change}
	adminsOnly = [numGroups]right{none, none, none}
)

// pages is every page that has a place in the menus, in the order in which they stand
// there. Names and places are of several editions (facts: M), the rights of groups as
// delivered are ours.
var pages []page

func init() { // its rows refer to what refers to it
	pages = []page{
		{"realtime", monitoringMenu, "Real-time data", "/monitoring", monitoring, nobody, everybody, nil, points.Reported, "IFEi, EIFE, IFEs menus"},
		{"device", monitoringMenu, "Circuit breaker", "/monitoring/breaker", monitoring, nobody, everybody, nil, points.Confirmed, "EIFE: Circuit Breakers"},
		{"trends", monitoringMenu, "Trends", "/monitoring/trends", monitoring, nobody, everybody, noLog, points.Reported, "IFEs: HTML view and trends of the data log"},
		{"control", controlMenu, "Device control", "/control", monitoring, control, operate, nil, points.Reported, "IFEi, EIFE, IFEs menus"},
		{"clock", controlMenu, "Set device time", "/control/time", installation, installation, engineer, nil, points.Reported, "IFEi, EIFE, IFEs menus"},
		{"settings", controlMenu, "Breaker settings", "/control/settings", settings, settings, engineer, nil, points.Ours, "GUIDE B: settings over Ethernet; that it is a page is ours"},
		{"statistics", diagnosticsMenu, "General statistics", "/diagnostics", monitoring, nobody, staff, nil, points.Reported, "IFEi, EIFE, IFEs menus"},
		{"product", diagnosticsMenu, "Product information", "/diagnostics/product", monitoring, nobody, everybody, nil, points.Reported, "IFEi, EIFE, IFEs menus"},
		{"information", diagnosticsMenu, "Device information", "/diagnostics/device", monitoring, nobody, everybody, nil, points.Reported, "IFEi, EIFE, IFEs menus"},
		{"imu", diagnosticsMenu, "IMU information", "/diagnostics/imu", monitoring, nobody, everybody, nil, points.Reported, "IFEi, EIFE, IFEs menus"},
		{"registers", diagnosticsMenu, "Read device registers", "/diagnostics/registers", monitoring, nobody, staff, noRegisters, points.Reported, "IFEi, EIFE, IFEs menus"},
		{"communication", diagnosticsMenu, "Communication check", "/diagnostics/communication", monitoring, nobody, staff, noRegisters, points.Reported, "IFEi, EIFE, IFEs menus"},
		{"log", maintenanceMenu, "Maintenance log", "/maintenance", monitoring, nobody, staff, nil, points.Reported, "IFEi, EIFE, IFEs menus"},
		{"counters", maintenanceMenu, "Counters", "/maintenance/counters", monitoring, settings, [numGroups]right{change, change, none}, nil, points.Reported, "IFEi, EIFE, IFEs menus"},
		{"security", maintenanceMenu, "Security log", "/maintenance/security", security, nobody, adminsOnly, nil, points.Ours, "the permission to read it is confirmed, the page is ours"},
		{"name", setupMenu, "Device name", "/setup/name", installation, installation, engineer, nil, points.Reported, "IFEi, EIFE, IFEs menus"},
		{"sntp", setupMenu, "Date and time", "/setup/time", installation, installation, engineer, nil, points.Reported, "IFEi, EIFE, IFEs menus"},
		{"ip", setupMenu, "IP configuration", "/setup/ip", installation, nobody, staff, nil, points.Reported, "IFEi, EIFE, IFEs menus"},
		{"filtering", setupMenu, "Modbus TCP/IP filtering", "/setup/filtering", security, security, adminsOnly, noModbus, points.Confirmed, "IFEi, EIFE"},
		{"datalog", setupMenu, "Device log", "/setup/log", settings, settings, engineer, noLog, points.Reported, "IFEi, EIFE, IFEs menus"},
		{"mail", setupMenu, "E-mail service", "/setup/mail", settings, settings, engineer, noMail, points.Reported, "IFEi, EIFE, IFEs menus; what stands on it is ours"},
		{"mailevents", setupMenu, "E-mail events", "/setup/events", settings, settings, engineer, noMail, points.Reported, "IFEi, EIFE, IFEs menus; 12 recipients and 63 characters are confirmed (IFEs)"},
		{"snmp", setupMenu, "SNMP parameters", "/setup/snmp", security, security, adminsOnly, noSNMP, points.Ours, "IFEi, EIFE, IFEs menus: the name alone"},
		{"accounts", setupMenu, "User accounts", "/setup/accounts", security, security, adminsOnly, nil, points.Confirmed, "EIFE, IFEi"},
		{"groups", setupMenu, "Webpage access", "/setup/groups", nobody, nobody, adminsOnly, hasRoles, points.Confirmed, "IFEi: rights per page and group"},
		{"certificates", setupMenu, "Certificates", "/setup/certificates", security, security, adminsOnly, noKeeper, points.Confirmed, "IFEs"},
		{"services", setupMenu, "Advanced services control", "/setup/services", security, security, adminsOnly, nil, points.Ours, "IFEi, EIFE, IFEs menus: the name alone"},
		{"preferences", setupMenu, "Preferences", "/setup/preferences", monitoring, monitoring, own, nil, points.Reported, "IFEi, EIFE, IFEs menus"},
	}
}

func noRegisters(d *Device) bool { return d.options.Registers == nil }
func hasRoles(d *Device) bool    { return d.profile.ByRole() }

// pageOf finds a page by its key. A route of a page that is not there is a defect of
// the build, found by the first test.
func pageOf(key string) *page {
	for i := range pages {
		if pages[i].key == key {
			return &pages[i]
		}
	}
	panic("web: no page " + key)
}
