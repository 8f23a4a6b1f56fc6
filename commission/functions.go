package commission

import (
	"fmt"
	"slices"
	"strings"

	"switchroom/points"
)

// Way is how a breaker is reached.
type Way string

// The ways of the commissioning software (A9). Front is a person at the breaker.
const (
	Modbus Way = "modbus" // over Ethernet or a serial line
	USB    Way = "usb"    // a cable in the port of the control unit
	Front  Way = "front"  // display, keys, switch or pad at the front
)

// Function is a row of what commissioning does: what a virtual unit does, what a real one
// does by a documented interface, and how a person does the rest with the maker's tool.
type Function struct {
	ID        string           `json:"id"`
	Title     string           `json:"title"`
	Points    []string         `json:"points,omitempty"` // that it reads or writes; a dot at the end is everything that begins so
	Virtual   []Way            `json:"virtual"`          // none: not yet
	Real      []Way            `json:"real"`             // by a documented interface; none: not possible
	Tool      string           `json:"tool,omitempty"`   // what a person does instead at a real unit
	Verify    []string         `json:"verify,omitempty"` // points that show afterwards whether it was done
	Source    string           `json:"source"`
	Certainty points.Certainty `json:"certainty"` // of what is said of real units
}

// tool is the maker's commissioning software, in its present name. Which menu of it does
// a thing is in none of our documents.
const tool = "the maker's commissioning software by USB (EcoStruxure Power Commission, before: Ecoreach)"

// reading is the row of snapshots.
var reading = Function{ID: "read", Title: "settings and identification, as found and as left", Virtual: []Way{Modbus, USB}, Real: []Way{Modbus}, Tool: tool, Source: "MB T001025026, T001025276; see switchroom registers", Certainty: points.Confirmed}

// functions is sorted by id. Sources are the abbreviations of package points, and SEED
// (the guide's own text, A9), DB2001, MLX, MTZMB, G10 and G11 (catalogues and notes of the
// tool). MB is the Modbus guide; that a command "was not found" there is no proof that
// there is none.
var functions = []Function{
	{ID: "bluetooth", Title: "Bluetooth function and its timer", Points: []string{"bluetooth."}, Virtual: []Way{USB}, Real: []Way{}, Tool: "at the display, or " + tool, Source: "UG front; no command page found in MB", Certainty: points.Inferred},
	{ID: "clock", Title: "date and time", Points: []string{"clock.set"}, Virtual: []Way{Modbus, USB}, Real: []Way{Modbus}, Tool: tool, Verify: []string{"device.clock", "interface.clock"}, Source: "MB T001024811, command 769; MLX", Certainty: points.Confirmed},
	{ID: "control-mode", Title: "control mode: manual, local, remote", Points: []string{"breaker.mode"}, Virtual: []Way{USB}, Real: []Way{}, Tool: "at the display, or " + tool, Source: "UG control mode; no command page found in MB", Certainty: points.Inferred},
	{ID: "firmware", Title: "firmware of the unit and its members, and digital modules", Points: []string{"update.install", "update.stage"}, Virtual: []Way{USB}, Real: []Way{}, Tool: tool, Verify: []string{"device.firmware", "interface.firmware"}, Source: "SEED; the protocol of the port is in no document", Certainty: points.Confirmed},
	{ID: "identify", Title: "find the device: it blinks", Points: []string{"device.identify"}, Verify: []string{"led.ready"}, Virtual: []Way{USB}, Real: []Way{}, Tool: tool, Source: "MLX, MTZMB: the tool does; no command page found in MB", Certainty: points.Inferred},
	{ID: "imu-name", Title: "name of the unit", Points: []string{"interface.name"}, Virtual: []Way{Modbus, USB}, Real: []Way{Modbus}, Tool: tool, Verify: []string{"interface.name"}, Source: "MB T001024811, command 1032; MLX", Certainty: points.Confirmed},
	{ID: "interface-network", Title: "IP addresses and line parameters of the interface", Virtual: []Way{}, Real: []Way{}, Tool: tool + ", or the web pages of IFE and EIFE", Source: "SEED, NSXMB", Certainty: points.Confirmed},
	{ID: "io-setup", Title: "application and assignment of IO modules", Points: []string{"io1.application", "io1.commands.simple", "io1.pad", "io1.switch", "io2.application", "io2.commands.simple", "io2.pad", "io2.switch"}, Virtual: []Way{Front}, Real: []Way{Front},
		Tool: "turn the rotary switch of the module, its pad unlocked; what the user defines: " + tool, Verify: []string{"io1.application", "io1.switch", "io2.application", "io2.switch"}, Source: "SEED; PowerPact brochure p. 104; no command page found in MB", Certainty: points.Sibling},
	{ID: "lock-hmi", Title: "protection settings locked against change at the display (B7)", Points: []string{"lock.protection.hmi"}, Virtual: []Way{USB}, Real: []Way{},
		Tool: "at the display: Home, Configuration, General, Lock protection; or " + tool, Verify: []string{"diagnostic.display_settings_enabled"}, Source: "CYB p. 21; UG menu; no command page found in MB", Certainty: points.Inferred},
	{ID: "lock-remote", Title: "protection settings locked against remote change (B7, E3)", Points: []string{"lock.protection.remote"}, Virtual: []Way{USB}, Real: []Way{},
		Tool: "at the display: Home, Configuration, General, Lock protection; or " + tool, Source: "CYB p. 28; UG menu, its further entries not read; no command page found in MB, and no register shows it", Certainty: points.Inferred},
	{ID: "maintenance", Title: "maintenance programme carried out", Points: []string{"maintenance.declare"}, Virtual: []Way{USB}, Real: []Way{}, Tool: tool, Source: "MLX, MTZMB; UG maintenance schedule", Certainty: points.Confirmed},
	{ID: "metering", Title: "set-up of measurements", Points: []string{"metering."}, Virtual: []Way{Modbus, USB}, Real: []Way{Modbus}, Verify: []string{"metering.power_sign"}, Source: "MB T001025054, commands 47240 to 47244, 45704, 46472", Certainty: points.Confirmed},
	{ID: "modules", Title: "digital modules", Virtual: []Way{}, Real: []Way{}, Tool: tool, Source: "SEED", Certainty: points.Confirmed},
	{ID: "passwords", Title: "passwords of the four levels", Points: []string{"password."}, Virtual: []Way{USB}, Real: []Way{}, Tool: tool, Source: "SEED, MLA; no command page found in MB", Certainty: points.Confirmed},
	{ID: "protection", Title: "settings of the standard protections", Points: []string{"protection.earth_leakage.", "protection.ground_fault.", "protection.instantaneous.", "protection.long_time.", "protection.neutral.", "protection.short_time."},
		Virtual: []Way{Modbus, USB}, Real: []Way{Modbus}, Tool: "at the display, the phone app, or " + tool, Verify: []string{"protection."}, Source: "UG setting change; MB T001025051 to T001025054, commands 1930, 51593 to 51598, 1932, 1933; most layouts are OURS, so that each has to be allowed for hardware", Certainty: points.Confirmed},
	{ID: "protection-dual", Title: "dual settings", Points: []string{"protection.dual"}, Virtual: []Way{USB}, Real: []Way{}, Tool: tool, Source: "DOCA0055EN-09; MB T001025053 reads it; no command that sets it was found", Certainty: points.Inferred},
	{ID: "protection-erms", Title: "ERMS: what acts while it is engaged, and engaging it", Points: []string{"protection.erms."}, Virtual: []Way{USB}, Real: []Way{}, Tool: "the phone app, or " + tool + "; the lockable switch engages it", Verify: []string{"protection.erms.engaged"}, Source: "UG setting change: software and app only; MLX, DB2001", Certainty: points.Confirmed},
	{ID: "protection-group", Title: "which group of settings acts", Points: []string{"protection.group"}, Virtual: []Way{Modbus, USB}, Real: []Way{Modbus}, Verify: []string{"protection.group"}, Source: "MB T001025054, command 49545; layout OURS", Certainty: points.Confirmed},
	{ID: "protection-optional", Title: "protections of digital modules", Points: []string{"protection."}, Virtual: []Way{USB}, Real: []Way{}, Tool: "the phone app, or " + tool, Source: "UG setting change: software and app only; no command page found in MB", Certainty: points.Confirmed},
	{ID: "protection-zsi", Title: "zone selective interlocking", Points: []string{"protection.zsi."}, Virtual: []Way{Modbus, USB}, Real: []Way{Modbus}, Source: "MB T001025054, command 49033; layout OURS", Certainty: points.Confirmed},
	reading,
	{ID: "remote-control", Title: "remote control of EIFE enabled (B6, E2)", Points: []string{"remote.enabled"}, Virtual: []Way{USB}, Real: []Way{}, Tool: tool + "; on IFE and IFM it is the locking pad", Verify: []string{"interface.pad"}, Source: "SEED; CYB p. 28", Certainty: points.Confirmed},
	{ID: "test-ground-fault", Title: "trip by the ground-fault or earth-leakage test", Points: []string{"test.ground_fault"}, Virtual: []Way{USB, Front}, Real: []Way{Front}, Tool: "press the test button at the front", Verify: []string{"breaker.last_trip"}, Source: "UG test", Certainty: points.Confirmed},
	{ID: "test-injection", Title: "trip test by secondary injection", Points: []string{"test.injection"}, Virtual: []Way{USB}, Real: []Way{}, Tool: tool + ": trip curve test", Source: "DB2001", Certainty: points.Confirmed},
	{ID: "test-zsi", Title: "ZSI test", Virtual: []Way{}, Real: []Way{}, Tool: tool + ": the breaker upstream flashes its Isd/Ii or Ig lamp", Source: "a sibling's guide", Certainty: points.Sibling},
}

// Functions returns the table, sorted by id.
func Functions() []Function { return slices.Clone(functions) }

// FunctionOf returns the function that a point belongs to: the one that names it most
// closely.
func FunctionOf(id points.ID) (f Function, ok bool) {
	best := 0
	for _, row := range functions {
		for _, p := range row.Points {
			if n := len(p); n > best && (p == id.String() || strings.HasSuffix(p, ".") && strings.HasPrefix(id.String(), p)) {
				f, ok, best = row, true, n
			}
		}
	}
	return f, ok
}

// NotPossibleError says that a function can't be done in a way, and how a person does it.
type NotPossibleError struct {
	Function Function
	Way      Way
	Virtual  bool
}

func (e *NotPossibleError) Error() string {
	kind, ways := "a real unit", e.Function.Real
	if e.Virtual {
		kind, ways = "a virtual unit", e.Function.Virtual
	}
	text := fmt.Sprintf("%s: not possible by %s at %s", e.Function.Title, e.Way, kind)
	if len(ways) > 0 {
		text += "; it is by " + join(ways)
	}
	if e.Function.Tool != "" && !e.Virtual {
		text += "; do it with " + e.Function.Tool
		if len(e.Function.Verify) > 0 {
			text += ", then take a snapshot: " + strings.Join(e.Function.Verify, ", ") + " will show it"
		}
	}
	return text
}

func join(ways []Way) string {
	names := make([]string, len(ways))
	for i, w := range ways {
		names[i] = string(w)
	}
	return strings.Join(names, " or ")
}

// WayOf is the way of an address.
func WayOf(address string) Way {
	scheme, _, _ := strings.Cut(address, "://")
	switch scheme {
	case "usb":
		return USB
	case "modbus", "rtu":
		return Modbus
	}
	return Way(scheme)
}

// Possible returns nil, or a [*NotPossibleError] for a function that this way does not
// have.
func (f Function) Possible(w Way, virtual bool) error {
	ways := f.Real
	if virtual {
		ways = f.Virtual
	}
	if slices.Contains(ways, w) {
		return nil
	}
	return &NotPossibleError{f, w, virtual}
}
