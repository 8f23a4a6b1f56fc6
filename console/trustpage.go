package console

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"switchroom/accounts"
	"switchroom/trust/duty"
	"switchroom/ui"
)

// trustShown is what the page of trust shows.
type trustShown struct {
	Told     *trustTold
	From     string // where lists come from; "": no directory was given
	Wrong    string
	Look     *form
	Duties   ui.Table
	Evidence ui.Table
	Replace  ui.Table
	Unread   string
}

func (v *visit) showTrust() { v.trustPage(http.StatusOK, "") }

func (v *visit) trustPage(status int, wrong string) {
	told, err := v.duties()
	if err != nil {
		v.failed(err)
		return
	}
	s := &trustShown{Told: told, Wrong: wrong, Duties: dutyTable(told.Duties), Evidence: evidenceTable(told.Duties), Replace: replaceTable(told.Duties), Unread: strings.Join(told.NeverRead, ", ")}
	if told.Trusted {
		s.From = v.s.Trust.from()
		if v.may(accounts.SettingsWrite) {
			s.Look = &form{Action: "/trust/check", Do: "Look at the lists now"}
		}
	}
	v.show(status, "Trust", "Whether certificates were revoked that have signed firmware: looked at every three months at least, and what to do then (E7, E8).", trustView(s))
}

// dutyWords say in words how a duty stands.
var dutyWords = map[string]string{duty.Act: "act", duty.Done: "nothing to do", duty.Due: "look now", duty.Unknown: "no answer"}

func dutyTable(all []duty.Duty) ui.Table {
	t := ui.Table{ID: "duties", Caption: "What is to be done, by component", Columns: []ui.Column{{Title: "Component"}, {Title: "Branch"}, {Title: "State"}, {Title: "Look again by"}, {Title: "Last looked at"}, {Title: "To be replaced", Number: true}}}
	for _, d := range all {
		last := "never"
		if d.Check != nil {
			last = d.Check.At.UTC().Format("2006-01-02 15:04") + " by " + d.Check.By
		}
		due := "now"
		if !d.Due.IsZero() {
			due = dateOf(d.Due)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(d.Title), ui.Text(d.BranchTitle), ui.Badge(dutyWords[d.State]), ui.Text(due), ui.Text(last), ui.Text(fmt.Sprint(len(d.Replace)))}})
	}
	return t
}

func dateOf(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.UTC().Format(time.DateOnly)
}

// evidenceTable is what the last look at each branch has found.
func evidenceTable(all []duty.Duty) ui.Table {
	t := ui.Table{ID: "evidence", Caption: "Evidence of the last look", Columns: []ui.Column{{Title: "List of"}, {Title: "Branch"}, {Title: "State"}, {Title: "Number"}, {Title: "Digest"}, {Title: "This update"}, {Title: "Next update"}, {Title: "Revoked", Number: true}, {Title: "Problem"}}, Empty: "Nobody has looked yet."}
	seen := map[string]bool{}
	for _, d := range all {
		if d.Check == nil || seen[d.Branch] {
			continue
		}
		seen[d.Branch] = true
		for _, e := range d.Check.Evidence {
			t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(e.Issuer), ui.Text(d.BranchTitle), ui.Badge(e.State), ui.Text(e.Number), ui.Text(prefix(e.Digest)), ui.Text(dateOf(e.This)), ui.Text(dateOf(e.Next)), ui.Text(fmt.Sprint(e.Revoked)), ui.Text(e.Problem)}})
		}
	}
	return t
}

// prefix is the beginning of a digest, enough to compare by eye.
func prefix(digest string) string { return digest[:min(16, len(digest))] }

// replaceTable is the firmware that is dated before a revocation.
func replaceTable(all []duty.Duty) ui.Table {
	t := ui.Table{ID: "replace", Caption: "Firmware to be replaced", Columns: []ui.Column{{Title: "Breaker"}, {Title: "Member"}, {Title: "Version"}, {Title: "Built"}}, Empty: "None that is known."}
	for _, d := range all {
		for _, i := range d.Replace {
			built := "not known: taken as before the revocation"
			if !i.Built.IsZero() {
				built = dateOf(i.Built)
			}
			number, id, _ := strings.Cut(i.Breaker, " ")
			t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{linkTo(breakerURL(number, id)+"/firmware", i.Breaker), ui.Text(i.Member), ui.Text(i.Version), ui.Text(built)}})
		}
	}
	return t
}
