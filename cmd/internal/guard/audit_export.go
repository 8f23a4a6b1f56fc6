package guard

import (
	"bufio"
	"errors"

	"switchroom/audit"
	"switchroom/cmd/internal/cli"
)

type auditExportCmd struct {
	dataFlag
	auditFilter
	JSON   bool   `help:"JSON lines (the same as --format json)."`
	Format string `help:"json, csv or syslog." enum:"json,csv,syslog" default:"json"`
}

func (c *auditExportCmd) Run(a *cli.App) error {
	f, err := c.filter()
	if err != nil {
		return err
	}
	s, err := c.look(a)
	if err != nil {
		return err
	}
	defer s.Close()
	if c.JSON {
		c.Format = "json"
	}
	out := bufio.NewWriter(a.Stdout)
	return errors.Join(audit.Export(a.Ctx, s, f, c.Format, out), out.Flush())
}
