package survey

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"switchroom/points"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// Redaction is registers whose content was taken out, and as what.
type Redaction struct {
	Register regmap.Register `json:"register"`
	Count    uint16          `json:"count"`
	Class    string          `json:"class"`
}

// Span is the registers.
func (r *Redaction) Span() Span { return Span{r.Register, r.Count} }

// Class is a kind of content that is taken out of a capture that is shared.
type Class struct {
	Name string
	What string
	of   func(*points.Info) bool // points of the class; nil: found by content
}

// Classes are what is taken out unless it is kept by name. A text of the map that
// is in none of them and not in plainTexts counts as a name.
var Classes = []Class{
	{"addresses", "MAC and private IPv4 addresses, as far as they can be told in registers without a row", nil},
	{"counters", "operating hours and counts of operations, load and temperature profiles, wear", prefixed("operations.", "load_profile.", "temperature_profile.", "life.", "wear", "interface.uptime", "interface.requests", "interface.exceptions", "interface.dropped", "interface.connections")},
	{"dates", "dates and times, and those of the reading", func(i *points.Info) bool { return i.Type == points.Instant }},
	{"energies", "energies", prefixed("energy.")},
	{"names", "names that people gave: the user application name, the unit's place", prefixed("interface.name")},
	{"serials", "serial numbers; a revision that is none counts as one", prefixed("device.serial")},
	{"texts", "whatever reads like text in registers without a row, or right across rows", nil},
	{"unmapped", "every register without a row", nil},
}

func prefixed(names ...string) func(*points.Info) bool {
	return func(i *points.Info) bool {
		return slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(i.Name, n) })
	}
}

// plainTexts tell a product and not a person or a place.
var plainTexts = []points.ID{points.InterfaceVendor, points.InterfaceFamily, points.InterfaceRange, points.InterfaceModel, points.InterfaceProductCode, points.DeviceModel}

// revisions are texts that tell a revision. On some interfaces a serial number
// stands there, so that only what looks like a revision stays.
var (
	revisions = []points.ID{points.InterfaceFirmware, points.InterfaceHardware, points.DeviceFirmware, points.DeviceHardware}
	revision  = regexp.MustCompile(`^([0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3})?$`)
)

// plainObjects are the objects of an identification that tell a product.
var plainObjects = []byte{modbus.VendorName, modbus.ProductCode, modbus.MajorMinorRevision, modbus.ProductName, modbus.ModelName}

// Redact returns a capture without what must not be shared: all [Classes] but
// those that are kept. "unmapped" is kept unless it is asked for in drop. What was
// taken out is listed in the head; its place holds "not available", or zeros.
func Redact(c *Capture, m *regmap.Map, keep, drop []string) (*Capture, error) {
	for _, n := range append(slices.Clone(keep), drop...) {
		if !slices.ContainsFunc(Classes, func(k Class) bool { return k.Name == n }) {
			return nil, fmt.Errorf("class %q is none of %s", n, classNames())
		}
	}
	if !slices.Contains(drop, "unmapped") {
		keep = append(slices.Clone(keep), "unmapped")
	}
	r := redactor{c: c, m: m, keep: keep, class: map[regmap.Register]string{}}
	r.rows()
	r.contents()
	return r.apply(), nil
}

func classNames() string {
	var n []string
	for _, k := range Classes {
		n = append(n, k.Name)
	}
	return strings.Join(n, ", ")
}

type redactor struct {
	c     *Capture
	m     *regmap.Map
	keep  []string
	class map[regmap.Register]string // what is taken out, and as what
}

func (r *redactor) kept(class string) bool { return slices.Contains(r.keep, class) }

func (r *redactor) hide(s Span, class string) {
	if r.kept(class) {
		return
	}
	for i := range s.Count {
		if at := s.First + regmap.Register(i); r.class[at] == "" {
			r.class[at] = class
		}
	}
}

// rows hides the rows of the map by the class of their point.
func (r *redactor) rows() {
	rows := r.m.Rows()
	for i := range rows {
		row := &rows[i]
		if row.Point == 0 {
			continue
		}
		if class := r.classOf(row); class != "" {
			r.hide(spanOf(row), class)
		}
	}
}

func spanOf(r *regmap.Row) Span { return Span{r.Register, r.Count} }

func (r *redactor) classOf(row *regmap.Row) string {
	info := points.Of(row.Point)
	for _, k := range Classes {
		if k.of != nil && k.of(info) {
			return k.Name
		}
	}
	switch {
	case info.Type != points.Text || slices.Contains(plainTexts, row.Point):
		return ""
	case slices.Contains(revisions, row.Point) && r.allRevisions(row):
		return ""
	case slices.Contains(revisions, row.Point):
		return "serials"
	}
	return "names"
}

// allRevisions reports whether every reading of a row looks like a revision.
func (r *redactor) allRevisions(row *regmap.Row) bool {
	for i := range r.c.Answers {
		a := &r.c.Answers[i]
		if a.Words == nil || !spanOf(row).touches(a.Span()) {
			continue
		}
		if !spanOf(row).within(a.Span()) {
			return false // half of it: nothing can be told
		}
		words := a.Words[row.Register-a.Register:][:row.Count]
		if !revision.MatchString(strings.TrimRight(string(bytesOf(words)), "\x00 ")) {
			return false
		}
	}
	return true
}

func bytesOf(words []uint16) []byte {
	var b []byte
	for _, w := range words {
		b = append(b, byte(w>>8), byte(w))
	}
	return b
}

// apply returns the capture with what is hidden taken out of every answer.
func (r *redactor) apply() *Capture {
	out := &Capture{Head: r.c.Head, Note: r.c.Note}
	out.Head.Address = ""
	shift := time.Duration(0)
	if !r.kept("dates") {
		shift = points.Epoch.Sub(r.c.Head.Started)
	}
	out.Head.Started = r.c.Head.Started.Add(shift).UTC()
	blank := r.blank()
	for _, a := range r.c.Answers {
		a.At, a.Words, a.Failure = a.At.Add(shift).UTC(), slices.Clone(a.Words), plainFailure(a.Failure)
		for i := range a.Words {
			if w, ok := blank[a.Register+regmap.Register(i)]; ok {
				a.Words[i] = w
			}
		}
		out.Answers = append(out.Answers, a)
	}
	out.Who = r.who(shift)
	if r.c.End != nil {
		e := *r.c.End
		e.At = e.At.Add(shift).UTC()
		out.End = &e
	}
	out.Head.Redacted = append(slices.Clone(r.c.Head.Redacted), r.list()...)
	return out
}

// blank is what stands in the place of what is taken out: the marker for "not
// available" in a row of numbers, zero in texts and where nothing is known.
func (r *redactor) blank() map[regmap.Register]uint16 {
	out := map[regmap.Register]uint16{}
	for at := range r.class {
		out[at] = 0
	}
	rows := r.m.Rows()
	for i := range rows {
		row := &rows[i]
		if row.Point == 0 || r.class[row.Register] == "" || row.Kind == regmap.Chars {
			continue
		}
		for k, w := range marker(row) {
			if at := row.Register + regmap.Register(k); r.class[at] != "" {
				out[at] = w
			}
		}
	}
	return out
}

func (r *redactor) who(shift time.Duration) *Identification {
	if r.c.Who == nil {
		return nil
	}
	who := *r.c.Who
	who.At, who.Objects, who.Failure = who.At.Add(shift).UTC(), nil, plainFailure(who.Failure)
	for _, o := range r.c.Who.Objects {
		if slices.Contains(plainObjects, o.ID) {
			who.Objects = append(who.Objects, o)
		}
	}
	return &who
}

// plainFailure lets no words pass but those that this package writes.
func plainFailure(s string) string {
	if s == "" || s == noAnswer || s == lostConnection {
		return s
	}
	return misfit
}

// list is what was taken out, joined.
func (r *redactor) list() []Redaction {
	var all []Redaction
	for _, a := range r.registers() {
		if n := len(all); n > 0 && all[n-1].Class == r.class[a] && all[n-1].Register+regmap.Register(all[n-1].Count) == a {
			all[n-1].Count++
			continue
		}
		all = append(all, Redaction{a, 1, r.class[a]})
	}
	return all
}

// registers are those that are hidden and were read, in order.
func (r *redactor) registers() []regmap.Register {
	v := r.c.View()
	var all []regmap.Register
	for at := range r.class {
		if _, ok := v.Word(at); ok {
			all = append(all, at)
		}
	}
	slices.Sort(all)
	return all
}
