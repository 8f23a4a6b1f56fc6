package main

import (
	"fmt"
	"io"
	"strings"

	"switchroom/commission"
)

// functionsDoc writes what commissioning can do at which unit (docs/commission-functions.md).
func functionsDoc(w io.Writer) {
	fmt.Fprint(w, `# What commissioning can do

Generated from the table that the program itself goes by (`+"`switchroom commission functions`"+`). At a real unit only what a document tells is
attempted; for the rest a person uses the maker's tool, and a snapshot shows afterwards whether it was done. That no command was found in
the documents is no proof that there is none: the last columns say how certain a row is.

`)
	t := table{Head: []string{"function", "virtual unit", "real unit, documented", "real unit, by a person", "shown afterwards by", "certainty", "source"}}
	for _, f := range commission.Functions() {
		t.Add(f.Title, waysText(f.Virtual), waysText(f.Real), f.Tool, strings.Join(f.Verify, ", "), f.Certainty.String(), f.Source)
	}
	t.Markdown(w)
}

func waysText(all []commission.Way) string {
	if len(all) == 0 {
		return "no"
	}
	names := make([]string, len(all))
	for i, w := range all {
		names[i] = string(w)
	}
	return strings.Join(names, ", ")
}
