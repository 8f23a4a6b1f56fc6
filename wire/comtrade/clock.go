package comtrade

import (
	"fmt"
	"math"
)

// setTimes turns the time stamps in r.Times into seconds from the first sample:
// by the rates where every stretch has one, by the stamps otherwise (2013 8.4
// prefers the rates; 1999 6.3 calls the stamps critical only where rates are 0).
func (r *Recording) setTimes(at place) error {
	for _, rate := range r.Rates {
		if rate.Hz == 0 {
			return r.timesFromStamps(at)
		}
	}
	first, last := r.Times[0], r.Times[len(r.Times)-1]
	r.timesFromRates()
	r.compareClocks((last - first) * r.tick())
	return nil
}

// tick is what one unit of the time stamps is worth, in seconds.
func (r *Recording) tick() float64 {
	if r.Nanoseconds {
		return r.TimeMult * 1e-9
	}
	return r.TimeMult * 1e-6
}

// timesFromRates lays the samples out by the rates. The first sample of a
// stretch comes one of its own periods after the last of the stretch before.
func (r *Recording) timesFromRates() {
	base, start := 0.0, 1 // time and number of the sample the stretch counts from
	number := 1
	for _, rate := range r.Rates {
		end := min(rate.Last, len(r.Times))
		for ; number <= end; number++ {
			r.Times[number-1] = base + float64(number-start)/rate.Hz
		}
		base, start = r.Times[end-1], end
	}
}

// compareClocks notes stamps that tell another duration than the rates: one of
// the two is wrong, and whoever looks at the recording should know.
func (r *Recording) compareClocks(stamped float64) {
	n := len(r.Times)
	byRate := r.Times[n-1]
	period := byRate / float64(max(n-1, 1))
	if off := math.Abs(stamped - byRate); stamped > 0 && off > period && off > byRate/100 {
		r.note("the sampling rates make the recording %.6g s long, its time stamps %.6g s; the rates count", byRate, stamped)
	}
}

// timesFromStamps takes the stamps as they are.
func (r *Recording) timesFromStamps(at place) error {
	first, tick, before := r.Times[0], r.tick(), math.Inf(-1)
	for i, stamp := range r.Times {
		switch {
		case math.IsNaN(stamp):
			return &Error{File: at.file, What: fmt.Sprintf("sample %d has no time stamp, and the configuration no sampling rate", i+1),
				Remedy: "write the sampling rate into the configuration, as 1 and 1200,240"}
		case stamp < before:
			// Playing this would step back in time, or wait for hours.
			return &Error{File: at.file, What: fmt.Sprintf("time runs backwards at sample %d: stamp %.15g after %.15g", i+1, stamp, before),
				Remedy: "write the sampling rate into the configuration if the stamps are not to be trusted"}
		}
		before = stamp
		r.Times[i] = (stamp - first) * tick
	}
	if n := len(r.Times); n > 1 && r.Times[n-1] == 0 {
		return &Error{File: at.file, What: "all samples have the same time stamp, and the configuration has no sampling rate",
			Remedy: "write the sampling rate into the configuration, as 1 and 1200,240"}
	}
	return nil
}
