package credential

import "time"

// Session is how long somebody stays signed in. The guide asks for a screen lock (D12)
// and for no sharing (C10) and gives no times: they are ours.
type Session struct {
	Lock time.Duration // without anything done; then the password or the passkey opens it again
	End  time.Duration // after it began; then one signs in anew
}

// Usually is how long the console keeps a session.
var Usually = Session{Lock: 10 * time.Minute, End: 8 * time.Hour}

// Hold is how a session is.
type Hold uint8

const (
	Ended  Hold = iota // it lets nobody do anything
	Locked             // it shows nothing, and goes on when its owner proves to be there
	Open
)

func (h Hold) String() string {
	switch h {
	case Open:
		return "open"
	case Locked:
		return "locked"
	}
	return "ended"
}

// AtOnce is how far apart the times may be that two who ask at once have taken, ours.
const AtOnce = 5 * time.Second

// At says how a session is at now that began and was last used at times given. One
// that would begin or be used after now, by a clock that was set back, has ended; but
// for what two who ask at once may be apart.
func (s Session) At(now, begun, used time.Time) Hold {
	switch {
	case begun.IsZero() || now.Add(AtOnce).Before(begun) || now.Add(AtOnce).Before(used) || now.Sub(begun) >= s.End:
		return Ended
	case now.Sub(used) >= s.Lock:
		return Locked
	}
	return Open
}
