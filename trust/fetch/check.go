package fetch

import (
	"cmp"
	"context"
	"io/fs"
	"slices"

	"switchroom/trust"
)

// Check fetches the lists of branches and says what is known of each issuer, sorted by
// branch and issuer. An issuer of which nobody says where its list is, is unreachable.
func (c *Cache) Check(ctx context.Context, branches map[string]*trust.Branch, sources []Source) []Answer {
	all := []Answer{}
	for name, b := range branches {
		named := map[string]bool{}
		for _, s := range sources {
			if s.Branch == name {
				all, named[s.Issuer] = append(all, c.Get(ctx, s, b.Roots)), true
			}
		}
		for _, root := range b.Roots {
			if issuer := root.Subject.CommonName; !named[issuer] {
				all = append(all, Answer{Branch: name, Issuer: issuer, State: trust.Unreachable, Problem: "nobody says where its list is published", Revoked: []Revoked{}})
			}
		}
	}
	sortAnswers(all)
	return all
}

func sortAnswers(all []Answer) {
	slices.SortFunc(all, func(a, b Answer) int {
		return cmp.Or(cmp.Compare(a.Branch, b.Branch), cmp.Compare(a.Issuer, b.Issuer))
	})
}

// Local says what is known of the lists in a directory that trust export made, without
// asking anybody.
func (c *Cache) Local(set fs.FS) ([]Answer, error) {
	issuers, err := trust.ReadIssuers(set)
	if err != nil {
		return nil, err
	}
	all := []Answer{}
	for _, i := range issuers {
		a := Answer{Branch: i.Branch, Issuer: i.Name, Revoked: []Revoked{}}
		a.judge(i.Certificate, i.List, c.Now())
		all = append(all, a)
	}
	sortAnswers(all)
	return all, nil
}
