package lab

import (
	"fmt"
	"math"
	"math/cmplx"
	"strconv"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
	"switchroom/site"
)

// hands do at the breakers of a laboratory what is injected into its process. They are
// the instructor's, and need nobody in the room.
type hands struct {
	lab      *site.Lab
	units    map[string]*imu.Unit
	sets     map[*imu.Unit]*testSet
	movement map[*imu.Unit]*movement
}

func newHands(l *site.Lab) *hands {
	h := &hands{l, map[string]*imu.Unit{}, map[*imu.Unit]*testSet{}, map[*imu.Unit]*movement{}}
	for _, u := range l.Units {
		h.units[u.Name()], h.sets[u], h.movement[u] = u, &testSet{unit: u}, &movement{}
	}
	return h
}

// deed does something at a unit and returns how it is undone.
type deed func(h *hands, u *imu.Unit, with func(string) string) (undo func(), err error)

// deeds are the faults of the process layer.
var deeds = map[string]deed{
	"clock-lost":  (*hands).loseClock,
	"close":       (*hands).close,
	"load":        (*hands).load,
	"open":        (*hands).open,
	"pad":         (*hands).pad,
	"rack":        (*hands).rack,
	"reset":       (*hands).reset,
	"self-test":   (*hands).fail,
	"supply-lost": (*hands).loseSupply,
	"trip":        (*hands).trip,
}

// Begin does what a kind of fault is at a unit.
func (h *hands) Begin(unit, kind string, with func(string) string) (undo func(), err error) {
	do := deeds[kind]
	if do == nil {
		return nil, fmt.Errorf("nobody can do %s", kind)
	}
	return do(h, h.units[unit], with)
}

func (h *hands) now() time.Duration { return h.lab.World.Now() }

// press presses and releases a button.
func (h *hands) press(u *imu.Unit, b imu.Button) {
	u.Push(h.now(), b, true)
	u.Push(h.now(), b, false)
}

// read is what a unit shows of a point.
func (h *hands) read(u *imu.Unit, id points.ID) float64 {
	var s imu.Snapshot
	if d, _ := u.Read(h.now(), looker, &s); !d.OK() {
		return math.NaN()
	}
	return s.Values[id]
}

func (h *hands) open(u *imu.Unit, _ func(string) string) (func(), error) {
	m := h.moving(u)
	h.part(u)
	return func() { h.settle(u, m, nil) }, nil
}

func (h *hands) close(u *imu.Unit, _ func(string) string) (func(), error) {
	m := h.moving(u)
	h.restore(u)
	return func() { h.settle(u, m, nil) }, nil
}

// A mechanism moves within a tenth of a second, in a slow world later. In one that is
// stopped it does not, and nobody waits for it; nor longer than patience. A machine that is busy may take
// all of it between two glances, and the mechanism has had no chance then: so many
// tries it gets at least.
const (
	patience = time.Second
	glance   = 2 * time.Millisecond
	tries    = 100
)

// insist does something again until it has come about, or patience or time ends.
func (h *hands) insist(done func() bool, do func()) {
	end := time.Now().Add(time.Duration(float64(patience) / min(1, max(slowest, h.lab.World.Speed()))))
	for n := 0; !done() && !h.slow() && (n < tries || time.Now().Before(end)); n++ {
		do()
		time.Sleep(glance)
	}
}

// part opens a breaker by hand, until its contacts are apart. They touch while they
// are opening, and whoever closes then would take it for closed.
func (h *hands) part(u *imu.Unit) {
	h.press(u, imu.OpenButton)
	h.insist(func() bool { return !u.Closed() }, func() { h.press(u, imu.OpenButton) })
}

// restore closes a breaker by hand, with its spring charged, as soon as the
// mechanism is at rest.
func (h *hands) restore(u *imu.Unit) {
	h.insist(u.Closed, func() {
		u.Charge(h.now())
		h.press(u, imu.CloseButton)
	})
}

func (h *hands) reset(u *imu.Unit, _ func(string) string) (func(), error) {
	h.press(u, imu.ResetButton)
	return nil, nil
}

func (h *hands) pad(u *imu.Unit, with func(string) string) (func(), error) {
	c := u.Config()
	if c.Interface != imu.IFE && c.Interface != imu.IFM {
		return nil, fmt.Errorf("interface %v has no pad", c.Interface)
	}
	lock := with("to") == "locked"
	was := h.read(u, points.RemoteEnabled)
	u.Pad(h.now(), lock)
	return func() {
		if !math.IsNaN(was) {
			u.Pad(h.now(), was == 0)
		}
	}, nil
}

func (h *hands) rack(u *imu.Unit, with func(string) string) (func(), error) {
	was, m := u.Position(), h.moving(u)
	back := func() { u.Rack(h.now(), was) } // from where it was it came
	to, err := imu.ParsePosition(with("to"))
	if err != nil {
		return nil, err
	}
	if err := u.Rack(h.now(), to); err != nil {
		h.settle(u, m, nil)
		return nil, err
	}
	return func() { h.settle(u, m, back) }, nil
}

func (h *hands) fail(u *imu.Unit, with func(string) string) (func(), error) {
	f, err := imu.ParseFault(with("part"))
	if err != nil {
		return nil, err
	}
	whole := func() { u.Fail(h.now(), f, false) }
	if !u.Closed() { // it trips nothing: who closes it meanwhile has closed it
		return whole, u.Fail(h.now(), f, true)
	}
	m := h.moving(u)
	if err := u.Fail(h.now(), f, true); err != nil {
		h.settle(u, m, nil)
		return nil, err
	}
	return func() { h.settle(u, m, whole) }, nil
}

func (h *hands) loseSupply(u *imu.Unit, _ func(string) string) (func(), error) {
	u.Supply(h.now(), false)
	return func() { u.Supply(h.now(), true) }, nil
}

// loseClock takes battery and supply away and gives the supply back. A unit that
// lives of its own current keeps its clock, and says so.
func (h *hands) loseClock(u *imu.Unit, _ func(string) string) (func(), error) {
	u.Battery(h.now(), false)
	u.Supply(h.now(), false)
	u.Supply(h.now(), true)
	undo := func() {
		u.Battery(h.now(), true)
		now := h.now()
		u.Do(now, imu.Request{Actor: access.Actor{Path: access.Modbus, Source: "laboratory"}, Op: points.ClockSet, Value: points.At(h.lab.World.Date(now))})
	}
	if h.read(u, points.DeviceClockSynchronised) == 1 {
		undo()
		return nil, fmt.Errorf("the current through it feeds its control unit, which keeps the time; open it first")
	}
	return undo, nil
}

// load has currents flow, each behind the voltage of its phase.
func (h *hands) load(u *imu.Unit, with func(string) string) (func(), error) {
	var amps [4]complex128
	for k, name := range []string{"l1", "l2", "l3", "n"} {
		v, err := strconv.ParseFloat(with(name), 64)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		amps[k] = cmplx.Rect(v, -2*math.Pi/3*float64(k%3))
	}
	return h.flow(u, &amps), nil
}
