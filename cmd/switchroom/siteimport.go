package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"switchroom/site"
	"switchroom/site/schedule"
)

type siteImportCmd struct {
	File      string `arg:"" help:"The list: a CSV file with a header; - is standard input. examples/breakers.csv is one."`
	Output    string `short:"o" help:"Write the site file here; by default to standard output. A file that is there is not overwritten." placeholder:"FILE"`
	Force     bool   `help:"Overwrite the file of -o."`
	Addresses string `help:"loopback: addresses of the list become ones of this machine only; lan: they are used as they stand, and the network reaches them." enum:"loopback,lan" default:"loopback"`
	Topology  string `help:"listed: as addresses, interfaces and unit ids say; each: an address for each breaker; gateway, panel-server: all behind one, by unit id." enum:"listed,each,gateway,panel-server" default:"listed"`
	Port      uint16 `help:"Modbus TCP port where the list has none; with loopback also in place of ports below 1024." default:"5020"`
	Name      string `help:"Name of the switchroom; by default that of the file." placeholder:"NAME"`
	JSON      bool   `help:"Print what is wrong with the list as JSON."`
}

func (c *siteImportCmd) Run(a *app) error {
	data, name, err := c.list(a)
	if err != nil {
		return err
	}
	plan, err := schedule.Import(name, data, schedule.Options{Topology: schedule.Topology(c.Topology), LAN: c.Addresses == "lan", Port: c.Port, Site: c.Name})
	if p, ok := err.(schedule.Problems); ok && c.JSON {
		if err := printJSON(a.Stdout, p); err != nil {
			return err
		}
		return errRefused
	}
	if err != nil {
		return err
	}
	for _, n := range plan.Notes {
		fmt.Fprintf(a.Stderr, "note: %s: %s\n", name, n)
	}
	s, err := site.Parse("site", plan.YAML)
	if err != nil {
		return fmt.Errorf("%s: what was made of the list is no site file; this is a defect of switchroom, please report it:\n%w", name, err)
	}
	printNotes(a, s)
	warnReach(a, s)
	return c.write(a, plan)
}

// listMax is a little more than a list may have, so that one too long is told.
const listMax = 9 << 20

// list reads the list, and says what to call it.
func (c *siteImportCmd) list(a *app) (data []byte, name string, err error) {
	if c.File == "-" {
		data, err = io.ReadAll(io.LimitReader(a.Stdin, listMax))
		return data, "list", err
	}
	f, err := os.Open(c.File)
	if err != nil {
		return nil, "", err
	}
	defer f.Close()
	data, err = io.ReadAll(io.LimitReader(f, listMax))
	return data, filepath.Base(c.File), err
}

// write writes the site file, and nothing over another one unless told to.
func (c *siteImportCmd) write(a *app, plan *schedule.Plan) error {
	if c.Output == "" {
		_, err := a.Stdout.Write(plan.YAML)
		return err
	}
	how := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if c.Force {
		how = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	f, err := os.OpenFile(c.Output, how, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already; give another name with -o, or --force to overwrite it", c.Output)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(plan.YAML)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	fmt.Fprintf(a.Stderr, "%s: %d breakers; run it with: switchroom up %s\n", c.Output, plan.Count, c.Output)
	return nil
}
