package protection

import "time"

// element is one function of a digital module on one phase:
//
//	       over the pick-up            delay over
//	idle ────────────────────▶ picked ────────────▶ operated
//	 ▲  ▲                        │                     │
//	 │  └── below the drop-out ──┘                     │
//	 └──────── below the drop-out for dropDelay ───────┘
//
// A quantity between drop-out and pick-up leaves it where it is. progress is the
// share of the delay that is over, so that delays that run go on when settings
// or quantities change, and the next instant is a closed form while they don't.
type element struct {
	elementPlan
	picked   bool
	operated bool
	armed    bool // the quantity was on the good side of arm once
	falling  bool // operated, and below the drop-out since left
	progress float64
	left     time.Duration
}

// elementPlan is what settings, rating and corner make of an element.
type elementPlan struct {
	function  Function
	phase     Phase
	usage     Usage
	what      quantity
	under     bool    // picks up below
	arm       float64 // rests until the quantity was on the good side of this once; 0: does not
	pickup    float64 // in the unit of the quantity
	drop      float64
	law       inverseLaw    // of the delay, where it has a curve
	delay     time.Duration // else
	reset     time.Duration // below the drop-out until progress is forgotten
	dropDelay time.Duration
}

// beyond reports whether x is at or past limit, on the side that picks up.
func (p *elementPlan) beyond(x, limit float64) bool {
	if p.under {
		return x <= limit
	}
	return x >= limit
}

// wait is the whole delay at a constant x.
func (p *elementPlan) wait(x float64) time.Duration {
	if p.law.scale > 0 {
		return seconds(p.law.seconds(x))
	}
	return p.delay
}
