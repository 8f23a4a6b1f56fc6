package site

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchroom/imu"
	"switchroom/lab/remote"
	"switchroom/plant"
)

// Scenario is a scenario file that has passed every check against its site.
type Scenario struct {
	Name     string
	Seed     uint64
	Start    time.Time     // calendar date at its time 0
	Duration time.Duration // it ends then
	Actions  []Action      // by time
}

// Action is one thing that happens.
type Action struct {
	At     time.Duration // with its jitter
	Do     string
	Target string
	Fault  plant.Fault
	Angle  *float64 // point on wave, degrees
	For    time.Duration
	Share  [3]float64
	To     string // position, part that fails, switch, pad, lock or coil
	On     bool
	Much   float64           // V, °C or share of a load
	Module int               // IO module, 1 or 2; 0: the first
	Pin    int               // input, or position of a switch
	With   map[string]string // its fields beside at, do, target and jitter, for the log
	Order  remote.Order      // of inject
}

// String is the target and what the action has beside it, as a row of the log
// tells it.
func (a *Action) String() string {
	told := a.Target
	for _, name := range sorted(a.With) {
		told += ", " + name + " " + a.With[name]
	}
	return told
}

// verb is a row of what an action can do: what its target is, and which fields
// it takes beside at, do, target and jitter. Those with a mark it needs.
type verb struct {
	name   string
	target target
	fields string
	help   string
}

type target uint8

const (
	place target = iota // a node or a cable
	fault
	load // or capacitor
	consumer
	source
	machine // generator or motor
	breaker
	person
	door
	button // emergency stop
)

var targets = [...]string{"node or cable", "fault that is given before", "load or capacitor", "load", "source, grid or transformer", "generator or motor", "breaker", "person", "door", "button"}

var verbs = append([]verb{
	{"fault", place, "kind! name along phase ohm gap angle for", "a fault at a node, or along a cable; of a broken neutral the target is a cable or a breaker"},
	{"clear", fault, "", "the fault is gone"},
	{"on", load, "", "it is switched on"},
	{"off", load, "", "it is switched off"},
	{"load", consumer, "share!", "it takes a share of its power, whatever its profile says"},
	{"profile", consumer, "", "it follows its profile again"},
	{"lose", source, "for", "supply is lost"},
	{"return", source, "", "supply comes back"},
	{"dip", source, "share! phases for", "its voltage lacks a share"},
	{"start", machine, "", "it is started"},
	{"stop", machine, "", "it is stopped"},
	{"open", breaker, "by", "by its button"},
	{"close", breaker, "by", "by its button"},
	{"reset", breaker, "by", "by its button"},
	{"charge", breaker, "by", "its spring, by the lever"},
	{"rack", breaker, "to! by", "it is moved in its chassis"},
	{"24v", breaker, "state!", "the supply of its control unit"},
	{"battery", breaker, "state! by", "the battery of its control unit"},
	{"fail", breaker, "part!", "a part of it fails, and its self-test finds that"},
	{"repair", breaker, "part!", "that part is whole again"},
	{"erms", breaker, "switch! by", "the lockable switch of its ESM module"},
	{"esm", breaker, "state! by", "its ESM module; off: it is lost"},
	{"pad", breaker, "pad! by", "the locking pad of its IFE or IFM; locked: no remote control"},
	{"lock", breaker, "lock! state! by", "a lock is put on or taken off"},
	{"coil", breaker, "coil! volts!", "the hard-wired supply of a coil: an emergency stop in the circuit of MN, a push button on MX or XF"},
	{"inhibit", breaker, "state!", "an input of its IO module inhibits closing"},
	{"inhibit_optional", breaker, "state!", "an input of its IO module inhibits the optional protection that allows it"},
	{"inject", breaker, "what! with for", "a fault of its communication or of what it tells, where the site runs for others to see"},
	{"ambient", breaker, "celsius!", "the temperature around it"},
}, append(ioVerbs, roomVerbs...)...)

func verbNames() (names []string) {
	for _, v := range verbs {
		names = append(names, v.name)
	}
	return names
}

// partNames are the parts of a breaker that can fail.
func partNames() (names []string) {
	for _, f := range imu.Faults() {
		names = append(names, f.String())
	}
	return names
}

func faultKinds() (names []string) {
	for _, k := range plant.FaultKinds {
		names = append(names, string(k))
	}
	return names
}

// ScenarioSchema is the scenario file.
var ScenarioSchema = Field{Kind: Object, Fields: []Field{
	{Name: "scenario", Kind: Text, Required: true, Help: "what happens, in a sentence"},
	{Name: "seed", Kind: Whole, Help: "of everything that is random; the site's", Max: 1 << 53},
	{Name: "start", Kind: Text, Help: "date and time at which it begins: 2026-11-23T06:00:00; 2026-11-23T00:00:00"},
	{Name: "duration", Kind: Moment, Required: true, Help: "how long it lasts: seconds, 1h30m or 24:00:00"},
	{Name: "actions", Kind: List, Required: true, Help: "what happens when", Fields: []Field{
		{Name: "at", Kind: Moment, Required: true, Help: "time since the beginning: seconds, 1h30m or 10:30:00.5"},
		{Name: "do", Kind: Text, Required: true, Help: "what happens", Enum: verbNames()},
		{Name: "target", Kind: Text, Required: true, Help: "to what: the name of a breaker, node, cable, source, load, motor or fault"},
		{Name: "jitter", Kind: Number, Help: "s; it comes up to so much later, by the seed", Max: 86400},
		{Name: "name", Kind: Text, Help: "of a fault, to clear it by; its target"},
		{Name: "kind", Kind: Text, Help: "of a fault", Enum: faultKinds()},
		{Name: "along", Kind: Number, Help: "share of the cable's length at which the fault is", Min: 1e-6, Max: 1 - 1e-6},
		{Name: "phase", Kind: Whole, Help: "first phase concerned: 1; the second is the next", Min: 1, Max: 3},
		{Name: "ohm", Kind: Number, Help: "ohm, of each leg of the fault; 0 is bolted", Max: 1e6},
		{Name: "gap", Kind: Number, Help: "mm between the electrodes of an arc; 0: none", Max: 1000},
		{Name: "angle", Kind: Number, Help: "°, the point on wave of l1 at which the fault begins, after its rising zero", Max: 360},
		{Name: "for", Kind: Moment, Help: "how long it lasts; for ever"},
		{Name: "share", Kind: Number, Help: "of the voltage that a dip takes away, to 1; of its power that a load takes, to 1.5", Max: plant.MostShare},
		{Name: "phases", Kind: List, Help: "that a dip concerns; all", Of: &Field{Kind: Whole, Min: 1, Max: 3}},
		{Name: "to", Kind: Text, Help: "position in the chassis", Enum: []string{"connected", "test", "disconnected", "withdrawn"}},
		{Name: "part", Kind: Text, Help: "of a breaker, that fails", Enum: partNames()},
		{Name: "switch", Kind: Text, Help: "of ERMS; lost is a broken wire, which engages", Enum: []string{"on", "off", "lost"}},
		{Name: "state", Kind: Text, Help: "of a supply, a module, a lock or an input", Enum: []string{"on", "off"}},
		{Name: "pad", Kind: Text, Help: "of the interface", Enum: []string{"locked", "unlocked"}},
		{Name: "lock", Kind: Text, Help: "which", Enum: sorted(padlocks)},
		{Name: "coil", Kind: Text, Help: "which", Enum: sorted(coils)},
		{Name: "volts", Kind: Number, Help: "V at the coil; 0 is off, and its rated voltage is 230", Max: 1000},
		{Name: "what", Kind: Text, Help: "is injected", Enum: injectable()},
		{Name: "with", Kind: Strings, Help: "parameters of what is injected; of substitute, values by point"},
		{Name: "celsius", Kind: Number, Help: "°C around the breaker, or at a Pt100 sensor", Min: -50, Max: 150},
		{Name: "module", Kind: Whole, Help: "IO module; 1", Min: 1, Max: 2},
		{Name: "input", Kind: Whole, Help: "of an IO module", Min: 1, Max: 6},
		{Name: "position", Kind: Whole, Help: "of a rotary switch", Min: 1, Max: 9},
		{Name: "by", Kind: Text, Help: "who does it: somebody of the room, who at a breaker must be inside; nobody in particular"},
		{Name: "way", Kind: Text, Help: "in which somebody passes the door", Enum: []string{"in", "out"}},
		{Name: "wrong_pin", Kind: Flag, Help: "somebody types a wrong PIN, where there is one"},
	}},
}}

// ScenarioJSONSchema returns the schema of scenario files as JSON Schema.
func ScenarioJSONSchema() ([]byte, error) {
	return jsonDocument(&ScenarioSchema, "Switchroom scenario file")
}

// Bounds of a scenario; ours.
const (
	scenarioLongest = 31 * 24 * time.Hour
	scenarioActions = 10000
)

// endless is longer than any scenario.
const endless time.Duration = 1 << 61

// parseMoment reads 90.5, 1h30m or 10:30:00.5.
func parseMoment(s string) (time.Duration, error) {
	wrong := fmt.Errorf("%q is no time; write seconds, 1h30m or 10:30:00", s)
	d, err := time.ParseDuration(s)
	switch parts := strings.Split(s, ":"); {
	case len(parts) == 3:
		h, e1 := strconv.ParseUint(parts[0], 10, 16)
		m, e2 := strconv.ParseUint(parts[1], 10, 6)
		sec, e3 := strconv.ParseFloat(parts[2], 64)
		if e1 != nil || e2 != nil || e3 != nil || m > 59 || !(sec >= 0 && sec < 60) {
			return 0, wrong
		}
		d = time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(math.Round(sec*1e9))
	case err != nil:
		sec, err := strconv.ParseFloat(s, 64)
		if err != nil || !(math.Abs(sec) < 1e9) {
			return 0, wrong
		}
		d = time.Duration(math.Round(sec * 1e9))
	}
	if d < 0 || d > scenarioLongest {
		return 0, fmt.Errorf("%q: from 0 to 31 days", s)
	}
	return d, nil
}

// LoadScenario reads a scenario file for a site.
func (s *Site) LoadScenario(path string) (*Scenario, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return s.ParseScenario(filepath.Base(path), data)
}

// ParseScenario reads a scenario for a site from YAML. Errors come as
// [Problems].
func (s *Site) ParseScenario(name string, data []byte) (*Scenario, error) {
	var f fileScenario
	c, err := read(name, data, &ScenarioSchema, &f)
	if err != nil {
		return nil, err
	}
	d := director{checker: c, site: s, net: s.network(), faults: map[string]bool{}}
	for _, b := range s.Breakers {
		if b.From != "" {
			d.net.Branches = append(d.net.Branches, plant.Branch{Name: b.Unit.Name, Switch: still(false), From: b.From, To: b.To})
		}
	}
	sc := d.scenario(&f)
	if err := c.sorted(); err != nil {
		return nil, err
	}
	return sc, nil
}

// director is a checker that knows the site.
type director struct {
	*checker
	site   *Site
	net    *plant.Network
	faults map[string]bool
}

func (d *director) scenario(f *fileScenario) *Scenario {
	sc := &Scenario{Name: f.Name, Seed: d.site.Seed, Start: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)}
	if f.Seed != nil {
		sc.Seed = *f.Seed
	}
	if f.Start != "" {
		at, err := time.Parse("2006-01-02T15:04:05", strings.TrimSuffix(f.Start, "Z"))
		if err != nil || at.Year() < 2000 || at.Year() > 2100 {
			d.problem("start", fmt.Sprintf("%q is no date and time; write 2026-11-23T06:00:00", f.Start))
		}
		sc.Start = at
	}
	sc.Duration, _ = parseMoment(f.Duration)
	if len(f.Actions) > scenarioActions {
		d.problem("actions", fmt.Sprintf("%d actions; up to %d", len(f.Actions), scenarioActions))
		return sc
	}
	for i := range f.Actions {
		if at := fmt.Sprintf("actions[%d]", i); d.doubtful[at] {
			d.targetOnly(at, &f.Actions[i])
			continue
		}
		sc.Actions = append(sc.Actions, d.action(fmt.Sprintf("actions[%d]", i), &f.Actions[i], rand.New(rand.NewPCG(sc.Seed, uint64(i)))))
	}
	slices.SortStableFunc(sc.Actions, func(a, b Action) int { return cmp.Compare(a.At, b.At) })
	each(d.checker, "actions", f.Actions, func(at string, f *fileAction) { d.ends(at, f, sc.Duration) })
	return sc
}

// targetOnly judges of an action in which something is wrong whether its target
// is there. That of a fault depends on its other fields.
func (d *director) targetOnly(at string, f *fileAction) {
	k := slices.IndexFunc(verbs, func(v verb) bool { return v.name == f.Do })
	if k >= 0 && verbs[k].name != "fault" && f.Target != "" {
		d.known(at, &verbs[k], f.Target)
	}
}

// ends checks that an action happens before the end, whatever its jitter is.
func (d *director) ends(at string, f *fileAction, end time.Duration) {
	begin, _ := parseMoment(f.At)
	switch latest := begin + secs(f.Jitter); {
	case begin >= end:
		d.problem(at+".at", fmt.Sprintf("%v is not before the end at %v", begin, end))
	case latest > end:
		d.problem(at+".jitter", fmt.Sprintf("with it the action may come as late as %v, and the end is at %v", latest, end))
	}
}

func (d *director) action(at string, f *fileAction, random *rand.Rand) Action {
	a := Action{Do: f.Do, Target: f.Target, Angle: f.Angle, Much: value(f.Volts, value(f.Celsius, value(f.Share, 0))), With: f.given(), On: f.State != nil && *f.State == "on"}
	a.At, _ = parseMoment(f.At)
	a.At += time.Duration(f.Jitter * random.Float64() * float64(time.Second))
	if f.For != nil {
		a.For, _ = parseMoment(*f.For)
		if a.For == 0 {
			d.problem(at+".for", "longer than 0; leave it out for what lasts")
		}
	}
	for _, to := range []*string{f.To, f.Part, f.Switch, f.Pad, f.Lock, f.Coil} {
		if to != nil {
			a.To = *to
		}
	}
	a.Module, a.Pin = value(f.Module, 0), value(f.Input, value(f.Place, 0))
	d.hasModule(at, &a)
	v := &verbs[slices.IndexFunc(verbs, func(v verb) bool { return v.name == f.Do })]
	d.fields(at, v, f.given())
	d.by(at, f.By)
	switch {
	case v.name == "fault":
		a.Fault = d.fault(at, f)
	case v.name == "inject":
		a.Order = d.order(at, f, &a, random)
	case v.name == "dip":
		a.Share = d.dip(at, f)
		d.known(at, v, f.Target)
	default:
		d.known(at, v, f.Target)
	}
	return a
}

// fields checks that an action has what it needs and nothing that it cannot
// use.
func (d *director) fields(at string, v *verb, given map[string]string) {
	takes := map[string]bool{}
	for _, name := range strings.Fields(v.fields) {
		bare, needed := strings.CutSuffix(name, "!")
		takes[bare] = true
		if _, has := given[bare]; needed && !has {
			d.problem(at, fmt.Sprintf("do: %s needs %s", v.name, bare))
		}
	}
	for _, name := range sorted(given) {
		if !takes[name] {
			d.problem(at+"."+name, fmt.Sprintf("do: %s has no %s", v.name, name))
		}
	}
}

func (d *director) fault(at string, f *fileAction) plant.Fault {
	x := plant.Fault{Name: f.Target, Phase: value(f.Phase, 1) - 1, Ohm: value(f.Ohm, 0), Gap: value(f.Gap, 0), Kind: plant.FaultKind(value(f.Kind, ""))}
	if f.Name != nil {
		x.Name = *f.Name
	}
	d.faults[x.Name] = true
	if x.Kind == plant.BrokenNeutral || f.Along != nil {
		x.Cable, x.Along = f.Target, value(f.Along, 0)
	} else {
		x.Node = f.Target
	}
	if x.Kind == "" {
		return x // said already
	}
	if err := d.net.CheckFault(x); err != nil {
		d.problem(at+".target", err.Error())
	}
	return x
}

func value[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}

func (d *director) dip(at string, f *fileAction) (share [3]float64) {
	if value(f.Share, 0) > 1 {
		d.problem(at+".share", fmt.Sprintf("%g is outside 0 to 1, the share of the voltage that a dip takes", *f.Share))
	}
	phases := f.Phases
	if len(phases) == 0 {
		phases = []int{1, 2, 3}
	}
	for _, p := range phases {
		share[p-1] = value(f.Share, 0)
	}
	return share
}

// known checks that there is such a target.
func (d *director) known(at string, v *verb, name string) {
	var names []string
	n := d.net
	switch v.target {
	case fault:
		names = sorted(d.faults)
	case load, consumer:
		for _, x := range n.Loads {
			names = append(names, x.Name)
		}
		if v.target == consumer {
			break
		}
		for _, x := range n.Capacitors {
			names = append(names, x.Name)
		}
	case source:
		for _, x := range n.Sources {
			names = append(names, x.Name)
		}
		if v.name != "dip" {
			for _, x := range n.Transformers {
				names = append(names, x.Name)
			}
		}
	case machine:
		for _, x := range n.Sources {
			if x.Machine != nil {
				names = append(names, x.Name)
			}
		}
		for _, x := range n.Motors {
			names = append(names, x.Name)
		}
	case breaker:
		for _, b := range d.site.Breakers {
			names = append(names, b.Unit.Name)
		}
	case person, door, button:
		names = d.roomTargets(v)
		if d.site.Room == nil {
			d.problem(at+".target", noRoom)
			return
		}
	}
	if v.name == "inject" && name == anyone {
		return
	}
	if v.target == fault && d.doubtful != nil {
		return // its fault may be one of those that are not judged
	}
	if !slices.Contains(names, name) {
		d.problem(at+".target", fmt.Sprintf("there is no %s %q; there %s", targets[v.target], name, listed(names)))
	}
}

// listed names up to a dozen.
func listed(names []string) string {
	switch {
	case len(names) == 0:
		return "is none"
	case len(names) > 12:
		return "are " + strings.Join(names[:12], ", ") + " and more"
	}
	return "is " + strings.Join(names, ", ")
}
