package breaker

import (
	"errors"
	"time"
)

// Button is a mechanical push-button on the front.
type Button uint8

const (
	OpenButton Button = iota
	CloseButton
	ResetButton
	numButtons
)

var buttonNames = [...]string{"open", "close", "reset"}

func (n Button) String() string { return name(buttonNames[:], int(n)) }

// Push presses or releases a mechanical button. It asks nobody. The open button
// held in is an opening order that stands; the close and the reset button act
// once, when they are pressed.
func (b *Breaker) Push(now time.Duration, n Button, pressed bool) {
	at := b.run(now)
	if n >= numButtons || b.s.Pressed.Has(n) == pressed {
		return
	}
	b.s.Pressed.put(n, pressed)
	switch n {
	case OpenButton:
		if pressed {
			b.open(at, ByButton)
		}
	case CloseButton:
		if pressed {
			b.close(at, ByButton)
		}
		b.s.Spent.put(ByButton, pressed)
	case ResetButton:
		if pressed {
			b.reset(at, ByButton)
		}
	}
}

// Press pushes a button and lets it go. A button that is never released stays
// an order that is held: see BecauseOpenHeld and BecauseCloseHeld.
func (b *Breaker) Press(now time.Duration, n Button) {
	b.Push(now, n, true)
	b.Push(now, n, false)
}

// Lock is something that a person puts on.
type Lock uint8

const (
	Padlock     Lock = iota // on the open button: the breaker stays open
	KeyLock                 // the same with a key
	Interlock               // rods or cables of another breaker: the same
	ChassisLock             // no racking handle goes in: the breaker stays where it is
	numLocks
)

var lockNames = [...]string{"padlock", "key_lock", "interlock", "chassis_lock"}

func (l Lock) String() string { return name(lockNames[:], int(l)) }

// Errors of a person's hands on the breaker. None of them has changed anything.
var (
	ErrNotOpen       = errors.New("the breaker is not open: open it, then lock it")
	ErrNoLock        = errors.New("there is no such lock: choose padlock, key lock, interlock or chassis lock")
	ErrFixed         = errors.New("the breaker is fixed: it has no chassis to be racked in")
	ErrNoPosition    = errors.New("there is no such position: choose connected, test, disconnected or withdrawn")
	ErrChassisLocked = errors.New("the chassis is locked and takes no handle: take the lock off first")
)

// Lock puts a lock on or takes it off. Those that hold the breaker open go on
// only when it is open.
func (b *Breaker) Lock(now time.Duration, l Lock, on bool) error {
	b.run(now)
	switch {
	case l >= numLocks:
		return ErrNoLock
	case on && l != ChassisLock && b.s.Contacts != ContactsOpen:
		return ErrNotOpen
	case on && l != ChassisLock:
		b.dropClosing()
	}
	b.s.Locks.put(l, on)
	return nil
}
