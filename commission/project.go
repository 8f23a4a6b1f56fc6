package commission

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"switchroom/points"
)

// Format is the number of the format of project files.
const Format = 1

// Limits of a project file, ours.
const (
	MaxProjectBytes = 4 << 20
	MaxBreakers     = 1000
	MaxDepth        = 8 // of boards in boards
)

// Project is a switchboard as it was designed.
type Project struct {
	Format   int       `json:"format" enum:"1" doc:"Number of this format."`
	Number   string    `json:"number" minLength:"1" maxLength:"60" doc:"Number of the project in your own filing."`
	Name     string    `json:"name" minLength:"1" maxLength:"120" doc:"Name of the project."`
	Boards   []Board   `json:"boards" minItems:"1" maxItems:"200" doc:"Switchboards, and sections in them."`
	Breakers []Breaker `json:"breakers" maxItems:"1000" doc:"Breakers."`
}

// Board is a switchboard, or a section of one.
type Board struct {
	Name   string  `json:"name" minLength:"1" maxLength:"60" pattern:"^[^/]+$" doc:"Name, without a slash."`
	Boards []Board `json:"boards,omitempty" maxItems:"200" doc:"Sections in it."`
}

// Breaker is one breaker of a project.
type Breaker struct {
	ID        string   `json:"id" pattern:"^[A-Za-z0-9][A-Za-z0-9_.+=-]{0,31}$" doc:"Designation, as =LV1-Q1 without the first sign: letters, digits, _ . + = -."`
	Name      string   `json:"name,omitempty" maxLength:"120" doc:"What it feeds."`
	Board     string   `json:"board" minLength:"1" maxLength:"300" doc:"Where it stands: names of boards with a slash between them, as Main/Incomers."`
	Serial    string   `json:"serial,omitempty" maxLength:"40" doc:"Serial number of the control unit that is to be there; another one is refused."`
	Rating    *Rating  `json:"rating,omitempty" doc:"Plugs and wiring; left out: what the unit says."`
	Addresses []string `json:"addresses,omitempty" maxItems:"4" doc:"Ways over the network, the first is taken: modbus://HOST:PORT/UNIT. Serial lines and cables belong to a computer and not to a project: give them with --address."`
	Study     *Study   `json:"study,omitempty" doc:"What the protection study says; left out: every change of protection needs a second person."`
}

// Rating is the plugs and the wiring of a control unit.
type Rating struct {
	In       float64 `json:"in" minimum:"100" maximum:"8000" doc:"Rated current of the sensor plug, A."`
	Variant  string  `json:"variant" enum:"2.0,3.0,5.0,6.0,7.0" doc:"Control unit."`
	Poles    int     `json:"poles" enum:"3,4" doc:"Number of poles."`
	Standard string  `json:"standard,omitempty" enum:"iec,ul" doc:"Left out: iec, and ul for 3.0."`
	ENCT     bool    `json:"enct,omitempty" doc:"A 3P breaker with an external neutral transformer."`
	SGR      bool    `json:"sgr,omitempty" doc:"Ground fault is measured by a ground-return sensor."`
}

// Study is what a protection study says of a breaker.
type Study struct {
	Source string       `json:"source" minLength:"1" maxLength:"200" doc:"Document, revision, page."`
	Values []StudyValue `json:"values" minItems:"1" maxItems:"200" doc:"Settings."`
}

// StudyValue is one setting of a study. A change is within the study if it is between
// Low and High; where they are left out, within Tolerance of Value.
type StudyValue struct {
	Point     string   `json:"point" maxLength:"80" doc:"The setting, as protection.short_time.isd; see switchroom points."`
	Value     string   `json:"value" maxLength:"40" doc:"Its value, as 3 or on, in the unit of the point."`
	Tolerance float64  `json:"tolerance,omitempty" minimum:"0" doc:"How far from it is as good, in the unit of the point."`
	Low       *float64 `json:"low,omitempty" doc:"The least that the study admits."`
	High      *float64 `json:"high,omitempty" doc:"The most that the study admits."`
}

// Find returns the breaker of an id.
func (p *Project) Find(id string) (*Breaker, bool) {
	i := slices.IndexFunc(p.Breakers, func(b Breaker) bool { return b.ID == id })
	if i < 0 {
		return nil, false
	}
	return &p.Breakers[i], true
}

// Paths returns where breakers may stand: every board, and every section of it.
func (p *Project) Paths() []string {
	var all []string
	var walk func(prefix string, boards []Board)
	walk = func(prefix string, boards []Board) {
		for _, b := range boards {
			all = append(all, prefix+b.Name)
			walk(prefix+b.Name+"/", b.Boards)
		}
	}
	walk("", p.Boards)
	return all
}

// Sort brings a project into the order in which it is written: breakers by id, values of
// a study by point. Boards keep theirs: it is that of the switchboard.
func (p *Project) Sort() {
	slices.SortFunc(p.Breakers, func(a, b Breaker) int { return strings.Compare(a.ID, b.ID) })
	for _, b := range p.Breakers {
		if b.Study != nil {
			slices.SortFunc(b.Study.Values, func(a, b StudyValue) int { return strings.Compare(a.Point, b.Point) })
		}
	}
}

// Points is the rating as package points has it.
func (r *Rating) Points() (points.Rating, error) {
	v, err := points.ParseVariant(r.Variant)
	if err != nil {
		return points.Rating{}, err
	}
	out := points.Rating{In: r.In, Variant: v, Poles: r.Poles, ENCT: r.ENCT && r.Poles == 3, SGR: r.SGR, Voltage: 400, Frequency: 50}
	if r.Standard == "ul" || r.Standard == "" && v == points.X30 {
		out.Standard = points.UL
	}
	return out, out.Validate()
}

// Bounds are the least and the most that a study admits of a number.
func (v *StudyValue) Bounds() (low, high float64, err error) {
	id, err := points.Lookup(v.Point)
	if err != nil {
		return 0, 0, err
	}
	value, err := points.Of(id).Parse(v.Value)
	if err != nil {
		return 0, 0, err
	}
	low, high = value.Float()-v.Tolerance, value.Float()+v.Tolerance
	if v.Low != nil {
		low = *v.Low
	}
	if v.High != nil {
		high = *v.High
	}
	if value.Float() < low || value.Float() > high {
		return 0, 0, fmt.Errorf("%s: %s is not between its own limits %g and %g", v.Point, v.Value, low, high)
	}
	return low, high, nil
}

// Of returns what a study says of a point.
func (s *Study) Of(point string) (*StudyValue, bool) {
	if s == nil {
		return nil, false
	}
	i := slices.IndexFunc(s.Values, func(v StudyValue) bool { return v.Point == point })
	if i < 0 {
		return nil, false
	}
	return &s.Values[i], true
}

// Title is what a breaker is called.
func (b *Breaker) Title() string { return strings.TrimSpace(b.ID + " " + cmp.Or(b.Name, "")) }
