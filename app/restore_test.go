package app

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"switchroom/points"
)

// ready is an open breaker that nothing stands against.
func ready() map[points.ID]points.Value {
	return map[points.ID]points.Value{
		points.BreakerClosed: points.Flag(false), points.BreakerTripped: points.Flag(false), points.BreakerFaultTripped: points.Flag(false),
		points.BreakerPosition: points.Number(1), points.BreakerSpringCharged: points.Flag(true), points.BreakerReadyToClose: points.Flag(true),
		points.BreakerInhibitedComm: points.Flag(false), points.BreakerInhibitedIO: points.Flag(false), points.ProtectionERMSEngaged: points.Flag(false),
		points.VoltageL12: points.Number(400), points.VoltageL23: points.Number(401), points.VoltageL31: points.Number(399), points.RatingVoltage: points.Number(400),
	}
}

// TestGuide: what stands in the way is named, the first thing first; what is not told is
// not known.
func TestGuide(t *testing.T) {
	none := points.Value{}
	for _, c := range []struct {
		name string
		but  map[points.ID]points.Value
		next string // part of the sentence
		ask  string // the question that it stands on
		want Answer
	}{
		{"ready", nil, "Nothing that the breaker tells", "ready to close", Yes},
		{"closed", map[points.ID]points.Value{points.BreakerClosed: points.Flag(true), points.BreakerReadyToClose: points.Flag(false)}, "is closed", "breaker closed", Yes},
		{"position not told", map[points.ID]points.Value{points.BreakerClosed: none}, "Look at the indicator", "breaker closed", NotKnown},
		{"fault trip", map[points.ID]points.Value{points.BreakerFaultTripped: points.Flag(true), points.BreakerLastTrip: points.String("short time Isd"), points.BreakerReadyToClose: points.Flag(false)}, "Find and clear the cause", "tripped on a fault", Yes},
		{"fault not told", map[points.ID]points.Value{points.BreakerFaultTripped: none}, "reset button", "tripped on a fault", NotKnown},
		{"spring", map[points.ID]points.Value{points.BreakerSpringCharged: points.Flag(false), points.BreakerReadyToClose: points.Flag(false)}, "wait for its motor", "spring", No},
		{"racked out", map[points.ID]points.Value{points.BreakerPosition: points.Number(2)}, "Rack it in", "racked in", No},
		{"inhibited", map[points.ID]points.Value{points.BreakerInhibitedIO: points.Flag(true)}, "Ask who and why", "inhibited", Yes},
		{"ERMS", map[points.ID]points.Value{points.ProtectionERMSEngaged: points.Flag(true)}, "near live parts", "ERMS", Yes},
		{"a phase is missing", map[points.ID]points.Value{points.VoltageL23: points.Number(20)}, "a phase may be missing", "voltage", No},
		{"dead bus", map[points.ID]points.Value{points.VoltageL12: points.Number(0), points.VoltageL23: points.Number(0), points.VoltageL31: points.Number(0)}, "Nothing that the breaker tells", "voltage", No},
		{"voltage not told", map[points.ID]points.Value{points.VoltageL31: none}, "Nothing that the breaker tells", "voltage", NotKnown},
		{"readiness not told", map[points.ID]points.Value{points.BreakerReadyToClose: none}, "ready-to-close indicator", "ready to close", NotKnown},
		{"not ready", map[points.ID]points.Value{points.BreakerReadyToClose: points.Flag(false), points.BreakerNotReady: points.String("locked open")}, "clear what it names", "ready to close", No},
	} {
		v := ready()
		for id, x := range c.but {
			v[id] = x
		}
		r := Guide(v)
		if !strings.Contains(r.Next, c.next) {
			t.Errorf("%s: next is %q", c.name, r.Next)
		}
		if got := answerTo(r, c.ask); got != c.want {
			t.Errorf("%s: %s: %s, want %s", c.name, c.ask, got, c.want)
		}
	}
}

func answerTo(r *Restoration, ask string) Answer {
	for _, s := range r.Steps {
		if strings.Contains(s.Ask, ask) {
			return s.Answer
		}
	}
	return ""
}

// TestGuideNeverSays: a breaker that does not say that it is ready, or from which
// something is missing that one must know, is never called free to close.
func TestGuideNeverSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := ready()
		for _, id := range restoring {
			switch rapid.IntRange(0, 4).Draw(t, id.String()) {
			case 0:
				delete(v, id)
			case 1:
				v[id] = points.Number(float64(rapid.IntRange(0, 3).Draw(t, "value")))
			}
		}
		r := Guide(v)
		free := strings.HasPrefix(r.Next, "Nothing that")
		blocked := !v[points.BreakerClosed].Available() || v[points.BreakerFaultTripped].Bool() || !v[points.BreakerFaultTripped].Available() ||
			!v[points.BreakerReadyToClose].Bool() || v[points.BreakerInhibitedComm].Bool()
		if free && blocked {
			t.Fatalf("%+v", r)
		}
		for _, s := range r.Steps {
			if s.Answer == "" || s.Then == "" || s.Ask == "" {
				t.Fatalf("%+v", s)
			}
		}
	})
}
