package inject

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"switchroom/lab/remote"
)

// Hands do what really happens at a breaker. Begin does it and returns how it is
// undone; nil: it cannot be. with gives its parameters, and as "for" how many
// seconds it lasts. They may be undone in any order: one that is undone while a newer
// one lasts moves no contacts, and leaves to the newer what there is to bring back.
type Hands interface {
	Begin(unit, kind string, with func(name string) string) (undo func(), err error)
}

// Checker are hands that can tell beforehand that they could not: an order that is
// refused then leaves alone what it would have replaced.
type Checker interface {
	Check(unit, kind string, with func(name string) string) error
}

// Desk is where faults are injected into the lines of a site. It may be used from
// several goroutines.
type Desk struct {
	lines map[string]*Line
	hands Hands // nil: nothing of the process layer

	mu    sync.Mutex // guards what follows
	all   []*injection
	last  int
	runs  map[string]string // names by id
	doors map[Gate]*door
	over  bool
}

// injection is one that was ordered: at one unit, or at all.
type injection struct {
	told remote.Injection
	hits atomic.Uint64
	ends []func() // one for each unit
	at   []string // units
	stop *time.Timer
}

// Bounds, ours.
const (
	untold  = time.Minute    // how long an injection lasts that nobody says it of
	longest = 24 * time.Hour //
	history = 1000           // injections that are remembered
	runsMax = 100
)

// NewDesk returns a desk for lines by the names of their units. hands may be nil.
func NewDesk(lines map[string]*Line, hands Hands) *Desk {
	return &Desk{lines: lines, hands: hands, runs: map[string]string{}, doors: map[Gate]*door{}}
}

// ErrOver is returned once the laboratory ends.
var ErrOver = errors.New("the laboratory ends")

// Inject begins what is ordered, at every unit it names or, after an error, at none.
// What is in force in the same slot at the same units is replaced without a gap.
func (d *Desk) Inject(o remote.Order) (remote.Injection, error) {
	k, err := KindOf(o.Fault)
	if err != nil {
		return remote.Injection{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	units, err := d.admit(k, &o)
	if err != nil {
		return remote.Injection{}, err
	}
	d.last++
	now := time.Now()
	in := &injection{at: units, told: remote.Injection{ID: d.last, Order: o, From: now, State: remote.Active}}
	in.told.With = maps.Clone(o.With)
	if err := d.begin(k, in); err != nil {
		return remote.Injection{}, err
	}
	lasts := time.Duration(o.For * float64(time.Second))
	in.told.Until = now.Add(lasts)
	in.stop = time.AfterFunc(lasts, func() { d.endOne(in, remote.ByTime) })
	d.remember(in)
	return in.tell(), nil
}

// admit checks an order and completes it.
func (d *Desk) admit(k *Kind, o *remote.Order) ([]string, error) {
	units := []string{o.Unit}
	if o.Unit == "*" {
		units = keys(d.lines)
	}
	_, named := d.runs[o.Run]
	switch {
	case d.over:
		return nil, ErrOver
	case o.Run != "" && !named:
		return nil, fmt.Errorf("run %q has ended, or never was; begin one anew", o.Run)
	case o.For < 0 || o.For > longest.Seconds() || math.IsNaN(o.For):
		return nil, fmt.Errorf("for %g s: from 0 to %g s, which is a day", o.For, longest.Seconds())
	}
	for _, u := range units {
		if d.lines[u] == nil {
			return nil, fmt.Errorf("there is no unit %q; there %s", u, listed(keys(d.lines)))
		}
	}
	if err := k.check(o.With); err != nil {
		return nil, err
	}
	return units, k.time(o)
}

// time completes how long an injection lasts and what is drawn in it.
func (k *Kind) time(o *remote.Order) error {
	needs := 0.0
	if k.needs != nil {
		needs = k.needs(&order{kind: k, with: o.With})
	}
	switch {
	case o.For == 0 && o.Run != "":
		o.For = longest.Seconds()
	case o.For == 0:
		o.For = max(untold.Seconds(), needs)
	case o.For < needs:
		return fmt.Errorf("%s takes %g s and would be ended after %g s; give it longer: --for %gs", k.Name, needs, o.For, needs)
	}
	for o.Seed == 0 {
		o.Seed = rand.Uint64() >> 11 // JSON numbers are exact to 2⁵³
	}
	return nil
}

// listed names up to a dozen.
func listed(names []string) string {
	switch {
	case len(names) == 0:
		return "is none"
	case len(names) > 12:
		return fmt.Sprintf("are %d, of which %v are the first", len(names), names[:12])
	}
	return fmt.Sprintf("are %v", names)
}

// begin begins an injection at each of its units. If it cannot at one, it is undone
// at the others.
func (d *Desk) begin(k *Kind, in *injection) error {
	if err := d.possible(k, in); err != nil {
		return err
	}
	olds := make([]*injection, len(in.at))
	for i, u := range in.at {
		old := d.inForce(k, u)
		end, err := d.beginAt(k, in, u, uint64(i), old)
		if end == nil {
			end = func() {}
		}
		if err != nil {
			in.undo()
			return fmt.Errorf("%s: %w", u, err)
		}
		in.ends = append(in.ends, end)
		olds[i] = old
	}
	for i, old := range olds {
		if old != nil {
			d.giveWay(k, old, in.at[i])
		}
	}
	return nil
}

// giveWay ends an older injection for a newer one. In a slot it ends only at that
// unit: who opens all and then closes one does not want to close the others.
func (d *Desk) giveWay(k *Kind, old *injection, unit string) {
	i := slices.Index(old.at, unit)
	if k.slot == "" || len(old.at) == 1 {
		d.end(old, remote.ByNewer)
		return
	}
	end := old.ends[i]
	old.at, old.ends = without(old.at, i), without(old.ends, i)
	end()
}

// without is a list without one of it; the list itself stays, others may have it.
func without[T any](all []T, i int) []T { return slices.Concat(all[:i], all[i+1:]) }

// possible asks the hands, before anything is replaced, whether they can at every unit.
func (d *Desk) possible(k *Kind, in *injection) error {
	c, ok := d.hands.(Checker)
	if !ok || k.Layer != remote.Process {
		return nil
	}
	o := &order{kind: k, with: in.told.With, lasts: in.told.For}
	for _, u := range in.at {
		if err := c.Check(u, k.Name, o.text); err != nil {
			return fmt.Errorf("%s: %w", u, err)
		}
	}
	return nil
}

// inForce returns the injection that acts at a unit in the slot of a kind.
func (d *Desk) inForce(k *Kind, unit string) *injection {
	for _, in := range d.all {
		if in.told.State == remote.Active && k.shares(in.told.Fault) && slices.Contains(in.at, unit) {
			return in
		}
	}
	return nil
}

// shares reports whether a kind has the same slot as another.
func (k *Kind) shares(name string) bool {
	if k.Name == name || k.slot == "" {
		return k.Name == name
	}
	other, err := KindOf(name)
	return err == nil && other.slot == k.slot
}

// beginAt begins at one unit and returns how it ends there.
func (d *Desk) beginAt(k *Kind, in *injection, unit string, nth uint64, old *injection) (func(), error) {
	l := d.lines[unit]
	o := &order{kind: k, line: l, with: in.told.With, lasts: in.told.For, hit: func() { in.hits.Add(1) }, random: rand.New(rand.NewPCG(in.told.Seed, nth))}
	x := layer{id: in.told.ID, device: k.Layer == remote.Device}
	replaces := -1
	if old != nil && len(old.at) == 1 {
		replaces = old.told.ID // one at several units ends at all of them, below
	}
	var end func()
	switch {
	case k.view != nil:
		v, err := k.view(o, l)
		if err != nil {
			return nil, err
		}
		x.f = v.interceptor(o.hit)
	case k.wire != nil:
		var err error
		if x.f, end, err = k.wire(o); err != nil {
			return nil, err
		}
	case k.gate != nil && l.gate == nil:
		return nil, errors.New("it is not reached by an interface of its own")
	case k.gate != nil:
		return k.gate(o, d.doorOf(l.gate).through())
	default:
		return d.byHand(k, o, unit, old)
	}
	l.add(x, replaces)
	return func() {
		l.remove(x.id)
		if end != nil {
			end()
		}
	}, nil
}

// byHand has somebody do it at the breaker. An older one of the kind is undone
// before: what it restores is not what the new one has done. Not so in a slot: who
// closes what is closed must not open it in between.
func (d *Desk) byHand(k *Kind, o *order, unit string, old *injection) (func(), error) {
	if d.hands == nil {
		return nil, errors.New("nobody stands at the breakers of this laboratory")
	}
	if old != nil && k.slot == "" {
		d.end(old, remote.ByNewer)
	}
	o.hit()
	return d.hands.Begin(unit, k.Name, o.text)
}

// text is a parameter as it was given, or its default; "for" is how long it lasts, in s.
func (o *order) text(name string) string {
	if name == "for" {
		return strconv.FormatFloat(o.lasts, 'g', -1, 64)
	}
	if t, given := o.with[name]; given {
		return t
	}
	for i, p := range o.kind.params {
		if p.Name == name {
			return o.kind.Params[i].Default
		}
	}
	return ""
}

// remember keeps an injection, and forgets the oldest that have ended.
func (d *Desk) remember(in *injection) {
	d.all = append(d.all, in)
	for i := 0; len(d.all) > history && i < len(d.all); {
		if d.all[i].told.State == remote.Active {
			i++
			continue
		}
		d.all = slices.Delete(d.all, i, i+1)
	}
}

func (d *Desk) endOne(in *injection, why string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.end(in, why)
}

// end ends an injection, once.
func (d *Desk) end(in *injection, why string) {
	if in.told.State != remote.Active {
		return
	}
	in.told.State, in.told.Ended, in.told.Until = remote.Over, why, time.Now()
	if in.stop != nil {
		in.stop.Stop()
	}
	in.undo()
}

// undo undoes what was begun, at all units at once: a mechanism takes its time, and
// a site has many.
func (in *injection) undo() {
	var all sync.WaitGroup
	for _, end := range in.ends {
		all.Go(end)
	}
	all.Wait()
	in.ends = nil
}

func (in *injection) tell() remote.Injection {
	t := in.told
	t.Hits = in.hits.Load()
	return t
}

// List returns what was injected, the newest last.
func (d *Desk) List() []remote.Injection {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := []remote.Injection{}
	for _, in := range d.all {
		all = append(all, in.tell())
	}
	return all
}

// Undo ends an injection; one that has ended stays so.
func (d *Desk) Undo(id int) (remote.Injection, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i, ok := slices.BinarySearchFunc(d.all, id, func(in *injection, id int) int { return cmp.Compare(in.told.ID, id) })
	if !ok {
		return remote.Injection{}, fmt.Errorf("there is no injection %d; `switchroom inject list` has them", id)
	}
	d.end(d.all[i], remote.ByUndo)
	return d.all[i].tell(), nil
}

// UndoAll ends all that is active, the newest first, and returns it.
func (d *Desk) UndoAll() []remote.Injection {
	return d.endAll(remote.ByUndo, func(*injection) bool { return true })
}

func (d *Desk) endAll(why string, which func(*injection) bool) []remote.Injection {
	d.mu.Lock()
	defer d.mu.Unlock()
	ended := []remote.Injection{}
	for _, in := range slices.Backward(d.all) {
		if in.told.State == remote.Active && which(in) {
			d.end(in, why)
			ended = append(ended, in.tell())
		}
	}
	return ended
}

// Begin begins a run and returns its id.
func (d *Desk) Begin(name string) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.over:
		return "", ErrOver
	case len(d.runs) >= runsMax:
		return "", fmt.Errorf("%d runs are under way, which is the most; end one", runsMax)
	}
	d.last++
	id := fmt.Sprintf("run-%d", d.last)
	d.runs[id] = name
	return id, nil
}

// End ends a run and all that was injected in its name.
func (d *Desk) End(run string) {
	d.mu.Lock()
	delete(d.runs, run)
	d.mu.Unlock()
	d.endAll(remote.ByRun, func(in *injection) bool { return in.told.Run == run })
}

// Close ends everything. Nothing can be injected any more.
func (d *Desk) Close() {
	d.mu.Lock()
	d.over = true
	clear(d.runs)
	d.mu.Unlock()
	d.endAll(remote.ByClosed, func(*injection) bool { return true })
}
