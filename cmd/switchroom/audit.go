package main

import (
	"fmt"
	"os"
	"time"

	"switchroom/audit"
	"switchroom/store"
)

// auditCmd is the audit log of operations.
type auditCmd struct {
	Export auditExportCmd `cmd:"" help:"Write records: JSON lines, CSV, or syslog messages (RFC 5424)."`
	Tail   auditTailCmd   `cmd:"" help:"The newest records."`
	Verify auditVerifyCmd `cmd:"" help:"Hold the whole log against its signed roots, and name what was altered."`
}

// parts are all owners of tables in a data directory, by the order in which they are
// made.
func parts() []store.Part { return []store.Part{audit.Part()} }

// keyFiles are the files of a data directory that belong into its backup.
func keyFiles() []string { return audit.Files() }

// dataFlag says where operations keep their data.
type dataFlag struct {
	Data     string `help:"The data directory of the operations." required:"" placeholder:"DIR"`
	Database string `help:"The PostgreSQL database, such as postgres://USER@HOST/DATABASE?sslmode=verify-full, if it is not in the directory. Its password is in the file that PGPASSFILE names." env:"SWITCHROOM_DATABASE" placeholder:"URL"`
}

func (f *dataFlag) place() store.Place { return store.Place{Dir: f.Data, URL: f.Database} }

// look opens the data to read, also while a console writes it.
func (f *dataFlag) look(a *app) (*store.Store, error) {
	return store.OpenReadOnly(a.ctx, f.place(), parts()...)
}

// auditFilter says which records.
type auditFilter struct {
	Who    string `help:"Only of this person." placeholder:"NAME"`
	What   string `help:"Only what has this name, such as person.signed_in." placeholder:"NAME"`
	Result string `help:"Only with this result: done, failed, refused or uncertain." enum:",done,failed,refused,uncertain" default:""`
	Since  string `help:"Only from then on: 2026-11-28, 2026-11-28T07:30 or with seconds; UTC." placeholder:"TIME"`
	Until  string `help:"Only before then." placeholder:"TIME"`
}

func (f *auditFilter) filter() (audit.Filter, error) {
	out := audit.Filter{Who: f.Who, What: f.What, Result: audit.Result(f.Result)}
	var err error
	if out.Since, err = instant("--since", f.Since); err != nil {
		return out, err
	}
	out.Until, err = instant("--until", f.Until)
	return out, err
}

func instant(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04", "2006-01-02T15:04:05", time.RFC3339Nano} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, misuse("%s %q: write 2026-11-28 or 2026-11-28T07:30", flag, text)
}

// auditLine is a record in a line.
func auditLine(r *audit.Record) string {
	line := fmt.Sprintf("%d  %s  %-9s %s by %s", r.ID, r.At.UTC().Format("2006-01-02 15:04:05Z"), r.Result, r.What, either(r.Who == "", "nobody", r.Who))
	for _, part := range [][2]string{{" at ", r.Where}, {", because ", r.Why}, {", before ", r.Before.JSON()}, {", after ", r.After.JSON()}} {
		if part[1] != "" {
			line += part[0] + part[1]
		}
	}
	return line
}

// small reads a file that has a line or two.
func small(name string) (string, error) {
	info, err := os.Stat(name)
	if err != nil {
		return "", err
	}
	if info.Size() > 64<<10 {
		return "", fmt.Errorf("%s is too large for what it should be", name)
	}
	b, err := os.ReadFile(name)
	return string(b), err
}
