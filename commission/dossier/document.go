package dossier

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"switchroom/client"
	"switchroom/commission"
	"switchroom/points"
	"switchroom/report"
	"switchroom/sensitive"
	"switchroom/study"
)

// writer makes the document of data.
type writer struct {
	*Data
	veil *sensitive.Veil
}

// Document is the report. whole leaves in what is sensitive: for the owner.
func (d *Data) Document(whole bool) *report.Document {
	w := &writer{d, &sensitive.Veil{Whole: whole}}
	sum := string(d.Digest())
	doc := &report.Document{
		Title: "Commissioning report", Subtitle: d.Project.Number + ", " + w.veil.Hide("architecture", d.Project.Name), Date: d.Made(),
		Facts: []report.Fact{
			{Label: "Project", Value: d.Project.Number}, {Label: "Breakers", Value: strconv.Itoa(len(d.Breakers))}, {Label: "Digest of the data", Value: sum},
			{Label: "What is sensitive (C1)", Value: w.openness()},
		},
		Footer: "Data " + sum,
	}
	doc.Sections = append(doc.Sections, w.result())
	for i := range d.Breakers {
		doc.Sections = append(doc.Sections, w.breaker(&d.Breakers[i])...)
	}
	doc.Sections = append(doc.Sections, w.relied(), w.said(), about())
	doc.Signatures = []report.Signature{{Role: "Carried out by"}, {Role: "Approved by"}, {Role: "For the owner"}}
	return doc
}

func (w *writer) openness() string {
	if w.veil.Whole {
		return "is in it: keep it as the passwords are kept"
	}
	return "is taken out; the same word stands for the same thing"
}

func (w *writer) person(name string) string { return w.veil.Hide("person", name) }

// result is what nobody overlooks.
func (w *writer) result() report.Section {
	within, beyond, unread, open := 0, 0, 0, 0
	for i := range w.Breakers {
		b := &w.Breakers[i]
		if b.AsLeft == nil {
			unread++
		}
		for _, row := range b.studied() {
			switch row.tone {
			case report.Pass:
				within++
			case report.Fail:
				beyond++
			}
		}
		for _, f := range b.Plans {
			if f.Outcome == nil || f.Outcome.End == commission.Uncertain || f.Outcome.End == commission.Unfinished {
				open++
			}
		}
	}
	v := report.Verdict{Tone: report.Pass, Text: "Every setting of the study that was read is within it", Counts: []report.Count{
		{Tone: report.Pass, Label: "settings within the study", N: within}, {Tone: report.Fail, Label: "beyond it", N: beyond}, {Tone: report.Open, Label: "breakers never read", N: unread}, {Tone: report.Open, Label: "plans without an end", N: open},
	}}
	switch {
	case beyond > 0:
		v.Tone, v.Text = report.Fail, "Not as the study wants it"
	case unread+open > 0:
		v.Tone, v.Text = report.Open, "Not everything is read or ended"
	case within == 0:
		v.Tone, v.Text = report.Open, "There is no study to hold the breakers against (D13)"
	}
	return report.Section{Heading: "Result", Blocks: []report.Block{v}}
}

// breaker is the sections of one breaker.
func (w *writer) breaker(b *Breaker) (all []report.Section) {
	head := b.Breaker.ID
	if name := w.veil.Hide("architecture", b.Breaker.Name); name != "" {
		head += ", " + name
	}
	if b.AsLeft == nil {
		return []report.Section{{Heading: head, Blocks: []report.Block{report.Text("It was never read.")}}}
	}
	all = append(all, report.Section{Heading: head, Blocks: []report.Block{w.read(b), w.settings(b)}})
	if rows := b.studied(); len(rows) > 0 {
		all = append(all, report.Section{Heading: b.Breaker.ID + " against the study (D13)", Blocks: []report.Block{report.Text("Study: " + b.Breaker.Study.Source + "."), againstStudy(rows)}})
	}
	for i := range b.Plans {
		all = append(all, w.plan(b, &b.Plans[i]))
	}
	return all
}

func (w *writer) read(b *Breaker) report.Block {
	said := func(what string, s *commission.Snapshot) string {
		unit := "hardware, or something that does not say it is not"
		if s.Virtual {
			unit = "a virtual unit"
		}
		return fmt.Sprintf("%s %s by %s at %s; %s; digest %s.", what, stamp(s.At), w.person(s.Name), w.veil.Hide("address", s.Address), unit, s.Digest().Short())
	}
	return report.List{said("As found", b.AsFound), said("As left", b.AsLeft)}
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// hidden are the settings that are sensitive themselves.
var hidden = map[string]string{"interface.name": "architecture", "device.serial": "serial"}

func (w *writer) value(point, value string) string {
	if kind := hidden[point]; kind != "" {
		return w.veil.Hide(kind, value)
	}
	return value
}

// settings are as found and as left, side by side.
func (w *writer) settings(b *Breaker) report.Block {
	t := report.Table{Head: []string{"Setting", "As found", "As left", "Unit", "Certainty"}, Widths: []float64{4, 2, 2, 1, 1.5}}
	for _, r := range b.AsLeft.Rows {
		found, left := b.AsFound.Value(r.Point), r.Value
		if r.NotReadable != "" && found == "" {
			continue
		}
		tone := report.Neutral
		if found != left && left != "" {
			tone = report.Open
		}
		if left == "" {
			left = "not read: " + r.NotReadable
		}
		t.Rows = append(t.Rows, []report.Cell{{Text: r.Point}, {Text: w.value(r.Point, found)}, {Text: changed(w.value(r.Point, left), tone)}, {Text: r.Unit}, {Text: r.Certainty.String()}})
	}
	return t
}

// changed marks a value that is another than was found, in words.
func changed(value string, tone report.Tone) string {
	if tone == report.Open {
		return value + " (changed)"
	}
	return value
}

// studyRow is one setting of a study and what the breaker has.
type studyRow struct {
	point, wants, has, note string
	tone                    report.Tone
}

// studied holds what was left against the study.
func (b *Breaker) studied() (all []studyRow) {
	if b.Breaker.Study == nil || b.AsLeft == nil {
		return nil
	}
	for i := range b.Breaker.Study.Values {
		v := &b.Breaker.Study.Values[i]
		row := studyRow{point: v.Point, wants: v.Value, has: b.AsLeft.Value(v.Point), tone: report.Fail}
		low, high, err := v.Bounds()
		if err == nil && low != high {
			row.wants += fmt.Sprintf(" (%g to %g)", low, high)
		}
		is, parsed := strconv.ParseFloat(row.has, 64)
		switch {
		case row.has == "":
			row.tone, row.note = report.Open, "not read"
		case err == nil && parsed == nil && is >= low && is <= high, row.has == v.Value:
			row.tone = report.Pass
		default:
			row.note = "another than the study wants: the curve, and what it is selective with, are not those of the study"
		}
		all = append(all, row)
	}
	return all
}

func againstStudy(rows []studyRow) report.Block {
	t := report.Table{Head: []string{"Setting", "The study", "The breaker", "Verdict", "Note"}, Widths: []float64{4, 2, 2, 1, 4}}
	for _, r := range rows {
		t.Rows = append(t.Rows, []report.Cell{{Text: r.point}, {Text: r.wants}, {Text: r.has}, {Text: map[report.Tone]string{report.Pass: "within", report.Fail: "beyond", report.Open: "open"}[r.tone], Tone: r.tone}, {Text: r.note}})
	}
	return t
}

// plan is one plan and what became of it.
func (w *writer) plan(b *Breaker, f *commission.File) report.Section {
	p := f.Plan
	told := report.List{fmt.Sprintf("Planned %s by %s: %s. Digest %s.", stamp(p.At), w.person(p.Name), p.Reason, p.Digest().Short())}
	for _, o := range p.Outruns {
		told = append(told, fmt.Sprintf("Beyond the study: %s, %s.", o.Point, o.Text))
	}
	if a := f.Approval; a != nil {
		told = append(told, strings.TrimSpace(fmt.Sprintf("Approved %s by %s, the second person (C15). %s", stamp(a.At), w.person(a.Name), a.Text)))
	}
	tone := report.Open
	word := "Not carried out"
	if o := f.Outcome; o != nil {
		word = string(o.End)
		tone = report.Fail
		if o.End == commission.Applied {
			tone = report.Pass
		}
		told = append(told, strings.TrimSpace(fmt.Sprintf("Carried out %s by %s. %s", stamp(o.At), w.person(o.Name), o.Why)))
	}
	blocks := []report.Block{report.Verdict{Tone: tone, Text: word}, told, rows(f)}
	return report.Section{Heading: fmt.Sprintf("%s, plan %s", b.Breaker.ID, p.ID), Blocks: append(blocks, curves(b, f)...)}
}

func rows(f *commission.File) report.Block {
	t := report.Table{Head: []string{"Setting", "Was", "Planned", "Read back", "Unit"}, Widths: []float64{4, 2, 2, 2, 1}}
	back := map[string]commission.OutcomeRow{}
	if f.Outcome != nil {
		for _, r := range f.Outcome.Rows {
			back[r.Point] = r
		}
	}
	for _, r := range f.Plan.Rows {
		read := report.Cell{Text: back[r.Point].ReadBack}
		if f.Outcome != nil {
			read.Tone = report.Fail
			if back[r.Point].Verified {
				read.Tone = report.Pass
			}
		}
		t.Rows = append(t.Rows, []report.Cell{{Text: r.Point}, {Text: r.Was}, {Text: r.Becomes}, read, {Text: r.Unit}})
	}
	return t
}

// curves are the trip curves before and after, where they can be drawn.
func curves(b *Breaker, f *commission.File) (all []report.Block) {
	if !protects(f.Plan) {
		return nil
	}
	d, err := commission.NewDiff(f.Plan, f.Base, &b.Breaker)
	if err != nil {
		return []report.Block{report.Text("No curves: " + err.Error() + ".")}
	}
	for _, c := range d.Curves {
		e, err := study.ParseElement(c.Element)
		if err != nil {
			continue
		}
		all = append(all, d.Plot(e).Figure(fmt.Sprintf("Trip curves of %s, %s: as found and as planned (plan %s). By curves only; see what the model does not know.", b.Breaker.ID, c.Element, f.Plan.ID)))
	}
	return all
}

func protects(p *commission.Plan) bool {
	for _, r := range p.Rows {
		if id, err := points.Lookup(r.Point); err == nil && commission.Protects(id) {
			return true
		}
	}
	return false
}

// relied is what was relied on and is not confirmed.
func (w *writer) relied() report.Section {
	t := report.Table{Head: []string{"Done", "Certainty", "What", "Source"}, Widths: []float64{0.6, 1.2, 5, 4}}
	seen := map[client.Reliance]bool{}
	for _, b := range w.Breakers {
		for _, f := range b.Plans {
			if f.Outcome == nil {
				continue
			}
			for _, r := range f.Outcome.Relied {
				if !seen[r] {
					seen[r] = true
					t.Rows = append(t.Rows, []report.Cell{{Text: "[ ]"}, {Text: r.Certainty.String(), Tone: report.Open}, {Text: r.What}, {Text: r.Source}})
				}
			}
		}
	}
	s := report.Section{Heading: "Relied on and not confirmed: to check on site", Blocks: []report.Block{t}}
	if len(t.Rows) == 0 {
		s.Blocks = []report.Block{report.Text("Nothing.")}
	}
	return s
}

// said are the signatures.
func (w *writer) said() report.Section {
	t := report.Table{Head: []string{"Who", "What they say", "When"}, Widths: []float64{3, 3, 3}}
	for _, s := range w.signatures {
		t.Rows = append(t.Rows, []report.Cell{{Text: w.person(s.Name)}, {Text: string(s.Meaning)}, {Text: stamp(s.At)}})
	}
	s := report.Section{Heading: "Signatures of these data", Blocks: []report.Block{report.Text("Each is of the digest above, and a record of the audit log; none is made with a key of the person's own."), t}}
	if len(t.Rows) == 0 {
		s.Blocks = []report.Block{report.Text("Nobody has signed these data yet.")}
	}
	return s
}

func about() report.Section {
	return report.Section{Heading: "About this report", Blocks: []report.Block{report.List{
		"The same data give the same report, byte by byte; its date is that of the newest of them.",
		"As found is the first time that a breaker was read, as left the last.",
		"Certainty: confirmed is from the device's own document, sibling from that of its family, reported from others, inferred is derived, ours is decided by us.",
		"For breakers that are Masterpact MTZ-compatible. Not affiliated with any manufacturer.",
	}}}
}
