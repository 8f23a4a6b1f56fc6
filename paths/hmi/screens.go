package hmi

import (
	"slices"
	"strings"

	"switchroom/points"
)

// Screen is one place of the menus. Its parent is what stands before the last
// slash of its id; what has none is in Home.
type Screen struct {
	ID        string
	Title     string
	Source    string           // of its name and place
	Certainty points.Certainty // of its name and place
	Holds     points.Certainty // of what stands on it and in which order
	rows      func(p *Panel) []row
	hidden    bool // no menu shows it: it is reached from a line of its parent
}

// The sources of a place in the menus. UG names what it names in passing, in the
// topics of protection, system type, date and time, lock, health and alarms.
const (
	ug   = "UG menu"
	cyb  = "CYB; UG lock protection"
	ours = "OURS"
)

// screens are the menus in the order in which the display has them, parents
// before children.
var screens []Screen

func init() { // its rows refer to what refers to it
	screens = []Screen{
		{ID: "home", Title: "Home", Source: ug, Certainty: points.Confirmed, Holds: points.Ours},
		{ID: "quick", Title: "Quick View", Source: ug, Certainty: points.Confirmed, Holds: points.Ours, rows: (*Panel).quickRows},
		{ID: "quick/currents", Title: "Currents", Source: ours, Certainty: points.Ours, Holds: points.Ours, hidden: true},
		{ID: "quick/breaker", Title: "Circuit breaker", Source: ours, Certainty: points.Ours, Holds: points.Ours, hidden: true},
		{ID: "quick/protection", Title: "Active settings", Source: "UG setting change", Certainty: points.Confirmed, Holds: points.Ours, hidden: true},
		{ID: "quick/power", Title: "Power and energy", Source: ours, Certainty: points.Ours, Holds: points.Ours, hidden: true},
		{ID: "quick/voltages", Title: "Voltages", Source: ours, Certainty: points.Ours, Holds: points.Ours, hidden: true},

		{ID: "measures", Title: "Measures", Source: ours, Certainty: points.Ours, Holds: points.Ours},
		{ID: "measures/current", Title: "Current", Source: ours, Certainty: points.Ours, Holds: points.Ours},
		{ID: "measures/voltage", Title: "Voltage", Source: ours, Certainty: points.Ours, Holds: points.Ours},
		{ID: "measures/power", Title: "Power", Source: ours, Certainty: points.Ours, Holds: points.Ours},
		{ID: "measures/energy", Title: "Energy", Source: ours, Certainty: points.Ours, Holds: points.Ours},
		{ID: "measures/quality", Title: "PF, cos φ, frequency", Source: ours, Certainty: points.Ours, Holds: points.Ours},
		{ID: "measures/harmonics", Title: "Harmonics", Source: ours, Certainty: points.Ours, Holds: points.Ours},
		{ID: "measures/demand", Title: "Demand", Source: ours, Certainty: points.Ours, Holds: points.Ours},
		{ID: "measures/maxima", Title: "Minima and maxima", Source: ours, Certainty: points.Ours, Holds: points.Ours},

		{ID: "alarms", Title: "Alarms & History", Source: ug, Certainty: points.Confirmed, Holds: points.Ours},
		{ID: "alarms/alarms", Title: "Alarms", Source: ug, Certainty: points.Confirmed, Holds: points.Ours, rows: (*Panel).alarmRows},
		{ID: "alarms/trip", Title: "Trip history", Source: "UG histories", Certainty: points.Inferred, Holds: points.Ours, rows: history(points.TripHistory)},
		{ID: "alarms/protection", Title: "Protection history", Source: "UG histories", Certainty: points.Inferred, Holds: points.Ours, rows: history(points.ProtectionHistory)},
		{ID: "alarms/diagnostic", Title: "Diagnostic history", Source: "UG histories", Certainty: points.Inferred, Holds: points.Ours, rows: history(points.DiagnosticHistory)},
		{ID: "alarms/metering", Title: "Metering history", Source: "UG histories", Certainty: points.Inferred, Holds: points.Ours, rows: history(points.MeteringHistory)},
		{ID: "alarms/configuration", Title: "Configuration history", Source: "UG histories", Certainty: points.Inferred, Holds: points.Ours, rows: history(points.ConfigurationHistory)},
		{ID: "alarms/operation", Title: "Operation history", Source: "UG histories", Certainty: points.Inferred, Holds: points.Ours, rows: history(points.OperationHistory)},
		{ID: "alarms/communication", Title: "Communication history", Source: "UG histories", Certainty: points.Inferred, Holds: points.Ours, rows: history(points.CommunicationHistory)},
		{ID: "alarms/event", Title: "Event", Source: ours, Certainty: points.Ours, Holds: points.Ours, hidden: true, rows: (*Panel).eventRows},

		{ID: "maintenance", Title: "Maintenance", Source: ug, Certainty: points.Confirmed, Holds: points.Ours},
		{ID: "maintenance/health", Title: "Health", Source: ug, Certainty: points.Confirmed, Holds: points.Ours},
		{ID: "maintenance/health/breaker", Title: "Circuit breaker", Source: ug, Certainty: points.Confirmed, Holds: points.Ours},
		{ID: "maintenance/health/actuators", Title: "Actuator wear", Source: ug, Certainty: points.Confirmed, Holds: points.Ours},
		{ID: "maintenance/health/contacts", Title: "Contact wear", Source: ug, Certainty: points.Confirmed, Holds: points.Ours},
		{ID: "maintenance/health/unit", Title: "Control unit", Source: ours, Certainty: points.Ours, Holds: points.Ours},
		{ID: "maintenance/schedule", Title: "Maintenance schedule", Source: ours, Certainty: points.Ours, Holds: points.Ours},
		{ID: "maintenance/profile", Title: "Load profile", Source: ours, Certainty: points.Ours, Holds: points.Ours},
		{ID: "maintenance/identity", Title: "Identification", Source: ours, Certainty: points.Ours, Holds: points.Ours, rows: (*Panel).identityRows},

		{ID: "configuration", Title: "Configuration", Source: ug, Certainty: points.Confirmed, Holds: points.Ours},
		{ID: "configuration/general", Title: "General", Source: ug, Certainty: points.Confirmed, Holds: points.Ours},
		{ID: "configuration/general/clock", Title: "Date & Time", Source: ug, Certainty: points.Confirmed, Holds: points.Ours},
		{ID: "configuration/general/lock", Title: "Lock protection", Source: cyb, Certainty: points.Confirmed, Holds: points.Inferred},
		{ID: "configuration/measures", Title: "Measures", Source: ug, Certainty: points.Confirmed, Holds: points.Ours},
		{ID: "configuration/measures/system", Title: "System type", Source: ug, Certainty: points.Confirmed, Holds: points.Inferred},
		{ID: "configuration/measures/demand", Title: "Demand", Source: ours, Certainty: points.Ours, Holds: points.Ours},
		{ID: "configuration/measures/reset", Title: "Reset", Source: ours, Certainty: points.Ours, Holds: points.Ours},
		{ID: "configuration/communication", Title: "Communication", Source: ours, Certainty: points.Ours, Holds: points.Ours},
		{ID: "configuration/communication/control", Title: "Control mode", Source: ours, Certainty: points.Ours, Holds: points.Ours},
		{ID: "configuration/communication/bluetooth", Title: "Bluetooth", Source: ours, Certainty: points.Ours, Holds: points.Ours, rows: (*Panel).bluetoothRows},
		{ID: "configuration/communication/interface", Title: "Interface", Source: ours, Certainty: points.Ours, Holds: points.Ours, rows: (*Panel).interfaceRows},

		{ID: "protection", Title: "Protection", Source: ug, Certainty: points.Confirmed, Holds: points.Confirmed},
		{ID: "protection/long_time", Title: "I long time", Source: ug, Certainty: points.Confirmed, Holds: points.Inferred},
		{ID: "protection/short_time", Title: "I short time", Source: ug, Certainty: points.Confirmed, Holds: points.Inferred},
		{ID: "protection/instantaneous", Title: "I instantaneous", Source: ug, Certainty: points.Confirmed, Holds: points.Confirmed},
		{ID: "protection/ground_fault", Title: "I ground fault", Source: ug, Certainty: points.Confirmed, Holds: points.Inferred},
		{ID: "protection/earth_leakage", Title: "I earth leakage", Source: ug, Certainty: points.Confirmed, Holds: points.Inferred},
		{ID: "protection/neutral", Title: "I neutral", Source: ug, Certainty: points.Confirmed, Holds: points.Confirmed},
		{ID: "protection/dual", Title: "Dual settings", Source: ug, Certainty: points.Confirmed, Holds: points.Inferred},
		{ID: "protection/advanced", Title: "Advanced", Source: ug, Certainty: points.Confirmed, Holds: points.Ours, rows: (*Panel).advancedRows},
	}
}

// Screens returns the menus in the order of the display, parents before children.
// The rows are shared: do not change them.
func Screens() []Screen { return screens }

// parent is the id of what the screen is in; that of Home is empty.
func (s *Screen) parent() string {
	if s.ID == "home" {
		return ""
	}
	if i := strings.LastIndexByte(s.ID, '/'); i >= 0 {
		return s.ID[:i]
	}
	return "home"
}

// screenOf returns the screen of an id that the tables have.
func screenOf(id string) *Screen {
	i := slices.IndexFunc(screens, func(s Screen) bool { return s.ID == id })
	return &screens[i]
}

// children are the screens of a menu, those that it does not show too.
func (s *Screen) children() (all []*Screen) {
	for i := range screens {
		if screens[i].parent() == s.ID {
			all = append(all, &screens[i])
		}
	}
	return all
}

// Titles are those from Home to the screen.
func (s *Screen) Titles() []string {
	if s.ID == "home" {
		return []string{s.Title}
	}
	return append(screenOf(s.parent()).Titles(), s.Title)
}
