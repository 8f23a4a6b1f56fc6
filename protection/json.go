package protection

import (
	"encoding/json"
	"fmt"
	"math"
)

// eventJSON is an Event as the command line prints it.
type eventJSON struct {
	T        float64  `json:"t"`
	Kind     Kind     `json:"kind"`
	Function Function `json:"function"`
	Phase    Phase    `json:"phase"`
	Value    *float64 `json:"value"`
}

// MarshalJSON writes times in s and what is not a number as null.
func (e Event) MarshalJSON() ([]byte, error) {
	return json.Marshal(eventJSON{e.At.Seconds(), e.Kind, e.Function, e.Phase, number32(e.Value)})
}

// UnmarshalJSON reads what MarshalJSON wrote: the time to a nanosecond in the
// first hundred days, the value as a 32-bit float.
func (e *Event) UnmarshalJSON(b []byte) error {
	var j eventJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	at, ok := instant(j.T)
	if !ok {
		return fmt.Errorf("event: t %g is no time", j.T)
	}
	*e = Event{At: at, Kind: j.Kind, Function: j.Function, Phase: j.Phase, Value: math.NaN()}
	if j.Value != nil {
		e.Value = *j.Value
	}
	return nil
}

// MarshalJSON writes what is not a number as null.
func (o Outcome) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		T        *float64 `json:"t"`
		Function Function `json:"function"`
		Phase    Phase    `json:"phase"`
		Value    *float64 `json:"value"`
		Earliest *float64 `json:"earliest"`
		Latest   *float64 `json:"latest"`
	}{finite(o.T), o.Function, o.Phase, number32(o.Value), finite(o.Earliest), finite(o.Latest)})
}

// MarshalJSON writes the report; trip is null where there is none.
func (r Report) MarshalJSON() ([]byte, error) {
	events := r.Events
	if events == nil {
		events = []Event{}
	}
	return json.Marshal(struct {
		Events  []Event  `json:"events"`
		Trip    *Outcome `json:"trip"`
		Early   *Outcome `json:"early,omitempty"`
		Verdict Verdict  `json:"verdict"`
		Notes   []string `json:"notes,omitempty"`
	}{events, r.Trip, r.Early, r.Verdict, r.Notes})
}

func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// number32 writes a current to the six digits or so that mean anything.
func number32(v float64) *float64 { return finite(shortest(v)) }
