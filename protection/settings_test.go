package protection

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"switchroom/points"
)

// inGroups are the functions whose settings make a group.
var inGroups = []string{"earth_leakage", "ground_fault", "instantaneous", "long_time", "neutral", "short_time"}

// TestFieldsAreThePoints: Settings holds every protection setting of the table
// that belongs to those functions.
func TestFieldsAreThePoints(t *testing.T) {
	var want, got []string
	for _, p := range points.All() {
		part := strings.Split(p.Name, ".")
		if part[0] == "protection" && len(p.Limits) > 0 && slices.Contains(inGroups, part[1]) {
			want = append(want, p.Name)
		}
	}
	for _, id := range IDs() {
		got = append(got, id.String())
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestDefaults: B8 read as R6: all at their minimum, long time at its maximum
// (CYB p. 23).
func TestDefaults(t *testing.T) {
	r := unit(points.X60, 50)
	want := Settings{
		LongTime:      LongTimeSettings{Ir: 1000, Tr: 24},
		ShortTime:     ShortTimeSettings{Isd: 1.5},
		Instantaneous: InstantaneousSettings{Ii: 2, Mode: InstantaneousStandard},
		GroundFault:   GroundFaultSettings{On: true, Ig: 200},
	}
	if d := cmp.Diff(want, Defaults(r)); d != "" {
		t.Error(d)
	}
	for _, v := range []points.Variant{points.X20, points.X30, points.X50, points.X60, points.X70} {
		for _, std := range []points.Standard{points.IEC, points.UL} {
			for _, in := range []float64{100, 400, 630, 1250, 4000, 6300} {
				r := unit(v, 50)
				r.Standard, r.In = std, in
				if r.Validate() != nil {
					continue
				}
				if err := Defaults(r).Validate(r); err != nil {
					t.Errorf("%v %v In %g: %v", v, std, in, err)
				}
			}
		}
	}
}

func TestGetSet(t *testing.T) {
	var s Settings
	for n, id := range IDs() {
		v := float64(n%2 + 1)
		if points.Of(id).Type == points.Bool || id == points.ProtectionGroundFaultMode {
			v = 1
		}
		if err := s.Set(id, v); err != nil {
			t.Errorf("%v: %v", id, err)
		}
		if got, ok := s.Get(id); !ok || got != v {
			t.Errorf("%v: set %g, got %g, %v", id, v, got, ok)
		}
		for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e300} {
			if s.Set(id, bad) == nil {
				t.Errorf("%v takes %g", id, bad)
			}
		}
	}
	for _, bad := range []struct {
		id points.ID
		v  float64
	}{
		{points.CurrentL1, 1}, {0, 1}, {points.ProtectionDual, 1},
		{points.ProtectionShortTimeI2t, 2}, {points.ProtectionShortTimeI2t, 0.5},
		{points.ProtectionNeutralType, 4}, {points.ProtectionNeutralType, -1}, {points.ProtectionInstantaneousMode, 1.5},
	} {
		before := s
		if s.Set(bad.id, bad.v) == nil || s != before {
			t.Errorf("%v takes %g", bad.id, bad.v)
		}
	}
	if _, ok := s.Get(points.CurrentL1); ok {
		t.Error("current.l1 is a setting")
	}
}

// TestOverTheWire: what comes back as a 32-bit float is the same setting.
func TestOverTheWire(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRating(t)
		s := drawSettings(t, r)
		var back Settings
		for _, id := range IDs() {
			v, _ := s.Get(id)
			if err := back.Set(id, float64(float32(v))); err != nil {
				t.Fatal(err)
			}
		}
		if back != s {
			t.Fatal(cmp.Diff(s, back))
		}
	})
}

func TestValidate(t *testing.T) {
	x60, x50, x20, x30, x70 := unit(points.X60, 50), unit(points.X50, 50), unit(points.X20, 50), unit(points.X30, 50), unit(points.X70, 50)
	x30.Standard = points.UL
	three := x60
	three.Poles = 3
	enct := three
	enct.ENCT = true
	ul := x60
	ul.Standard = points.UL
	big := ul
	big.In = 4000
	tests := []struct {
		why  string
		r    points.Rating
		edit func(*Settings)
		want []string // dotted names of the breaches
		text string   // part of the error
	}{
		{"as delivered", x60, func(s *Settings) {}, nil, ""},
		{"Ir below 0.4 In", x60, func(s *Settings) { s.LongTime.Ir = 399 }, []string{"protection.long_time.ir"}, "400 to 1000"},
		{"Ir in steps of 1 A", x60, func(s *Settings) { s.LongTime.Ir = 500.5 }, []string{"protection.long_time.ir"}, "multiple of 1"},
		{"Ir is not a number", x60, func(s *Settings) { s.LongTime.Ir = math.NaN() }, []string{"protection.long_time.ir"}, ""},
		{"tr in steps of 0.5 s", x60, func(s *Settings) { s.LongTime.Tr = 1.3 }, []string{"protection.long_time.tr"}, "0.5"},
		{"tsd is one of five", x60, func(s *Settings) { s.ShortTime.Tsd = 0.25 }, []string{"protection.short_time.tsd"}, "0.1 0.2"},
		{"tsd 0 with I²t", x60, func(s *Settings) { s.ShortTime.I2t = true }, []string{"protection.short_time.tsd"}, "i2t"},
		{"tg 0 with I²t", x60, func(s *Settings) { s.GroundFault.I2t = true }, []string{"protection.ground_fault.tg"}, "i2t"},
		{"I²t with a delay", x60, func(s *Settings) { s.ShortTime.I2t, s.ShortTime.Tsd = true, 0.1 }, nil, ""},
		{"Ii below Isd is allowed", x60, func(s *Settings) { s.ShortTime.Isd, s.Instantaneous.Ii = 10, 2 }, nil, ""},
		{"instantaneous off", x60, func(s *Settings) { s.Instantaneous.Mode = InstantaneousOff }, nil, ""},
		{"instantaneous off on 3.0 X", x30, func(s *Settings) { s.Instantaneous.Mode = InstantaneousOff }, []string{"protection.instantaneous.mode"}, "off is none of standard, fast"},
		{"Ii of 3.0 X", x30, func(s *Settings) { s.Instantaneous.Ii = 13 }, []string{"protection.instantaneous.ii"}, "1.5 to 12"},
		{"no tsd on 2.0 X", x20, func(s *Settings) { s.ShortTime.Tsd = 0.1 }, []string{"protection.short_time.tsd"}, "does not exist on 2.0 X"},
		{"no Ii on 2.0 X", x20, func(s *Settings) { s.Instantaneous.Ii = 2 }, []string{"protection.instantaneous.ii"}, "does not exist"},
		{"no short time on 3.0 X", x30, func(s *Settings) { s.ShortTime.Isd = 2 }, []string{"protection.short_time.isd"}, "does not exist"},
		{"no ground fault on 5.0 X", x50, func(s *Settings) { s.GroundFault.On, s.GroundFault.Ig = true, 300 }, []string{"protection.ground_fault.ig", "protection.ground_fault.mode"}, "5.0 X"},
		{"ground fault off", x60, func(s *Settings) { s.GroundFault.On = false }, nil, ""},
		{"ground fault off under UL", ul, func(s *Settings) { s.GroundFault.On = false }, []string{"protection.ground_fault.mode"}, ""},
		{"Ig of a large UL breaker", big, func(s *Settings) { s.GroundFault.Ig = 1300 }, []string{"protection.ground_fault.ig"}, "500 to 1200"},
		{"Δt is one of five", x70, func(s *Settings) { s.EarthLeakage.Dt = 0.1 }, []string{"protection.earth_leakage.dt"}, "0.06"},
		{"IΔn in steps of 0.1 A", x70, func(s *Settings) { s.EarthLeakage.Idn = 0.55 }, []string{"protection.earth_leakage.idn"}, "0.1"},
		{"neutral of 3P", three, func(s *Settings) { s.Neutral = NeutralFull }, []string{"protection.neutral.type"}, "ENCT"},
		{"neutral of 3P with ENCT", enct, func(s *Settings) { s.Neutral = NeutralHalf }, nil, ""},
		{"neutral of 4P", x60, func(s *Settings) { s.Neutral = NeutralOversized }, nil, ""},
		{"no such neutral", x60, func(s *Settings) { s.Neutral = 9 }, []string{"protection.neutral.type"}, ""},
		{"everything at once", three, func(s *Settings) {
			s.LongTime, s.ShortTime.I2t, s.Neutral = LongTimeSettings{Ir: 1, Tr: 99}, true, NeutralFull
		}, []string{"protection.long_time.ir", "protection.long_time.tr", "protection.short_time.tsd", "protection.neutral.type"}, "settings refused"},
	}
	for _, tt := range tests {
		s := Defaults(tt.r)
		tt.edit(&s)
		err := s.Validate(tt.r)
		var got []string
		var all Breaches
		if errors.As(err, &all) {
			for _, b := range all {
				got = append(got, b.Point.String())
			}
		}
		if d := cmp.Diff(tt.want, got); d != "" || (err == nil) != (tt.want == nil) {
			t.Errorf("%s: %v\n%s", tt.why, err, d)
			continue
		}
		for _, name := range tt.want {
			if !strings.Contains(err.Error(), name) {
				t.Errorf("%s: %q does not name %s", tt.why, err, name)
			}
		}
		if err != nil && !strings.Contains(err.Error(), tt.text) {
			t.Errorf("%s: %q does not say %q", tt.why, err, tt.text)
		}
	}
}
