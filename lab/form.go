package lab

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"

	"switchroom/imu"
	"switchroom/inject"
	"switchroom/lab/remote"
	"switchroom/ui"
)

// faultForm is the form of one kind of fault.
type faultForm struct {
	kind   *inject.Kind
	back   string // the unit whose page it came from
	fields []ui.Field
}

// form makes the form of a kind, filled in with what was sent.
func (s *Server) form(sent url.Values) (*faultForm, error) {
	k, err := inject.KindOf(sent.Get("fault"))
	if err != nil {
		return nil, err
	}
	f := &faultForm{kind: k, back: sent.Get("back")}
	if f.back == "" {
		f.back = sent.Get("unit")
	}
	f.add(sent, s.whereField())
	for _, p := range k.Parameters() {
		f.add(sent, paramField(&p))
	}
	if k.TakesPoints() {
		f.add(sent, ui.Field{Name: "points", Label: "Points", Type: "textarea", Hint: "One a line: a point, and for a fault that puts values in their place = and the value, as in current.l1 = 412. The tabs of a breaker list the points."})
	}
	f.add(sent, ui.Field{Name: "for", Label: "For", Type: "number", Unit: "s", Min: "0", Max: "86400", Step: "any", Value: "60", Hint: "Then it ends by itself; a day at most. 0 is a minute, or as long as it needs."})
	f.add(sent, ui.Field{Name: "seed", Label: "Seed", Type: "number", Min: "0", Max: "9007199254740992", Step: "1", Hint: "Of what is random in it. Empty: one is drawn, and told."})
	return f, nil
}

// add adds a field with what was sent for it.
func (f *faultForm) add(sent url.Values, x ui.Field) {
	x.ID = ui.ID("field", x.Name)
	if sent.Has(x.Name) {
		x.Value = sent.Get(x.Name)
	}
	f.fields = append(f.fields, x)
}

// chosenMax is how many breakers are chosen from a list; of more the name is typed.
const chosenMax = 100

// whereField asks for the breaker.
func (s *Server) whereField() ui.Field {
	x := ui.Field{Name: "unit", Label: "Breaker", Required: true}
	if len(s.units) > chosenMax {
		x.Hint = "Its name, or * for every breaker."
		return x
	}
	x.Type = "select"
	for _, u := range s.units {
		if s.lines[u.Name] == nil {
			continue // nothing is injected where no wire leads
		}
		x.Options = append(x.Options, ui.Option{Value: u.Name, Text: strings.TrimSpace(u.Name + " " + u.Title)})
	}
	x.Options = append(x.Options, ui.Option{Value: "*", Text: "every breaker"})
	return x
}

// paramField asks for a parameter.
func paramField(p *inject.Param) ui.Field {
	x := ui.Field{Name: "with." + p.Name, Label: heading(p.Name), Hint: p.Help, Unit: p.Unit}
	switch {
	case len(p.Words) > 0:
		x.Type, x.Value = "select", p.Words[0]
		for _, w := range p.Words {
			x.Options = append(x.Options, ui.Option{Value: w, Text: strings.ReplaceAll(w, "_", " ")})
		}
	case p.Text() && p.Name == "part":
		x.Type, x.Required = "select", true
		for _, fault := range imu.Faults() {
			x.Options = append(x.Options, ui.Option{Value: fault.String(), Text: strings.ReplaceAll(fault.String(), "_", " ")})
		}
	case p.Text():
		x.Required = true
	default:
		x.Type, x.Value = "number", fmt.Sprintf("%g", p.Default)
		x.Min, x.Max, x.Step = fmt.Sprintf("%g", p.Min), fmt.Sprintf("%.0f", p.Max), "any"
		x.Hint += fmt.Sprintf(", %g to %g", p.Min, p.Max)
	}
	return x
}

// order is what was ordered. What is wrong stands beside its field, all at once.
func (f *faultForm) order(sent url.Values) (o remote.Order, ok bool) {
	o = remote.Order{Fault: f.kind.Name, Unit: sent.Get("unit"), With: map[string]string{}}
	ok = true
	for i := range f.fields {
		x := &f.fields[i]
		if err := f.take(&o, x); err != nil {
			x.Error, ok = err.Error(), false
		}
	}
	return o, ok
}

// take takes one field into the order.
func (f *faultForm) take(o *remote.Order, x *ui.Field) (err error) {
	value := strings.TrimSpace(x.Value)
	switch {
	case x.Name == "for":
		return number(value, &o.For)
	case x.Name == "seed" && value != "":
		if o.Seed, err = strconv.ParseUint(value, 10, 53); err != nil {
			return fmt.Errorf("%q is no whole number from 0 to 2⁵³; leave it empty to have one drawn", value)
		}
	case x.Name == "points":
		return f.points(o, value)
	case strings.HasPrefix(x.Name, "with."):
		name := strings.TrimPrefix(x.Name, "with.")
		if x.Required && value == "" {
			return fmt.Errorf("it is missing")
		}
		o.With[name] = value
		return f.kind.Wrong(name, value)
	case x.Name == "unit" && value == "":
		return fmt.Errorf("choose a breaker, or every one")
	}
	return nil
}

func number(text string, to *float64) error {
	if text == "" {
		return nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= 0 && v <= 86400) {
		return fmt.Errorf("%q is no number of seconds from 0 to 86400", text)
	}
	*to = v
	return nil
}

// points takes lines of points and values.
func (f *faultForm) points(o *remote.Order, text string) error {
	var wrong []string
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if name, value = strings.TrimSpace(name), strings.TrimSpace(value); name == "" {
			continue
		}
		o.With[name] = value
		if err := f.kind.Wrong(name, value); err != nil {
			wrong = append(wrong, err.Error())
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%s", strings.Join(wrong, "; "))
	}
	return nil
}

// blame puts an error that only the desk could tell where it belongs.
func (f *faultForm) blame(err error) {
	if err == nil {
		return
	}
	for i := range f.fields {
		if x := &f.fields[i]; x.Name == "unit" {
			x.Error = err.Error()
			return
		}
	}
}

// frame and form together.
func (s *Server) formView(f *faultForm) templ.Component {
	p := s.frame("Inject "+f.kind.Name, "/faults")
	p.Crumbs = []ui.Link{{Text: "Switchroom", URL: "/"}, {Text: "Faults", URL: "/faults"}, {Text: f.kind.Name}}
	p.Lead = sentence(f.kind.Title)
	return formPage(p, f)
}

// sentence begins with a capital letter and ends with a dot.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(s[size:], ".") + "."
}
