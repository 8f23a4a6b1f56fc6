package web

import (
	"time"
)

// Entry is one line of a device's security log: who did what at its web pages. It
// holds no secret.
type Entry struct {
	At     time.Time `json:"at"` // of the host
	Kind   Kind      `json:"kind"`
	Who    string    `json:"who,omitempty"`    // the account
	Source string    `json:"source,omitempty"` // network address
	Detail string    `json:"detail,omitempty"`
	Unit   string    `json:"-"` // the breaker, for those who hear of many
}

// Kind is what an entry tells.
type Kind string

// The kinds. The list is ours: no document gives the device's.
const (
	LoggedIn        Kind = "logged in"
	LoggedOut       Kind = "logged out"
	LoginRefused    Kind = "login refused"
	AccountLocked   Kind = "account locked"
	AccountUnlocked Kind = "account unlocked"
	AccountChanged  Kind = "account changed"
	PasswordChanged Kind = "password changed"
	RightsChanged   Kind = "rights changed"
	SettingChanged  Kind = "setting changed"
	Operated        Kind = "operated"
	OperateRefused  Kind = "operation refused"
	PageRefused     Kind = "page refused"
	RequestRefused  Kind = "request refused"
	Migrated        Kind = "migrated"
)

// logMax bounds the log, and detailMax what a line takes from outside.
const (
	logMax    = 256
	detailMax = 160
)

// note writes the log. It is kept with the next change of what must survive: a flood
// of refusals writes no disk.
func (d *Device) note(e Entry) {
	e.At = d.now()
	if len(e.Detail) > detailMax {
		e.Detail = e.Detail[:detailMax]
	}
	d.logMu.Lock()
	d.log = append(d.log, e)
	if len(d.log) > logMax {
		d.log = append([]Entry(nil), d.log[len(d.log)-logMax:]...)
	}
	subs := d.subs
	d.logMu.Unlock()
	e.Unit = d.unit.Name()
	for _, f := range subs {
		f(e)
	}
}

// Log returns the device's log, the newest last.
func (d *Device) Log() []Entry {
	d.logMu.Lock()
	defer d.logMu.Unlock()
	return append([]Entry(nil), d.log...)
}

// Subscribe calls f with every entry from now on, on the goroutine that caused it.
func (d *Device) Subscribe(f func(Entry)) {
	d.logMu.Lock()
	defer d.logMu.Unlock()
	d.subs = append(d.subs, f)
}
