package main

import (
	"bytes"
	"path/filepath"
	"strings"

	"switchroom/fat"
)

type fatReportCmd struct {
	Result string `arg:"" help:"The result." type:"existingfile"`
	Output string `short:"o" help:"Where to write; without, standard output." placeholder:"FILE"`
	Force  bool   `help:"Overwrite a report that is there already."`
	Format string `help:"html, pdf or json; without, by the name of the file." enum:",html,pdf,json" default:""`
}

func (c *fatReportCmd) Run(a *app) error {
	res, _, err := fatResult(c.Result)
	if err != nil {
		return err
	}
	if c.Output != "" && c.Output != "-" {
		if err := writable(c.Output, c.Force); err != nil {
			return err
		}
	}
	return writeReport(a, c.Output, c.Format, res)
}

// writeReport writes a report in the format asked for, or that of the file's name.
func writeReport(a *app, file, format string, res *fat.Result) error {
	if format == "" {
		format = strings.TrimPrefix(strings.ToLower(filepath.Ext(file)), ".")
	}
	var b bytes.Buffer
	switch format {
	case "json", "":
		if err := res.WriteJSON(&b); err != nil {
			return err
		}
	case "html", "htm":
		if err := res.Document().WriteHTML(&b); err != nil {
			return err
		}
	case "pdf":
		if err := res.Document().WritePDF(&b); err != nil {
			return err
		}
	default:
		return misuse("report %q: write html, pdf or json", format)
	}
	return writeTo(a, file, b.Bytes())
}
