package lab

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"switchroom/imu"
	"switchroom/lab/remote"
	"switchroom/room"
	"switchroom/site"
)

// frontDeed is something that hands do at the front of a breaker. It is a verb of
// [site.Lay]; what and how tell it, given what it is done to.
type frontDeed struct {
	name, label string
	to          []choice                     // nil: nothing to choose
	is          func(*imu.Indicators) string // which of them is so now
	verb, what  string                       // what: lock or coil
	has         func(*imu.Config) bool       //
	off         func(*imu.Indicators) string // why it cannot be done now; nil: it always can
	module, pin int                          // of an IO module, and its input
}

// choice is what a deed can be done to, and what stands on the button for it.
type choice struct{ to, text string }

// frontDeeds is every deed, in the order in which a person comes upon them.
var frontDeeds = append([]frontDeed{
	{name: "open", label: "Push O", verb: "open", has: every},
	{name: "close", label: "Push I", verb: "close", has: every, off: notReady},
	{name: "reset", label: "Push the reset button in", verb: "reset", has: every, off: notTripped},
	{name: "charge", label: "Pump the charging lever", verb: "charge", has: every, off: charged},
	{name: "rack", label: "Turn the racking crank", to: stops, is: chassisIs, verb: "rack", has: drawout, off: chassisLocked},
	lockDeed(imu.Padlock, "padlock", "the padlock on O", every),
	lockDeed(imu.KeyLock, "key_lock", "the key lock", every),
	lockDeed(imu.ChassisLock, "chassis_lock", "the lock of the chassis", drawout),
	{name: "pad", label: "Turn the locking pad of the interface", to: []choice{{"locked", "Close the pad"}, {"unlocked", "Open the pad"}}, is: padIs, verb: "pad", has: withPad},
	{name: "erms", label: "Turn the ERMS switch", to: []choice{{"on", "Turn ERMS on"}, {"off", "Turn ERMS off"}}, is: ermsIs, verb: "erms", has: withERMS},
	{name: "supply", label: "Give or take the 24 V supply", to: []choice{{"on", "Give 24 V"}, {"off", "Take 24 V away"}}, is: isOn(func(f *imu.Indicators) bool { return f.Aux }), verb: "24v", has: every},
	{name: "battery", label: "Put the battery in or take it out", to: []choice{{"in", "Put the battery in"}, {"out", "Take the battery out"}}, is: batteryIs, verb: "battery", has: every},
}, append(coilDeeds(), ioDeeds()...)...)

var stops = []choice{{"connected", "Rack to connected"}, {"test", "Rack to test"}, {"disconnected", "Rack to disconnected"}, {"withdrawn", "Withdraw it"}}

// coilDeeds give coils their hard-wired supply, as a push button wired to them does.
func coilDeeds() (all []frontDeed) {
	for _, c := range imu.Coils() {
		name := c.String()
		all = append(all, frontDeed{
			name: strings.ToLower(name), label: "Give or take the supply of " + name, to: []choice{{"on", "Supply " + name}, {"off", "Take the supply of " + name}},
			is: isOn(func(f *imu.Indicators) bool { return f.Supplied[c] > 0 }), verb: "coil", what: strings.ToLower(name),
			has: func(has *imu.Config) bool { return has.Mechanism.Fit(c) != imu.NotFitted },
		})
	}
	return all
}

func lockDeed(l imu.PadLock, name, what string, has func(*imu.Config) bool) frontDeed {
	return frontDeed{
		name: name, label: "Put " + what + " on, or take it off", to: []choice{{"on", "Put " + what + " on"}, {"off", "Take " + what + " off"}},
		is: isOn(func(f *imu.Indicators) bool { return f.Locks[l] }), verb: "lock", what: name, has: has,
	}
}

func isOn(is func(*imu.Indicators) bool) func(*imu.Indicators) string {
	return func(f *imu.Indicators) string { return oneOf(is(f), "on", "off") }
}

func every(*imu.Config) bool      { return true }
func drawout(c *imu.Config) bool  { return c.Mechanism.Drawout }
func withPad(c *imu.Config) bool  { return c.Interface == imu.IFE || c.Interface == imu.IFM }
func withERMS(c *imu.Config) bool { return c.Modules.Has(imu.ModuleERMS) }

func chassisIs(f *imu.Indicators) string { return f.Position.String() }
func padIs(f *imu.Indicators) string     { return oneOf(f.Locked, "locked", "unlocked") }
func batteryIs(f *imu.Indicators) string { return oneOf(f.Battery, "in", "out") }
func ermsIs(f *imu.Indicators) string    { return ermsSwitches[f.ESM] }

// oneOf is one word or another.
func oneOf(b bool, yes, no string) string {
	if b {
		return yes
	}
	return no
}

func notReady(f *imu.Indicators) string { return strings.Join(f.NotReady, "; ") }

func notTripped(f *imu.Indicators) string {
	if f.Tripped {
		return ""
	}
	return "the reset button is in: nothing has tripped since it was pushed last"
}

func charged(f *imu.Indicators) string {
	if f.Charged {
		return "the spring is charged already"
	}
	return ""
}

func chassisLocked(f *imu.Indicators) string {
	if f.Locks[imu.ChassisLock] {
		return "the chassis is locked and takes no crank: take the lock off first"
	}
	return ""
}

// FrontDeeds lists what hands can do at a breaker that has everything.
func FrontDeeds() (all []remote.HandDeed) {
	for i := range frontDeeds {
		all = append(all, frontDeeds[i].told())
	}
	return all
}

func (d *frontDeed) told() remote.HandDeed {
	t := remote.HandDeed{Deed: d.name, Label: d.label, To: []string{}}
	for _, c := range d.to {
		t.To = append(t.To, c.to)
	}
	return t
}

// now tells the deed as it stands at a unit that looks so.
func (d *frontDeed) now(f *imu.Indicators) remote.HandDeed {
	t := d.told()
	if d.is != nil {
		t.Is = d.is(f)
	}
	if d.off != nil {
		t.Off = d.off(f)
	}
	return t
}

// deedsAt are what hands can do at a unit.
func deedsAt(c *imu.Config) (all []*frontDeed) {
	for i := range frontDeeds {
		if frontDeeds[i].has(c) {
			all = append(all, &frontDeeds[i])
		}
	}
	return all
}

// deedNamed is the deed of a name, or nil.
func deedNamed(name string) *frontDeed {
	i := slices.IndexFunc(frontDeeds, func(d frontDeed) bool { return d.name == name })
	if i < 0 {
		return nil
	}
	return &frontDeeds[i]
}

// errWhich marks an order that names no deed, or nothing that one can be done to.
var errWhich = errors.New("")

// handOf finds what is ordered.
func handOf(o *remote.HandsOrder) (*frontDeed, error) {
	d := deedNamed(o.Deed)
	if d == nil {
		return nil, fmt.Errorf("%w%q is nothing that hands can do; `switchroom hands` lists what is", errWhich, o.Deed)
	}
	switch to := d.told().To; {
	case len(to) == 0 && o.To != "":
		return nil, fmt.Errorf("%w%s takes nothing beside it; leave out %q", errWhich, o.Deed, o.To)
	case len(to) > 0 && !slices.Contains(to, o.To):
		return nil, fmt.Errorf("%w%s is done to one of %s, not to %q", errWhich, o.Deed, strings.Join(to, ", "), o.To)
	}
	return d, nil
}

// action is the deed as a scenario would say it.
func (d *frontDeed) action(c *imu.Config, to string) *site.Action {
	a := &site.Action{Do: d.verb, To: to, On: to == "on" || to == "in", Module: d.module, Pin: d.pin}
	if d.verb == "io_switch" {
		a.Pin, _ = strconv.Atoi(to)
	}
	if d.what != "" {
		a.To = d.what
	}
	if d.verb == "coil" && a.On {
		a.Much = c.Mechanism.CoilVolts()
	}
	return a
}

// held says which emergency stop holds the coil that a deed is about.
func (s *Server) held(unit string, d *frontDeed) error {
	if s.lab.Room == nil || d.verb != "coil" || !s.lab.Room.State().Stop {
		return nil
	}
	for _, w := range s.lab.Room.Config().Stop {
		if w.Breaker == unit && w.By.String() == d.what {
			return fmt.Errorf("the emergency stop holds %s: release it first", strings.ToUpper(d.what))
		}
	}
	return nil
}

// lay has somebody do something at a unit, and returns when the mechanism rests.
func (s *Server) lay(u *imu.Unit, o *remote.HandsOrder) error {
	d, err := handOf(o)
	if err != nil {
		return err
	}
	if err := s.attends(o.By); err != nil {
		return err
	}
	c := u.Config()
	if !d.has(&c) {
		return fmt.Errorf("%s has none: %s cannot be done there", u.Name(), d.name)
	}
	s.rests(u) // nobody's hand is quicker than the mechanism
	f := u.Indicators(s.lab.World.Now())
	if why := d.now(&f).Off; why != "" {
		return errors.New(why)
	}
	if err := s.held(u.Name(), d); err != nil {
		return err
	}
	if err := site.Lay(u, s.lab.World.Now(), d.action(&c, o.To)); err != nil {
		return err
	}
	s.rests(u)
	poke(s.hub.moved)
	return nil
}

// rests waits until a mechanism is at rest; in a world that stands still not for long.
func (s *Server) rests(u *imu.Unit) {
	s.hands.insist(func() bool { f := u.Indicators(s.lab.World.Now()); return !f.Busy }, func() {})
}

// attends is why somebody is not in front of the breakers, with their name.
func (s *Server) attends(by string) error {
	err := s.lab.Attends(by)
	if err != nil && by != "" {
		return fmt.Errorf("%s: %w", by, err)
	}
	return err
}

// absent reports whether a deed was refused because nobody stands there to do it.
func absent(err error) bool {
	var r room.Refusal
	return errors.As(err, &r)
}
