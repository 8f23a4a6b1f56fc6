package iomodule

// Heat is the Pt100 sensor.
type Heat struct {
	Wired    bool
	C        float64 // °C
	Min, Max float64 // °C, since they were reset
	Told     float64 // °C at the last change that was stamped
	At       int64   // of that, ms since 2000-01-01
}

// The range of the sensor, °C, and the change that is stamped (IB 13826, 13830).
const (
	Coldest = -50
	Hottest = 250
	Stamped = 1
)

// Valid reports whether the sensor answers within its range.
func (h Heat) Valid() bool { return h.Wired && h.C >= Coldest && h.C <= Hottest }

// Warm has the sensor feel a temperature at a date.
func (m *Module) Warm(c float64, at int64) {
	h := &m.s.Heat
	first := !h.Valid()
	h.Wired, h.C = true, c
	switch {
	case !h.Valid():
		return
	case first:
		h.Min, h.Max = c, c
	}
	h.Min, h.Max = min(h.Min, c), max(h.Max, c)
	if d := c - h.Told; first || d >= Stamped || d <= -Stamped {
		h.Told, h.At = c, at
	}
}

// ResetHeat begins minimum and maximum anew.
func (m *Module) ResetHeat() {
	m.s.Heat.Min, m.s.Heat.Max = m.s.Heat.C, m.s.Heat.C
}
