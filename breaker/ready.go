package breaker

import "strings"

// Reasons are why a breaker is not ready to close; none of them and it is (PF).
// The list is HW's, state and interlock; those marked below are ours.
type Reasons uint16

const (
	BecauseClosed    Reasons = 1 << iota
	BecauseMoving            // ours: contacts half way
	BecauseSpring            // discharged
	BecauseTripped           // and not reset
	BecauseMX                // energised
	BecauseMN                // not energised
	BecausePadlock           //
	BecauseKeyLock           //
	BecauseInterlock         //
	BecauseOpenHeld          // an opening order stands
	BecauseCloseHeld         // ours: a closing order that has acted is still held (anti-pumping)
	BecauseWithdrawn         // ours: the documents give no operation out of the chassis
	allReasons       = 1<<iota - 1
)

// reasons holds the names and sentences, in the order of the bits.
var reasons = [...]struct{ name, sentence string }{
	{"closed", "the breaker is closed already"},
	{"moving", "the contacts are moving: wait for them"},
	{"spring_discharged", "the closing spring is discharged: wait for the motor, or charge it with the lever"},
	{"tripped", "the breaker has tripped: find the fault, then push the reset button in"},
	{"mx_energised", "an opening coil MX is energised: find what holds it and end that"},
	{"mn_not_energised", "the undervoltage coil MN has less than 85 % of its rated voltage, or none: restore its supply"},
	{"padlock", "a padlock holds the breaker open: whoever put it on takes it off"},
	{"key_lock", "a key lock holds the breaker open: turn the key back"},
	{"interlock", "an interlock holds the breaker open: open the breaker at its other end"},
	{"open_order", "an opening order stands: end it, or release the open button"},
	{"close_order_held", "a closing order that has already acted is still held: release it and give it again"},
	{"withdrawn", "the breaker is out of its chassis: rack it in"},
}

// Has reports whether all of x are among the reasons.
func (r Reasons) Has(x Reasons) bool { return r&x == x }

// String returns the names of the reasons, with + between; "ready" is none.
func (r Reasons) String() string {
	if r == 0 {
		return "ready"
	}
	return strings.Join(r.texts(func(i int) string { return reasons[i].name }), "+")
}

// Sentences returns for each reason what is the matter and what to do.
func (r Reasons) Sentences() []string {
	return r.texts(func(i int) string { return reasons[i].sentence })
}

func (r Reasons) texts(of func(int) string) []string {
	var all []string
	for i := range reasons {
		if r>>i&1 != 0 {
			all = append(all, of(i))
		}
	}
	return all
}

// NotReady returns every reason why the breaker would not close, as of the last
// call.
func (b *Breaker) NotReady() Reasons {
	s := &b.s
	return because(BecauseClosed, s.Contacts == ContactsClosed) |
		because(BecauseMoving, s.Timers[timerTravel] != never) |
		because(BecauseSpring, !s.Spring) |
		because(BecauseTripped, s.Tripped) |
		because(BecauseMX, s.Live.Has(MX) || s.Live.Has(MX2)) |
		because(BecauseMN, b.c.MN && b.level(MN) < mnClose.value()) |
		because(BecausePadlock, s.Locks.Has(Padlock)) |
		because(BecauseKeyLock, s.Locks.Has(KeyLock)) |
		because(BecauseInterlock, s.Locks.Has(Interlock)) |
		because(BecauseOpenHeld, s.Pressed.Has(OpenButton) || s.Timers[timerOrderOpen] != never) |
		because(BecauseCloseHeld, s.Spent != 0) |
		because(BecauseWithdrawn, s.Position == Withdrawn)
}

func because(r Reasons, is bool) Reasons {
	if is {
		return r
	}
	return 0
}
