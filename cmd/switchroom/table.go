package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// listing is the output of a command that lists rows.
type listing struct {
	JSON   bool   `help:"Print JSON (the same as --format json)."`
	Format string `help:"text, md, csv or json." enum:"text,md,csv,json" default:"text"`
}

func (l listing) format() string {
	if l.JSON {
		return "json"
	}
	return l.Format
}

// table is rows to print: as text for a terminal, Markdown, CSV or JSON.
type table struct {
	head []string
	rows [][]string
	json any // what --json prints
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) print(w io.Writer, l listing) error {
	switch l.format() {
	case "json":
		return printJSON(w, t.json)
	case "csv":
		return t.csv(w)
	case "md":
		t.markdown(w)
		return nil
	}
	return t.text(w)
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

func (t *table) csv(w io.Writer) error {
	c := csv.NewWriter(w)
	if err := c.Write(t.head); err != nil {
		return err
	}
	return c.WriteAll(t.rows)
}

func (t *table) markdown(w io.Writer) {
	line := func(cells []string) {
		for i, c := range cells {
			cells[i] = strings.NewReplacer("|", "\\|", "\n", " ").Replace(c)
		}
		fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | "))
	}
	line(append([]string(nil), t.head...))
	fmt.Fprintf(w, "|%s\n", strings.Repeat("---|", len(t.head)))
	for _, r := range t.rows {
		line(append([]string(nil), r...))
	}
}

func (t *table) text(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 2, 8, 2, ' ', 0)
	fmt.Fprintln(tw, strings.ToUpper(strings.Join(t.head, "\t")))
	for _, r := range t.rows {
		fmt.Fprintln(tw, strings.Join(r, "\t"))
	}
	return tw.Flush()
}
