package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"switchroom/client"
	"switchroom/points"
)

// Setting is one that can be changed, as it is now.
type Setting struct {
	Row
	Choices []string `json:"choices,omitempty"` // of what has names
	Range   string   `json:"range,omitempty"`   // of numbers, as far as the phone knows the unit
	Levels  string   `json:"levels"`            // whose password is needed
}

// settable are the settings that a phone may change by matrix B: protection, other
// settings, those of ERMS and of digital modules, and which group acts.
var settable = func() (ids []points.ID) {
	for _, info := range points.All() {
		if needOf(info.Class) != "" && info.Type != points.Action && info.Type != points.Secret && info.ID != points.ProtectionERMSEngaged {
			ids = append(ids, info.ID)
		}
	}
	return ids
}()

// needOf says whose password a class of settings needs in the app (R2); "": it is no
// setting of the app.
func needOf(c points.Class) string {
	switch c {
	case points.Protect, points.Configure, points.Optional:
		return "any but the operator's (level 3)"
	case points.Select:
		return "any of the four"
	}
	return ""
}

// ratings are what ranges depend on.
var ratings = []points.ID{points.RatingIn, points.RatingVariant, points.RatingPoles, points.RatingVoltage, points.RatingFrequency, points.RatingSystemType}

// Settings reads all settings that the breaker has and a phone may change.
func (p *Phone) Settings(ctx context.Context) ([]Setting, error) {
	v, _, err := p.values(ctx, slices.Concat(settable, ratings))
	if err != nil {
		return nil, err
	}
	all := []Setting{}
	for _, id := range settable {
		if v[id].Available() {
			all = append(all, settingOf(id, v))
		}
	}
	return all, nil
}

// Setting reads one.
func (p *Phone) Setting(ctx context.Context, name string) (Setting, error) {
	id, err := settableOf(name)
	if err != nil {
		return Setting{}, err
	}
	v, _, err := p.values(ctx, append(slices.Clone(ratings), id))
	if err != nil {
		return Setting{}, err
	}
	if !v[id].Available() {
		return Setting{}, fmt.Errorf("%s has no value on this unit", name)
	}
	return settingOf(id, v), nil
}

// errNotSettable is in the chain of an error about a point that is no setting.
var errNotSettable = errors.New("the app does not change it; its settings are those of protection, ERMS, modules, metering and Bluetooth")

func settableOf(name string) (points.ID, error) {
	id, err := points.Lookup(name)
	if err != nil {
		return 0, err
	}
	if !slices.Contains(settable, id) {
		return 0, fmt.Errorf("%s: %w", name, errNotSettable)
	}
	return id, nil
}

func settingOf(id points.ID, v map[points.ID]points.Value) Setting {
	info := points.Of(id)
	s := Setting{Row: rowOf(id, v[id]), Levels: needOf(info.Class)}
	switch info.Type {
	case points.Bool:
		s.Choices = []string{"false", "true"}
	case points.Enum:
		s.Choices = slices.DeleteFunc(slices.Clone(info.Enum), func(n string) bool { return n == "" })
	case points.Integer, points.Float:
		s.Range = rangeOf(info, v)
	}
	return s
}

// rangeOf says what a number may be. The unit decides; a phone knows of it what it could
// read, and not by which standard it was made.
func rangeOf(info *points.Info, v map[points.ID]points.Value) string {
	r := points.Rating{
		In: v[points.RatingIn].Float(), Variant: points.Variant(v[points.RatingVariant].Float()), Poles: int(v[points.RatingPoles].Float()),
		Voltage: v[points.RatingVoltage].Float(), Frequency: v[points.RatingFrequency].Float(),
	}
	l, ok := info.For(r)
	if !ok || !v[points.RatingIn].Available() {
		return ""
	}
	if len(l.Values) > 0 {
		return "one of " + strings.Trim(fmt.Sprint(l.Values), "[]")
	}
	if l.Step > 0 {
		return fmt.Sprintf("%g to %g by %g", l.Min, l.Max, l.Step)
	}
	return fmt.Sprintf("%g to %g", l.Min, l.Max)
}

// Change is a setting that is to be changed.
type Change struct {
	Point string // dotted name
	Was   string // as it was shown to the person who decided
	To    string // as a person writes it
}

// Changed is what became of it.
type Changed struct {
	Point  string `json:"point"`
	Title  string `json:"title"`
	Unit   string `json:"unit,omitempty"`
	Before string `json:"before"`
	After  string `json:"after"` // as it was read back
}

// Plan checks a change without asking the breaker for anything: what is to be is told as
// it will be shown.
func Plan(c Change) (to string, err error) {
	id, err := settableOf(c.Point)
	if err != nil {
		return "", err
	}
	v, err := points.Of(id).Parse(c.To)
	if err != nil {
		return "", err
	}
	return points.Of(id).Format(v), nil
}

// Change changes a setting with the password of a level that may, and reads it back. What
// is not as the person saw it is not changed.
func (p *Phone) Change(ctx context.Context, password string, c Change) (*Changed, error) {
	if _, err := Plan(c); err != nil {
		return nil, err
	}
	id, _ := settableOf(c.Point)
	info := points.Of(id)
	to, _ := info.Parse(c.To)
	p.doing.Lock()
	defer p.doing.Unlock()
	l, err := p.current()
	if err != nil {
		return nil, err
	}
	if _, err := p.prove(ctx, l, password); err != nil {
		return nil, err
	}
	before, err := p.one(ctx, l, id)
	if err != nil {
		return nil, err
	}
	if before != c.Was {
		return nil, fmt.Errorf("%s is %s by now, and was %q when you decided: nothing was changed; look at it again", c.Point, before, c.Was)
	}
	if err := l.cable.Write(ctx, password, 0, client.Setting{Point: id, Value: to}); err != nil {
		return nil, p.after(l, err)
	}
	after, err := p.one(ctx, l, id)
	if err != nil {
		return nil, fmt.Errorf("the breaker has taken it, and it could not be read back: look at it again: %w", err)
	}
	if want := info.Format(to); after != want {
		return nil, fmt.Errorf("the breaker has taken %s and shows %s: look at it again", want, after)
	}
	return &Changed{info.Name, info.Title, info.Unit, before, after}, nil
}

// one reads one point as it is shown. p.doing is held.
func (p *Phone) one(ctx context.Context, l *link, id points.ID) (string, error) {
	r, err := p.read(ctx, l, []points.ID{id})
	if err != nil {
		return "", err
	}
	return points.Of(id).Format(r[0].Value), nil
}
