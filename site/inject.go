package site

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"switchroom/inject"
	"switchroom/lab/remote"
)

// injectable are the faults that a scenario can inject. What happens at a breaker has
// verbs of its own, which need nobody on the wire.
func injectable() (names []string) {
	for _, k := range inject.Kinds() {
		if k.Layer != remote.Process {
			names = append(names, k.Name)
		}
	}
	return names
}

// anyone is the target of what is injected at every breaker.
const anyone = "*"

// order is what an action injects, checked as the laboratory would.
func (d *director) order(at string, f *fileAction, a *Action, random *rand.Rand) remote.Order {
	o := remote.Order{Fault: value(f.What, ""), Unit: f.Target, With: f.With, For: a.For.Seconds()}
	o.Seed = 1 + random.Uint64()>>12 // JSON numbers are exact to 2⁵³, and 0 is none
	if f.Target != anyone {
		d.reached(at, f.Target)
	}
	if o.Fault == "" {
		return o // said already
	}
	if err := inject.Check(o); err != nil {
		d.problem(at+".what", err.Error())
	}
	return o
}

// reached checks that there is such a breaker, and an interface to inject at.
func (d *director) reached(at, name string) {
	i := slices.IndexFunc(d.site.Breakers, func(b Breaker) bool { return b.Unit.Name == name })
	switch {
	case i < 0:
		d.known(at, &verb{name: "inject", target: breaker}, name)
	case !d.site.Breakers[i].Reachable():
		d.problem(at+".target", fmt.Sprintf("%s has no interface that the network reaches; nothing can be injected on its wire", name))
	}
}

// errNobody is why a scenario that is computed injects nothing.
var errNobody = errors.New("nobody is on the wire while a scenario is computed; play it on a running site with `switchroom up SITE --scenario FILE`")

// put injects, where the scenario is played on a running site.
func (r *Run) put(o remote.Order) error {
	if r.inject == nil {
		return errNobody
	}
	return r.inject(o)
}
