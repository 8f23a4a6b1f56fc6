package metering

import (
	"math"
	"math/cmplx"
)

// bins are the Fourier sums of one window of samples, at whatever instants they
// came: no resampling, so nothing is folded that the samples have not folded.
//
// Samples that do not divide the window evenly let every order leak into every
// other. How much is known: it is the Fourier sums of the instants themselves,
// the grid. Solving for it makes the orders what they were.
type bins struct {
	have    bool                // there is a newest sample
	x       [conductors]float64 // the newest sample
	turn    complex128          // e^(−jωt) at it
	weight  float64             // of it, so far: the time before it
	longest float64             // time between two samples

	sum  [MaxOrder + 1][conductors]complex128 // Σ x·e^(−jhωt)·dt
	grid [2*MaxOrder + 1]complex128           // Σ e^(−jdωt)·dt
}

// conductors are four currents and three voltages.
const conductors = 7

// put makes x the newest sample, dt after what was before it: a sample, which
// gets half of the time, or the beginning of the window.
func (b *bins) put(dt float64, x [conductors]float64, turn complex128) {
	b.weight += dt
	if b.have {
		b.weight -= dt / 2
		b.take()
		b.weight, b.longest = dt/2, max(b.longest, dt)
	}
	b.have, b.x, b.turn = true, x, turn
}

// end ends the window dt after the newest sample.
func (b *bins) end(dt float64) {
	if b.weight += dt; b.have {
		b.take()
	}
}

// take counts the newest sample.
func (b *bins) take() {
	w := b.weight
	x := b.x
	for c := range x {
		x[c] *= w
	}
	turn := complex(1, 0)
	for h := range b.sum {
		re, im := real(turn), imag(turn)
		b.grid[h] += complex(w*re, w*im)
		for c := range x {
			b.sum[h][c] += complex(x[c]*re, x[c]*im)
		}
		turn *= b.turn
	}
	for d := len(b.sum); d < len(b.grid); d++ {
		b.grid[d] += complex(w*real(turn), w*imag(turn))
		turn *= b.turn
	}
}

// top is the highest order that the samples tell, by their longest step: well
// below half of their number a cycle, where one could be the mirror of another.
func (b *bins) top(span float64) int {
	if !(b.longest > 0) {
		return 0
	}
	return int(max(0, min(MaxOrder, (span/b.longest-1.5)/2)))
}

// solve writes the rms phasors of orders 1 to top into s, and 0 beyond, and
// returns top. Of samples that are too few for any order the first is what they
// look like.
func (b *bins) solve(s *Spectrum) (top int) {
	*s = Spectrum{}
	span := real(b.grid[0])
	if !(span > 0) {
		return 0
	}
	top = b.top(span)
	for d := range b.grid {
		b.grid[d] *= complex(1/span, 0)
	}
	even := b.even(max(1, top))
	for c := range conductors {
		x := b.orders(c, span)
		if !even {
			b.settle(&x, max(1, top))
		}
		into := &s.I[c&3]
		if c >= 4 {
			into = &s.V[c-4]
		}
		for h := 1; h <= max(1, top); h++ {
			into[h] = x[h] * math.Sqrt2
		}
	}
	return top
}

// orders returns the sums of a conductor as means over the window.
func (b *bins) orders(c int, span float64) (x orders) {
	for h := range x {
		x[h] = b.sum[h][c] * complex(1/span, 0)
	}
	return x
}

// leak is what of one order is not worth following into the others, of the
// strongest.
const leak = 1e-6

// even reports whether the samples divide the window evenly.
func (b *bins) even(top int) bool {
	for _, g := range b.grid[1 : 2*top+1] {
		if square(g) > leak*leak {
			return false
		}
	}
	return true
}

// settle makes the sums y the orders x that they come from: y = G·x, where G is
// the grid: y(h) = Σ x(g)·G(h−g) over −top ≤ g ≤ top, with x(−g) the conjugate
// of x(g). It is the method of Gauss and Seidel, which converges since G is
// positive; what is too little to leak is passed over.
func (b *bins) settle(y *orders, top int) {
	const rounds = 50 // a few do, but where the window falls so that a sample is missing at its border
	var x orders
	var most float64
	for _, z := range y[:top+1] {
		most = max(most, square(z))
	}
	for range rounds {
		moved := false
		for k := 1; k <= top+1; k++ {
			g := k % (top + 1) // the constant comes last: it is seldom anything
			if more := y[g] - x[g]; square(more) > leak*leak*most {
				x[g], moved = y[g], true
				b.takeOff(y, more, g, top)
			}
		}
		if !moved {
			break
		}
	}
	*y = x
}

// takeOff takes off what more of order g has leaked into the others, and into
// all of them by its mirror.
func (b *bins) takeOff(y *orders, more complex128, g, top int) {
	mirror := cmplx.Conj(more)
	for h := range top + 1 {
		switch {
		case h < g:
			y[h] -= more * cmplx.Conj(b.grid[g-h])
		case h > g:
			y[h] -= more * b.grid[h-g]
		}
		if g > 0 {
			y[h] -= mirror * b.grid[h+g]
		}
	}
}
