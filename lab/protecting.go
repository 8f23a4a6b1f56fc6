package lab

import (
	"math"
	"strings"

	"switchroom/imu"
	"switchroom/points"
	"switchroom/protection"
	"switchroom/study"
)

// device is a breaker as a study sees it: what it protects with as that acts now, and
// with the restraint that it has of a fault below the breakers that are named. err says
// why it is not told.
func (s *Server) device(u *imu.Unit, below []string) (study.Device, error) {
	p, d := u.Protecting(s.lab.World.Now(), looker)
	if !d.OK() {
		return study.Device{}, errNotTold(d.String())
	}
	dev := study.NewDevice(u.Name(), u.Rating())
	dev.Settings, dev.Setup, dev.Modules = p.Settings, p.Setup, p.Modules
	dev.Setup.Unrestrained = s.unrestrained(u.Name(), below)
	return dev, nil
}

// unrestrained reports whether a breaker has a ZSI input that is wired and that none of
// the breakers below restrains.
func (s *Server) unrestrained(name string, below []string) bool {
	wired, _ := s.lab.Site.Restrained(name, "")
	for _, b := range below {
		if _, restrained := s.lab.Site.Restrained(name, b); restrained {
			return false
		}
	}
	return wired
}

type errNotTold string

func (e errNotTold) Error() string { return "its settings cannot be read: " + string(e) }

// elementOf is the element in which a function sees a current; false: it sees none.
func elementOf(f protection.Function) (study.Element, bool) {
	switch f {
	case protection.LongTime, protection.ShortTime, protection.Instantaneous, protection.SelfProtection, protection.IDMTL:
		return study.Phase, true
	case protection.GroundFault, protection.IDMTGroundFault, protection.GroundFaultAlarm:
		return study.Ground, true
	case protection.EarthLeakage, protection.EarthLeakageAlarm:
		return study.Leakage, true
	}
	return 0, false
}

// flows is what a breaker shows of the current in an element, A, and where; NaN: it
// shows none.
func flows(v points.Values, e study.Element) (amps float64, where string) {
	switch e {
	case study.Ground:
		return v[points.CurrentGround], "to earth"
	case study.Leakage:
		return v[points.CurrentLeakage], "leaking"
	}
	amps = math.NaN()
	for k, id := range []points.ID{points.CurrentL1, points.CurrentL2, points.CurrentL3} {
		if a := v[id]; math.IsNaN(amps) || a > amps {
			amps, where = a, []string{"L1", "L2", "L3"}[k]
		}
	}
	return amps, where
}

// functionWord is a function as people say it, with its ANSI numbers.
func functionWord(f protection.Function) string {
	word := heading(f.String())
	if n := ansi[f]; n != "" {
		word += " (ANSI " + n + ")"
	}
	return word
}

// ansi are the device numbers of functions (UG; protection.Function has them beside).
var ansi = map[protection.Function]string{
	protection.LongTime: "49RMS/51", protection.ShortTime: "50TD/51", protection.Instantaneous: "50", protection.GroundFault: "50N-TD/51N",
	protection.EarthLeakage: "50G-TD", protection.IDMTL: "51", protection.IDMTGroundFault: "51N", protection.Undervoltage1: "27", protection.Undervoltage2: "27",
	protection.Overvoltage1: "59", protection.Overvoltage2: "59", protection.Underfrequency: "81U", protection.Overfrequency: "81O",
	protection.ReversePower: "32P", protection.Directional1: "67", protection.Directional2: "67",
}

// phaseWord is a conductor as people write it.
func phaseWord(p protection.Phase) string { return strings.ToUpper(p.String()) }
