package trust

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"math/big"
	"time"
)

// The states of a revocation list. Only the first two answer the question.
const (
	FreshEmpty  = "fresh-empty"
	FreshListed = "fresh-listed"
	Stale       = "stale"       // its next update is past, or it is not signed for now
	Unreachable = "unreachable" // there is none of this issuer
	Invalid     = "invalid"     // not signed by its issuer, or of a kind that is not understood
)

// List is the newest revocation list of one issuer, and how far it can be trusted.
type List struct {
	State   string
	Detail  string
	Number  *big.Int
	Next    time.Time
	Revoked []Revoked
}

// Revoked is one certificate that was revoked.
type Revoked struct {
	Serial  *big.Int
	Reason  int       // RFC 5280, 5.3.1
	At      time.Time // when the issuer revoked it
	Invalid time.Time // since when it was not to be trusted; zero if the issuer does not say
}

// Known tells whether the list answers the question.
func (l *List) Known() bool { return l.State == FreshEmpty || l.State == FreshListed }

// first is the earliest time from which the key may have been in other hands.
func (r *Revoked) first() time.Time {
	if !r.Invalid.IsZero() && r.Invalid.Before(r.At) {
		return r.Invalid
	}
	return r.At
}

// last is the date before which nothing counts: the later of the two.
func (r *Revoked) last() time.Time {
	if r.Invalid.After(r.At) {
		return r.Invalid
	}
	return r.At
}

// harmless are the reasons that do not say that the key was in other hands.
// A reason that is not given (0) is not among them.
var harmless = map[int]string{3: "affiliationChanged", 4: "superseded", 5: "cessationOfOperation"}

// ListOf returns the newest list of an issuer among raw ones, as of now.
func ListOf(issuer *x509.Certificate, raw [][]byte, now time.Time) List {
	best := List{State: Unreachable, Detail: "there is no revocation list of " + issuer.Subject.CommonName}
	for _, b := range raw {
		l, err := x509.ParseRevocationList(b)
		if err != nil || !bytes.Equal(l.RawIssuer, issuer.RawSubject) {
			continue
		}
		x := judgeList(issuer, l, now)
		if best.Number == nil || x.Number != nil && x.Number.Cmp(best.Number) > 0 {
			best = x
		}
	}
	return best
}

func judgeList(issuer *x509.Certificate, l *x509.RevocationList, now time.Time) List {
	if err := understood(issuer, l); err != nil {
		return List{State: Invalid, Detail: err.Error()}
	}
	out := List{State: FreshEmpty, Number: l.Number, Next: l.NextUpdate}
	for _, e := range l.RevokedCertificateEntries {
		r, err := revoked(e)
		if err != nil {
			return List{State: Invalid, Detail: err.Error()}
		}
		out.State, out.Revoked = FreshListed, append(out.Revoked, r)
	}
	if now.After(l.NextUpdate) || now.Before(l.ThisUpdate) {
		out.State = Stale
		out.Detail = fmt.Sprintf("the list of %s counts from %s to %s", issuer.Subject.CommonName, l.ThisUpdate.Format(time.RFC3339), l.NextUpdate.Format(time.RFC3339))
	}
	return out
}

var (
	oidDelta    = asn1.ObjectIdentifier{2, 5, 29, 27}
	oidScope    = asn1.ObjectIdentifier{2, 5, 29, 28}
	oidIndirect = asn1.ObjectIdentifier{2, 5, 29, 29}
	oidInvalid  = asn1.ObjectIdentifier{2, 5, 29, 24}
	oidReason   = asn1.ObjectIdentifier{2, 5, 29, 21}
)

// understood refuses what is not a full list of this issuer.
func understood(issuer *x509.Certificate, l *x509.RevocationList) error {
	if err := l.CheckSignatureFrom(issuer); err != nil {
		return fmt.Errorf("a revocation list is not signed by %s: %w", issuer.Subject.CommonName, err)
	}
	if l.Number == nil || l.NextUpdate.IsZero() {
		return fmt.Errorf("a revocation list without number or next update")
	}
	for _, e := range l.Extensions {
		switch {
		case e.Id.Equal(oidDelta):
			return fmt.Errorf("a delta revocation list: only full ones are taken")
		case e.Id.Equal(oidScope):
			return fmt.Errorf("an indirect or partial revocation list: only full ones are taken")
		case e.Critical:
			return fmt.Errorf("a revocation list with extension %s, which is not known", e.Id)
		}
	}
	return nil
}

func revoked(e x509.RevocationListEntry) (Revoked, error) {
	r := Revoked{Serial: e.SerialNumber, Reason: e.ReasonCode, At: e.RevocationTime}
	for _, x := range e.Extensions {
		switch {
		case x.Id.Equal(oidInvalid):
			rest, err := asn1.UnmarshalWithParams(x.Value, &r.Invalid, "generalized")
			if err != nil || len(rest) > 0 {
				return r, fmt.Errorf("a revocation list with an invalidity date that cannot be read")
			}
		case x.Id.Equal(oidIndirect), x.Critical && !x.Id.Equal(oidReason):
			return r, fmt.Errorf("a revocation list with entry extension %s, which is not known", x.Id)
		}
	}
	return r, nil
}
