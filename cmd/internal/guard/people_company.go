package guard

import (
	"fmt"
	"slices"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/cmd/internal/cli"
)

type peopleCompanyCmd struct {
	signFlags
	Person string `arg:"" help:"The login here."`
	Name   string `arg:"" optional:"" help:"The name at the company's identity provider, as the claim of its settings has it; absent: comes from there no more."`
}

func (c *peopleCompanyCmd) Run(a *cli.App) error {
	return c.within(a, func(in *signedIn) error {
		who, err := in.may(a, accounts.PeopleManage, "person.changed")
		if err != nil {
			return err
		}
		all := in.book.People()
		i := slices.IndexFunc(all, func(p accounts.Person) bool { return p.Login == c.Person })
		if i < 0 {
			return fmt.Errorf("there is nobody with the login %q: see people list", c.Person)
		}
		p := all[i]
		r := audit.Record{Who: who.Login, What: "person.changed", Where: "person " + p.Login, Before: audit.Facts{}.With("company", p.Company), After: audit.Facts{}.With("company", c.Name)}
		return in.deed(a, r, func() error {
			p.Company = c.Name
			_, err := in.book.Put(a.Ctx, who.ID, p)
			return err
		})
	})
}
