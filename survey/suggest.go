package survey

import (
	"fmt"
	"io"
	"strings"

	"switchroom/points"
	"switchroom/regmap"
)

// Suggest writes rows for the map that follow from reading one unit, as CSV that
// [regmap.Map.Override] takes. What it says is worth is told in the certainty:
//
//   - a row that the reading supports rises by one step and never above
//     "reported": the right value at the right place is one more witness, and no
//     document; which of several like quantities it is it does not show
//   - a row that the unit does not have becomes a gap, "reported": the unit said so
//   - a row that is plausible as another type or width becomes that, "inferred"
//
// What the map cannot hold, above all another order of words, stands in comments.
// Of a virtual unit nothing follows.
func Suggest(w io.Writer, c *Capture, rows []Judged) error {
	read := "read on a unit, " + c.Head.Started.Format("2006-01-02")
	if c.Head.Started.Equal(points.Epoch) {
		read = "read on a unit, date taken out"
	}
	fmt.Fprintf(w, "# Rows that follow from one reading of one unit. Look at each before you use the file with --registers.\n")
	if c.Virtual() {
		_, err := fmt.Fprintf(w, "# The unit marks itself as virtual: nothing follows for hardware.\n%s\n", strings.Join(regmap.Columns, ","))
		return err
	}
	if st, _ := c.View().State(Span{mark, 1}); st == Unread {
		fmt.Fprintf(w, "# Whether the unit is a virtual one was not asked: if it is, nothing follows for hardware.\n")
	}
	var out []regmap.Row
	lost := absentFields(rows)
	for _, j := range rows {
		row, ok := suggestion(j, read)
		if lost[j.Row.Of] {
			row, ok = gap(sourced(j.Row, read)), true // quality of what is not there
		}
		switch {
		case ok:
			out = append(out, row)
		case j.Verdict == Contradicts:
			fmt.Fprintf(w, "# register %d, %s: %s; no row can say this\n", j.Row.Register, j.Row.Describe(), oneLine(j.Why))
		}
	}
	return regmap.WriteRows(w, out)
}

func oneLine(s string) string { return strings.NewReplacer("\n", " ", "\r", " ").Replace(s) }

// suggestion returns the row that should take the place of a judged one.
func suggestion(j Judged, read string) (regmap.Row, bool) {
	row := sourced(j.Row, read)
	switch {
	case j.Verdict == Supports && row.Certainty > points.Reported:
		row.Certainty--
		row.Source = read + ", " + string(j.Verdict) + "; before: " + j.Row.Source
		return row, true
	case j.Verdict == Lacks:
		return gap(row), true
	case j.Verdict == Contradicts && j.As != 0:
		row.Kind, row.Certainty = j.As, points.Inferred
		if j.At != 0 {
			row.Count = j.At
		}
		if row.Kind == regmap.Gap {
			return gap(row), true
		}
		return row, true
	}
	return regmap.Row{}, false
}

// absentFields are the bit fields that the unit does not have.
func absentFields(rows []Judged) map[regmap.Register]bool {
	lost := map[regmap.Register]bool{}
	for _, j := range rows {
		if j.Row.Kind == regmap.Bits && j.Verdict == Lacks {
			lost[j.Row.Register] = true
		}
	}
	return lost
}

func sourced(r *regmap.Row, read string) regmap.Row {
	row := *r
	row.Source = read + "; before: " + r.Source
	return row
}

// gap is a row of nothing.
func gap(r regmap.Row) regmap.Row {
	return regmap.Row{
		Register: r.Register, Count: r.Count, Kind: regmap.Gap, Title: "absent on the unit that was read: " + r.Describe(),
		Source: r.Source, Certainty: points.Reported,
	}
}
