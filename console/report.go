package console

import (
	"bytes"
	"strings"

	"switchroom/accounts"
	"switchroom/commission"
	"switchroom/commission/dossier"
	"switchroom/ui"
)

// reportMade makes the report of a project and gives it as a file. It is without what is
// sensitive, unless that is asked for.
func (v *visit) reportMade() {
	d, err := dossier.Gather(v.r.Context(), v.s.Office, v.token, v.r.PathValue("number"))
	if err != nil {
		v.failed(err)
		return
	}
	var b bytes.Buffer
	doc := d.Document(v.r.URL.Query().Get("whole") == "yes")
	kind, name := "application/pdf", "commissioning.pdf"
	if strings.HasSuffix(v.route.path, ".html") {
		kind, name, err = "text/html; charset=utf-8", "commissioning.html", doc.WriteHTML(&b)
	} else {
		err = doc.WritePDF(&b)
	}
	if err != nil {
		v.failed(err)
		return
	}
	h := v.w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	v.w.Write(b.Bytes())
}

// signForm asks for a signature of the data as they are now.
func (v *visit) signForm(number string) *form {
	if !v.may(accounts.ReportSign) {
		return nil
	}
	f := &form{Action: projectURL(number) + "/sign", Do: "Sign", Fields: []ui.Field{
		{ID: "sign-digest", Name: "digest", Label: "Digest of the report that you have read", Value: v.r.PostFormValue("digest"), Required: true, Hint: "It stands on each of its pages, and begins sha256:.", Attrs: long},
		{ID: "meaning", Name: "meaning", Label: "You say", Type: "select", Value: v.r.PostFormValue("meaning")},
	}}
	for _, m := range commission.Meanings() {
		f.Fields[1].Options = append(f.Fields[1].Options, ui.Option{Value: string(m), Text: string(m)})
	}
	return f
}

// signed keeps a signature, of the data as they are now and no others.
func (v *visit) signed(number string, d commission.Digest, m commission.Meaning) (*commission.Signature, error) {
	data, err := dossier.Gather(v.r.Context(), v.s.Office, v.token, number)
	if err != nil {
		return nil, err
	}
	if data.Digest() != d {
		return nil, &commission.NoneError{What: "report of these data: they have another digest by now; read the newest one"}
	}
	return v.s.Office.Sign(v.r.Context(), v.token, number, d, m)
}

func (v *visit) signAsked() {
	number := v.r.PathValue("number")
	_, err := v.signed(number, commission.Digest(strings.TrimSpace(v.r.PostFormValue("digest"))), commission.Meaning(v.r.PostFormValue("meaning")))
	if err != nil {
		v.blamed(err, func(s *projectShown) {
			if s.Sign != nil {
				s.Sign.Wrong = sentence(err.Error())
			}
		})
		return
	}
	v.see(projectURL(number))
}

func (v *visit) signReport(in *struct {
	OnProject
	Body struct {
		Digest  commission.Digest  `json:"digest" maxLength:"80"`
		Meaning commission.Meaning `json:"meaning" enum:"did it,reviewed,witnessed"`
	}
}) (*body[*commission.Signature], error) {
	s, err := v.signed(in.Number, in.Body.Digest, in.Body.Meaning)
	return &body[*commission.Signature]{s}, err
}

// digestTold is the digest of the data of a report.
type digestTold struct {
	Digest commission.Digest `json:"digest"`
}

func (v *visit) digestReport(in *OnProject) (*body[digestTold], error) {
	d, err := dossier.Gather(v.r.Context(), v.s.Office, v.token, in.Number)
	if err != nil {
		return nil, err
	}
	return &body[digestTold]{digestTold{d.Digest()}}, nil
}
