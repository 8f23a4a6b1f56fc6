package web

import (
	"context"
	"time"

	"switchroom/credential"
)

// Passwords are looked at two at a time in the whole process, and those who wait for
// longer than patience, or behind too many others, are sent away: the memory that
// guesses can take is bounded, and so is the time that they can take from the
// protection of the breakers.
const (
	atOnce   = 2
	queue    = 256
	patience = 5 * time.Second
)

var passwords = func() *credential.Hasher {
	h, err := credential.NewHasher(credential.Usual, atOnce, queue)
	if err != nil {
		panic("web: " + err.Error()) // constants
	}
	return h
}()

// hash makes what is kept of a password; also of an empty one, which is legal in
// profile 2017.
func hash(ctx context.Context, password string) (credential.Hash, error) {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	return passwords.Make(ctx, credential.NewSecret(password))
}

// is reports whether the password is the one that was kept. It takes as long for an
// account that there is not.
func is(ctx context.Context, kept credential.Hash, password string) (bool, error) {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	return passwords.Is(ctx, kept, credential.NewSecret(password))
}
