package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"switchroom/accounts"
	"switchroom/accounts/kept"
	"switchroom/cmd/internal/guard"
	"switchroom/credential"
	"switchroom/store"
)

// cmdPeople makes a data directory with people in it: people DIR LOGIN=ROLE... Everybody
// is qualified for settings, has a password, and a file LOGIN with
// it.
func cmdPeople(ts *testscript.TestScript, neg bool, args []string) {
	ctx, now := context.Background(), time.Now()
	s, err := store.Open(ctx, store.Place{Dir: ts.MkAbs(args[0])}, guard.Parts()...)
	ts.Check(err)
	defer s.Close()
	h, err := credential.NewHasher(credential.Cost{Memory: 8, Passes: 1, Lanes: 1}, 1, 1)
	ts.Check(err)
	book, err := kept.Open(ctx, s, h)
	ts.Check(err)
	code, err := book.SetUp(ctx, now)
	ts.Check(err)
	ts.Check(book.First(ctx, now, code, accounts.Person{Login: "admin", Name: "Admin"}, password("admin")))
	admin := book.People()[0].ID
	ts.Check(os.WriteFile(ts.MkAbs("admin"), []byte(password("admin").Reveal()+"\n"), 0o600))
	for _, arg := range args[1:] {
		login, role, _ := strings.Cut(arg, "=")
		group, err := book.PutGroup(ctx, admin, accounts.Group{Name: role, Text: "test", Roles: []accounts.Role{accounts.Role(role)}})
		ts.Check(err)
		id, err := book.Put(ctx, admin, accounts.Person{Login: login, Name: strings.ToUpper(login), Groups: []string{group},
			Qualified: map[accounts.Skill]accounts.Qualification{accounts.Settings: {Until: now.Add(time.Hour), By: admin}, accounts.Firmware: {Until: now.Add(time.Hour), By: admin}}})
		ts.Check(err)
		code, err := book.Invite(ctx, now, id)
		ts.Check(err)
		ts.Check(book.Accept(ctx, now, login, code, password(login), "test"))
		ts.Check(os.WriteFile(ts.MkAbs(login), []byte(password(login).Reveal()+"\n"), 0o600))
	}
}

// password is of somebody: their own, and without their login in it.
func password(login string) credential.Secret {
	sum := 0
	for _, b := range []byte(login) {
		sum = 31*sum + int(b)
	}
	return credential.NewSecret(fmt.Sprintf("Kestrel-over-%d", sum))
}
