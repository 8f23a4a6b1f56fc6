package commission

import (
	"fmt"
	"io"

	"switchroom/study"
)

// Diff is a plan side by side with what was found: the trip curves of both.
type Diff struct {
	Plan     *Plan    `json:"plan"`
	Missing  []string `json:"missing"`  // settings that could not be read: the curves take the factory's
	Curves   []Curves `json:"curves"`   // of each element that the unit protects
	Unknowns []string `json:"unknowns"` // what the model does not know

	before, after study.Device
}

// Curves are when a unit trips as it was found and as it is planned, on the same currents
// from cold.
type Curves struct {
	Element string        `json:"element"`
	AsFound []study.Point `json:"as_found"`
	Planned []study.Point `json:"planned"`
}

// perCurve is how many currents a curve has; ours.
const perCurve = 60

// NewDiff computes the curves of a plan. b is the breaker in the project, and may be nil;
// where neither it nor the unit says its rating, there are no curves and the error says
// what to do.
func NewDiff(p *Plan, base *Snapshot, b *Breaker) (*Diff, error) {
	d := &Diff{Plan: p, Missing: []string{}, Unknowns: study.Unknowns()}
	rating, err := base.Rating(b)
	if err != nil {
		return d, fmt.Errorf("no curves: %w", err)
	}
	var missing []string
	d.before, missing = base.Device(rating, "as found")
	d.after, _ = p.Becomes(base).Device(rating, "as planned")
	d.Missing = append(d.Missing, missing...)
	for _, e := range d.elements() {
		c, err := d.curves(e)
		if err != nil {
			return d, err
		}
		d.Curves = append(d.Curves, c)
	}
	return d, nil
}

// elements are those in which both units protect.
func (d *Diff) elements() (all []study.Element) {
	for _, e := range []study.Element{study.Phase, study.Ground, study.Leakage} {
		if d.before.Has(e) == nil && d.after.Has(e) == nil {
			all = append(all, e)
		}
	}
	return all
}

func (d *Diff) curves(e study.Element) (c Curves, err error) {
	from, to, err := study.Span([]study.Device{d.before, d.after}, e)
	if err != nil {
		return c, err
	}
	at, err := study.Sweep(from, to, perCurve)
	if err != nil {
		return c, err
	}
	c.Element = e.String()
	if c.AsFound, err = study.Curve(d.before, e, study.OfA, at, 0); err != nil {
		return c, err
	}
	c.Planned, err = study.Curve(d.after, e, study.OfA, at, 0)
	return c, err
}

// Plot is the diagram of both in an element.
func (d *Diff) Plot(e study.Element) study.Plot {
	return study.Plot{
		Title:   fmt.Sprintf("%s: as found and as planned (plan %s)", d.Plan.Breaker, d.Plan.ID),
		Devices: []study.Device{d.before, d.after}, Element: e, Band: study.Clearings, Made: d.Plan.At,
	}
}

// SVG draws both in an element: phase, ground or leakage.
func (d *Diff) SVG(w io.Writer, element string) error {
	e, err := study.ParseElement(element)
	if err != nil {
		return err
	}
	if len(d.Curves) == 0 {
		return fmt.Errorf("no curves: the rating of %s is not known", d.Plan.Breaker)
	}
	return d.Plot(e).SVG(w)
}
