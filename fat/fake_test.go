package fat

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"
	"time"

	"switchroom/lab/remote"
	"switchroom/points"
	"switchroom/regmap"
)

// fakeLab is a laboratory in memory: breakers with values, substitutions on top,
// and the faults that the tests need.
type fakeLab struct {
	mu      sync.Mutex
	m       *regmap.Map
	units   map[string]*fakeUnit
	order   []string
	next    int
	active  map[int]remote.Order
	running int           // runs
	lingers int           // how often what has ended is told as active
	deaf    string        // a unit without Modbus
	over    chan struct{} // closed when it ends its runs; nil: never
	speed   *float64      // of its time; nil: 1
}

type fakeUnit struct {
	values points.Values
	sub    map[points.ID]points.Value
	faults map[string]bool
	moves  int
	image  *regmap.Image // of now; nil: to be made
}

// defaultMap is the register map, made once: a run has to make its own.
var defaultMap = sync.OnceValue(regmap.Default)

func newFakeLab(names ...string) *fakeLab {
	l := &fakeLab{m: defaultMap(), units: map[string]*fakeUnit{}, order: names, active: map[int]remote.Order{}}
	for _, n := range names {
		u := &fakeUnit{values: points.NewValues(), sub: map[points.ID]points.Value{}, faults: map[string]bool{}}
		u.values[points.CurrentL1], u.values[points.CurrentL2], u.values[points.CurrentL3] = 300, 301, 302
		for _, id := range []points.ID{points.BreakerClosed, points.BreakerTripped, points.BreakerFaultTripped, points.BreakerSpringCharged, points.BreakerReadyToClose} {
			u.values.SetFlag(id, id == points.BreakerClosed)
		}
		u.values[points.OperationsTotal] = 5
		l.units[n] = u
	}
	return l
}

func (l *fakeLab) Units(context.Context) (all []remote.Unit, _ error) {
	for i, n := range l.order {
		all = append(all, remote.Unit{Name: n, Modbus: fmt.Sprintf("127.0.1.%d:5020", i+1), Unit: 255, In: 1000})
		if n == l.deaf {
			all[i].Modbus = ""
		}
	}
	return all, nil
}

func (l *fakeLab) Kinds(context.Context) (all []remote.Kind, _ error) {
	for _, k := range []string{"substitute", "silent", "not-available", "quality-off", "busy", "restart", "wrong-transaction", "open", "close", "trip", "reset", "load", "link-down", "half"} {
		all = append(all, remote.Kind{Name: k})
	}
	return all, nil
}

func (l *fakeLab) Read(_ context.Context, unit string, names ...string) (all []remote.Reading, _ error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range points.All() {
		if len(names) > 0 && p.Name != names[0] {
			continue
		}
		all = append(all, remote.Reading{Point: p.Name, Value: p.JSON(points.Number(l.units[unit].values[p.ID])), Unit: p.Unit})
	}
	return all, nil
}

func (l *fakeLab) Inject(_ context.Context, o remote.Order) (remote.Injection, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	u := l.units[o.Unit]
	u.image = nil
	l.next++
	switch o.Fault {
	case "substitute":
		u.sub = map[points.ID]points.Value{}
		for name, text := range o.With {
			id, err := points.Lookup(name)
			if err != nil {
				return remote.Injection{}, err
			}
			if u.sub[id], err = points.Of(id).Parse(text); err != nil {
				return remote.Injection{}, err
			}
		}
	case "open", "close":
		u.move(o.Fault == "close")
	case "trip":
		u.move(false)
		u.values.SetFlag(points.BreakerFaultTripped, true)
	case "reset":
		u.values.SetFlag(points.BreakerFaultTripped, false)
	case "load":
		u.values[points.CurrentL1] *= 1.5
	default:
		u.faults[o.Fault] = true
	}
	l.active[l.next] = o
	return remote.Injection{ID: l.next, Order: o, State: remote.Active}, nil
}

func (u *fakeUnit) move(closed bool) {
	if (u.values[points.BreakerClosed] == 1) != closed {
		u.moves++
		u.values[points.OperationsTotal]++
	}
	u.image = nil
	u.values.SetFlag(points.BreakerClosed, closed)
	u.values.SetFlag(points.BreakerReadyToClose, !closed)
}

func (l *fakeLab) Undo(_ context.Context, id int) (remote.Injection, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	o := l.active[id]
	delete(l.active, id)
	if u := l.units[o.Unit]; u != nil {
		u.image = nil
		delete(u.faults, o.Fault)
		if o.Fault == "substitute" && !l.substituted(o.Unit) {
			u.sub = map[points.ID]points.Value{}
		}
	}
	return remote.Injection{ID: id}, nil
}

func (l *fakeLab) substituted(unit string) bool {
	for _, o := range l.active {
		if o.Fault == "substitute" && o.Unit == unit {
			return true
		}
	}
	return false
}

// Time passes as fast as the test says, and if it says nothing as everywhere.
func (l *fakeLab) Time(context.Context) (remote.Time, error) {
	if l.speed != nil {
		return remote.Time{Speed: *l.speed}, nil
	}
	return remote.Time{Speed: 1, Real: 1}, nil
}

// Injections tells of what is active. What belongs to a run that has ended goes on for
// as often as it is asked for.
func (l *fakeLab) Injections(context.Context) (all []remote.Injection, _ error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	over := l.running == 0 && l.lingers <= 0
	for _, id := range slices.Sorted(maps.Keys(l.active)) {
		if over && l.active[id].Run != "" {
			delete(l.active, id)
			continue
		}
		all = append(all, remote.Injection{ID: id, Order: l.active[id], State: remote.Active})
	}
	if l.running == 0 && l.lingers > 0 {
		l.lingers--
	}
	return all, nil
}

func (l *fakeLab) BeginRun(context.Context, string, func()) (string, func() error, error) {
	l.running++
	return "run-1", func() error { l.running--; return nil }, nil
}

// registers is what a unit answers: nil for silence.
func (l *fakeLab) registers(unit string, r regmap.Register, n uint16) []byte {
	u := l.units[unit]
	if u == nil || u.faults["silent"] || u.faults["link-down"] || u.faults["busy"] || u.faults["wrong-transaction"] || u.faults["half"] {
		return nil
	}
	if u.image != nil {
		d, _ := u.image.Append(nil, r.Address(), n)
		return d
	}
	values := append(points.Values{}, u.values...)
	texts := map[points.ID]string{}
	for id, v := range u.sub {
		if points.Of(id).Type == points.Text {
			texts[id] = v.Text()
		} else {
			values[id] = v.Float()
		}
	}
	if u.faults["not-available"] {
		values.Clear()
	}
	im := l.m.NewImage()
	im.Fill(regmap.Source{Values: values, Text: func(id points.ID) string { return texts[id] }})
	u.image = im
	d, _ := im.Append(nil, r.Address(), n)
	return d
}

// fakeSystem is a supervision system in memory: it reads every point when it is
// looked at, as it was set up, with the mistakes that were made.
type fakeSystem struct {
	lab      *fakeLab
	mistake  func(s *fakeSystem, t Tag, p regmap.Place) (Shown, bool) // false: none at this point
	last     map[Tag]Shown
	commands int
	orders   map[string]string // breaker: what it does wrong with orders, refused or repeated
}

func (s *fakeSystem) Look(ctx context.Context, tags []Tag) ([]Shown, error) {
	s.lab.mu.Lock()
	defer s.lab.mu.Unlock()
	if s.last == nil {
		s.last = map[Tag]Shown{}
	}
	out := make([]Shown, len(tags))
	for i, t := range tags {
		id, _ := points.Lookup(t.Point)
		p, _ := placeAt(s.lab.m, id, regmap.Register(t.Register))
		shown, made := Shown{}, false
		if s.mistake != nil {
			shown, made = s.mistake(s, t, p)
		}
		if !made {
			shown = s.read(t.Breaker, p.Row.Register, p, id)
		}
		out[i] = shown
		if shown.Found && !shown.Bad {
			s.last[t] = shown
		}
	}
	return out, nil
}

// read reads a point as it should be read.
func (s *fakeSystem) read(breaker string, r regmap.Register, p regmap.Place, id points.ID) Shown {
	d := s.lab.registers(breaker, r, p.Row.Count)
	if d == nil {
		return Shown{Found: true, Bad: true, Number: math.NaN()}
	}
	v := p.Decode(d)
	good := true
	if q, ok := s.lab.m.QualityOf(p.Row.Register); ok && p.Bit >= 0 {
		w := s.lab.registers(breaker, q.Register, 1)
		good = w != nil && (uint16(w[0])<<8|uint16(w[1]))>>p.Bit&1 == 1 && !s.lab.units[breaker].faults["quality-off"]
	}
	if !v.Available() || !good {
		return Shown{Found: true, Bad: true, Number: math.NaN()}
	}
	sh := parseShown(points.Of(id).Format(v), nil)
	if points.Of(id).Type == points.Float || points.Of(id).Type == points.Integer {
		sh.Number = v.Float()
	}
	sh.At = time.Now()
	return sh
}

func (s *fakeSystem) Close() error { return nil }

// Operate gives an order to the breaker. One whose orders are refused says so; one
// that repeats them does so once a second until an answer comes.
func (s *fakeSystem) Operate(ctx context.Context, breaker, do string) error {
	if s.orders[breaker] == "refused" {
		return errors.New("refused: command not supported")
	}
	for try := 1; ; try++ {
		lost := s.carryOut(breaker, do)
		switch {
		case !lost:
			return nil
		case s.orders[breaker] != "repeated" || try == 5:
			return errors.New("it may have happened")
		}
		if err := wait(ctx, time.Second); err != nil {
			return err
		}
	}
}

// carryOut moves the breaker, and reports whether the answer is lost.
func (s *fakeSystem) carryOut(breaker, do string) (lost bool) {
	s.lab.mu.Lock()
	defer s.lab.mu.Unlock()
	s.commands++
	u := s.lab.units[breaker]
	u.move(do == "close")
	return u.faults[loseAnswers]
}

func (s *fakeSystem) Ask(context.Context, string) (string, bool) { return "", false }

// shownNumber is a number shown as good.
func shownNumber(v float64) Shown {
	s := parseShown(fmt.Sprintf("%.7g", v), nil)
	s.Number = v
	return s
}
