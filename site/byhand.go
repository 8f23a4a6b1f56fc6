package site

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"switchroom/plant"
)

// Deed is something that somebody does to the network of a running laboratory by hand:
// an action of a scenario that happens now. On and off switch anything that can be
// switched: a source is lost and comes back, a motor is stopped and starts.
type Deed struct {
	Do     string
	Target string
	Name   string // of a fault; its target
	Kind   string // of a fault
	Along  *float64
	Phase  int // of a fault: 1 to 3, the first concerned; 0: 1
	Ohm    float64
	Gap    float64
	Share  float64
	For    time.Duration // 0: until it is taken back; of a fault [faultLasts]
}

// Bounds of what is done by hand, ours.
const (
	faultLasts = 10 * time.Second
	deedLasts  = time.Hour
)

// byHand are the verbs that people do to a network, of those of a scenario.
var byHand = []string{"clear", "dip", "fault", "load", "lose", "off", "on", "profile", "return", "start", "stop"}

// Hand does by hand what a scenario does by its file. What lasts for a while ends as the
// world's time passes.
type Hand struct {
	lab    *Lab
	names  *plant.Network // what there is, and how the laboratory begins
	player *player
	kinds  map[string]plant.ElementKind
	began  map[string]bool // what was on when the laboratory was built: loads, sources …
}

func newHand(l *Lab) *Hand {
	h := &Hand{lab: l, names: l.Site.standing(), kinds: map[string]plant.ElementKind{}, began: map[string]bool{}}
	h.player = newPlayer(&Run{Lab: l, Scenario: &Scenario{Duration: endless}, dark: map[string]bool{}, deaf: true}, func(Entry) {})
	for _, s := range l.Network.Standings() {
		h.began[s.Name], h.kinds[s.Name] = s.On, s.Kind
	}
	return h
}

// ErrNoNetwork is returned by a laboratory whose site has no network.
var ErrNoNetwork = errors.New("the site has no network; write network: in the site file (docs/network.md), or try `switchroom demo`")

// action checks a deed as an action of a scenario is checked.
func (h *Hand) action(d Deed) (Action, error) {
	if len(h.names.Branches) == 0 {
		return Action{}, ErrNoNetwork
	}
	d.Do = h.verb(&d)
	k := slices.IndexFunc(verbs, func(v verb) bool { return v.name == d.Do })
	if k < 0 || !slices.Contains(byHand, d.Do) {
		return Action{}, fmt.Errorf("%q cannot be done to a network by hand; %v can", d.Do, byHand)
	}
	if d.For < 0 || d.For > deedLasts {
		return Action{}, fmt.Errorf("for %v: up to %v; what lasts longer is taken back by hand", d.For, deedLasts)
	}
	// Whether a fault is on is the network's to say: it may end meanwhile.
	c := &director{checker: &checker{doubtful: map[string]bool{}}, site: h.lab.Site, net: h.names, faults: map[string]bool{}}
	a := c.action("", d.file(), rand.New(rand.NewPCG(0, 0)))
	var bad []string
	for _, p := range c.problems {
		bad = append(bad, p.Message)
	}
	if len(bad) > 0 {
		return Action{}, errors.New(strings.Join(bad, "; "))
	}
	return a, nil
}

// file is a deed as it would stand in a file.
func (d *Deed) file() *fileAction {
	f := &fileAction{Do: d.Do, Target: d.Target}
	if d.For > 0 || d.Do == "fault" {
		lasts := d.For
		if lasts == 0 {
			lasts = faultLasts
		}
		s := lasts.String()
		f.For = &s
	}
	switch d.Do {
	case "fault":
		f.Along, f.Ohm, f.Gap = d.Along, &d.Ohm, &d.Gap
		if d.Kind != "" {
			f.Kind = &d.Kind
		}
		if d.Name != "" {
			f.Name = &d.Name
		}
		phase := max(1, d.Phase)
		f.Phase = &phase
	case "load", "dip":
		f.Share = &d.Share
	}
	return f
}

// Check says why something cannot be done. Nothing has happened.
func (h *Hand) Check(d Deed) error {
	_, err := h.action(d)
	return err
}

// Do does something now. After an error nothing has happened.
func (h *Hand) Do(d Deed) error {
	a, err := h.action(d)
	if err != nil {
		return err
	}
	h.player.mu.Lock()
	defer h.player.mu.Unlock()
	err = h.player.run.do(a, h.lab.World.Now())
	h.player.arm()
	return err
}

// Changed reports whether anything in the network is otherwise than as the laboratory
// began.
func (h *Hand) Changed() bool {
	n := h.lab.Network
	return len(n.Faults()) > 0 || slices.ContainsFunc(n.Standings(), func(s plant.Standing) bool {
		return s.Held || s.Dip != [3]float64{} || s.On != h.began[s.Name]
	})
}

// Restore brings everything back to how the laboratory began: no fault, no dip, loads on
// their profiles, on what was on and off what was off.
func (h *Hand) Restore() error {
	if len(h.names.Branches) == 0 {
		return ErrNoNetwork
	}
	n := h.lab.Network
	var bad []error
	for _, f := range n.Faults() {
		bad = append(bad, h.Do(Deed{Do: "clear", Target: f.Name}))
	}
	for _, s := range n.Standings() {
		if s.Dip != [3]float64{} {
			bad = append(bad, h.Do(Deed{Do: "dip", Target: s.Name}))
		}
		if s.Held {
			bad = append(bad, h.Do(Deed{Do: "profile", Target: s.Name}))
		}
		if s.On != h.began[s.Name] {
			bad = append(bad, h.Do(Deed{Do: switching(s.Kind, h.began[s.Name]), Target: s.Name}))
		}
	}
	return errors.Join(bad...)
}

// verb is the verb of a deed: whatever can be switched is switched on and off.
func (h *Hand) verb(d *Deed) string {
	if kind, known := h.kinds[d.Target]; known && (d.Do == "on" || d.Do == "off") {
		return switching(kind, d.Do == "on")
	}
	return d.Do
}

// switching is the verb that switches an element on or off.
func switching(k plant.ElementKind, on bool) string {
	verbs := map[plant.ElementKind][2]string{
		plant.MotorElement: {"stop", "start"}, plant.GeneratorElement: {"stop", "start"},
		plant.SourceElement: {"lose", "return"}, plant.TransformerElement: {"lose", "return"},
	}
	v, ok := verbs[k]
	if !ok {
		v = [2]string{"off", "on"}
	}
	if on {
		return v[1]
	}
	return v[0]
}
