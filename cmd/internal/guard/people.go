package guard

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"switchroom/accounts"
	"switchroom/cmd/internal/cli"
)

// PeopleCmd prints who there is (C2, D14), and makes tokens for programs.
type PeopleCmd struct {
	Access    peopleAccessCmd    `cmd:"" help:"Groups, the access each needs and why, and who is in them (C2)."`
	Company   peopleCompanyCmd   `cmd:"" help:"Enter somebody's name at the company's identity provider."`
	List      peopleListCmd      `cmd:"" help:"Everybody: what they may, and by what they prove who they are."`
	Qualified peopleQualifiedCmd `cmd:"" help:"Who is declared qualified for what, until when, by whom (D14)."`
	Token     peopleTokenCmd     `cmd:"" help:"Your own tokens for programs: make, list, revoke."`
}

// printed signs somebody in who may see a table, and prints it.
func (f *signFlags) printed(a *cli.App, l cli.Listing, table func(*accounts.Book, time.Time) *cli.Table) error {
	return f.within(a, func(in *signedIn) error {
		if _, err := in.may(a, accounts.AuditRead, "people.printed"); err != nil {
			return err
		}
		return table(in.book, time.Now()).Print(a.Stdout, l)
	})
}

type peopleAccessCmd struct {
	signFlags
	cli.Listing
}

func (c *peopleAccessCmd) Run(a *cli.App) error {
	return c.printed(a, c.Listing, func(b *accounts.Book, _ time.Time) *cli.Table {
		rows := b.AccessTable()
		t := &cli.Table{Head: []string{"group", "why", "roles", "may", "people"}, JSON: rows}
		for _, r := range rows {
			t.Add(r.Group, r.Why, joined(r.Roles), joined(r.May), joined(r.People))
		}
		return t
	})
}

type peopleListCmd struct {
	signFlags
	cli.Listing
}

func (c *peopleListCmd) Run(a *cli.App) error {
	return c.printed(a, c.Listing, func(b *accounts.Book, now time.Time) *cli.Table {
		rows := b.PeopleTable(now)
		t := &cli.Table{Head: []string{"login", "name", "groups", "off", "password due", "authenticator", "passkeys", "tokens", "at the company"}, JSON: rows}
		for _, r := range rows {
			t.Add(r.Login, r.Name, joined(r.Groups), yes(r.Off), date(r.PasswordDue), yes(r.Authenticator), strconv.Itoa(r.Passkeys), strconv.Itoa(r.Tokens), r.Company)
		}
		return t
	})
}

type peopleQualifiedCmd struct {
	signFlags
	cli.Listing
}

func (c *peopleQualifiedCmd) Run(a *cli.App) error {
	return c.printed(a, c.Listing, func(b *accounts.Book, now time.Time) *cli.Table {
		rows := b.SkillTable(now)
		t := &cli.Table{Head: []string{"skill", "for", "login", "name", "until", "declared by", "state"}, JSON: rows}
		for _, r := range rows {
			t.Add(string(r.Skill), joined(r.For), r.Login, r.Name, date(r.Until), r.By, r.State)
		}
		return t
	})
}

func joined[T ~string](all []T) string {
	var b strings.Builder
	for i, one := range all {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(one))
	}
	return b.String()
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return ""
}

// dayForm is how dates are written and read.
const dayForm = "2006-01-02"

func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(dayForm)
}

// dated reads a date; none is the zero time.
func dated(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(dayForm, text)
	if err != nil {
		return t, fmt.Errorf("--%s %q: a day such as 2026-11-28", flag, text)
	}
	return t, nil
}
