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

// At says how a session is at now that began and was last used at times given. One
// that would begin or be used after now, by a clock that was set back, has ended.
func (s Session) At(now, begun, used time.Time) Hold {
	switch {
	case begun.IsZero() || now.Before(begun) || now.Before(used) || now.Sub(begun) >= s.End:
		return Ended
	case now.Sub(used) >= s.Lock:
		return Locked
	}
	return Open
}
