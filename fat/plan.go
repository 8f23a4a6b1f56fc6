package fat

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	yaml "go.yaml.in/yaml/v4"

	"switchroom/points"
	"switchroom/regmap"
)

// PlanFormat is the first line of a plan file.
const PlanFormat = "switchroom-fat-plan/1"

// Plan is what a run does.
type Plan struct {
	Format   string    `yaml:"format"`
	Site     string    `yaml:"site"`
	System   string    `yaml:"system"`   // the system under test, as its owner names it
	Seed     uint64    `yaml:"seed"`     // of the values; 0: drawn and told
	Passes   int       `yaml:"passes"`   // how often each point gets another value, 2 to 8
	Binding  Binding   `yaml:"binding"`  //
	Breakers []Breaker `yaml:"breakers"` //
	Steps    []Step    `yaml:"steps"`    //
}

// Breaker is one breaker of the plan.
type Breaker struct {
	Name   string  `yaml:"name"`
	Modbus string  `yaml:"modbus"` // HOST:PORT
	Unit   int     `yaml:"unit"`   // Modbus unit id
	In     float64 `yaml:"in"`     // A
}

// Step is one row of a plan.
type Step struct {
	ID        string  `yaml:"id" json:"id"`
	Phase     Phase   `yaml:"phase" json:"phase"`
	Breaker   string  `yaml:"breaker" json:"breaker,omitempty"`
	Point     string  `yaml:"point" json:"point,omitempty"`
	Do        string  `yaml:"do" json:"do"`               // a fault of the laboratory, command, by-hand
	With      Params  `yaml:"with" json:"with,omitempty"` // its parameters
	Expect    string  `yaml:"expect" json:"expect"`       // see Expectations
	Tolerance string  `yaml:"tolerance" json:"tolerance,omitempty"`
	Within    float64 `yaml:"within" json:"within"` // s
	Register  int     `yaml:"register" json:"register,omitempty"`
	Bit       string  `yaml:"bit" json:"bit,omitempty"` // number of the bit
	Type      string  `yaml:"type" json:"type,omitempty"`
	Certainty string  `yaml:"certainty" json:"certainty,omitempty"`
	Source    string  `yaml:"source" json:"source,omitempty"`
	Proves    string  `yaml:"proves" json:"proves,omitempty"`
}

// Params are the parameters of a step: written a=b c=d in a plan.
type Params map[string]string

// UnmarshalYAML reads a=b c=d.
func (p *Params) UnmarshalYAML(n *yaml.Node) error {
	var s string
	if err := n.Decode(&s); err != nil {
		return fmt.Errorf("line %d: with: write name=value name=value", n.Line)
	}
	*p = pairs(s)
	return nil
}

// Substitute is what steps of the phase point-to-point do.
const Substitute = "substitute"

// Expectations of a step besides POINT=VALUE pairs and a sentence of a step by hand.
const (
	ExpectShown      = "shown"      // the value that was stimulated
	ExpectBad        = "bad"        // every point of the breaker told as not valid
	ExpectStays      = "stays"      // while the fault stands every point is right, with a new value
	ExpectGood       = "good"       // every point of the breaker right again, with a new value
	ExpectUnbelieved = "unbelieved" // nothing of what the fault tells is shown as valid
	ExpectFollows    = "follows"    // the shown values follow what the breaker itself shows
)

// Options are how a plan is generated.
type Options struct {
	Site   string
	System string
	Points []string      // names or beginnings of names; none: all
	Names  Names         // a system's own names; where there are any, only these
	Within float64       // s, the time limit of a point; 0: ten
	Map    *regmap.Map   // nil: the built-in map
	Only   []Phase       // none: all phases
	Limit  float64       // resolution of the display in units of the point; 0: 0.1 %
	Strict bool          // leave out what relies on inferred or ours rows
	Faults []FaultsOfLab // what the laboratory can inject; nil: not known, so that every check is in the plan
}

// FaultsOfLab is a fault that the laboratory offers, and what it proves.
type FaultsOfLab struct{ Name, Proves string }

// Generate makes a plan for the breakers: a step for each breaker and point that
// stands in a register, the checks of communication and process that the
// laboratory can stimulate, and what a person judges.
func Generate(breakers []Breaker, o Options) (*Plan, error) {
	if o.Map == nil {
		o.Map = regmap.Default()
	}
	if o.Within == 0 {
		o.Within = 10
	}
	chosen, err := choose(o.Map, o.Points, o.Strict)
	if err != nil {
		return nil, err
	}
	p := &Plan{Format: PlanFormat, Site: o.Site, System: o.System, Passes: 4, Breakers: breakers}
	for _, b := range breakers {
		for _, id := range chosen {
			if o.Names.Empty() || o.Names.Has(b.Name, id.String()) {
				p.Steps = append(p.Steps, pointStep(o, b, id))
			}
		}
		p.Steps = append(p.Steps, checkSteps(o, b, p.pointsOf(b.Name))...)
	}
	p.Steps = append(p.Steps, handSteps()...)
	p.Steps = slices.DeleteFunc(p.Steps, func(s Step) bool { return len(o.Only) > 0 && !slices.Contains(o.Only, s.Phase) })
	slices.SortStableFunc(p.Steps, func(a, b Step) int { return a.Phase.before(b.Phase) })
	if len(p.Steps) == 0 {
		return nil, fmt.Errorf("the plan has no step: no breaker, or no point that stands in a register; `switchroom registers` lists them")
	}
	return p, nil
}

// stands finds the register of a point by its exact name.
func stands(m *regmap.Map, name string) (regmap.Place, bool) {
	id, err := points.Lookup(name)
	if err != nil {
		return regmap.Place{}, false
	}
	return m.Find(id)
}

// choose returns the points that a plan is about: an exact name is that point, any
// other the beginning of names.
func choose(m *regmap.Map, names []string, strict bool) ([]points.ID, error) {
	var ids []points.ID
	for _, n := range orAll(names) {
		found := false
		_, exact := stands(m, n)
		for _, info := range points.All() {
			place, ok := m.Find(info.ID)
			if !ok || exact && info.Name != n || !under(info.Name, n) || strict && place.Row.Certainty >= points.Inferred {
				continue
			}
			found = true
			if !slices.Contains(ids, info.ID) {
				ids = append(ids, info.ID)
			}
		}
		if !found && n != "" {
			return nil, fmt.Errorf("--points %s: no such point stands in a register (that is certain enough, with --strict); `switchroom registers` lists them", n)
		}
	}
	slices.SortFunc(ids, func(a, b points.ID) int { return cmp.Compare(a.String(), b.String()) })
	return ids, nil
}

func orAll(names []string) []string {
	if len(names) == 0 {
		return []string{""}
	}
	return names
}

func under(name, want string) bool {
	return want == "" || name == want || len(name) > len(want) && name[:len(want)] == want && name[len(want)] == '.'
}

// pointStep is the step that proves one point.
func pointStep(o Options, b Breaker, id points.ID) Step {
	place, _ := o.Map.Find(id)
	s := Step{
		ID: b.Name + " " + id.String(), Phase: PointToPoint, Breaker: b.Name, Point: id.String(), Do: Substitute, Expect: ExpectShown,
		Tolerance: defaultTolerance(points.Of(id), o.Limit), Within: o.Within, Register: int(place.Row.Register), Type: place.Row.Kind.String(),
		Certainty: place.Row.Certainty.String(), Source: place.Row.Source,
	}
	if place.Bit >= 0 {
		s.Bit = fmt.Sprint(place.Bit)
	}
	return s
}

// pointsOf returns the names of the points of a breaker that the plan stimulates.
func (p *Plan) pointsOf(breaker string) []string {
	var names []string
	for i := range p.Steps {
		if s := &p.Steps[i]; s.Breaker == breaker && s.Do == Substitute {
			names = append(names, s.Point)
		}
	}
	return names
}

// Checksum is the SHA-256 of the plan as it is written, in hexadecimal.
func (p *Plan) Checksum() string {
	h := sha256.New()
	p.WriteYAML(h)
	return hex.EncodeToString(h.Sum(nil))
}

// Uncertain returns the steps that rely on a row that is inferred or ours.
func (p *Plan) Uncertain() []Step {
	var all []Step
	for _, s := range p.Steps {
		if c, err := points.ParseCertainty(s.Certainty); err == nil && c >= points.Inferred {
			all = append(all, s)
		}
	}
	return all
}
