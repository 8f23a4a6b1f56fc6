package guard

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"

	"switchroom/cmd/internal/cli"
	"switchroom/commission"
)

type commissionPlanCmd struct {
	officeFlags
	Base    string   `help:"The snapshot to start from: the first digits of its digest; the newest." placeholder:"DIGEST"`
	Reason  string   `help:"Why: it stands in the report." required:""`
	Study   bool     `help:"What the study says of the standard protections."`
	JSON    bool     `help:"Print JSON."`
	Number  string   `arg:"" help:"Number of the project."`
	Breaker string   `arg:"" help:"Id of the breaker."`
	Set     []string `arg:"" optional:"" help:"POINT=VALUE, as in protection.short_time.isd=3."`
}

func (c *commissionPlanCmd) Run(a *cli.App) error {
	var wishes []commission.Wish
	for _, arg := range c.Set {
		point, value, ok := strings.Cut(arg, "=")
		if !ok {
			return cli.Misuse("%s: write POINT=VALUE", arg)
		}
		wishes = append(wishes, commission.Wish{Point: strings.TrimSpace(point), Value: strings.TrimSpace(value)})
	}
	if len(wishes) == 0 && !c.Study {
		return cli.Misuse("say what is to change: POINT=VALUE, or --study")
	}
	return c.within(a, func(o *office) error {
		p, err := c.plan(a, o, wishes)
		if err != nil {
			return problems(a, c.JSON, err)
		}
		if c.JSON {
			return cli.PrintJSON(a.Stdout, p)
		}
		return printPlan(a, p)
	})
}

func (c *commissionPlanCmd) plan(a *cli.App, o *office, wishes []commission.Wish) (*commission.Plan, error) {
	if c.Study {
		p, err := o.Project(a.Ctx, o.token, c.Number)
		if err != nil {
			return nil, err
		}
		b, ok := p.Find(c.Breaker)
		if !ok || b.Study == nil {
			return nil, fmt.Errorf("there is no study of %s in project %s", c.Breaker, c.Number)
		}
		wishes = append(wishes, b.Study.Wishes()...)
	}
	base := commission.Digest(c.Base)
	if base == "" {
		all, err := o.Snapshots(a.Ctx, o.token, c.Number, c.Breaker)
		if err != nil {
			return nil, err
		}
		if len(all) == 0 {
			return nil, fmt.Errorf("there is no snapshot of %s to start from: take one", c.Breaker)
		}
		base = all[0].Digest()
	}
	return o.Plan(a.Ctx, o.token, c.Number, c.Breaker, base, c.Reason, wishes)
}

// printPlan prints a plan side by side.
func printPlan(a *cli.App, p *commission.Plan) error {
	fmt.Fprintf(a.Stdout, "plan %s of %s, from snapshot %s: %s\ndigest: %s\n\n", p.ID, p.Breaker, p.Base.Short(), p.Reason, p.Digest().Short())
	t := cli.Table{Head: []string{"point", "was", "becomes", "unit", "range", "beyond the study"}}
	for _, r := range p.Rows {
		beyond := ""
		for _, o := range p.Outruns {
			if o.Point == r.Point {
				beyond = o.Text
			}
		}
		t.Add(r.Point, r.Was, r.Becomes, r.Unit, r.Range, beyond)
	}
	if err := t.Text(a.Stdout); err != nil {
		return err
	}
	if p.NeedsSecond() {
		fmt.Fprintln(a.Stderr, "this goes beyond the study: somebody else has to approve it before it is carried out (C15)")
	}
	return nil
}

type commissionDiffCmd struct {
	officeFlags
	JSON    bool   `help:"Print JSON: the plan and the points of both curves."`
	SVG     string `name:"svg" help:"Draw both curves into this file." placeholder:"FILE"`
	Element string `help:"Of which element: phase, ground or leakage." enum:"phase,ground,leakage" default:"phase"`
	Plan    string `arg:"" help:"Number of the plan."`
}

func (c *commissionDiffCmd) Run(a *cli.App) error {
	return c.within(a, func(o *office) error {
		d, err := o.Diff(a.Ctx, o.token, c.Plan)
		if d == nil {
			return err
		}
		if c.SVG != "" && err == nil {
			err = c.draw(d)
		}
		if c.JSON {
			return errors.Join(cli.PrintJSON(a.Stdout, d), err)
		}
		if len(d.Missing) > 0 {
			fmt.Fprintf(a.Stderr, "could not be read, the curves take the factory's: %s\n", strings.Join(d.Missing, ", "))
		}
		return errors.Join(printPlan(a, d.Plan), err)
	})
}

func (c *commissionDiffCmd) draw(d *commission.Diff) error {
	var b bytes.Buffer
	if err := d.SVG(&b, c.Element); err != nil {
		return err
	}
	return os.WriteFile(c.SVG, b.Bytes(), 0o644)
}

type commissionPlansCmd struct {
	officeFlags
	cli.Listing
	Number  string `arg:"" help:"Number of the project."`
	Breaker string `arg:"" optional:"" help:"Id of the breaker; all."`
}

func (c *commissionPlansCmd) Run(a *cli.App) error {
	return c.within(a, func(o *office) error {
		all, err := o.Plans(a.Ctx, o.token, c.Number, c.Breaker)
		if err != nil {
			return err
		}
		t := cli.Table{Head: []string{"plan", "breaker", "rows", "second person", "reason"}, JSON: append([]commission.Plan{}, all...)}
		for _, p := range all {
			t.Add(p.ID, p.Breaker, fmt.Sprint(len(p.Rows)), yesNo(p.NeedsSecond()), p.Reason)
		}
		return t.Print(a.Stdout, c.Listing)
	})
}

type commissionShowCmd struct {
	officeFlags
	JSON bool   `help:"Print JSON."`
	Plan string `arg:"" help:"Number of the plan."`
}

func (c *commissionShowCmd) Run(a *cli.App) error {
	return c.within(a, func(o *office) error {
		f, err := o.PlanOf(a.Ctx, o.token, c.Plan)
		if err != nil {
			return err
		}
		if c.JSON {
			return cli.PrintJSON(a.Stdout, f)
		}
		if err := printPlan(a, f.Plan); err != nil {
			return err
		}
		if f.Approval != nil {
			fmt.Fprintf(a.Stdout, "\napproved by %s at %s: %s\n", cmp.Or(f.Approval.Name, f.Approval.By), f.Approval.At.Format("2006-01-02 15:04:05Z"), cmp.Or(f.Approval.Text, "-"))
		}
		if f.Outcome != nil {
			fmt.Fprintln(a.Stdout)
			return printOutcome(a, f.Outcome)
		}
		return nil
	})
}
