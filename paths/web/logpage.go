package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"switchroom/paths/web/datalog"
	"switchroom/points"
	"switchroom/ui"
)

func noLog(d *Device) bool { return d.options.Log == nil }

const logLead = "Which measurements are noted, and how often."

// logGroup are the points of a family, to choose from.
type logGroup struct {
	Title  string
	Points []ui.Field // a checkbox each
}

// logGroups are all points that can be logged, by family.
func logGroups(chosen []string) (all []logGroup) {
	for _, p := range points.All() {
		if !datalog.Loggable(&p) {
			continue
		}
		family, _, _ := strings.Cut(p.Name, ".")
		if len(all) == 0 || all[len(all)-1].Title != family {
			all = append(all, logGroup{Title: family})
		}
		g := &all[len(all)-1]
		g.Points = append(g.Points, ui.Field{ID: "p-" + p.Name, Name: "point", Value: p.Name, Label: p.Name, Hint: p.Title, Type: "checkbox", Checked: slices.Contains(chosen, p.Name)})
	}
	return all
}

// chosen says how many of a group are chosen.
func (g *logGroup) chosen() (n int) {
	for _, p := range g.Points {
		if p.Checked {
			n++
		}
	}
	return n
}

func logFields(s datalog.Setup) []ui.Field {
	var intervals []ui.Option
	for _, m := range datalog.Intervals {
		intervals = append(intervals, ui.Option{Value: strconv.Itoa(m), Text: fmt.Sprintf("%d min", m)})
	}
	return []ui.Field{
		{ID: "on", Name: "on", Label: "Log measurements", Type: "checkbox", Checked: s.On},
		{ID: "minutes", Name: "minutes", Label: "Interval", Type: "select", Value: strconv.Itoa(s.Minutes), Options: intervals, Hint: "By the unit's clock: at 15 minutes, at a quarter past and so on."},
	}
}

func (d *Device) showLog(v *visit) {
	s, _ := d.setups()
	v.showPage(logLead, logView(v, s.log, nil, ""))
}

// saveLog keeps the set-up and has it act. Other points or another interval begin a
// new log: who has records is told first.
func (d *Device) saveLog(v *visit) {
	sent, ok := v.form()
	if !ok {
		return
	}
	s, old := typedLog(sent), d.options.Log.Setup()
	bad, trap := wrongs(s.Validate()), ""
	if records, _ := d.options.Log.Records(); len(bad) == 0 && len(records) > 0 && !s.Same(old) && sent.Get("confirm") != "yes" {
		trap = fmt.Sprintf("Other points or another interval begin a new log: the %d records of this one are gone. Download them first, under Monitoring, Trends.", len(records))
	}
	if len(bad) > 0 || trap != "" {
		v.show(http.StatusUnprocessableEntity, v.page.title, logLead, logView(v, s, bad, trap))
		return
	}
	err := d.keep(logPart, s)
	if err == nil {
		err = d.options.Log.Set(d.world.Now(), s)
	}
	if err != nil {
		v.unsaved("/setup/log", err)
		return
	}
	v.saved("/setup/log", "Data logging "+either(s.On, "on", "off"))
}

func typedLog(sent url.Values) datalog.Setup {
	minutes, _ := strconv.Atoi(sent.Get("minutes"))
	return datalog.Setup{On: sent.Get("on") == "yes", Minutes: minutes, Points: sent["point"]}
}

// logTrouble says what could not be written; "": nothing.
func (d *Device) logTrouble() string {
	lost, err := d.options.Log.Trouble()
	if lost > 0 {
		err = errors.Join(err, fmt.Errorf("%d records were lost since the start", lost))
	}
	if err == nil {
		return ""
	}
	return strings.ReplaceAll(err.Error(), "\n", "; ")
}
