package console

import (
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"switchroom/ui"
)

// form is a form of a page.
type form struct {
	Action, Do string
	Fields     []ui.Field
	Hidden     []ui.Pair
	Wrong      string // what is wrong with all of it
	Danger     bool
	Upload     bool // it sends a file
}

// blame puts what is wrong beside its field.
func (f *form) blame(name, what string) {
	for i := range f.Fields {
		if f.Fields[i].Name == name {
			f.Fields[i].Error = what
		}
	}
}

func (f *form) kind() ui.Kind {
	if f.Danger {
		return ui.Danger
	}
	return ui.Primary
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

// unauthorised is an error of who could not prove to be somebody.
func unauthorised(err error) error {
	if status := statusOf(err); status != http.StatusUnprocessableEntity {
		return huma.NewError(status, err.Error())
	}
	return huma.Error401Unauthorized(err.Error())
}
