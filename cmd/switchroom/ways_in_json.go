package main

import (
	"switchroom/points"
	"switchroom/site"
	"switchroom/ways"
)

// waysInJSON is what ways-in --json prints.
type waysInJSON struct {
	Site     string           `json:"site"`
	Profile  string           `json:"profile"`
	As       string           `json:"as"`
	Breakers []wayBreakerJSON `json:"breakers"`
	Measures []wayMeasureJSON `json:"measures"`
}

type wayBreakerJSON struct {
	Name      string    `json:"name"`
	Title     string    `json:"title,omitempty"`
	Interface string    `json:"interface"`
	Ways      []wayJSON `json:"ways"`
}

type wayJSON struct {
	Way       string           `json:"way"`
	Title     string           `json:"title"`
	There     bool             `json:"there"`
	WhyNot    string           `json:"why_not,omitempty"`
	From      string           `json:"from"`
	Address   string           `json:"address,omitempty"`
	Can       []wayCanJSON     `json:"can"` // by the rows of matrix B
	Besides   []string         `json:"besides"`
	Guards    []wayGuardJSON   `json:"guards"`
	Closes    []wayClosingJSON `json:"closed_or_narrowed_by"`
	Duties    []string         `json:"duties"`
	Guide     string           `json:"guide"`
	Source    string           `json:"source"`
	Certainty points.Certainty `json:"certainty"`
}

type wayCanJSON struct {
	What     string   `json:"what"`
	Admitted string   `json:"admitted"` // yes, no, or the operations that are
	Ops      []string `json:"operations"`
	Why      string   `json:"why_not,omitempty"`
	Rule     string   `json:"rule,omitempty"`
	Needs    string   `json:"needs,omitempty"`
}

type wayGuardJSON struct {
	Guard     string           `json:"guard"`
	Says      string           `json:"says"`
	Holds     bool             `json:"holds"`
	Guide     string           `json:"guide"`
	Certainty points.Certainty `json:"certainty"`
}

type wayClosingJSON struct {
	Measure string   `json:"measure"`
	Ends    bool     `json:"ends_it"`
	Takes   []string `json:"takes"`
	Holds   []string `json:"guards_that_hold_then"`
}

type wayMeasureJSON struct {
	Measure   string           `json:"measure"`
	Do        string           `json:"do"`
	Guide     string           `json:"guide"`
	Source    string           `json:"source"`
	Certainty points.Certainty `json:"certainty"`
}

func waysJSON(s *site.Site, as string, all []ways.Breaker) waysInJSON {
	j := waysInJSON{Site: s.Name, Profile: s.Profile.String(), As: as, Breakers: []wayBreakerJSON{}}
	for _, b := range all {
		x := wayBreakerJSON{Name: b.Site.Unit.Name, Title: b.Site.Title, Interface: b.Site.Unit.Interface.String()}
		for i := range b.Entries {
			x.Ways = append(x.Ways, wayOf(&b.Entries[i]))
		}
		j.Breakers = append(j.Breakers, x)
	}
	for _, m := range ways.Measures() {
		j.Measures = append(j.Measures, wayMeasureJSON{m.Key, m.Do, m.Guide, m.Source, m.Certainty})
	}
	return j
}

func wayOf(e *ways.Entry) wayJSON {
	j := wayJSON{
		Way: e.Key, Title: e.Title, There: e.There, WhyNot: e.Why, From: string(e.From), Address: e.Address,
		Can: []wayCanJSON{}, Besides: []string{}, Guards: []wayGuardJSON{}, Closes: []wayClosingJSON{},
		Duties: append([]string{}, e.Duties...), Guide: e.Guide, Source: e.Source, Certainty: e.Certainty,
	}
	for i := range e.Can {
		c := &e.Can[i]
		x := wayCanJSON{What: c.Row, Admitted: c.String(), Ops: []string{}, Why: c.Why, Rule: c.Rule, Needs: c.Needs}
		for _, op := range c.Ops {
			x.Ops = append(x.Ops, points.Of(op).Name)
		}
		j.Can = append(j.Can, x)
	}
	for _, c := range e.Besides {
		j.Besides = append(j.Besides, c.String())
	}
	for _, g := range e.Guards {
		j.Guards = append(j.Guards, wayGuardJSON{g.Key, g.Says, g.Holds, g.Guide, g.Certainty})
	}
	for _, c := range e.Closings {
		j.Closes = append(j.Closes, wayClosingJSON{c.Measure.Key, c.Gone, append([]string{}, c.Takes...), append([]string{}, c.Holds...)})
	}
	return j
}
