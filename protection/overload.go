package protection

import (
	"math"

	"switchroom/points"
)

// Overload is what the overload LED shows.
type Overload uint8

const (
	NoOverload Overload = iota
	PreAlarm            // orange
	Alarm               // red
)

var overloadNames = []string{"none", "pre_alarm", "alarm"}

func (o Overload) String() string { return nameOf(overloadNames, int(o)) }

// OverloadLevel is one threshold of the overload LED.
type OverloadLevel struct {
	Overload  Overload
	Above     float64 // × Ir
	Source    string
	Certainty points.Certainty
}

// overloads, the higher first. No hysteresis is documented and none is added.
var overloads = []OverloadLevel{
	{Alarm, longStart, "NSX; ACT 0x6200", points.Sibling},
	{PreAlarm, 0.90, "CAT", points.Confirmed},
}

// OverloadLevels returns the thresholds of the overload LED, the higher first.
func OverloadLevels() []OverloadLevel { return overloads }

// Overload returns what the overload LED shows for the highest conductor. It is
// the same in all corners.
func (e *Engine) Overload() Overload {
	load := e.load()
	for _, l := range overloads {
		if load > l.Above {
			return l.Overload
		}
	}
	return NoOverload
}

// load is the highest conductor current, × its Ir.
func (e *Engine) load() float64 {
	x := 0.0
	for p, ir := range e.plan.ir {
		if ir > 0 {
			x = max(x, math.Sqrt(e.square[p])/ir)
		}
	}
	return x
}
