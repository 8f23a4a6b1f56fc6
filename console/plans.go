package console

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"switchroom/accounts"
	"switchroom/commission"
	"switchroom/credential"
	"switchroom/ui"
	"switchroom/vault"

	"github.com/a-h/templ"
)

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
