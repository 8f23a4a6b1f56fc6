package iomodule

import "time"

// Edge is an input that changed and stood still.
type Edge struct {
	At     time.Duration
	Module *Module
	Input  int // 0 to 5
	On     bool
	Does   Function
	Passed bool // its counter passed the threshold
}

// Wire sets the wire of input i, 0 to 5. It counts once it stood still for [Debounce];
// a change that is gone before is a bounce.
func (m *Module) Wire(now time.Duration, i int, on bool) {
	if i < 0 || i >= Inputs || m.s.Wires[i] == on {
		return
	}
	m.s.Wires[i] = on
	switch {
	case !m.energised:
	case on == m.s.Inputs[i]:
		m.pending[i] = 0
		m.s.Bounces++
	default:
		m.pending[i] = max(now+Debounce, 1)
	}
}

// Next returns when an input will count.
func (m *Module) Next() (at time.Duration, due bool) {
	for _, p := range m.pending {
		if p != 0 && (!due || p < at) {
			at, due = p, true
		}
	}
	return at, due
}

// Advance returns the inputs that count by now, in the order of time.
func (m *Module) Advance(now time.Duration) (edges []Edge) {
	for at, due := m.Next(); due && at <= now; at, due = m.Next() {
		for i := range m.pending {
			if m.pending[i] == at {
				edges = append(edges, m.accept(at, i))
			}
		}
	}
	return edges
}

func (m *Module) accept(at time.Duration, i int) Edge {
	m.pending[i] = 0
	e := Edge{At: at, Module: m, Input: i, On: m.s.Wires[i], Does: m.Does(i)}
	m.s.Inputs[i] = e.On
	if e.On {
		e.Passed = m.count(i, m.cfg.Inputs[i].Threshold)
	}
	return e
}

// count counts, and reports whether the threshold is passed by that.
func (m *Module) count(k int, threshold uint32) bool {
	m.s.Counts[k]++
	if threshold == 0 || m.s.Counts[k] < threshold || m.s.Passed[k] {
		return false
	}
	m.s.Passed[k] = true
	return true
}

// ResetAlarms ends the alarms of counters that are no longer beyond their thresholds,
// and begins them anew for those that are, with their next count.
func (m *Module) ResetAlarms() { m.s.Passed = [Inputs + Outputs]bool{} }

// Preset sets the counter of input i, 0 to 5.
func (m *Module) Preset(i int, n uint32) { m.s.Counts[i] = n }

// Does returns what input i is for while the application acts that does.
func (m *Module) Does(i int) Function {
	if f, taken := predefined(m.s.Application, false, i+1); taken {
		return f
	}
	return m.cfg.Inputs[i].Does
}

// OutputDoes is the same of output k.
func (m *Module) OutputDoes(k int) Function {
	if f, taken := predefined(m.s.Application, true, k+1); taken {
		return f
	}
	return Free
}

// Level returns whether an input does f, and whether it is on. A module that is lost
// says what it said last.
func (m *Module) Level(f Function) (on, mapped bool) {
	for i := range Inputs {
		if m.Does(i) == f {
			on, mapped = on || m.s.Inputs[i], true
		}
	}
	return on, mapped
}

// OutputOf returns the output that does f, or -1.
func (m *Module) OutputOf(f Function) int {
	for k := range Outputs {
		if m.OutputDoes(k) == f {
			return k
		}
	}
	return -1
}

// Group returns which settings group the inputs ask for: 1 A, 2 B, 0 none. By two wires
// a loss asks for nothing, by one it asks for A (DOCA0055EN-09).
func (m *Module) Group() int {
	if on, mapped := m.Level(SettingsOneWire); mapped {
		if on && m.energised {
			return 2
		}
		return 1
	}
	a, _ := m.Level(SettingsA)
	b, _ := m.Level(SettingsB)
	switch {
	case !m.energised || a == b:
		return 0
	case a:
		return 1
	}
	return 2
}
