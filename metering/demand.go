package metering

import (
	"math"
	"time"

	"switchroom/points"
)

// Window is how a demand is averaged (CAT: block, fixed or sliding, or thermal).
type Window uint8

const (
	Fixed   Window = iota // over each interval, shown when it has ended
	Sliding               // over the last interval, at the end of each fifteenth of it
	Thermal               // as a thermal meter: 90 % of a step after one interval
)

// DemandSettings are what commands 47243 and 47244 change. The zero settings
// are those of the factory (ours: no document gives them).
type DemandSettings struct {
	Window  Window
	Minutes uint8 // of the interval; 0 is 15
}

// Interval is what the window averages over.
func (s DemandSettings) Interval() time.Duration {
	if s.Minutes == 0 {
		return time.Duration(demandInterval.value() * float64(time.Minute))
	}
	return time.Duration(s.Minutes) * time.Minute
}

// step is how often what is shown of a block changes.
func (s DemandSettings) step() time.Duration {
	if s.Window == Sliding {
		return s.Interval() / slices
	}
	return s.Interval()
}

// whole is how many steps make the interval.
func (s DemandSettings) whole() int {
	if s.Window == Sliding {
		return slices
	}
	return 1
}

// slices is how many parts of an interval a sliding window moves by (ours: a
// minute of a quarter of an hour).
const slices = 15

// The groups of demands, by place in State.Demand. Stored states know them by
// number, and the quantities in them too.
const (
	demandOfCurrent = iota
	demandOfPower
	numDemands
)

// demands says what is averaged in each group, and where it is shown.
var demands = [numDemands]struct {
	group Groups
	rows  []demandRow
}{
	demandOfCurrent: {CurrentDemand, []demandRow{
		{current1, points.DemandCurrentL1, points.DemandCurrentL1Peak, points.DemandCurrentL1PeakAt},
		{current2, points.DemandCurrentL2, points.DemandCurrentL2Peak, points.DemandCurrentL2PeakAt},
		{current3, points.DemandCurrentL3, points.DemandCurrentL3Peak, points.DemandCurrentL3PeakAt},
		{currentN, points.DemandCurrentN, points.DemandCurrentNPeak, points.DemandCurrentNPeakAt},
	}},
	demandOfPower: {PowerDemand, []demandRow{
		{active, points.DemandPowerActive, points.DemandPowerActivePeak, points.DemandPowerActivePeakAt},
		{reactive, points.DemandPowerReactive, points.DemandPowerReactivePeak, points.DemandPowerReactivePeakAt},
		{apparent, points.DemandPowerApparent, points.DemandPowerApparentPeak, points.DemandPowerApparentPeakAt},
	}},
}

type demandRow struct {
	of              quantity
	value, peak, at points.ID
}

// width is how many quantities a group has at most.
const width = 4

// Demand is what is known of the demands of one group: plain and comparable data
// for non-volatile storage, in the order of the group's quantities.
type Demand struct {
	On    bool           // something has flowed
	At    time.Duration  // counted up to here
	Start time.Duration  // of the step that is filling
	Steps int            // whole ones before it, as many as the window looks back on
	Sum   [width]float64 // quantity × seconds since Start
	Shown [width]float64 // of the last whole steps; the state of a thermal window
	Peak  [width]Extreme // furthest from 0 since the reset
	Seen  uint8          // which have a peak
	Slide *Slide         // of a sliding window; nil otherwise
}

// Slide is what a sliding window looks back on: the averages of whole steps.
type Slide struct {
	Next int // the oldest, which gives way
	Mean [slices][width]float64
}

func (d *Demand) clone() Demand {
	c := *d
	if d.Slide != nil {
		s := *d.Slide
		c.Slide = &s
	}
	return c
}

// shift moves d to a clock whose epoch is by earlier.
func (d *Demand) shift(by time.Duration) {
	if d.On {
		d.At, d.Start = d.At+by, d.Start+by
	}
	for k := range d.Peak {
		if d.Seen>>k&1 == 1 {
			d.Peak[k].At += by
		}
	}
}

// flow takes in that x flowed from one instant to another. The cost does not
// depend on how long that was. Of a pause before it nothing is known to have
// flowed.
func (d *Demand) flow(from, to time.Duration, x *[width]float64, s DemandSettings) {
	if to <= from {
		return
	}
	if !d.fits(to, s) {
		d.restart(from, s)
	}
	if from > d.At {
		d.stretch(from, &[width]float64{}, s)
	}
	d.stretch(to, x, s)
}

// fits reports whether d can be of a window with these settings, before to.
func (d *Demand) fits(to time.Duration, s DemandSettings) bool {
	return d.On && d.At <= to && d.At-d.Start < s.step() && (s.Window == Sliding) == (d.Slide != nil)
}

// restart begins a new interval. Peaks stay.
func (d *Demand) restart(at time.Duration, s DemandSettings) {
	*d = Demand{On: true, At: at, Start: at, Peak: d.Peak, Seen: d.Seen}
	if s.Window == Sliding {
		d.Slide = new(Slide)
	}
}

// stop makes the next that flows begin a new interval. Peaks stay.
func (d *Demand) stop() { *d = Demand{Peak: d.Peak, Seen: d.Seen} }

// stretch takes in x from where d is counted to to.
func (d *Demand) stretch(to time.Duration, x *[width]float64, s DemandSettings) {
	if s.Window == Thermal {
		d.heat(to, x, s)
		return
	}
	step := s.step()
	for n := 0; to-d.Start >= step; n++ {
		if n > s.whole() { // from here on all that the window sees is x
			d.Start += (to - d.Start) / step * step
			d.At = d.Start
			break
		}
		d.fill(d.Start+step, x)
		d.closeStep(s)
	}
	d.fill(to, x)
}

// fill takes in x up to to within the step.
func (d *Demand) fill(to time.Duration, x *[width]float64) {
	if to <= d.At {
		return
	}
	dt := (to - d.At).Seconds()
	for k := range x {
		d.Sum[k] += x[k] * dt
	}
	d.At = to
}

// closeStep ends the step that is full: what is shown is new.
func (d *Demand) closeStep(s DemandSettings) {
	for k := range d.Sum {
		d.Shown[k] = d.Sum[k] / s.step().Seconds()
	}
	if d.Slide != nil {
		d.Shown = d.Slide.push(d.Shown)
	}
	d.Start, d.Sum = d.At, [width]float64{}
	if d.Steps = min(d.Steps+1, s.whole()); d.Steps == s.whole() {
		d.mark()
	}
}

// push takes in the average of a whole step and returns that of the window.
func (s *Slide) push(mean [width]float64) (avg [width]float64) {
	s.Mean[s.Next] = mean
	s.Next = (s.Next + 1) % slices
	for _, m := range s.Mean {
		for k := range m {
			avg[k] += m[k] / slices
		}
	}
	return avg
}

// heat moves a thermal window towards x: θ' = (x − θ)/τ, with τ such that 90 %
// of a step are reached after one interval (a definition of thermal demand
// meters; that it is the unit's is ours).
func (d *Demand) heat(to time.Duration, x *[width]float64, s DemandSettings) {
	part := math.Expm1(-(to - d.At).Seconds() * math.Ln10 / s.Interval().Seconds())
	for k := range x {
		d.Shown[k] += (d.Shown[k] - x[k]) * part
	}
	d.At, d.Start, d.Steps = to, to, s.whole()
	d.mark()
}

// mark keeps what is shown where it is further from 0 than before.
func (d *Demand) mark() {
	for k, x := range d.Shown {
		if d.Seen>>k&1 == 0 || math.Abs(x) > math.Abs(d.Peak[k].Value) {
			d.Peak[k] = Extreme{x, d.At}
		}
	}
	d.Seen = 1<<width - 1
}

// forget clears the peaks. They are then what is shown now.
func (d *Demand) forget(now time.Duration, s DemandSettings) {
	d.Peak, d.Seen = [width]Extreme{}, 0
	if d.known(s) {
		d.mark()
		for k := range d.Peak {
			d.Peak[k].At = now
		}
	}
}

// known reports whether there is a demand: a whole interval was seen, or the
// window is thermal, which begins cold.
func (d *Demand) known(s DemandSettings) bool { return d.On && d.Steps >= s.whole() }

// check reports whether d can have been counted.
func (d *Demand) check() bool {
	ok := d.Steps >= 0 && d.Steps <= slices && d.Start <= d.At && d.Seen < 1<<width
	for k := range width {
		ok = ok && demandable(d.Sum[k]) && demandable(d.Shown[k]) && demandable(d.Peak[k].Value)
	}
	if d.Slide == nil {
		return ok
	}
	for _, m := range d.Slide.Mean {
		for _, x := range m {
			ok = ok && demandable(x)
		}
	}
	return ok && d.Slide.Next >= 0 && d.Slide.Next < slices
}

// demandable keeps out what no sum of currents or powers can be: the strongest
// input for the longest interval is 10¹⁶.
func demandable(x float64) bool { return math.Abs(x) <= 1e18 }

// demand returns the settings of a group.
func (s *Settings) demand(group int) DemandSettings {
	if group == demandOfPower {
		return s.PowerDemand
	}
	return s.CurrentDemand
}

// countDemand takes the reading into the demands.
func (m *Meter) countDemand(from, to time.Duration) {
	for g := range demands {
		var x [width]float64
		for k, row := range demands[g].rows {
			if v := m.reading[row.of]; !math.IsNaN(v) {
				x[k] = v
			}
		}
		m.state.Demand[g].flow(from, to, &x, m.settings.demand(g))
	}
}

// fillDemand shows demands and their peaks.
func (m *Meter) fillDemand(v points.Values) {
	for g := range demands {
		d, known := &m.state.Demand[g], m.state.Demand[g].known(m.settings.demand(g))
		for k, row := range demands[g].rows {
			v[row.value], v[row.peak] = math.NaN(), math.NaN()
			if !m.measures(row.of) {
				continue
			}
			if known {
				v[row.value] = d.Shown[k]
			}
			if d.Seen>>k&1 == 1 {
				v[row.peak] = d.Peak[k].Value
			}
		}
	}
}
