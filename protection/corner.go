package protection

import (
	"fmt"
	"math"
	"time"

	"switchroom/points"
)

// Corner says where inside its published tolerances a unit stands.
type Corner uint8

const (
	Nominal Corner = iota // in the middle; what drives a breaker
	Early                 // trips as soon as any unit may
	Late                  // trips as late as any unit may
	corners
)

// Corners returns all three.
func Corners() []Corner { return []Corner{Early, Nominal, Late} }

var cornerNames = []string{"nominal", "early", "late"}

func (c Corner) String() string { return nameOf(cornerNames, int(c)) }

// tolerance is one unit's place in the published bands.
type tolerance struct {
	k       float64 // long time: what it trips at, × Ir
	f       float64 // long time: its time at 6 Ir, × tr
	pickup  float64 // S, I, G: × the setting
	leakage float64 // V: × the setting
}

// tolerances of the corners. Long time trips between 1.05 and 1.20 Ir and 20 %
// early to on time at 6 Ir; S, I and G are ±10 %; V is 0 to −20 % (NSP p. A-15,
// predecessor; NSX and NTNW agree on the long-time pick-up). The nominal k is
// the 1.125 of the IDMTL formula (reported) and the nominal f, pickup and
// leakage are the middles of their bands (ours).
var tolerances = [corners]tolerance{
	Nominal: {k: 1.125, f: 0.9, pickup: 1, leakage: 0.9},
	Early:   {k: 1.05, f: 0.8, pickup: 0.9, leakage: 0.8},
	Late:    {k: 1.20, f: 1, pickup: 1.1, leakage: 1},
}

// plan is what settings, rating and corner come to: thresholds as squares,
// delays as durations. An engine only compares.
type plan struct {
	cycle   time.Duration // one fundamental cycle
	period  float64       // the same in s
	neutral bool          // the neutral belongs to the ground sum
	sgr     bool          // the ground current is that of the external sensor
	long    longPlan
	delay   [channels]delayPlan
	instant instantPlan
	ir      [4]float64 // Ir of each conductor, 0 where it is not protected
	self    float64    // A, peak of self-protection
	poles   int        // that it looks at: those of the breaker
}

func newPlan(r points.Rating, s Settings, k Common, c Corner) plan {
	p := plan{
		cycle:   time.Duration(math.Round(1e9 / r.Frequency)),
		period:  1 / r.Frequency,
		neutral: r.Neutral(),
		sgr:     r.SGR,
		ir:      conductorIr(r, s),
		self:    selfProtection(k, c),
		poles:   r.Poles,
	}
	p.long = p.longTime(s, c)
	p.planShortTime(r, s, c)
	p.long.floor = max(p.long.floor, p.undercut(s, c))
	p.delay[ground] = p.groundFault(r, s, c)
	p.delay[leakage] = p.earthLeakage(r, s, c)
	for ch := range neutral + 1 {
		p.delay[ch].zsi = k.ZSI.ShortTime
	}
	p.delay[ground].zsi = k.ZSI.GroundFault
	p.instant = p.instantaneous(r, s, c)
	return p
}

// conductorIr returns Ir of the phases and, scaled by its type, of the neutral:
// half, full, or 1.6 Ir but no more than In (CAT, neutral protection).
func conductorIr(r points.Rating, s Settings) [4]float64 {
	ir := s.LongTime.Ir
	return [4]float64{ir, ir, ir, min(ir*neutralFactor(r, s), r.In)}
}

// neutralFactor is what the phases' thresholds are multiplied by for the
// neutral; 0 is not protected (CAT: half, full, 1.6).
func neutralFactor(r points.Rating, s Settings) float64 {
	if !r.Neutral() || int(s.Neutral) >= len(neutralFactors) {
		return 0
	}
	return neutralFactors[s.Neutral]
}

var neutralFactors = [...]float64{NeutralOff: 0, NeutralHalf: 0.5, NeutralFull: 1, NeutralOversized: 1.6}

// never is a threshold nothing reaches.
var never = math.Inf(1)

// seconds turns s into a Duration, rounded up so that at that time what was
// waited for has happened, and saturated.
func seconds(s float64) time.Duration {
	ns := math.Ceil(s * 1e9)
	if !(ns < forever) {
		return forever
	}
	return time.Duration(ns)
}

// forever is later than anything.
const forever = math.MaxInt64

func square(x float64) float64 { return x * x }

func checkCorner(c Corner) error {
	if c >= corners {
		return fmt.Errorf("corner %v is none of early, nominal, late", c)
	}
	return nil
}
