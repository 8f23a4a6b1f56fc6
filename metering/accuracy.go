package metering

import "math/rand/v2"

// gains are the errors of one unit's measurement: what is shown of 1. They stay
// as they are for the life of a unit, so that what belongs together stays
// together: powers are of the currents and voltages shown, totals of the phases.
type gains struct {
	i        [4]float64
	v        [3]float64
	leakage  float64
	residual [4]float64 // of a current as shown, in the ground current
}

// classes are the limits of error, by channel in the order that they are drawn
// (UG-00: currents; CAT: class 0.5 of voltage).
var classes = [...]key{phaseClass, phaseClass, phaseClass, neutralClass, voltageClass, voltageClass, voltageClass, groundClass, leakageClass}

// draw returns the gains of a seed, nil for 0: every channel has an error within
// its class (even over the class, and fixed: ours). Power, the product of two of
// class 0.5, is within class 1.
func draw(seed uint64) *gains {
	if seed == 0 {
		return nil
	}
	r := rand.New(rand.NewPCG(seed, 0))
	var all [len(classes)]float64
	for c, class := range classes {
		all[c] = 1 + (2*r.Float64()-1)*classShare.value()*class.value()/100
	}
	g := gains{i: [4]float64(all[:4]), v: [3]float64(all[4:7]), leakage: all[8]}
	for k := range g.residual {
		g.residual[k] = all[7] / g.i[k]
	}
	return &g
}

// show returns what is shown of currents and voltages.
func (g *gains) show(i [4]complex128, v [3]complex128) ([4]complex128, [3]complex128) {
	if g == nil {
		return i, v
	}
	for k := range i {
		i[k] *= complex(g.i[k], 0)
	}
	for k := range v {
		v[k] *= complex(g.v[k], 0)
	}
	return i, v
}

// showSample makes one sample what is shown of it.
func (g *gains) showSample(i *[4]float64, v *[3]float64) {
	if g == nil {
		return
	}
	for k := range i {
		i[k] *= g.i[k]
	}
	for k := range v {
		v[k] *= g.v[k]
	}
}

// showAll is show for every order of s.
func (g *gains) showAll(s *Spectrum) *Spectrum {
	if g == nil || s == nil {
		return s
	}
	c := *s
	for h := range MaxOrder + 1 {
		i, v := g.show(s.at(h))
		c.put(h, i, v)
	}
	return &c
}

// ground returns the sum of currents as shown, without what their different
// errors would leave of a balanced load.
func (g *gains) ground(i *[4]complex128, neutral bool) (sum complex128) {
	n := 3
	if neutral {
		n = 4
	}
	for k, z := range i[:n] {
		if g != nil {
			z *= complex(g.residual[k], 0)
		}
		sum += z
	}
	return sum
}
