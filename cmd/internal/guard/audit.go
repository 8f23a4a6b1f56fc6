package guard

import (
	"cmp"
	"fmt"
	"os"
	"time"

	"switchroom/audit"
	"switchroom/cmd/internal/cli"
)

// AuditCmd is the audit log of operations.
type AuditCmd struct {
	Export auditExportCmd `cmd:"" help:"Write records: JSON lines, CSV, or syslog messages (RFC 5424)."`
	Tail   auditTailCmd   `cmd:"" help:"The newest records."`
	Verify auditVerifyCmd `cmd:"" help:"Hold the whole log against its signed roots, and name what was altered."`
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
	return time.Time{}, cli.Misuse("%s %q: write 2026-11-28 or 2026-11-28T07:30", flag, text)
}

// auditLine is a record in a line.
func auditLine(r *audit.Record) string {
	line := fmt.Sprintf("%d  %s  %-9s %s by %s", r.ID, r.At.UTC().Format("2006-01-02 15:04:05Z"), r.Result, r.What, cmp.Or(r.Who, "nobody"))
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
