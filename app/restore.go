package app

import (
	"context"
	"fmt"

	"switchroom/points"
)

// Answer is to a question of the guidance.
type Answer string

// The answers. What the phone could not read it does not know, and says so.
const (
	Yes      Answer = "yes"
	No       Answer = "no"
	Told     Answer = "told" // what it says is in Read
	NotKnown Answer = "not known"
)

// Step is one question on the way back to power.
type Step struct {
	Ask    string `json:"ask"`
	Answer Answer `json:"answer"`
	Read   string `json:"read,omitempty"` // what the answer stands on
	Then   string `json:"then"`           // what to do, or what it means
	Stop   bool   `json:"stop"`           // do not go on before this is done
}

// Restoration is the guidance: what is to be done next, and why.
type Restoration struct {
	Breaker string `json:"breaker"`
	Next    string `json:"next"` // in one sentence
	Steps   []Step `json:"steps"`
	Unknown string `json:"unknown"` // what no phone knows
}

// unknown is what the guidance never knows.
const unknown = "This list stands on what the breaker tells. It does not know whether somebody works behind it, whether the cause of a trip is cleared, what the breakers before and behind it do, and whether the load may be live. A qualified person decides (D14)."

// restoring are the points that the guidance looks at.
var restoring = []points.ID{
	points.BreakerClosed, points.BreakerTripped, points.BreakerFaultTripped, points.BreakerLastTrip, points.BreakerPosition,
	points.BreakerSpringCharged, points.BreakerReadyToClose, points.BreakerNotReady, points.BreakerInhibitedComm, points.BreakerInhibitedIO,
	points.VoltageL12, points.VoltageL23, points.VoltageL31, points.RatingVoltage, points.ProtectionERMSEngaged,
}

// Restore reads the breaker and says how the power comes back.
func (p *Phone) Restore(ctx context.Context) (*Restoration, error) {
	v, l, err := p.values(ctx, restoring)
	if err != nil {
		return nil, err
	}
	r := Guide(v)
	r.Breaker = l.unit
	return r, nil
}

// Guide makes the list from the state of a breaker. A value that is missing is not known,
// never taken for no. The order is ours: no document has it.
func Guide(v map[points.ID]points.Value) *Restoration {
	r := &Restoration{Unknown: unknown, Steps: []Step{}}
	for _, q := range questions {
		r.Steps = append(r.Steps, q(v))
	}
	r.Next = next(v[points.BreakerClosed], r.Steps)
	return r
}

// next is the first thing that stands in the way.
func next(closed points.Value, steps []Step) string {
	if closed.Bool() {
		return "The breaker is closed: if there is no power behind it, look for what is missing before it and behind it."
	}
	for _, s := range steps {
		if s.Stop {
			return s.Then
		}
	}
	return "Nothing that the breaker tells stands against closing. Decide, then close it."
}

// questions are asked in this order.
var questions = []func(map[points.ID]points.Value) Step{asksClosed, asksFault, asksCause, asksVoltage, asksPosition, asksSpring, asksInhibited, asksERMS, asksReady}

// flag answers by a point that is yes or no.
func flag(v points.Value) Answer {
	switch {
	case !v.Available():
		return NotKnown
	case v.Bool():
		return Yes
	}
	return No
}

// step words an answer: then by answer, and where one stops.
func step(ask string, a Answer, then map[Answer]string, stops ...Answer) Step {
	s := Step{Ask: ask, Answer: a, Then: then[a]}
	for _, x := range stops {
		s.Stop = s.Stop || a == x
	}
	return s
}

func asksClosed(v map[points.ID]points.Value) Step {
	return step("Is the breaker closed?", flag(v[points.BreakerClosed]), map[Answer]string{
		Yes: "Closed: it does not stand in the way of the power.", No: "Open: the power comes back through it only when it is closed.",
		NotKnown: "Look at the indicator on its front: I is closed, O is open.",
	}, NotKnown)
}

func asksFault(v map[points.ID]points.Value) Step {
	return step("Has it tripped on a fault?", flag(v[points.BreakerFaultTripped]), map[Answer]string{
		Yes: "It has tripped on a fault. Find and clear the cause, then reset it: at its reset button, or here.", No: "No fault trip stands.",
		NotKnown: "Look at the reset button on its front: it stands out after a fault trip.",
	}, Yes, NotKnown)
}

func asksCause(v map[points.ID]points.Value) Step {
	cause := v[points.BreakerLastTrip]
	if !cause.Available() || cause.Text() == "" {
		return Step{Ask: "What tripped it last?", Answer: NotKnown, Then: "It tells of no trip. Look at its trip lamps and at the trip history."}
	}
	return Step{Ask: "What tripped it last?", Answer: Told, Read: cause.Text(), Then: "Look at the trip with its values before you reset anything."}
}

// live is the share of the rated voltage from which a conductor is taken for live, and
// dead the one up to which it is taken for dead, measured. Ours; neither replaces a
// voltage test.
const (
	live = 0.85
	dead = 0.10
)

func asksVoltage(v map[points.ID]points.Value) Step {
	const ask = "Is there voltage at it?"
	un, lowest, highest := v[points.RatingVoltage], 0.0, 0.0
	for i, id := range []points.ID{points.VoltageL12, points.VoltageL23, points.VoltageL31} {
		x := v[id]
		if !x.Available() || !un.Available() || un.Float() <= 0 {
			return Step{Ask: ask, Answer: NotKnown, Then: "It measures no voltage now. Which side of it the voltage is taken from is not known here either: test."}
		}
		if u := x.Float() / un.Float(); i == 0 {
			lowest, highest = u, u
		} else {
			lowest, highest = min(lowest, u), max(highest, u)
		}
	}
	s := Step{Ask: ask, Read: fmt.Sprintf("%.0f to %.0f %% of %g V between phases", 100*lowest, 100*highest, un.Float())}
	switch {
	case lowest >= live:
		s.Answer, s.Then = Yes, "All phases have voltage where it measures. This is no proof that anything is dead or live: test before work."
	case highest <= dead:
		s.Answer, s.Then = No, "No voltage where it measures. If that is its supply side, the power has to come back there first; if it is its load side, it does so when it closes."
	default:
		s.Answer, s.Then, s.Stop = No, "The voltages are too low or not alike: a phase may be missing. Find out before you close.", true
	}
	return s
}

func asksPosition(v map[points.ID]points.Value) Step {
	x := v[points.BreakerPosition]
	if !x.Available() {
		return Step{Ask: "Is it racked in?", Answer: NotKnown, Then: "A fixed breaker has no position; of a drawout one it is not told. Look."}
	}
	word := points.Of(points.BreakerPosition).Format(x)
	if word == "connected" {
		return Step{Ask: "Is it racked in?", Answer: Yes, Read: word, Then: "Its main contacts are connected."}
	}
	return Step{Ask: "Is it racked in?", Answer: No, Read: word, Then: "Rack it in: closed as it stands now it connects nothing.", Stop: true}
}

func asksSpring(v map[points.ID]points.Value) Step {
	return step("Is the closing spring charged?", flag(v[points.BreakerSpringCharged]), map[Answer]string{
		Yes: "Charged: it can close once.", No: "Not charged: wait for its motor, or charge it by its handle.",
		NotKnown: "Look at the spring indicator on its front.",
	}, No)
}

func asksInhibited(v map[points.ID]points.Value) Step {
	comm, io := flag(v[points.BreakerInhibitedComm]), flag(v[points.BreakerInhibitedIO])
	a := No
	switch {
	case comm == Yes || io == Yes:
		a = Yes
	case comm == NotKnown:
		a = NotKnown
	}
	return step("Is closing inhibited?", a, map[Answer]string{
		Yes: "Somebody has inhibited closing, by communication or at the IO module. Ask who and why before it is taken away.", No: "Nobody has inhibited closing.",
		NotKnown: "It does not tell. If it refuses to close, this may be why.",
	}, Yes)
}

func asksERMS(v map[points.ID]points.Value) Step {
	return step("Is ERMS engaged?", flag(v[points.ProtectionERMSEngaged]), map[Answer]string{
		Yes: "Somebody has engaged it, most likely to work near live parts. Ask before you close.", No: "It is not, or it has none.",
		NotKnown: "It does not tell.",
	}, Yes)
}

func asksReady(v map[points.ID]points.Value) Step {
	if v[points.BreakerClosed].Bool() {
		return Step{Ask: "Is it ready to close?", Answer: No, Then: "It is closed."}
	}
	s := step("Is it ready to close?", flag(v[points.BreakerReadyToClose]), map[Answer]string{
		Yes: "It says that it can close now.", No: "It says that it cannot close now: clear what it names.",
		NotKnown: "It does not tell. Look at the ready-to-close indicator on its front.",
	}, No, NotKnown)
	if why := v[points.BreakerNotReady]; why.Available() && s.Answer == No {
		s.Read = why.Text()
	}
	return s
}
