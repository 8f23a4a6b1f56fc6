package guard

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	"switchroom/cmd/internal/cli"
	"switchroom/commission"
	"switchroom/commission/dossier"
	"switchroom/store"
)

type commissionReportCmd struct {
	officeFlags
	Out     string   `help:"The report to write, which must not be there: .pdf or .html." required:"" short:"o" placeholder:"FILE"`
	Whole   bool     `help:"With what is sensitive: addresses, names, serial numbers (C1). Without, it is taken out."`
	Number  string   `arg:"" help:"Number of the project."`
	Breaker []string `arg:"" optional:"" help:"Ids of breakers; all."`
}

func (c *commissionReportCmd) Run(a *cli.App) error {
	ext := strings.ToLower(filepath.Ext(c.Out))
	if ext != ".pdf" && ext != ".html" {
		return cli.Misuse("--out %s: write a name that ends in .pdf or .html", c.Out)
	}
	return c.within(a, func(o *office) error {
		d, err := dossier.Gather(a.Ctx, o.Office, o.token, c.Number, c.Breaker...)
		if err != nil {
			return err
		}
		var b bytes.Buffer
		doc := d.Document(c.Whole)
		if ext == ".pdf" {
			err = doc.WritePDF(&b)
		} else {
			err = doc.WriteHTML(&b)
		}
		if err != nil {
			return err
		}
		fmt.Fprintln(a.Stdout, d.Digest())
		return store.NewFile(c.Out, b.Bytes())
	})
}

type commissionSignCmd struct {
	officeFlags
	Digest  string `help:"Digest of the report that you have read: it stands on each of its pages." required:""`
	Meaning string `help:"What you say: reviewed, did it, or witnessed." enum:"reviewed,did it,witnessed" default:"reviewed"`
	Number  string `arg:"" help:"Number of the project."`
}

func (c *commissionSignCmd) Run(a *cli.App) error {
	return c.within(a, func(o *office) error {
		s, err := o.Sign(a.Ctx, o.token, c.Number, commission.Digest(c.Digest), commission.Meaning(c.Meaning))
		if err == nil {
			fmt.Fprintf(a.Stderr, "%s: %s, %s\n", s.Digest.Short(), s.Meaning, s.Name)
		}
		return err
	})
}
