package imu

import (
	"fmt"
	"math"
	"time"

	"switchroom/breaker"
	"switchroom/points"
)

// climate is the temperature inside the unit, and how long it was in each band.
// It follows the square of the current with one time constant, in closed form.
// That there are six bands is of the predecessor (sibling); where they lie, and
// how fast and how far the current heats the unit, is ours.
type climate struct {
	Ambient float64          // °C, around the breaker
	Begin   float64          // °C, inside, at Since
	End     float64          // °C, to which it goes
	Since   time.Duration    //
	Spent   [6]time.Duration // in each band, until Since
}

// Ours, all of them; the trip is where the predecessor is reported to save
// itself, and its event a sibling's (ACT 0x6405).
const (
	ambientUsual    = 25.0      // °C
	riseAtIn        = 30.0      // K, of a load of In
	climateConstant = time.Hour // to 63 % of the way
	overTemperature = 90.0      // °C, trips
	cooledDown      = 85.0      // °C, the event ends
)

// bandEnds are where the bands end, °C; the last has no end.
var bandEnds = [...]float64{30, 45, 60, 75, 90}

// usual is a unit that has long stood without current.
func usual() climate { return climate{Ambient: ambientUsual, Begin: ambientUsual, End: ambientUsual} }

// at returns the temperature at an instant.
func (c *climate) at(now time.Duration) float64 {
	return c.End + (c.Begin-c.End)*math.Exp(-float64(max(0, now-c.Since))/float64(climateConstant))
}

// feel says that the highest phase carries x × In from now on.
func (c *climate) feel(now time.Duration, x float64) {
	c.settle(now)
	c.End = c.Ambient + riseAtIn*x*x
}

// settle makes now the beginning.
func (c *climate) settle(now time.Duration) {
	c.Begin, c.Spent, c.Since = c.at(now), c.spent(now), now
}

// reaches returns when the temperature gets to t, and whether it ever does.
func (c *climate) reaches(t float64) (time.Duration, bool) {
	if (t-c.Begin)*(c.End-t) <= 0 {
		return 0, false // not between the two
	}
	after := float64(climateConstant) * math.Log((c.Begin-c.End)/(t-c.End))
	return c.Since + time.Duration(math.Ceil(after)), true
}

// band returns in which band a temperature is.
func band(t float64) (n int) {
	for n < len(bandEnds) && t >= bandEnds[n] {
		n++
	}
	return n
}

// spent returns the time in each band until now. On its way the temperature
// passes each end at most once.
func (c *climate) spent(now time.Duration) [6]time.Duration {
	s, from := c.Spent, c.Since
	step := 1
	if c.End < c.Begin {
		step = -1
	}
	b := band(c.Begin)
	if step < 0 && b > 0 && c.Begin <= bandEnds[b-1] {
		b-- // it begins on the end of a band, and leaves it downwards
	}
	for ; now > from; b += step {
		until := now
		if end := min(b, b+step) + 1; b+step >= 0 && b+step < len(s) {
			if at, ok := c.reaches(bandEnds[end-1]); ok {
				until = min(now, at)
			}
		}
		s[b] += until - from
		if from = until; b+step < 0 || b+step >= len(s) {
			break
		}
	}
	return s
}

// Ambient sets the temperature around the breaker, °C, −50 to 150.
func (u *Unit) Ambient(now time.Duration, celsius float64) error {
	if !(celsius >= -50 && celsius <= 150) {
		return fmt.Errorf("%g °C: from −50 to 150", celsius)
	}
	u.hand(now, func() {
		u.climate.Ambient = celsius
		u.climate.feel(u.now, u.load.Share)
	})
	return nil
}

// tooHot returns when the unit gets too hot to go on, or has cooled again.
func (u *Unit) tooHot() (time.Duration, bool) {
	t := u.climate.at(u.now)
	switch {
	case u.book.active(points.CodeTripHot):
		return u.passes(cooledDown, t <= cooledDown)
	case !u.powered():
		return 0, false
	}
	return u.passes(overTemperature, t >= overTemperature)
}

// passes returns when the temperature passes t; now if it has already. A time
// that is over is none: the temperature goes one way only.
func (u *Unit) passes(t float64, already bool) (time.Duration, bool) {
	if already {
		return u.now, true
	}
	at, ok := u.climate.reaches(t)
	return at, ok && at > u.now
}

// saveItself trips a unit that is too hot, and ends the event when it has cooled.
func (u *Unit) saveItself() {
	const rounding = 1e-6 // of the instant that was computed
	t := u.climate.at(u.now)
	was := u.book.active(points.CodeTripHot)
	switch {
	case !was && t >= overTemperature-rounding && u.powered():
		u.lastTrip = "over-temperature"
		u.note(points.CodeTripHot, Entry, fmt.Sprintf("%.0f °C", overTemperature))
		u.fire(u.now, breaker.SelfDiagnostic)
	case was && t <= cooledDown+rounding:
		u.note(points.CodeTripHot, Exit, "cooled")
	default:
		return
	}
	u.climate.settle(u.now) // what comes next is looked for from here on
}
