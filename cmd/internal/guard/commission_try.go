package guard

import (
	"errors"
	"slices"
	"time"

	"switchroom/cmd/internal/cli"
	"switchroom/commission"
)

type commissionTryCmd struct {
	officeFlags
	keyFlags
	cli.Listing
	Only    []string `help:"Only these: communication, study, trip; left out, all but trip, which opens the breaker." placeholder:"TEST"`
	Number  string   `arg:"" help:"Number of the project."`
	Breaker string   `arg:"" help:"Id of the breaker."`
}

func (c *commissionTryCmd) Run(a *cli.App) error {
	tests := c.Only
	if len(tests) == 0 {
		tests = []string{"communication", "study"}
	}
	return c.within(a, func(o *office) error {
		var all []commission.Trial
		err := c.with(a, o, c.PasswordFlag, c.Breaker, "tests", slices.Contains(tests, "trip"), func(r commission.Reach) (err error) {
			all, err = o.Try(a.Ctx, o.token, c.Number, c.Breaker, tests, r)
			return err
		})
		return errors.Join(err, c.print(a, all))
	})
}

func (c *commissionTryCmd) print(a *cli.App, all []commission.Trial) error {
	t := cli.Table{Head: []string{"test", "with", "expected", "seen", "verdict", "at", "certainty"}, JSON: append([]commission.Trial{}, all...)}
	failed := false
	for _, r := range all {
		failed = failed || r.Verdict != commission.Passed
		t.Add(r.Test, r.With, r.Expected, r.Seen, string(r.Verdict), r.At.Format(time.DateTime), r.Certainty.String())
	}
	if err := t.Print(a.Stdout, c.Listing); err != nil {
		return err
	}
	if failed {
		return cli.ErrRefused
	}
	return nil
}
