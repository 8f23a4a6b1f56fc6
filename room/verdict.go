package room

// Reason is why something was done or not. The zero Reason is a refusal.
type Reason uint8

const (
	Unasked       Reason = iota
	Granted              // the only one that is no refusal
	UnknownBadge         //
	WrongPIN             //
	NotAuthorised        // has a badge, and is not on the access list
	AlreadyInside        // one badge, two people?
	NotInside            //
	Full                 //
	DoorClosed           //
	OpenAlready          //
	ClosedAlready        //
	NotLocked            //
	SoAlready            //
	NoAlarm              //
	StillOpen            //
	NoStop               //
	PressedNow           //
	NotPressed           //
	Nobody               //
	numReasons           //
)

// reasons are the names of the reasons, and what to do about each.
var reasons = [numReasons]struct{ name, says string }{
	Unasked:       {"denied", "say in or out"},
	Granted:       {"granted", "done"},
	UnknownBadge:  {"unknown_badge", "the reader does not know this badge; a badge must be given to a person in the site file (D3)"},
	WrongPIN:      {"wrong_pin", "the PIN does not go with the badge; try again with the right one"},
	NotAuthorised: {"not_authorised", "this person is not on the access list; whoever gives access must put the name there (D2)"},
	AlreadyInside: {"already_inside", "this person is inside already, and a badge lets in once; badge out first"},
	NotInside:     {"not_inside", "this person is not in the room; badge in first"},
	Full:          {"full", "too many people are inside; somebody must leave first"},
	DoorClosed:    {"door_closed", "the door is closed and locked; badge in first"},
	OpenAlready:   {"door_open", "the door is open already; shut it first"},
	ClosedAlready: {"door_closed_already", "the door is closed already"},
	NotLocked:     {"not_locked", "the room is not locked: walk in"},
	SoAlready:     {"so_already", "the lock is so already"},
	NoAlarm:       {"no_alarm", "there is nothing to acknowledge; a door that is held open is shut"},
	StillOpen:     {"still_open", "the door is still open; shut it first"},
	NoStop:        {"no_emergency_stop", "the room has no emergency stop; open each breaker by its button, and write emergency_stop in the site file (D6)"},
	PressedNow:    {"pressed_already", "the emergency stop is pressed already, and stays so until it is released"},
	NotPressed:    {"not_pressed", "the emergency stop is not pressed"},
	Nobody:        {"nobody_inside", "nobody is in the room, and this needs somebody in front of the breaker; badge in first"},
}

func (r Reason) String() string {
	if r >= numReasons {
		r = Unasked
	}
	return reasons[r].name
}

// Says is the reason in a sentence, with what to do.
func (r Reason) Says() string {
	if r >= numReasons {
		r = Unasked
	}
	return reasons[r].says
}

// Verdict is what came of something. The zero Verdict is a refusal.
type Verdict struct {
	Reason Reason
	Person string // who, where that is known
}

// OK reports whether it was done.
func (v Verdict) OK() bool { return v.Reason == Granted }

// Err is nil if it was done, else a [Refusal].
func (v Verdict) Err() error {
	if v.OK() {
		return nil
	}
	return Refusal(v)
}

// Refusal is the verdict as an error. Nothing has happened.
type Refusal Verdict

func (r Refusal) Error() string {
	if r.Person == "" {
		return r.Reason.Says()
	}
	return r.Person + ": " + r.Reason.Says()
}
