package fat

import (
	"slices"
	"strconv"
	"strings"
)

// check is a row of the table of checks that a generated plan has per breaker.
type check struct {
	name   string // tells two checks of one fault apart
	phase  Phase
	do     string // fault of the laboratory, or command
	with   string // a=b c=d
	expect string
	within float64 // s
	needs  string  // points that the plan must have, separated by spaces
	proves string
}

// checks is the table, in the order of a run within a phase. Time limits are ours:
// the file is there to be edited.
var checks = []check{
	{"", Communication, "busy", "", ExpectGood, 15, "", "a unit that answers busy for a while is asked again"},
	{"", Communication, "connection-limit", "connections=4", ExpectStays, 30, "", "four connections to a breaker are enough for the system"},
	{"", Communication, "duplicate", "", ExpectGood, 15, "", "an answer that comes twice is not taken for the next"},
	{"", Communication, "exceptions", "", ExpectGood, 15, "", "exceptions do not end the polling"},
	{"", Communication, "garbage", "", ExpectUnbelieved, 5, "", "noise is not believed"},
	{"recovers", Communication, "garbage", "", ExpectGood, 30, "", "the polling goes on after noise"},
	{"", Communication, "half", "", ExpectUnbelieved, 5, "", "an answer that is cut off is not filled up"},
	{"recovers", Communication, "half", "", ExpectGood, 30, "", "an answer that is cut off does not end the polling"},
	{"", Communication, "slow", "", ExpectGood, 15, "", "late answers are not mixed up, and the polling goes on"},
	{"", Communication, "wrong-transaction", "", ExpectUnbelieved, 5, "", "an answer to another question is not believed"},
	{"recovers", Communication, "wrong-transaction", "", ExpectGood, 30, "", "the polling goes on after answers that belong to no question"},
	{"", Communication, "wrong-unit", "", ExpectUnbelieved, 5, "", "an answer of another unit is not believed"},
	{"recovers", Communication, "wrong-unit", "", ExpectGood, 30, "", "the polling goes on after answers of another unit"},

	{"", Functional, "close", "", "breaker.closed=true", 10, "breaker.closed", "the closed position is shown, from the contacts to the screen"},
	{"", Functional, "open", "", "breaker.closed=false", 10, "breaker.closed", "the open position is shown, from the contacts to the screen"},
	{"again", Functional, "close", "", "breaker.closed=true", 10, "breaker.closed", "the change back is shown"},
	{"", Functional, "load", "l1=0.3In l2=0.4In l3=0.5In", ExpectFollows, 15, "current.l1", "a real change of the load reaches the screen"},
	{"open", Functional, DoCommand, "do=open", "breaker.closed=false", 15, "breaker.closed", "an order of the system opens the breaker, once"},
	{"close", Functional, DoCommand, "do=close", "breaker.closed=true", 15, "breaker.closed", "an order of the system closes the breaker, once"},
	{"not repeated", Functional, DoCommand, "do=open lose=answer", "breaker.closed=true", 15, "breaker.closed", "an order whose answer was lost is not sent again"},
	{"locked", Functional, "pad", "to=locked", "interface.pad=locked", 10, "interface.pad", "it is shown that orders are refused, and why"},
	{"unlocked", Functional, "pad", "to=unlocked", "interface.pad=unlocked", 10, "interface.pad", "it is shown that orders are taken"},

	{"", Alarms, "trip", "cause=instantaneous", "breaker.closed=false breaker.fault_tripped=true", 15, "breaker.closed breaker.fault_tripped", "a trip is shown as one"},
	{"", Alarms, "reset", "", "breaker.fault_tripped=false", 10, "breaker.fault_tripped", "the reset after a trip is shown"},
	{"after reset", Alarms, "close", "", "breaker.closed=true", 10, "breaker.closed", "the breaker can be seen in service again"},

	{"", Failure, "not-available", "", ExpectBad, 10, "", "a value that the unit has not is not shown as one"},
	{"recovers", Failure, "not-available", "", ExpectGood, 10, "", "values that come back are shown"},
	{"", Failure, "quality-off", "", ExpectBad, 10, "", "a bit that the unit marks as invalid is not shown as valid"},
	{"", Failure, "silent", "", ExpectBad, 30, "", "a unit that is silent is told as such"},
	{"recovers", Failure, "silent", "", ExpectGood, 30, "", "the polling goes on after a silence"},
	{"", Failure, "link-down", "", ExpectBad, 30, "", "a lost link is told"},
	{"recovers", Failure, "link-down", "", ExpectGood, 30, "", "the system connects again after a lost link"},
	{"", Failure, "restart", "", ExpectGood, 30, "", "the system connects again after a restart of the unit"},

	{"", Time, "times", "", "times", 10, "", "the time shown with a value is the time of the value, in the right zone"},
}

// DoCommand is a step in which the system under test operates the breaker.
const DoCommand = "command"

// DoByHand is a step that a person does and judges.
const DoByHand = "by-hand"

// own lists what the run does itself, without a fault of the laboratory.
var own = []string{DoCommand, DoByHand, Substitute, "times"}

// checkSteps makes the steps of one breaker from the table: those whose fault the
// laboratory has and whose points the plan has.
func checkSteps(o Options, b Breaker, names []string) []Step {
	var steps []Step
	for _, c := range checks {
		if len(names) == 0 || !o.offers(c.do) || !hasAll(names, strings.Fields(c.needs)) || c.do == "quality-off" && !anyBit(names) {
			continue
		}
		s := Step{
			ID: strings.TrimSpace(b.Name + " " + c.do + " " + c.name), Phase: c.phase, Breaker: b.Name, Do: c.do, With: of(c.with, b),
			Expect: c.expect, Within: c.within, Proves: c.proves,
		}
		steps = append(steps, s)
	}
	return steps
}

func (o Options) offers(do string) bool {
	return o.Faults == nil || slices.Contains(own, do) || slices.ContainsFunc(o.Faults, func(f FaultsOfLab) bool { return f.Name == do })
}

func hasAll(names, wanted []string) bool {
	for _, w := range wanted {
		if !slices.Contains(names, w) {
			return false
		}
	}
	return true
}

// of fills in what depends on the breaker: 0.3In becomes amperes.
func of(with string, b Breaker) map[string]string {
	m := pairs(with)
	for k, v := range m {
		if f, ok := strings.CutSuffix(v, "In"); ok {
			x, _ := strconv.ParseFloat(f, 64)
			m[k] = strconv.FormatFloat(x*b.In, 'g', -1, 64)
		}
	}
	return m
}

// pairs reads a=b c=d.
func pairs(s string) map[string]string {
	var m map[string]string
	for _, f := range strings.Fields(s) {
		if k, v, ok := strings.Cut(f, "="); ok {
			if m == nil {
				m = map[string]string{}
			}
			m[k] = v
		}
	}
	return m
}

// handSteps are what a person does once per site.
func handSteps() []Step {
	rows := []struct {
		id     string
		phase  Phase
		expect string
		proves string
	}{
		{"documents", Documentation, "the specification, the list of points and the single-line diagram are at hand, in the revisions that the contract names", "what the test is held against"},
		{"deviations", Documentation, "open deviations of earlier tests are listed with who closes them", "nothing open is forgotten"},
		{"versions", Inventory, "name, version and licence of the system under test and its drivers are written down", "what was tested"},
		{"addresses", Inventory, "each breaker's address and unit id in the system are those of the switchroom", "the right device is asked"},
		{"wrong password", Functional, "with a wrong password in the system, an order does not move the breaker and is told as refused", "a refusal is told, and not taken for done"},
		{"alarm texts", Alarms, "alarm texts name breaker, cause and what to do; they need an acknowledgement, and the order of events is right", "an alarm can be acted on"},
		{"clock lost", Time, "a unit that has lost its clock is told, and its events are not sorted into the year 2000", "time stamps are judged"},
	}
	var steps []Step
	for _, r := range rows {
		steps = append(steps, Step{ID: "site " + r.id, Phase: r.phase, Do: DoByHand, Expect: r.expect, Proves: r.proves})
	}
	return steps
}
