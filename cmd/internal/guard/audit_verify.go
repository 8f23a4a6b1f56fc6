package guard

import (
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"switchroom/audit"
	"switchroom/cmd/internal/cli"
)

type auditVerifyCmd struct {
	dataFlag
	Key     string `help:"File with the public key, kept elsewhere; left out: audit.pub of the directory." placeholder:"FILE"`
	Against string `help:"File with a checkpoint that was kept elsewhere: the log must go on from there." placeholder:"FILE"`
	Save    string `help:"Write the newest checkpoint to this file if nothing was found; keep it elsewhere." placeholder:"FILE"`
	JSON    bool   `help:"Print JSON."`
}

func (c *auditVerifyCmd) Run(a *cli.App) error {
	s, err := c.look(a)
	if err != nil {
		return err
	}
	defer s.Close()
	key, against, err := c.kept()
	if err != nil {
		return err
	}
	// Rows pass by and nothing is kept: collecting less often is a fifth of the time.
	defer debug.SetGCPercent(debug.SetGCPercent(800))
	v, err := audit.Verify(a.Ctx, s, key, against, everySecond(a))
	if err != nil {
		return err
	}
	if c.JSON {
		err = cli.PrintJSON(a.Stdout, v)
	} else {
		c.print(a, v)
	}
	if len(v.Findings) > 0 {
		return cli.ErrRefused
	}
	if c.Save != "" && err == nil {
		err = os.WriteFile(c.Save, []byte(v.Checkpoint), 0o644)
	}
	return err
}

// kept are the key and the checkpoint to hold the log against.
func (c *auditVerifyCmd) kept() (key, against string, err error) {
	if c.Key == "" {
		key, err = audit.PublicKey(c.Data)
	} else {
		key, err = small(c.Key)
	}
	if err == nil && c.Against != "" {
		against, err = small(c.Against)
	}
	return strings.TrimSpace(key), against, err
}

func (c *auditVerifyCmd) print(a *cli.App, v *audit.Verdict) {
	if len(v.Findings) == 0 {
		fmt.Fprintf(a.Stdout, "whole: %d rows, none altered, missing or added\nkey: %s\n", v.Rows, v.Key)
		return
	}
	for _, f := range v.Findings {
		fmt.Fprintln(a.Stdout, f.Text)
	}
	fmt.Fprintln(a.Stderr, "switchroom: the audit log is not as it was recorded; keep this copy as evidence, and compare with a backup")
}

// everySecond tells how far it is, if it takes longer than a second.
func everySecond(a *cli.App) func(int64) {
	next := time.Now().Add(time.Second)
	return func(rows int64) {
		if now := time.Now(); now.After(next) {
			next = now.Add(time.Second)
			fmt.Fprintf(a.Stderr, "%d rows\n", rows)
		}
	}
}
