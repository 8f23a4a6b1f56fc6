package imu

import (
	"sync"
	"sync/atomic"
	"time"

	"switchroom/access"
	"switchroom/breaker"
	"switchroom/metering"
	"switchroom/paths/iomodule"
	"switchroom/points"
	"switchroom/protection"
)

// Unit is one running intelligent modular unit. Its methods may be called from
// several goroutines.
type Unit struct {
	cfg     Config
	monitor *access.Monitor
	world   *World
	memory  *Memory // nil: forgets everything when the process ends
	server  *Unit   // an IFE, on which this unit's IFM is stacked; nil: none

	// version changes whenever something that a reader can see has changed
	// otherwise than by the flow of time. Read without the lock.
	version atomic.Uint64

	watchers watchers // have locks of their own

	mu     sync.Mutex // guards everything below
	now    time.Duration
	due    *due
	wakeAt time.Duration // when the world will wake the unit; 0: not
	mech   *breaker.Breaker
	prot   *protection.Engine
	meas   *metering.Meter

	input     input  // what the network would drive through closed contacts
	network   *input // the same, while a test set injects in its place; else nil
	playing   bool   // it injects samples
	sampled   bool   // samples came after input
	engaged   bool   // main clusters, as of the last change taken up; a fixed breaker's always are
	load      loadProfile
	climate   climate
	upkeep    upkeep
	book      eventBook
	unsaved   []Record // for the memory
	order     *Order   // the mechanism is carrying it out
	session   session
	identify  time.Duration // until when it shows itself to who looks for it; 0: it does not
	injection injection     // a test by the service port
	radio     Radio         // Enabled is in set
	fw        *firmware     // nil: as it left the factory
	stage     *staged       // a package that is being sent; nil: none

	groups    [2]protection.Settings // A and B
	group     int                    // index of the acting group
	set       settings
	passwords [4]Password
	renewed   [4]uint32 // how often each password was changed, since the unit was made
	clock     clock
	aux       bool // 24 V, or what replaces it
	usb       bool // a cable in the USB port feeds it; not remembered
	battery   bool
	opt       *protection.Modules // nil: no function of a digital module is on
	faults    faultSet
	erms      ermsState
	io        []*iomodule.Module
	heard     heardIO  // what the unit has taken up of them
	untold    []func() // what its inputs asked for, for those who observe

	optTrip      protection.ModulesState // in which the functions of digital modules begin
	optInhibit   bool                    // the IO module inhibits optional functions
	restraining  bool                    // drives the ZSI output
	turned       bool                    // it has changed, and nobody was told
	unrestrained bool                    // the ZSI input receives nothing, and the jumper is out
	onRestraint  []func(now time.Duration, on bool)
	radioTold    bool // the radio went on or off, and nobody was told
	onRadio      []func(now time.Duration, r Radio)
	started      time.Duration // when the interface started
	name         string        // user application name
	lastTrip     string
	tape         tape
	pending      *pendingCapture
	captures     []*Capture // oldest first
	tripAmps     float64    // A, what the last trip saw, until it is reset

	unsavedCaptures []*Capture // for the memory
	freshCaptures   []*Capture // for those who subscribe
	onCapture       []func(unit string, c *Capture)

	subs  []func(Record)
	dirty bool
}

// settings are the unit's other settings and locks.
type settings struct {
	PowerSign    int // points.MeteringPowerSign
	PFConvention int // points.MeteringPFConvention
	EnergyMode   int // points.MeteringEnergyMode
	Demand       [2]demandSettings
	Dual         bool                       //
	Common       protection.Common          // of no group: ZSI, ERMS, self-protection
	Optional     *protection.ModuleSettings // of digital modules; nil: as delivered. Never changed in place
	Remote       bool                       // remote control enabled: pad open, or switched on
	LockHMI      bool                       // B7
	LockRemote   bool                       // B7
	Mode         access.Mode
	ByDisplay    bool // diagnostic: settings changed by the display
	ByRemote     bool // diagnostic: settings changed by BLE, USB or the interface

	Bluetooth        bool   // the function
	BluetoothMinutes int    // 0: as it left the factory
	Bonds            []Bond // never changed in place
}

// demandSettings are those of the demand of currents or of powers.
type demandSettings struct {
	Window  int
	Minutes int // 0: as it left the factory
}

// input is what the unit's sensors are offered.
type input struct {
	I  [4]complex128
	V  [3]complex128
	Hz float64
	H  *Spectrum // nil: pure sines
}

// New returns a unit of world w that forgets everything when the process ends.
func New(cfg Config, w *World) (*Unit, error) {
	u, err := assemble(cfg, w)
	if err != nil {
		return nil, err
	}
	u.start()
	return u, nil
}

// Open returns a unit of world w that keeps its state in m and takes up what m
// remembered of it. The world must be at the time until which it was alive.
// What does not fit the unit any more is not taken up: lost says what.
func Open(cfg Config, w *World, m *Memory, stored *Stored) (u *Unit, lost []string, err error) {
	if u, err = assemble(cfg, w); err != nil {
		return nil, nil, err
	}
	u.mu.Lock()
	lost = u.recall(stored.Units[cfg.Name])
	if stored.Damage > 0 {
		lost = append(lost, "damage in the memory: some of its records may be lost")
	}
	for _, l := range lost {
		u.note(points.CodeStateLost, Pulse, l)
	}
	u.memory = m
	u.mu.Unlock()
	m.attach(cfg.Name, u)
	u.start()
	return u, lost, nil
}

// assemble returns a unit as it leaves the factory, before its first power-up.
func assemble(cfg Config, w *World) (*Unit, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	u := &Unit{
		cfg: cfg, monitor: access.New(cfg.Profile), world: w,
		mech:      breaker.New(cfg.Mechanism),
		passwords: Factory, aux: true, battery: true, name: cfg.Name, now: w.Now(),
	}
	u.started, u.engaged = u.now, true
	u.climate = usual()
	u.climate.Since = u.now
	u.due = &due{index: -1, wake: u.wake}
	u.clock.synchronised = true
	if cfg.Passwords != nil {
		u.passwords = *cfg.Passwords
	}
	u.fitIO()
	return u, u.fresh()
}

// start powers the unit up.
func (u *Unit) start() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.note(points.CodePowerUp, Pulse, "")
	u.keepUp()
	u.startIO()
	u.settle()
}

// fresh sets up protection and settings as they leave the factory.
func (u *Unit) fresh() (err error) {
	s := protection.Defaults(u.cfg.Rating)
	if u.cfg.Settings != nil {
		s = *u.cfg.Settings
	}
	u.groups = [2]protection.Settings{s, s}
	u.set = settings{Remote: u.cfg.remote(), Mode: u.cfg.Mode, Common: u.cfg.common(), Optional: u.cfg.Optional}
	if u.set.Mode == access.ModeUnknown {
		u.set.Mode = access.ModeUnset
	}
	if u.cfg.Closed {
		closed := u.mech.State()
		closed.Now, closed.Contacts = u.now, breaker.ContactsClosed
		if err := u.mech.Restore(closed); err != nil {
			return err
		}
	}
	u.meas = u.newMeter(u.cfg.Rating)
	u.tape.bits = u.statusBits()
	if u.prot, err = u.protect(u.cfg.Rating, s); err != nil {
		return err
	}
	return u.recallOptional()
}

// protect makes the protection for a rating and a group of settings.
func (u *Unit) protect(r points.Rating, s protection.Settings) (*protection.Engine, error) {
	e, err := protection.New(r, s, protection.Nominal)
	if err != nil {
		return nil, err
	}
	return e, u.prepare(e)
}

// prepare gives the protection what belongs to no group.
func (u *Unit) prepare(e *protection.Engine) error {
	if u.set.Common != e.Common() {
		if _, err := e.SetCommon(u.now, u.set.Common); err != nil {
			return err
		}
	}
	if u.unrestrained {
		e.Restrain(u.now, protection.ShortTime, false)
		e.Restrain(u.now, protection.GroundFault, false)
	}
	return nil
}

// Name returns the name of the breaker.
func (u *Unit) Name() string { return u.cfg.Name }

// Config returns what the unit is made of, with the digital modules that it has now.
func (u *Unit) Config() Config {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.cfg
}

// Rating returns what the plugs and the wiring make of the unit now.
func (u *Unit) Rating() points.Rating {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.cfg.Rating
}

// Subscribe calls f with every event record from now on, on the goroutine that
// caused it, without the unit's lock.
func (u *Unit) Subscribe(f func(Record)) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.subs = append(u.subs, f)
}

// SubscribeCaptures calls f with every capture from now on, as Subscribe does.
// A capture is not changed once it is there.
func (u *Unit) SubscribeCaptures(f func(unit string, c *Capture)) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.onCapture = append(u.onCapture, f)
}

// with runs f with the unit locked and brought to now, and then tells
// subscribers what happened.
func (u *Unit) with(now time.Duration, f func()) {
	u.mu.Lock()
	u.advance(now)
	f()
	fresh, subs := u.settle(), u.subs
	waves, onCapture := u.freshCaptures, u.onCapture
	u.freshCaptures = nil
	turned, restraining, at := u.turned, u.restraining, u.now
	u.turned = false
	radioTold, radio, onRadio := u.radioTold, u.radioState(), u.onRadio
	u.radioTold = false
	zone, untold := u.onRestraint, u.untold
	u.untold = nil
	u.mu.Unlock()
	for _, tell := range untold {
		tell()
	}
	if radioTold {
		for _, f := range onRadio {
			f(at, radio)
		}
	}
	if turned {
		for _, f := range zone {
			f(at, restraining)
		}
	}
	for _, r := range fresh {
		r.Unit = u.cfg.Name
		for _, s := range subs {
			s(r)
		}
	}
	for _, c := range waves {
		for _, f := range onCapture {
			f(u.cfg.Name, c)
		}
	}
}

// wake is what the world calls when something is due.
func (u *Unit) wake(now time.Duration) {
	u.with(now, func() { u.wakeAt = 0 })
}

// Advance brings the unit to now: what is due by then happens.
func (u *Unit) Advance(now time.Duration) { u.with(now, func() {}) }

// settle ends a change: readers see a new version, the memory is told, the
// world knows when to wake the unit again. It returns the records to tell.
func (u *Unit) settle() []Record {
	u.tendIO()
	u.tendRadio()
	fresh := u.book.take()
	if u.memory != nil {
		u.unsaved = append(u.unsaved, fresh...)
		if len(u.unsaved) > trimFrom {
			u.unsaved = trim(u.unsaved) // a flood of refusals must not fill the memory
		}
	}
	if u.dirty {
		u.dirty = false
		u.version.Add(1)
		if u.memory != nil {
			u.memory.changed(u.cfg.Name)
		}
	}
	next, ok := u.next()
	switch {
	case !ok && u.wakeAt != 0:
		u.world.cancel(u.due)
		u.wakeAt = 0
	case ok && next != u.wakeAt:
		u.world.schedule(u.due, next)
		u.wakeAt = next
	}
	return fresh
}

// note records an event at the unit's time.
func (u *Unit) note(code points.Code, what Transition, detail string) {
	u.noteAt(u.now, code, what, detail)
}

func (u *Unit) noteAt(at time.Duration, code points.Code, what Transition, detail string) {
	u.book.note(Record{At: at, Date: u.clock.date(u.world, at), Code: code, What: what, Detail: detail})
	u.dirty = true
}

// conducts reports whether current can flow: the contacts touch, and the main
// clusters of a drawout breaker are engaged.
func (u *Unit) conducts() bool {
	return u.mech.Closed() && u.engaged
}

// powered reports whether the control unit works: auxiliary supply, a cable in its
// USB port, or more than a fifth of In through the breaker (CAT).
func (u *Unit) powered() bool {
	if u.aux || u.usb {
		return true
	}
	if !u.conducts() {
		return false
	}
	if u.sampled {
		r := u.tape.rms(u.now, u.cycle())
		return max(r[0], r[1], r[2]) >= selfPowered*u.cfg.Rating.In
	}
	for k := range 3 {
		if u.input.rms(k) >= selfPowered*u.cfg.Rating.In {
			return true
		}
	}
	return false
}

// selfPowered is the share of In from which the unit powers itself (CAT:
// confirmed).
const selfPowered = 0.2
