package inject

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"

	"switchroom/lab/remote"
	"switchroom/points"
)

// order is an order at one unit, with what its making needs.
type order struct {
	kind  *Kind
	line  *Line
	with  map[string]string
	lasts float64 // s
	hit   func()  // counts a request that was changed

	mu     sync.Mutex // guards random: requests of several connections draw from it
	random *rand.Rand
}

// number is a parameter that is a number. The order has been checked.
func (o *order) number(name string) float64 {
	for _, p := range o.kind.params {
		if p.Name != name {
			continue
		}
		if text, given := o.with[name]; given {
			v, _ := strconv.ParseFloat(text, 64)
			return v
		}
		return p.Default
	}
	return 0
}

// word is a parameter that is a word.
func (o *order) word(name string) string {
	if w := o.with[name]; w != "" {
		return w
	}
	for _, p := range o.kind.params {
		if p.Name == name && len(p.Words) > 0 {
			return p.Words[0]
		}
	}
	return ""
}

// draw draws from the order's own sequence.
func (o *order) draw(f func(*rand.Rand) float64) float64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return f(o.random)
}

// Check says what is wrong with an order, whatever laboratory it is for.
func Check(o remote.Order) error {
	k, err := KindOf(o.Fault)
	if err != nil {
		return err
	}
	if err := k.check(o.With); err != nil {
		return err
	}
	return k.time(&o)
}

// check says everything that is wrong with the parameters at once.
func (k *Kind) check(with map[string]string) error {
	var wrong []string
	for _, name := range keys(with) {
		if err := k.checkOne(name, with[name]); err != nil {
			wrong = append(wrong, err.Error())
		}
	}
	for _, p := range k.params {
		if _, given := with[p.Name]; !given && len(p.Words) == 0 && p.Max == 0 {
			wrong = append(wrong, fmt.Sprintf("%s is missing: %s", p.Name, p.Help))
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%s: %s", k.Name, strings.Join(wrong, "; "))
	}
	return nil
}

func (k *Kind) checkOne(name, text string) error {
	i := slices.IndexFunc(k.params, func(p Param) bool { return p.Name == name })
	switch {
	case i >= 0:
		return k.params[i].check(text)
	case !k.any:
		return fmt.Errorf("it has no %s; `switchroom inject kinds` lists what it has", name)
	}
	id, err := points.Lookup(name)
	if err != nil {
		return err
	}
	if text == "" {
		return nil // of a kind that takes points without values
	}
	_, err = points.Of(id).Parse(text)
	return err
}

func (p *Param) check(text string) error {
	if len(p.Words) > 0 {
		if slices.Contains(p.Words, text) {
			return nil
		}
		return fmt.Errorf("%s: %q is none of %s", p.Name, text, strings.Join(p.Words, ", "))
	}
	if p.Max == 0 {
		return nil // a text, which whoever plays it understands
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= p.Min && v <= p.Max) {
		return fmt.Errorf("%s: %q is no number from %g to %g", p.Name, text, p.Min, p.Max)
	}
	return nil
}

func keys[T any](m map[string]T) []string {
	all := make([]string, 0, len(m))
	for k := range m {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}
