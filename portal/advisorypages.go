package portal

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"switchroom/ui"
)

func (v *visit) showAdvisories() {
	all, err := v.s.advisories(v.r.Context())
	if err != nil {
		v.failed(err)
		return
	}
	t := ui.Table{ID: "advisories", Caption: "Advisories, the one changed last first", Columns: columns("Id", "Title", "Product", "Affected", "Fixed", "CVSS", "Changed"), Empty: "There is no advisory."}
	for i := range all {
		x := &all[i]
		t.Rows = append(t.Rows, row(linkTo("/advisories/"+x.ID, x.ID), ui.Text(x.Says.Title), ui.Text(productName(x.Says.Product)), ui.Text(x.Says.Affected), ui.Text(or(x.Says.Fixed, "no fix yet")), ui.Text(x.scored()), ui.Text(day(x.last().At))))
	}
	var links []ui.Link
	if anyOf(v.roles(), []Role{Coordinator}) {
		links = append(links, ui.Link{Text: "Write an advisory", URL: "/advisories/new"})
	}
	v.show(http.StatusOK, "Advisories", "What is known to be wrong, how badly, and what to do.", advisoriesView(t, links, v.s))
}

func (x *Advisory) scored() string {
	return fmt.Sprintf("%.1f %s", x.Score, strings.ToLower(x.Severity))
}

func (v *visit) showAdvisory() {
	x, err := v.s.advisory(v.r.Context(), v.r.PathValue("id"))
	if err != nil {
		v.failed(err)
		return
	}
	t := ui.Table{ID: "revisions", Caption: "Revisions", Columns: columns("Number", "When", "What is new")}
	for _, r := range x.Revisions {
		t.Rows = append(t.Rows, row(ui.Text(strconv.Itoa(r.Number)), ui.Text(minute(r.At)), ui.Text(r.What)))
	}
	at := csafPath + x.File
	links := []ui.Link{{Text: "CSAF document", URL: at}, {Text: "Signature", URL: at + ".asc"}}
	if anyOf(v.roles(), []Role{Coordinator}) {
		links = append(links, ui.Link{Text: "Revise it", URL: "/advisories/" + x.ID + "/revise"})
	}
	v.show(http.StatusOK, x.Says.Title, x.ID+", "+x.scored()+".", advisoryView(x, x.facts(), t, links))
}

func (x *Advisory) facts() []ui.KV {
	return []ui.KV{
		{Name: "Product", Value: ui.Text(productName(x.Says.Product))},
		{Name: "Affected", Value: ui.Text(x.Says.Affected)},
		{Name: "Fixed in", Value: ui.Text(or(x.Says.Fixed, "no fix yet"))},
		{Name: "CVSS 3.1", Value: ui.Text(x.scored() + ", " + x.Says.Vector)},
		{Name: "CVE", Value: ui.Text(or(x.Says.CVE, "none"))},
		{Name: "Thanks to", Value: ui.Text(or(x.Says.Credit, "–"))},
	}
}

// advisoryForm asks for an advisory, filled with one.
func (v *visit) advisoryForm(x Advised, action, do string) *form {
	f := &form{Action: action, Do: do, Hidden: []ui.Pair{{Name: "case", Value: x.Case}}, Fields: []ui.Field{
		{Name: "title", Label: "Title", Required: true, Value: x.Title},
		{Name: "text", Label: "What is wrong and what could come of it", Type: "textarea", Required: true, Value: x.Text, Attrs: most("20000")},
		{Name: "product", Label: "Product", Type: "select", Required: true, Value: x.Product, Options: productOptions()},
		{Name: "affected", Label: "Affected versions", Required: true, Value: x.Affected, Hint: "A range: <002.000.003, or several joined by |."},
		{Name: "fixed", Label: "Version with the fix", Value: x.Fixed, Hint: "Empty: there is none yet."},
		{Name: "remedy", Label: "What to do", Type: "textarea", Required: true, Value: x.Remedy, Attrs: most("5000")},
		{Name: "vector", Label: "CVSS 3.1 vector", Required: true, Value: x.Vector, Hint: "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:L"},
		{Name: "cve", Label: "CVE", Value: x.CVE},
		{Name: "credit", Label: "Thanks to", Value: x.Credit},
	}}
	if strings.Contains(action, "SWRM") {
		f.Fields = append(f.Fields, ui.Field{Name: "changed", Label: "What is new", Required: true, Attrs: most("500")})
	}
	return f
}

func (v *visit) advisedSent() Advised {
	get := func(name string) string { return strings.TrimSpace(v.r.PostFormValue(name)) }
	return Advised{Title: get("title"), Text: get("text"), Product: get("product"), Affected: get("affected"), Fixed: get("fixed"), Remedy: get("remedy"), Vector: get("vector"), CVE: get("cve"), Credit: get("credit"), Changed: get("changed"), Case: get("case")}
}

const advisoryLead = "Everybody reads it at once, signed. It cannot be taken back, only revised."

func (v *visit) showNewAdvisory() {
	x := Advised{Case: v.r.URL.Query().Get("case")}
	if x.Case != "" {
		c, _, err := caseFor(v.r.Context(), v.s.store.Reader(), &v.actor, x.Case)
		if err != nil {
			v.failed(err)
			return
		}
		x.Title, x.Product, x.Credit = c.Title, c.Product, c.Credit
	}
	v.show(http.StatusOK, "Write an advisory", advisoryLead, formView(v.advisoryForm(x, "/advisories", "Publish it").of(v, nil)))
}

func (v *visit) advisoryAsked() {
	says := v.advisedSent()
	x, err := v.s.publish(v.r.Context(), &v.actor, says)
	if err != nil {
		v.show(statusOf(err), "Write an advisory", advisoryLead, formView(v.advisoryForm(says, "/advisories", "Publish it").of(v, err)))
		return
	}
	v.see("/advisories/" + x.ID)
}

func (v *visit) showRevision() { v.revisionPage(http.StatusOK, nil) }

func (v *visit) revisionPage(status int, wrong error) {
	x, err := v.s.advisory(v.r.Context(), v.r.PathValue("id"))
	if err != nil {
		v.failed(err)
		return
	}
	v.show(status, "Revise "+x.ID, advisoryLead, formView(v.advisoryForm(x.Says, "/advisories/"+x.ID, "Publish the revision").of(v, wrong)))
}

func (v *visit) revisionAsked() {
	x, err := v.s.revise(v.r.Context(), &v.actor, v.r.PathValue("id"), v.advisedSent())
	switch {
	case err == nil:
		v.see("/advisories/" + x.ID)
	case len(wrongs(err)) > 0:
		v.revisionPage(statusOf(err), err)
	default:
		v.failed(err)
	}
}

// advisoryTold is an advisory as the API tells it.
type advisoryTold struct {
	ID       string    `json:"id"`
	Says     Advised   `json:"says"`
	Score    float64   `json:"score"`
	Severity string    `json:"severity"`
	Revision int       `json:"revision"`
	Changed  time.Time `json:"changed"`
	CSAF     string    `json:"csaf"`
}

func (s *Server) advisoryTold(x *Advisory) advisoryTold {
	t := advisoryTold{x.ID, x.Says, x.Score, x.Severity, x.last().Number, x.last().At, s.csafBase() + x.File}
	t.Says.Case = "" // of those who take part in it
	return t
}

type advisoriesTold struct{ Body []advisoryTold }
type advisoryOne struct{ Body advisoryTold }

func (v *visit) listAdvisories(*struct{}) (*advisoriesTold, error) {
	all, err := v.s.advisories(v.r.Context())
	out := &advisoriesTold{[]advisoryTold{}}
	for i := range all {
		out.Body = append(out.Body, v.s.advisoryTold(&all[i]))
	}
	return out, err
}

type advisorySent struct{ Body Advised }

func (v *visit) publishAdvisory(in *advisorySent) (*advisoryOne, error) {
	x, err := v.s.publish(v.r.Context(), &v.actor, in.Body)
	if err != nil {
		return nil, err
	}
	return &advisoryOne{v.s.advisoryTold(x)}, nil
}

type revisionSent struct {
	ID   string `path:"id" maxLength:"40"`
	Body Advised
}

func (v *visit) reviseAdvisory(in *revisionSent) (*advisoryOne, error) {
	x, err := v.s.revise(v.r.Context(), &v.actor, in.ID, in.Body)
	if err != nil {
		return nil, err
	}
	return &advisoryOne{v.s.advisoryTold(x)}, nil
}
