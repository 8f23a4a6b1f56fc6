package console

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"switchroom/audit"
	"switchroom/ui"
)

// rowsAPage is how many records a page of the audit has.
const rowsAPage = 50

// auditPage is a page of the audit.
type auditPage struct {
	Form    form
	Records []audit.Record
	Next    string // the page before; "": there is none
	Export  string // where these records can be taken away; "": this person may not
}

// auditAsked is which records a query asks for, and where the page before ended.
func auditAsked(q url.Values) (f audit.Filter, after audit.Place, err error) {
	f = audit.Filter{Who: q.Get("who"), What: q.Get("what"), Result: audit.Result(q.Get("result"))}
	if f.Since, err = day(q.Get("since"), 0); err != nil {
		return f, after, err
	}
	if f.Until, err = day(q.Get("until"), 24*time.Hour); err != nil {
		return f, after, err
	}
	if at := q.Get("at"); at != "" {
		after.At, err = time.Parse(time.RFC3339Nano, at)
		after.ID, _ = strconv.ParseInt(q.Get("id"), 10, 64)
	}
	return f, after, err
}

func day(text string, more time.Duration) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return t, fmt.Errorf("%q: write a day as 2026-11-28", text)
	}
	return t.Add(more), nil
}

func (v *visit) showAudit() {
	q := v.r.URL.Query()
	f, after, err := auditAsked(q)
	p := auditPage{Form: auditForm(q)}
	if err == nil {
		p.Records, err = audit.Find(v.r.Context(), v.s.Store, f, after, rowsAPage)
	}
	if err != nil {
		p.Form.Wrong = sentence(err.Error())
	}
	if n := len(p.Records); n == rowsAPage {
		last := p.Records[n-1]
		next := cloned(q)
		next.Set("at", last.At.UTC().Format(time.RFC3339Nano))
		next.Set("id", strconv.FormatInt(last.ID, 10))
		p.Next = "/audit?" + next.Encode()
	}
	if v.may("audit.export") {
		p.Export = "/audit/export?" + q.Encode()
	}
	v.show(http.StatusOK, "Audit", "Who did what, when, where, why, with what result. It is only added to.", auditView(p))
}

func cloned(q url.Values) url.Values {
	all := url.Values{}
	for _, k := range []string{"who", "what", "result", "since", "until"} {
		if q.Get(k) != "" {
			all.Set(k, q.Get(k))
		}
	}
	return all
}

func auditForm(q url.Values) form {
	results := []ui.Option{{Value: "", Text: "any"}}
	for _, r := range audit.Results() {
		results = append(results, ui.Option{Value: string(r), Text: string(r)})
	}
	return form{Action: "/audit", Do: "Find", Fields: []ui.Field{
		{ID: "who", Name: "who", Label: "Who", Value: q.Get("who"), Attrs: long},
		{ID: "what", Name: "what", Label: "What", Value: q.Get("what"), Hint: "By its name, such as person.signed_in.", Attrs: long},
		{ID: "result", Name: "result", Label: "Result", Type: "select", Value: q.Get("result"), Options: results},
		{ID: "since", Name: "since", Label: "Since", Type: "date", Value: q.Get("since")},
		{ID: "until", Name: "until", Label: "Until", Type: "date", Value: q.Get("until")},
	}}
}

// exportAsked gives the records that pass as a file. That somebody took them away is a
// record itself.
func (v *visit) exportAsked() {
	f, _, err := auditAsked(v.r.URL.Query())
	if err != nil {
		v.failed(err)
		return
	}
	format := v.r.URL.Query().Get("format")
	if format == "" {
		format = "csv"
	}
	kinds := map[string]string{"csv": "text/csv; charset=utf-8", "json": "application/jsonl", "syslog": "text/plain; charset=utf-8"}
	if kinds[format] == "" {
		v.failed(fmt.Errorf("format %q: there are csv, json and syslog", format))
		return
	}
	rec := v.did("audit.exported", "audit")
	rec.After = rec.After.With("format", format)
	err = v.s.deed(v.r.Context(), rec, func() error {
		h := v.w.Header()
		h.Set("Content-Type", kinds[format])
		h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="audit-%s.%s"`, v.now.UTC().Format("2006-01-02"), format))
		return audit.Export(v.r.Context(), v.s.Store, f, format, v.w)
	})
	if err != nil {
		panic(http.ErrAbortHandler) // half a file must not look like a whole one
	}
}

type auditSent struct {
	Who    string `query:"who" maxLength:"200"`
	What   string `query:"what" maxLength:"200"`
	Result string `query:"result" maxLength:"20"`
	Since  string `query:"since" maxLength:"10" doc:"a day"`
	Until  string `query:"until" maxLength:"10" doc:"a day, included"`
	At     string `query:"at" maxLength:"40" doc:"with id: the last record of the page before"`
	ID     int64  `query:"id"`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"50"`
}

func (v *visit) listAudit(in *auditSent) (*body[[]audit.Record], error) {
	f, after, err := auditAsked(url.Values{"who": {in.Who}, "what": {in.What}, "result": {in.Result}, "since": {in.Since}, "until": {in.Until}, "at": {in.At}, "id": {strconv.FormatInt(in.ID, 10)}})
	if err != nil {
		return nil, huma.Error422UnprocessableEntity(err.Error())
	}
	all, err := audit.Find(v.r.Context(), v.s.Store, f, after, in.Limit)
	return &body[[]audit.Record]{append([]audit.Record{}, all...)}, err
}

func (v *visit) verifyAudit(*struct{}) (*body[audit.Verdict], error) {
	key, err := audit.PublicKey(v.s.Store.Dir())
	if err != nil {
		return nil, err
	}
	verdict, err := audit.Verify(v.r.Context(), v.s.Store, key, "", nil)
	if err != nil {
		return nil, err
	}
	return &body[audit.Verdict]{*verdict}, nil
}
