package web

import (
	"math"
	"net/http"
	"strconv"

	"switchroom/paths/web/datalog"
	"switchroom/points"
	"switchroom/ui"
)

// spans are the lengths of time that the page of trends shows.
var spans = []struct {
	key, text string
	hours     float64 // 0: all
}{{"hour", "Last hour", 1}, {"day", "Last day", 24}, {"week", "Last week", 7 * 24}, {"all", "All", 0}}

// plotMost is how many records a plot takes: more than it has pixels.
const plotMost = 2000

const trendLead = "What the unit has logged. Energies are shown as what was added from one record to the next."

// showTrends shows the log as plots, one for each unit of measurement.
func (d *Device) showTrends(v *visit) {
	s := d.options.Log.Setup()
	records, err := d.options.Log.Records()
	if err != nil {
		v.show(http.StatusOK, v.page.title, trendLead, refusalView(v, err.Error()))
		return
	}
	chosen := v.r.URL.Query().Get("span")
	var tabs []ui.Link
	var hours float64
	if !isSpan(chosen) {
		chosen = "day"
	}
	for _, x := range spans {
		now := x.key == chosen
		if now {
			hours = x.hours
		}
		tabs = append(tabs, ui.Link{Text: x.text, URL: "/monitoring/trends?span=" + x.key, Current: now})
	}
	plots := trendPlots(s, recent(datalog.Increments(s, records), hours))
	f := v.frame(v.page.title, trendLead)
	f.Plots = true
	v.draw(http.StatusOK, f, trendView(v, tabs, plots, len(records)))
}

func isSpan(key string) bool {
	for _, x := range spans {
		if x.key == key {
			return true
		}
	}
	return false
}

// recent are the records of the last hours, 0 all.
func recent(all []datalog.Record, hours float64) []datalog.Record {
	if hours == 0 || len(all) == 0 {
		return all
	}
	last := all[len(all)-1].World
	for i := range all {
		if (last - all[i].World).Hours() <= hours {
			return all[i:]
		}
	}
	return nil
}

// trendPlots are the plots of a log: points of one unit of measurement share one.
func trendPlots(s datalog.Setup, records []datalog.Record) (all []ui.Plot) {
	if len(records) < 2 {
		return nil
	}
	of := map[string]int{}
	for i, name := range s.Points {
		id, _ := points.Lookup(name)
		unit := points.Of(id).Unit
		n, there := of[unit]
		if !there {
			n = len(all)
			of[unit] = n
			all = append(all, newTrend(n, unit, records))
		}
		p := &all[n]
		p.Series = append(p.Series, ui.Series{Label: name, Colour: colour(name, len(p.Series)), Gaps: false})
		p.Data = append(p.Data, column(records, i))
	}
	return all
}

func newTrend(n int, unit string, records []datalog.Record) ui.Plot {
	last := records[len(records)-1].World
	hours := make([]float64, 0, plotMost)
	for _, r := range thin(records) {
		hours = append(hours, (r.World - last).Hours())
	}
	title := "In " + unit
	if unit == "" {
		title = "Without unit"
	}
	return ui.Plot{ID: "trend-" + strconv.Itoa(n), Title: title, Say: "The logged values over time; the table has the numbers.", X: ui.Axis{Label: "before the newest record", Unit: "h"}, Y: ui.Axis{Label: "value", Unit: unit}, Data: [][]float64{hours}}
}

// thin leaves records out, evenly, where there are more than a plot shows.
func thin(records []datalog.Record) []datalog.Record {
	step := (len(records) + plotMost - 1) / plotMost
	if step <= 1 {
		return records
	}
	var out []datalog.Record
	for i := len(records) - 1; i >= 0; i -= step {
		out = append(out, records[i])
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

func column(records []datalog.Record, i int) []float64 {
	var out []float64
	for _, r := range thin(records) {
		v := math.NaN()
		if i < len(r.Values) {
			v = r.Values[i]
		}
		out = append(out, v)
	}
	return out
}

// colour is that of a phase, by the end of the name, or the next free one.
func colour(name string, n int) string {
	for _, phase := range []string{"l1", "l2", "l3", "n"} {
		if len(name) > len(phase) && name[len(name)-len(phase)-1:] == "."+phase {
			return phase
		}
	}
	return []string{"a", "b", "c", "d"}[n%4]
}

// downloadLog gives the log out as CSV, as it was stored.
func (d *Device) downloadLog(v *visit) {
	s := d.options.Log.Setup()
	records, err := d.options.Log.Records()
	if err != nil {
		v.refuse(http.StatusInternalServerError, err.Error())
		return
	}
	h := v.w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+datalog.Name(d.unit.Name(), d.date())+`"`)
	datalog.WriteCSV(v.w, d.unit.Name(), s, records) // who has gone reads nothing
}
