package guard

import (
	"fmt"
	"time"

	"switchroom/cmd/internal/cli"
	"switchroom/commission"
)

type commissionScanCmd struct {
	officeFlags
	cli.Listing
	Ranges  []string      `arg:"" help:"Where to look: 127.0.1.1, 127.0.1.1-127.0.1.20 or 10.1.2.0/28; loopback and private networks only."`
	Port    []uint16      `help:"Ports; 502."`
	Unit    []byte        `help:"Unit ids; 255."`
	Timeout time.Duration `help:"How long to wait at each." default:"1s"`
	AddTo   string        `help:"Add what was found, and is not there yet, to the project of this number." placeholder:"NUMBER"`
	Board   string        `help:"The board that what was found stands on." placeholder:"PATH"`
}

// Validate is kong's.
func (c *commissionScanCmd) Validate() error {
	if c.AddTo != "" && c.Board == "" {
		return fmt.Errorf("--add-to needs --board: where do they stand?")
	}
	return nil
}

func (c *commissionScanCmd) Run(a *cli.App) error {
	return c.within(a, func(o *office) error {
		found, err := o.Scan(a.Ctx, o.token, commission.Scan{Ranges: c.Ranges, Ports: c.Port, Units: c.Unit, Timeout: c.Timeout, Progress: everySoOften(a, "asked")})
		if err != nil {
			return err
		}
		if err := c.print(a, found); err != nil || c.AddTo == "" {
			return err
		}
		return c.add(a, o, found)
	})
}

func (c *commissionScanCmd) print(a *cli.App, found []commission.Found) error {
	t := cli.Table{Head: []string{"address", "virtual", "In (A)", "serial number", "interface"}, JSON: append([]commission.Found{}, found...)}
	for _, f := range found {
		t.Add(f.Address, yesNo(f.Virtual), f.Identity["rating.in"], f.Identity["device.serial"], f.Identity["interface.range"])
	}
	return t.Print(a.Stdout, c.Listing)
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// add gives what is new an id, Q1 and on, and puts it into the project.
func (c *commissionScanCmd) add(a *cli.App, o *office, found []commission.Found) error {
	p, err := o.Project(a.Ctx, o.token, c.AddTo)
	if err != nil {
		return err
	}
	more := p.News(found, c.Board)
	if len(more) == 0 {
		fmt.Fprintln(a.Stderr, "nothing is new")
		return nil
	}
	return o.add(a, c.AddTo, more)
}
