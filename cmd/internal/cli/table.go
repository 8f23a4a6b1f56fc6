package cli

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Listing is the output of a command that lists rows.
type Listing struct {
	JSON   bool   `help:"Print JSON (the same as --format json)."`
	Format string `help:"text, md, csv or json." enum:"text,md,csv,json" default:"text"`
}

// Chosen is the format: text, md, csv or json.
func (l Listing) Chosen() string {
	if l.JSON {
		return "json"
	}
	return l.Format
}

// Table is rows to print: as text for a terminal, Markdown, CSV or JSON.
type Table struct {
	Head []string
	Rows [][]string
	JSON any // what --json prints
}

// Add adds a row.
func (t *Table) Add(cells ...string) { t.Rows = append(t.Rows, cells) }

// Print prints it in the format that was asked for.
func (t *Table) Print(w io.Writer, l Listing) error {
	switch l.Chosen() {
	case "json":
		return PrintJSON(w, t.JSON)
	case "csv":
		return t.csv(w)
	case "md":
		t.Markdown(w)
		return nil
	}
	return t.Text(w)
}

// PrintJSON prints a value for a program, and for people who look at it.
func PrintJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

func (t *Table) csv(w io.Writer) error {
	c := csv.NewWriter(w)
	if err := c.Write(t.Head); err != nil {
		return err
	}
	for _, r := range t.Rows {
		cells := make([]string, len(r))
		for i := range r {
			cells[i] = harmless(r[i])
		}
		if err := c.Write(cells); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// Markdown prints it for a document.
func (t *Table) Markdown(w io.Writer) {
	line := func(cells []string) {
		for i, c := range cells {
			cells[i] = strings.NewReplacer("|", "\\|", "\n", " ").Replace(c)
		}
		fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | "))
	}
	line(append([]string(nil), t.Head...))
	fmt.Fprintf(w, "|%s\n", strings.Repeat("---|", len(t.Head)))
	for _, r := range t.Rows {
		line(append([]string(nil), r...))
	}
}

// Text prints it for a terminal.
func (t *Table) Text(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 2, 8, 2, ' ', 0)
	fmt.Fprintln(tw, strings.ToUpper(strings.Join(t.Head, "\t")))
	for _, r := range t.Rows {
		fmt.Fprintln(tw, strings.Map(visible, strings.Join(r, "\t")))
	}
	return tw.Flush()
}
