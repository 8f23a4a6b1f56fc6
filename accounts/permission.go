package accounts

import (
	"slices"
	"strings"
)

// Permission is one thing that a person may do, as area.verb.
type Permission string

// What there is to do on the operations side.
const (
	AuditExport    Permission = "audit.export"
	AuditRead      Permission = "audit.read"
	BreakerOperate Permission = "breaker.operate"
	BreakerRead    Permission = "breaker.read"
	BreakerReset   Permission = "breaker.reset"
	FirmwareApply  Permission = "firmware.apply"
	PeopleManage   Permission = "people.manage"
	PeopleQualify  Permission = "people.qualify"
	PolicyEdit     Permission = "policy.edit"
	PolicyRead     Permission = "policy.read"
	ProtectApply   Permission = "protection.apply"
	ProtectApprove Permission = "protection.approve"
	ProtectPropose Permission = "protection.propose"
	ReportSign     Permission = "report.sign"
	SettingsWrite  Permission = "settings.write"
	SystemSet      Permission = "system.set"
	VaultApprove   Permission = "vault.approve"
	VaultReveal    Permission = "vault.reveal"
	VaultRotate    Permission = "vault.rotate"
)

// Skill is what somebody is declared qualified for (D14).
type Skill string

// The skills. Which there are is ours.
const (
	Firmware  Skill = "firmware"
	Settings  Skill = "settings"
	Switching Skill = "switching"
)

// Right is a row of the permissions.
type Right struct {
	Permission Permission
	Text       string
	Skill      Skill // only who is declared qualified for it today (D14); empty: anybody
	Fresh      bool  // proves to be there again, however short ago that was
	Guide      string
}

// rights is sorted by permission. That the guide asks for least privilege and for
// separation of duties is confirmed (C15); which permissions there are is ours.
var rights = []Right{
	{AuditExport, "take records of the audit away", "", false, "C1"},
	{AuditRead, "read the audit", "", false, "C15"},
	{BreakerOperate, "open and close breakers", Switching, false, "B6, D14"},
	{BreakerRead, "see breakers, measurements and settings", "", false, "C2"},
	{BreakerReset, "reset breakers after a trip", Switching, false, "B6, D14"},
	{FirmwareApply, "put firmware and modules in", Firmware, true, "E6, D14"},
	{PeopleManage, "make people and groups, give roles, end sessions", "", true, "C2, C11"},
	{PeopleQualify, "declare who is qualified for what, until when", "", true, "D14"},
	{PolicyEdit, "keep the risk analysis and the policies", "", false, "C12, C16"},
	{PolicyRead, "read the risk analysis and the policies", "", false, "C12"},
	{ProtectApply, "write approved protection settings to a breaker", Settings, true, "B3, D13, D14"},
	{ProtectApprove, "approve a change of protection settings", Settings, true, "C15, D13"},
	{ProtectPropose, "plan a change of protection settings", Settings, false, "C15, D13"},
	{ReportSign, "sign a report", Settings, true, "D13"},
	{SettingsWrite, "write settings that do not protect: communication, clock, names", Settings, false, "B6, D14"},
	{SystemSet, "set the console up: addresses, certificates, mail, backups", "", true, "C13"},
	{VaultApprove, "agree that a password is broken out", "", true, "C4"},
	{VaultReveal, "break a password of a breaker out, with a reason", Settings, true, "C4"},
	{VaultRotate, "change passwords of breakers, seeing none", Settings, true, "C3"},
}

// Rights returns all permissions, sorted.
func Rights() []Right { return slices.Clone(rights) }

// Find returns the row of a permission; ok is false where there is none.
func (p Permission) Find() (r Right, ok bool) {
	i, ok := slices.BinarySearchFunc(rights, p, func(r Right, p Permission) int { return strings.Compare(string(r.Permission), string(p)) })
	if !ok {
		return Right{}, false
	}
	return rights[i], true
}
