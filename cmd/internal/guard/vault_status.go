package guard

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"switchroom/cmd/internal/cli"
	"switchroom/vault"
	"switchroom/vault/door"
)

type vaultStatusCmd struct {
	signFlags
	cli.Listing
	Overdue bool `help:"Only those that are to be changed."`
}

// vaultStatus is what status --json prints.
type vaultStatus struct {
	Passwords  []vault.Entry     `json:"passwords"`
	Deviations []vault.Deviation `json:"deviations"`
}

func (c *vaultStatusCmd) Run(a *cli.App) (err error) {
	k, err := c.stand(a)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, k.close()) }()
	entries, err := k.Status(a.Ctx, k.token)
	if err != nil {
		return err
	}
	shown := vaultStatus{Passwords: []vault.Entry{}, Deviations: vault.Deviations()}
	t := cli.Table{Head: []string{"breaker", "level", "generation", "changed", "by", "due", "state"}}
	for _, e := range entries {
		if c.Overdue && !e.Overdue(time.Now()) {
			continue
		}
		shown.Passwords = append(shown.Passwords, e)
		t.Add(e.Breaker, fmt.Sprint(e.Level), fmt.Sprint(e.Generation), e.Changed.Format(time.DateTime), e.Who, e.Due.Format(time.DateOnly), entryState(&e))
	}
	t.JSON = shown
	if c.Chosen() == "text" {
		deviations(a)
	}
	return t.Print(a.Stdout, c.Listing)
}

// entryState is what is to be done about a password, in a few words.
func entryState(e *vault.Entry) string {
	var all []string
	if e.Step == vault.Drawn || e.Step == vault.Sent {
		all = append(all, "a change was cut off: vault resume")
	}
	if e.Used {
		all = append(all, "was broken out")
	}
	if e.Overdue(time.Now()) {
		all = append(all, "due")
	}
	return cmp.Or(strings.Join(all, "; "), "kept")
}

type vaultVerifyCmd struct {
	vaultFlags
	cli.Listing
	Breakers []string `arg:"" optional:"" help:"Which; left out: all."`
}

func (c *vaultVerifyCmd) Run(a *cli.App) (err error) {
	k, err := c.unlocked(a)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, k.close()) }()
	breakers, err := k.chosen(a, c.Breakers)
	if err != nil {
		return err
	}
	t, all, good := cli.Table{Head: []string{"breaker", "level", "holds", "remarks"}}, []vault.Finding{}, true
	for _, b := range breakers {
		found, err := k.Verify(a.Ctx, k.token, b)
		if err != nil {
			return err
		}
		for _, f := range found {
			all, good = append(all, f), good && f.OK()
			t.Add(f.Breaker, fmt.Sprint(f.Level), f.Holds, remarks(&f))
		}
	}
	t.JSON = all
	if err := t.Print(a.Stdout, c.Listing); err != nil || good {
		return err
	}
	return cli.ErrRefused
}

func remarks(f *vault.Finding) string {
	var all []string
	if f.Weak != "" {
		all = append(all, "weak ("+f.Weak+")")
	}
	if f.Twice {
		all = append(all, "the same as another level's")
	}
	if s := entryState(&f.Entry); s != "kept" {
		all = append(all, s)
	}
	if f.Why != "" {
		all = append(all, f.Why)
	}
	return strings.Join(all, "; ")
}

type vaultWaysCmd struct{ cli.Listing }

func (c *vaultWaysCmd) Run(a *cli.App) error {
	ways := door.Ways()
	t := cli.Table{Head: []string{"way", "change", "prove", "source", "certainty"}, JSON: ways}
	for _, w := range ways {
		t.Add(w.Way, cmp.Or(w.Change, "yes"), cmp.Or(w.Prove, "yes"), w.Source, w.Certainty.String())
	}
	return t.Print(a.Stdout, c.Listing)
}
