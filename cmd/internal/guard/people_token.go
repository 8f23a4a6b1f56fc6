package guard

import (
	"fmt"
	"time"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/cmd/internal/cli"
)

type peopleTokenCmd struct {
	List   peopleTokenListCmd   `cmd:"" help:"Your tokens, and when each was used last."`
	Make   peopleTokenMakeCmd   `cmd:"" help:"Make a token and print it, once."`
	Revoke peopleTokenRevokeCmd `cmd:"" help:"End a token."`
}

type peopleTokenMakeCmd struct {
	signFlags
	Name string                `arg:"" help:"What you call it, such as the program that gets it."`
	May  []accounts.Permission `help:"What it may; more than once, or with commas. Only what you may, and nothing that asks for a proof each time." required:"" placeholder:"PERMISSION"`
	Days int                   `help:"How long it is good: 1 to 90." default:"30"`
}

func (c *peopleTokenMakeCmd) Run(a *cli.App) error {
	return c.within(a, func(in *signedIn) error {
		now := time.Now()
		who, err := in.book.Who(now, in.token, true)
		if err != nil {
			return err
		}
		r := audit.Record{Who: who.Login, What: "token.made", Where: source, After: audit.Facts{}.With("name", c.Name).With("may", joined(c.May)).With("days", c.Days)}
		return in.deed(a, r, func() error {
			told, kept, err := in.book.MakeToken(a.Ctx, now, in.token, c.Name, c.May, time.Duration(c.Days)*24*time.Hour)
			if err != nil {
				return err
			}
			fmt.Fprintln(a.Stdout, told.Reveal())
			fmt.Fprintf(a.Stderr, "good until %s; it is shown this once. To end it: people token revoke %s\n", date(kept.Until), kept.ID)
			return nil
		})
	})
}

type peopleTokenListCmd struct {
	signFlags
	cli.Listing
}

func (c *peopleTokenListCmd) Run(a *cli.App) error {
	return c.within(a, func(in *signedIn) error {
		who, err := in.book.Who(time.Now(), in.token, true)
		if err != nil {
			return err
		}
		type row struct {
			ID    string                `json:"id"`
			Name  string                `json:"name"`
			May   []accounts.Permission `json:"may"`
			Made  time.Time             `json:"made"`
			Until time.Time             `json:"until"`
			Last  time.Time             `json:"last"`
		}
		rows, t := []row{}, &cli.Table{Head: []string{"id", "name", "may", "made", "until", "last use"}}
		for _, k := range who.Tokens {
			rows = append(rows, row{k.ID, k.Name, k.May, k.Made, k.Until, k.Last})
			t.Add(k.ID, k.Name, joined(k.May), date(k.Made), date(k.Until), date(k.Last))
		}
		t.JSON = rows
		return t.Print(a.Stdout, c.Listing)
	})
}

type peopleTokenRevokeCmd struct {
	signFlags
	ID string `arg:"" help:"Its id, see people token list."`
}

func (c *peopleTokenRevokeCmd) Run(a *cli.App) error {
	return c.within(a, func(in *signedIn) error {
		now := time.Now()
		who, err := in.book.Who(now, in.token, true)
		if err != nil {
			return err
		}
		r := audit.Record{Who: who.Login, What: "token.revoked", Where: source, Before: audit.Facts{}.With("id", c.ID)}
		return in.deed(a, r, func() error { return in.book.RevokeToken(a.Ctx, now, in.token, c.ID) })
	})
}
