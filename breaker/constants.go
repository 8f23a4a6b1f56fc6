package breaker

import (
	"math"
	"time"

	"switchroom/points"
)

// Constant is one number the model rests on. Low and High are the band that the
// source gives around it, where it gives one. The documents in Source are those
// listed in package points; "recalled" is general knowledge of the product that
// was not found in a document.
type Constant struct {
	Name      string
	Value     float64
	Low, High float64
	Unit      string
	Source    string
	Certainty points.Certainty
}

// Constants returns every number the model rests on. The rows are shared: do
// not change them.
func Constants() []Constant { return constants[:] }

// key is the position of a constant. One that goes by frame stands for MTZ1 and
// is followed by MTZ2 and MTZ3.
type key uint8

const (
	ratedVoltage key = iota
	mxThreshold
	mxImpulse
	mnDrop
	mnClose
	mnDelay
	xfThreshold
	xfImpulse
	resThreshold
	resImpulse
	mchThreshold
	mchCharge
	_
	_
	openTravel
	closeTravel
	_
	_
	endurance
	_
	_
	breaking
	_
	_
	fullBreaks
	loadEndurance
	_
	_
	coilEndurance
)

// A response time of a coil is its impulse or delay and the travel of the
// contacts. So MX takes 45 ms (recalled: 50 ± 10), MN 65 (40 to 90), XF 55, 70
// and 80 by frame (55 to 80; closing under 50, 70 and 80 without the coil).
var constants = [...]Constant{
	ratedVoltage: {"coil.rated_voltage", 230, 0, 0, "V", "OURS", points.Ours},

	mxThreshold: {"mx.threshold", 0.7, 0.7, 1.1, "Un", "NTNW accessories", points.Sibling},
	mxImpulse:   {"mx.impulse", 0.020, 0, 0, "s", "NTNW accessories, shortest impulse", points.Sibling},

	mnDrop:  {"mn.drop", 0.5, 0.35, 0.7, "Un", "NTNW accessories for the band; OURS inside it", points.Ours},
	mnClose: {"mn.close", 0.85, 0, 0, "Un", "NTNW accessories", points.Sibling},
	mnDelay: {"mn.delay", 0.040, 0, 0, "s", "recalled response 40 to 90 ms, less the travel", points.Ours},

	xfThreshold: {"xf.threshold", 0.85, 0.85, 1.1, "Un", "recalled", points.Ours},
	xfImpulse:   {"xf.impulse", 0.020, 0, 0, "s", "OURS, as MX", points.Ours},

	resThreshold: {"res.threshold", 0.85, 0, 0, "Un", "OURS, as XF", points.Ours},
	resImpulse:   {"res.impulse", 0.020, 0, 0, "s", "OURS, as MX", points.Ours},

	mchThreshold:  {"mch.threshold", 0.85, 0.85, 1.1, "Un", "NTNW accessories", points.Sibling},
	mchCharge:     {"mch.charge.mtz1", 3, 0, 6, "s", "NTNW accessories, NT; not above 6 s from the closing order: DOCA0103", points.Sibling},
	mchCharge + 1: {"mch.charge.mtz2", 4, 0, 6, "s", "NTNW accessories, NW; not above 6 s from the closing order: DOCA0103", points.Sibling},
	mchCharge + 2: {"mch.charge.mtz3", 4, 0, 6, "s", "NTNW accessories, NW; not above 6 s from the closing order: DOCA0103", points.Sibling},

	openTravel:      {"travel.open", 0.025, 0, 0, "s", "recalled break time", points.Ours},
	closeTravel:     {"travel.close.mtz1", 0.035, 0, 0.050, "s", "recalled bound; OURS below it", points.Ours},
	closeTravel + 1: {"travel.close.mtz2", 0.050, 0, 0.070, "s", "recalled bound; OURS below it", points.Ours},
	closeTravel + 2: {"travel.close.mtz3", 0.060, 0, 0.080, "s", "recalled bound; OURS below it", points.Ours},

	endurance:     {"endurance.mtz1", 10000, 0, 0, "operations", "NTNW, with motor, below 4000 A", points.Sibling},
	endurance + 1: {"endurance.mtz2", 10000, 0, 0, "operations", "NTNW, with motor, below 4000 A", points.Sibling},
	endurance + 2: {"endurance.mtz3", 5000, 0, 0, "operations", "NTNW, with motor, from 4000 A", points.Sibling},

	breaking:     {"breaking.mtz1", 42e3, 42e3, 150e3, "A", "UG-12 as quoted, H1", points.Reported},
	breaking + 1: {"breaking.mtz2", 42e3, 42e3, 150e3, "A", "UG-12 as quoted, N1", points.Reported},
	breaking + 2: {"breaking.mtz3", 100e3, 0, 0, "A", "recalled, H1", points.Ours},

	loadEndurance:     {"endurance.load.mtz1", 6000, 0, 0, "operations", "recalled order of the electrical endurance at In; OURS", points.Ours},
	loadEndurance + 1: {"endurance.load.mtz2", 5000, 0, 0, "operations", "recalled order of the electrical endurance at In; OURS", points.Ours},
	loadEndurance + 2: {"endurance.load.mtz3", 1500, 0, 0, "operations", "recalled order of the electrical endurance at In; OURS", points.Ours},

	coilEndurance: {"endurance.coil", 10000, 0, 0, "operations", "OURS: as the mechanism below 4000 A; the recommended number is in no document we read", points.Ours},

	fullBreaks: {"wear.full_breaks", 3, 0, 0, "openings", "OURS: worn out by three openings at the rated breaking current", points.Ours},
}

func (k key) value() float64 { return constants[k].Value }

func (k key) time() time.Duration {
	return time.Duration(math.Round(constants[k].Value * float64(time.Second)))
}

// of returns the row of the frame where k goes by frame.
func (f Frame) of(k key) key { return k + key(f) }

// OpenTime is how long the contacts take to part once the mechanism is
// released: by a trip, by the button, or by a coil that has pulled.
func OpenTime() time.Duration { return openTravel.time() }
