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
	noMenu
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

// pages is every page that has a place in the menus, in the order in which they stand
// there. Names and places are of several editions (facts: M), the rights of groups are
// ours.
var pages []page

func init() { // its rows refer to what refers to it
	pages = []page{
		{"realtime", monitoringMenu, "Real-time data", "/monitoring", monitoring, nobody, [...]right{look, look, look}, nil, points.Reported, "IFEi, EIFE, IFEs menus"},
		{"trends", monitoringMenu, "Trends", "/monitoring/trends", monitoring, nobody, [...]right{look, look, look}, noLog, points.Reported, "IFEs: HTML view and trends of the data log"},
		{"sntp", setupMenu, "Date and time", "/setup/time", installation, installation, [...]right{change, look, none}, nil, points.Reported, "IFEi, EIFE, IFEs menus"},
		{"ip", setupMenu, "IP configuration", "/setup/ip", installation, nobody, [...]right{look, look, none}, nil, points.Reported, "IFEi, EIFE, IFEs menus"},
		{"filtering", setupMenu, "Modbus TCP/IP filtering", "/setup/filtering", security, security, [...]right{none, none, none}, noModbus, points.Confirmed, "IFEi, EIFE"},
		{"datalog", setupMenu, "Device log", "/setup/log", settings, settings, [...]right{change, look, none}, noLog, points.Reported, "IFEi, EIFE, IFEs menus"},
		{"certificates", setupMenu, "Certificates", "/setup/certificates", security, security, [...]right{none, none, none}, noKeeper, points.Confirmed, "IFEs"},
		{"services", setupMenu, "Advanced services control", "/setup/services", security, security, [...]right{none, none, none}, nil, points.Ours, "IFEi, EIFE, IFEs menus: the name alone"},
	}
}

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
