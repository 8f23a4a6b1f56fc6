package main

import (
	"context"
	"errors"
	"fmt"

	"switchroom/client"
)

type openCmd struct{ operateFlags }

func (c *openCmd) Run(a *app) error { return c.operate(a, "open", "opened", client.Breaker.Open) }

type closeCmd struct{ operateFlags }

func (c *closeCmd) Run(a *app) error {
	return c.operate(a, "close", "closed", client.Breaker.CloseBreaker)
}

type resetCmd struct{ operateFlags }

func (c *resetCmd) Run(a *app) error { return c.operate(a, "reset", "reset", client.Breaker.Reset) }

type operateFlags struct {
	unitFlags
	passwordFlag
	JSON bool `help:"Print JSON."`
}

// operatedJSON is what --json prints.
type operatedJSON struct {
	Address         string            `json:"address"`
	Operation       string            `json:"operation"`
	Done            bool              `json:"done"`
	MayHaveHappened bool              `json:"may_have_happened"`
	Refused         bool              `json:"refused"`
	Status          int               `json:"status"`
	Message         string            `json:"message,omitempty"`
	DoneBefore      []string          `json:"done_before,omitempty"`
	Relied          []client.Reliance `json:"relied_on"`
}

func (f *operateFlags) operate(a *app, verb, done string, do func(client.Breaker, context.Context, string) error) (err error) {
	password, err := f.Password(a)
	if err != nil {
		return err
	}
	c, err := f.dial(a)
	if err != nil {
		return err
	}
	defer c.Close()
	defer func() { err = errors.Join(err, f.relied(c)) }()
	err = do(c, a.Ctx, password)
	if f.JSON {
		if perr := printJSON(a.Stdout, outcome(f.Address, verb, err, c)); perr != nil {
			return perr
		}
		if err != nil {
			return errRefused
		}
		return nil
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Stdout, "%s %s\n", f.Address, done)
	return nil
}

func outcome(address, verb string, err error, c client.Breaker) operatedJSON {
	o := operatedJSON{Address: address, Operation: verb, Done: err == nil, MayHaveHappened: err == nil, Relied: c.Relied()}
	if o.Relied == nil {
		o.Relied = []client.Reliance{}
	}
	var e *client.Error
	switch {
	case errors.As(err, &e):
		o.MayHaveHappened, o.Refused, o.Status, o.Message = e.MayHaveHappened, e.Refused, int(e.Status), err.Error()
		for _, id := range e.Done {
			o.DoneBefore = append(o.DoneBefore, id.String())
		}
	case err != nil:
		o.Message = err.Error()
	}
	return o
}
