package imu

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"switchroom/points"
)

// Bounds of what the service port injects, ours.
const (
	injectMost = 200_000 // A
	injectLong = 20 * time.Minute
)

// injection is a test by the service port: currents in place of those of the network,
// for a time, and what came of it. It is not remembered by a unit that starts again.
type injection struct {
	on           bool
	begun, until time.Duration
	result       string
}

// doInjection begins a test, or ends the one that runs: the currents flow through the
// unit's own protection with its own settings, and trip the breaker as a fault would.
// The value is l1, l2, l3 and neutral in A and how long, as "5000 5000 5000 0 for 20".
func (u *Unit) doInjection(r *Request) Result {
	amps, long, err := parseInjection(r.Value.Text())
	switch {
	case err != nil:
		return refuse(OutOfRange, err.Error())
	case long == 0:
		u.endInjection("ended")
		return Result{}
	case u.network != nil:
		return refuse(Busy, "a test set is in the place of the network already")
	case !u.conducts():
		return refuse(NotReady, "what is injected flows through the breaker: close it first")
	}
	u.injection = injection{on: true, begun: u.now, until: u.now + long, result: "running"}
	u.note(points.CodeInjection, Entry, who(r.Actor))
	u.inject(&amps)
	return Result{}
}

// parseInjection reads what is to be injected.
func parseInjection(text string) (amps [4]complex128, long time.Duration, err error) {
	usage := fmt.Errorf("write the currents of l1, l2, l3 and neutral in A up to %d, and how long in s up to %.0f, as 5000 5000 5000 0 for 20; for 0 ends a test", injectMost, injectLong.Seconds())
	f := strings.Fields(text)
	if len(f) != 6 || f[4] != "for" {
		return amps, 0, usage
	}
	for k := range amps {
		x, err := strconv.ParseFloat(f[k], 64)
		if err != nil || !(x >= 0 && x <= injectMost) {
			return amps, 0, usage
		}
		amps[k] = phasors[k] * complex(x, 0)
	}
	s, err := strconv.ParseFloat(f[5], 64)
	if err != nil || !(s >= 0 && s <= injectLong.Seconds()) {
		return amps, 0, usage
	}
	return amps, time.Duration(s * float64(time.Second)), nil
}

// phasors are the directions of three phases; what flows in the neutral is in phase
// with l1.
var phasors = [4]complex128{1, complex(-0.5, -0.8660254037844386), complex(-0.5, 0.8660254037844386), 1}

// endInjection ends the test, and gives the unit its network again.
func (u *Unit) endInjection(result string) {
	if !u.injection.on {
		return
	}
	u.injection.on = false
	if u.injection.result == "running" {
		u.injection.result = result
	}
	u.inject(nil)
}

// testedBy notes what a test has tripped, and after how long.
func (u *Unit) testedBy(what string, at time.Duration) {
	if !u.injection.on || u.injection.result != "running" {
		return
	}
	u.injection.result = fmt.Sprintf("%s after %.4f s", what, (at - u.injection.begun).Seconds())
	u.injection.until = u.now // it ends with the trip: a breaker that is closed again carries what the network offers
}
