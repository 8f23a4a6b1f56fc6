package issue

import (
	"fmt"
	"time"
)

// Retire takes a root out of what whoever reads this set trusts, with all that is
// below it: no list can revoke a root. Nothing can be undone of it.
func (s *Set) Retire(root string, now time.Time) error {
	c, err := s.named(root)
	switch {
	case err != nil:
		return err
	case c.Issuer != c.Name:
		return fmt.Errorf("%s is not a root: revoke it (switchroom trust revoke)", root)
	case c.Retired != nil:
		return fmt.Errorf("%s is trusted no more already, since %s", root, c.Retired.Format(time.RFC3339))
	}
	now = now.UTC().Truncate(time.Second)
	c.Retired = &now
	return s.save()
}

// Standing are the certificates that count as far as this set knows: not retired, not
// below one that is. Those that were revoked are among them; lists tell of those.
func (s *Set) Standing() (all []Certificate) {
	for _, c := range s.Index.Certificates {
		if root := s.rootOf(&c); root != nil && root.Retired == nil {
			all = append(all, c)
		}
	}
	return all
}

// rootOf is the root above a certificate.
func (s *Set) rootOf(c *Certificate) *Certificate {
	for range len(s.Index.Certificates) {
		if c.Issuer == c.Name {
			return c
		}
		above, err := s.named(c.Issuer)
		if err != nil {
			return nil
		}
		c = above
	}
	return nil // a circle
}

// stands tells whether what a certificate signs can be taken: neither it nor anything
// above it was revoked or retired.
func (s *Set) stands(c *Certificate) bool {
	for range len(s.Index.Certificates) {
		if c.Revoked != nil || c.Retired != nil {
			return false
		}
		if c.Issuer == c.Name {
			return true
		}
		above, err := s.named(c.Issuer)
		if err != nil {
			return false
		}
		c = above
	}
	return false
}

// Young tells how old the root of an authority is if the branch has an older one that
// stands: not everybody may have it yet. "" asks for the authority that issues by itself.
func (s *Set) Young(branch, issuer string, now time.Time) (root string, age time.Duration, err error) {
	if issuer, err = s.issuer(branch, issuer); err != nil {
		return "", 0, err
	}
	c, err := s.named(issuer)
	if err != nil {
		return "", 0, err
	}
	own, err := s.Certificate(c.Issuer)
	if err != nil {
		return "", 0, err
	}
	for _, x := range s.Index.Certificates {
		switch {
		case x.Name == c.Issuer:
			return "", 0, nil // there is none before it
		case x.Branch == branch && x.Issuer == x.Name && x.Retired == nil:
			return c.Issuer, now.Sub(own.NotBefore), nil
		}
	}
	return "", 0, nil
}
