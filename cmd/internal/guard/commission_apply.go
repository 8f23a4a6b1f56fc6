package guard

import (
	"context"
	"errors"
	"fmt"

	"switchroom/cmd/internal/cli"
	"switchroom/commission"
	"switchroom/credential"
)

type commissionApproveCmd struct {
	officeFlags
	Digest string `help:"Digest of the plan that you looked at: it has to be this one." required:""`
	Text   string `help:"What you have to say to it."`
	Plan   string `arg:"" help:"Number of the plan."`
}

func (c *commissionApproveCmd) Run(a *cli.App) error {
	return c.within(a, func(o *office) error {
		f, err := o.PlanOf(a.Ctx, o.token, c.Plan)
		if err != nil {
			return err
		}
		whole := commission.Digest(c.Digest)
		if c.Digest == f.Plan.Digest().Short() {
			whole = f.Plan.Digest()
		}
		if _, err := o.Approve(a.Ctx, o.token, c.Plan, whole, c.Text); err != nil {
			return err
		}
		fmt.Fprintf(a.Stderr, "plan %s is approved\n", c.Plan)
		return nil
	})
}

type commissionApplyCmd struct {
	officeFlags
	keyFlags
	JSON bool   `help:"Print JSON."`
	Plan string `arg:"" help:"Number of the plan."`
}

func (c *commissionApplyCmd) Run(a *cli.App) error {
	return c.end(a, c.Plan, c.JSON, &c.keyFlags, (*commission.Office).Apply)
}

type commissionResumeCmd struct {
	officeFlags
	keyFlags
	JSON bool   `help:"Print JSON."`
	Plan string `arg:"" help:"Number of the plan."`
}

func (c *commissionResumeCmd) Run(a *cli.App) error {
	return c.end(a, c.Plan, c.JSON, &c.keyFlags, (*commission.Office).Resume)
}

type ending func(*commission.Office, context.Context, credential.Secret, string, commission.Reach) (*commission.Outcome, error)

// end carries a plan to its end and prints that. Only what is as planned is status 0.
func (f *officeFlags) end(a *cli.App, plan string, asJSON bool, key *keyFlags, do ending) error {
	return f.within(a, func(o *office) error {
		file, err := o.PlanOf(a.Ctx, o.token, plan)
		if err != nil {
			return err
		}
		var out *commission.Outcome
		err = key.with(a, o, f.PasswordFlag, file.Plan.Breaker, "plan "+plan+": "+file.Plan.Reason, true, func(r commission.Reach) (err error) {
			out, err = do(o.Office, a.Ctx, o.token, plan, r)
			return err
		})
		if out == nil {
			return err
		}
		printed := printOutcome
		if asJSON {
			printed = func(a *cli.App, out *commission.Outcome) error { return cli.PrintJSON(a.Stdout, out) }
		}
		if err := errors.Join(err, printed(a, out)); err != nil || out.End == commission.Applied {
			return err
		}
		return cli.ErrRefused
	})
}

func printOutcome(a *cli.App, o *commission.Outcome) error {
	fmt.Fprintf(a.Stdout, "plan %s of %s: %s\n", o.Plan, o.Breaker, o.End)
	if o.Why != "" {
		fmt.Fprintf(a.Stdout, "%s\n", o.Why)
	}
	t := cli.Table{Head: []string{"point", "wanted", "read back", "verified"}}
	for _, r := range o.Rows {
		t.Add(r.Point, r.Wanted, r.ReadBack, yesNo(r.Verified))
	}
	if err := t.Text(a.Stdout); err != nil {
		return err
	}
	if o.AsLeft != nil {
		fmt.Fprintf(a.Stdout, "as left: snapshot %s\n", o.AsLeft.Digest().Short())
	}
	fmt.Fprintf(a.Stdout, "relied on and not confirmed: %d\n", len(o.Relied))
	for _, r := range o.Relied {
		fmt.Fprintf(a.Stdout, "  %s (%v; %s)\n", r.What, r.Certainty, r.Source)
	}
	return nil
}

type commissionFunctionsCmd struct {
	cli.Listing
}

func (c *commissionFunctionsCmd) Run(a *cli.App) error {
	all := commission.Functions()
	t := cli.Table{Head: []string{"function", "virtual", "real, documented", "otherwise, by a person", "certainty", "source"}, JSON: all}
	for _, f := range all {
		t.Add(f.Title, ways(f.Virtual), ways(f.Real), f.Tool, f.Certainty.String(), f.Source)
	}
	return t.Print(a.Stdout, c.Listing)
}

func ways(all []commission.Way) string {
	text := ""
	for i, w := range all {
		if i > 0 {
			text += ", "
		}
		text += string(w)
	}
	if text == "" {
		return "no"
	}
	return text
}
