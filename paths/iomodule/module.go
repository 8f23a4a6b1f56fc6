// Package iomodule is an IO module on the bus of a unit (A8): six digital inputs,
// three outputs, a Pt100 sensor, a rotary switch that chooses what the inputs are for,
// and a pad that locks its settings.
//
// What an input does is a row of a table: of a predefined application ([Uses]), or for
// the inputs that this leaves, of the site ([Config]). The device's maker publishes the
// names of some applications and no wiring: the numbering and the rows are ours, and
// say so.
//
// The package is pure and holds one module. The unit that it belongs to drives it,
// keeps its state, and asks access for what an input orders; time is an argument.
// Nothing here reaches protection: a wire that bounces costs a count.
//
// # The switch
//
// Turning it changes what every wire means. So it is noticed at once and acts only when
// somebody presses the module's test button; until then what acted goes on, also over a
// loss of supply. What the real module does there was not found: this is ours.
package iomodule

import (
	"time"

	"switchroom/points"
)

// What a module has (facts: recalled, and the register map agrees).
const (
	Inputs  = 6
	Outputs = 3
	Spots   = 9 // positions of the rotary switch
)

// Debounce is how long an input must stand still before it counts. Ours.
const Debounce = 20 * time.Millisecond

// State is what a module keeps without supply.
type State struct {
	Switch      int // where it stands, 1 to 9
	Noticed     int // where it stood when that was told
	Application int // which acts
	Locked      bool
	Simple      bool // simple commands enabled
	Unplugged   bool // its cable is out
	Wires       [Inputs]bool
	Inputs      [Inputs]bool // the wires, once they stood still
	Outputs     [Outputs]bool
	Counts      [Inputs + Outputs]uint32
	Passed      [Inputs + Outputs]bool // the counter has passed its threshold
	Bounces     uint32
	Heat        Heat
	Cradle      [3]Passage // disconnected, connected, test
}

// Passage is how often the cradle came into a position, and when last: ms since
// 2000-01-01, 0 for never.
type Passage struct {
	Count uint32
	At    int64
}

// Module is one IO module.
type Module struct {
	number    int
	cfg       Config
	s         State
	pending   [Inputs]time.Duration // when a wire that has changed will count; 0: it stands still
	energised bool
}

// New returns module n, 1 or 2, as it is delivered and configured: without supply.
func New(n int, c Config, simple bool) *Module {
	at := c.position()
	return &Module{number: n, cfg: c, s: State{Switch: at, Noticed: at, Application: at, Locked: !c.Unlocked, Simple: simple}}
}

// Number is 1 or 2.
func (m *Module) Number() int { return m.number }

// State returns what the module keeps.
func (m *Module) State() State { return m.s }

// Restore takes up what a module kept. What cannot be is left as delivered.
func (m *Module) Restore(s State) {
	if s.Switch < 1 || s.Switch > Spots || s.Application < 1 || s.Application > Spots {
		return
	}
	m.s = s
}

// Energised reports whether it has supply and its cable is in.
func (m *Module) Energised() bool { return m.energised }

// Energise gives or takes the supply. Without it nothing is noticed; with it the wires
// count as they stand then, and nothing that stands already is an order.
func (m *Module) Energise(on bool) {
	if on == m.energised {
		return
	}
	m.energised = on
	m.settle()
}

// settle takes the wires as they are.
func (m *Module) settle() {
	m.pending = [Inputs]time.Duration{}
	if m.energised {
		m.s.Inputs = m.s.Wires
	}
}

// Plug puts its cable in or takes it out. Its supply comes by that.
func (m *Module) Plug(in bool) { m.s.Unplugged = !in }

// Lock turns the setting-locking pad, and reports whether it was turned.
func (m *Module) Lock(on bool) bool {
	turned := m.s.Locked != on
	m.s.Locked = on
	return turned
}

// Turn turns the rotary switch to a position, 1 to 9.
func (m *Module) Turn(to int) {
	if to >= 1 && to <= Spots {
		m.s.Switch = to
	}
}

// Noticed reports once that the switch stands where it did not: when it is turned, or
// when the module gets its supply back.
func (m *Module) Noticed() bool {
	if !m.energised || m.s.Noticed == m.s.Switch {
		return false
	}
	m.s.Noticed = m.s.Switch
	return true
}

// Mismatch reports whether the switch stands elsewhere than what acts.
func (m *Module) Mismatch() bool { return m.s.Switch != m.s.Application }

// Confirm is the test button: the application of the switch acts from now on. It
// reports whether another one does. An input that is on is no order by that.
func (m *Module) Confirm() bool {
	if !m.energised || !m.Mismatch() {
		return false
	}
	m.s.Application = m.s.Switch
	m.settle()
	return true
}

// AllowSimple enables or disables simple commands.
func (m *Module) AllowSimple(on bool) { m.s.Simple = on }

// Drive sets output k, 0 to 2, and reports whether it changed. Its relay stays without
// supply, and needs some to move.
func (m *Module) Drive(k int, on bool) (changed, passed bool) {
	if !m.energised || k < 0 || k >= Outputs || m.s.Outputs[k] == on {
		return false, false
	}
	m.s.Outputs[k] = on
	if !on {
		return true, false
	}
	return true, m.count(Inputs+k, m.cfg.Outputs[k].Threshold)
}

// Shows returns the events that drive output k, and whether it stays until it is
// acknowledged.
func (m *Module) Shows(k int) (events []points.Code, latched bool) {
	if m.OutputDoes(k) != Free {
		return nil, false
	}
	return m.cfg.Outputs[k].Events, m.cfg.Outputs[k].Latched
}

// Arrive counts that the cradle came into position k: disconnected, connected, test.
func (m *Module) Arrive(k int, at int64) {
	m.s.Cradle[k].Count++
	m.s.Cradle[k].At = at
}

// PresetCradle sets the cradle counters: those above the highest stay (EIFE: 65535).
func (m *Module) PresetCradle(counts [3]uint32) {
	for k, n := range counts {
		if n <= CradleMost {
			m.s.Cradle[k].Count = n
		}
	}
}

// CradleMost is the highest preset of a cradle counter (PACT, EIFE).
const CradleMost = 65534
