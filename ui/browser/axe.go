package browser

import (
	"fmt"
	"hash/fnv"
	"os"
	"slices"
)

// rules are those that axe holds a page to.
const rules = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]`

// Faults looks at the page and returns all that is wrong with it: what axe finds, and what
// is too wide for the screen, in each theme and at each width once ([Judges]). axe is the
// text of axe-core. each, if not nil, is called in every view, for pictures.
//
// axe takes most of the time, and every component is judged in both views by itself (the
// storybook): a page is judged in one of them, which its address chooses, and in both
// where SWITCHROOM_JUDGES is all.
func (t *Tab) Faults(axe string, each func(View)) (all []string, err error) {
	if _, err := Eval[bool](t, axe+"; true"); err != nil {
		return nil, err
	}
	views, judges := Judges(), t.judges()
	if each != nil {
		views = Views
	}
	for _, v := range views {
		if err := t.See(v); err != nil {
			return all, err
		}
		if found, err := t.judged(slices.ContainsFunc(judges, func(j View) bool { return j.Name == v.Name })); err != nil {
			return all, err
		} else if found != "" {
			all = append(all, v.Name+": "+found)
		}
		over, err := Eval[int](t, `document.documentElement.scrollWidth - document.documentElement.clientWidth`)
		if err != nil {
			return all, err
		}
		if over > 0 {
			all = append(all, fmt.Sprintf("%s: %d pixels too wide", v.Name, over))
		}
		if each != nil {
			each(v)
		}
	}
	return all, nil
}

// Judges are the views in which a page is judged: each theme and each width is in one of
// them. In all of [Views] it takes twice as long, and finds the same.
func Judges() []View { return []View{Views[0], Views[len(Views)-1]} }

// judges are the views in which axe looks at this page.
func (t *Tab) judges() []View {
	at, err := Eval[string](t, "location.pathname")
	if err != nil || os.Getenv("SWITCHROOM_JUDGES") == "all" {
		return Judges()
	}
	h := fnv.New32a()
	h.Write([]byte(at))
	return Judges()[h.Sum32()%2:][:1]
}

// judged is what axe finds in the page as it is seen now.
func (t *Tab) judged(is bool) (string, error) {
	if !is {
		return "", nil
	}
	return Eval[string](t, `axe.run(document, {runOnly: `+rules+`, resultTypes: ["violations"]})
		.then(r => r.violations.map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.target.join(" ") + ": " + n.failureSummary)).join("\n"))`)
}

// Pictured returns what takes pictures where SWITCHROOM_SHOTS names a directory for them,
// and nil otherwise.
func Pictured(take func(View)) func(View) {
	if os.Getenv("SWITCHROOM_SHOTS") == "" {
		return nil
	}
	return take
}
