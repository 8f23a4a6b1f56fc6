package console

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"switchroom/commission"
	"switchroom/credential"
	"switchroom/ui"
)

func projectURL(number string) string { return "/projects/" + url.PathEscape(number) }

func breakerURL(number, id string) string {
	return projectURL(number) + "/breakers/" + url.PathEscape(id)
}

func planURL(id string) string { return "/plans/" + url.PathEscape(id) }

// wrongIn shows a form again with what is wrong, unless it is about who asks.
func (v *visit) wrongIn(err error, again func(f *form), f form) {
	if isDenied(err) {
		v.denied(err)
		return
	}
	f.Wrong = sentence(err.Error())
	again(&f)
}

// showProjects lists the projects.
func (v *visit) showProjects() { v.projectsPage(http.StatusOK, v.projectForm(), v.projectFileForm()) }

func (v *visit) projectsPage(status int, made, file form) {
	numbers, err := v.s.Office.Projects(v.r.Context(), v.token)
	if err != nil {
		v.failed(err)
		return
	}
	t := ui.Table{ID: "projects", Caption: "Projects", Columns: []ui.Column{{Title: "Number"}, {Title: "Name"}, {Title: "Breakers", Number: true}}, Empty: "There is no project yet."}
	for _, n := range numbers {
		p, err := v.s.Office.Project(v.r.Context(), v.token, n)
		if err != nil {
			v.failed(err)
			return
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{linkTo(projectURL(n), n), ui.Text(p.Name), ui.Text(fmt.Sprint(len(p.Breakers)))}})
	}
	v.show(status, "Projects", "A project is a switchboard as it was designed: boards, breakers, how they are reached, and what the protection study says of each.", projectsView(t, made, file))
}

func (v *visit) projectForm() form {
	get := func(name string) string { return strings.TrimSpace(v.r.PostFormValue(name)) }
	return form{Action: "/projects", Do: "Make the project", Fields: []ui.Field{
		{ID: "number", Name: "number", Label: "Number", Value: get("number"), Required: true, Hint: "Of your own filing, as P-26-014.", Attrs: long},
		{ID: "name", Name: "name", Label: "Name", Value: get("name"), Required: true, Attrs: long},
		{ID: "board", Name: "board", Label: "Board", Value: get("board"), Required: true, Hint: "The first switchboard, as Main. Others can follow.", Attrs: long},
	}}
}

func (v *visit) projectFileForm() form {
	return form{Action: "/projects/file", Do: "Take the file", Upload: true, Fields: []ui.Field{{ID: "file", Name: "file", Label: "Project file", Type: "file", Accept: ".json,application/json", Hint: "JSON; the schema is told by switchroom commission schema. It is taken whole or not at all."}}}
}

func (v *visit) projectAsked() {
	f := v.projectForm()
	value := func(i int) string { return f.Fields[i].Value }
	p := &commission.Project{Format: commission.Format, Number: value(0), Name: value(1), Boards: []commission.Board{{Name: value(2)}}}
	_, err := v.s.Office.Project(v.r.Context(), v.token, p.Number)
	if err == nil {
		err = fmt.Errorf("there is a project %s already", p.Number)
	} else if _, none := errors.AsType[*commission.NoneError](err); none {
		err = v.s.Office.PutProject(v.r.Context(), v.token, p)
	}
	if err != nil {
		v.wrongIn(err, func(f *form) { v.projectsPage(statusOf(err), *f, v.projectFileForm()) }, f)
		return
	}
	v.see(projectURL(p.Number))
}

// sentFile is a file that was sent, of a bounded size.
func (v *visit) sentFile(most int64) ([]byte, error) {
	file, _, err := v.r.FormFile("file")
	if err != nil {
		return nil, errors.New("choose a file")
	}
	defer file.Close()
	b, err := io.ReadAll(io.LimitReader(file, most+1))
	if err == nil && int64(len(b)) > most {
		err = fmt.Errorf("the file is larger than %d kB", most>>10)
	}
	return b, err
}

func (v *visit) projectFileAsked() {
	b, err := v.sentFile(commission.MaxProjectBytes)
	var p *commission.Project
	if err == nil {
		p, err = commission.ReadProject(bytes.NewReader(b))
	}
	if err == nil {
		err = v.s.Office.PutProject(v.r.Context(), v.token, p)
	}
	if err != nil {
		v.wrongIn(err, func(f *form) { v.projectsPage(statusOf(err), v.projectForm(), *f) }, v.projectFileForm())
		return
	}
	v.see(projectURL(p.Number))
}

// projectShown is what the page of a project shows.
type projectShown struct {
	Project *commission.Project
	Table   ui.Table
	Scan    form
	List    form
	All     form
	Sign    *form
}

func (v *visit) showProject() {
	v.projectPage(http.StatusOK, func(*projectShown) {})
}

func (v *visit) projectPage(status int, change func(*projectShown)) {
	p, err := v.s.Office.Project(v.r.Context(), v.token, v.r.PathValue("number"))
	if err != nil {
		v.failed(err)
		return
	}
	s := &projectShown{Project: p, Scan: v.scanForm(p), List: v.listForm(p), All: v.allForm(p), Sign: v.signForm(p.Number)}
	change(s)
	s.Table = v.breakersTable(p)
	v.crumbed(status, p.Name, []ui.Link{{Text: "Projects", URL: "/projects"}, {Text: p.Number}}, projectView(s))
}

// breakersTable is the breakers of a project with what is known of each.
func (v *visit) breakersTable(p *commission.Project) ui.Table {
	t := ui.Table{ID: "breakers", Caption: fmt.Sprintf("%d breakers", len(p.Breakers)), Columns: []ui.Column{{Title: "Breaker"}, {Title: "Feeds"}, {Title: "Board"}, {Title: "Reached at"}, {Title: "Study"}, {Title: "Last read"}}, Empty: "There is no breaker yet: look for them on the network, or give a list."}
	for i := range p.Breakers {
		b := &p.Breakers[i]
		study, last := "none: every change needs a second person", "never"
		if b.Study != nil {
			study = b.Study.Source
		}
		if all, err := v.s.Office.Snapshots(v.r.Context(), v.token, p.Number, b.ID); err == nil && len(all) > 0 {
			last = all[0].At.UTC().Format("2006-01-02 15:04") + " by " + all[0].Name
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{linkTo(breakerURL(p.Number, b.ID), b.ID), ui.Text(b.Name), ui.Text(b.Board), ui.Text(strings.Join(b.Addresses, ", ")), ui.Text(study), ui.Text(last)}})
	}
	return t
}

func boardField(p *commission.Project, value string) ui.Field {
	f := ui.Field{ID: "board", Name: "board", Label: "Put what is new into", Type: "select", Value: value}
	for _, path := range p.Paths() {
		f.Options = append(f.Options, ui.Option{Value: path, Text: path})
	}
	return f
}

func (v *visit) scanForm(p *commission.Project) form {
	port := v.r.PostFormValue("port")
	if port == "" {
		port = "502"
	}
	return form{Action: projectURL(p.Number) + "/scan", Do: "Look for breakers", Fields: []ui.Field{
		{ID: "ranges", Name: "ranges", Label: "Addresses", Value: v.r.PostFormValue("ranges"), Required: true, Hint: "127.0.1.1-127.0.1.20 or 10.1.2.0/28; several with spaces. It looks only there, on this computer and private networks, and never writes.", Attrs: long},
		{ID: "port", Name: "port", Label: "Port", Type: "number", Min: "1", Max: "65535", Value: port, Hint: "502; a virtual switchroom has 5020."},
		boardField(p, v.r.PostFormValue("board")),
	}}
}

func (v *visit) scanAsked() {
	number := v.r.PathValue("number")
	port, err := strconv.ParseUint(v.r.PostFormValue("port"), 10, 16)
	if err != nil {
		err = errors.New("port: a number from 1 to 65535")
	}
	var found []commission.Found
	if err == nil {
		found, err = v.s.Office.Scan(v.r.Context(), v.token, commission.Scan{Ranges: strings.Fields(v.r.PostFormValue("ranges")), Ports: []uint16{uint16(port)}})
	}
	if err == nil {
		err = v.add(number, func(p *commission.Project) []commission.Breaker { return p.News(found, v.r.PostFormValue("board")) })
	}
	if err == nil && len(found) == 0 {
		err = errors.New("nobody answers there as a breaker does")
	}
	if err != nil {
		v.blamed(err, func(s *projectShown) { s.Scan.Wrong = sentence(err.Error()) })
		return
	}
	v.see(projectURL(number))
}

// add puts breakers into a project.
func (v *visit) add(number string, more func(*commission.Project) []commission.Breaker) error {
	p, err := v.s.Office.Project(v.r.Context(), v.token, number)
	if err != nil {
		return err
	}
	news := more(p)
	if len(news) == 0 {
		return nil
	}
	if err := p.Add(news); err != nil {
		return err
	}
	return v.s.Office.PutProject(v.r.Context(), v.token, p)
}

// blamed shows the page of a project with what is wrong in one of its forms.
func (v *visit) blamed(err error, put func(*projectShown)) {
	if isDenied(err) {
		v.denied(err)
		return
	}
	v.projectPage(statusOf(err), put)
}

func (v *visit) listForm(p *commission.Project) form {
	return form{Action: projectURL(p.Number) + "/list", Do: "Take the list", Fields: []ui.Field{{ID: "list", Name: "list", Label: "List of breakers", Type: "textarea", Value: v.r.PostFormValue("list"), Hint: "CSV with a head: id,board and any of name,address,in,variant,poles,standard,serial. It is taken whole or not at all."}}}
}

func (v *visit) listAsked() {
	number := v.r.PathValue("number")
	more, err := commission.ReadBreakers(strings.NewReader(v.r.PostFormValue("list")))
	if err == nil {
		err = v.add(number, func(*commission.Project) []commission.Breaker { return more })
	}
	if err != nil {
		v.blamed(err, func(s *projectShown) { s.List.Wrong = sentence(err.Error()) })
		return
	}
	v.see(projectURL(number))
}

func (v *visit) allForm(p *commission.Project) form {
	return form{Action: projectURL(p.Number) + "/snapshots", Do: "Read every breaker"}
}

// snapshotsAsked reads every breaker of a project that has an address.
func (v *visit) snapshotsAsked() {
	number := v.r.PathValue("number")
	p, err := v.s.Office.Project(v.r.Context(), v.token, number)
	if err != nil {
		v.failed(err)
		return
	}
	var ids []string
	for _, b := range p.Breakers {
		if len(b.Addresses) > 0 {
			ids = append(ids, b.ID)
		}
	}
	t := ui.Table{ID: "read", Caption: "What came of each", Columns: []ui.Column{{Title: "Breaker"}, {Title: "Result"}}, Empty: "No breaker has an address."}
	for _, a := range v.s.Office.SnapshotAll(v.r.Context(), v.token, number, ids, commission.Reach{}, nil) {
		what := "not read: "
		if a.Err != nil {
			what += a.Err.Error()
		} else {
			what = fmt.Sprintf("read, %d settings", len(a.Taken.Snapshot.Rows))
			if a.Taken.Notice != "" {
				what += "; " + a.Taken.Notice
			}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{linkTo(breakerURL(number, a.Breaker), a.Breaker), ui.Text(what)}})
	}
	v.crumbed(http.StatusOK, "Read", []ui.Link{{Text: "Projects", URL: "/projects"}, {Text: number, URL: projectURL(number)}, {Text: "Read"}}, ui.Grid(t))
}

// projectJSON gives a project as its file.
func (v *visit) projectJSON() {
	p, err := v.s.Office.Project(v.r.Context(), v.token, v.r.PathValue("number"))
	var b []byte
	if err == nil {
		b, err = p.Marshal()
	}
	if err != nil {
		v.failed(err)
		return
	}
	v.w.Header().Set("Content-Type", "application/json")
	v.w.Header().Set("Content-Disposition", `attachment; filename="project.json"`)
	v.w.Write(b)
}

// reach is how a breaker is reached for what was asked: at an address of its project, or
// at another that the person gave.
func (v *visit) reach() commission.Reach {
	return commission.Reach{Address: strings.TrimSpace(v.r.PostFormValue("address")), Password: credential.NewSecret(v.r.PostFormValue("breaker_password"))}
}

// reachFields ask for that.
func reachFields(hint string, required bool) []ui.Field {
	return []ui.Field{
		{ID: "breaker_password", Name: "breaker_password", Label: "Password of the breaker", Type: "password", Hint: hint, Required: required, Autocomplete: "off", Attrs: map[string]any{"maxlength": "4"}},
		{ID: "address", Name: "address", Label: "Another way", Hint: "Empty: the first address of the project. rtu:///dev/ttyUSB0?baud=19200&parity=E/5 is a serial line, usb:///PATH?unit=Q1 a cable.", Attrs: long},
	}
}
