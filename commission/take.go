package commission

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchroom/client"
	"switchroom/points"
	"switchroom/regmap"
)

// identity is what says which unit it is; sorted by name.
var identity = []points.ID{
	points.DeviceFirmware, points.DeviceHardware, points.DeviceModel, points.DeviceSerial,
	points.InterfaceFamily, points.InterfaceFirmware, points.InterfaceHardware, points.InterfaceModel,
	points.InterfaceProductCode, points.InterfaceRange, points.InterfaceVendor,
	points.RatingFrequency, points.RatingIn, points.RatingPoles, points.RatingSystemType, points.RatingVariant, points.RatingVoltage,
}

// witness is a reading that shows a setting where the setting itself cannot be read.
type witness struct{ seen, of points.ID }

// witnesses is sorted by what is seen. What the IO modules show is set by a switch: no
// point is written for it.
var witnesses = []witness{
	{points.DiagnosticDisplaySettingsEnabled, points.LockProtectionHMI},
	{points.InterfacePad, points.RemoteEnabled},
	{points.IO1Application, 0}, {points.IO1Pad, 0}, {points.IO1Switch, 0},
	{points.IO2Application, 0}, {points.IO2Pad, 0}, {points.IO2Switch, 0},
}

// passing are points that can be written and are no settings: they change by themselves,
// or whenever somebody operates the breaker.
var passing = []points.ID{
	points.BreakerInhibitedComm, points.DeviceClock, points.InterfaceClock,
	points.IO1Light, points.IO1Load, points.IO2Light, points.IO2Load,
}

// part is a setting that stands in no register and follows from two that do.
type part struct {
	whole, on, fast points.ID
}

var instantaneous = part{points.ProtectionInstantaneousMode, points.ProtectionInstantaneousOn, points.ProtectionInstantaneousFast}

// Settings returns the points that a snapshot has, sorted by name: everything that can be
// set, and the readings that show what else was set.
func Settings() []points.ID {
	var all []points.ID
	for _, w := range witnesses {
		all = append(all, w.seen)
	}
	for _, i := range points.All() {
		if i.Writable() && i.Type != points.Action && i.Type != points.Secret && !slices.Contains(passing, i.ID) {
			all = append(all, i.ID)
		}
	}
	slices.SortFunc(all, func(a, b points.ID) int { return strings.Compare(a.String(), b.String()) })
	return all
}

// Who says for whom a breaker is read.
type Who struct {
	Breaker string // id in the project
	By      string // id of the person
	Name    string // of the person
	Address string
	At      time.Time
}

// Take reads all settings of a breaker and which unit it is, in as few requests as the map
// allows. By a cable the caller has logged in ([client.Cable.Login]).
func Take(ctx context.Context, b client.Breaker, m *regmap.Map, w Who) (*Snapshot, error) {
	if m == nil {
		m = regmap.Default()
	}
	carried := client.Carried(w.Address, m)
	var ids []points.ID
	for _, id := range slices.Concat(identity, Settings(), []points.ID{instantaneous.on, instantaneous.fast}) {
		if _, ok := carried(id); ok {
			ids = append(ids, id)
		}
	}
	read, err := b.Read(ctx, ids...)
	if err != nil {
		return nil, fmt.Errorf("%s: nothing was read: %w", cmp.Or(w.Breaker, w.Address), err)
	}
	got := make(readings, len(read))
	for _, r := range read {
		got[r.Point] = r
	}
	got.compose()
	s := &Snapshot{Breaker: w.Breaker, At: w.At.UTC().Truncate(time.Millisecond), By: w.By, Name: w.Name, Address: w.Address, Virtual: isVirtual(ctx, b), Identity: map[string]string{}}
	for _, id := range identity {
		if t := text(id, got[id].Value); t != "" {
			s.Identity[id.String()] = t
		}
	}
	for _, id := range Settings() {
		s.Rows = append(s.Rows, row(id, got))
	}
	return s, nil
}

// readings are what was read, by point.
type readings map[points.ID]client.Reading

// compose makes the settings that follow from others: instantaneous is off, standard or
// fast, which two registers tell.
func (got readings) compose() {
	p := instantaneous
	on, hasOn := got[p.on]
	fast, hasFast := got[p.fast]
	if _, direct := got[p.whole]; direct || !hasOn || !hasFast || !on.Value.Available() {
		return
	}
	mode := 0.0
	if on.Value.Bool() {
		if !fast.Value.Available() {
			return
		}
		mode = 1 + fast.Value.Float()
	}
	got[p.whole] = client.Reading{Point: p.whole, Value: points.Number(mode), Register: on.Register, Certainty: max(on.Certainty, fast.Certainty)}
}

// row is what was read of a setting, or why it was not.
func row(id points.ID, got readings) Row {
	info := points.Of(id)
	r, ok := got[id]
	out := Row{Point: info.Name, Unit: info.Unit, Certainty: info.Certainty}
	switch {
	case !ok:
		out.NotReadable = "it stands in no register that a document tells; by a cable to the USB port it can be read"
	case !r.Value.Available():
		out.Certainty, out.NotReadable = r.Certainty, "the unit has no value for it: not fitted, or not of this variant"
	default:
		out.Certainty, out.Value = r.Certainty, text(id, r.Value)
	}
	return out
}

// isVirtual asks a unit whether it says that it is none. What cannot be found out counts
// as hardware. Cables and tags reach nothing but virtual units: their protocol is ours.
func isVirtual(ctx context.Context, b client.Breaker) bool {
	switch b := b.(type) {
	case interface{ Virtual(context.Context) bool }:
		return b.Virtual(ctx)
	case *client.Cable, *client.Tag:
		return true
	}
	return false
}

// Rating is the plugs and the wiring of the unit of a snapshot. Which control unit it is
// no register of a real unit tells: then it is that of the project, and without one the
// rating is not known.
func (s *Snapshot) Rating(b *Breaker) (points.Rating, error) {
	if b != nil && b.Rating != nil {
		r, err := b.Rating.Points()
		if in := s.Identity[points.RatingIn.String()]; err == nil && in != "" && !same(points.RatingIn.String(), in, fmt.Sprint(r.In)) {
			return r, fmt.Errorf("%s: the project has a sensor plug of %g A, and the unit says %s A: correct the one that is wrong", s.Breaker, r.In, in)
		}
		return r, err
	}
	get := func(id points.ID) (float64, error) {
		v, err := points.Of(id).Parse(s.Identity[id.String()])
		if err != nil {
			return 0, fmt.Errorf("the unit does not say its %s: give the rating in the project", points.Of(id).Title)
		}
		return v.Float(), nil
	}
	in, errIn := get(points.RatingIn)
	variant, errVariant := get(points.RatingVariant)
	if err := errors.Join(errIn, errVariant); err != nil {
		return points.Rating{}, err
	}
	r := points.Rating{In: in, Variant: points.Variant(variant), Poles: 3, Voltage: 400, Frequency: 50}
	if r.Variant == points.X30 {
		r.Standard = points.UL
	}
	if poles, err := get(points.RatingPoles); err == nil && poles == 1 {
		r.Poles = 4
	}
	if hz, err := get(points.RatingFrequency); err == nil && hz == 1 {
		r.Frequency = 60
	}
	if st, err := get(points.RatingSystemType); err == nil {
		if wired, err := r.SystemRating(int(st)); err == nil {
			r = wired
		}
	}
	return r, r.Validate()
}
