package commission

import (
	"time"

	"switchroom/client"
)

// PlanRow is a setting that is to change.
type PlanRow struct {
	Point   string `json:"point"`
	Was     string `json:"was"`
	Becomes string `json:"becomes"`
	Unit    string `json:"unit,omitempty"`
	Range   string `json:"range,omitempty"` // what the unit admits, with its certainty
}

// Outrun is a row of a plan that goes beyond the study.
type Outrun struct {
	Point string `json:"point"`
	Text  string `json:"text"` // what the study says
}

// Plan is a change of a breaker: from what was found, to what is to be, for a reason. It
// does not change: another wish is another plan.
type Plan struct {
	ID      string    `json:"id"`
	Breaker string    `json:"breaker"`
	Base    Digest    `json:"base"` // of the snapshot that it starts from
	Rows    []PlanRow `json:"rows"` // by point
	Reason  string    `json:"reason"`
	By      string    `json:"by"`             // id of the person
	Name    string    `json:"name,omitempty"` // of the person, as it was then
	At      time.Time `json:"at"`
	Outruns []Outrun  `json:"outruns,omitempty"` // by point; with one, a second person has to approve
}

// Digest is of the canonical form: an approval is of exactly this plan.
func (p *Plan) Digest() Digest { return digest(p) }

// NeedsSecond says whether a second person has to approve.
func (p *Plan) NeedsSecond() bool { return len(p.Outruns) > 0 }

// Approval is a second person's yes to a plan.
type Approval struct {
	Plan       string    `json:"plan"`           // id
	PlanDigest Digest    `json:"plan_digest"`    // what was looked at
	By         string    `json:"by"`             // id of the person
	Name       string    `json:"name,omitempty"` // of the person, as it was then
	At         time.Time `json:"at"`
	Text       string    `json:"text,omitempty"` // in their words
}

// End is how a plan ended.
type End string

// Ends. Unfinished and Uncertain mean: read the breaker before anything else.
const (
	Applied    End = "applied"     // everything is as planned, and was read back
	NotApplied End = "not applied" // nothing was changed
	RolledBack End = "rolled back" // something was not as planned; everything is as it was, and was read back
	Uncertain  End = "uncertain"   // it is not known what the breaker has
	Unfinished End = "unfinished"  // begun, and no end is recorded
)

// OutcomeRow is a setting of a plan after it was carried out.
type OutcomeRow struct {
	Point    string `json:"point"`
	Wanted   string `json:"wanted"`
	ReadBack string `json:"read_back"` // "" where it could not be read
	Verified bool   `json:"verified"`
}

// Outcome is what became of a plan.
type Outcome struct {
	Plan       string            `json:"plan"`
	PlanDigest Digest            `json:"plan_digest"`
	Breaker    string            `json:"breaker"`
	By         string            `json:"by"`             // id of the person
	Name       string            `json:"name,omitempty"` // of the person, as it was then
	At         time.Time         `json:"at"`
	End        End               `json:"end"`
	Why        string            `json:"why,omitempty"` // it did not go as planned
	Rows       []OutcomeRow      `json:"rows"`          // by point
	AsLeft     *Snapshot         `json:"as_left,omitempty"`
	Relied     []client.Reliance `json:"relied,omitempty"` // what was relied on and is not confirmed
}

// Digest is of the canonical form.
func (o *Outcome) Digest() Digest { return digest(o) }
