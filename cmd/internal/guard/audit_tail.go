package guard

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"switchroom/audit"
	"switchroom/cmd/internal/cli"
	"switchroom/store"
)

type auditTailCmd struct {
	dataFlag
	auditFilter
	Lines  int  `help:"The newest so many: 1 to 1000." short:"n" default:"20"`
	Follow bool `help:"Go on, until Ctrl-C." short:"f"`
	JSON   bool `help:"Print JSON, an object a line."`
}

// Validate is kong's.
func (c *auditTailCmd) Validate() error {
	if c.Lines < 1 || c.Lines > 1000 {
		return fmt.Errorf("--lines %d: 1 to 1000", c.Lines)
	}
	return nil
}

func (c *auditTailCmd) Run(a *cli.App) error {
	f, err := c.filter()
	if err != nil {
		return err
	}
	s, err := c.look(a)
	if err != nil {
		return err
	}
	defer s.Close()
	page, err := audit.Find(a.Ctx, s, f, audit.Place{}, c.Lines)
	if err != nil {
		return err
	}
	slices.Reverse(page) // the newest last, by when it happened
	last := int64(0)
	if newest, err := audit.Find(a.Ctx, s, audit.Filter{}, audit.Place{}, 1); err == nil && len(newest) > 0 {
		last = newest[0].ID
	}
	if err := c.print(a, page); err != nil || !c.Follow {
		return err
	}
	return c.follow(a, s, f, last)
}

func (c *auditTailCmd) print(a *cli.App, page []audit.Record) error {
	for i := range page {
		var err error
		if c.JSON {
			err = json.NewEncoder(a.Stdout).Encode(&page[i])
		} else {
			_, err = fmt.Fprintln(a.Stdout, auditLine(&page[i]))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// follow prints what is added after a record, until it is stopped.
func (c *auditTailCmd) follow(a *cli.App, s *store.Store, f audit.Filter, last int64) error {
	tick := time.NewTicker(500 * time.Millisecond) // ours
	defer tick.Stop()
	for {
		select {
		case <-a.Ctx.Done():
			return nil
		case <-tick.C:
		}
		page, err := audit.After(a.Ctx, s, f, last, 1000)
		if a.Ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if err := c.print(a, page); err != nil {
			return err
		}
		if len(page) > 0 {
			last = page[len(page)-1].ID
		}
	}
}
