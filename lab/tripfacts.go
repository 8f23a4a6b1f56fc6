package lab

import (
	"fmt"
	"strings"
	"time"

	"github.com/a-h/templ"

	"switchroom/points"
	"switchroom/protection"
	"switchroom/study"
	"switchroom/ui"
)

// facts are what the unit remembers of it.
func (t *tripStory) facts() []ui.KV {
	e := points.EventOf(t.Code)
	rows := []ui.KV{
		{Name: "Breaker", Value: linked(unitURL(t.unit.Name()), t.unit.Name())},
		{Name: "Event", Value: ui.Text(fmt.Sprintf("%s, 0x%04X", e.Title, int(t.Code))), Certainty: e.Certainty.String()},
		{Name: "Time, by the unit's clock", Value: ui.Text(t.Time().UTC().Format("2006-01-02 15:04:05.000"))},
	}
	c := t.Trip
	if c == nil {
		return append(rows, ui.KV{Name: "Detail", Value: ui.Text(orDash(t.Detail))})
	}
	rows = append(rows, ui.KV{Name: "Function", Value: ui.Text(functionWord(c.Function))})
	if c.Phase != protection.NoPhase {
		rows = append(rows, ui.KV{Name: "Conductor", Value: ui.Text(phaseWord(c.Phase))})
	}
	return append(rows,
		ui.KV{Name: "Value", Value: ui.Text(t.against())},
		ui.KV{Name: "How long", Value: ui.Text(t.lasted())},
		ui.KV{Name: "Settings group", Value: ui.Text(c.Group)})
}

// against is the value that tripped it against the setting.
func (t *tripStory) against() string {
	if t.setting <= 0 || t.Trip.Function.Unit() != "A" {
		return t.value()
	}
	return fmt.Sprintf("%s, %.3g times the setting of %s", t.value(), t.Trip.Value/t.setting, study.Amperes(t.setting))
}

// lasted is how long it took.
func (t *trip) lasted() string {
	if !t.known {
		return "unknown: the unit does not remember when its function started"
	}
	return fmt.Sprintf("%s from the start that it reported; the current may have begun up to a cycle (%s) earlier", seconds(t.took.Seconds()), cycle(t.unit).Round(100*time.Microsecond))
}

// cycleTable is what flowed in the cycle before the trip.
func (t *tripStory) cycleTable() ui.Table {
	tab := ui.Table{ID: "trip-cycle", Caption: "The cycle before the trip, RMS", Columns: []ui.Column{{Title: "Conductor"}, {Title: "Current", Number: true}, {Title: "Voltage to neutral", Number: true}}}
	for k, name := range []string{"L1", "L2", "L3", "N"} {
		volts := "–"
		if k < 3 {
			volts = withUnit(spaced(t.Trip.Voltages[k], 0), "V")
		}
		tab.Rows = append(tab.Rows, ui.Row{Cells: []templ.Component{ui.Text(name), ui.Text(withUnit(spaced(t.Trip.Currents[k], 0), "A")), ui.Text(volts)}})
	}
	return tab
}

// witnessTable is what others did.
func (t *tripStory) witnessTable() ui.Table {
	tab := ui.Table{ID: "trip-others", Caption: "The other breakers", Empty: "No breaker is in series with it, and no other reported anything.",
		Columns: []ui.Column{{Title: "Breaker"}, {Title: "Where"}, {Title: "What it reported"}, {Title: "On this current it trips in"}, {Title: "Why it held"}}}
	for i := range t.witnesses {
		w := &t.witnesses[i]
		where, would := "beside", "–"
		if w.series {
			where = "above, in series"
		}
		if t.page != nil && w.series {
			would = between(w.would)
		}
		said := strings.Join(w.reported, "; ")
		if said == "" {
			said = "nothing"
		}
		tab.Rows = append(tab.Rows, ui.Row{Cells: []templ.Component{linked(unitURL(w.name), w.name), ui.Text(where), ui.Text(said), ui.Text(would), ui.Text(orDash(w.verdict))}})
	}
	return tab
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
