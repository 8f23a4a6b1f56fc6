package guard

import (
	"cmp"
	"fmt"
	"time"

	"switchroom/cmd/internal/cli"
	"switchroom/commission"
)

type commissionSnapshotCmd struct {
	officeFlags
	reachFlags
	JSON    bool     `help:"Print the snapshots as JSON."`
	Number  string   `arg:"" help:"Number of the project."`
	Breaker []string `arg:"" optional:"" help:"Ids of breakers; none: all of the project that have an address."`
}

// Validate is kong's.
func (c *commissionSnapshotCmd) Validate() error {
	if c.Address != "" && len(c.Breaker) != 1 {
		return fmt.Errorf("--address is the way to one breaker: name it")
	}
	return nil
}

func (c *commissionSnapshotCmd) Run(a *cli.App) error {
	reach, err := c.reach(a, c.PasswordFlag, false)
	if err != nil {
		return err
	}
	return c.within(a, func(o *office) error {
		ids := c.Breaker
		if len(ids) == 0 {
			p, err := o.Project(a.Ctx, o.token, c.Number)
			if err != nil {
				return err
			}
			for _, b := range p.Breakers {
				if len(b.Addresses) > 0 {
					ids = append(ids, b.ID)
				}
			}
		}
		all := o.SnapshotAll(a.Ctx, o.token, c.Number, ids, reach, everySoOften(a, "read"))
		return c.print(a, all)
	})
}

// print prints what was read, and refuses at the end if something was not.
func (c *commissionSnapshotCmd) print(a *cli.App, all []commission.Attempt) error {
	t := cli.Table{Head: []string{"breaker", "digest", "settings", "not readable", "address"}}
	read, failed := []*commission.Snapshot{}, false
	for _, one := range all {
		if one.Err != nil {
			failed = true
			fmt.Fprintf(a.Stderr, "switchroom: %s: %v\n", one.Breaker, one.Err)
			continue
		}
		s := one.Taken.Snapshot
		read = append(read, s)
		if one.Taken.Notice != "" {
			fmt.Fprintf(a.Stderr, "switchroom: %s\n", one.Taken.Notice)
		}
		none := 0
		for _, r := range s.Rows {
			if r.Value == "" {
				none++
			}
		}
		t.Add(s.Breaker, s.Digest().Short(), fmt.Sprint(len(s.Rows)-none), fmt.Sprint(none), s.Address)
	}
	t.JSON = read
	if err := t.Print(a.Stdout, cli.Listing{JSON: c.JSON, Format: "text"}); err != nil {
		return err
	}
	if failed {
		return cli.ErrRefused
	}
	return nil
}

type commissionSnapshotsCmd struct {
	officeFlags
	Redacted bool   `help:"Leave out serial numbers, names, addresses and people: for somebody outside."`
	JSON     bool   `help:"Print the snapshots whole, as JSON."`
	Number   string `arg:"" help:"Number of the project."`
	Breaker  string `arg:"" help:"Id of the breaker."`
	Digest   string `arg:"" optional:"" help:"Only this one: the first digits of its digest."`
}

func (c *commissionSnapshotsCmd) Run(a *cli.App) error {
	return c.within(a, func(o *office) error {
		all, err := c.find(a, o)
		if err != nil {
			return err
		}
		t := cli.Table{Head: []string{"at", "digest", "by", "address"}}
		for i := range all {
			digest := all[i].Digest()
			if c.Redacted {
				all[i] = *all[i].Redacted()
			}
			t.Add(all[i].At.Format(time.DateTime), digest.Short(), cmp.Or(all[i].Name, all[i].By), all[i].Address)
		}
		t.JSON = all
		if c.Digest != "" && !c.JSON {
			return c.rows(a, &all[0])
		}
		return t.Print(a.Stdout, cli.Listing{JSON: c.JSON, Format: "text"})
	})
}

func (c *commissionSnapshotsCmd) find(a *cli.App, o *office) ([]commission.Snapshot, error) {
	if c.Digest == "" {
		return o.Snapshots(a.Ctx, o.token, c.Number, c.Breaker)
	}
	s, err := o.SnapshotOf(a.Ctx, o.token, c.Number, c.Breaker, commission.Digest(c.Digest))
	if err != nil {
		return nil, err
	}
	return []commission.Snapshot{*s}, nil
}

// rows prints the settings of one.
func (c *commissionSnapshotsCmd) rows(a *cli.App, s *commission.Snapshot) error {
	t := cli.Table{Head: []string{"point", "value", "unit", "certainty", "not readable"}}
	for _, r := range s.Rows {
		t.Add(r.Point, r.Value, r.Unit, r.Certainty.String(), r.NotReadable)
	}
	return t.Text(a.Stdout)
}
