package browser

import "fmt"

// rules are those that axe holds a page to.
const rules = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]`

// Faults looks at the page and returns all that is wrong with it: what axe finds in each
// theme and at each width once, and in every view what is too wide for the screen. axe is
// the text of axe-core; each, if not nil, is called in every view.
func (t *Tab) Faults(axe string, each func(View)) (all []string, err error) {
	if _, err := Eval[bool](t, axe+"; true"); err != nil {
		return nil, err
	}
	for _, v := range Views {
		if err := t.See(v); err != nil {
			return all, err
		}
		if found, err := t.judged(judges[v.Name]); err != nil {
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

// judges are the views in which axe looks: each theme and each width is in one of them. In
// all of them it takes twice as long, and finds the same.
var judges = map[string]bool{Views[0].Name: true, Views[len(Views)-1].Name: true}

// judged is what axe finds in the page as it is seen now.
func (t *Tab) judged(is bool) (string, error) {
	if !is {
		return "", nil
	}
	return Eval[string](t, `axe.run(document, {runOnly: `+rules+`, resultTypes: ["violations"]})
		.then(r => r.violations.map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.target.join(" ") + ": " + n.failureSummary)).join("\n"))`)
}
