package fat

import (
	"fmt"
	"strings"
	"time"

	"switchroom/report"
)

// Document makes the report of a result.
func (r *Result) Document() *report.Document {
	d := &report.Document{
		Title: "Factory acceptance test", Subtitle: strings.Trim(r.Site+" — "+r.System, "— "), Date: r.End, Facts: r.facts(),
		Footer: "Result " + r.Checksum,
	}
	d.Sections = append(d.Sections, r.verdict(), r.found())
	for _, p := range Phases {
		if s, ok := r.phase(p); ok {
			d.Sections = append(d.Sections, s)
		}
	}
	d.Sections = append(d.Sections, r.reliance(), about())
	for _, s := range r.Signers {
		d.Signatures = append(d.Signatures, report.Signature{Role: s.Role, Name: s.Name})
	}
	return d
}

func (r *Result) facts() []report.Fact {
	return []report.Fact{
		{Label: "Site", Value: r.Site}, {Label: "System under test", Value: r.System}, {Label: "Laboratory", Value: r.Laboratory},
		{Label: "From", Value: r.Begin.Format(time.RFC3339)}, {Label: "To", Value: r.End.Format(time.RFC3339)}, {Label: "State", Value: r.State},
		{Label: "Seed of the values", Value: fmt.Sprint(r.Seed)}, {Label: "Switchroom", Value: r.Versions.Product},
		{Label: "Register map (SHA-256)", Value: r.Versions.Map}, {Label: "Plan (SHA-256)", Value: r.Versions.Plan}, {Label: "This result (SHA-256)", Value: r.Checksum},
	}
}

// verdict is what everybody reads first.
func (r *Result) verdict() report.Section {
	s := r.Summary
	v := report.Verdict{Tone: report.Pass, Text: "Passed", Counts: []report.Count{
		{Tone: report.Pass, Label: "pass", N: s.Pass}, {Tone: report.Fail, Label: "fail", N: s.Fail}, {Tone: report.Open, Label: "not run", N: s.NotRun}, {Tone: report.Open, Label: "by hand", N: s.ByHand},
	}}
	switch {
	case s.Fail > 0:
		v.Tone, v.Text = report.Fail, "Not passed"
	case s.NotRun > 0 || s.ByHand > 0 || r.State != Complete:
		v.Tone, v.Text = report.Open, "Nothing failed, and not everything was judged"
	}
	text := fmt.Sprintf("%d points of %d breakers were stimulated and compared in %.0f s. The relied-on facts at the end are part of the result: what is not confirmed there is to be checked on site.", s.Points, s.Breakers, s.Seconds)
	return report.Section{Heading: "Result", Blocks: []report.Block{v, report.Text(text)}}
}

// found are the mistakes.
func (r *Result) found() report.Section {
	t := report.Table{Head: []string{"Where", "Mistake", "Steps", "What to do"}, Widths: []float64{2, 4, 1, 4}}
	for _, f := range r.Findings {
		what := f.Mistake
		if f.Detail != "" {
			what += ": " + f.Detail
		}
		where := strings.Join(f.Breakers, ", ")
		if f.Count == 1 {
			where = f.Steps[0]
		}
		t.Rows = append(t.Rows, cells(report.Fail, where, what, fmt.Sprint(f.Count), f.Advice))
	}
	s := report.Section{Heading: "Mistakes found", Blocks: []report.Block{t}}
	if len(t.Rows) == 0 {
		s.Blocks = []report.Block{report.Text("None.")}
	}
	return s
}

// cells are texts, the first with a tone.
func cells(tone report.Tone, texts ...string) []report.Cell {
	out := make([]report.Cell, len(texts))
	for i, t := range texts {
		out[i] = report.Cell{Text: t}
	}
	out[0].Tone = tone
	return out
}

var tones = map[Verdict]report.Tone{Pass: report.Pass, Fail: report.Fail, NotRun: report.Open, ByHand: report.Open}

// phase is the record of a phase: the steps that failed with their evidence, and all
// in a line each.
func (r *Result) phase(p Phase) (report.Section, bool) {
	s := report.Section{Heading: "Phase: " + string(p)}
	failed := report.Table{Head: []string{"Step", "Expected", "Shown", "After s", "Evidence", "Explanation"}, Widths: []float64{3, 2, 2, 1, 4, 4}}
	every := report.Table{Head: []string{"Step", "Verdict", "Expected", "Shown", "s", "Tolerance", "Register", "Certainty", "Note"}, Widths: []float64{4, 1.3, 3, 3, 1, 1.3, 1.3, 1.5, 3}}
	for i := range r.Steps {
		st := &r.Steps[i]
		if st.Phase != p {
			continue
		}
		last := st.telling()
		if st.Verdict == Fail {
			failed.Rows = append(failed.Rows, cells(report.Fail, st.ID, last.Expected, last.Shown, tenths(last.Seconds), last.Evidence, explained(st.Diagnosis)))
		}
		row := cells(report.Neutral, st.ID, string(st.Verdict), last.Expected, last.Shown, tenths(last.Seconds), st.Tolerance, blankZero(st.Register), st.Certainty, strings.TrimSpace(st.Note+" "+st.Proves))
		row[1].Tone = tones[st.Verdict]
		every.Rows = append(every.Rows, row)
	}
	if len(every.Rows) == 0 {
		return s, false
	}
	if len(failed.Rows) > 0 {
		s.Blocks = append(s.Blocks, report.Text("What failed, with what the system gave:"), failed, report.Text("All steps:"))
	}
	s.Blocks = append(s.Blocks, every)
	return s, true
}

// telling is the pass that tells most of a step: the first that is not right, or the
// last.
func (s *StepResult) telling() PassResult {
	for _, p := range s.Passes {
		if !p.Right {
			return p
		}
	}
	if n := len(s.Passes); n > 0 {
		return s.Passes[n-1]
	}
	return PassResult{Expected: s.Expect}
}

func tenths(s float64) string {
	if s == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f", s)
}

// explained are the explanations of a step; more than one can't be told apart.
func explained(all []Diagnosis) string {
	var out []string
	for _, d := range all {
		out = append(out, d.String())
	}
	return strings.Join(out, "; or ")
}

// reliance is the punch list for site.
func (r *Result) reliance() report.Section {
	t := report.Table{Head: []string{"Done", "Certainty", "What", "Why it matters", "Check on site", "Source"}, Widths: []float64{0.8, 1.3, 3, 4, 4, 2.5}}
	for _, x := range r.Reliance {
		t.Rows = append(t.Rows, []report.Cell{{Text: "[ ]"}, {Text: x.Certainty.String(), Tone: report.Open}, {Text: x.What}, {Text: x.Why}, {Text: x.Check}, {Text: x.Source}})
	}
	text := "What this run relied on and no document of the device itself confirms. A pass holds for a real device as far as these hold."
	return report.Section{Heading: "To check on site", Blocks: []report.Block{report.Text(text), t}}
}

func about() report.Section {
	return report.Section{Heading: "About this test", Blocks: []report.Block{report.List{
		"The breakers were virtual ones. Values were stimulated at their registers, operations at the breakers themselves.",
		"The order of the phases follows the general structure of IEC 62381; no conformity with it is claimed.",
		"The checksum is the SHA-256 of the result's JSON with sorted keys, without white space and without the checksum itself: `switchroom fat verify` checks it.",
	}}}
}
