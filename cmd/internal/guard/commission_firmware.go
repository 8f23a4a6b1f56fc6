package guard

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"switchroom/cmd/internal/cli"
	"switchroom/commission"
	"switchroom/upgrade"
)

type commissionFirmwareCmd struct {
	Show    commissionFirmwareShowCmd    `cmd:"" help:"Read the firmware and digital modules of a breaker by a cable, and keep that."`
	Upgrade commissionFirmwareUpgradeCmd `cmd:"" help:"Put a package into breakers, one after the other; stop at the first that does not go as it should."`
}

type commissionFirmwareShowCmd struct {
	officeFlags
	keyFlags
	JSON    bool   `help:"Print JSON."`
	Number  string `arg:"" help:"Number of the project."`
	Breaker string `arg:"" help:"Id of the breaker."`
}

func (c *commissionFirmwareShowCmd) Run(a *cli.App) error {
	return c.within(a, func(o *office) error {
		var kept *commission.FirmwareKept
		err := c.with(a, o, c.PasswordFlag, c.Breaker, "firmware", true, func(r commission.Reach) (err error) {
			kept, err = o.Firmware(a.Ctx, o.token, c.Number, c.Breaker, r)
			return err
		})
		if err != nil {
			return err
		}
		if c.JSON {
			return cli.PrintJSON(a.Stdout, kept)
		}
		return printFirmware(a, kept.Firmware)
	})
}

type commissionFirmwareUpgradeCmd struct {
	officeFlags
	keyFlags
	kitFlags
	cli.UpdatesFlag
	Rehearsal    string   `help:"Evidence of switchroom rehearse that the package was tried on virtual twins (E6)." type:"existingfile" placeholder:"FILE"`
	NotRehearsed string   `help:"Why it was not rehearsed; it stands in the log." placeholder:"REASON"`
	Member       string   `help:"Of several IO modules, which: io1 or io2." placeholder:"NAME"`
	JSON         bool     `help:"Print what became of each as JSON."`
	Package      string   `arg:"" help:"Package." type:"existingfile"`
	Number       string   `arg:"" help:"Number of the project."`
	Breakers     []string `arg:"" help:"Ids of the breakers, in this order. In --address, {} stands for the id."`
}

func (c *commissionFirmwareUpgradeCmd) Run(a *cli.App) error {
	if newer := c.Tell(a); newer != "" {
		return fmt.Errorf("this software is not the latest: install %s first (E10)", newer)
	}
	u, err := c.upgrade()
	if err != nil {
		return err
	}
	var bar progressBar
	return c.within(a, func(o *office) error {
		u.Tell = func(breaker string, s upgrade.Step) {
			if bar.name != breaker {
				bar = progressBar{a: a, name: breaker}
			}
			bar.step(s)
		}
		u.With = func(breaker string, do func(commission.Reach) error) error {
			keys := c.keyFlags
			keys.Address = strings.ReplaceAll(keys.Address, "{}", breaker)
			return keys.with(a, o, c.PasswordFlag, breaker, "firmware", true, do)
		}
		all, err := o.Upgrade(a.Ctx, o.token, c.Number, c.Breakers, *u)
		if err != nil {
			return err
		}
		return c.print(a, all)
	})
}

func (c *commissionFirmwareUpgradeCmd) upgrade() (*commission.Upgrade, error) {
	if len(c.Breakers) > 1 && c.Address != "" && !strings.Contains(c.Address, "{}") {
		return nil, cli.Misuse("--address %s is one breaker's: write {} where the id of each stands", c.Address)
	}
	if (c.Rehearsal == "") == (c.NotRehearsed == "") {
		return nil, cli.Misuse("give --rehearsal FILE, or --not-rehearsed REASON: a package is tried on a non-production system first (E6)")
	}
	k, err := c.kit()
	if err != nil {
		return nil, err
	}
	u := &commission.Upgrade{Kit: k, Member: c.Member, NotRehearsed: c.NotRehearsed}
	if u.Package, err = readPackage(c.Package); err != nil {
		return nil, err
	}
	if c.Rehearsal == "" {
		return u, nil
	}
	f, err := os.Open(c.Rehearsal)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	u.Rehearsal, err = upgrade.ReadRehearsal(f)
	return u, err
}

func (c *commissionFirmwareUpgradeCmd) print(a *cli.App, all []upgrade.Result) error {
	var err error
	if c.JSON {
		err = cli.PrintJSON(a.Stdout, all)
	} else {
		t := cli.Table{Head: []string{"breaker", "state", "what", "from", "to", "because"}}
		for _, r := range all {
			what := r.Outcome.Member
			if r.Outcome.Module != "" {
				what = "module " + r.Outcome.Module
			}
			t.Add(r.Breaker, r.State, dash(what), dash(r.Outcome.From), dash(r.Outcome.To), dash(r.Error))
		}
		err = t.Text(a.Stdout)
	}
	if err == nil && slices.ContainsFunc(all, func(r upgrade.Result) bool { return r.State != upgrade.Done }) {
		return cli.ErrRefused
	}
	return err
}
