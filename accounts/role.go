package accounts

import (
	"slices"
	"strings"
)

// Role is a set of permissions that goes with a job.
type Role string

// The roles.
const (
	Approver      Role = "approver"
	Auditor       Role = "auditor"
	Engineer      Role = "engineer"
	Operator      Role = "operator"
	SecurityAdmin Role = "security administrator"
	SystemAdmin   Role = "system administrator"
	Viewer        Role = "viewer"
)

// Job is a row of the roles.
type Job struct {
	Role Role
	Text string
	May  []Permission // sorted
}

// jobs is sorted by role. Each has what the job needs and no more (C15). Ours.
var jobs = []Job{
	{Approver, "the second person: agrees to what an engineer has planned, or that a password is broken out", []Permission{BreakerRead, PolicyRead, ProtectApprove, ReportSign, VaultApprove}},
	{Auditor, "looks at what was done, and does nothing", []Permission{AuditExport, AuditRead, BreakerRead, PolicyRead}},
	{Engineer, "commissions: plans settings, writes what was approved, rotates passwords", []Permission{BreakerRead, BreakerReset, FirmwareApply, PolicyRead, ProtectApply, ProtectPropose, ReportSign, SettingsWrite, VaultReveal, VaultRotate}},
	{Operator, "switches", []Permission{BreakerOperate, BreakerRead, BreakerReset, PolicyRead}},
	{SecurityAdmin, "gives people access, declares who is qualified, keeps the policies", []Permission{AuditRead, PeopleManage, PeopleQualify, PolicyEdit, PolicyRead}},
	{SystemAdmin, "runs the program: addresses, certificates, backups", []Permission{PolicyRead, SystemSet}},
	{Viewer, "looks at breakers", []Permission{BreakerRead, PolicyRead}},
}

// Jobs returns all roles, sorted.
func Jobs() []Job { return slices.Clone(jobs) }

// Find returns the row of a role; ok is false where there is none.
func (r Role) Find() (j Job, ok bool) {
	i, ok := slices.BinarySearchFunc(jobs, r, func(j Job, r Role) int { return strings.Compare(string(j.Role), string(r)) })
	if !ok {
		return Job{}, false
	}
	return jobs[i], true
}

// Granted returns what somebody with these roles may do, sorted. A role that nobody
// knows gives nothing.
func Granted(roles ...Role) (all []Permission) {
	for _, r := range roles {
		j, _ := r.Find()
		all = append(all, j.May...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
