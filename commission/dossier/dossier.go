// Package dossier makes the commissioning report of a project: what each breaker was, who
// changed what, why, with whose consent, what it is now, and whether that is what the
// study wants. The same data give the same bytes; a digest of them stands on every page,
// and signatures are of that digest.
//
// What is sensitive is taken out unless the owner asks for the whole (C1).
package dossier

import (
	"context"
	"time"

	"switchroom/commission"
	"switchroom/credential"
)

// Data is everything that a report stands on.
type Data struct {
	Project  *commission.Project `json:"project"`
	Breakers []Breaker           `json:"breakers"`

	signatures []commission.Signature // of the digest of this
}

// Breaker is one breaker.
type Breaker struct {
	Breaker commission.Breaker   `json:"breaker"`
	AsFound *commission.Snapshot `json:"as_found,omitempty"` // the first
	AsLeft  *commission.Snapshot `json:"as_left,omitempty"`  // the last
	Plans   []commission.File    `json:"plans,omitempty"`    // the oldest first
}

// Gather collects the data of a project, of all breakers or of those named.
func Gather(ctx context.Context, o *commission.Office, token credential.Secret, number string, ids ...string) (*Data, error) {
	p, err := o.Project(ctx, token, number)
	if err != nil {
		return nil, err
	}
	d := &Data{Project: p}
	if len(ids) == 0 {
		for _, b := range p.Breakers {
			ids = append(ids, b.ID)
		}
	}
	for _, id := range ids {
		b, ok := p.Find(id)
		if !ok {
			return nil, &commission.NoneError{What: "breaker " + id + " in project " + number}
		}
		one, err := gather(ctx, o, token, number, *b)
		if err != nil {
			return nil, err
		}
		d.Breakers = append(d.Breakers, *one)
	}
	d.signatures, err = o.Signatures(ctx, token, number, d.Digest())
	return d, err
}

func gather(ctx context.Context, o *commission.Office, token credential.Secret, number string, b commission.Breaker) (*Breaker, error) {
	one := &Breaker{Breaker: b}
	taken, err := o.Snapshots(ctx, token, number, b.ID)
	if err != nil {
		return nil, err
	}
	if n := len(taken); n > 0 {
		one.AsFound, one.AsLeft = &taken[n-1], &taken[0]
	}
	plans, err := o.Plans(ctx, token, number, b.ID)
	if err != nil {
		return nil, err
	}
	for i := len(plans) - 1; i >= 0; i-- {
		f, err := o.PlanOf(ctx, token, plans[i].ID)
		if err != nil {
			return nil, err
		}
		one.Plans = append(one.Plans, *f)
		if out := f.Outcome; out != nil && out.AsLeft != nil && (one.AsLeft == nil || out.AsLeft.At.After(one.AsLeft.At)) {
			one.AsLeft = out.AsLeft
		}
	}
	return one, nil
}

// Digest is of the data, without signatures.
func (d *Data) Digest() commission.Digest { return commission.DigestOf(d) }

// Made is when the newest of the data came to be: the report of the same data has the
// same date, whenever it is printed.
func (d *Data) Made() (at time.Time) {
	later := func(t time.Time) {
		if t.After(at) {
			at = t.UTC()
		}
	}
	for _, b := range d.Breakers {
		if b.AsLeft != nil {
			later(b.AsLeft.At)
		}
		for _, f := range b.Plans {
			later(f.Plan.At)
			if f.Approval != nil {
				later(f.Approval.At)
			}
			if f.Outcome != nil {
				later(f.Outcome.At)
			}
		}
	}
	for _, s := range d.signatures {
		later(s.At)
	}
	return at
}
