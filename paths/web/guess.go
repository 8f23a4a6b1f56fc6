package web

import "time"

// guesses slows down who guesses passwords, where the profile does so.
type guesses struct {
	now func() time.Time
}
