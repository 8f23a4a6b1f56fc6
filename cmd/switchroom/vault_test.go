package main

import (
	"context"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"switchroom/accounts"
	"switchroom/accounts/kept"
	"switchroom/cmd/internal/guard"
	"switchroom/credential"
	"switchroom/store"
)

// cmdPeople makes a data directory with people: people DIR. Olga is an engineer, Piet
// an approver, Anna an auditor; their passwords are in the scripts that use them.
func cmdPeople(ts *testscript.TestScript, neg bool, args []string) {
	ctx, now := context.Background(), time.Now()
	s, err := store.Open(ctx, store.Place{Dir: ts.MkAbs(args[0])}, guard.Parts()...)
	ts.Check(err)
	defer s.Close()
	h, err := credential.NewHasher(credential.Usual, 1, 0)
	ts.Check(err)
	b, err := kept.Open(ctx, s, h)
	ts.Check(err)
	code, err := b.SetUp(ctx, now)
	ts.Check(err)
	ts.Check(b.First(ctx, now, code, accounts.Person{Login: "sec", Name: "Sec Admin"}, credential.NewSecret("Kestrel-over-9")))
	by := b.People()[0].ID
	for _, p := range []struct {
		login string
		role  accounts.Role
	}{{"olga", accounts.Engineer}, {"piet", accounts.Approver}, {"anna", accounts.Auditor}} {
		g, err := b.PutGroup(ctx, by, accounts.Group{Name: p.login + "'s", Text: "for a test", Roles: []accounts.Role{p.role}})
		ts.Check(err)
		id, err := b.Put(ctx, by, accounts.Person{
			Login: p.login, Name: p.login + " Person", Groups: []string{g},
			Qualified: map[accounts.Skill]accounts.Qualification{accounts.Settings: {Until: now.Add(24 * time.Hour)}},
		})
		ts.Check(err)
		code, err := b.Invite(ctx, now, id)
		ts.Check(err)
		ts.Check(b.Accept(ctx, now, p.login, code, credential.NewSecret("Heron-under-8"), "test"))
	}
}
