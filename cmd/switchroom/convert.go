package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"switchroom/wire/comtrade"
)

type comtradeConvertCmd struct {
	In       string `arg:"" help:"The recording: .cfg or .cff."`
	Out      string `arg:"" help:"What to write: a .cfg (the .dat goes beside it) or a .cff. A file that exists is not overwritten."`
	Type     string `help:"How samples are written: ascii, binary, binary32 or float32; binary32 and float32 exist since 2013." enum:"ascii,binary,binary32,float32" default:"ascii"`
	Revision int    `help:"Rules to write by: 1991, 1999 or 2013." enum:"1991,1999,2013" default:"2013"`
	CFF      bool   `name:"cff" help:"All in one file, .cff; since 2013."`
	JSON     bool   `help:"Print JSON."`
}

// convertedJSON is what a conversion did.
type convertedJSON struct {
	Files    []string         `json:"files"`
	Type     string           `json:"type"`
	Revision int              `json:"revision"`
	Steps    map[string]steps `json:"resolution"`
	Notes    []string         `json:"notes"`
}

// steps is the resolution of a channel.
type steps struct {
	Step comtrade.Number `json:"step"` // in the unit of the channel; 0: 24 bits of mantissa
	Unit string          `json:"unit"`
}

func (c *comtradeConvertCmd) Run(a *app) error {
	out := c.Out
	if c.CFF {
		out = strings.TrimSuffix(out, filepath.Ext(out)) + ".cff"
	}
	if ext := strings.ToLower(filepath.Ext(out)); ext != ".cfg" && ext != ".cff" {
		return misuse("%s: write to a .cfg or a .cff file", c.Out)
	}
	in, err := comtrade.Open(c.In)
	if err != nil {
		return err
	}
	kind, err := comtrade.ParseType(c.Type)
	if err != nil {
		return misuse("%v", err)
	}
	r, err := in.Convert(kind, c.Revision)
	if err != nil {
		return err
	}
	files, err := r.WriteAs(out)
	if err != nil {
		return err
	}
	notes := append(append([]string{}, in.Notes...), r.Notes...)
	if c.JSON {
		return printJSON(a.Stdout, convertedJSON{files, r.Type.String(), r.Revision, resolution(r), notes})
	}
	for _, n := range notes {
		fmt.Fprintln(a.Stderr, "note:", n)
	}
	for _, f := range files {
		fmt.Fprintln(a.Stdout, f)
	}
	return nil
}

func resolution(r *comtrade.Recording) map[string]steps {
	all := map[string]steps{}
	for i := range r.Analog {
		ch := &r.Analog[i]
		step := ch.A
		if r.Type == comtrade.Float32 {
			step = 0
		}
		all[ch.Name] = steps{comtrade.Number(step), ch.Unit}
	}
	return all
}
