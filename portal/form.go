package portal

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"switchroom/ui"
)

// form is a form of a page.
type form struct {
	Action, Do string
	Fields     []ui.Field
	Hidden     []ui.Pair
	Wrong      string // what is wrong with all of it
}

// of fills a form with what was sent, and puts what is wrong beside its fields.
func (f *form) of(v *visit, err error) *form {
	sent := v.r.Method == "POST"
	f.blank()
	for i := range f.Fields {
		x := &f.Fields[i]
		if x.Type == "checkbox" && sent {
			x.Checked = v.r.PostFormValue(x.Name) == "yes"
		} else if x.Type != "password" && sent {
			x.Value = v.r.PostFormValue(x.Name)
		}
	}
	if err == nil {
		return f
	}
	var rest []string
	for _, w := range wrongs(err) {
		if !f.blame(w) {
			rest = append(rest, w.Error())
		}
	}
	if len(wrongs(err)) == 0 {
		rest = append(rest, err.Error())
	}
	f.Wrong = sentence(strings.Join(rest, "; "))
	return f
}

// blank is a form that nobody has sent.
func (f *form) blank() {
	for i := range f.Fields {
		x := &f.Fields[i]
		if x.ID = x.Name; x.Attrs == nil {
			x.Attrs = most("200")
		}
	}
}

// blame puts what is wrong beside its field.
func (f *form) blame(w *Wrong) bool {
	for i := range f.Fields {
		if f.Fields[i].Name == w.Field {
			f.Fields[i].Error = sentence(w.What)
			return true
		}
	}
	return false
}

// sentence begins with a capital letter and ends with a dot.
func sentence(s string) string {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\n", "; "))
	if s == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(first)) + s[size:]
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") {
		return s
	}
	return s + "."
}

// options of a select.
func options(pairs ...string) (all []ui.Option) {
	for i := 0; i+1 < len(pairs); i += 2 {
		all = append(all, ui.Option{Value: pairs[i], Text: pairs[i+1]})
	}
	return all
}

func most(n string) map[string]any { return map[string]any{"maxlength": n} }
