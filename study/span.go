package study

import (
	"math"

	"switchroom/protection"
)

// farthest is the largest current a sweep looks at by itself, A: more than any
// of these breakers can break (150 kA, MTZ selection page: sibling frames).
const farthest = 200e3

// Span returns the currents between which there is something to see, A: from a
// little below the first that any unit trips on to twice the last at which a
// faster function takes over in any unit. Beyond it the model has nothing new to
// say.
// Both are 1, 2 or 5 times a power of ten.
func Span(devices []Device, e Element) (from, to float64, err error) {
	from, to = math.Inf(1), 0
	for _, d := range devices {
		for _, c := range []protection.Corner{protection.Early, protection.Late} {
			all, err := Trace(d, c, e, lowest(e), farthest, 0)
			if err != nil {
				return 0, 0, err
			}
			for i, s := range all {
				if s.Function == protection.None {
					continue
				}
				from = math.Min(from, s.Amps)
				if i > 0 && all[i-1].Function != s.Function && (s.Function != protection.LongTime || to == 0) {
					to = math.Max(to, s.Amps)
				}
			}
		}
	}
	if to == 0 { // nothing trips: switched off
		from, to = devices[0].Rating.In/10, devices[0].Rating.In*10
	}
	from, to = roundDown(from*0.8), roundUp(to*2)
	return from, min(max(to, 10*from), farthest), nil
}

func lowest(e Element) float64 {
	if e == Leakage {
		return 0.1
	}
	return 10
}

// steps are the numbers of a decade that axes are labelled at.
var steps = [...]float64{1, 2, 5, 10}

func roundDown(v float64) float64 {
	p := decadeOf(v)
	best := p
	for _, s := range steps {
		if s*p <= v*1.0001 {
			best = s * p
		}
	}
	return best
}

func roundUp(v float64) float64 {
	p := decadeOf(v)
	for _, s := range steps {
		if s*p >= v*0.9999 {
			return s * p
		}
	}
	return 10 * p
}

// decadeOf is the power of ten at or below v.
func decadeOf(v float64) float64 { return math.Pow(10, math.Floor(math.Log10(v)+1e-9)) }
