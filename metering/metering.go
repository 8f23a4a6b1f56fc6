// Package metering computes what a control unit shows of the current, voltage
// and power that flow through its breaker, with their harmonics, and keeps the
// energies, demands, minima and maxima.
//
// A [Meter] is fed in one of two ways, and shows the same either way:
//
//   - [Meter.Steady] takes rms phasors that hold until the next call. All that
//     depends on time is then a closed form: nothing needs to be called while
//     nothing changes, and the energy of a week is one multiplication.
//     [Meter.Distorted] is the same with harmonics.
//   - [Meter.Sample] takes instantaneous values while something happens: a
//     fault, an inrush, a recording. They are true rms over one cycle at a
//     time, of the frequency that the voltages have.
//
// Time is a duration since an epoch the caller chooses, within 146 years of it. A
// time before the last one counts as the last one. There is no clock, goroutine,
// input or output.
//
// What exists is decided by the wiring ([points.Rating]): without a neutral
// voltage there are no phase-to-neutral voltages and no powers by phase, without
// a neutral current transformer no neutral current. What does not exist is NaN;
// a current that does not flow is 0.
//
// # Signs
//
// Currents are counted positive from the top to the bottom terminals, and so is
// power, unless [Settings] turn it round. Delivered is into the load: positive.
// Reactive power is positive where the current lags behind the voltage while
// power is positive (ours; the document names a choice between IEC and IEEE).
//
// # What was decided here
//
// The documents list the quantities and give few formulas. These are ours, or
// recalled from predecessors:
//
//   - With a neutral voltage the total of P, Q and S is the sum of the phases,
//     so S is the arithmetic one. Without it, P and Q are those of two
//     wattmeters against phase 3, wrong when a neutral current flows, as the
//     real unit is said to be; S is that of the voltages against their own
//     middle.
//   - Q is that of the fundamental. S² exceeds P² + Q² by the distortion.
//   - The power factor is P/S, signed as P (IEC) or, in the IEEE convention,
//     negative while the current lags. There is none where S is 0.
//   - The unbalance of a current is its distance from the average of the three,
//     in percent of the average, with its sign; the worst is without sign. So it
//     is for voltages. Where the average is 0, so is the unbalance.
//   - Net energy is delivered + received in absolute mode and delivered −
//     received in signed mode.
//   - cos φ of the total is of the sums of P and of Q of the fundamental. The
//     quadrant follows IEC 62053-23; a load is inductive where its current lags,
//     whichever way the power flows.
//   - THD is the harmonics of order 2 to 15 in percent of the fundamental, THD-R
//     in percent of the true rms. There is none below 1 % of In and 5 % of Un,
//     and of samples none beyond what their rate tells.
//   - Energies of each phase are counted where the digital module is there
//     ([Settings]) and the voltages to neutral are, and have no lifetime
//     counter.
//   - Minima and maxima look once a cycle. What lasts for less than a cycle
//     leaves no trace in them, in samples as in phasors. Powers by phase and THD-R
//     have none.
//   - Demand is the mean of the rms current, or of the power with its sign, over
//     an interval of 15 minutes that begins with the first that flows. There is
//     none before the first whole interval. A thermal window begins cold. The
//     peak is the demand furthest from 0. No document gives defaults, ranges or
//     a predicted demand.
//
// # What it does not know
//
// How a unit errs within its accuracy class (IEC 61557-12: 0.5 for current and
// voltage, 1 for power and energy) is not known. It is exact unless it has a seed
// of errors ([Settings]), and then each channel has a fixed one. True rms and power
// of samples are of all that is in them, and not filtered at harmonic 15. Which
// harmonics the digital module shows is not known: the odd ones up to 15 have
// points here.
package metering

import (
	"math"
	"time"

	"switchroom/points"
)

// Settings are what commands 47240 to 47244 change, and what a unit is fitted
// with. The zero Settings are those of the factory, without digital modules.
type Settings struct {
	BottomToTop bool // power is positive from the bottom to the top terminals
	IEEE        bool // the power factor is signed by IEEE and not by IEC
	Signed      bool // net energy is delivered − received

	PhaseEnergy bool // the digital module of energies by phase is there
	Harmonics   bool // the digital module of individual harmonics is there

	Seed uint64 // of the errors of measurement; 0: there are none

	CurrentDemand DemandSettings
	PowerDemand   DemandSettings
}

// Meter is the metering of one control unit. It is not safe for use by several
// goroutines.
type Meter struct {
	rating   points.Rating
	settings Settings

	now     time.Duration // the clock
	counted time.Duration // the energies are counted up to here
	look    time.Duration // when minima and maxima look at the reading next
	looked  bool          // they have looked at this reading

	input   input    // what holds from Steady on
	shape   shape    // of what is shown now
	reading readings // what is shown now
	errors  *gains   // of measurement; nil: none
	leakage float64  // what the earth-leakage sensor gives, A; NaN: no sensor
	state   State    // what must survive

	window *window // of samples; nil until there is the first
}

// input is what flows until something else does.
type input struct {
	i  [4]complex128
	v  [3]complex128
	hz float64
	h  *Spectrum // nil: pure sines
}

// shape is the fundamentals and harmonics of what is shown.
type shape struct {
	i   [4]complex128
	v   [3]complex128
	h   *Spectrum // nil: pure sines
	top int       // the highest order that is known
}

// New returns a meter that has seen nothing.
func New(r points.Rating) *Meter {
	m := &Meter{rating: r, leakage: math.NaN(), now: -endOfTime, counted: -endOfTime, looked: true}
	m.reading.clear()
	return m
}

// cycle is the rated one.
func (m *Meter) cycle() time.Duration { return time.Duration(float64(time.Second) / m.ratedHz()) }

func (m *Meter) ratedHz() float64 {
	if m.rating.Frequency == 60 {
		return 60
	}
	return 50
}

// Steady says what flows from now on: rms phasors of the currents of l1, l2, l3
// and neutral in A and of the phase-to-neutral voltages in V, and the frequency
// in Hz. Of a current or voltage that is no number nothing is measured.
func (m *Meter) Steady(now time.Duration, i [4]complex128, v [3]complex128, hz float64) {
	m.Distorted(now, i, v, hz, nil)
}

// Leakage says what the earth-leakage sensor of a 7.0 X measures from now on,
// in A; NaN is no sensor.
func (m *Meter) Leakage(now time.Duration, amps float64) {
	m.settle(now)
	m.leakage = math.Min(math.Abs(amps), inputLimit.value())
	m.reading[leakage] = m.leakageNow()
	if !m.sampling() {
		m.renew()
	}
}

// Configure changes the settings from now on.
func (m *Meter) Configure(now time.Duration, s Settings) {
	m.settle(now)
	for g := range demands {
		if s.demand(g) != m.settings.demand(g) {
			m.state.Demand[g].stop()
		}
	}
	if s.Seed != m.settings.Seed {
		m.errors = draw(s.Seed)
		m.reading[leakage] = m.leakageNow()
	}
	if m.settings = s; !m.sampling() && m.reading.known() {
		m.show()
	}
}

// show makes the input the reading.
func (m *Meter) show() {
	n, g := m.rating.Neutral(), m.errors
	i, v := g.show(m.input.i, m.input.v)
	h := g.showAll(m.input.h)
	x := phasors(i, v, n, g)
	x.distort(h, n, g)
	m.measure(&x, m.input.hz)
	m.measureDistortion(&x, shape{i, v, h, MaxOrder})
	m.renew()
}

// renew lets minima and maxima look at what is new, a cycle after they last
// looked at something that had stayed.
func (m *Meter) renew() {
	if m.looked {
		m.look, m.looked = m.now+time.Duration(looks.value()*float64(m.cycle())), false
	}
}

// settle brings the clock to now: the energies and the extremes of what has
// flowed until then. While sampling it is the windows that do that, and what
// is left after the last window counts when sampling ends.
func (m *Meter) settle(now time.Duration) {
	m.now = max(m.now, min(now, endOfTime))
	if m.sampling() {
		return
	}
	m.count(m.now)
	if !m.looked && m.now >= m.look {
		m.fold(m.look)
		m.looked = true
	}
}

// endOfTime is 146 years on either side of the epoch: no span between two
// instants is more than a duration can hold.
const endOfTime time.Duration = math.MaxInt64 / 2

// finite returns z, or 0 where it is no number or beyond the limit, so that no
// input can make an energy that is none.
func finite(z complex128) complex128 {
	if limit := inputLimit.value(); !(math.Abs(real(z)) <= limit) || !(math.Abs(imag(z)) <= limit) {
		return 0
	}
	return z
}
