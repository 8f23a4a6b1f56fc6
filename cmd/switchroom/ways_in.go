package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"switchroom/points"
	"switchroom/site"
	"switchroom/ways"
)

type waysInCmd struct {
	JSON     bool     `help:"Print JSON."`
	Markdown bool     `help:"Print Markdown."`
	Lab      string   `help:"Ask this running laboratory of the site how pads, locks and the room are now, in place of how they begin." placeholder:"URL"`
	File     string   `arg:"" help:"The site file."`
	Breakers []string `arg:"" optional:"" help:"Of these breakers only."`
}

// Help stands below the flags.
func (c *waysInCmd) Help() string {
	return `What a way can do is asked of the reference monitor, for somebody who brings every password and every role; with less it can do less.
How pads and locks are is as the site file begins, without what a memory remembers; with --lab, as they are now.
Passwords and web accounts are nobody's to read: they are told as the site file has them, and as delivered (docs/ways-in.md).`
}

func (c *waysInCmd) Run(a *app) error {
	if c.JSON && c.Markdown {
		return misuse("--json or --markdown, not both")
	}
	s, err := site.LoadFile(c.File)
	if err != nil {
		return err
	}
	if len(s.Breakers) > 1000 {
		fmt.Fprintf(a.Stderr, "looking at %d breakers …\n", len(s.Breakers))
	}
	all, err := c.list(a, s)
	if err != nil {
		return err
	}
	if all, err = named(all, c.Breakers); err != nil {
		return err
	}
	as := "as the site begins"
	if c.Lab != "" {
		as = "as it runs at " + c.Lab
	}
	if c.JSON {
		return printJSON(a.Stdout, waysJSON(s, as, all))
	}
	p := waysPage{w: a.Stdout, markdown: c.Markdown}
	p.heading(1, fmt.Sprintf("Ways in: %s, profile %v, %s", s.Name, s.Profile, as))
	for i := range all {
		p.breaker(&all[i])
	}
	p.measures(all)
	return nil
}

func (c *waysInCmd) list(a *app, s *site.Site) ([]ways.Breaker, error) {
	if c.Lab != "" {
		return waysNow(a, s, c.Lab)
	}
	now, err := ways.Begin(s)
	if err != nil {
		return nil, err
	}
	return ways.List(s, now, ways.Around(s))
}

// named keeps the breakers of these names, in the order of the site; all without any.
func named(all []ways.Breaker, names []string) ([]ways.Breaker, error) {
	for _, n := range names {
		if !slices.ContainsFunc(all, func(b ways.Breaker) bool { return b.Site.Unit.Name == n }) {
			return nil, misuse("there is no breaker %q in the site", n)
		}
	}
	if len(names) == 0 {
		return all, nil
	}
	return slices.DeleteFunc(all, func(b ways.Breaker) bool { return !slices.Contains(names, b.Site.Unit.Name) }), nil
}

// waysPage writes the ways for a person.
type waysPage struct {
	w        io.Writer
	markdown bool
}

func (p *waysPage) heading(level int, text string) {
	if p.markdown {
		text = strings.Repeat("#", level) + " " + text
	}
	fmt.Fprintf(p.w, "%s\n\n", text)
}

func (p *waysPage) table(t *table) {
	if p.markdown {
		t.Markdown(p.w)
	} else {
		t.Text(p.w)
	}
	fmt.Fprintln(p.w)
}

func (p *waysPage) breaker(b *ways.Breaker) {
	head := b.Site.Unit.Name
	if b.Site.Title != "" {
		head += ", " + b.Site.Title
	}
	p.heading(2, fmt.Sprintf("%s (interface: %v)", head, b.Site.Unit.Interface))
	can := table{Head: []string{"way", "from", "read", "protection", "other", "operate", "also", "closed or narrowed by"}}
	guard := table{Head: []string{"way", "what guards it now", "holds", "guide", "certainty"}}
	var absent []string
	for i := range b.Entries {
		e := &b.Entries[i]
		if !e.There {
			absent = append(absent, fmt.Sprintf("%s (%s)", e.Key, e.Why))
			continue
		}
		line := []string{e.Key, string(e.From)}
		for k := range e.Can {
			line = append(line, canText(&e.Can[k]))
		}
		can.Add(append(line, classes(e.Besides), closes(e.Closings))...)
		for _, g := range e.Guards {
			guard.Add(e.Key, g.Says, either(g.Holds, "yes", "NO"), g.Guide, g.Certainty.String())
		}
	}
	p.table(&can)
	p.table(&guard)
	fmt.Fprintf(p.w, "not there: %s\n\n", strings.Join(absent, "; "))
}

// canText is a cell: yes, what of it, or no and why.
func canText(c *ways.Can) string {
	if c.Yes() || c.Why == "no_rule" || c.Why == "it does not" || c.Why == "it tells nothing" {
		return c.String()
	}
	return "no: " + c.Why
}

func classes(all []points.Class) string {
	var names []string
	for _, c := range all {
		names = append(names, c.String())
	}
	return strings.Join(names, " ")
}

// closes names measures: those that end the way, those that take something, those that
// narrow who comes.
func closes(all []ways.Closing) string {
	var names []string
	for i := range all {
		names = append(names, all[i].Measure.Key+" "+effect(&all[i]))
	}
	return strings.Join(names, "; ")
}

func effect(c *ways.Closing) string {
	switch {
	case c.Gone:
		return "(ends it)"
	case len(c.Takes) > 0:
		return "(takes " + strings.Join(c.Takes, ", ") + ")"
	}
	return "(narrows it)"
}

// measures explains what the tables name, and says which duties stay.
func (p *waysPage) measures(all []ways.Breaker) {
	used := map[string]bool{}
	for _, b := range all {
		for _, e := range b.Entries {
			for _, c := range e.Closings {
				used[c.Measure.Key] = true
			}
		}
	}
	p.heading(2, "What closes or narrows a way")
	t := table{Head: []string{"measure", "what to do", "guide", "source", "certainty"}}
	for _, m := range ways.Measures() {
		if used[m.Key] {
			t.Add(m.Key, m.Do, m.Guide, m.Source, m.Certainty.String())
		}
	}
	p.table(&t)
	p.heading(2, "The ways, and the duties that stay whatever is locked")
	d := table{Head: []string{"way", "what it is", "guide", "duties", "source", "certainty"}}
	for _, w := range ways.Table() {
		d.Add(w.Key, w.Title, w.Guide, strings.Join(w.Duties, ", "), w.Source, w.Certainty.String())
	}
	p.table(&d)
}
