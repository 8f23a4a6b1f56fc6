package protection

import (
	"fmt"
	"strings"

	"switchroom/points"
)

// Breach is one rule that settings break.
type Breach struct {
	Point points.ID
	Value float64
	Rule  string // what is allowed and who says so
}

func (b Breach) String() string {
	return fmt.Sprintf("%v = %s: %s", b.Point, points.Of(b.Point).Format(points.Number(b.Value)), b.Rule)
}

// Breaches is every rule that settings break, as one error.
type Breaches []Breach

func (b Breaches) Error() string {
	lines := make([]string, len(b))
	for i := range b {
		lines[i] = b[i].String()
	}
	return "settings refused: " + strings.Join(lines, "; ")
}

// Validate judges the settings as a whole for a unit of rating r and returns
// nil or Breaches, with every breach. What the documents do not forbid is
// allowed.
func (s Settings) Validate(r points.Rating) error {
	all := fields.breaches(&s, r)
	for _, c := range combinations {
		if c.broken(s, r) {
			v, _ := s.Get(c.point)
			all = append(all, Breach{c.point, v, fmt.Sprintf("%s (%s, %v)", c.rule, c.source, c.certainty)})
		}
	}
	return all.orNil()
}

// orNil returns b as an error, nil where there is no breach.
func (b Breaches) orNil() error {
	if len(b) == 0 {
		return nil
	}
	return b
}

// breaks returns the rule that v alone breaks, or nothing.
func breaks(id points.ID, v float64, r points.Rating) string {
	info := points.Of(id)
	limit, exists := info.For(r)
	if !exists {
		if v == 0 {
			return ""
		}
		return fmt.Sprintf("does not exist on %v X (%v, In %g A)", r.Variant, r.Standard, r.In)
	}
	if err := limit.Check(v); err != nil {
		if info.Type == points.Enum {
			return fmt.Sprintf("%s is none of %s (%s, %v)", info.Format(points.Number(v)), choices(info, limit), limit.Source, limit.Certainty)
		}
		unit := info.Unit
		if unit != "" {
			unit = " " + unit
		}
		return fmt.Sprintf("%v%s (%s, %v)", err, unit, limit.Source, limit.Certainty)
	}
	return ""
}

// choices names what an enumeration may be.
func choices(info *points.Info, limit points.Limit) string {
	var names []string
	for v := limit.Min; v <= limit.Max; v++ {
		names = append(names, info.Format(points.Number(v)))
	}
	return strings.Join(names, ", ")
}

// combination is a rule about several settings at once.
type combination struct {
	point     points.ID
	broken    func(Settings, points.Rating) bool
	rule      string
	source    string
	certainty points.Certainty
}

var combinations = []combination{
	{
		point:  points.ProtectionShortTimeTsd,
		broken: func(s Settings, _ points.Rating) bool { return s.ShortTime.I2t && s.ShortTime.Tsd == 0 },
		rule:   "with protection.short_time.i2t on choose 0.1, 0.2, 0.3 or 0.4 s, or switch it off",
		source: "UG short time", certainty: points.Confirmed,
	},
	{
		// The display does not refuse: it makes tg 0.1 s when I²t is switched
		// on. Here nothing is set that nobody asked for (ours).
		point:  points.ProtectionGroundFaultTg,
		broken: func(s Settings, _ points.Rating) bool { return s.GroundFault.I2t && s.GroundFault.Tg == 0 },
		rule:   "with protection.ground_fault.i2t on choose 0.1, 0.2, 0.3 or 0.4 s, or switch it off",
		source: "UG-07 as quoted", certainty: points.Reported,
	},
	{
		point:  points.ProtectionNeutralType,
		broken: func(s Settings, r points.Rating) bool { return s.Neutral != NeutralOff && !r.Neutral() },
		rule:   "the neutral current is not measured: set it off, or declare the ENCT of a 3P breaker",
		source: "UG neutral", certainty: points.Confirmed,
	},
}
