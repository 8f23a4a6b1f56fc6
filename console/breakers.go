package console

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"switchroom/accounts"
	"switchroom/commission"
	"switchroom/credential"
	"switchroom/ui"
	"switchroom/vault"
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

// planForm asks for new values of settings that were chosen, of the newest snapshot.
func (v *visit) planForm(number string, b *commission.Breaker, s *commission.Snapshot) form {
	f := form{Action: breakerURL(number, b.ID) + "/plan", Do: "Make the plan", Hidden: []ui.Pair{{Name: "base", Value: string(s.Digest())}}}
	f.Fields = append(f.Fields, ui.Field{ID: "reason", Name: "reason", Label: "Why", Value: v.r.FormValue("reason"), Required: true, Hint: "It stands in the report.", Attrs: long})
	for _, r := range s.Rows {
		if !strings.HasPrefix(r.Point, v.within()) || r.NotReadable != "" || !settable(r.Point) {
			continue
		}
		value := r.Value
		if v.r.Form.Has("set-" + r.Point) {
			value = strings.TrimSpace(v.r.Form.Get("set-" + r.Point))
		} else if w := studied(b, r.Point); w != "" && v.r.FormValue("study") != "" {
			value = w
		}
		x := ui.Field{ID: ui.ID("set", r.Point), Name: "set-" + r.Point, Label: r.Point, Unit: r.Unit, Value: value, Hint: "Is " + r.Value, Attrs: long}
		if w := studied(b, r.Point); w != "" {
			x.Hint += "; the study says " + w
		}
		f.Fields = append(f.Fields, x)
	}
	return f
}

// within is which settings are chosen for a plan: those whose names begin so.
func (v *visit) within() string {
	if in := v.r.FormValue("in"); in != "" {
		return in
	}
	return "protection."
}

func studied(b *commission.Breaker, point string) string {
	if b.Study == nil {
		return ""
	}
	if w, ok := b.Study.Of(point); ok {
		return w.Value
	}
	return ""
}

// newest is the newest snapshot of a breaker.
func (v *visit) newest(number string, b *commission.Breaker) (*commission.Snapshot, error) {
	all, err := v.s.Office.Snapshots(v.r.Context(), v.token, number, b.ID)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("there is no snapshot of %s to start from: read it first", b.ID)
	}
	return &all[0], nil
}

func (v *visit) showNewPlan() { v.newPlanPage(http.StatusOK, "") }

func (v *visit) newPlanPage(status int, wrong string) {
	number, b, err := v.at()
	var s *commission.Snapshot
	if err == nil {
		s, err = v.newest(number, b)
	}
	if err != nil {
		v.failed(err)
		return
	}
	f := v.planForm(number, b, s)
	f.Wrong = wrong
	f.Hidden = append(f.Hidden, ui.Pair{Name: "in", Value: v.within()})
	v.crumbed(status, "A plan for "+b.ID, v.crumbs(number, b.ID, ui.Link{Text: "Plan"}), newPlanView(f, breakerURL(number, b.ID)+"/plan", b.Study != nil))
}

// planAsked makes a plan of the values that are not as they were found.
func (v *visit) planAsked() {
	number, b, err := v.at()
	if err != nil {
		v.failed(err)
		return
	}
	base := commission.Digest(v.r.PostFormValue("base"))
	s, err := v.s.Office.SnapshotOf(v.r.Context(), v.token, number, b.ID, base)
	if err != nil {
		v.failed(err)
		return
	}
	p, err := v.s.Office.Plan(v.r.Context(), v.token, number, b.ID, base, v.r.PostFormValue("reason"), wished(s, v.r.PostForm))
	if isDenied(err) {
		v.denied(err)
		return
	}
	if err != nil {
		v.newPlanPage(statusOf(err), sentence(err.Error()))
		return
	}
	v.see(planURL(p.ID))
}

// wished are the settings of a form that are to be another.
func wished(s *commission.Snapshot, sent url.Values) (all []commission.Wish) {
	for name := range sent {
		point, is := strings.CutPrefix(name, "set-")
		value := strings.TrimSpace(sent.Get(name))
		if is && value != s.Value(point) {
			all = append(all, commission.Wish{Point: point, Value: value})
		}
	}
	slices.SortFunc(all, func(a, b commission.Wish) int { return strings.Compare(a.Point, b.Point) })
	return all
}

// planShown is what the page of a plan shows.
type planShown struct {
	Number  string
	File    *commission.File
	Rows    ui.Table
	Curves  []string // elements of which there are curves
	Why     string   // there are none
	Approve *form
	Apply   *form
	Resume  *form
	Outcome ui.Table
}

func (v *visit) showPlan() { v.planPage(http.StatusOK, form{}) }

// planPage shows a plan; wrong is one of its forms with what is wrong in it.
func (v *visit) planPage(status int, wrong form) {
	id := v.r.PathValue("id")
	file, err := v.s.Office.PlanOf(v.r.Context(), v.token, id)
	if err != nil {
		v.failed(err)
		return
	}
	s := &planShown{Number: file.Project, File: file, Rows: planTable(file.Plan)}
	diff, err := v.s.Office.Diff(v.r.Context(), v.token, id)
	if err != nil {
		s.Why = sentence(err.Error())
	} else {
		for _, c := range diff.Curves {
			s.Curves = append(s.Curves, c.Element)
		}
	}
	v.offers(s)
	for _, f := range []*form{s.Approve, s.Apply, s.Resume} {
		if f != nil && f.Action == wrong.Action {
			*f = wrong
		}
	}
	v.crumbed(status, "Plan "+id+" for "+file.Plan.Breaker, v.crumbs(file.Project, file.Plan.Breaker, ui.Link{Text: "Plan " + id}), planView(s))
}

// offers puts in what can be done with a plan now.
func (v *visit) offers(s *planShown) {
	p := s.File.Plan
	if o := s.File.Outcome; o != nil {
		s.Outcome = outcomeTable(o)
		if o.End == commission.Uncertain || o.End == commission.Unfinished {
			s.Resume = v.resumeForm(p.ID)
		}
		return
	}
	if p.NeedsSecond() && s.File.Approval == nil {
		if v.may(accounts.ProtectApprove) && p.By != v.who.ID {
			s.Approve = v.approveForm(p)
		}
		return
	}
	if v.may(accounts.ProtectApply) {
		s.Apply = v.applyForm(p.ID)
	}
}

func planTable(p *commission.Plan) ui.Table {
	outruns := map[string]string{}
	for _, o := range p.Outruns {
		outruns[o.Point] = o.Text
	}
	t := ui.Table{ID: "plan", Caption: "What is to change", Columns: []ui.Column{{Title: "Setting"}, {Title: "Was"}, {Title: "Becomes"}, {Title: "Unit"}, {Title: "The unit admits"}, {Title: "Beyond the study"}}}
	for _, r := range p.Rows {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(r.Point), ui.Text(r.Was), ui.Text(r.Becomes), ui.Text(r.Unit), ui.Text(r.Range), ui.Text(outruns[r.Point])}})
	}
	return t
}

func outcomeTable(o *commission.Outcome) ui.Table {
	t := ui.Table{ID: "outcome", Caption: "What was read back", Columns: []ui.Column{{Title: "Setting"}, {Title: "Wanted"}, {Title: "Read back"}, {Title: "Verified"}}, Empty: "Nothing was read back."}
	for _, r := range o.Rows {
		word := "no"
		if r.Verified {
			word = "yes"
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(r.Point), ui.Text(r.Wanted), ui.Text(r.ReadBack), ui.Badge(word)}})
	}
	return t
}

func (v *visit) approveForm(p *commission.Plan) *form {
	return &form{Action: planURL(p.ID) + "/approve", Do: "I have looked at it, and agree", Hidden: []ui.Pair{{Name: "digest", Value: string(p.Digest())}}, Fields: []ui.Field{{ID: "text", Name: "text", Label: "In your words", Hint: "It stands in the report.", Attrs: long}}}
}

func (v *visit) applyForm(id string) *form {
	f := &form{Action: planURL(id) + "/apply", Do: "Write it to the breaker", Danger: true, Fields: reachFields("Of level 4: four characters (B3). It is not kept. Empty, if the vault is to give it.", false)}
	if v.may(accounts.VaultRotate) {
		f.Fields = append(f.Fields, ui.Field{ID: "from_vault", Name: "from_vault", Label: "The vault gives the password", Type: "checkbox", Hint: "To the address that it has; the vault has to be open."})
	}
	return f
}

func (v *visit) resumeForm(id string) *form {
	return &form{Action: planURL(id) + "/resume", Do: "Find out what the breaker has", Fields: reachFields("Of level 4, to put back what is neither old nor new.", true)}
}

// does carries out something at a plan and shows the plan again.
func (v *visit) does(f *form, do func() error) {
	if err := do(); err != nil {
		v.wrongIn(err, func(f *form) { v.planPage(statusOf(err), *f) }, *f)
		return
	}
	v.see(planURL(v.r.PathValue("id")))
}

func (v *visit) approveAsked() {
	id := v.r.PathValue("id")
	file, err := v.s.Office.PlanOf(v.r.Context(), v.token, id)
	if err != nil {
		v.failed(err)
		return
	}
	v.does(v.approveForm(file.Plan), func() error {
		_, err := v.s.Office.Approve(v.r.Context(), v.token, id, commission.Digest(v.r.PostFormValue("digest")), v.r.PostFormValue("text"))
		return err
	})
}

func (v *visit) applyAsked() {
	id := v.r.PathValue("id")
	v.does(v.applyForm(id), func() error {
		return v.reaching(id, func(r commission.Reach) error {
			_, err := v.s.Office.Apply(v.r.Context(), v.token, id, r)
			return err
		})
	})
}

// reaching does something at the breaker of a plan with the password that was typed, or
// with that of the vault, which nobody sees.
func (v *visit) reaching(plan string, do func(commission.Reach) error) error {
	if v.r.PostFormValue("from_vault") == "" {
		return do(v.reach())
	}
	file, err := v.s.Office.PlanOf(v.r.Context(), v.token, plan)
	if err != nil {
		return err
	}
	return v.s.Vault.Use(v.by(), v.token, file.Plan.Breaker, vault.Levels, "plan "+plan, func(address string, password credential.Secret) error {
		return do(commission.Reach{Address: address, Password: password})
	})
}

func (v *visit) resumeAsked() {
	id := v.r.PathValue("id")
	v.does(v.resumeForm(id), func() error {
		_, err := v.s.Office.Resume(v.r.Context(), v.token, id, v.reach())
		return err
	})
}

// curvesDrawn is the diagram of a plan: the curve that was found and the one that is
// planned.
func (v *visit) curvesDrawn() {
	diff, err := v.s.Office.Diff(v.r.Context(), v.token, v.r.PathValue("id"))
	var b bytes.Buffer
	if err == nil {
		err = diff.SVG(&b, v.r.PathValue("element"))
	}
	if err != nil {
		v.failed(err)
		return
	}
	v.w.Header().Set("Content-Type", "image/svg+xml")
	v.w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	v.w.Write(b.Bytes())
}
