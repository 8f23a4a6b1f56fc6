package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"switchroom/client"
	"switchroom/points"
)

type readCmd struct {
	listing
	unitFlags
	passwordFlag
	Points []string `arg:"" optional:"" help:"Names, or beginnings of names: current, protection.long_time. Without: everything."`
}

// readingJSON is one reading as --json prints it.
type readingJSON struct {
	Point     string           `json:"point"`
	Value     json.RawMessage  `json:"value"`
	Unit      string           `json:"unit"`
	Register  int              `json:"register"`
	Certainty points.Certainty `json:"certainty"`
}

func (c *readCmd) Run(a *app) (err error) {
	m, err := registerMap(c.Registers)
	if err != nil {
		return err
	}
	ids, err := choose(client.Carried(c.Address, m), c.Points, c.Strict)
	if err != nil {
		return err
	}
	cl, err := c.dial(a)
	if err != nil {
		return err
	}
	defer cl.Close()
	defer func() { err = errors.Join(err, c.relied(cl)) }()
	if err := c.login(a, cl); err != nil {
		return err
	}
	readings, err := cl.Read(a.Ctx, ids...)
	if err != nil {
		return err
	}
	t := table{Head: []string{"point", "value", "unit", "register", "certainty"}}
	all := []readingJSON{}
	for _, r := range readings {
		info := points.Of(r.Point)
		all = append(all, readingJSON{info.Name, info.JSON(r.Value), info.Unit, int(r.Register), r.Certainty})
		t.Add(info.Name, info.Format(r.Value), info.Unit, registerText(r), r.Certainty.String())
	}
	t.JSON = all
	return t.Print(a.Stdout, c.listing)
}

// login proves a password where the way to the breaker asks for one when it connects
// (B5).
func (c *readCmd) login(a *app, b client.Breaker) error {
	asks, ok := b.(interface {
		Login(context.Context, string) error
	})
	if !ok {
		return nil
	}
	password, err := c.Password(a)
	if err != nil {
		return err
	}
	return asks.Login(a.Ctx, password)
}

// registerText is the register of a reading; other ways have none.
func registerText(r client.Reading) string {
	if r.Register == 0 {
		return "-"
	}
	return fmt.Sprint(r.Register)
}

// choose finds the points that a person means: an exact name, or all that begin
// so. Everything is what is carried and, for a strict reader, is certain enough.
func choose(carried func(points.ID) (points.Certainty, bool), names []string, strict bool) ([]points.ID, error) {
	var ids []points.ID
	if len(names) == 0 {
		names = []string{""}
	}
	for _, n := range names {
		found := false
		exact, _ := points.Lookup(n)
		if _, stands := carried(exact); !stands {
			exact = 0 // an action, whose settings begin with its name
		}
		for _, p := range points.All() {
			certainty, stands := carried(p.ID)
			if !stands || exact != 0 && p.ID != exact || !matches(p.Name, n) || strict && n != p.Name && certainty >= points.Inferred {
				continue
			}
			found = true
			if !slices.Contains(ids, p.ID) {
				ids = append(ids, p.ID)
			}
		}
		if !found {
			return nil, notFound(n)
		}
	}
	return ids, nil
}

// notFound says why a name gives nothing to read.
func notFound(name string) error {
	for _, p := range points.All() {
		if matches(p.Name, name) {
			return fmt.Errorf("%s stands in no register; `switchroom registers --registers FILE` shows how to add rows of your own", name)
		}
	}
	_, err := points.Lookup(name)
	return misuse("%v", err)
}

func matches(name, want string) bool {
	return want == "" || name == want || strings.HasPrefix(name, want+".")
}
