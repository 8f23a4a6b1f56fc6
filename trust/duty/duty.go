// Package duty is what an owner of breakers must do about revoked certificates, and
// when (GUIDE E7, E8): at least every three months the list of each branch is looked
// at. Empty, there is nothing to do; else the software is to be the latest, and
// firmware that is dated before the revocation is to be replaced.
//
// It is pure: what was found and the time go in, what is due comes out.
package duty

import (
	"fmt"
	"slices"
	"time"

	"switchroom/trust"
)

// Products are the components of a unit and the branch whose list counts for each
// (GUIDE E8), sorted by component.
var Products = []struct{ Component, Title, Branch, BranchTitle string }{
	{"control_unit", "MTZ control unit", trust.Micrologic, "LV breaker Micrologic master"},
	{"eife", "EIFE", trust.Communication, "Adv communication master"},
	{"ife", "IFE", trust.Communication, "Adv communication master"},
	{"ifm", "IFM", trust.Micrologic, "LV breaker Micrologic master"},
	{"io", "IO module", trust.Micrologic, "LV breaker Micrologic master"},
}

// Months is how often a list is looked at, at least (GUIDE E8).
const Months = 3

// Check is that the lists of a branch were looked at.
type Check struct {
	Branch   string     `json:"branch"`
	At       time.Time  `json:"at"`
	By       string     `json:"by"`
	Evidence []Evidence `json:"evidence"`
}

// Evidence is what was found of one issuer.
type Evidence struct {
	Issuer  string    `json:"issuer"`
	State   string    `json:"state"` // of package trust
	Number  string    `json:"number"`
	Digest  string    `json:"sha256"`
	This    time.Time `json:"this_update,omitzero"`
	Next    time.Time `json:"next_update,omitzero"`
	Revoked int       `json:"revoked"`
	First   time.Time `json:"first_revocation,omitzero"`
	Last    time.Time `json:"last_revocation,omitzero"` // firmware dated before it is to be replaced
	Problem string    `json:"problem"`
}

// Answers tells whether the check said something of every issuer. A list that is old,
// or that could not be fetched, is not an empty one.
func (c *Check) Answers() bool {
	return c != nil && len(c.Evidence) > 0 && !slices.ContainsFunc(c.Evidence, func(e Evidence) bool {
		return e.State != trust.FreshEmpty && e.State != trust.FreshListed
	})
}

// Listed returns the date of the last revocation, and whether there is one.
func (c *Check) Listed() (last time.Time, listed bool) {
	for _, e := range c.Evidence {
		if e.Revoked > 0 {
			listed = true
			if e.Last.After(last) {
				last = e.Last
			}
		}
	}
	return last, listed
}

// Installed is firmware of one member of a breaker.
type Installed struct {
	Breaker   string    `json:"breaker"`
	Member    string    `json:"member"`
	Component string    `json:"component"`
	Version   string    `json:"version"`
	Built     time.Time `json:"built,omitzero"` // zero: not known, and so taken as before every revocation
}

// The states of a duty.
const (
	Done    = "done"    // looked at, nothing to do until it is due
	Due     = "due"     // not looked at, or longer ago than three months
	Unknown = "unknown" // looked at, and there was no answer
	Act     = "act"     // certificates were revoked: steps are to be taken
)

// Duty is what is to be done for one component.
type Duty struct {
	Component   string      `json:"component"`
	Title       string      `json:"title"`
	Branch      string      `json:"branch"`
	BranchTitle string      `json:"branch_title"`
	State       string      `json:"state"`
	Due         time.Time   `json:"due,omitzero"` // when to look next; zero: now
	Check       *Check      `json:"check"`        // the last one; null: never
	Steps       []string    `json:"steps"`
	Replace     []Installed `json:"replace"` // firmware dated before the last revocation
}

// Of says what is to be done for components, by the last check of each branch. Installed
// is nil where nobody knows what is installed.
func Of(components []string, checks map[string]*Check, installed []Installed, now time.Time) []Duty {
	all := []Duty{}
	for _, p := range Products {
		if !slices.Contains(components, p.Component) {
			continue
		}
		d := Duty{Component: p.Component, Title: p.Title, Branch: p.Branch, BranchTitle: p.BranchTitle, Check: checks[p.Branch], Replace: []Installed{}}
		d.judge(installed, now)
		all = append(all, d)
	}
	return all
}

func (d *Duty) judge(installed []Installed, now time.Time) {
	look := fmt.Sprintf("1. Look at the list of branch %q: switchroom trust crl check.", d.BranchTitle)
	switch {
	case d.Check == nil:
		d.State, d.Steps = Due, []string{look}
		return
	case !d.Check.Answers():
		d.State, d.Steps = Unknown, []string{look, "There was no answer: an old list, or none, is not an empty one."}
		return
	}
	d.Due = d.Check.At.AddDate(0, Months, 0)
	if !now.Before(d.Due) {
		d.State, d.Steps = Due, []string{look}
		return
	}
	last, listed := d.Check.Listed()
	if !listed {
		d.State, d.Steps = Done, []string{"1. The list was looked at.", "2. It is empty: nothing to do until " + d.Due.Format(time.DateOnly) + "."}
		return
	}
	d.old(installed, last)
	d.act(last, installed != nil)
}

// old finds the firmware that is dated before a revocation.
func (d *Duty) old(installed []Installed, last time.Time) {
	for _, i := range installed {
		if i.Component == d.Component && i.Built.Before(last) {
			d.Replace = append(d.Replace, i)
		}
	}
}

func (d *Duty) act(last time.Time, known bool) {
	d.State = Act
	upgrade := "4. Upgrade what is dated before, or does not say how old it is. What is installed was not looked at: switchroom firmware show does, at each breaker."
	if known {
		upgrade = fmt.Sprintf("4. Upgrade what is dated before: %d here are, or do not say how old they are.", len(d.Replace))
	}
	d.Steps = []string{
		"1. The list was looked at.",
		fmt.Sprintf("2. Certificates were revoked, the last as of %s: install no firmware dated before.", last.Format(time.DateOnly)),
		"3. Make sure that the commissioning software is the latest (E10).",
		upgrade,
	}
}
