package hmi

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
)

// Times of the front. That Test/Reset is held for three seconds is confirmed (HW);
// that an unlocked display goes back after five minutes is a sibling's (NSX); the
// others are ours.
const (
	holdReset  = 3 * time.Second
	goesBack   = 5 * time.Minute
	quickEvery = 5 * time.Second // how long Quick View stays on a page
	lampsStay  = 3 * time.Second // how long the battery lights the trip lamps at least
	repeatsAt  = 10              // steps a second while + or - is held
	holdMax    = time.Minute     // longer tells nothing more
)

// Panel is the front of one control unit. It keeps what the display shows between
// two keys and nothing else: what counts is the unit's. Two people at it have one
// display, and the last key wins. Its methods may be called from several goroutines.
type Panel struct {
	unit    *imu.Unit
	world   *imu.World
	attends func(person string) error
	news    news

	mu      sync.Mutex // guards everything below
	here    []place    // from Home to the screen that is shown
	edit    *edit      // a value that is being changed, or something to do; nil: neither
	notice  *Popup     // the answer to the last key; nil: none
	touched time.Duration
	cover   bool                   // open
	down    [numKeys]time.Duration // since when a key is held; 0: it is not
	lamps   time.Duration          // until when the battery lights the trip lamps
	seen                           // what the unit shows
}

// place is a screen on the way from Home.
type place struct {
	screen   *Screen
	selected int
	fixed    bool  // of Quick View: somebody has chosen the page
	event    event // of the screen of an event
}

// seen is what the unit shows at the time of a key or a look.
type seen struct {
	at     time.Duration
	front  imu.Front
	rating points.Rating
	snap   imu.Snapshot
	open   []imu.Status
	radio  imu.Radio
}

// New returns the front of a unit. attends returns nil if the person of that name
// stands in front of it, or with "" if anybody does, and else what to do about it.
func New(u *imu.Unit, w *imu.World, attends func(person string) error) *Panel {
	p := &Panel{unit: u, world: w, attends: attends}
	p.leave()
	u.Subscribe(p.news.hear)
	return p
}

// looker is who looks at the display.
var looker = access.Actor{Path: access.HMI, Present: true}

// actor is who presses a key, once it is known that they stand there. Their name goes
// into histories: what would steer a terminal or break a line is taken out of it.
func actor(person string) access.Actor {
	name := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, person)
	return access.Actor{Path: access.HMI, Present: true, Person: name}
}

// ErrDark is why a key does nothing at a unit without supply.
var ErrDark = errors.New("the display is dark: the control unit has no supply; give it 24 V, a cable in its USB port, or more than 20 % of In through the breaker. Its battery lights the trip lamps while Test/Reset is held")

// Press presses a key: the person is who does it, "" somebody. What a key asks for
// and does not get is told by a pop-up; an error says that the key was not pressed.
func (p *Panel) Press(person string, k Key) error {
	return p.as(person, k, func(now time.Duration) error {
		p.down[k] = max(now, 1)
		return p.press(now, person, k)
	})
}

// Release lets a key go. Only Test/Reset minds for how long it was held.
func (p *Panel) Release(person string, k Key) error {
	return p.as(person, k, func(now time.Duration) error {
		since := p.down[k]
		if p.down[k] = 0; since == 0 {
			return nil
		}
		return p.release(person, k, now-since)
	})
}

// Hold presses a key and lets it go as if it had been held for d: no time passes.
// While a value is changed + and - repeat.
func (p *Panel) Hold(person string, k Key, d time.Duration) error {
	d = min(d, holdMax)
	return p.as(person, k, func(now time.Duration) error {
		p.down[k] = 0
		if err := p.press(now, person, k); err != nil {
			return err
		}
		if !p.front.Powered {
			p.lamps = max(p.lamps, now+d)
		}
		p.repeat(k, int(d.Seconds()*repeatsAt))
		return p.release(person, k, d)
	})
}

// Cover opens or shuts the sealable cover.
func (p *Panel) Cover(person string, open bool) error {
	if err := p.attends(person); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cover = open
	return nil
}

// as has somebody who stands there do something with a key.
func (p *Panel) as(person string, k Key, do func(now time.Duration) error) error {
	if k == 0 || k >= numKeys {
		return fmt.Errorf("%v is no key; the keys are %v", k, Keys())
	}
	if err := p.attends(person); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.world.Now()
	p.look(now)
	defer func() { p.touched = now }()
	return do(now)
}

// look takes up what the unit shows now, and what time has done to the display.
func (p *Panel) look(now time.Duration) {
	p.at, p.rating = now, p.unit.Rating()
	p.front, _ = p.unit.Front(now, looker)
	p.unit.Read(now, looker, &p.snap)
	p.open, _ = p.unit.Open(now, looker)
	p.radio = p.unit.RadioOf(now)
	if !p.front.Powered || now-p.touched >= goesBack {
		p.leave()
	}
}

// leave goes back to Quick View and forgets what was being changed. An editing
// session that it leaves behind ends in the unit by itself, after as long.
func (p *Panel) leave() {
	p.here = []place{{screen: screenOf("home")}, {screen: screenOf("quick")}}
	p.edit, p.notice = nil, nil
}

// press is what a key does when it goes down.
func (p *Panel) press(now time.Duration, person string, k Key) error {
	if !p.front.Powered {
		return p.pressDark(now, k)
	}
	switch k {
	case Test:
		p.told(p.do(person, imu.Request{Op: points.TestGroundFault}), "The test has tripped the breaker. Press its reset button, then reset the trip lamps with Test/Reset.")
	case TestReset: // it counts when it is let go
	case Bluetooth:
		p.notice = p.pressBluetooth(now, person)
	default:
		p.navigate(person, k)
	}
	return nil
}

// pressDark is a key of a unit without supply: two of them have the battery light
// the trip lamps.
func (p *Panel) pressDark(now time.Duration, k Key) error {
	if k != Test && k != TestReset {
		return ErrDark
	}
	if !p.front.Battery {
		return errors.New("the display is dark and the battery is empty or missing: nothing lights up; replace the battery, or supply the control unit")
	}
	p.lamps = now + lampsStay
	return nil
}

// release is what a key does when it comes up after it was held for d.
func (p *Panel) release(person string, k Key, d time.Duration) error {
	switch {
	case k != TestReset || !p.front.Powered:
	case d >= holdReset:
		p.told(p.do(person, imu.Request{Op: points.EventReset}), "Latched events and lamps are reset. What stands keeps its lamp: a trip does until the reset button of the breaker is pressed.")
	default:
		p.notice = info("Battery", batterySays(p.front.Battery)+" Hold Test/Reset for 3 s to reset latched events and lamps.")
	}
	return nil
}

func batterySays(good bool) string {
	if good {
		return "The battery is good."
	}
	return "The battery is empty or missing."
}

// navigate is what Home, ESC and the context keys do to the display.
func (p *Panel) navigate(person string, k Key) {
	shown := p.popup()
	switch {
	case shown != nil && k == Context3:
		p.ok(person, shown)
	case shown != nil: // it waits for its OK
	case k == Home:
		p.drop(person)
		p.here = []place{{screen: screenOf("home")}}
	case k == Esc:
		p.back(person)
	case p.edit != nil:
		p.change(person, k)
	default:
		p.move(person, k)
	}
}

// top is the screen that is shown.
func (p *Panel) top() *place { return &p.here[len(p.here)-1] }

// back leaves what is being changed, or the screen.
func (p *Panel) back(person string) {
	switch {
	case p.edit != nil && p.edit.asks && !p.edit.item.acts():
		p.edit.asks = false
	case p.edit != nil:
		p.drop(person)
	case len(p.here) > 1:
		p.here = p.here[:len(p.here)-1]
	}
}

// move goes up or down, or into what is selected.
func (p *Panel) move(person string, k Key) {
	t := p.top()
	if t.screen.ID == "quick" {
		p.leaf(t, k)
		return
	}
	rows := p.rows()
	t.selected = max(0, min(t.selected, len(rows)-1))
	switch {
	case len(rows) == 0:
	case k == Context1:
		t.selected = max(0, t.selected-1)
	case k == Context2:
		t.selected = min(len(rows)-1, t.selected+1)
	default:
		p.enter(person, &rows[t.selected])
	}
}

// leaf goes through the pages of Quick View by hand, or to the menus.
func (p *Panel) leaf(t *place, k Key) {
	n := len(p.pages())
	switch page := p.page(t); k {
	case Context1:
		t.selected, t.fixed = (page+n-1)%n, true
	case Context2:
		t.selected, t.fixed = (page+1)%n, true
	default:
		p.here = p.here[:1]
	}
}

// enter goes into a line: a menu, an event, or the change of a value.
func (p *Panel) enter(person string, r *row) {
	switch {
	case r.screen != nil:
		p.here = append(p.here, place{screen: r.screen, event: r.event})
	case r.item != nil && r.item.Kind != Reading:
		p.begin(person, r)
	}
}

// do asks the unit for something in the name of whoever presses the keys.
func (p *Panel) do(person string, r imu.Request) imu.Result {
	r.Actor = actor(person)
	return p.unit.Do(p.at, r)
}
