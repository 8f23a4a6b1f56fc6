package imu

import (
	"fmt"
	"strings"

	"switchroom/points"
)

// Module is a digital module: a function that is bought with the unit or later
// (GUIDE A15). Which of them a virtual unit has the site file says.
type Module uint8

// The modules, in the order of the facts. They are stored by number: new ones go
// to the end.
const (
	_ Module = iota
	ModuleERMS
	ModuleVoltage
	ModuleFrequency
	ModuleReversePower
	ModuleIDMTL
	ModuleGroundAlarm
	ModuleGroundIDMT
	ModuleDirectional
	ModuleEnergyByPhase
	ModuleHarmonics
	ModuleWaveform
	ModuleRestoration
	ModuleOperation
	ModuleIEC61850
	ModuleLegacy
	numModules
)

// modules is what is known of each. A reference that no document gave is empty.
var modules = [numModules]struct {
	name, reference, title string
	certainty              points.Certainty
}{
	ModuleERMS:          {"erms", "LV850009", "energy-reduction maintenance settings", points.Confirmed},
	ModuleVoltage:       {"voltage", "LV850012", "under- and overvoltage (ANSI 27/59)", points.Confirmed},
	ModuleFrequency:     {"frequency", "LV850013", "under- and overfrequency (ANSI 81)", points.Confirmed},
	ModuleReversePower:  {"reverse_power", "LV850011", "reverse active power (ANSI 32P)", points.Reported},
	ModuleIDMTL:         {"idmtl", "LV850037", "IDMTL overcurrent (ANSI 51)", points.Reported},
	ModuleGroundAlarm:   {"ground_alarm", "", "ground-fault or earth-leakage alarm (ANSI 51N/51G)", points.Confirmed},
	ModuleGroundIDMT:    {"ground_idmt", "", "IDMT ground fault on 2.0, 3.0 and 5.0 X", points.Confirmed},
	ModuleDirectional:   {"directional", "", "directional overcurrent (ANSI 67)", points.Ours},
	ModuleEnergyByPhase: {"energy_by_phase", "", "energy per phase", points.Confirmed},
	ModuleHarmonics:     {"harmonics", "", "individual harmonics", points.Ours},
	ModuleWaveform:      {"waveform", "", "waveform capture on trip", points.Confirmed},
	ModuleRestoration:   {"restoration", "", "power restoration assistant", points.Ours},
	ModuleOperation:     {"operation", "", "operation assistant: open and close from the app", points.Confirmed},
	ModuleIEC61850:      {"iec61850", "", "IEC 61850", points.Confirmed},
	ModuleLegacy:        {"legacy", "", "Modbus legacy dataset", points.Ours},
}

func (m Module) String() string {
	if m > 0 && m < numModules {
		return modules[m].name
	}
	return fmt.Sprintf("module(%d)", uint8(m))
}

// Title says what the module does, Reference its commercial number where one is
// known, and Certainty how well the module itself is known.
func (m Module) Title() string               { return modules[m%numModules].title }
func (m Module) Reference() string           { return modules[m%numModules].reference }
func (m Module) Certainty() points.Certainty { return modules[m%numModules].certainty }

// Modules is a set of digital modules.
type Modules uint32

// AllModules is every one.
const AllModules Modules = 1<<numModules - 2

// Has reports whether m is in the set.
func (s Modules) Has(m Module) bool { return s>>m&1 != 0 }

// With returns s with m.
func (s Modules) With(m Module) Modules { return s | 1<<m }

// List returns the modules of the set.
func (s Modules) List() (all []Module) {
	for m := ModuleERMS; m < numModules; m++ {
		if s.Has(m) {
			all = append(all, m)
		}
	}
	return all
}

// ParseModule is the inverse of Module.String.
func ParseModule(name string) (Module, error) {
	var names []string
	for _, m := range AllModules.List() {
		if m.String() == name {
			return m, nil
		}
		names = append(names, m.String())
	}
	return 0, fmt.Errorf("module %q is none of %s", name, strings.Join(names, ", "))
}
