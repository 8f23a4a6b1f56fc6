package ui

import (
	"maps"

	"github.com/a-h/templ"
)

// Kind is how a button looks: what it does decides.
type Kind uint8

// The kinds. Danger is for what cannot be taken back or moves metal; give it
// a Confirm dialog around.
const (
	Plain Kind = iota
	Primary
	Danger
)

func (k Kind) class() string {
	return [...]string{Plain: "btn", Primary: "btn btn-primary", Danger: "btn btn-danger"}[min(k, Danger)]
}

// Button is something to press. Name and Value go with the form it is in.
// Off says why it cannot be pressed now: it stays reachable by the keyboard,
// so that everyone can learn the reason.
type Button struct {
	ID, Text    string
	Kind        Kind
	Name, Value string
	Off         string
	Attrs       templ.Attributes // hx-post and the like
}

// Confirm asks before something dangerous: a button that opens a dialog, which
// says what will happen and posts to Action. ID must be unique in the page.
type Confirm struct {
	ID, Ask     string // Ask is on the first button: "Open Q1…"
	Title, What string // what will happen, in a sentence
	Do          string // on the button that does it: "Open Q1"
	Action      string // posts here
	Hidden      []Pair // sent along
	Shown       bool   // open at once: the order came back with an error inside
}

// Pair is a name with a value.
type Pair struct{ Name, Value string }

// Field is one input with its label. Type is an input type; "select",
// "radio", "textarea" and "checkbox" are the others. ID must be unique.
type Field struct {
	ID, Name, Label, Type string
	Value, Hint, Error    string
	Unit                  string
	Options               []Option // of select and radio
	Required, Checked     bool
	Min, Max, Step        string
	Autocomplete          string           // "current-password" and the like
	Accept                string           // of a file
	Attrs                 templ.Attributes // others, such as maxlength
}

// Option is one choice.
type Option struct{ Value, Text, Hint string }

// about lists the ids of what explains the field.
func (f Field) about() string {
	s := ""
	if f.Hint != "" {
		s = f.ID + "-hint"
	}
	if f.Error != "" {
		if s != "" {
			s += " "
		}
		s += f.ID + "-error"
	}
	return s
}

func (f Field) class() string {
	if f.Type == "number" || f.Unit != "" {
		return "input input-num"
	}
	return "input"
}

// attrs are the attributes that only some inputs have.
func (f Field) attrs() templ.Attributes {
	a := templ.Attributes{}
	maps.Copy(a, f.Attrs)
	set := func(name, value string) {
		if value != "" {
			a[name] = value
		}
	}
	set("min", f.Min)
	set("max", f.Max)
	set("step", f.Step)
	set("autocomplete", f.Autocomplete)
	set("accept", f.Accept)
	set("aria-describedby", f.about())
	if f.Error != "" {
		a["aria-invalid"] = "true"
	}
	if f.Required {
		a["required"] = true
	}
	if f.Type == "number" {
		a["inputmode"] = "decimal"
	}
	return a
}

func (f Field) kind() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

// target is the id that a link to the field leads to.
func (f Field) target() string {
	if f.Type == "radio" && len(f.Options) > 0 {
		return f.ID + "-" + f.Options[0].Value
	}
	return f.ID
}

func anyError(fields []Field) bool {
	for _, f := range fields {
		if f.Error != "" {
			return true
		}
	}
	return false
}
