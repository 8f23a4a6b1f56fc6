package main

import (
	"fmt"

	"switchroom/site"
)

type siteCmd struct {
	Import    siteImportCmd    `cmd:"" help:"Make a site file of a list of breakers, a CSV file out of a spreadsheet."`
	Check     siteCheckCmd     `cmd:"" help:"Check a site file and say everything that is wrong with it."`
	Inventory siteInventoryCmd `cmd:"" help:"Print the components of a site and their firmware, as advisory match takes them."`
	Schema    siteSchemaCmd    `cmd:"" help:"Print the JSON schema of site files."`
}

type siteCheckCmd struct {
	JSON bool   `help:"Print the problems as JSON."`
	File string `arg:"" help:"The site file."`
}

func (c *siteCheckCmd) Run(a *app) error {
	s, err := site.LoadFile(c.File)
	if p, ok := err.(site.Problems); ok && c.JSON {
		if err := printJSON(a.Stdout, p); err != nil {
			return err
		}
		return errRefused
	}
	if err != nil {
		return err
	}
	printNotes(a, s)
	if c.JSON {
		return printJSON(a.Stdout, site.Problems{})
	}
	fmt.Fprintf(a.Stdout, "%s: %d breakers, no problem\n", s.Name, len(s.Breakers))
	return nil
}

// printNotes tells what in a site file is allowed and does nothing.
func printNotes(a *app, s *site.Site) {
	for _, n := range s.Notes {
		fmt.Fprintln(a.Stderr, "note:", n)
	}
}

type siteSchemaCmd struct{}

func (c *siteSchemaCmd) Run(a *app) error {
	b, err := site.JSONSchema()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.Stdout, "%s\n", b)
	return err
}
