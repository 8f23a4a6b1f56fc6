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

// signFlags say who acts, on which data.
type signFlags struct {
	dataFlag
	Login string `help:"Name that you sign in with." required:"" placeholder:"NAME"`
	cli.PasswordFlag
}

// signedIn is the data of operations, open to write, and somebody who is signed in.
type signedIn struct {
	store *store.Store
	log   *audit.Log
	book  *accounts.Book
	token credential.Secret
}

// signIn opens the data and signs somebody in. The data are the caller's to close.
func (f *signFlags) signIn(a *cli.App) (*signedIn, error) {
	if err := f.there(); err != nil {
		return nil, err
	}
	typed, err := f.Asking(a, "password of "+f.Login)
	if err != nil {
		return nil, err
	}
	s, err := store.Open(a.Ctx, f.place(), Parts()...)
	if errors.Is(err, store.ErrTaken) {
		return nil, fmt.Errorf("%w; if it is a console, ask it in place of its data: switchroom api, see docs/console.md", err)
	}
	if err != nil {
		return nil, err
	}
	in := &signedIn{store: s}
	if err := in.prove(a, f.Login, credential.NewSecret(typed)); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return in, nil
}

// prove signs in; with the code of an authenticator where the person has one.
func (in *signedIn) prove(a *cli.App, login string, password credential.Secret) (err error) {
	if in.log, err = audit.Open(a.Ctx, in.store, time.Now); err != nil {
		return err
	}
	h, err := credential.NewHasher(credential.Usual, 1, 1)
	if err != nil {
		return err
	}
	if in.book, err = kept.Open(a.Ctx, in.store, h); err != nil {
		return err
	}
	in.token, err = in.begin(a, login, password)
	return err
}

// begin begins a session.
func (in *signedIn) begin(a *cli.App, login string, password credential.Secret) (token credential.Secret, err error) {
	proof := accounts.Proof{Password: password}
	token, err = in.book.SignIn(a.Ctx, time.Now(), login, proof, source)
	if errors.Is(err, accounts.ErrSecond) {
		code, asked := cli.Ask(a, "code of "+login+"'s authenticator")
		if asked != nil {
			return token, errors.Join(err, asked)
		}
		proof.Code = credential.NewSecret(code)
		token, err = in.book.SignIn(a.Ctx, time.Now(), login, proof, source)
	}
	return token, in.tell(a, login, err)
}

// source is where somebody at this computer signs in from.
const source = "command line"

// tell records a sign-in.
func (in *signedIn) tell(a *cli.App, login string, err error) error {
	r := audit.Record{Who: login, What: "person.signed_in", Where: source, Result: audit.Done}
	if err != nil {
		r.Result, r.Why = audit.Refused, err.Error()
		err = fmt.Errorf("%s is not signed in: %w", login, err)
	}
	_, logged := in.log.Append(a.Ctx, r)
	return errors.Join(err, logged)
}

// close signs out and closes the data.
func (in *signedIn) close() error {
	in.book.SignOut(in.token)
	return in.store.Close()
}
