package plant

import (
	"math"
	"math/cmplx"
	"slices"
	"time"
)

// SamplesPerCycle is how many samples a cycle breakers are told while something
// happens: what the control unit takes itself (UG: confirmed).
const SamplesPerCycle = 40

// Of the integration; ours.
const (
	substeps = 4               // a sample; (ω·h)²/12 is 0.013 % of amplitude error
	longest  = 3 * time.Second // after it the phasors are told whatever is left
	settled  = 1e-3            // share of the largest current below which what is left counts as nothing
	settledA = 0.1             // A, the same for small networks
)

// transient is an island solved by samples. They fall on a grid that begins at
// world time 0, where the control units take theirs.
type transient struct {
	begin   time.Duration
	n       int64         // last place on the grid, or the one before begin
	now     time.Duration // of the last sample
	elapsed float64       // s from begin to the state
	angle   float64       // of the phasors at begin, rad
	h       float64       // s, a step on the grid
	i       []float64
	vc      []float64 // of the limbs' capacitances
	u       []float64 // of the limbs, less their source
	volt    []float64
	g       []float64
	hist    []float64
	half    bool // the next step is two of backward Euler: something was switched
	opens   []int
	was     [2][]float64 // i and vc before a step
	sys     *system[float64]
	dt      float64 // of sys
	clean   int     // steps since the last switching
	parted  bool    // a limb opened in this sample
}

// grid returns the n-th place on the grid of the samples.
func (s *island) grid(n int64) time.Duration {
	rate := int64(math.Round(SamplesPerCycle * s.net.Frequency))
	return time.Duration(n/rate)*time.Second + time.Duration(math.Round(float64(n%rate)*1e9/float64(rate)))
}

// before returns the last place on the grid that is at least a microsecond
// before the next one after now.
func (s *island) before(now time.Duration) int64 {
	n := int64(math.Floor(now.Truncate(time.Second).Seconds()*SamplesPerCycle*s.net.Frequency + (now%time.Second).Seconds()*SamplesPerCycle*s.net.Frequency))
	for s.grid(n+1)-now < time.Microsecond {
		n++
	}
	return n
}

// disturb begins the samples at now, from the phasors as they are, unless they
// have begun. Call it before something is switched.
func (s *island) disturb(now time.Duration) {
	if s.tr != nil {
		return
	}
	hz := s.net.Frequency
	t := &transient{begin: now, now: now, n: s.before(now), angle: angleAt(now, hz), h: 1 / hz / SamplesPerCycle / substeps, half: true}
	s.tr = t
	t.fit(len(s.limbs), s.nodes)
	s.holdCurrents()
	for k := range s.limbs {
		l := &s.limbs[k]
		i := s.current(k)
		t.i[k] = instant(i, t.angle)
		t.vc[k] = instant(i*complex(0, -l.s/s.w), t.angle)
	}
}

// holdCurrents takes what generates by its last phasors.
func (s *island) holdCurrents() {
	for k := range s.limbs {
		if l := &s.limbs[k]; l.feeds {
			l.held = s.current(k)
		}
	}
}

// angleAt is ω·t without losing the small end of a long time.
func angleAt(t time.Duration, hz float64) float64 {
	whole := t.Truncate(time.Second).Seconds() * hz
	return 2 * math.Pi * (whole - math.Floor(whole) + (t%time.Second).Seconds()*hz)
}

func instant(i complex128, angle float64) float64 {
	return math.Sqrt2 * real(i*cmplx.Rect(1, angle))
}

// fit makes room for the limbs.
func (t *transient) fit(limbs, nodes int) {
	for _, x := range []*[]float64{&t.i, &t.vc, &t.u, &t.g, &t.hist, &t.was[0], &t.was[1]} {
		*x = append(*x, make([]float64, max(0, limbs-len(*x)))...)
	}
	t.volt = make([]float64, nodes)
	t.sys = nil
}

// switchLimb opens or closes a limb: closing acts at once, opening, while there
// are samples, at the next zero of its current.
func (s *island) switchLimb(k int, on bool) {
	t := s.tr
	if t == nil {
		s.limbs[k].off = !on
		return
	}
	i := slices.Index(t.opens, k)
	switch {
	case on && i >= 0:
		t.opens = slices.Delete(t.opens, i, i+1)
	case on && s.limbs[k].off:
		s.limbs[k].off = false
		t.i[k], t.vc[k] = 0, 0
	case !on && !s.limbs[k].off && i < 0:
		t.opens = append(t.opens, k)
	}
	t.switched()
}

// switched makes the next step a damped one.
func (t *transient) switched() { t.half, t.sys, t.clean = true, nil, 0 }

// sample goes on to the next sample.
func (s *island) sample() {
	t := s.tr
	end := s.grid(t.n + 1)
	h := (end - t.now).Seconds() / substeps
	if math.Abs(h-t.h) < 1e-8 {
		h = t.h // the grid is rounded to the nanosecond
	}
	for range substeps {
		s.setStages(t.begin + time.Duration(t.elapsed*1e9))
		t.elapsed += h
		s.stepTo(h)
	}
	t.n++
	t.now, t.elapsed = end, (end - t.begin).Seconds()
	if t.parted {
		t.parted = false
		s.changed(end)
	}
}

// stepTo goes on by h. A pole whose current passes zero on the way opens there,
// and the rest of the way is gone without it.
func (s *island) stepTo(h float64) {
	t := s.tr
	for left := h; left > 1e-3*h; {
		if len(t.opens) > 0 {
			copy(t.was[0], t.i)
			copy(t.was[1], t.vc)
		}
		end := t.elapsed // the sources are those of the end of the step
		switch {
		case left < h:
			s.step(left, left, end, true)
			t.half = true
		case t.half:
			s.step(h, h/2, end-h/2, true)
			s.step(h, h/2, end, true)
			t.half = false
		default:
			s.step(h, h, end, false)
		}
		k, share := s.zero()
		if k < 0 {
			break
		}
		s.part(k, share)
		left *= 1 - share
	}
	t.clean++
}

// step solves the network at elapsed time end, dt after the state. The
// coefficients are those of the trapezoidal rule over h, which are also those
// of backward Euler over half of it.
func (s *island) step(h, dt, end float64, euler bool) {
	t := s.tr
	angle := t.angle + s.w*end
	turn := cmplx.Rect(math.Sqrt2, angle)
	if euler {
		h = 2 * dt
	}
	if t.sys == nil || t.dt != h {
		s.factor(h)
	}
	clear(t.volt)
	for k := range s.limbs {
		l := &s.limbs[k]
		if l.off {
			continue
		}
		switch {
		case l.feeds:
			t.hist[k] = real(l.held * turn)
		case l.l == 0 && l.s == 0:
			t.hist[k] = 0
		case euler:
			t.hist[k] = t.g[k] * (2*l.l/h*t.i[k] - t.vc[k])
		default:
			t.hist[k] = t.g[k] * (t.u[k] - t.i[k]*(l.r-2*l.l/h+h*l.s/2) - 2*t.vc[k])
		}
		inject := t.hist[k]
		if l.emf != 0 {
			inject -= t.g[k] * real(l.emf*turn)
		}
		if l.a != earth {
			t.volt[l.a] -= inject
		}
		if l.b != earth {
			t.volt[l.b] += inject
		}
	}
	t.sys.solve(t.volt)
	s.carry(dt, euler, turn)
}

// carry takes the limbs' state from the node voltages.
func (s *island) carry(dt float64, euler bool, turn complex128) {
	t := s.tr
	for k := range s.limbs {
		l := &s.limbs[k]
		if l.off {
			t.i[k] = 0
			continue
		}
		u := -real(l.emf * turn)
		if l.a != earth {
			u += t.volt[l.a]
		}
		if l.b != earth {
			u -= t.volt[l.b]
		}
		i := t.g[k]*u + t.hist[k]
		if euler {
			t.vc[k] += dt * l.s * i
		} else {
			t.vc[k] += dt / 2 * l.s * (i + t.i[k])
		}
		t.i[k], t.u[k] = i, u
	}
}

func (s *island) factor(h float64) {
	t := s.tr
	m := newSystem[float64](s.pat)
	for k := range s.limbs {
		l := &s.limbs[k]
		if l.off {
			continue
		}
		if t.g[k] = 0; l.feeds {
			continue // a negative resistance would make every resonance grow
		}
		t.g[k] = 1 / (l.r + 2*l.l/h + h*l.s/2)
		m.between(l.a, l.b, l.element, t.g[k])
	}
	m.factor()
	t.sys, t.dt = m, h
}

// zero finds the opening limb whose current passed zero first in the last step,
// and at what share of it.
func (s *island) zero() (limb int, share float64) {
	t := s.tr
	limb, share = -1, 2
	for _, k := range t.opens {
		a, b := t.was[0][k], t.i[k]
		at := 2.
		switch {
		case math.Abs(a) < 1e-3:
			at = 0
		case a*b <= 0:
			at = a / (a - b)
		}
		if at < share {
			limb, share = k, at
		}
	}
	return limb, share
}

// part opens a limb at a share of the last step.
func (s *island) part(k int, share float64) {
	t := s.tr
	for j := range t.i {
		t.i[j] = t.was[0][j] + share*(t.i[j]-t.was[0][j])
		t.vc[j] = t.was[1][j] + share*(t.vc[j]-t.was[1][j])
	}
	s.limbs[k].off = true
	t.i[k], t.parted = 0, true
	t.opens = slices.DeleteFunc(t.opens, func(o int) bool { return o == k })
	t.switched()
}

// over reports whether only phasors are left, and then ends the samples.
func (s *island) over() bool {
	t := s.tr
	if now := t.now; now-t.begin < longest {
		if t.clean < 2*substeps || t.n%(SamplesPerCycle/2) != 0 || len(t.opens) > 0 || s.staged(now) || !s.even() {
			return false
		}
	} else {
		for _, k := range t.opens {
			s.limbs[k].off = true
		}
		s.solve()
	}
	s.tr = nil
	s.fresh = s.fallOff()
	return true
}

// even solves the phasors and compares them with the state.
func (s *island) even() bool {
	t := s.tr
	s.solveLinear()
	angle := t.angle + s.w*t.elapsed
	var most, far float64
	for k := range s.limbs {
		l := &s.limbs[k]
		if l.off || l.l == 0 && l.s == 0 {
			continue
		}
		i := s.current(k)
		most = max(most, cmplx.Abs(i))
		far = max(far, math.Abs(t.i[k]-instant(i, angle)))
	}
	return far < settled*most+settledA
}

// samples says what each breaker carries at this instant.
func (s *island) samples(out []report) []report {
	t := s.tr
	volt := func(node string, p int) float64 { return t.volt[s.conductor(node, p)] }
	for i, k := range s.branches {
		b := &s.net.Branches[k]
		r := report{branch: k, sampled: true}
		for c := range conductors {
			r.i[c] = complex(t.i[s.pole[i][c]], 0)
		}
		tap := b.To
		if b.TapsTop {
			tap = b.From
		}
		for p := range 3 {
			r.v[p] = complex(volt(tap, p)-volt(tap, neutral), 0)
		}
		out = append(out, r)
	}
	return out
}
