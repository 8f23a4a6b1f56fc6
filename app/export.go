package app

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
	"time"
)

// csvHead is the first line of every history that is taken along.
var csvHead = []string{"date", "breaker", "history", "event", "title", "severity", "what", "detail", "function", "phase", "value_a", "i1_a", "i2_a", "i3_a", "in_a", "v1n_v", "v2n_v", "v3n_v", "group"}

// CSV is a history as a table, a record a line.
func (h *History) CSV() []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write(csvHead) // a buffer takes everything
	for i := range h.Records {
		w.Write(h.Records[i].cells(h.Breaker))
	}
	w.Flush()
	return b.Bytes()
}

func (r *Record) cells(breaker string) []string {
	c := []string{r.Date.UTC().Format(time.RFC3339Nano), breaker, r.History, r.Event, r.Title, r.Severity, r.What, r.Detail}
	if t := r.Trip; t != nil {
		c = append(c, t.Function, t.Phase, figure(t.Value))
		for _, x := range t.Currents {
			c = append(c, figure(x))
		}
		for _, x := range t.Voltages {
			c = append(c, figure(x))
		}
		c = append(c, t.Group)
	}
	for len(c) < len(csvHead) {
		c = append(c, "")
	}
	for i := range c {
		c[i] = harmless(c[i])
	}
	return c
}

func figure(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

// harmless puts an apostrophe before what a spreadsheet would take for a formula: names
// and details come from outside.
func harmless(s string) string {
	if _, err := strconv.ParseFloat(s, 64); err != nil && s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
