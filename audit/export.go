package audit

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"switchroom/notify/syslog"
	"switchroom/store"
)

// Formats are the formats of [Export], sorted.
func Formats() []string { return []string{"csv", "json", "syslog"} }

// told is a record as JSON; its fields are stable.
type toldRecord struct {
	ID     int64     `json:"id"`
	At     time.Time `json:"at"`
	Who    string    `json:"who"`
	What   string    `json:"what"`
	Where  string    `json:"where,omitempty"`
	Why    string    `json:"why,omitempty"`
	Result Result    `json:"result"`
	Before Facts     `json:"before,omitzero"`
	After  Facts     `json:"after,omitzero"`
}

// MarshalJSON is of encoding/json.
func (r Record) MarshalJSON() ([]byte, error) { return json.Marshal(toldRecord(r)) }

// head is the first line of CSV.
var head = []string{"id", "at", "who", "what", "where", "why", "result", "before", "after"}

// Export writes the records that pass, in the order in which they were recorded, as
// csv, json (an object a line) or syslog (RFC 5424, a message a line).
func Export(ctx context.Context, s *store.Store, f Filter, format string, w io.Writer) error {
	table := csv.NewWriter(w)
	if format == "csv" {
		table.Write(head)
	}
	for last := int64(0); ; {
		page, err := After(ctx, s, f, last, 1000)
		if err != nil {
			return err
		}
		for i := range page {
			if err := write(w, table, format, &page[i]); err != nil {
				return fmt.Errorf("writing the export, which is not complete: %w", err)
			}
			last = page[i].ID
		}
		table.Flush()
		if err := table.Error(); err != nil || len(page) == 0 {
			return err
		}
	}
}

func write(w io.Writer, table *csv.Writer, format string, r *Record) error {
	switch format {
	case "csv":
		return table.Write(cells(r))
	case "json":
		return json.NewEncoder(w).Encode(r)
	case "syslog":
		_, err := w.Write(append(r.Syslog(), '\n'))
		return err
	}
	return fmt.Errorf("%q is no format: %s", format, strings.Join(Formats(), ", "))
}

func cells(r *Record) []string {
	all := []string{strconv.FormatInt(r.ID, 10), r.At.Format(time.RFC3339Nano), r.Who, r.What, r.Where, r.Why, string(r.Result), r.Before.JSON(), r.After.JSON()}
	for i := range all {
		all[i] = harmless(all[i])
	}
	return all
}

// harmless puts an apostrophe before what a spreadsheet would take for a formula.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// severities are how grave a result is to syslog (RFC 5424, table 2); ours.
var severities = map[Result]int{Done: 5, Failed: 4, Refused: 4, Uncertain: 3} // notice, warning, warning, error

// Syslog is the record as an RFC 5424 message of the facility audit.
func (r *Record) Syslog() []byte {
	severity, known := severities[r.Result]
	if !known {
		severity = 4
	}
	m := syslog.Message{
		Facility: "audit", Severity: severity, At: r.At, ID: r.What,
		Params: [][2]string{
			{"after", r.After.JSON()}, {"before", r.Before.JSON()}, {"id", strconv.FormatInt(r.ID, 10)}, {"result", string(r.Result)},
			{"what", r.What}, {"where", r.Where}, {"who", r.Who}, {"why", r.Why},
		},
		Text: fmt.Sprintf("%s %s by %s", r.What, r.Result, r.Who),
	}
	return m.Bytes()
}
