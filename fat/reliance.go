package fat

import (
	"cmp"
	"fmt"
	"slices"

	"switchroom/points"
	"switchroom/regmap"
)

// Reliance is something about the real device that is not confirmed and that the
// run relied on: to be checked on site.
type Reliance struct {
	Kind      string           `json:"kind"` // register, command, behaviour
	What      string           `json:"what"`
	Certainty points.Certainty `json:"certainty"`
	Source    string           `json:"source"`
	Why       string           `json:"why"`   // why it matters
	Check     string           `json:"check"` // what to do on site
	Steps     int              `json:"steps"` // that relied on it
}

// relied lists everything reported, inferred or ours that the steps which ran
// relied on, the least certain first.
func relied(steps []StepResult, m *regmap.Map) []Reliance {
	all := map[[2]string]*Reliance{}
	for i := range steps {
		s := &steps[i]
		if s.Verdict == NotRun || s.Verdict == ByHand {
			continue
		}
		for _, r := range slices.Concat(registersOf(s, m), commandsOf(s), behavioursOf(s)) {
			key := [2]string{r.Kind, r.What}
			if all[key] == nil {
				all[key] = &r
			}
			all[key].Steps++
		}
	}
	out := []Reliance{}
	for _, r := range all {
		if r.Certainty >= points.Reported {
			out = append(out, *r)
		}
	}
	slices.SortFunc(out, func(a, b Reliance) int {
		return cmp.Or(cmp.Compare(b.Certainty, a.Certainty), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.What, b.What))
	})
	return out
}

// registersOf are the rows that a step of a point relied on: its own and that of
// its quality.
func registersOf(s *StepResult, m *regmap.Map) []Reliance {
	if s.Do != Substitute {
		return nil
	}
	id, err := points.Lookup(s.Point)
	where, ok := placeAt(m, id, regmap.Register(s.Register))
	if err != nil || !ok {
		return nil
	}
	r := where.Row
	name := fmt.Sprintf("register %d (%v)", r.Register, id)
	what := "is " + id.String() + ", as " + r.Kind.String()
	if where.Bit >= 0 {
		what = fmt.Sprintf("has %v in bit %d", id, where.Bit)
	}
	out := []Reliance{{
		Kind: "register", What: name, Certainty: r.Certainty, Source: r.Source,
		Why:   fmt.Sprintf("that register %d %s was taken from: %s", r.Register, what, r.Source),
		Check: fmt.Sprintf("read register %d of a real unit (`switchroom registers capture`, or any Modbus tool), and compare it with the unit's display", r.Register),
	}}
	if q, ok := m.QualityOf(r.Register); ok && where.Bit >= 0 {
		out = append(out, Reliance{
			Kind: "register", What: fmt.Sprintf("register %d (quality of %d)", q.Register, r.Register), Certainty: q.Certainty, Source: q.Source,
			Why: "the quality of the bits decides what is shown as valid", Check: fmt.Sprintf("read register %d of a real unit while a module is missing, and compare its bits", q.Register),
		})
	}
	return out
}

// commandsOf is the command that a step in which the system operates relied on.
func commandsOf(s *StepResult) []Reliance {
	if s.Do != DoCommand {
		return nil
	}
	op := map[string]points.ID{"open": points.BreakerOpen, "close": points.BreakerClose}[s.With["do"]]
	c, ok := regmap.CommandFor(op)
	if !ok {
		return nil
	}
	return []Reliance{{
		Kind: "command", What: fmt.Sprintf("command %d (%v)", c.Code, op), Certainty: max(c.Certainty, c.Layout), Source: c.Source,
		Why: "the order itself: its code, and where its parameters stand", Check: "operate a real breaker in the test position, from the system",
	}}
}

// behaviour is something that a device does and no register row tells.
type behaviour struct {
	do        string // steps that rely on it: a fault, or substitute TYPE
	kind      string
	what      string
	certainty points.Certainty
	source    string
	why       string
	check     string
}

// behaviours is the table, by what relies on it. Certainty and source are those of
// docs/readings.md and of the tables that the laboratory is made from.
var behaviours = []behaviour{
	{"busy", "behaviour", "a busy unit answers exception 06", points.Ours, "OURS, after the Modbus specification", "the driver's treatment of 06 was proved, and a real unit may stay silent", "load a real interface with many clients and look at its answers"},
	{"clock-lost", "behaviour", "a clock that was lost marks itself as not synchronised (iV) until it is set", points.Inferred, "the bit is a sibling's, that a loss sets it is inferred; that the date begins at 2000-01-01 is confirmed", "events are sorted by it", "take the clock's supply away from a real unit, and read its time"},
	{"command", "behaviour", "8021 reads 3 while a command is carried out", points.Sibling, "NSX; MB-ES", "when the system may send the next order", "operate a real breaker in the test position and record 8020 and 8021"},
	{"command", "behaviour", "an order of the breaker is told as done once the mechanism has moved, within one second", points.Ours, "OURS", "what the system may take for done", "operate a real breaker in the test position and take the time until 8021 changes"},
	{"connection-limit", "behaviour", "an IFE admits 8 or 16 connections, as it is set, an EIFE the same, and one more is refused", points.Inferred, "guide of the IFE: 8 or 16; the EIFE, and what happens to one more, not seen", "the system must share them with others", "count the clients on site, and try one more than the limit"},
	{"exceptions", "behaviour", "exceptions 04 and 06 pass by themselves", points.Ours, "OURS", "the polling goes on after them", "watch a real unit while a module is plugged in"},
	{"half", "behaviour", "answers may be cut off by a lost connection", points.Ours, "OURS, seen at gateways", "the driver must connect again", "pull the cable of a real unit while it answers"},
	{"link-down", "behaviour", "a lost link ends all connections without a word", points.Ours, "OURS", "how long the system takes to tell it", "pull the cable of a real unit and take the time"},
	{"not-available", "behaviour", "a value that is not available reads all ones, 0x8000… for signed ones, a quiet NaN for FLOAT32", points.Ours, "recalled from older guides", "the system's test for not available was proved against this marker only", "read a real unit that lacks a module or a neutral, and compare"},
	{"quality-off", "behaviour", "a quality bit of 0 marks the bit as invalid", points.Sibling, "MB; PACT", "the system's treatment of quality", "unplug a module of a real unit"},
	{"restart", "behaviour", "a restart ends all connections, and the interface answers again within some seconds", points.Ours, "OURS", "the time limit for coming back", "switch the 24 V of a real interface off and on, and take the time"},
	{"silent", "behaviour", "a gateway whose breaker is away may be silent in place of exception 0B", points.Ours, "OURS", "the time limit for telling it", "switch the 24 V of a real unit off behind its interface"},
	{"slow", "behaviour", "answers may take some seconds", points.Ours, "OURS", "the driver's time limit", "measure the answers of the real unit under load"},
	{"substitute", "behaviour", "values of several registers have the most significant word first", points.Sibling, "NSX; EVCC", "all numbers of more than 16 bits", "read one known value, such as the rated current, of a real unit"},
	{"substitute", "behaviour", "the breaker behind an interface answers to unit id 255", points.Reported, "EVCC", "all addresses", "read a register of each real unit with the unit id of the system"},
	{"substitute DATETIME", "behaviour", "DATETIME has the layout of TI081", points.Sibling, "layout of a sibling", "all times", "compare the clock registers of a real unit with its display"},
	{"substitute DATETIME", "behaviour", "DATETIME tells UTC", points.Ours, "no document says in which zone", "all times", "compare the clock registers of a real unit with its display, and with UTC"},
	{"trip", "behaviour", "a trip sets SDE until the reset, and SD stays 0", points.Reported, "SDE: a sibling's; SD always 0 on this family: MB-ES", "alarms of trips", "trip a real breaker in the test position with a test set, and read 32001"},
	{"wrong-transaction", "behaviour", "a gateway may answer with the number of another question", points.Ours, "OURS, seen at gateways", "the driver must compare them", "record the traffic of the real gateway under load"},
}

// behavioursOf are the behaviours that a step relied on.
func behavioursOf(s *StepResult) []Reliance {
	var out []Reliance
	for _, b := range behaviours {
		if s.Do == b.do || s.Do+" "+s.Type == b.do {
			out = append(out, Reliance{b.kind, b.what, b.certainty, b.source, b.why, b.check, 0})
		}
	}
	return out
}
