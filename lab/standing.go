package lab

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"switchroom/imu"
	"switchroom/lab/remote"
	"switchroom/points"
	"switchroom/ui"
)

// standing is how a breaker stands, as its own control unit tells; without a supply
// it tells nothing.
type standing struct {
	remote.Unit
	position  ui.State
	volts     float64 // the highest between phases where it measures; NaN: not told
	amps      [4]float64
	watts     float64
	lastTrip  string
	notReady  string
	racking   ui.Racking
	energised ui.State // on its outgoing side
	faults    int      // that are injected and active
}

var rackings = map[imu.Position]ui.Racking{imu.Connected: ui.Connected, imu.TestPosition: ui.TestPosition, imu.Disconnected: ui.DrawnOut, imu.Withdrawn: ui.DrawnOut}

// stands reads how a unit stands.
func (s *Server) stands(i int) standing {
	u := s.lab.Units[i]
	var snap imu.Snapshot
	st := standing{Unit: s.told(u.Name()), volts: math.NaN(), amps: [4]float64{math.NaN(), math.NaN(), math.NaN(), math.NaN()}, watts: math.NaN()}
	if u.Config().Mechanism.Drawout {
		st.racking = rackings[u.Position()]
	}
	if d, _ := u.Read(s.lab.World.Now(), looker, &snap); !d.OK() {
		return st
	}
	v := snap.Values
	st.position = position(v[points.BreakerClosed], highest(v[points.BreakerTripped], v[points.BreakerFaultTripped]))
	st.volts = highest(v[points.VoltageL12], v[points.VoltageL23], v[points.VoltageL31])
	st.amps = [4]float64{v[points.CurrentL1], v[points.CurrentL2], v[points.CurrentL3], v[points.CurrentN]}
	st.watts = v[points.PowerActiveTotal]
	st.lastTrip, st.notReady = words(snap.Text(points.BreakerLastTrip)), words(snap.Text(points.BreakerNotReady))
	return st
}

// told is what the laboratory tells of a unit, with what its plug says.
func (s *Server) told(name string) remote.Unit {
	i := slices.IndexFunc(s.units, func(u remote.Unit) bool { return u.Name == name })
	if i < 0 {
		return remote.Unit{Name: name}
	}
	return s.units[i]
}

// position is what a breaker tells of itself; what is not told is unknown.
func position(closed, tripped float64) ui.State {
	switch {
	case math.IsNaN(closed):
		return ui.Unknown
	case closed != 0:
		return ui.Closed
	case tripped == 1:
		return ui.Tripped
	}
	return ui.Open
}

// highest is the highest of what is told; NaN: nothing is.
func highest(all ...float64) float64 {
	h := math.NaN()
	for _, v := range all {
		if math.IsNaN(h) || v > h {
			h = v
		}
	}
	return h
}

// liveFrom is the share of the rated voltage from which a conductor is energised;
// ours: the unit itself tells voltages and no such state.
const liveFrom = 0.1

// live is whether a voltage is one.
func (s *Server) live(volts float64) ui.State {
	switch {
	case math.IsNaN(volts):
		return ui.Unknown
	case volts >= liveFrom*s.lab.Site.Voltage:
		return ui.Energised
	}
	return ui.Dead
}

// amps prints a current, "" if there is none.
func amps(a float64) string { return spaced(a, 0) }

// kilo prints a thousandth.
func kilo(w float64) string { return spaced(w/1000, 1) }

// spaced prints a number with narrow spaces between thousands; "" if it is none.
func spaced(v float64, digits int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	s := strconv.FormatFloat(v, 'f', digits, 64)
	if s = strings.TrimPrefix(s, "-"); v < 0 && strings.Trim(s, "0.") != "" {
		s = "−" + s
	}
	whole, rest, _ := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0 && whole[i-1] >= '0' && whole[i-1] <= '9'; i -= 3 {
		whole = whole[:i] + "\u202f" + whole[i:]
	}
	if rest != "" {
		whole += "." + rest
	}
	return whole
}

// withUnit is a number with its unit, or a dash.
func withUnit(number, unit string) string {
	if number == "" {
		return "–"
	}
	return number + " " + unit
}

// load is the meter of a phase: its current against what the breaker is rated for.
func (st *standing) load(phase int) ui.Meter {
	name := [...]string{"L1", "L2", "L3", "N"}[phase]
	a := st.amps[phase]
	m := ui.Meter{ID: ui.ID("load", st.Name, name), Label: name, Text: withUnit(amps(a), "A"), Max: 1, Phase: ui.Phase(strings.ToLower(name))}
	if st.In > 0 && !math.IsNaN(a) {
		m.Value, m.Max = a, 1.2*st.In
		m.Text += fmt.Sprintf(" · %.0f %% of In", 100*a/st.In)
	}
	return m
}

// words is a text of the unit with its names as words.
func words(s string) string { return strings.ReplaceAll(s, "_", " ") }
