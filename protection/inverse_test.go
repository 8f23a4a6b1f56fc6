package protection

import (
	"math"
	"testing"

	"switchroom/points"
)

// TestInverseCurves holds the curves to times computed by hand from the equation
// with the constants of IEC 60255-151 (TMS 1).
func TestInverseCurves(t *testing.T) {
	for _, tt := range []struct {
		c    Curve
		g    float64
		want float64
	}{
		{StandardInverse, 2, 10.029}, {StandardInverse, 5, 4.2797}, {StandardInverse, 10, 2.9706}, {StandardInverse, 20, 2.2674},
		{VeryInverse, 2, 13.5}, {VeryInverse, 5, 3.375}, {VeryInverse, 10, 1.5}, {VeryInverse, 20, 0.71053},
		{ExtremelyInverse, 2, 26.667}, {ExtremelyInverse, 5, 3.3333}, {ExtremelyInverse, 10, 0.80808}, {ExtremelyInverse, 20, 0.20050},
		{FuseInverse, 2, 5.3333}, {FuseInverse, 5, 0.12821}, {FuseInverse, 10, 0.0080008},
		{DefiniteTime, 2, 1}, {DefiniteTime, 20, 1},
		{VeryInverse, 1, math.Inf(1)}, {DefiniteTime, 0.9, math.Inf(1)}, {StandardInverse, math.NaN(), math.Inf(1)},
	} {
		if got := tt.c.at(tt.g); math.Abs(got-tt.want) > 1e-4*tt.want && got != tt.want {
			t.Errorf("%v at %g: %g s, want %g s", tt.c, tt.g, got, tt.want)
		}
	}
}

// TestIDMTL: tr is the time at 6 Ir whatever the curve, it begins at 1.125 Ir, and
// between it is the formula (reported).
func TestIDMTL(t *testing.T) {
	r := unit(points.X50, 50)
	s := ModuleDefaults(r)
	s.IDMTL = InverseSettings{Usage: Usage{On: true}, Pickup: 0.5, Time: 8}
	g := func(c Curve, x float64) float64 {
		return map[Curve]func(float64) float64{
			DefiniteTime:     func(float64) float64 { return 1 },
			StandardInverse:  func(x float64) float64 { return 0.14 / (math.Pow(x, 0.02) - 1) },
			VeryInverse:      func(x float64) float64 { return 13.5 / (x - 1) },
			ExtremelyInverse: func(x float64) float64 { return 80 / (x*x - 1) },
			FuseInverse:      func(x float64) float64 { return 80 / (x*x*x*x - 1) },
		}[c](x)
	}
	for c := DefiniteTime; c <= FuseInverse; c++ {
		s.IDMTL.Curve = c
		for _, x := range []float64{1.2, 1.5, 3, 6, 10} {
			got, err := ModuleTimes(r, s, IDMTL, x*500)
			if err != nil {
				t.Fatal(err)
			}
			want := 8 * g(c, x/1.125) / g(c, 6/1.125)
			if math.Abs(got.Nominal.T-want) > 1e-6*want || got.Nominal.Function != IDMTL {
				t.Errorf("%v at %g Ir: %+v, want %g s", c, x, got.Nominal, want)
			}
			if !(got.Min.T < got.Nominal.T) || x > 1.2 && !(got.Nominal.T < got.Max.T) {
				t.Errorf("%v at %g Ir: %+v", c, x, got)
			}
		}
		for _, tt := range []struct {
			x    float64
			want [3]bool
		}{{1.04, [3]bool{}}, {1.06, [3]bool{true}}, {1.13, [3]bool{true, true}}, {1.21, [3]bool{true, true, true}}} {
			got, _ := ModuleTimes(r, s, IDMTL, tt.x*500)
			if trips := [3]bool{!math.IsNaN(got.Min.T), !math.IsNaN(got.Nominal.T), !math.IsNaN(got.Max.T)}; trips != tt.want {
				t.Errorf("%v at %g Ir: trips %v, want %v", c, tt.x, trips, tt.want)
			}
		}
	}
}
