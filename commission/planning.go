package commission

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchroom/points"
	"switchroom/protection"
	"switchroom/regmap"
	"switchroom/study"
)

// Protects says whether a setting is one of protection: its changes are planned, applied
// together and held against the study.
func Protects(id points.ID) bool {
	switch points.Of(id).Class {
	case points.Protect, points.Optional, points.Select, points.Engage:
		return true
	}
	return false
}

// Wish is a setting that somebody wants.
type Wish struct {
	Point string `json:"point"`
	Value string `json:"value"`
}

// NewPlan makes a plan from what was found to what is wished, or says all that is wrong
// with the wishes ([Problems]). b is the breaker in the project; nil: it is in none, and
// every change of protection needs a second person.
//
// What a power cut must not tear apart goes into one plan only if the breaker takes it in
// one: the standard protections, which are submitted and then applied. Each other setting
// of protection has a plan of its own.
func NewPlan(base *Snapshot, b *Breaker, reason string, wishes []Wish) (*Plan, error) {
	p := &Plan{Breaker: base.Breaker, Base: base.Digest(), Reason: strings.TrimSpace(reason)}
	var all Problems
	if p.Reason == "" || len(p.Reason) > 500 {
		all.add("reason", "say why, in up to 500 characters: it stands in the report")
	}
	rating, known := base.Rating(b)
	if known != nil && b != nil && b.Rating != nil {
		all.add("", "%v", known)
	}
	for _, w := range wishes {
		r, err := planRow(base, rating, known == nil, w)
		switch {
		case err != nil:
			all.add(w.Point, "%v", err)
		case slices.ContainsFunc(p.Rows, func(q PlanRow) bool { return q.Point == r.Point }):
			all.add(w.Point, "it is wished twice")
		case !same(r.Point, r.Was, r.Becomes):
			p.Rows = append(p.Rows, r)
		}
	}
	slices.SortFunc(p.Rows, func(a, b PlanRow) int { return strings.Compare(a.Point, b.Point) })
	if len(p.Rows) == 0 && len(all) == 0 {
		all.add("", "nothing would change: the breaker has all of this already")
	}
	if err := together(p.Rows); err != nil {
		all.add("", "%v", err)
	}
	if len(all) == 0 && known == nil {
		all = append(all, breaches(base, rating, p.Rows)...)
	}
	p.Outruns = outruns(b, p.Rows)
	return p, all.inOrder()
}

// Stamp says who made a plan, by id and by name, when, and its number.
func (p *Plan) Stamp(number, by, name string, at time.Time) {
	p.ID, p.By, p.Name, p.At = number, by, name, at.UTC().Truncate(time.Millisecond)
}

// planRow checks one wish.
func planRow(base *Snapshot, rating points.Rating, known bool, w Wish) (r PlanRow, err error) {
	id, v, err := setting(w.Point, w.Value)
	if err != nil {
		return r, err
	}
	f, ok := FunctionOf(id)
	if !ok {
		return r, errors.New("commissioning does not set this")
	}
	if err := f.Possible(WayOf(base.Address), base.Virtual); err != nil {
		return r, err
	}
	info := points.Of(id)
	r = PlanRow{Point: info.Name, Was: base.Value(info.Name), Becomes: info.Format(v), Unit: info.Unit}
	if r.Was == "" {
		why := "it is not in the snapshot"
		if row, ok := base.Row(info.Name); ok {
			why = row.NotReadable
		}
		return r, fmt.Errorf("what it was is not known (%s), so that it could not be put back", why)
	}
	if len(info.Limits) == 0 || !known {
		return r, nil
	}
	l, has := info.For(rating)
	if !has {
		return r, fmt.Errorf("a %v X has no such setting", rating.Variant)
	}
	r.Range = rangeText(info, l)
	if err := l.Check(v.Float()); err != nil {
		return r, err
	}
	return r, nil
}

// rangeText is what a unit admits, as a person reads it.
func rangeText(info *points.Info, l points.Limit) string {
	switch {
	case info.Type == points.Enum:
		return strings.Join(slices.DeleteFunc(slices.Clone(info.Enum), func(n string) bool { return n == "" }), ", ")
	case info.Type == points.Bool:
		return "false, true"
	case len(l.Values) > 0:
		return strings.Trim(fmt.Sprint(l.Values), "[]") + fmt.Sprintf(" (%v)", l.Certainty)
	}
	most := l.Max
	if l.Most > 0 {
		most = min(most, l.Most)
	}
	return fmt.Sprintf("%g to %g (%v)", l.Min, most, l.Certainty)
}

// inSession says whether a setting is submitted and applied together with its like.
func inSession(id points.ID) bool { return slices.Contains(protection.IDs(), id) }

// together refuses what a breaker does not take in one.
func together(rows []PlanRow) error {
	var apart []string
	for _, r := range rows {
		if id, err := points.Lookup(r.Point); err == nil && Protects(id) && !inSession(id) {
			apart = append(apart, r.Point)
		}
	}
	protects := slices.ContainsFunc(rows, func(r PlanRow) bool {
		id, err := points.Lookup(r.Point)
		return err == nil && Protects(id)
	})
	other := slices.ContainsFunc(rows, func(r PlanRow) bool {
		id, err := points.Lookup(r.Point)
		return err == nil && !Protects(id)
	})
	switch {
	case len(apart) > 0 && len(rows) > 1:
		return fmt.Errorf("%s: the breaker takes each of these by itself, and a power cut could come between: make a plan for each", strings.Join(apart, ", "))
	case protects && other:
		return errors.New("settings of protection and others are not taken in one by the breaker: make a plan for each kind")
	}
	return nil
}

// Device is the breaker of a snapshot for the study's questions: plugs and settings. What
// could not be read is as it leaves the factory; missing names those settings of the
// unit.
func (s *Snapshot) Device(rating points.Rating, name string) (d study.Device, missing []string) {
	d = study.NewDevice(name, rating)
	for _, id := range study.IDs() {
		if _, has := points.Of(id).For(rating); !has {
			continue
		}
		if v := s.Value(id.String()); v == "" || d.Set(id.String(), v) != nil {
			missing = append(missing, id.String())
		}
	}
	return d, missing
}

// Becomes is the snapshot as it will be with the plan.
func (p *Plan) Becomes(base *Snapshot) *Snapshot {
	out := *base
	out.Rows = slices.Clone(base.Rows)
	for i, r := range out.Rows {
		if j := slices.IndexFunc(p.Rows, func(q PlanRow) bool { return q.Point == r.Point }); j >= 0 {
			out.Rows[i].Value = p.Rows[j].Becomes
		}
	}
	return &out
}

// breaches asks the engine's rules whether the settings go together.
func breaches(base *Snapshot, rating points.Rating, rows []PlanRow) (all Problems) {
	p := Plan{Rows: rows}
	d, _ := p.Becomes(base).Device(rating, base.Breaker)
	err := d.Validate()
	if some, ok := errors.AsType[protection.Breaches](err); ok {
		for _, b := range some {
			all.add(b.Point.String(), "%v", b)
		}
	} else if err != nil {
		all.add("", "%v", err)
	}
	return all
}

// outruns are the rows of protection that the study does not cover.
func outruns(b *Breaker, rows []PlanRow) (all []Outrun) {
	for _, r := range rows {
		id, err := points.Lookup(r.Point)
		if err != nil || !Protects(id) {
			continue
		}
		if text := beyond(b, r, id); text != "" {
			all = append(all, Outrun{r.Point, text})
		}
	}
	return all
}

// beyond says how a row goes beyond the study; "": it does not.
func beyond(b *Breaker, r PlanRow, id points.ID) string {
	if b == nil || b.Study == nil {
		return "there is no study of this breaker"
	}
	v, ok := b.Study.Of(r.Point)
	if !ok {
		return "the study says nothing of it"
	}
	low, high, err := v.Bounds()
	if err != nil {
		return "the study cannot be read: " + err.Error()
	}
	want, err := points.Of(id).Parse(r.Becomes)
	if err != nil {
		return err.Error()
	}
	if x := want.Float(); (x < low || x > high) && !near(x, low) && !near(x, high) {
		return fmt.Sprintf("the study (%s) has %s, from %g to %g", b.Study.Source, v.Value, low, high)
	}
	return ""
}

// companions are the settings that a command carries besides the planned ones, as they
// are. What was read from an uncertain register decides nothing at hardware: it is left
// to the client, which refuses.
func companions(now *Snapshot, rows []PlanRow) (all []PlanRow) {
	if WayOf(now.Address) != Modbus {
		return nil
	}
	have := func(list []PlanRow, point string) bool {
		return slices.ContainsFunc(list, func(r PlanRow) bool { return r.Point == point })
	}
	for _, r := range rows {
		id, err := points.Lookup(r.Point)
		if err != nil {
			continue
		}
		cmd, ok := regmap.CommandFor(id)
		if !ok {
			continue
		}
		for _, other := range cmd.Set {
			row, read := now.Row(other.String())
			if have(rows, other.String()) || have(all, other.String()) || !read || row.Value == "" || !now.Virtual && row.Certainty >= points.Inferred {
				continue
			}
			all = append(all, PlanRow{Point: row.Point, Was: row.Value, Becomes: row.Value, Unit: row.Unit})
		}
	}
	return all
}

// Wishes are what a study says of the settings that a breaker takes in one.
func (s *Study) Wishes() (all []Wish) {
	for _, v := range s.Values {
		if id, err := points.Lookup(v.Point); err == nil && inSession(id) {
			all = append(all, Wish{v.Point, v.Value})
		}
	}
	return all
}
