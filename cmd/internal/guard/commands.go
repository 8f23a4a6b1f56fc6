// Package guard has the commands of operations, which both programs have: those of
// people who run breakers, virtual or real. It links no lab.
package guard

// Commands is the table of them; each has a file of its own.
type Commands struct {
	Advisory   AdvisoryCmd   `cmd:"" help:"Security advisories, matched to what you own."`
	API        APICmd        `cmd:"" name:"api" help:"Ask a running console as a program does, with a token."`
	Audit      AuditCmd      `cmd:"" help:"The audit log of operations: who did what; whether it is as it was recorded."`
	Backup     BackupCmd     `cmd:"" help:"Write the data of operations to one file, encrypted with a password."`
	Commission CommissionCmd `cmd:"" help:"Commission breakers: projects, snapshots, plans, second persons, ends."`
	Console    ConsoleCmd    `cmd:"" help:"Run the web application of operations: people, audit, breakers."`
	Firmware   FirmwareCmd   `cmd:"" help:"Firmware of breakers: what they run, and putting in what was signed and judged twice."`
	Module     ModuleCmd     `cmd:"" help:"Digital modules of breakers: functions that are bought, each with a licence."`
	Papers     PapersCmd     `cmd:"" help:"The owner's documents: security policy, risk analysis, plans; what is due."`
	Password   PasswordCmd   `cmd:"" help:"Passwords of people: the rules, and whether one keeps them."`
	People     PeopleCmd     `cmd:"" help:"Who may do what, who is qualified for what, and your tokens for programs."`
	Restore    RestoreCmd    `cmd:"" help:"Make a data directory from a backup."`
	Vault      VaultCmd      `cmd:"" help:"The passwords of the breakers: kept sealed, changed regularly, shown to nobody."`
}
