package fat

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"switchroom/points"
	"switchroom/regmap"
)

// stimuli are the values that the breakers get: by step and pass.
type stimuli struct {
	m     *regmap.Map
	rated map[string]Breaker
	used  map[string][]float64 // by unit of measure: the numbers that are taken, sorted
	bits  map[string]int       // booleans given out, by breaker
	order map[string]int       // number of a breaker
}

// distance is how near two values of one unit of measure may be, as a part: a
// quarter of a percent, which a tolerance of a thousandth tells apart.
const distance = 0.0025

// newStimuli returns stimuli for the breakers of a plan.
func newStimuli(m *regmap.Map, breakers []Breaker) *stimuli {
	s := &stimuli{m: m, rated: map[string]Breaker{}, used: map[string][]float64{}, bits: map[string]int{}, order: map[string]int{}}
	for i, b := range breakers {
		s.rated[b.Name], s.order[b.Name] = b, i
	}
	return s
}

// draw returns the values of a step, one per pass: what the register tells of
// them, so that a whole number is whole. The same plan and seed give the same
// values.
func (s *stimuli) draw(step *Step, id points.ID, row *regmap.Row, passes int, seed uint64) []points.Value {
	r := rand.New(rand.NewPCG(seed, hash(step.Breaker, step.Point)))
	info := points.Of(id)
	out := make([]points.Value, passes)
	code := s.code(step, info, passes)
	for pass := range out {
		switch info.Type {
		case points.Bool:
			out[pass] = points.Flag(code>>pass&1 == 1)
		case points.Enum:
			out[pass] = s.choice(step, named(info), pass)
		case points.Text:
			out[pass] = points.String(label(r, row))
		case points.Instant:
			at := points.Epoch.AddDate(18, 0, 0).Add(time.Duration(r.Int64N(6*365*86400)) * time.Second)
			out[pass] = points.At(at)
		default:
			if few := fewValues[id]; few != nil {
				out[pass] = s.choice(step, few, pass)
				continue
			}
			out[pass] = s.number(step, info, row, pass, r)
		}
	}
	return out
}

// again draws a value for a set beyond the passes: another one than the last, and
// not kept apart from those of other points.
func (s *stimuli) again(step *Step, id points.ID, row *regmap.Row, last points.Value, set int, seed uint64) points.Value {
	r := rand.New(rand.NewPCG(seed+uint64(set), hash(step.Breaker, step.Point)))
	info := points.Of(id)
	switch few := fewValues[id]; {
	case info.Type == points.Bool:
		return points.Flag(!last.Bool())
	case info.Type == points.Enum:
		return s.choice(step, named(info), set)
	case few != nil:
		return s.choice(step, few, set)
	case info.Type == points.Text:
		return points.String(label(r, row))
	case info.Type == points.Instant:
		return points.At(last.Time().Add(time.Hour))
	}
	lo, hi := plausible(info, row, s.rated[step.Breaker].In)
	for range tries {
		v := rounded(lo*math.Pow(hi/lo, r.Float64()), info, row)
		if math.Abs(v-last.Float()) > 0.05*math.Abs(last.Float()) {
			return points.Number(v)
		}
	}
	return points.Number(lo)
}

// hash names a point of a breaker in 64 bits.
func hash(parts ...string) uint64 {
	h := fnv.New64a()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return h.Sum64()
}

// code is the word that a boolean shows over the passes, a bit per pass. It is
// never all zeros or all ones, so that what is stuck is found, and neighbours get
// different ones.
func (s *stimuli) code(step *Step, info *points.Info, passes int) uint64 {
	if info.Type != points.Bool {
		return 0
	}
	n := s.bits[step.Breaker]
	s.bits[step.Breaker]++
	words := uint64(1)<<passes - 2 // 1 … 2^passes − 2
	return 1 + (uint64(n)*5+uint64(s.order[step.Breaker])*3)%words
}

// choice is one of a few values, another one in each pass.
func (s *stimuli) choice(step *Step, few []int, pass int) points.Value {
	return points.Number(float64(few[(pass+s.order[step.Breaker])%len(few)]))
}

// named returns the values of an enumeration that have a name.
func named(info *points.Info) []int {
	var few []int
	for i, name := range info.Enum {
		if name != "" {
			few = append(few, i+info.Base)
		}
	}
	if few == nil {
		return []int{1, 2, 3}
	}
	return few
}

// fewValues are whole numbers that can have a few values only.
var fewValues = map[points.ID][]int{
	points.PowerQuadrant:    {1, 2, 3, 4},
	points.RatingSystemType: {30, 31, 40, 41},
}

// label is a text that fits the registers with the NUL at its end.
func label(r *rand.Rand, row *regmap.Row) string {
	n := min(2*int(row.Count)-1, 12)
	b := []byte("FAT-")
	for len(b) < n {
		b = append(b, "23456789abcdefghkmnpqrstuvwxyz"[r.IntN(30)])
	}
	return string(b[:n])
}

// tries is how often a value that is too near another is drawn again; each eighth
// time the distance asked for is halved.
const tries = 64

// halfway is where a signed number of 16 bits turns negative.
const halfway = 33000

// number draws a number of a plausible size that is no other's: low in even
// passes, where missing decimals show, and high in odd ones, where overflow does;
// negative in every other pair where the quantity has a sign.
func (s *stimuli) number(step *Step, info *points.Info, row *regmap.Row, pass int, r *rand.Rand) points.Value {
	lo, hi := plausible(info, row, s.rated[step.Breaker].In)
	from, to := 0.0, 0.5
	if pass%2 == 1 {
		from, to = 0.5, 1
		if row.Kind == regmap.U16 && hi > 1.5*halfway && lo < halfway && whole64(info, row) {
			from = math.Log(halfway/lo) / math.Log(hi/lo)
		}
	}
	key := info.Unit + map[bool]string{true: "i", false: "f"}[whole64(info, row)]
	var v float64
	for try := range tries {
		v = lo * math.Pow(hi/lo, from+(to-from)*r.Float64())
		v = rounded(v, info, row)
		if try == tries-1 || s.take(key, v, distance/float64(int(1)<<(try/8))) && distinct(v, row) {
			break
		}
	}
	if signed(info, row) && pass%4 >= 2 {
		v = -v
	}
	return points.Number(v)
}

// take takes v, if nothing that was taken is nearer than width, as a part of v.
func (s *stimuli) take(key string, v, width float64) bool {
	taken := s.used[key]
	i, same := slices.BinarySearch(taken, v)
	if same || i < len(taken) && taken[i]-v < width*v || i > 0 && v-taken[i-1] < width*v {
		return false
	}
	s.used[key] = slices.Insert(taken, i, v)
	return true
}

// distinct reports whether the value reads differently when its words or bytes are
// swapped, so that no swap is taken for right.
func distinct(v float64, row *regmap.Row) bool {
	d := make([]byte, 2*int(row.Count))
	regmap.PutValue(d, row, v, true)
	for _, swap := range []func([]byte) []byte{swapWords, swapBytes} {
		if string(swap(d)) == string(d) {
			return false
		}
	}
	return true
}

// rounded gives v five significant digits, whole ones where the register or the
// point holds only those, and what the register makes of it.
func rounded(v float64, info *points.Info, row *regmap.Row) float64 {
	v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', 5, 64), 64)
	if row.Kind == regmap.U64 || row.Kind == regmap.S64 {
		v += math.Round(v / 1e5) // more digits than a 32-bit float has
	}
	if whole64(info, row) {
		v = math.Max(1, math.Round(v))
	}
	d := make([]byte, 2*int(row.Count))
	regmap.PutValue(d, row, v, true)
	if told := row.Decode(d); told.Available() {
		return told.Float()
	}
	return v
}

// whole64 reports whether only whole numbers can be told.
func whole64(info *points.Info, row *regmap.Row) bool {
	return info.Type == points.Integer || row.Kind != regmap.F32 && (row.Scale == 0 || row.Scale == 1)
}

// signed reports whether the quantity may be negative and the register can tell it.
func signed(info *points.Info, row *regmap.Row) bool {
	switch row.Kind {
	case regmap.U16, regmap.U32, regmap.U64:
		return false
	}
	return info.Unit == "W" || info.Unit == "var" || info.ID == points.EnergyActive || info.ID == points.EnergyReactive
}
