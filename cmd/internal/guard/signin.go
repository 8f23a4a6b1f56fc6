package guard

import (
	"errors"
	"fmt"
	"time"

	"switchroom/accounts"
	"switchroom/accounts/kept"
	"switchroom/audit"
	"switchroom/cmd/internal/cli"
	"switchroom/credential"
	"switchroom/store"
)

// signInFlags say who acts.
type signInFlags struct {
	dataFlag
	cli.PasswordFlag
	Login string `help:"Name that you sign in with." required:"" placeholder:"NAME"`
}

// desk is somebody who is signed in at the data of operations.
type desk struct {
	store *store.Store
	log   *audit.Log
	book  *accounts.Book
	token credential.Secret
}

// here is where who types a command is, for the records and the lock-out.
const here = "command line"

// begin opens the data and signs in.
func (f *signInFlags) begin(a *cli.App) (*desk, error) {
	s, err := store.Open(a.Ctx, f.place(), Parts()...)
	if err != nil {
		return nil, err
	}
	d, err := newDesk(a, s)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if d.token, err = d.signIn(a, f.Login, &f.PasswordFlag); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return d, nil
}

func newDesk(a *cli.App, s *store.Store) (*desk, error) {
	h, err := credential.NewHasher(credential.Usual, 1, 0)
	if err != nil {
		return nil, err
	}
	d := &desk{store: s}
	if d.log, err = audit.Open(a.Ctx, s, time.Now); err != nil {
		return nil, err
	}
	d.book, err = kept.Open(a.Ctx, s, h)
	return d, err
}

// signIn asks for the password, and for the code of an authenticator where there is one.
func (d *desk) signIn(a *cli.App, login string, f *cli.PasswordFlag) (token credential.Secret, err error) {
	password, err := f.Asking(a, "password of "+login)
	if err != nil {
		return token, err
	}
	given := accounts.Proof{Password: credential.NewSecret(password)}
	token, err = d.book.SignIn(a.Ctx, time.Now(), login, given, here)
	if errors.Is(err, accounts.ErrSecond) {
		code, asked := cli.Ask(a, "code of "+login+"'s authenticator")
		if asked != nil {
			return token, fmt.Errorf("%w: at a terminal", err)
		}
		given.Code = credential.NewSecret(code)
		token, err = d.book.SignIn(a.Ctx, time.Now(), login, given, here)
	}
	result := audit.Done
	if err != nil {
		result = audit.Refused
	}
	_, noted := d.log.Append(a.Ctx, audit.Record{Who: login, What: "person.signed_in", Where: here, Result: result})
	return token, errors.Join(err, noted)
}

// Close signs out.
func (d *desk) Close() error {
	d.book.SignOut(d.token)
	return d.store.Close()
}
