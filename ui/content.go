package ui

import (
	"strconv"
	"time"

	"github.com/a-h/templ"
)

// Notice tells something at the head of a part, or as a toast.
type Notice struct {
	ID          string // for a toast that is replaced
	Severity    Severity
	Title, Text string
	Close       bool // a button takes it away
	corner      bool // it is a toast
}

// Column is the head of a column. Sort is the address that sorts by it, and
// Order is "ascending" or "descending" when the table is sorted by it now.
type Column struct {
	Title, Sort, Order string
	Number             bool // right-aligned, tabular figures
}

// Table is a table with its caption. The first cell of a row heads it. ID must
// be unique; Empty is shown when there are no rows.
type Table struct {
	ID, Caption string
	Columns     []Column
	Rows        []Row
	Empty       string
}

// Row is a row of cells, one per column.
type Row struct {
	ID    string // for rows that change alone
	Cells []templ.Component
}

// Text is a cell of plain text.
func Text(s string) templ.Component { return text(s) }

func (t Table) number(i int) bool { return i < len(t.Columns) && t.Columns[i].Number }

// KV is a name with what it is; Certainty stands beside when it is not "".
type KV struct {
	Name      string
	Value     templ.Component
	Certainty string
}

// Event is one line of a log.
type Event struct {
	ID        string
	At        time.Time
	Severity  Severity
	Text      string
	Where     string // which breaker, which path
	URL       string // the event's own page
	Held      bool   // latched until it is reset
	Certainty string
}

// clock prints the time of an event to the millisecond, in UTC.
func (e Event) clock() string { return e.At.UTC().Format("2006-01-02 15:04:05.000") }
func (e Event) stamp() string { return e.At.UTC().Format(time.RFC3339Nano) }

func itoa(n int) string { return strconv.Itoa(n) }

// attr is an attribute that is there only when it has a value.
func attr(name, value string) templ.Attributes {
	if value == "" {
		return nil
	}
	return templ.Attributes{name: value}
}

// role has a screen reader tell at once of what is high. In the corner the
// region around says it, and saying it twice would be noise.
func (n Notice) role() string {
	if n.Severity == High && !n.corner {
		return "alert"
	}
	return ""
}

func (c Column) arrow() string {
	switch c.Order {
	case "ascending":
		return "up"
	case "descending":
		return "down"
	}
	return "sort"
}
