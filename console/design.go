package console

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"switchroom/commission"
	"switchroom/ui"
)

// designForm asks for what a breaker is to be: where it stands, its plugs, and what the
// study says.
func (v *visit) designForm(number string, p *commission.Project, b *commission.Breaker) form {
	f := form{Action: breakerURL(number, b.ID) + "/design", Do: "Keep it"}
	sent := v.r.Method == http.MethodPost
	add := func(x ui.Field) {
		x.ID = x.Name
		if sent {
			x.Value = strings.TrimSpace(v.r.PostFormValue(x.Name))
		}
		f.Fields = append(f.Fields, x)
	}
	rating := commission.Rating{}
	if b.Rating != nil {
		rating = *b.Rating
	}
	study := commission.Study{}
	if b.Study != nil {
		study = *b.Study
	}
	add(ui.Field{Name: "name", Label: "Feeds", Value: b.Name, Attrs: long})
	board := boardField(p, b.Board)
	board.Label = "Stands in"
	add(board)
	add(ui.Field{Name: "addresses", Label: "Reached at", Type: "textarea", Value: strings.Join(b.Addresses, "\n"), Hint: "One a line, the first is taken: modbus://HOST:PORT/UNIT."})
	add(ui.Field{Name: "serial", Label: "Serial number of the control unit", Value: b.Serial, Hint: "Another one is refused. Empty: any.", Attrs: long})
	add(ui.Field{Name: "in", Label: "Rated current In", Unit: "A", Value: number64(rating.In), Hint: "Of the sensor plug. Empty: what the unit says. The curves need In, control unit and poles."})
	add(ui.Field{Name: "variant", Label: "Control unit", Type: "select", Value: rating.Variant, Options: []ui.Option{{Value: "", Text: "not said"}, {Value: "2.0", Text: "2.0"}, {Value: "3.0", Text: "3.0"}, {Value: "5.0", Text: "5.0"}, {Value: "6.0", Text: "6.0"}, {Value: "7.0", Text: "7.0"}}})
	add(ui.Field{Name: "poles", Label: "Poles", Type: "select", Value: number64(float64(rating.Poles)), Options: []ui.Option{{Value: "", Text: "not said"}, {Value: "3", Text: "3"}, {Value: "4", Text: "4"}}})
	add(ui.Field{Name: "source", Label: "The study", Value: study.Source, Hint: "Document, revision, page. What it admits decides who needs a second person, so somebody who approves puts it in.", Attrs: long})
	add(ui.Field{Name: "study", Label: "What it says", Type: "textarea", Value: studyLines(&study), Hint: "A setting a line: protection.short_time.isd = 5, and if others are as good the least and the most: protection.short_time.isd = 5, 4 to 6."})
	return f
}

func number64(x float64) string {
	if x == 0 {
		return ""
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

// studyLines is a study as a person writes it.
func studyLines(s *commission.Study) string {
	var b strings.Builder
	for i := range s.Values {
		x := &s.Values[i]
		fmt.Fprintf(&b, "%s = %s", x.Point, x.Value)
		if low, high, err := x.Bounds(); err == nil && low != high {
			fmt.Fprintf(&b, ", %g to %g", low, high)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// studyOf reads lines of a study. All that is wrong is told at once.
func studyOf(source, text string) (*commission.Study, error) {
	s := &commission.Study{Source: source}
	var wrong []error
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		x, err := studyValue(line)
		wrong = append(wrong, err)
		s.Values = append(s.Values, x)
	}
	if source == "" && len(s.Values) == 0 {
		return nil, nil
	}
	return s, errors.Join(wrong...)
}

func studyValue(line string) (x commission.StudyValue, err error) {
	said, bounds, bounded := strings.Cut(line, ",")
	point, value, ok := strings.Cut(said, "=")
	x.Point, x.Value = strings.TrimSpace(point), strings.TrimSpace(value)
	if !ok || x.Point == "" || x.Value == "" {
		return x, fmt.Errorf("%q: write a setting = its value", line)
	}
	if !bounded {
		return x, nil
	}
	least, most, ok := strings.Cut(bounds, " to ")
	low, err1 := strconv.ParseFloat(strings.TrimSpace(least), 64)
	high, err2 := strconv.ParseFloat(strings.TrimSpace(most), 64)
	if !ok || err1 != nil || err2 != nil {
		return x, fmt.Errorf("%q: write the least and the most as 4 to 6", line)
	}
	x.Low, x.High = &low, &high
	return x, nil
}

// sentDesign is a breaker as it was sent.
func (v *visit) sentDesign(b commission.Breaker) (commission.Breaker, error) {
	get := func(name string) string { return strings.TrimSpace(v.r.PostFormValue(name)) }
	b.Name, b.Board, b.Serial = get("name"), get("board"), get("serial")
	b.Addresses = strings.Fields(v.r.PostFormValue("addresses"))
	var wrong []error
	if in, variant, poles := get("in"), get("variant"), get("poles"); in+variant+poles == "" {
		b.Rating = nil
	} else {
		r := commission.Rating{Variant: variant}
		if b.Rating != nil {
			r.Standard, r.ENCT, r.SGR = b.Rating.Standard, b.Rating.ENCT, b.Rating.SGR
		}
		r.In, _ = strconv.ParseFloat(in, 64)
		r.Poles, _ = strconv.Atoi(poles)
		b.Rating = &r
		if r.In == 0 || r.Poles == 0 || r.Variant == "" {
			wrong = append(wrong, errors.New("rating: give rated current, control unit and poles, or none of them"))
		}
	}
	var err error
	b.Study, err = studyOf(get("source"), v.r.PostFormValue("study"))
	return b, errors.Join(append(wrong, err)...)
}

func (v *visit) showDesign() { v.designPage(http.StatusOK, "") }

func (v *visit) designPage(status int, wrong string) {
	number, b, err := v.at()
	var p *commission.Project
	if err == nil {
		p, err = v.s.Office.Project(v.r.Context(), v.token, number)
	}
	if err != nil {
		v.failed(err)
		return
	}
	f := v.designForm(number, p, b)
	f.Wrong = wrong
	v.crumbed(status, "What "+b.ID+" is to be", v.crumbs(number, b.ID, ui.Link{Text: "Design"}), formView(f))
}

func (v *visit) designAsked() {
	number, b, err := v.at()
	if err != nil {
		v.failed(err)
		return
	}
	next, err := v.sentDesign(*b)
	if err == nil {
		err = v.redesigned(number, next)
	}
	if isDenied(err) {
		v.denied(err)
		return
	}
	if err != nil {
		v.designPage(statusOf(err), sentence(err.Error()))
		return
	}
	v.see(breakerURL(number, b.ID))
}

// redesigned puts a breaker in the place of the one with its id.
func (v *visit) redesigned(number string, b commission.Breaker) error {
	p, err := v.s.Office.Project(v.r.Context(), v.token, number)
	if err != nil {
		return err
	}
	for i := range p.Breakers {
		if p.Breakers[i].ID == b.ID {
			p.Breakers[i] = b
		}
	}
	if b, err := p.Marshal(); err != nil {
		return err
	} else if p, err = commission.ReadProject(strings.NewReader(string(b))); err != nil { // holds it against the schema, too
		return err
	}
	return v.s.Office.PutProject(v.r.Context(), v.token, p)
}
