package study

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"

	"switchroom/protection"
)

// arcColumns are the columns of an arc-flash export.
var arcColumns = []string{"amps", "earliest_function", "latest_function", "earliest_decision_s", "latest_decision_s", "earliest_clearing_s", "latest_clearing_s"}

// Sweep returns n currents from one to another, evenly on a logarithmic scale.
func Sweep(from, to float64, n int) ([]float64, error) {
	if err := checkSweep(from, to); err != nil {
		return nil, err
	}
	if n < 2 || n > 10000 {
		return nil, fmt.Errorf("%d currents: choose 2 to 10000", n)
	}
	all := make([]float64, n)
	for i := range all {
		all[i] = from * math.Pow(to/from, float64(i)/float64(n-1))
	}
	all[n-1] = to
	return all, nil
}

// ArcFlash writes a curve as CSV for a program that computes incident energy:
// currents in A against the earliest and latest time in s, of the control
// unit's decision and of the interruption, each with the function that it comes
// from: at a pick-up they differ. A time that never comes is empty: no
// unit is bound to trip on that current, and how long a person stays in an arc
// is not for this model to say.
//
// The current is the one through the breaker: an arc is smaller than the
// bolted fault, and both ends of what it may be are worth a row.
func ArcFlash(w io.Writer, curve []Point) error {
	out := csv.NewWriter(w)
	rows := [][]string{arcColumns}
	for _, p := range curve {
		c := p.Clearing()
		rows = append(rows, []string{
			fmt.Sprintf("%.6g", p.Amps), cause(p.Times.Min), cause(p.Times.Max),
			cell(p.Times.Min), cell(p.Times.Max), cell(c.Times.Min), cell(c.Times.Max),
		})
	}
	return out.WriteAll(rows)
}

// cause is the function that trips, or nothing where none does.
func cause(t protection.Time) string {
	if t.Function == protection.None {
		return ""
	}
	return t.Function.String()
}

func cell(t protection.Time) string {
	if math.IsNaN(t.T) {
		return ""
	}
	return fmt.Sprintf("%.4f", t.T)
}
