package console

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"switchroom/accounts"
	"switchroom/accounts/papers"
	"switchroom/ui"
)

// papersShown is what the page of the owner's documents shows.
type papersShown struct {
	Reminders []papers.Reminder
	Table     ui.Table
	Form      *form // for who keeps them
}

// shelf are all papers there ever were.
func (v *visit) shelf() ([]papers.Paper, error) {
	return papers.In(v.s.Store).All(v.r.Context())
}

func (v *visit) showPapers() { v.papersPage(http.StatusOK, "") }

func (v *visit) papersPage(status int, wrong string) {
	all, err := v.shelf()
	if err != nil {
		v.failed(err)
		return
	}
	s := &papersShown{Reminders: papers.Reminders(all, v.now), Table: papersTable(papers.Holding(all, v.now))}
	if v.may(accounts.PolicyEdit) {
		f := v.paperForm(papers.Holding(all, v.now))
		f.Wrong = wrong
		s.Form = &f
	}
	v.show(status, "Policies", "The owner's documents: the security policy, the risk analysis, what is sensitive, training, emergencies (C1, C12, C16). What is kept is their date, their words, or the digest of a file.", papersView(s))
}

func papersTable(all []papers.Paper) ui.Table {
	t := ui.Table{ID: "papers", Caption: "What holds today", Columns: []ui.Column{{Title: "Title"}, {Title: "Kind"}, {Title: "Holds from"}, {Title: "To be looked at by"}, {Title: "Text, or where it is"}, {Title: "SHA-256"}}, Empty: "No document holds today."}
	for _, p := range all {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(p.Title), ui.Text(string(p.Kind)), ui.Text(p.From.UTC().Format(time.DateOnly)), ui.Text(p.Review.UTC().Format(time.DateOnly)), ui.Text(strings.TrimSpace(p.File + " " + short(p.Text))), ui.Text(p.Digest)}})
	}
	return t
}

// short is the beginning of a text, for a table.
func short(s string) string {
	if r := []rune(s); len(r) > 200 {
		return string(r[:200]) + "…"
	}
	return s
}

func (v *visit) paperForm(holding []papers.Paper) form {
	get := v.r.PostFormValue
	kinds, stead := []ui.Option{}, []ui.Option{{Value: "", Text: "none: it is a document of its own"}}
	for _, k := range papers.Kinds() {
		kinds = append(kinds, ui.Option{Value: string(k.Kind), Text: string(k.Kind)})
	}
	for _, p := range holding {
		stead = append(stead, ui.Option{Value: p.ID, Text: p.Title})
	}
	return form{Action: "/policies", Do: "Enter it", Fields: []ui.Field{
		{ID: "kind", Name: "kind", Label: "Kind", Type: "select", Value: get("kind"), Options: kinds},
		{ID: "title", Name: "title", Label: "Title, with its version", Value: get("title"), Required: true, Attrs: long},
		{ID: "text", Name: "text", Label: "Its text, or where its file is", Type: "textarea", Value: get("text")},
		{ID: "digest", Name: "digest", Label: "SHA-256 of its file", Value: get("digest"), Hint: "As sha256sum prints it. Empty: of the text.", Attrs: long},
		{ID: "from", Name: "from", Label: "Holds from", Type: "date", Value: get("from"), Hint: "Empty: today."},
		{ID: "review", Name: "review", Label: "To be looked at again by", Type: "date", Value: get("review"), Hint: "Empty: as its kind asks for."},
		{ID: "stead", Name: "stead", Label: "In the place of", Type: "select", Value: get("stead"), Options: stead},
	}}
}

// entered keeps a paper.
func (v *visit) enteredPaper(p papers.Paper) (kept papers.Paper, err error) {
	p.By = v.who.ID
	rec := v.did("paper.entered", "paper "+p.Title)
	rec.After = rec.After.With("kind", string(p.Kind)).With("title", p.Title).With("digest", p.Digest)
	err = v.s.deed(v.r.Context(), rec, func() (err error) {
		kept, err = papers.In(v.s.Store).Put(v.r.Context(), v.now, p)
		return err
	})
	return kept, err
}

func (v *visit) paperAsked() {
	get := func(name string) string { return strings.TrimSpace(v.r.PostFormValue(name)) }
	p := papers.Paper{Kind: papers.Kind(get("kind")), Title: get("title"), Text: get("text"), Digest: strings.ToLower(get("digest")), Stead: get("stead")}
	var err, err2 error
	p.From, err = day(get("from"), 0)
	p.Review, err2 = day(get("review"), 0)
	if err = errors.Join(err, err2); err == nil {
		_, err = v.enteredPaper(p)
	}
	if err != nil {
		v.papersPage(statusOf(err), sentence(err.Error()))
		return
	}
	v.see("/policies")
}

func (v *visit) listPapers(*struct{}) (*body[[]papers.Paper], error) {
	all, err := v.shelf()
	return &body[[]papers.Paper]{append([]papers.Paper{}, all...)}, err
}

func (v *visit) duePapers(*struct{}) (*body[[]papers.Reminder], error) {
	all, err := v.shelf()
	return &body[[]papers.Reminder]{append([]papers.Reminder{}, papers.Reminders(all, v.now)...)}, err
}

func (v *visit) enterPaper(in *struct {
	Body struct {
		Kind   papers.Kind `json:"kind" maxLength:"40"`
		Title  string      `json:"title" maxLength:"200"`
		Text   string      `json:"text,omitempty" maxLength:"900000"`
		File   string      `json:"file,omitempty" maxLength:"200" doc:"its name"`
		Digest string      `json:"digest,omitempty" maxLength:"64" doc:"SHA-256 of the file, in hex"`
		From   string      `json:"from,omitempty" maxLength:"10" doc:"a day"`
		Review string      `json:"review,omitempty" maxLength:"10" doc:"a day"`
		Stead  string      `json:"stead,omitempty" maxLength:"40" doc:"id of the version in whose place it stands"`
	}
}) (*body[papers.Paper], error) {
	b := &in.Body
	p := papers.Paper{Kind: b.Kind, Title: b.Title, Text: b.Text, File: b.File, Digest: b.Digest, Stead: b.Stead}
	var err, err2 error
	p.From, err = day(b.From, 0)
	p.Review, err2 = day(b.Review, 0)
	if err = errors.Join(err, err2); err != nil {
		return nil, err
	}
	kept, err := v.enteredPaper(p)
	return &body[papers.Paper]{kept}, err
}

func dueLine(r papers.Reminder) string {
	if r.Due.IsZero() {
		return r.Text + " (" + r.Guide + ")"
	}
	return fmt.Sprintf("%s: by %s (%s)", r.Text, r.Due.UTC().Format(time.DateOnly), r.Guide)
}
