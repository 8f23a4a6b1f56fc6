// Package fat is factory acceptance as a run: for each step of a plan it
// stimulates a breaker of a laboratory, waits, looks at what the system under
// test shows, compares, and records. Where a point fails it names the mistake
// that explains what is shown: two words swapped, the next register, another
// breaker, a wrong scale.
//
// A [Plan] comes from the breakers and the register map ([Generate]) and is a
// file that people edit. A [Binding] says how to see what the system shows. A
// [Run] gives a [Result], whose checksum and signature [Verify] checks, and whose
// reliance list says what is not confirmed of the real device and was relied on:
// what to check on site.
//
// The order of the steps follows the general structure of IEC 62381 (factory
// acceptance test). The package claims no conformity with it.
//
// It knows the laboratory by HTTP only, changes nothing at the system under test
// unless a command step of the plan says so, and leaves nothing behind: all it
// injects belongs to one run of the laboratory and ends with it.
package fat

import "slices"

// Phase is a part of an acceptance test.
type Phase string

// The phases, in the order of a run.
const (
	Documentation Phase = "documentation"
	Inventory     Phase = "inventory"
	PointToPoint  Phase = "point-to-point"
	Communication Phase = "communication"
	Functional    Phase = "functional"
	Alarms        Phase = "alarms"
	Failure       Phase = "failure"
	Time          Phase = "time"
)

// Phases are all phases, in order.
var Phases = []Phase{Documentation, Inventory, PointToPoint, Communication, Functional, Alarms, Failure, Time}

// before orders phases; what is none comes last.
func (p Phase) before(q Phase) int {
	i, j := slices.Index(Phases, p), slices.Index(Phases, q)
	if i < 0 {
		i = len(Phases)
	}
	if j < 0 {
		j = len(Phases)
	}
	return i - j
}

// Verdict is what came of a step.
type Verdict string

// The verdicts.
const (
	Pass   Verdict = "pass"
	Fail   Verdict = "fail"
	NotRun Verdict = "not run" // and the note says why
	ByHand Verdict = "by hand" // for a person to judge, who has not yet
)
