package console

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"switchroom/accounts"
	"switchroom/commission"
	"switchroom/ui"
	"switchroom/upgrade"
)

func firmwareURL(number string) string { return projectURL(number) + "/firmware" }

// fleetShown is what the page of the firmware of a project shows.
type fleetShown struct {
	Number  string
	May     bool
	Members ui.Table
	Runs    ui.Table
}

func (v *visit) firmwareCrumbs(number string, more ...ui.Link) []ui.Link {
	return append([]ui.Link{{Text: "Projects", URL: "/projects"}, {Text: number, URL: projectURL(number)}, {Text: "Firmware", URL: firmwareURL(number)}}, more...)
}

// showFleet shows the firmware of every breaker of a project, and the upgrades.
func (v *visit) showFleet() {
	number := v.r.PathValue("number")
	p, err := v.s.Office.Project(v.r.Context(), v.token, number)
	if err != nil {
		v.failed(err)
		return
	}
	t := ui.Table{ID: "firmware", Caption: "Firmware as it was last read", Columns: []ui.Column{{Title: "Breaker"}, {Title: "Members"}, {Title: "Digital modules"}, {Title: "Read"}}, Empty: "There is no breaker yet."}
	for i := range p.Breakers {
		id := p.Breakers[i].ID
		kept, err := v.s.Office.FirmwareOf(v.r.Context(), v.token, number, id)
		if err != nil {
			v.failed(err)
			return
		}
		t.Rows = append(t.Rows, ui.Row{Cells: append([]templ.Component{linkTo(breakerURL(number, id)+"/firmware", id)}, fleetCells(kept)...)})
	}
	s := &fleetShown{number, v.may(accounts.FirmwareApply), t, runsTable(v.s.runs.of(number))}
	v.crumbed(http.StatusOK, "Firmware of "+p.Name, v.firmwareCrumbs(number)[:3], fleetView(s))
}

func fleetCells(kept *commission.FirmwareKept) []templ.Component {
	if kept == nil {
		return []templ.Component{ui.Text("not known"), ui.Text("not known"), ui.Text("never")}
	}
	var members, modules []string
	for _, m := range kept.Firmware.Members {
		members = append(members, m.Name+" "+m.Running.Version)
	}
	for _, m := range kept.Firmware.Modules {
		modules = append(modules, m.Name+" "+m.State)
	}
	return []templ.Component{ui.Text(strings.Join(members, ", ")), ui.Text(strings.Join(modules, ", ")), ui.Text(kept.At.UTC().Format("2006-01-02 15:04") + " by " + kept.By)}
}

func runsTable(all []runTold) ui.Table {
	t := ui.Table{ID: "upgrades", Caption: "Upgrades since this console has started", Columns: []ui.Column{{Title: "Begun"}, {Title: "Package"}, {Title: "By"}, {Title: "Breakers"}, {Title: "Ended"}}, Empty: "None. What was done before is in the audit."}
	for i := range all {
		r := &all[i]
		ended := "under way"
		if !r.Ended.IsZero() {
			ended = r.Ended.UTC().Format("15:04:05")
		}
		var names []string
		for _, b := range r.Breakers {
			names = append(names, b.Breaker+" "+stateWords[b.State])
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{linkTo(runURL(r.Project, r.ID), r.Begun.UTC().Format("2006-01-02 15:04:05")), ui.Text(r.Package.Title()), ui.Text(r.By), ui.Text(strings.Join(names, ", ")), ui.Text(ended)}})
	}
	return t
}

func runURL(number, id string) string { return firmwareURL(number) + "/runs/" + url.PathEscape(id) }

func packageURL(number, digest string) string { return firmwareURL(number) + "/packages/" + digest }

// stateWords say in words how it stands with a breaker.
var stateWords = map[string]string{upgrade.Done: "done", upgrade.Failed: "failed: what ran before runs", upgrade.NotTried: "not tried", upgrade.Uncertain: "uncertain: read it before going on", running: "under way", waiting: "waits"}
