package protection

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"switchroom/points"
)

// field ties a point to its place in the settings S.
type field[S any] struct {
	id  points.ID
	get func(*S) float64
	set func(*S, float64)
}

// sheet has every point of the settings S, sorted by name.
type sheet[S any] []field[S]

func number[S any](id points.ID, at func(*S) *float64) field[S] {
	return field[S]{id,
		func(s *S) float64 { return *at(s) },
		func(s *S, v float64) { *at(s) = shortest(v) }}
}

func flag[S any](id points.ID, at func(*S) *bool) field[S] {
	return field[S]{id,
		func(s *S) float64 {
			if *at(s) {
				return 1
			}
			return 0
		},
		func(s *S, v float64) { *at(s) = v != 0 }}
}

func choice[S any, T ~uint8](id points.ID, at func(*S) *T) field[S] {
	return field[S]{id,
		func(s *S) float64 { return float64(*at(s)) },
		func(s *S, v float64) { *at(s) = T(v) }}
}

// shortest returns the shortest decimal that is v as a 32-bit float. A setting
// that came over a wire as 0.10000000149 is 0.1, so that settings written and
// read back compare equal.
func shortest(v float64) float64 {
	s, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', -1, 32), 64)
	if err != nil {
		return v
	}
	return s
}

func (h sheet[S]) find(id points.ID) (field[S], bool) {
	i := slices.IndexFunc(h, func(f field[S]) bool { return f.id == id })
	if i < 0 {
		return field[S]{}, false
	}
	return h[i], true
}

func (h sheet[S]) ids() []points.ID {
	ids := make([]points.ID, len(h))
	for i, f := range h {
		ids[i] = f.id
	}
	return ids
}

func (h sheet[S]) defaults(r points.Rating) (s S) {
	for _, f := range h {
		if l, ok := points.Of(f.id).For(r); ok {
			f.set(&s, l.Default)
		}
	}
	return s
}

func (h sheet[S]) get(s *S, id points.ID) (float64, bool) {
	f, ok := h.find(id)
	if !ok {
		return 0, false
	}
	return f.get(s), true
}

func (h sheet[S]) set(s *S, id points.ID, v float64) error {
	f, ok := h.find(id)
	if !ok {
		return fmt.Errorf("%v is not a protection setting", id)
	}
	info := points.Of(id)
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0) || math.Abs(v) > math.MaxFloat32:
		return fmt.Errorf("%v: %g is not a number to set", id, v)
	case info.Type == points.Bool && v != 0 && v != 1:
		return fmt.Errorf("%v: %g is neither 0 (off) nor 1 (on)", id, v)
	case info.Type == points.Enum && (v != math.Trunc(v) || v < float64(info.Base) || v >= float64(info.Base+len(info.Enum))):
		return fmt.Errorf("%v: %g is none of %v, counted from %d", id, v, info.Enum, info.Base)
	}
	f.set(s, v)
	return nil
}

// breaches returns the limits that s breaks on a unit of rating r.
func (h sheet[S]) breaches(s *S, r points.Rating) (all Breaches) {
	for _, f := range h {
		if rule := breaks(f.id, f.get(s), r); rule != "" {
			all = append(all, Breach{f.id, f.get(s), rule})
		}
	}
	return all
}
