package metering

import "switchroom/points"

// Constant is one number the metering rests on.
type Constant struct {
	Name      string
	Value     float64
	Unit      string
	Source    string
	Certainty points.Certainty
}

// Constants returns every number the metering rests on. The rows are shared: do
// not change them.
func Constants() []Constant { return constants[:] }

type key uint8

const (
	inputLimit key = iota
	unseen
	noVoltage
	trackLow
	trackHigh
	trackWindows
	looks
	demandInterval
	clearly
	noPower
	noCurrent
	phaseClass
	neutralClass
	groundClass
	leakageClass
	voltageClass
	classShare
)

var constants = [...]Constant{
	inputLimit:     {"input.limit", 500e3, "A, V", "OURS: beyond it an input is no number; three times what the strongest breaker breaks", points.Ours},
	unseen:         {"input.unseen", 1e-9, "In, Un", "OURS: a current or voltage below it reads 0; no sensor sees it, and sums of what cancels leave as much by rounding", points.Ours},
	noVoltage:      {"frequency.no_voltage", 0.05, "Un", "OURS: below it on every phase there is no voltage to have a frequency", points.Ours},
	trackLow:       {"frequency.low", 40, "Hz", "OURS: the windows follow the frequency down to here", points.Ours},
	trackHigh:      {"frequency.high", 70, "Hz", "OURS: and up to here", points.Ours},
	trackWindows:   {"frequency.windows", 3, "cycles", "OURS: how long samples of unknown frequency take to be followed", points.Ours},
	looks:          {"extremes.every", 1, "cycles", "OURS: how often minima and maxima look", points.Ours},
	demandInterval: {"demand.interval", 15, "min", "OURS, recalled: of a demand until it is set", points.Ours},
	clearly:        {"sequence.clearly", 1.5, "times", "OURS: what one sequence of the voltages must be of the other to be the order of the phases", points.Ours},
	noPower:        {"power.none", 1e-3, "S", "OURS: below it P and Q are 0 to quadrant and type of load", points.Ours},
	noCurrent:      {"distortion.no_current", 0.01, "In", "OURS: below it a current has no distortion to speak of", points.Ours},
	phaseClass:     {"accuracy.phase", 0.5, "%", "UG-00", points.Confirmed},
	neutralClass:   {"accuracy.neutral", 1, "%", "UG-00", points.Confirmed},
	groundClass:    {"accuracy.ground", 5, "%", "UG-00", points.Confirmed},
	leakageClass:   {"accuracy.leakage", 10, "%", "UG-00", points.Confirmed},
	voltageClass:   {"accuracy.voltage", 0.5, "%", "CAT: class 0.5", points.Confirmed},
	classShare:     {"accuracy.share", 0.9, "class", "OURS: the largest error that is drawn", points.Ours},
}

func (k key) value() float64 { return constants[k].Value }
