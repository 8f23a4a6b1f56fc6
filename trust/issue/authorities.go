package issue

import (
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchroom/trust"
)

// kind is how the certificates of a branch differ from those of the others.
type kind struct {
	branch    string
	bound     bool                    // to one name, which is the branch's (name constraint)
	purposes  []x509.ExtKeyUsage      // what its authority may issue for; none: anything
	usage     []x509.ExtKeyUsage      // of what signs
	dedicated []asn1.ObjectIdentifier // usage that only we know
	first     bool                    // init issues a first signing certificate
}

// kinds are the branches, sorted.
var kinds = []kind{
	{branch: trust.Communication, bound: true, dedicated: []asn1.ObjectIdentifier{trust.EKU}, first: true},
	{branch: trust.Micrologic, bound: true, dedicated: []asn1.ObjectIdentifier{trust.EKU}, first: true},
	{branch: trust.Software, bound: true, purposes: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}, usage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}, first: true},
	{branch: trust.Timestamping, first: true}, // its usage is critical: see timestampUsage
	{branch: trust.TLS, purposes: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}},
}

// Branches are the names of the branches of a set, sorted.
var Branches = func() (all []string) {
	for _, k := range kinds {
		all = append(all, k.branch)
	}
	return all
}()

func kindOf(branch string) (*kind, error) {
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.branch == branch })
	if i < 0 {
		return nil, fmt.Errorf("branch %q is not known: give one of %q", branch, Branches)
	}
	return &kinds[i], nil
}

// domain is the name that signing certificates of a branch carry, and to which
// their issuer is bound.
func domain(branch string) string { return branch + ".firmware.invalid" }

// Root makes one more root of a branch, and an authority below it. Whoever is to
// trust it needs it before anything is signed with it: see docs/ceremony.md.
func (s *Set) Root(branch, passphrase string, now time.Time) (root string, err error) {
	if _, err := kindOf(branch); err != nil {
		return "", err
	}
	root = s.next(branch + "-root")
	if err := s.add(template(root, rootYears, now), branch, root, passphrase); err != nil {
		return "", err
	}
	issuing, err := s.Authority(root, passphrase, now)
	if err != nil {
		return "", err
	}
	return root, s.Lists(ListOrder{Issuers: []string{root, issuing}}, passphrase, now)
}

// Authority makes one more issuing authority below a root, and returns its name.
func (s *Set) Authority(root, passphrase string, now time.Time) (string, error) {
	c, err := s.named(root)
	if err != nil {
		return "", err
	}
	switch {
	case c.Issuer != c.Name:
		return "", fmt.Errorf("%s is not a root: an issuing authority is below a root", root)
	case c.Retired != nil:
		return "", fmt.Errorf("%s is trusted no more since %s: take another root", root, c.Retired.Format(time.RFC3339))
	}
	k, err := kindOf(c.Branch)
	if err != nil {
		return "", err
	}
	name := s.next(c.Branch + "-issuing")
	t := template(name, issuingYears, now)
	t.MaxPathLenZero, t.ExtKeyUsage = true, k.purposes
	if k.bound {
		t.PermittedDNSDomainsCritical, t.PermittedDNSDomains = true, []string{domain(c.Branch)}
	}
	return name, s.add(t, c.Branch, root, passphrase)
}

// next is a name that is not taken: the prefix, and a number from the second on.
func (s *Set) next(prefix string) string {
	name := prefix
	for n := 2; ; n++ {
		if _, err := s.named(name); err != nil {
			return name
		}
		name = fmt.Sprintf("%s-%d", prefix, n)
	}
}

// issuing is the first issuing authority of a branch that counts.
func (s *Set) issuing(branch string) (string, error) {
	for _, c := range s.Index.Certificates {
		if c.Branch == branch && c.issues() && s.stands(&c) {
			return c.Name, nil
		}
	}
	return "", fmt.Errorf("this set has no authority that issues for branch %s: make one with switchroom trust authority, or with a root of its own with switchroom trust root %s", branch, branch)
}

// issues tells whether a certificate is one of an authority below a root, by its
// name, which nobody else can be given.
func (c *Certificate) issues() bool {
	return c.Name == c.Branch+"-issuing" || strings.HasPrefix(c.Name, c.Branch+"-issuing-")
}

// signs tells whether a certificate is one that signs, by its name.
func (c *Certificate) signs() bool { return strings.HasPrefix(c.Name, c.Branch+"-signing-") }
