package imu

import (
	"time"

	"switchroom/breaker"
	"switchroom/points"
)

// Indicators are what somebody sees who stands before the breaker: the indicators of its
// mechanism, which need no supply, the switches, and what wiring the terminals have.
// What the control unit shows by itself is read as points.
type Indicators struct {
	Contacts   string // open, closing, closed, opening
	Busy       bool   // they are on their way, or a coil is about to move them
	Closed     bool   // the contacts touch, wherever the breaker stands in its chassis
	Charged    bool   // the closing spring
	Tripped    bool   // the reset button is out: a fault trip that nobody has reset
	NotReady   []string
	Position   Position         // in the chassis; 0: the breaker is fixed
	Locks      map[PadLock]bool // by each that can be put on
	Supplied   map[Coil]float64 // V at the terminals, by each coil that is fitted
	Energised  map[Coil]bool    // that supply reaches it and is enough
	Locked     bool             // the pad of an IFE or IFM is closed
	Remote     bool             // remote control is enabled
	ESM        Switch           // NoESM: no module is declared
	ESMLost    bool             // and does not answer
	Aux        bool             // 24 V, or what replaces it
	USB        bool             // a cable is in the port
	Battery    bool             //
	Powered    bool             // the control unit works
	Operations uint32           // closings so far
	IO         []IOModule       // IO modules
}

// coilsInOrder are all that can be fitted, as the terminals have them.
var coilsInOrder = []Coil{MX, MX2, MN, XF, RES, MCH}

// Coils lists the coils and the motor that can be fitted, in the order of the
// terminals.
func Coils() []Coil { return append([]Coil(nil), coilsInOrder...) }

// Indicators tells how the mechanism looks now. Whoever looks must stand there; that is for
// the caller to know.
func (u *Unit) Indicators(now time.Duration) (f Indicators) {
	u.with(now, func() { f = u.indicators() })
	return f
}

func (u *Unit) indicators() Indicators {
	s := u.mech.State()
	f := Indicators{
		Contacts: u.mech.Contacts().String(), Busy: u.mech.Busy(), Closed: u.mech.Closed(), Charged: s.Spring, Tripped: s.Tripped, NotReady: u.mech.NotReady().Sentences(),
		Locks: map[PadLock]bool{}, Supplied: map[Coil]float64{}, Energised: map[Coil]bool{},
		Locked: u.cfg.Interface.pad() && !u.set.Remote, Remote: u.cfg.Interface != NoInterface && u.remote(), ESM: u.erms.Switch, ESMLost: u.book.active(points.CodeESMLost),
		Aux: u.aux, USB: u.usb, Battery: u.battery, Powered: u.powered(), Operations: s.Closings, IO: u.modules(),
	}
	if u.cfg.Mechanism.Drawout {
		f.Position = s.Position
	}
	for l := Padlock; l <= ChassisLock; l++ {
		f.Locks[l] = s.Locks.Has(l)
	}
	for _, c := range coilsInOrder {
		if u.cfg.Mechanism.Fit(c) != breaker.None {
			f.Supplied[c], f.Energised[c] = s.Volts[c], s.Live.Has(c)
		}
	}
	return f
}
