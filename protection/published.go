package protection

import (
	"math"
	"time"

	"switchroom/points"
)

// Delay is one row of a published delay table: for a setting, the longest
// fault that is certain not to trip and the longest time from the start of the
// fault to its interruption.
type Delay struct {
	Setting float64 // s
	NonTrip time.Duration
	Break   time.Duration
}

// DelayTable is a published table. Where it stands in a document of another
// product of the family, Certainty says so; it is that of the weaker of the two
// times.
type DelayTable struct {
	Function  Function
	Rows      []Delay
	Source    string
	Certainty points.Certainty
}

const ms = time.Millisecond

// NSP is the protection table of the predecessor's 5/6/7 P control units.
const sourceNSP = "NSP p. A-15 (predecessor), at 10 Ir"

// shortTimes holds for I²t off and on alike.
var shortTimes = DelayTable{ShortTime, []Delay{
	{0, 20 * ms, 80 * ms},
	{0.1, 80 * ms, 140 * ms},
	{0.2, 140 * ms, 200 * ms},
	{0.3, 230 * ms, 320 * ms},
	{0.4, 350 * ms, 500 * ms},
}, sourceNSP, points.Sibling}

// groundTimes is the same table again, printed for ground fault at the
// reference current.
var groundTimes = DelayTable{GroundFault, shortTimes.Rows,
	"NSP p. A-15 (predecessor), at In or 1200 A", points.Sibling}

var leakageTimes = DelayTable{EarthLeakage, []Delay{
	{0.06, 60 * ms, 140 * ms},
	{0.15, 140 * ms, 200 * ms},
	{0.23, 230 * ms, 320 * ms},
	{0.35, 350 * ms, 500 * ms},
	{0.8, 800 * ms, 1000 * ms},
}, "NSP p. A-15 (predecessor); settings UG-12 as quoted", points.Sibling}

// instantTimes has the mode as its setting. The hold of the fast mode is in no
// document: zero is ours, and the safe reading for a "must not trip".
var instantTimes = DelayTable{Instantaneous, []Delay{
	{float64(InstantaneousStandard), 20 * ms, 50 * ms},
	{float64(InstantaneousFast), 0, 30 * ms},
}, "UG instantaneous (break times); NSP p. A-15 (hold of standard mode)", points.Sibling}

// DelayTables returns the published delays the engine is built on.
func DelayTables() []DelayTable {
	return []DelayTable{shortTimes, instantTimes, groundTimes, leakageTimes}
}

// Weakest is the certainty of a row: that of its weakest part. A hold of zero is
// in no document.
func (d DelayTable) Weakest(r Delay) points.Certainty {
	if r.NonTrip == 0 {
		return points.Ours
	}
	return d.Certainty
}

// row returns the row of a setting. Settings come over wires as 32-bit floats
// and are a tenth of a second apart, so the nearest row is the one meant.
func (d DelayTable) row(setting float64) Delay {
	best := d.Rows[0]
	for _, r := range d.Rows {
		if math.Abs(r.Setting-setting) < math.Abs(best.Setting-setting) {
			best = r
		}
	}
	return best
}

// Opening is what the mechanism takes from the order to interruption. The
// figure is remembered and in no document we read (ours). Everything published
// as a break time is a decision plus this.
const Opening = 25 * ms

// decision is when the control unit must have decided at the latest.
func (d Delay) decision() time.Duration { return d.Break - Opening }
