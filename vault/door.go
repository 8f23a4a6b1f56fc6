package vault

import (
	"context"
	"errors"

	"switchroom/credential"
)

// Door is how a breaker is reached.
type Door interface {
	// Change changes the password of a level, 1 to 4, authorised by that level's or
	// level 4's. An error that is [ErrNotChanged] says that it surely was not; with
	// any other, it may have been.
	Change(ctx context.Context, level int, by, next credential.Secret) error
	// Proves reports whether a level has this password. It is a guess like any other to
	// the breaker, which may lock out whoever guesses wrong: few are asked for. An error
	// says that it is not known.
	Proves(ctx context.Context, level int, password credential.Secret) (bool, error)
}

// What a door says; they come wrapped.
var (
	ErrNotChanged    = errors.New("the password was not changed")
	ErrWrongPassword = errors.New("the breaker has another password than the vault: see which, and put it in with switchroom vault add")
	ErrNotPossible   = errors.New("passwords cannot be changed or proved this way: no documented command does it; take the USB port, or for hardware the vendor's commissioning software, and put the new one in with switchroom vault add")
	ErrLockedOut     = errors.New("the breaker takes no password for a while, after too many wrong ones: wait")
)
