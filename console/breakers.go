package console

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"switchroom/accounts"
	"switchroom/commission"
	"switchroom/ui"
)

// breakerShown is what the page of a breaker shows.
type breakerShown struct {
	Number  string
	Breaker *commission.Breaker
	Notice  string
	Read    form
	Choose  string // where settings are chosen for a plan; "": there is no snapshot yet
	Found   ui.Table
	Taken   ui.Table
	Plans   ui.Table
	Test    *form
	Do      *form
	Trials  ui.Table
}

// at is the breaker of a page.
func (v *visit) at() (number string, b *commission.Breaker, err error) {
	number = v.r.PathValue("number")
	p, err := v.s.Office.Project(v.r.Context(), v.token, number)
	if err != nil {
		return number, nil, err
	}
	b, ok := p.Find(v.r.PathValue("id"))
	if !ok {
		return number, nil, &commission.NoneError{What: "breaker " + v.r.PathValue("id") + " in project " + number}
	}
	return number, b, nil
}

func (v *visit) showBreaker() { v.breakerPage(http.StatusOK, "", form{}) }

func (v *visit) breakerPage(status int, notice string, read form) {
	number, b, err := v.at()
	if err != nil {
		v.failed(err)
		return
	}
	if read.Do == "" {
		read = readForm(number, b.ID)
	}
	s := &breakerShown{Number: number, Breaker: b, Notice: notice, Read: read}
	taken, err := v.s.Office.Snapshots(v.r.Context(), v.token, number, b.ID)
	plans, err2 := v.s.Office.Plans(v.r.Context(), v.token, number, b.ID)
	if err != nil || err2 != nil {
		v.failed(err)
		return
	}
	if len(taken) > 0 {
		s.Choose = breakerURL(number, b.ID) + "/plan"
		s.Found = foundTable(&taken[0])
	}
	trials, err := v.s.Office.Trials(v.r.Context(), v.token, number, b.ID)
	if err != nil {
		v.failed(err)
		return
	}
	s.Taken, s.Plans, s.Trials = takenTable(taken), plansTable(plans), trialsTable(trials)
	if v.may(accounts.SettingsWrite) {
		s.Test, s.Do = testForm(number, b.ID), doForm(number, b.ID)
		for _, f := range []*form{s.Test, s.Do} {
			if read.Action == f.Action {
				f.Wrong, s.Read = read.Wrong, readForm(number, b.ID)
			}
		}
	}
	v.crumbed(status, b.Title(), v.crumbs(number, b.ID), breakerView(s))
}

func (v *visit) crumbs(number, id string, more ...ui.Link) []ui.Link {
	return append([]ui.Link{{Text: "Projects", URL: "/projects"}, {Text: number, URL: projectURL(number)}, {Text: id, URL: breakerURL(number, id)}}, more...)
}

func readForm(number, id string) form {
	return form{Action: breakerURL(number, id) + "/snapshots", Do: "Read the breaker", Fields: reachFields("Only by a cable: one of its four. Over the network reading needs none.", false)}
}

// foundTable is a snapshot.
func foundTable(s *commission.Snapshot) ui.Table {
	t := ui.Table{ID: "found", Caption: fmt.Sprintf("As found %s by %s at %s", s.At.UTC().Format("2006-01-02 15:04:05"), s.Name, s.Address), Columns: []ui.Column{{Title: "Setting"}, {Title: "Value"}, {Title: "Unit"}, {Title: "Certainty"}}}
	for _, r := range s.Rows {
		value, certainty := templ.Component(ui.Text(r.Value)), ui.CertaintyBadge(r.Certainty.String())
		if r.NotReadable != "" {
			value, certainty = ui.Text(r.NotReadable), ui.Text("")
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(r.Point), value, ui.Text(r.Unit), certainty}})
	}
	return t
}

func takenTable(all []commission.Snapshot) ui.Table {
	t := ui.Table{ID: "taken", Caption: "Snapshots", Columns: []ui.Column{{Title: "When"}, {Title: "By"}, {Title: "At"}, {Title: "Digest"}, {Title: "Against the one before"}}, Empty: "It was never read."}
	for i := range all {
		s := &all[i]
		changed := ""
		if i+1 < len(all) {
			var names []string
			for _, c := range commission.Compare(&all[i+1], s) {
				names = append(names, fmt.Sprintf("%s %s → %s", c.Point, c.Was, c.Is))
			}
			if changed = strings.Join(names, "; "); changed == "" {
				changed = "the same"
			}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(s.At.UTC().Format("2006-01-02 15:04:05")), ui.Text(s.Name), ui.Text(s.Address), ui.Text(s.Digest().Short()), ui.Text(changed)}})
	}
	return t
}

func plansTable(all []commission.Plan) ui.Table {
	t := ui.Table{ID: "plans", Caption: "Plans", Columns: []ui.Column{{Title: "Plan"}, {Title: "When"}, {Title: "By"}, {Title: "Why"}, {Title: "Settings", Number: true}}, Empty: "There is no plan."}
	for _, p := range all {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{linkTo(planURL(p.ID), p.ID), ui.Text(p.At.UTC().Format("2006-01-02 15:04")), ui.Text(p.Name), ui.Text(p.Reason), ui.Text(fmt.Sprint(len(p.Rows)))}})
	}
	return t
}

func testForm(number, id string) *form {
	f := &form{Action: breakerURL(number, id) + "/tests", Do: "Test it", Fields: []ui.Field{
		{ID: "trip", Name: "trip", Label: "Trip it by injected currents, too", Type: "checkbox", Hint: "It opens the breaker, once for each function, and takes a cable and the password of level 4."},
	}}
	for _, x := range reachFields("Only by a cable.", false) {
		x.ID = "test-" + x.ID
		f.Fields = append(f.Fields, x)
	}
	return f
}

// doForm asks for what is done at a breaker and leaves no setting behind.
func doForm(number, id string) *form {
	what := ui.Field{ID: "action", Name: "action", Label: "What", Type: "select"}
	for _, a := range commission.Actions() {
		what.Options = append(what.Options, ui.Option{Value: a.ID, Text: a.Title})
	}
	f := &form{Action: breakerURL(number, id) + "/actions", Do: "Do it", Fields: []ui.Field{what}}
	for _, x := range reachFields("Of level 4; by a cable for reading, too.", false) {
		x.ID = "do-" + x.ID
		f.Fields = append(f.Fields, x)
	}
	return f
}

// doAsked does it, and says what shows that it is done.
func (v *visit) doAsked() {
	number, id := v.r.PathValue("number"), v.r.PathValue("id")
	done, err := v.s.Office.Perform(v.r.Context(), v.token, number, id, v.r.PostFormValue("action"), v.reach())
	if err != nil {
		v.wrongIn(err, func(f *form) { v.breakerPage(statusOf(err), "", *f) }, *doForm(number, id))
		return
	}
	t := ui.Table{ID: "done", Caption: "Done, and read back", Columns: []ui.Column{{Title: "Shown by"}, {Title: "Was"}, {Title: "Is"}}}
	for _, point := range slices.Sorted(maps.Keys(done.After)) {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(point), ui.Text(done.Before[point]), ui.Text(done.After[point])}})
	}
	v.crumbed(http.StatusOK, id+": "+done.Action, v.crumbs(number, id, ui.Link{Text: done.Action}), ui.Grid(t))
}

// tripsWithin is how long trip tests may take.
const tripsWithin = 15 * time.Minute

// testAsked tests the breaker.
func (v *visit) testAsked() {
	number, id := v.r.PathValue("number"), v.r.PathValue("id")
	tests := []string{"communication", "study"}
	if v.r.PostFormValue("trip") != "" {
		tests = append(tests, "trip")
	}
	if len(tests) > 2 { // a trip by long time takes its time
		http.NewResponseController(v.w).SetWriteDeadline(time.Now().Add(tripsWithin))
	}
	if _, err := v.s.Office.Try(v.r.Context(), v.token, number, id, tests, v.reach()); err != nil {
		v.wrongIn(err, func(f *form) { v.breakerPage(statusOf(err), "", *f) }, *testForm(number, id))
		return
	}
	v.see(breakerURL(number, id) + "#trials")
}

func trialsTable(all []commission.Trial) ui.Table {
	t := ui.Table{ID: "trials", Caption: "Tests", Columns: []ui.Column{{Title: "Test"}, {Title: "With"}, {Title: "Expected"}, {Title: "Seen"}, {Title: "Verdict"}, {Title: "When"}, {Title: "By"}}, Empty: "It was never tested."}
	for _, r := range slices.Backward(all) {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(r.Test), ui.Text(r.With), ui.Text(r.Expected), ui.Text(r.Seen), ui.Badge(string(r.Verdict)), ui.Text(r.At.UTC().Format("2006-01-02 15:04:05")), ui.Text(r.By)}})
	}
	return t
}

// snapshotAsked reads the breaker.
func (v *visit) snapshotAsked() {
	number, id := v.r.PathValue("number"), v.r.PathValue("id")
	taken, err := v.s.Office.Snapshot(v.r.Context(), v.token, number, id, v.reach())
	if err != nil {
		v.wrongIn(err, func(f *form) { v.breakerPage(statusOf(err), "", *f) }, readForm(number, id))
		return
	}
	if taken.Notice != "" {
		v.breakerPage(http.StatusOK, taken.Notice, form{})
		return
	}
	v.see(breakerURL(number, id))
}
