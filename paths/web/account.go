package web

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchroom/access"
	"switchroom/credential"
)

// group is one of the four of profile 2017. They can be renamed; administrators have
// every right and keep it. Number and names of the groups are ours.
type group uint8

const (
	engineers group = iota
	operators
	guests
	administrators
	numGroups = 3 // those whose rights can be set
)

var groupNames = [...]string{engineers: "Engineer", operators: "Operator", guests: "Guest", administrators: "Administrator"}

// account is somebody who may log in, as it is kept.
type account struct {
	ID       uint64            `json:"id"`
	Name     string            `json:"name"`
	Password credential.Hash   `json:"password"`
	Group    group             `json:"group"` // profile 2017
	Roles    access.Roles      `json:"roles"` // the others
	Email    string            `json:"email"`
	Phone    string            `json:"phone"`
	Language string            `json:"language"`
	Off      bool              `json:"off"`    // may not log in
	Locked   time.Time         `json:"locked"` // since when, after too many wrong passwords; zero: not
	Wrong    int               `json:"wrong"`  // wrong passwords since the last right one
	Change   bool              `json:"change"` // the password is one that somebody else has set
	Factory  bool              `json:"factory"`
	Set      time.Time         `json:"set"`            // when its owner set it; zero: never
	Past     []credential.Hash `json:"past,omitempty"` // the ones before, the newest first
}

// book is everything that a device keeps about its web pages. It is replaced whole,
// never changed in place.
type book struct {
	Generation generation          `json:"generation"`
	Firmware   string              `json:"firmware"`
	Next       uint64              `json:"next"` // id of the next account
	Accounts   []account           `json:"accounts"`
	Groups     [4]string           `json:"groups"`              // names, profile 2017
	Rights     map[string][3]right `json:"rights"`              // of pages, where they are not as delivered
	Parts      map[string]part     `json:"parts"`               // of pages that keep something of their own
	Log        []Entry             `json:"log"`                 // the newest last
	Migration  *Migration          `json:"migration,omitempty"` // until a security administrator has seen it
}

// part is what a page keeps, as JSON.
type part string

// generation is which of the two kinds of accounts a book holds.
type generation string

const (
	byGroup generation = "groups" // firmware up to 003.010.005
	byRole  generation = "roles"  // firmware from 004.001.000 on
)

// generationOf is what a profile has.
func generationOf(p access.Profile) generation {
	if p.ByRole() {
		return byRole
	}
	return byGroup
}

// factory is the book of a device as delivered.
func factory(p access.Profile, firmware string) *book {
	b := &book{Generation: generationOf(p), Firmware: firmware, Groups: groupNames, Next: 1}
	switch b.Generation {
	case byRole:
		b.add(account{Name: "SecurityAdmin", Roles: access.SecurityAdmin, Password: delivered("AAAAAAAA"), Factory: true, Change: true})
	default:
		b.add(account{Name: "Administrator", Group: administrators, Password: delivered("Gateway"), Factory: true, Change: true})
		b.add(account{Name: "Guest", Group: guests, Password: delivered("Guest"), Factory: true, Change: true})
	}
	return b
}

func (b *book) add(a account) uint64 {
	a.ID = b.Next
	b.Next++
	if a.Language == "" {
		a.Language = "en"
	}
	b.Accounts = append(b.Accounts, a)
	return a.ID
}

// clone is a copy that may be changed.
func (b *book) clone() *book {
	c := *b
	c.Accounts = slices.Clone(b.Accounts)
	for i := range c.Accounts {
		c.Accounts[i].Past = slices.Clone(c.Accounts[i].Past)
	}
	c.Log = slices.Clone(b.Log)
	c.Rights = map[string][3]right{}
	for k, v := range b.Rights {
		c.Rights[k] = v
	}
	c.Parts = map[string]part{}
	for k, v := range b.Parts {
		c.Parts[k] = v
	}
	return &c
}

// named finds an account by its name; case matters.
func (b *book) named(name string) *account {
	return b.find(func(a *account) bool { return a.Name == name })
}

// account finds an account by its id.
func (b *book) account(id uint64) *account {
	return b.find(func(a *account) bool { return a.ID == id })
}

func (b *book) find(is func(*account) bool) *account {
	for i := range b.Accounts {
		if is(&b.Accounts[i]) {
			return &b.Accounts[i]
		}
	}
	return nil
}

// remove takes an account away.
func (b *book) remove(id uint64) {
	b.Accounts = slices.DeleteFunc(b.Accounts, func(a account) bool { return a.ID == id })
}

// noTime is no time at all.
var noTime time.Time

// keys reports whether an account gives rights to others: without one that may log
// in, nobody could ever again.
func (b *book) keys(a *account) bool {
	if b.Generation == byRole {
		return a.Roles&access.SecurityAdmin != 0 && !a.Off
	}
	return a.Group == administrators && !a.Off
}

// check says what is wrong with a book.
func (b *book) check() error {
	var bad []error
	if b.Generation != byGroup && b.Generation != byRole {
		bad = append(bad, fmt.Errorf("accounts of an unknown kind %q", b.Generation))
	}
	if b.find(b.keys) == nil {
		bad = append(bad, b.noKeys())
	}
	names := map[string]bool{}
	for i := range b.Accounts {
		a := &b.Accounts[i]
		if names[a.Name] {
			bad = append(bad, fmt.Errorf("two accounts have the name %q", a.Name))
		}
		names[a.Name] = true
		bad = append(bad, b.checkAccount(a))
	}
	if len(b.Accounts) > b.most() {
		bad = append(bad, fmt.Errorf("%d accounts; a device has up to %d", len(b.Accounts), b.most()))
	}
	return errors.Join(bad...)
}

func (b *book) noKeys() error {
	if b.Generation == byRole {
		return errors.New("at least one enabled account must be a security administrator (SECADM): give the role to another account first")
	}
	return errors.New("at least one enabled account must be in the group of administrators: put another account there first")
}

func (b *book) checkAccount(a *account) error {
	if err := b.nameRule(a.Name); err != nil {
		return err
	}
	if err := a.Password.Check(); err != nil {
		return fmt.Errorf("%s: %w", a.Name, err)
	}
	switch {
	case a.ID == 0 || a.ID >= b.Next:
		return fmt.Errorf("%s: an account without a number of its own", a.Name)
	case b.Generation == byRole && (a.Roles == 0 || a.Roles&^access.AnyRole != 0):
		return fmt.Errorf("%s: give the account at least one role", a.Name)
	case a.Group > administrators:
		return fmt.Errorf("%s: there is no such group", a.Name)
	}
	return nil
}

// accountsMax: the two of the factory and 11 of users (IFEi); with roles ours.
func (b *book) most() int {
	if b.Generation == byRole {
		return 32
	}
	return 13
}

// nameRule says what is wrong with a name: 1 to 15 letters and digits (IFEi); from
// 004.001.000 on at least four, which the padding at the migration shows.
func (b *book) nameRule(name string) error {
	least := 1
	if b.Generation == byRole {
		least = 4
	}
	if len(name) < least || len(name) > 15 || strings.ContainsFunc(name, func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
	}) {
		return fmt.Errorf("a user name has %d to 15 letters and digits", least)
	}
	return nil
}

// right is what a group may do with a page.
func (b *book) right(g group, p *page) right {
	if g >= administrators {
		if g == administrators {
			return change
		}
		return none
	}
	if set, ok := b.Rights[p.key]; ok {
		return set[g]
	}
	return p.groups[g]
}

// may is what an account may do with a page.
func (b *book) may(a *account, p *page) right {
	if b.Generation == byGroup {
		return b.right(a.Group, p)
	}
	has := permitted(a.Roles)
	switch {
	case has&p.look == 0:
		return none
	case has&p.change == 0:
		return look
	}
	return change
}

// delivered is a password as the factory set it. Everybody knows these, so one salt
// for all devices of a process gives nothing away, and ten thousand of them start at
// once.
func delivered(password string) credential.Hash {
	known.Lock()
	defer known.Unlock()
	if h, ok := known.of[password]; ok {
		return h
	}
	h, err := hash(context.Background(), password)
	if err != nil {
		panic("web: " + err.Error()) // nobody logs in yet: there is no crowd
	}
	known.of[password] = h
	return h
}
