package accounts

import (
	"cmp"
	"slices"
	"time"
)

// AccessRow is a group and the access it needs, for print (C2).
type AccessRow struct {
	Group  string       `json:"group"`
	Why    string       `json:"why"`
	Roles  []Role       `json:"roles"`
	May    []Permission `json:"may"`
	People []string     `json:"people"` // logins, sorted; who may not sign in stands there with "(off)"
}

// AccessTable is all groups, by name, and at the end, in a row without a name, whoever
// is in none.
func (b *Book) AccessTable() (rows []AccessRow) {
	people := b.People()
	for _, g := range b.Groups() {
		rows = append(rows, AccessRow{g.Name, g.Text, g.Roles, Granted(g.Roles...), logins(people, func(p *Person) bool { return slices.Contains(p.Groups, g.ID) })})
	}
	if rest := logins(people, func(p *Person) bool { return len(p.Groups) == 0 }); len(rest) > 0 {
		rows = append(rows, AccessRow{Why: "in no group: may do nothing", People: rest})
	}
	return rows
}

func logins(people []Person, meant func(*Person) bool) (all []string) {
	for i := range people {
		switch p := &people[i]; {
		case !meant(p):
		case p.Off:
			all = append(all, p.Login+" (off)")
		default:
			all = append(all, p.Login)
		}
	}
	return all
}

// PersonRow is a person, what they may, and by what they prove who they are (C2, C5).
type PersonRow struct {
	Login         string       `json:"login"`
	Name          string       `json:"name"`
	Groups        []string     `json:"groups"` // names
	May           []Permission `json:"may"`    // nothing, for whoever may not sign in
	Off           bool         `json:"off"`
	Password      bool         `json:"password"`
	PasswordDue   time.Time    `json:"password_due"` // zero: there is none
	Authenticator bool         `json:"authenticator"`
	Passkeys      int          `json:"passkeys"`
	Tokens        int          `json:"tokens"` // that are good now
	Company       string       `json:"company"`
}

// PeopleTable is everybody, by login.
func (b *Book) PeopleTable(now time.Time) (rows []PersonRow) {
	names := map[string]string{}
	for _, g := range b.Groups() {
		names[g.ID] = g.Name
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, p := range b.people {
		r := PersonRow{
			Login: p.Login, Name: p.Name, Off: p.Off, Password: p.Password != "", Authenticator: len(p.Authenticator) > 0,
			Passkeys: len(p.Passkeys), Company: p.Company,
		}
		for _, g := range p.Groups {
			r.Groups = append(r.Groups, names[g])
		}
		slices.Sort(r.Groups)
		if roles, err := rolesOf(p, b.groups); err == nil && !p.Off {
			r.May = Granted(roles...)
		}
		if r.Password {
			r.PasswordDue = b.due(p)
		}
		for i := range p.Tokens {
			if now.Before(p.Tokens[i].Until) {
				r.Tokens++
			}
		}
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(a, b PersonRow) int { return cmp.Compare(a.Login, b.Login) })
	return rows
}

// SoonFor is how long before its end a qualification is said to end soon, ours.
const SoonFor = 30 * day

// SkillRow is somebody who is, or was, declared qualified for something (D14).
type SkillRow struct {
	Skill Skill        `json:"skill"`
	For   []Permission `json:"for"` // what asks for it
	Login string       `json:"login"`
	Name  string       `json:"name"`
	Until time.Time    `json:"until"`
	By    string       `json:"by"`    // login of who declared it; "(gone)" if that person is no more
	State string       `json:"state"` // "qualified", "ends soon", "ended", or "off" where the person may not sign in
}

// SkillTable is who is qualified for what, by skill and login.
func (b *Book) SkillTable(now time.Time) (rows []SkillRow) {
	people, login := b.People(), map[string]string{}
	for i := range people {
		login[people[i].ID] = people[i].Login
	}
	for i := range people {
		p := &people[i]
		for s, q := range p.Qualified {
			rows = append(rows, SkillRow{s, asks(s), p.Login, p.Name, q.Until, cmp.Or(login[q.By], "(gone)"), stateOf(p, q, now)})
		}
	}
	slices.SortFunc(rows, func(a, b SkillRow) int {
		return cmp.Or(cmp.Compare(a.Skill, b.Skill), cmp.Compare(a.Login, b.Login))
	})
	return rows
}

func stateOf(p *Person, q Qualification, now time.Time) string {
	switch {
	case p.Off:
		return "off"
	case !now.Before(q.Until):
		return "ended"
	case !now.Before(q.Until.Add(-SoonFor)):
		return "ends soon"
	}
	return "qualified"
}

// asks returns the permissions that ask for a skill.
func asks(s Skill) (all []Permission) {
	for _, r := range rights {
		if r.Skill == s {
			all = append(all, r.Permission)
		}
	}
	return all
}
