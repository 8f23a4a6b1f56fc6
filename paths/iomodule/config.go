package iomodule

import (
	"fmt"

	"switchroom/points"
)

// Config is how a module is set up: what stands in a site file. Its zero is a module as
// delivered.
type Config struct {
	Switch   int  // 1 to 9; 0: 1, the factory's
	Unlocked bool // the setting-locking pad; as delivered it is locked (ours)
	Inputs   [Inputs]Input
	Outputs  [Outputs]Output
}

// Input is what the site has an input do, where the application leaves it free.
type Input struct {
	Does      Function
	Threshold uint32 // of its counter, for an alarm; 0: none
}

// Output is what the site has an output show: on while any of the events is active or
// held. Without events it is switched by command.
type Output struct {
	Events    []points.Code
	Latched   bool // stays on until it is acknowledged
	Threshold uint32
}

// EventsMost is how many events an output shows (UG: a single event or a group of up to
// 8).
const EventsMost = 8

// position is where the switch stands at first.
func (c *Config) position() int {
	if c.Switch == 0 {
		return 1 // from the factory (PowerPact brochure p. 104)
	}
	return c.Switch
}

// Check calls report with everything that is wrong with c: where, as in a site file,
// and what.
func (c *Config) Check(report func(path, what string)) {
	if c.Switch < 0 || c.Switch > Spots {
		report("switch", fmt.Sprintf("position %d: 1 to %d", c.Switch, Spots))
	}
	has := map[Function]bool{}
	for i, in := range c.Inputs {
		c.checkInput(i, in, report)
		has[in.Does] = true
	}
	switch {
	case has[SettingsA] != has[SettingsB]:
		report("inputs", "settings_a and settings_b go together, an input each; for a single one write settings_one_wire")
	case has[SettingsA] && has[SettingsOneWire]:
		report("inputs", "the group is chosen by one wire or by two, not by both")
	}
	for k, out := range c.Outputs {
		c.checkOutput(k, out, report)
	}
}

func (c *Config) checkInput(i int, in Input, report func(path, what string)) {
	at := fmt.Sprintf("inputs[%d]", i)
	if in.Does != Free && (in.Does >= numFunctions || !Functions[in.Does].Custom) {
		report(at, fmt.Sprintf("%v is not for a site to give", in.Does))
	}
	if f, taken := predefined(c.position(), false, i+1); taken && in.Does != Free {
		report(at, fmt.Sprintf("application %d has I%d do %v; use one that it leaves free, or switch: 9", c.position(), i+1, f))
	}
}

func (c *Config) checkOutput(k int, out Output, report func(path, what string)) {
	at := fmt.Sprintf("outputs[%d]", k)
	if f, taken := predefined(c.position(), true, k+1); taken && len(out.Events) > 0 {
		report(at, fmt.Sprintf("application %d has O%d do %v; use one that it leaves free, or switch: 9", c.position(), k+1, f))
	}
	if len(out.Events) > EventsMost {
		report(at, fmt.Sprintf("%d events; an output shows up to %d", len(out.Events), EventsMost))
	}
	if out.Latched && len(out.Events) == 0 {
		report(at, "only an output that shows events is latched")
	}
	for _, code := range out.Events {
		switch e := points.EventOf(code); {
		case e.Name == "":
			report(at, fmt.Sprintf("there is no event 0x%04X", uint16(code)))
		case e.Pulse && !e.Latched:
			report(at, fmt.Sprintf("event %s is over at once: an output cannot show it", e.Name))
		}
	}
}
