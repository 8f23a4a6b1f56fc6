package imu

import (
	"fmt"
	"slices"
	"time"

	"switchroom/breaker"
	"switchroom/points"
)

// Fault is something that is wrong with a unit: what an instructor puts in to
// see who notices. The self-tests find it at once (ours: the real unit tests
// from time to time).
type Fault uint8

// The faults. They are stored by number: new ones go to the end.
const (
	_ Fault = iota
	SensorL1Lost
	SensorL2Lost
	SensorL3Lost
	ENCTLost
	LeakageSensorLost
	PlugUnreadable
	TripCircuitOpen
	UnitFailed
	MXFailed
	MXMissing
	XFFailed
	XFMissing
	BatteryLow
	numFaults
)

// faults says of each what the self-test reports, whether the unit trips on it
// and what else goes wrong. Codes and trips are those of points.Events; what the
// fault does beyond its event is in the column does.
var faults = [numFaults]struct {
	name string
	code points.Code
	trip points.Code // 0: none
	does string
	sure points.Certainty   // of what it does; of its code the event says
	fits func(*Config) bool // nil: every unit
}{
	SensorL1Lost:      {"sensor_l1", points.CodeSensorLost, points.CodeTripSensor, "the current of phase 1 reads 0; the unit trips", points.Sibling, nil},
	SensorL2Lost:      {"sensor_l2", points.CodeSensorLost, points.CodeTripSensor, "the current of phase 2 reads 0; the unit trips", points.Sibling, nil},
	SensorL3Lost:      {"sensor_l3", points.CodeSensorLost, points.CodeTripSensor, "the current of phase 3 reads 0; the unit trips", points.Sibling, nil},
	ENCTLost:          {"enct", points.CodeENCTLost, points.CodeTripENCT, "the current of the neutral reads 0; the unit trips", points.Sibling, func(c *Config) bool { return c.Rating.Poles == 3 && c.Rating.ENCT }},
	LeakageSensorLost: {"leakage_sensor", points.CodeLeakageSensorLost, 0, "earth leakage is not protected", points.Ours, func(c *Config) bool { return c.Rating.Variant == points.X70 }},
	PlugUnreadable:    {"plug", points.CodePlugUnreadable, 0, "In stays what it was (a sibling falls back to 400 or 800 A)", points.Ours, nil},
	TripCircuitOpen:   {"trip_circuit", points.CodeTripCircuit, 0, "protection operates and the breaker does not open", points.Ours, nil},
	UnitFailed:        {"unit", points.CodeUnitFailed, points.CodeTripDiagnostic, "the unit trips; all trip LEDs are lit", points.Ours, nil},
	MXFailed:          {"mx", points.CodeMXFailed, 0, "an order to open is taken and nothing happens", points.Ours, func(c *Config) bool { return c.Mechanism.MX != NotFitted }},
	MXMissing:         {"mx_missing", points.CodeMXMissing, 0, "an order to open finds no coil", points.Ours, func(c *Config) bool { return c.Mechanism.MX != NotFitted }},
	XFFailed:          {"xf", points.CodeXFFailed, 0, "an order to close is taken and nothing happens", points.Ours, func(c *Config) bool { return c.Mechanism.XF != NotFitted }},
	XFMissing:         {"xf_missing", points.CodeXFMissing, 0, "an order to close finds no coil", points.Ours, func(c *Config) bool { return c.Mechanism.XF != NotFitted }},
	BatteryLow:        {"battery", points.CodeBatteryLow, 0, "without supply the date is lost, and the LEDs are dark", points.Confirmed, nil},
}

func (f Fault) String() string {
	if f > 0 && f < numFaults {
		return faults[f].name
	}
	return fmt.Sprintf("fault(%d)", uint8(f))
}

// Does says what goes wrong besides the event.
func (f Fault) Does() string {
	if f < numFaults {
		return faults[f].does
	}
	return ""
}

// Certainty is how well it is known that this goes wrong with it.
func (f Fault) Certainty() points.Certainty {
	if f < numFaults {
		return faults[f].sure
	}
	return points.Ours
}

// Faults returns all of them.
func Faults() (all []Fault) {
	for f := SensorL1Lost; f < numFaults; f++ {
		all = append(all, f)
	}
	return all
}

// ParseFault is the inverse of Fault.String.
func ParseFault(name string) (Fault, error) {
	for _, f := range Faults() {
		if faults[f].name == name {
			return f, nil
		}
	}
	return 0, fmt.Errorf("fault %q is none of %v", name, Faults())
}

// faultSet is the faults that a unit has.
type faultSet uint32

func (s faultSet) has(f Fault) bool { return s>>f&1 != 0 }

// Fail puts a fault into the unit or takes it out. A fault in what the unit has
// not is refused.
func (u *Unit) Fail(now time.Duration, f Fault, on bool) (err error) {
	if f == 0 || f >= numFaults {
		return fmt.Errorf("%v is no fault; choose one of %v", f, Faults())
	}
	u.hand(now, func() {
		if fits := faults[f].fits; on && fits != nil && !fits(&u.cfg) {
			err = fmt.Errorf("%s has nothing that fault %v could be in", u.cfg.Name, f)
			return
		}
		u.fail(f, on)
	})
	return err
}

func (u *Unit) fail(f Fault, on bool) {
	if u.faults.has(f) == on {
		return
	}
	u.faults ^= 1 << f
	u.refeed(u.now)
	if u.powered() {
		u.selfTest(faults[f].code)
	}
	if t := faults[f].trip; on && t != 0 && u.powered() {
		u.diagnosticTrip(t, f)
	}
}

// retest is the self-test at power-up, and after closing: what is broken is told,
// and a fault that trips lets nobody close.
func (u *Unit) retest() {
	if !u.powered() {
		return
	}
	for _, f := range Faults() {
		u.selfTest(faults[f].code)
		if t := faults[f].trip; u.faults.has(f) && t != 0 && u.mech.Closed() {
			u.diagnosticTrip(t, f)
		}
	}
}

// selfTest keeps an event in step with the faults that it reports.
func (u *Unit) selfTest(code points.Code) {
	is := slices.ContainsFunc(Faults(), func(f Fault) bool { return faults[f].code == code && u.faults.has(f) })
	if is == u.book.active(code) {
		return
	}
	what := Exit
	if is {
		what = Entry
	}
	u.note(code, what, "")
}

// diagnosticTrip trips the breaker on a failure of the unit itself.
func (u *Unit) diagnosticTrip(code points.Code, f Fault) {
	u.lastTrip = "self-test " + f.String()
	u.note(code, Entry, f.String())
	u.fire(u.now, breaker.SelfDiagnostic)
}

// fire sends a trip to the mechanism, if the tripping circuit is whole.
func (u *Unit) fire(at time.Duration, cause breaker.Cause) {
	if !u.faults.has(TripCircuitOpen) {
		u.mech.Trip(at, cause)
	}
}

// sensed takes out of i what a lost sensor does not see.
func sensed[T float64 | complex128](s faultSet, i [4]T) [4]T {
	for k, f := range [4]Fault{SensorL1Lost, SensorL2Lost, SensorL3Lost, ENCTLost} {
		if s.has(f) {
			i[k] = 0
		}
	}
	return i
}

// external is what the sensor around all conductors sees: that of earth leakage
// on 7.0 X, that of the ground return on 6.0 X. What the conductors do not bring
// back returns through earth.
func external[T float64 | complex128](u *Unit, i [4]T) (sum T) {
	if r := &u.cfg.Rating; (r.Variant == points.X70 || r.SGR) && !u.faults.has(LeakageSensorLost) {
		sum = i[0] + i[1] + i[2] + i[3]
	}
	return sum
}

// deaf reports whether an order is taken and nothing comes of it, and whether it
// finds no coil.
func (s faultSet) deaf(o breaker.Order) (nothing, noCoil bool) {
	switch o {
	case breaker.Open:
		return s.has(MXFailed), s.has(MXMissing)
	case breaker.Close:
		return s.has(XFFailed), s.has(XFMissing)
	}
	return false, false
}

// broken reports whether a self-test of high severity has failed: the unit then
// lights all trip LEDs and not Ready (UG).
func (u *Unit) broken() bool {
	return slices.ContainsFunc(u.book.open, func(s Status) bool {
		return s.Code >= 0x1400 && s.Code < 0x1440 && points.EventOf(s.Code).Severity == points.High
	})
}

// Code is the event by which the self-test reports the fault.
func (f Fault) Code() points.Code {
	if f < numFaults {
		return faults[f].code
	}
	return 0
}
