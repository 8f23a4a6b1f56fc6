package guard

import (
	"context"
	"errors"
	"time"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/cmd/internal/cli"
)

// within has do act as whoever signs in, and closes the data.
func (f *signFlags) within(a *cli.App, do func(*signedIn) error) error {
	in, err := f.signIn(a)
	if err != nil {
		return err
	}
	return errors.Join(do(in), in.close())
}

// may returns who is signed in if they may do something. A refusal is recorded.
func (in *signedIn) may(a *cli.App, p accounts.Permission, what string) (accounts.Person, error) {
	who, err := in.book.May(time.Now(), in.token, p, true)
	if err == nil {
		return who, nil
	}
	r := audit.Record{What: what, Where: source, Result: audit.Refused, Why: err.Error()}
	if is, none := in.book.Who(time.Now(), in.token, false); none == nil {
		r.Who = is.Login
	}
	_, logged := in.log.Append(a.Ctx, r)
	return who, errors.Join(err, logged)
}

// deed records what somebody does and does it. What cannot be recorded is not done; what
// was recorded and failed is recorded as that.
func (in *signedIn) deed(a *cli.App, r audit.Record, do func() error) error {
	r.Result = audit.Done
	if _, err := in.log.Append(a.Ctx, r); err != nil {
		return err
	}
	err := do()
	if err == nil {
		return nil
	}
	r.Result, r.Why, r.Before, r.After = audit.Failed, err.Error(), audit.Facts{}, audit.Facts{}
	_, logged := in.log.Append(context.WithoutCancel(a.Ctx), r)
	return errors.Join(err, logged)
}
