package fetch

import (
	"time"

	"switchroom/trust/duty"
)

// Checks makes of answers the checks of their branches: the evidence for the duty.
func Checks(answers []Answer, by string, at time.Time) map[string]*duty.Check {
	all := map[string]*duty.Check{}
	for _, a := range answers {
		c := all[a.Branch]
		if c == nil {
			c = &duty.Check{Branch: a.Branch, At: at, By: by}
			all[a.Branch] = c
		}
		e := duty.Evidence{Issuer: a.Issuer, State: a.State, Number: a.Number, Digest: a.Digest, This: a.This, Next: a.Next, Revoked: len(a.Revoked), Problem: a.Problem}
		for _, r := range a.Revoked {
			if e.First.IsZero() || r.At.Before(e.First) {
				e.First = r.At
			}
			if r.At.After(e.Last) {
				e.Last = r.At
			}
		}
		c.Evidence = append(c.Evidence, e)
	}
	return all
}
