package trust

import (
	"bytes"
	"crypto/x509"
	"math/big"
	"slices"
	"time"
)

// Kept is what a side is to remember of what it was shown: revocation lists and how
// late it is at least. All of it is signed by whom the side trusts, whatever became
// of the package it came with.
type Kept struct {
	Lists [][]byte  // DER; the newest of each issuer, sorted by issuer
	Time  time.Time // when the newest of them was signed; zero without any
}

// Kept looks through the lists of a side. Issuers below a root are found in the
// package that came along.
func (s *Side) Kept(pkg []byte) Kept {
	var k Kept
	best := map[string]newest{}
	for name, branch := range s.Branches {
		if !forPackages(name) {
			continue
		}
		for _, issuer := range branch.issuers(pkg) {
			for _, raw := range branch.Lists {
				if n, ok := listBy(issuer, raw); ok && (best[string(issuer.RawSubject)].number == nil || n.number.Cmp(best[string(issuer.RawSubject)].number) > 0) {
					best[string(issuer.RawSubject)] = n
				}
			}
		}
	}
	var names []string
	for name, n := range best {
		names = append(names, name)
		if n.at.After(k.Time) {
			k.Time = n.at
		}
	}
	slices.Sort(names)
	for _, name := range names {
		k.Lists = append(k.Lists, best[name].raw)
	}
	return k
}

// Over adds what a side kept before: lists of issuers of whom this one has none. A
// package brings the authorities of its own branch only, and what is known of the
// others must not be forgotten for it.
func (k Kept) Over(before [][]byte) [][]byte {
	all, known := slices.Clone(k.Lists), map[string]bool{}
	for _, raw := range k.Lists {
		known[issuerOf(raw)] = true
	}
	for _, raw := range before {
		if name := issuerOf(raw); name != "" && !known[name] {
			all, known[name] = append(all, raw), true
		}
	}
	return all
}

// issuerOf is the name of who signed a list; "" if it is none.
func issuerOf(raw []byte) string {
	l, err := x509.ParseRevocationList(raw)
	if err != nil {
		return ""
	}
	return string(l.RawIssuer)
}

// newest is the newest list of an issuer.
type newest struct {
	raw    []byte
	number *big.Int
	at     time.Time
}

// listBy reads a list if an issuer signed it.
func listBy(issuer *x509.Certificate, raw []byte) (newest, bool) {
	l, err := x509.ParseRevocationList(raw)
	if err != nil || !bytes.Equal(l.RawIssuer, issuer.RawSubject) || understood(issuer, l) != nil {
		return newest{}, false
	}
	return newest{raw, l.Number, l.ThisUpdate}, true
}

// issuers are the roots of a branch and the authorities below them that a package
// brings.
func (b *Branch) issuers(pkg []byte) []*x509.Certificate {
	all := slices.Clone(b.Roots)
	p, err := Split(pkg)
	if err != nil {
		return all
	}
	var brought []*x509.Certificate
	if sig, err := checkCMS(p.Signature, p.ManifestBytes, oidData); err == nil {
		brought = sig.others
	}
	if t, err := checkTimestamp(p.Timestamp, p.Signature); len(p.Timestamp) > 0 && err == nil {
		brought = append(brought, t.with...)
	}
	for _, c := range brought {
		// As of its own beginning: whether it counts now is for Verify to say.
		if _, err := b.chain(c, brought, c.NotBefore, x509.ExtKeyUsageAny); err == nil && c.IsCA {
			all = append(all, c)
		}
	}
	return all
}
