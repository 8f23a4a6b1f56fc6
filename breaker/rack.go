package breaker

import "time"

// Position is where a drawout breaker is in its chassis. On the way out the
// main circuits separate before test, and the auxiliary circuits between test
// and disconnected (HW, drawout). The numbers are those of points.BreakerPosition.
type Position uint8

const (
	_ Position = iota
	Connected
	Test
	Disconnected
	Withdrawn
	numPositions
)

var positionNames = [...]string{"", "connected", "test", "disconnected", "withdrawn"}

func (p Position) String() string { return name(positionNames[:], int(p)) }

// plugged reports whether the auxiliary circuits are engaged: without them no
// coil, motor or order of the control unit reaches the mechanism.
func (p Position) plugged() bool { return p == Connected || p == Test }

// InService reports whether the main circuits are engaged.
func (p Position) InService() bool { return p == Connected }

// Rack moves the breaker through its chassis, position by position, at once. A
// person takes their time: call it step by step.
//
// The interlock opens a closed breaker before any cluster moves, and a closing
// order that is held during racking must be released first. Both are ours: the
// documents say that locks keep the handle out, and not what a handle does that
// goes in.
func (b *Breaker) Rack(now time.Duration, to Position) error {
	at := b.run(now)
	switch {
	case !b.c.Drawout:
		return ErrFixed
	case to == 0 || to >= numPositions:
		return ErrNoPosition
	case to == b.s.Position:
		return nil
	case b.s.Locks.Has(ChassisLock):
		return ErrChassisLocked
	}
	b.part(at)
	for b.s.Position != to {
		b.step(at, to)
	}
	return nil
}

// part opens at once: a handle turns for many times the travel of the contacts
// before a cluster lets go.
func (b *Breaker) part(at time.Duration) {
	b.open(at, ByRacking)
	if b.s.Contacts == ContactsOpening {
		b.arrive(at)
	}
}

func (b *Breaker) step(at time.Duration, to Position) {
	if b.s.Position < to {
		b.s.Position++
	} else {
		b.s.Position--
	}
	b.supply(at)
	b.dropClosing()
	b.emit(Change{At: at, Kind: Racked, By: ByHand, Position: b.s.Position})
}

// Position returns where the breaker is in its chassis.
func (b *Breaker) Position() Position { return b.s.Position }
