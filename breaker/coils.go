package breaker

import "time"

// Coil is an electrical accessory of the mechanism with a supply of its own.
type Coil uint8

const (
	MX  Coil = iota // opens when energised, and while it is nothing closes
	MX2             // a second MX
	MN              // opens when its supply fails, and without it nothing closes
	XF              // closes when energised
	RES             // resets when energised
	MCH             // charges the closing spring
	numCoils
)

var coilNames = [...]string{"MX", "MX2", "MN", "XF", "RES", "MCH"}

func (c Coil) String() string { return name(coilNames[:], int(c)) }

// accessories says when each coil counts as energised, and how long it must be
// (MN: must not be) before it acts. MN's threshold and the motor's time are in
// the Config.
var accessories = [numCoils]struct {
	threshold, delay key
	by               Origin
}{
	MX:  {mxThreshold, mxImpulse, ByMX},
	MX2: {mxThreshold, mxImpulse, ByMX2},
	MN:  {mnDrop, mnDelay, ByMN},
	XF:  {xfThreshold, xfImpulse, ByXF},
	RES: {resThreshold, resImpulse, ByRES},
	MCH: {mchThreshold, mchCharge, ByMotor},
}

// Fit returns how a coil is there.
func (c *Config) Fit(coil Coil) Fit {
	wired := func(fitted bool) Fit {
		if fitted {
			return Wired
		}
		return None
	}
	switch coil {
	case MX:
		return c.MX
	case MX2:
		return c.MX2
	case MN:
		return wired(c.MN)
	case XF:
		return c.XF
	case RES:
		return c.RES
	case MCH:
		return wired(c.MCH)
	}
	return None
}

// Coil sets the hard-wired supply of a coil, which holds until it is set again.
// A coil that is not fitted, or not plugged in where the breaker is racked to,
// does nothing with it. What is no voltage is none.
func (b *Breaker) Coil(now time.Duration, c Coil, volts float64) {
	at := b.run(now)
	if c >= numCoils {
		return
	}
	if !(volts > 0) {
		volts = 0
	}
	b.s.Volts[c] = volts
	b.supply(at)
}

// level is the supply of a coil that is fitted and plugged in, in Un.
func (b *Breaker) level(c Coil) float64 {
	if b.c.Fit(c) == None || !b.s.Position.plugged() {
		return 0
	}
	return b.s.Volts[c] / b.c.CoilVoltage
}

// liveCoils returns the coils that are energised.
func (b *Breaker) liveCoils() (live Set[Coil]) {
	for c := range numCoils {
		threshold := accessories[c].threshold.value()
		if c == MN {
			threshold = b.c.MNDrop
		}
		live.put(c, b.level(c) >= threshold)
	}
	return live
}

// supply compares the supply of all coils with what it was, and lets each that
// changed begin or stop what it does.
func (b *Breaker) supply(at time.Duration) {
	was := b.s.Live
	b.s.Live = b.liveCoils()
	for c := range numCoils {
		if on := b.s.Live.Has(c); on != was.Has(c) {
			b.edge(c, on, at)
		}
	}
}

// edge starts the coil's timer when it goes to where it acts, and stops it when
// it leaves in time. A supply that fails releases a closing order.
func (b *Breaker) edge(c Coil, on bool, at time.Duration) {
	acts := on != (c == MN)
	b.s.Timers[c] = never
	switch {
	case c == MCH:
		b.charge(at)
	case acts && b.c.Fit(c) != None:
		b.s.Timers[c] = later(at, accessories[c].delay.time())
	}
	if c == XF && !on {
		b.s.Spent.put(ByXF, false)
	}
}

// act is a coil that has been supplied (MN: has not been) long enough.
func (b *Breaker) act(c Coil, at time.Duration) {
	if c != MCH { // a motor that finds the spring charged by hand has done nothing
		b.s.Worked[c]++
	}
	switch by := accessories[c].by; c {
	case MX, MX2, MN:
		b.open(at, by)
	case XF:
		b.close(at, by)
		b.s.Spent.put(by, true)
	case RES:
		b.reset(at, by)
	case MCH:
		b.charged(at, by)
	}
}

// dropClosing takes back every closing order that has not reached the contacts.
// One that is still held must be released before it can be given again.
func (b *Breaker) dropClosing() {
	b.s.Timers[timerOrderClose] = never
	b.s.Timers[XF] = never
	if b.s.Live.Has(XF) {
		b.s.Spent.put(ByXF, true)
	}
}
