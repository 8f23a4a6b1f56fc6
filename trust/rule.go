package trust

import (
	"crypto/x509"
	"time"
)

// dating is what the date rule looks at.
type dating struct {
	built    time.Time
	proven   time.Time // when a trusted timestamp says the signature existed; zero without
	byIt     bool      // it is signed with the certificate that was revoked
	optedIn  bool      // the timestamp exception was chosen
	hardened bool
}

// dateRule is GUIDE E7 as R8 reads it, for one revocation of a branch.
//
// Everything a revoked certificate signed is refused, and so is whatever was
// built before the revocation, whoever signed it. The exception, which somebody
// must have chosen, spares what a trusted timestamp proves older than a
// revocation for a reason that leaves the key where it was.
func dateRule(r *Revoked, d dating) string {
	if d.optedIn && harmless[r.Reason] != "" && !d.proven.IsZero() && d.proven.Before(r.first()) {
		return Accepted
	}
	switch {
	case d.byIt:
		return RevokedSigner
	case d.built.Before(r.last()):
		return DatedBefore
	}
	return Accepted
}

// hardenedDating only adds refusals: no proof of when, or a date that the proof
// contradicts.
func hardenedDating(d dating) string {
	switch {
	case !d.hardened:
		return Accepted
	case d.proven.IsZero():
		return NoTimestamp
	case d.built.After(d.proven):
		return DatedLater
	}
	return Accepted
}

// judgeDates asks every list on the way up, and holds each revocation against
// the package. It answers with the reason and the revocation it is for.
func (s *Side) judgeDates(b *Branch, chain []*x509.Certificate, d dating) (string, string, *Revoked) {
	var lists []List
	for _, issuer := range chain[1:] {
		l := ListOf(issuer, b.Lists, s.now())
		if !l.Known() {
			return unknownList[l.State], l.Detail, nil
		}
		lists = append(lists, l)
	}
	// Revocations of the chain itself first: that is the graver reason.
	for _, byIt := range []bool{true, false} {
		for i, l := range lists {
			for _, r := range l.Revoked {
				d.byIt = r.Serial.Cmp(chain[i].SerialNumber) == 0
				if d.byIt != byIt {
					continue
				}
				if why := dateRule(&r, d); why != Accepted {
					return why, "", &r
				}
			}
		}
	}
	return hardenedDating(d), "", nil
}

var unknownList = map[string]string{Invalid: ListInvalid, Stale: ListStale, Unreachable: ListMissing}
