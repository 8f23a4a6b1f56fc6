package web

import (
	"fmt"
	"strings"

	"switchroom/access"
)

// Migration is what came of the accounts of a device whose firmware crossed from
// 003.010.005 or before to 004.001.000 or after, in the steps of the release note (RN).
type Migration struct {
	From, To string
	Kept     []string // accounts by their new names
	Renamed  []string // "ab → ab00"
	Dropped  []string
	Told     []string // each step in words
}

// migratedMax is how many accounts of users are taken over (RN).
const migratedMax = 11

// migrated is the password that every account that is taken over gets (RN): the same
// for all, and known to everybody. So here, unlike there, each has to change it before
// it changes anything else.
const migrated = "Admin@123"

// migrate makes accounts with roles of accounts with groups. It is the nine steps of
// the release note, as far as they are about accounts; what they say of mail and of
// data logs is for those who keep these ([Options.Migrate]).
func migrate(old *book, firmware string) (*book, Migration) {
	m := Migration{From: old.Firmware, To: firmware}
	b := &book{Generation: byRole, Firmware: firmware, Groups: groupNames, Next: 1, Parts: old.Parts, Log: old.Log}
	m.say("1", "the account Guest is removed")
	b.takeAdministrator(old, &m)
	n := 0
	for _, a := range old.Accounts {
		switch {
		case a.Name == "Guest" && a.Group == guests, a.Name == administratorOf(old):
		case n >= migratedMax:
			m.Dropped = append(m.Dropped, a.Name)
		default:
			n++
			b.takeUser(a, &m)
		}
	}
	m.say("3", fmt.Sprintf("%d accounts of users are kept by name, with the e-mail address, the role Viewer and the password of the release note, which each has to change at the first login (ours)", n))
	m.say("4", fmt.Sprintf("%d accounts beyond the first %d are dropped", len(m.Dropped), migratedMax))
	b.forgetMail(&m)
	m.say("9", "a security administrator has to look at all of it")
	return b, m
}

func (m *Migration) say(step, what string) {
	m.Told = append(m.Told, "step "+step+": "+what)
}

// administratorOf is the name of the factory's administrator, or of who took its place.
func administratorOf(old *book) string {
	if old.named("Administrator") != nil {
		return "Administrator"
	}
	return old.find(func(a *account) bool { return a.Group == administrators }).Name
}

// takeAdministrator is step 2.
func (b *book) takeAdministrator(old *book, m *Migration) {
	a := old.named(administratorOf(old))
	b.add(account{Name: "SecurityAdmin", Roles: access.SecurityAdmin, Password: delivered("AAAAAAAA"), Factory: true, Change: true, Email: a.Email, Language: a.Language})
	m.Renamed = append(m.Renamed, a.Name+" → SecurityAdmin")
	m.say("2", a.Name+" is SecurityAdmin with the password of the factory; the e-mail address is kept")
}

// takeUser is step 3: names shorter than four are padded with 0. A name that is there
// already gets another last digit, which is ours.
func (b *book) takeUser(a account, m *Migration) {
	name := padded(a.Name)
	for i := 1; b.named(name) != nil && i < 100; i++ {
		end := fmt.Sprint(i)
		name = padded(a.Name)
		name = name[:min(len(name), 15-len(end))] + end
	}
	if name != a.Name {
		m.Renamed = append(m.Renamed, a.Name+" → "+name)
	}
	m.Kept = append(m.Kept, name)
	b.add(account{Name: name, Roles: access.Viewer, Password: delivered(migrated), Factory: true, Change: true, Email: a.Email, Language: a.Language})
}

func padded(name string) string { return name + strings.Repeat("0", max(0, 4-len(name))) }

// crosses reports whether a device that kept b now has firmware with roles.
func (d *Device) crosses(b *book) bool {
	return b.Generation == byGroup && d.profile.ByRole() && b.Firmware <= lastByGroup && d.options.Firmware >= firstByRole
}

// cross migrates what is kept, and keeps that. Options.Migrate comes first and may come
// again: if the device ends in between, all of it is done anew at the next start.
func (d *Device) cross(old *book) error {
	b, m := migrate(old, d.options.Firmware)
	if d.options.Migrate != nil {
		told, err := d.options.Migrate()
		if err != nil {
			return fmt.Errorf("migration from firmware %s to %s: %w; nothing was changed, the next start tries again", m.From, m.To, err)
		}
		m.Told = append(m.Told, told...)
	}
	if err := b.check(); err != nil {
		return fmt.Errorf("migration from firmware %s to %s: %w", m.From, m.To, err)
	}
	d.kept, d.log = old, old.Log
	for _, step := range m.Told {
		d.note(Entry{Kind: Migrated, Detail: step})
	}
	b.Log, b.Migration = d.Log(), &m
	if err := d.store.save(b); err != nil {
		return fmt.Errorf("migration from firmware %s to %s: it cannot be written: %w", m.From, m.To, err)
	}
	d.kept = b
	return nil
}

// Migration is what the accounts have come through, or nil.
func (d *Device) Migration() *Migration { return d.book().Migration }
