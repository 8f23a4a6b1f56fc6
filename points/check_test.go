package points

import "testing"

// TestCheckSays: a number that came as 32 bits is printed as it was meant.
func TestCheckSays(t *testing.T) {
	for _, tt := range []struct {
		l    Limit
		v    float64
		want string
	}{
		{Limit{Min: 0.5, Max: 10, Step: 0.5}, float64(float32(0.7)), "0.7 is not a multiple of 0.5 between 0.5 and 10"},
		{Limit{Min: 0.5, Max: 10}, 10.1, "10.1 is outside 0.5 to 10"},
		{Limit{Values: []float64{0.1, 0.2}}, 0.3, "0.3 is none of [0.1 0.2]"},
	} {
		if err := tt.l.Check(tt.v); err == nil || err.Error() != tt.want {
			t.Errorf("%g: %v, want %s", tt.v, err, tt.want)
		}
	}
}
