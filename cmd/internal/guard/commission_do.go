package guard

import (
	"fmt"
	"slices"

	"switchroom/cmd/internal/cli"
	"switchroom/commission"
)

type commissionDoCmd struct {
	officeFlags
	keyFlags
	JSON    bool   `help:"Print JSON."`
	Number  string `arg:"" help:"Number of the project."`
	Breaker string `arg:"" help:"Id of the breaker."`
	Action  string `arg:"" help:"What: clock, identify, maintenance-basic, maintenance-standard or maintenance-manufacturer."`
}

func (c *commissionDoCmd) Run(a *cli.App) error {
	if !slices.ContainsFunc(commission.Actions(), func(x commission.Action) bool { return x.ID == c.Action }) {
		return cli.Misuse("%q is none of clock, identify, maintenance-basic, maintenance-standard, maintenance-manufacturer", c.Action)
	}
	return c.within(a, func(o *office) error {
		var out *commission.Performed
		err := c.with(a, o, c.PasswordFlag, c.Breaker, c.Action, false, func(r commission.Reach) (err error) {
			out, err = o.Perform(a.Ctx, o.token, c.Number, c.Breaker, c.Action, r)
			return err
		})
		if err != nil {
			return err
		}
		if c.JSON {
			return cli.PrintJSON(a.Stdout, out)
		}
		for point, after := range out.After {
			fmt.Fprintf(a.Stdout, "%s: %s was %s and is %s\n", c.Breaker, point, out.Before[point], after)
		}
		return nil
	})
}
