package audit

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gosyslog "github.com/leodido/go-syslog/v4/rfc5424"

	"switchroom/store"
	"switchroom/store/storetest"
)

// TestFind compares every set of filters with looking at each record, page by page.
func TestFind(t *testing.T) {
	storetest.Each(t, func(t *testing.T, p store.Place) {
		s, l := opened(t, p)
		fill(t, l, 400)
		all, err := After(ctx, s, Filter{}, 0, 1000)
		must(t, err)
		for i := range 32 {
			f := filterOf(i)
			var want, got []int64
			for _, r := range slices.Backward(all) {
				if passes(&f, &r) {
					want = append(want, r.ID)
				}
			}
			for at := (Place{}); ; {
				page, err := Find(ctx, s, f, at, 7)
				must(t, err)
				for _, r := range page {
					got = append(got, r.ID)
					at = Place{r.At, r.ID}
				}
				if len(page) == 0 {
					break
				}
			}
			slices.Sort(want)
			slices.Sort(got) // row 1 is of another time than its number says
			if !slices.Equal(got, want) {
				t.Errorf("%+v: %d found, want %d", f, len(got), len(want))
			}
		}
	})
}

// filterOf is each set of filters, by the bits of a number.
func filterOf(bits int) (f Filter) {
	if bits&1 != 0 {
		f.Who = "person3"
	}
	if bits&2 != 0 {
		f.What = "setting.changed"
	}
	if bits&4 != 0 {
		f.Result = Refused
	}
	if bits&8 != 0 {
		f.Since = begin.Add(50 * time.Second)
	}
	if bits&16 != 0 {
		f.Until = begin.Add(300 * time.Second)
	}
	return f
}

func passes(f *Filter, r *Record) bool {
	return (f.Who == "" || f.Who == r.Who) && (f.What == "" || f.What == r.What) && (f.Result == "" || f.Result == r.Result) &&
		(f.Since.IsZero() || !r.At.Before(f.Since.Truncate(time.Microsecond))) && (f.Until.IsZero() || r.At.Before(f.Until.Truncate(time.Microsecond)))
}

// TestPlans reads how SQLite means to answer each set of filters: by an index that has
// the order too, never by looking at all rows or sorting them.
func TestPlans(t *testing.T) {
	s, l := opened(t, store.Place{Dir: t.TempDir() + "/data"})
	fill(t, l, 10)
	for i := range 32 {
		f := filterOf(i)
		q, args := "", []any{}
		for _, c := range f.conditions() {
			args = append(args, c.value)
			q += fmt.Sprintf(" AND %s $%d", c.column, len(args))
		}
		if q != "" {
			q = " WHERE" + strings.TrimPrefix(q, " AND")
		}
		rows, err := s.Reader().Query("EXPLAIN QUERY PLAN SELECT "+columns+" FROM audit"+q+" ORDER BY at DESC, id DESC LIMIT 50", args...)
		must(t, err)
		for rows.Next() {
			var a, b, c int
			var detail string
			must(t, rows.Scan(&a, &b, &c, &detail))
			if !strings.Contains(detail, "USING INDEX audit_") || strings.Contains(detail, "TEMP") {
				t.Errorf("%s: %s", q, detail)
			}
		}
	}
}

func TestExport(t *testing.T) {
	s, l := opened(t, store.Place{Dir: t.TempDir() + "/data"})
	fill(t, l, 3)
	_, err := l.Append(ctx, Record{Who: `=cmd|' /C calc'!A0`, What: "a.b", Where: `x"]\y`, Why: "-1", Result: Uncertain, After: Facts{}.With("x", `a "b"`)})
	must(t, err)
	out := map[string]string{}
	for _, format := range Formats() {
		var b bytes.Buffer
		must(t, Export(ctx, s, Filter{}, format, &b))
		out[format] = b.String()
	}
	rows, err := csv.NewReader(strings.NewReader(out["csv"])).ReadAll()
	if err != nil || len(rows) != 6 || !slices.Equal(rows[0], head) {
		t.Fatalf("csv: %v %v", rows, err)
	}
	for _, cell := range slices.Concat(rows...) {
		if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
			t.Errorf("csv: %q would be a formula", cell)
		}
	}
	for i, line := range strings.Split(strings.TrimSpace(out["json"]), "\n") {
		var r struct {
			ID    int
			After map[string]any
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil || r.ID != i+1 || len(r.After) == 0 {
			t.Errorf("json: %s: %v", line, err)
		}
	}
	lines := strings.Split(strings.TrimSpace(out["syslog"]), "\n")
	for _, line := range lines {
		if _, err := gosyslog.NewParser().Parse([]byte(line)); err != nil {
			t.Errorf("syslog: %s: %v", line, err)
		}
	}
	m, err := gosyslog.NewParser().Parse([]byte(lines[4]))
	must(t, err)
	said := (*m.(*gosyslog.SyslogMessage).StructuredData)["switchroom@32473"]
	if said["where"] != `x"]\y` || said["after"] != `{"x":"a \"b\""}` || *m.(*gosyslog.SyslogMessage).Priority != 13*8+3 {
		t.Errorf("syslog: %v", said)
	}
	if err := Export(ctx, s, Filter{}, "xml", &bytes.Buffer{}); err == nil {
		t.Error("xml")
	}
}
