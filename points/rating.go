package points

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Variant is the type of a control unit: which standard protections it has.
type Variant uint8

const (
	_   Variant = iota
	X20         // 2.0 X: long time, instantaneous (IEC)
	X30         // 3.0 X: long time, instantaneous (UL)
	X50         // 5.0 X: long time, short time, instantaneous
	X60         // 6.0 X: the same and ground fault
	X70         // 7.0 X: the same as 5.0 X and earth leakage (IEC)
)

var variantNames = [...]string{"", "2.0", "3.0", "5.0", "6.0", "7.0"}

func (v Variant) String() string { return name(variantNames[:], int(v)) }

// ParseVariant reads "6.0", "6.0X" or "6.0 X".
func ParseVariant(s string) (Variant, error) {
	n := strings.TrimSpace(strings.TrimRight(strings.ToUpper(s), "X "))
	if i := slices.Index(variantNames[1:], n); i >= 0 {
		return Variant(i + 1), nil
	}
	return 0, fmt.Errorf("variant %q is none of 2.0, 3.0, 5.0, 6.0, 7.0", s)
}

// Standard is the product standard a breaker was built to.
type Standard uint8

const (
	IEC Standard = iota
	UL
)

func (s Standard) String() string { return [...]string{"IEC", "UL"}[s&1] }

// Rating is what the plugs and the wiring make of a control unit: the sensor
// plug gives In, the performer plug the breaker, the wiring which voltages and
// currents exist. Settings have their range and default by it.
type Rating struct {
	In        float64  // A, rated current of the sensor plug, 100…8000
	Variant   Variant  //
	Standard  Standard //
	Poles     int      // 3 or 4
	ENCT      bool     // external neutral current transformer (3P)
	ENVT      bool     // external neutral voltage tap (3P)
	SGR       bool     // ground-return sensor and MDGF module: what ground fault measures (6.0 X)
	Voltage   float64  // V, rated phase-to-phase voltage, 208…1000
	Frequency float64  // Hz, 50 or 60
}

// SystemType is the wiring code of the register map (MB T001025026): 30 is
// 3P with ENCT, 31 is 3P alone, 40 is 3P with ENVT, 41 is 3P with both or 4P.
func (r Rating) SystemType() int {
	switch {
	case r.Poles == 4, r.ENCT && r.ENVT:
		return 41
	case r.ENVT:
		return 40
	case r.ENCT:
		return 30
	}
	return 31
}

// Neutral reports whether the neutral current is measured: 4P, or 3P with ENCT
// (UG, neutral protection).
func (r Rating) Neutral() bool { return r.Poles == 4 || r.ENCT }

// Zones reports whether there is zone selective interlocking: on 5.0, 6.0 and
// 7.0 X (UG).
func (r Rating) Zones() bool { return r.Variant == X50 || r.Variant == X60 || r.Variant == X70 }

// NeutralVoltage reports whether phase-to-neutral voltages exist.
func (r Rating) NeutralVoltage() bool { return r.Poles == 4 || r.ENVT }

// SystemRating returns r with poles and sensors as wiring code st says
// (30, 31, 40, 41); 41 keeps four poles where r has them.
func (r Rating) SystemRating(st int) (Rating, error) {
	switch st {
	case 30, 31, 40, 41:
	default:
		return r, fmt.Errorf("system type %d is none of 30 (3P+ENCT), 31 (3P), 40 (3P+ENVT), 41 (3P+ENCT+ENVT or 4P)", st)
	}
	if st == 41 && r.Poles == 4 {
		return r, nil
	}
	r.Poles = 3
	r.ENCT = st == 30 || st == 41
	r.ENVT = st >= 40
	return r, nil
}

// Validate names everything about r that no control unit can have.
func (r Rating) Validate() error {
	var bad []string
	if !(r.In >= 100 && r.In <= 8000) {
		bad = append(bad, fmt.Sprintf("rated current %g A: In is 100 to 8000 A (MB T001025026)", r.In))
	}
	if Of(RatingVariant).Enum == nil || r.Variant == 0 || int(r.Variant) >= len(variantNames) {
		bad = append(bad, "variant: choose 2.0, 3.0, 5.0, 6.0 or 7.0")
	}
	if r.Poles != 3 && r.Poles != 4 {
		bad = append(bad, fmt.Sprintf("%d poles: a breaker has 3 or 4", r.Poles))
	}
	if r.Frequency != 50 && r.Frequency != 60 {
		bad = append(bad, fmt.Sprintf("rated frequency %g Hz: choose 50 or 60", r.Frequency))
	}
	if !(r.Voltage >= 208 && r.Voltage <= 1000) {
		bad = append(bad, fmt.Sprintf("rated voltage %g V: 208 to 1000 V (MB T001025026)", r.Voltage))
	}
	if r.Standard == UL && (r.Variant == X20 || r.Variant == X70) || r.Standard == IEC && r.Variant == X30 {
		bad = append(bad, fmt.Sprintf("variant %v does not exist for %v", r.Variant, r.Standard))
	}
	if r.SGR && r.Variant != X60 {
		bad = append(bad, fmt.Sprintf("a ground-return sensor belongs to a 6.0 X, not to %v X (UG ground fault)", r.Variant))
	}
	if len(bad) > 0 {
		return fmt.Errorf("rating: %s", strings.Join(bad, "; "))
	}
	return nil
}

// Limit is the allowed values of a setting for the units it applies to.
// Min, Max and Default are multiples of In where TimesIn is set, and in the
// point's own unit otherwise.
type Limit struct {
	Variants  []Variant  // empty: all
	Standards []Standard // empty: all
	SGR       bool       // applies only with a ground-return sensor
	InUpTo    float64    // applies to In up to this; 0: no bound
	Min, Max  float64    //
	Step      float64    // in the point's own unit; 0: continuous
	StepIn    float64    // the same as a multiple of In
	Display   float64    // coarser step of the front display; other paths are finer
	Default   float64    //
	TimesIn   bool       //
	Most      float64    // no value is more than this in the point's own unit; 0: no bound
	Values    []float64  // only these, where a list and not a range is given
	Certainty Certainty  //
	Source    string     //
}

func (l *Limit) applies(r Rating) bool {
	return (len(l.Variants) == 0 || slices.Contains(l.Variants, r.Variant)) &&
		(len(l.Standards) == 0 || slices.Contains(l.Standards, r.Standard)) &&
		(!l.SGR || r.SGR) &&
		(l.InUpTo == 0 || r.In <= l.InUpTo)
}

// For returns the limit of the point that applies to r, with Min, Max (Most) and
// Default in the point's own unit, and whether there is one. A setting without
// a limit does not exist on that unit.
func (i *Info) For(r Rating) (Limit, bool) {
	for k := range i.Limits {
		l := i.Limits[k]
		if !l.applies(r) {
			continue
		}
		if l.TimesIn {
			l.Min, l.Max, l.Default = l.Min*r.In, l.Max*r.In, l.Default*r.In
			l.TimesIn = false
		}
		if l.Most > 0 {
			l.Min, l.Max, l.Default = min(l.Min, l.Most), min(l.Max, l.Most), min(l.Default, l.Most)
			l.Most = 0
		}
		if l.StepIn > 0 {
			l.Step, l.StepIn = l.StepIn*r.In, 0
		}
		return l, true
	}
	return Limit{}, false
}

// Check returns an error that says what v may be, or nil if l allows v. A step
// counts from zero or from the minimum, and the maximum is always a step.
// v is compared as a 32-bit float: that is what arrives over a wire.
func (l Limit) Check(v float64) error {
	v = float64(float32(v))
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return fmt.Errorf("%g is not a number to set", v)
	}
	if len(l.Values) > 0 {
		if slices.ContainsFunc(l.Values, func(a float64) bool { return near(a, v) }) {
			return nil
		}
		return fmt.Errorf("%g is none of %v", float32(v), l.Values)
	}
	if !(v >= l.Min || near(v, l.Min)) || !(v <= l.Max || near(v, l.Max)) {
		return fmt.Errorf("%g is outside %g to %g", float32(v), l.Min, l.Max)
	}
	if l.Step > 0 && !near(v, l.Max) && !onStep(v, l.Step) && !onStep(v-l.Min, l.Step) {
		return fmt.Errorf("%g is not a multiple of %g between %g and %g", float32(v), l.Step, l.Min, l.Max)
	}
	return nil
}

func onStep(v, step float64) bool {
	n := v / step
	return math.Abs(n-math.Round(n)) < 1e-3
}

func near(a, b float64) bool {
	return math.Abs(a-b) <= 1e-5*math.Max(math.Abs(a), math.Abs(b))+1e-9
}
