package study

import (
	"fmt"
	"math"
	"time"

	"switchroom/points"
	"switchroom/protection"
)

// Window is what an injection has to measure, by the documents and not by the
// model: the decision of the control unit, s.
type Window struct {
	Trip      bool
	Min, Max  float64
	Source    string
	Certainty points.Certainty
}

// printed is a row of the long-time table: at X × Ir every unit trips within
// Upper × tr and none sooner than Below less.
type printed struct{ x, upper, below float64 }

// longTable is NSP p. A-15 and NTNW, the predecessor's (sibling), as multiples
// of tr: 25, 1 and 0.69 s at tr = 1 s.
var longTable = []printed{{1.5, 25, 0.30}, {6, 1, 0.20}, {7.2, 0.69, 0.20}}

// shortestTable is the same for tr = 0.5 s: 12.5, 0.7 and 0.7 s, as multiples
// of tr.
var shortestTable = []printed{{1.5, 25, 0.30}, {6, 1.4, 0.40}, {7.2, 1.4, 0.60}}

// rounding is what printed times may be off by: 600 is printed for 600.6 s, and
// −30 % for −30.7 % (ours).
const rounding = 0.015

func longRows(tr float64) []printed {
	if tr <= 0.5 {
		return shortestTable
	}
	return longTable
}

func (p printed) window(tr float64) Window {
	upper := p.upper * tr
	return Window{true, upper * (1 - p.below) * (1 - rounding), upper * (1 + rounding), "NSP p. A-15, NTNW (predecessor)", points.Sibling}
}

// What a pick-up may be off by, and how far beyond it a test injects so that
// its own set need not be exact (ours).
const (
	longLow, longHigh       = 1.05, 1.20 // × Ir: NSP, NSX, NTNW (sibling)
	pickupLow, pickupHigh   = 0.9, 1.1   // × S, I, G: NSP (sibling)
	leakageLow, leakageHigh = 0.8, 1.0   // × IΔn: NSP (sibling)
	clear                   = 0.01
)

// delayOf is the published row of a function at its setting.
func delayOf(f protection.Function, setting float64) (protection.Delay, protection.DelayTable, error) {
	for _, t := range protection.DelayTables() {
		if t.Function != f {
			continue
		}
		for _, r := range t.Rows {
			if math.Abs(r.Setting-setting) < 0.005 {
				return r, t, nil
			}
		}
	}
	return protection.Delay{}, protection.DelayTable{}, fmt.Errorf("%v: no published delay for %g", f, setting)
}

// within is the window of a delay: not before the longest fault that is
// certain not to trip, and soon enough to break in time. With I²t both grow by
// (ref/I)² below the reference; without, ref is 0.
func within(r protection.Delay, t protection.DelayTable, amps, ref float64) Window {
	stretch, late := 1.0, (r.Break - protection.Opening).Seconds()
	if ref > amps {
		stretch = (ref / amps) * (ref / amps)
	}
	return Window{true, r.NonTrip.Seconds() * stretch, late * stretch, t.Source, t.Weakest(r)}
}

func holds(source string) Window { return Window{Source: source, Certainty: points.Sibling} }

// conventional is for how long a current of 1.05 Ir must not trip: IEC 60947-2,
// 2 h above 63 A (recalled: ours).
const conventional = 2 * time.Hour
