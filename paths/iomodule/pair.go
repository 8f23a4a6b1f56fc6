package iomodule

import "fmt"

// Most is how many modules a unit has (MB: IO1 and IO2).
const Most = 2

// CheckPair calls report with what is wrong with the modules of one unit, each and
// together.
func CheckPair(modules []Config, report func(path, what string)) {
	if len(modules) > Most {
		report("io", fmt.Sprintf("%d modules; a unit has up to %d", len(modules), Most))
	}
	grouped, moded := 0, 0
	for i := range modules {
		at := fmt.Sprintf("io[%d]", i)
		modules[i].Check(func(path, what string) { report(at+"."+path, what) })
		m := New(i+1, modules[i], false)
		_, one := m.Level(SettingsOneWire)
		_, two := m.Level(SettingsA)
		_, mode := m.Level(ControlMode)
		grouped += count(one || two)
		moded += count(mode)
	}
	if grouped > 1 {
		report("io", "both modules choose the settings group; leave that to one of them")
	}
	if moded > 1 {
		report("io", "both modules choose local or remote; leave that to one of them")
	}
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
