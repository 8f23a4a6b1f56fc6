package breaker

import "time"

// Contacts is where the main contacts are and where they are going.
//
//	       a closing order,            the travel
//	       and ready to close          is done
//	open ───────────────────► closing ────────────► closed
//	▲  ▲                         │                    │
//	│  └─────────────────────────┘                    │ any opening order,
//	│     any opening order, a trip                   │ a trip
//	│                                                 ▼
//	└────────────────────────────────────────────── opening
//	               the travel is done
//
// They touch while closed and opening, and not while open and closing. From
// opening there is only one way: nothing calls an opening back. The zero
// Contacts is no place for them.
type Contacts uint8

const (
	_ Contacts = iota
	ContactsOpen
	ContactsClosing
	ContactsClosed
	ContactsOpening
	numContacts
)

var contactsNames = [...]string{"", "open", "closing", "closed", "opening"}

func (c Contacts) String() string { return name(contactsNames[:], int(c)) }

// Touch reports whether current can flow.
func (c Contacts) Touch() bool { return c == ContactsClosed || c == ContactsOpening }

// Contacts returns where the contacts are, as of the last call.
func (b *Breaker) Contacts() Contacts { return b.s.Contacts }

// Closed reports whether the contacts touch (OF), as of the last call.
func (b *Breaker) Closed() bool { return b.s.Contacts.Touch() }

// move is the only function that changes the contacts.
func (b *Breaker) move(at time.Duration, to Contacts, by Origin) {
	from := b.s.Contacts
	b.s.Contacts, b.s.By, b.s.Timers[timerTravel] = to, by, never
	switch to {
	case ContactsClosing:
		b.s.Timers[timerTravel] = later(at, b.c.Frame.of(closeTravel).time())
		b.discharge(at, by)
	case ContactsClosed:
		b.s.Closings++
		b.emit(Change{At: at, Kind: Closed, By: by})
	case ContactsOpening:
		b.s.Timers[timerTravel] = later(at, OpenTime())
	case ContactsOpen:
		b.arrivedOpen(at, from)
	}
}

// arrivedOpen counts an opening that parted the contacts. One that caught them
// on their way to touching parted nothing.
func (b *Breaker) arrivedOpen(at time.Duration, from Contacts) {
	if from == ContactsClosing {
		b.emit(Change{At: at, Kind: Aborted, By: b.s.By})
		return
	}
	b.wearOut(1 / b.c.Frame.of(endurance).value())
	b.emit(Change{At: at, Kind: Opened, By: b.s.By})
}

// open carries out an opening order. It takes every closing order under way
// with it.
func (b *Breaker) open(at time.Duration, by Origin) {
	b.dropClosing()
	switch b.s.Contacts {
	case ContactsClosed:
		b.move(at, ContactsOpening, by)
	case ContactsClosing:
		b.move(at, ContactsOpen, by)
	}
}

// close carries out a closing order, if the mechanism is ready for one.
// Otherwise the order is lost: it does not wait.
func (b *Breaker) close(at time.Duration, by Origin) {
	if b.NotReady() == 0 {
		b.move(at, ContactsClosing, by)
	}
}

// arrive ends the travel of the contacts.
func (b *Breaker) arrive(at time.Duration) {
	switch b.s.Contacts {
	case ContactsClosing:
		b.move(at, ContactsClosed, b.s.By)
	case ContactsOpening:
		b.move(at, ContactsOpen, b.s.By)
	}
}
