package plant

import (
	"fmt"
	"math"
	"time"
)

// Profile is a load's share of its peak through the day, in steps of equal
// length from midnight on. The empty profile is always 1.
type Profile []float64

// Commercial is a working day of a commercial load in 96 quarter hours: the
// weekday of BDEW standard load profile G25 (2025), averaged over the twelve
// months and divided by its highest value.
var Commercial = Profile{
	0.230, 0.227, 0.225, 0.223, 0.222, 0.221, 0.220, 0.220, 0.220, 0.219, 0.219, 0.219,
	0.221, 0.222, 0.224, 0.228, 0.233, 0.235, 0.245, 0.252, 0.268, 0.279, 0.300, 0.329,
	0.363, 0.390, 0.431, 0.483, 0.555, 0.613, 0.675, 0.743, 0.813, 0.846, 0.873, 0.903,
	0.926, 0.934, 0.951, 0.968, 0.996, 1.000, 0.996, 0.995, 0.997, 0.996, 0.992, 0.983,
	0.949, 0.923, 0.901, 0.885, 0.872, 0.857, 0.845, 0.842, 0.847, 0.843, 0.845, 0.835,
	0.826, 0.813, 0.798, 0.780, 0.761, 0.744, 0.726, 0.707, 0.679, 0.658, 0.638, 0.616,
	0.569, 0.531, 0.489, 0.460, 0.433, 0.407, 0.392, 0.379, 0.361, 0.347, 0.335, 0.325,
	0.314, 0.306, 0.297, 0.288, 0.276, 0.268, 0.261, 0.256, 0.249, 0.244, 0.241, 0.237,
}

// Profiles are the built-in profiles by name.
var Profiles = map[string]Profile{"commercial": Commercial, "constant": nil}

// ProfileOf returns the built-in profile with the name.
func ProfileOf(name string) (Profile, error) {
	if name == "" {
		return nil, nil
	}
	p, ok := Profiles[name]
	if !ok {
		return nil, fmt.Errorf("profile %q is none of commercial, constant", name)
	}
	return p, nil
}

// At returns the share at the time of day of date, between the middles of the
// steps in a straight line.
func (p Profile) At(date time.Time) float64 {
	if len(p) == 0 {
		return 1
	}
	day := time.Duration(date.Hour())*time.Hour + time.Duration(date.Minute())*time.Minute + time.Duration(date.Second())*time.Second
	x := float64(day)/float64(24*time.Hour)*float64(len(p)) - 0.5
	k := math.Floor(x)
	a, b := p[(int(k)+len(p))%len(p)], p[(int(k)+1)%len(p)]
	return a + (b-a)*(x-k)
}

// flutter returns a number between -1 and 1 that wanders through the minutes:
// the same for the same seed, load and date.
func flutter(seed, load uint64, date time.Time) float64 {
	x := float64(date.Unix()) / 60
	k := math.Floor(x)
	a, b := noise(seed, load, uint64(int64(k))), noise(seed, load, uint64(int64(k)+1))
	return a + (b-a)*(x-k)
}

// noise is a hash of its arguments as a number between -1 and 1 (splitmix64).
func noise(seed, load, k uint64) float64 {
	z := seed + load*0x9E3779B97F4A7C15 + k*0xD1B54A32D192ED03
	for range 2 {
		z += 0x9E3779B97F4A7C15
		z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
		z = (z ^ z>>27) * 0x94D049BB133111EB
		z ^= z >> 31
	}
	return float64(z>>11)/(1<<52) - 1
}
