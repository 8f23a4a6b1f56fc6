package breaker

import "time"

// Kind is what changed.
type Kind uint8

const (
	_                Kind = iota
	Opened                // the contacts have parted
	Closed                // the contacts touch
	Aborted               // an opening order caught the contacts before they touched
	Tripped               // the trip latched and the reset button came out
	WasReset              // the reset button is in again
	SpringCharged         //
	SpringDischarged      // by a closing
	Racked                // the drawout position changed
)

var kindNames = [...]string{"", "opened", "closed", "aborted", "tripped", "reset", "spring_charged", "spring_discharged", "racked"}

func (k Kind) String() string { return name(kindNames[:], int(k)) }

// Origin is what moved the mechanism.
type Origin uint8

const (
	_         Origin = iota
	ByButton         // a mechanical push-button
	ByMX             // hard wiring of a coil
	ByMX2            //
	ByMN             //
	ByXF             //
	ByRES            //
	ByMotor          //
	ByHand           // the charging lever
	ByOrder          // the control unit's communicating coils
	ByTrip           // the trip solenoid
	ByRacking        // the interlock of the chassis
	numOrigins
)

var originNames = [...]string{"", "button", "MX", "MX2", "MN", "XF", "RES", "motor", "hand", "order", "trip", "racking"}

func (o Origin) String() string { return name(originNames[:], int(o)) }

// Cause is what the trip solenoid was fired for. To the mechanism all are one:
// it trips, and must be reset.
type Cause uint8

const (
	NoTrip Cause = iota
	LongTime
	ShortTime
	Instantaneous
	GroundFault
	EarthLeakage
	SelfProtection // the breaker's own limit, beyond every setting
	SelfDiagnostic // an internal failure
	Optional       // a protection that a digital module adds
	TestTrip       // the test button or a test by software
	numCauses
)

var causeNames = [...]string{"none", "long_time", "short_time", "instantaneous", "ground_fault", "earth_leakage", "self_protection", "self_diagnostic", "optional", "test"}

func (c Cause) String() string { return name(causeNames[:], int(c)) }

// Change is something that happened at an instant.
type Change struct {
	At       time.Duration
	Kind     Kind
	By       Origin
	Cause    Cause    // of Tripped
	Position Position // of Racked
}

// queueLen is more than any one call can change; a test holds it to that.
const queueLen = 16

// emit keeps a change for the next Advance. A caller that never collects loses
// the oldest and nothing else: memory must not grow with what nobody reads.
func (b *Breaker) emit(c Change) {
	if b.used == queueLen {
		b.head, b.used = (b.head+1)%queueLen, queueLen-1
	}
	b.queue[(b.head+b.used)%queueLen] = c
	b.used++
}

// drain hands every kept change to f, which may call the breaker.
func (b *Breaker) drain(f func(Change)) {
	for b.used > 0 {
		c := b.queue[b.head]
		b.head, b.used = (b.head+1)%queueLen, b.used-1
		if f != nil {
			f(c)
		}
	}
}
