package site

import (
	"fmt"
	"math"
	"slices"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/lab/remote"
	"switchroom/points"
)

// Run is a scenario being played: a laboratory of its own in a world that
// stands still between steps. The same site, scenario and seed give the same
// entries to the last bit, however fast it is played.
type Run struct {
	Lab      *Lab
	Scenario *Scenario
	Log      []Entry
	next     int // action
	ends     []Action
	dark     map[string]bool // breakers whose control unit has no 24 V

	begin  time.Duration            // world time of its time 0
	deaf   bool                     // it is not told what the breakers do
	inject func(remote.Order) error // nil: nobody is on the wire
}

// Entry is one line of what happened.
type Entry struct {
	T      float64 `json:"t"`   // s since the beginning
	Who    string  `json:"who"` // the breaker, or "scenario"
	Event  string  `json:"event"`
	Code   int     `json:"code,omitempty"`
	What   string  `json:"what,omitempty"` // entry, exit, pulse
	Detail string  `json:"detail,omitempty"`

	// Of an action of the scenario: to what, and its other fields.
	Target string            `json:"target,omitempty"`
	With   map[string]string `json:"with,omitempty"`
}

// Standing is how a breaker stands at the end. What its control unit would tell
// is nil where that has no supply.
type Standing struct {
	Breaker    string   `json:"breaker"`
	Closed     bool     `json:"closed"`
	Tripped    *bool    `json:"tripped"`
	LastTrip   string   `json:"last_trip,omitempty"`
	Trips      *int     `json:"trips"`
	Operations *int     `json:"operations"`
	EnergyKWh  *float64 `json:"energy_kwh"`
	Wear       *float64 `json:"contact_wear"` // share
}

// NewRun builds the laboratory and begins.
func (s *Site) NewRun(sc *Scenario) (*Run, error) {
	lab, err := s.Build(imu.NewSteppedWorld(sc.Start), nil, nil)
	if err != nil {
		return nil, err
	}
	lab.Network.Seed = sc.Seed
	r := &Run{Lab: lab, Scenario: sc, Log: []Entry{}, dark: map[string]bool{}}
	for _, u := range lab.Units {
		u.Subscribe(r.note)
	}
	if lab.Room != nil {
		lab.Room.Subscribe(r.noteRoom)
	}
	lab.Start()
	return r, nil
}

func (r *Run) note(rec imu.Record) {
	r.Log = append(r.Log, Entry{T: seconds(rec.At), Who: rec.Unit, Event: rec.Code.String(), Code: int(rec.Code), What: rec.What.String(), Detail: rec.Detail})
}

// seconds is a time as it is printed, to the microsecond.
func seconds(d time.Duration) float64 { return math.Round(float64(d)/1e3) / 1e6 }

// Next returns when the next action is due, and whether the scenario goes on.
func (r *Run) Next() (at time.Duration, more bool) {
	at = r.Scenario.Duration
	if r.next < len(r.Scenario.Actions) {
		at = min(at, r.Scenario.Actions[r.next].At)
	}
	for _, e := range r.ends {
		at = min(at, e.At)
	}
	return at, r.Lab.World.Now() < r.Scenario.Duration
}

// Step goes on to now, or to the end.
func (r *Run) Step(now time.Duration) {
	now = min(now, r.Scenario.Duration)
	for {
		at, _ := r.Next()
		if at > now || at >= r.Scenario.Duration {
			break
		}
		r.Lab.World.Step(at)
		r.act(r.take(at))
	}
	r.Lab.World.Step(now)
}

// take takes the action that is due at at: what ends before what begins.
func (r *Run) take(at time.Duration) Action {
	for i, e := range r.ends {
		if e.At == at {
			r.ends = append(r.ends[:i], r.ends[i+1:]...)
			return e
		}
	}
	r.next++
	return r.Scenario.Actions[r.next-1]
}

func (r *Run) act(a Action) {
	now := r.Lab.World.Now()
	if a.Do == "fault" && a.Angle != nil {
		now = r.Lab.Network.PointOnWave(now, *a.Angle)
		r.Lab.World.Step(now)
	}
	k := len(r.Log)
	r.Log = append(r.Log, r.entry(&a, now))
	if err := r.do(a, now); err != nil {
		r.Log[k].refuse(&a, err)
		return
	}
	switch {
	case a.Do == "erms" && r.dark[a.Target]:
		r.Log[k].Detail += ": nobody hears the switch while the control unit has no 24 V"
	case a.Do == "esm" && !r.deaf && len(r.Log) == k+1:
		r.Log[k].Detail += ": nothing changes; the module is there from the first erms on"
	}
}

// entry is an action as the log has it.
func (r *Run) entry(a *Action, now time.Duration) Entry {
	return Entry{T: seconds(now - r.begin), Who: "scenario", Event: a.Do, Detail: a.String(), Target: a.Target, With: a.With}
}

// refuse notes why an action was not done.
func (e *Entry) refuse(a *Action, err error) {
	e.What, e.Detail = "refused", a.String()+": "+err.Error()
}

func (r *Run) do(a Action, now time.Duration) error {
	n := r.Lab.Network
	switch a.Do {
	case "fault":
		return n.Fault(now, a.Fault, a.For)
	case "clear":
		return n.Clear(now, a.Target)
	case "on", "off":
		return n.SetOff(now, a.Target, a.Do == "off")
	case "load":
		return n.SetShare(now, a.Target, a.Much)
	case "profile":
		return n.FollowProfile(now, a.Target)
	case "lose", "return":
		r.end(a, now, "return")
		return n.Lose(now, a.Target, a.Do == "lose")
	case "dip":
		r.end(a, now, "dip")
		return n.Dip(now, a.Target, a.Share)
	case "start", "stop":
		return r.turn(a, now)
	case "inject":
		return r.put(a.Order)
	}
	if do := roomHands[a.Do]; do != nil {
		return r.inRoom(do, a, now)
	}
	return r.hand(a, now)
}

// end notes by which action what lasts for a while is over. The newest action on
// a target is in force: the end of an older one is none any more.
func (r *Run) end(a Action, now time.Duration, by string) {
	r.ends = slices.DeleteFunc(r.ends, func(e Action) bool { return e.Do == by && e.Target == a.Target })
	if a.For > 0 {
		then := Action{At: now - r.begin + a.For, Do: by, Target: a.Target}
		if by == "dip" {
			then.With = map[string]string{"share": "0"}
		}
		r.ends = append(r.ends, then)
	}
}

func (r *Run) turn(a Action, now time.Duration) error {
	for _, s := range r.Lab.Network.Sources {
		if s.Name == a.Target {
			r.end(a, now, "return")
			return r.Lab.Network.Lose(now, a.Target, a.Do == "stop")
		}
	}
	return r.Lab.Network.SetOff(now, a.Target, a.Do == "stop")
}

// hand does what somebody does at a breaker.
func (r *Run) hand(a Action, now time.Duration) error {
	do := hands[a.Do]
	if do == nil {
		return fmt.Errorf("nothing can %s", a.Do)
	}
	if err := r.attends(&a); err != nil {
		return err
	}
	if a.Do == "24v" {
		r.dark[a.Target] = !a.On
	}
	return do(r.unit(a.Target), now, &a)
}

func (r *Run) unit(name string) *imu.Unit {
	for _, u := range r.Lab.Units {
		if u.Name() == name {
			return u
		}
	}
	return nil
}

// Standings says how every breaker stands now.
func (r *Run) Standings() []Standing {
	out := []Standing{}
	now := r.Lab.World.Now()
	for _, u := range r.Lab.Units {
		var s imu.Snapshot
		u.Read(now, access.Actor{Path: access.HMI, Present: true}, &s)
		st := Standing{
			Breaker: u.Name(), Closed: u.Closed(), LastTrip: s.Text(points.BreakerLastTrip),
			Trips: whole(s.Values[points.OperationsTrips]), Operations: whole(s.Values[points.OperationsTotal]),
			EnergyKWh: told(math.Round(s.Values[points.EnergyActiveDelivered]) / 1000), Wear: told(s.Values[points.WearContacts]),
		}
		if v := told(s.Values[points.BreakerFaultTripped]); v != nil {
			tripped := *v == 1
			st.Tripped = &tripped
		}
		out = append(out, st)
	}
	return out
}

// told is a value, or nil where there is none.
func told(v float64) *float64 {
	if math.IsNaN(v) {
		return nil
	}
	return &v
}

func whole(v float64) *int {
	if math.IsNaN(v) {
		return nil
	}
	n := int(v)
	return &n
}
