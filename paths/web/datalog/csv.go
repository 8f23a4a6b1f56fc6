package datalog

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"switchroom/points"
)

// WriteCSV writes records for a spreadsheet: a line that names the columns, then
// a line a record, counters as they counted. A value that was not available is
// empty. The column "clock" says "set" where the device's clock was set since the
// record before.
func WriteCSV(w io.Writer, device string, s Setup, records []Record) error {
	c := csv.NewWriter(w)
	head := []string{"device", "date (UTC, device clock)", "clock", "seconds since the laboratory began"}
	for _, id := range s.ids() {
		head = append(head, title(points.Of(id)))
	}
	c.Write(plain(head))
	for i := range records {
		r := &records[i]
		row := []string{device, r.Date.UTC().Format("2006-01-02 15:04:05.000"), "", strconv.FormatFloat(r.World.Seconds(), 'f', 3, 64)}
		if i > 0 && Jumped(&records[i-1], r) {
			row[2] = "set"
		}
		plain(row)
		for _, v := range r.Values {
			row = append(row, number(v))
		}
		c.Write(row)
	}
	c.Flush()
	return c.Error()
}

func title(p *points.Info) string {
	if p.Unit == "" {
		return p.Name
	}
	return p.Name + " (" + p.Unit + ")"
}

func number(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// plain makes texts harmless to spreadsheets, in place: one that begins as a
// formula does (=cmd|…) gets an apostrophe in front, which a spreadsheet takes for
// "this is text" (CVE-2020-16214). Numbers are ours and stay as they are.
func plain(cells []string) []string {
	for i, s := range cells {
		if s != "" && strings.ContainsRune("=+-@\t\r\n|", rune(s[0])) {
			cells[i] = "'" + s
		}
	}
	return cells
}

// Name is what a file of a device's records is called: letters, digits and
// dashes of its name, and the date.
func Name(device string, date time.Time) string {
	safe := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, device)
	return safe[:min(len(safe), 63)] + "-" + date.UTC().Format("2006-01-02") + ".csv"
}
