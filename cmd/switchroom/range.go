package main

import (
	"context"
	"errors"
	"fmt"

	"switchroom/client"
	"switchroom/points"
)

// outside says which of the settings that a unit has refused are outside their
// ranges, by the rating that the unit tells. No register tells its variant, so
// that a setting is named only where no variant takes it. Where the unit tells no
// rating, nothing is said.
func outside(ctx context.Context, cl client.Breaker, settings []client.Setting) error {
	told, err := cl.Read(ctx, points.RatingIn, points.RatingPoles, points.RatingFrequency)
	if err != nil {
		return nil
	}
	v := points.NewValues()
	for _, r := range told {
		v[r.Point] = r.Value.Float()
	}
	r := points.Rating{In: v[points.RatingIn], Variant: points.X60, Poles: 3, Voltage: 400, Frequency: 50}
	if v[points.RatingPoles] == 1 {
		r.Poles = 4
	}
	if v[points.RatingFrequency] == 1 {
		r.Frequency = 60
	}
	if r.Validate() != nil {
		return nil
	}
	var bad []error
	for _, s := range settings {
		if err := refusedByAll(points.Of(s.Point), r, s.Value.Float()); err != nil {
			bad = append(bad, err)
		}
	}
	return errors.Join(bad...)
}

// refusedByAll returns why no variant of the rating takes a value, or nil if one
// does.
func refusedByAll(info *points.Info, r points.Rating, v float64) (why error) {
	for _, r.Variant = range []points.Variant{points.X20, points.X30, points.X50, points.X60, points.X70} {
		l, has := info.For(r)
		if !has {
			continue
		}
		err := l.Check(v)
		if err == nil {
			return nil
		}
		why = fmt.Errorf("%s: %w", info.Name, err)
	}
	return why
}
