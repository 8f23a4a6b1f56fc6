package site

import (
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

// Problem is one thing that is wrong with a site file.
type Problem struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Path    string `json:"path"` // breakers[2].address
	Message string `json:"message"`
}

func (p Problem) Error() string {
	if p.Path == "" {
		return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Message)
	}
	return fmt.Sprintf("%s:%d:%d: %s: %s", p.File, p.Line, p.Column, p.Path, p.Message)
}

// Problems are all of them, as one error.
type Problems []Problem

func (p Problems) Error() string {
	var lines []string
	for _, x := range p {
		lines = append(lines, x.Error())
	}
	return strings.Join(lines, "\n")
}

type position struct{ line, column int }

// checker walks the file along the schema.
type checker struct {
	file     string
	problems Problems
	notes    Problems
	at       map[string]position
	doubtful map[string]bool // entries of lists in which the schema finds something wrong

	names     map[string]int            // of the breakers so far
	addresses map[netip.AddrPort]string // whose they are
}

// problemsMax bounds what is told of a file that is wrong throughout.
const problemsMax = 100

// problem notes that what stands at path is wrong.
func (c *checker) problem(path, message string) { c.add(&c.problems, path, message) }

// note notes that what stands at path does nothing.
func (c *checker) note(path, message string) { c.add(&c.notes, path, message) }

// add tells of a path that is not in the file where its parent stands.
func (c *checker) add(to *Problems, path, message string) {
	for p := path; len(*to) < problemsMax; p = parent(p) {
		if at, ok := c.at[p]; ok || p == "" {
			*to = append(*to, Problem{c.file, max(at.line, 1), max(at.column, 1), path, message})
			return
		}
	}
}

func parent(path string) string {
	if i := strings.LastIndexAny(path, ".["); i >= 0 {
		return path[:i]
	}
	return ""
}

// value checks that node n, at path, is what f says.
func (c *checker) value(path string, n *yaml.Node, f *Field) {
	c.at[path] = position{n.Line, n.Column}
	switch {
	case n.Kind == yaml.AliasNode:
		c.problem(path, "aliases are not read; write it out again")
	case f.Kind == Object:
		c.object(path, n, f.Fields)
	case f.Kind == Strings:
		c.strings(path, n)
	case f.Kind == List:
		c.list(path, n, f)
	case n.Kind != yaml.ScalarNode:
		c.problem(path, "write one value: "+f.Help)
	default:
		c.scalar(path, n, f)
	}
}

func (c *checker) object(path string, n *yaml.Node, fields []Field) {
	if n.Kind != yaml.MappingNode {
		c.problem(path, "write fields, one a line, as name: value")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, val := n.Content[i], n.Content[i+1]
		at := join(path, key.Value)
		c.at[at] = position{key.Line, key.Column}
		k := slices.IndexFunc(fields, func(f Field) bool { return f.Name == key.Value })
		if k < 0 {
			c.problem(at, "unknown field; it is one of "+names(fields))
			continue
		}
		seen[key.Value] = true
		c.value(at, val, &fields[k])
	}
	for i := range fields {
		if fields[i].Required && !seen[fields[i].Name] {
			c.problem(path, fmt.Sprintf("%s is missing: %s", fields[i].Name, fields[i].Help))
		}
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func names(fields []Field) string {
	var s []string
	for _, f := range fields {
		s = append(s, f.Name)
	}
	return strings.Join(s, ", ")
}

func (c *checker) strings(path string, n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		c.problem(path, "write name: value, one a line")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		at := join(path, n.Content[i].Value)
		c.at[at] = position{n.Content[i+1].Line, n.Content[i+1].Column}
		if n.Content[i+1].Kind != yaml.ScalarNode {
			c.problem(at, "write one value")
		}
	}
}

func (c *checker) list(path string, n *yaml.Node, f *Field) {
	if n.Kind != yaml.SequenceNode {
		c.problem(path, "write a list: each entry begins with a dash")
		return
	}
	item := &Field{Kind: Object, Fields: f.Fields}
	if f.Of != nil {
		item = f.Of
	}
	for i, v := range n.Content {
		c.value(fmt.Sprintf("%s[%d]", path, i), v, item)
	}
}

func (c *checker) scalar(path string, n *yaml.Node, f *Field) {
	v := n.Value
	if f.Enum != nil && !slices.Contains(f.Enum, v) {
		c.problem(path, fmt.Sprintf("%q is none of %s", v, strings.Join(f.Enum, ", ")))
		return
	}
	switch f.Kind {
	case Flag:
		if v != "true" && v != "false" {
			c.problem(path, fmt.Sprintf("%q: write true or false", v))
		}
	case Text:
		if n.Tag == "!!null" || strings.TrimSpace(v) == "" && f.Required {
			c.problem(path, "is empty: "+f.Help)
		} else if len(v) > 200 || strings.ContainsFunc(v, func(r rune) bool { return r < 0x20 || r == 0x7F }) {
			c.problem(path, "up to 200 characters, none of them a control character")
		}
	case Moment:
		if _, err := parseMoment(v); err != nil {
			c.problem(path, err.Error())
		}
	case Number, Whole:
		c.number(path, v, f)
	}
}

func (c *checker) number(path, v string, f *Field) {
	x, err := strconv.ParseFloat(v, 64)
	switch {
	case err != nil || math.IsNaN(x) || math.IsInf(x, 0):
		c.problem(path, fmt.Sprintf("%q is not a number; write a decimal point and no unit", v))
	case f.Kind == Whole && (x != math.Trunc(x) || strings.ContainsAny(v, ".eE")):
		c.problem(path, fmt.Sprintf("%q is not a whole number", v))
	case (f.Min != 0 || f.Max != 0) && (x < f.Min || x > f.Max):
		c.problem(path, fmt.Sprintf("%s is outside %g to %g", v, f.Min, f.Max))
	}
}
