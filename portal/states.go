package portal

import (
	"fmt"
	"slices"
)

// State is where a case stands.
//
//	received → acknowledged → triaged → in-work → fix-available → published → closed
//	any of the first four → rejected → acknowledged
type State string

const (
	Acknowledged State = "acknowledged"
	Closed       State = "closed"
	FixAvailable State = "fix-available"
	InWork       State = "in-work"
	Published    State = "published"
	Received     State = "received"
	Rejected     State = "rejected"
	Triaged      State = "triaged"
)

// States says what each state means, in the order in which a case goes through them.
var States = []struct {
	State State
	Text  string
}{
	{Received, "it has a number; nobody has looked at it yet"},
	{Acknowledged, "somebody has read it and answers for it"},
	{Triaged, "it is understood: what is affected, and how badly"},
	{InWork, "a fix or another remedy is being made"},
	{FixAvailable, "the fix can be had by those who take part in the case"},
	{Published, "everybody can read of it"},
	{Closed, "nothing more is to be done"},
	{Rejected, "it is none of ours, or none at all; the reason says why"},
}

// Transition is one way from a state to another: who may go it, and whether they have
// to say why. All of it is ours; ISO/IEC 30111 has the phases.
type Transition struct {
	From   State  `json:"from"`
	To     State  `json:"to"`
	By     []Role `json:"by"`
	Reason bool   `json:"reason"` // has to be given
	Text   string `json:"text"`
}

// Transitions is sorted by both states.
var Transitions = []Transition{
	{Acknowledged, Rejected, []Role{Coordinator, Manager, Reporter}, true, "none of ours, or taken back by who declared it"},
	{Acknowledged, Triaged, []Role{CERT, Coordinator, Manager, Researcher}, false, "it is understood"},
	{Closed, InWork, []Role{Coordinator, Manager}, true, "the fix did not hold"},
	{FixAvailable, InWork, []Role{Coordinator, Customer, Manager, Reporter, Researcher}, true, "the fix does not hold"},
	{FixAvailable, Published, []Role{CERT, Coordinator}, false, "tell everybody"},
	{InWork, FixAvailable, []Role{Coordinator, Manager}, false, "the fix is there"},
	{InWork, Published, []Role{CERT, Coordinator}, true, "tell everybody before there is a fix"},
	{InWork, Rejected, []Role{Coordinator, Manager}, true, "it cannot be found after all"},
	{Published, Closed, []Role{Coordinator}, false, "nothing more is to be done"},
	{Published, InWork, []Role{Coordinator, Manager}, true, "more is affected than was thought"},
	{Received, Acknowledged, []Role{CERT, Coordinator, Manager}, false, "answer for it"},
	{Received, Rejected, []Role{Coordinator, Reporter}, true, "no case, or taken back by who declared it"},
	{Rejected, Acknowledged, []Role{Coordinator}, true, "there are new facts"},
	{Triaged, InWork, []Role{Coordinator, Manager}, false, "make a fix"},
	{Triaged, Published, []Role{CERT, Coordinator}, true, "tell everybody before there is a fix"},
	{Triaged, Rejected, []Role{Coordinator, Manager, Reporter}, true, "none of ours, or taken back by who declared it"},
}

// ways are those that somebody with roles may go from a state.
func ways(from State, roles []Role) (all []Transition) {
	for _, t := range Transitions {
		if t.From == from && anyOf(roles, t.By) {
			all = append(all, t)
		}
	}
	return all
}

// way finds a transition that somebody with roles may go, or says why there is none.
func way(from, to State, roles []Role) (Transition, error) {
	i := slices.IndexFunc(Transitions, func(t Transition) bool { return t.From == from && t.To == to })
	switch {
	case i < 0:
		return Transition{}, wrong("to", "a case that is %s does not become %s; it may become %s", from, to, words(from))
	case !anyOf(roles, Transitions[i].By):
		return Transition{}, &Denied{fmt.Sprintf("from %s to %s is for: %s", from, to, list(Transitions[i].By))}
	}
	return Transitions[i], nil
}

// words are the states that can follow one.
func words(from State) string {
	var all []State
	for _, t := range Transitions {
		if t.From == from {
			all = append(all, t.To)
		}
	}
	if len(all) == 0 {
		return "nothing"
	}
	return list(all)
}
