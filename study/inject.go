package study

import (
	"math"
	"time"

	"switchroom/protection"
)

// Unit is what currents are injected into: samples in, events out. A
// *protection.Engine is one.
type Unit interface {
	SampleLeakage(t time.Duration, amps [4]float64, sensor float64) []protection.Event
}

// Maker makes the unit that a test injects into, in a corner of its
// tolerances. Another one than [Model] shows what a test says of a unit that is
// not as it should be.
type Maker func(d Device, c protection.Corner) (Unit, error)

// Model makes units of this model.
func Model(d Device, c protection.Corner) (Unit, error) {
	return d.unit(c, 0)
}

// Conductor is where a current is injected: one pole alone, as a primary
// injection set does it, or the leakage sensor.
type Conductor uint8

const (
	L1 Conductor = iota
	L2
	L3
	N
	Sensor
)

var conductorNames = []string{"l1", "l2", "l3", "n", "sensor"}

func (c Conductor) String() string { return conductorNames[c%5] }

// MarshalText writes the conductor's name.
func (c Conductor) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// phasors is a steady current in the conductor.
func (c Conductor) phasors(corner protection.Corner, amps float64) (i [4]complex128, sensor complex128) {
	if c == Sensor {
		return i, worst(corner, amps)
	}
	i[c%4] = worst(corner, amps)
	return i, 0
}

// A sine is injected at 40 samples a cycle, what the unit itself takes (UG:
// confirmed), and after two seconds at 4, of which the engine's RMS is exact
// too.
const (
	fine, coarse = 40, 4
	fineFor      = 2 * time.Second
)

// injection is one current for a time, and how long to watch for a trip.
type injection struct {
	conductor Conductor
	amps      float64 // RMS
	hz        float64
	hold      time.Duration // then the current ends
}

// into injects and returns the trip; T is NaN where there is none. A unit may
// report up to a cycle after the instant it decided, so it is watched for two
// more.
func (in injection) into(u Unit) protection.Time {
	cycle := time.Duration(1e9 / in.hz)
	end := in.hold + 2*cycle
	for k, cycles := 0, 0.0; ; k++ {
		t := time.Duration(math.Round(cycles / in.hz * 1e9))
		if t > end {
			return protection.Time{T: math.NaN()}
		}
		value := 0.0
		if t < in.hold {
			value = math.Sqrt2 * in.amps * math.Sin(2*math.Pi*cycles)
		}
		for _, ev := range in.sample(u, t, value) {
			if ev.Kind == protection.Trip {
				return protection.Time{T: ev.At.Seconds(), Function: ev.Function}
			}
		}
		cycles += in.step(t)
	}
}

// step is the part of a cycle to the next sample: coarse in the middle of a long
// injection.
func (in injection) step(t time.Duration) float64 {
	if t > fineFor && t < in.hold-fineFor {
		return 1.0 / coarse
	}
	return 1.0 / fine
}

func (in injection) sample(u Unit, t time.Duration, value float64) []protection.Event {
	if in.conductor == Sensor {
		return u.SampleLeakage(t, [4]float64{}, value)
	}
	var i [4]float64
	i[in.conductor] = value
	return u.SampleLeakage(t, i, 0)
}
