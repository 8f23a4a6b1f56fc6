package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	driverOf "modernc.org/sqlite"
)

// leastSQLite is the first release without the bug that can spoil a database when its
// write-ahead log begins anew (sqlite.org, release log of 3.51.3).
var leastSQLite = [3]int{3, 51, 3}

// opener makes connections of a driver that has only a name for them.
type opener struct {
	driver driver.Driver
	name   string
}

func (o opener) Connect(context.Context) (driver.Conn, error) { return o.driver.Open(o.name) }
func (o opener) Driver() driver.Driver                        { return o.driver }

func sqliteConnector(p Place, writes bool) (driver.Connector, error) {
	file, err := filepath.Abs(filepath.Join(p.Dir, Database))
	if err != nil {
		return nil, err
	}
	if writes {
		// SQLite would make it for all to read.
		f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return nil, fmt.Errorf("the database: %w", err)
		}
		f.Close()
	} else if _, err := os.Stat(file); err != nil {
		return nil, fmt.Errorf("%s has no database: is this the directory that was given as --data? (%w)", p.Dir, err)
	}
	return opener{&driverOf.Driver{}, sqliteName(file, writes)}, nil
}

// sqliteName is the name of a database to the driver. synchronous(FULL) has a commit
// on the disk before it is answered, and fullfsync means that on macOS too.
func sqliteName(file string, writes bool) string {
	q := url.Values{"_pragma": {"busy_timeout(5000)", "foreign_keys(1)", "trusted_schema(0)"}}
	if writes {
		q["_pragma"] = append(q["_pragma"], "journal_mode(WAL)", "synchronous(FULL)", "fullfsync(1)")
		q.Set("_txlock", "immediate")
	} else {
		q.Set("mode", "ro")
	}
	slashed := filepath.ToSlash(file)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // a drive's letter
	}
	return "file://" + (&url.URL{Path: slashed}).EscapedPath() + "?" + q.Encode()
}

func sqliteChecked(ctx context.Context, db *sql.DB) error {
	var version string
	if err := db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return fmt.Errorf("the database cannot be opened: %w", err)
	}
	if !atLeast(version, leastSQLite) {
		return fmt.Errorf("SQLite %s can spoil its database (before 3.51.3): build with modernc.org/sqlite v1.61.1 or newer", version)
	}
	var mode string
	if err := db.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return fmt.Errorf("the database cannot be read: %w", err)
	}
	if mode != "wal" {
		return fmt.Errorf("the database has journal mode %s and not wal: is the data directory on a network file system? Use a local disk", mode)
	}
	return nil
}

func atLeast(version string, least [3]int) bool {
	parts := strings.Split(version, ".")
	for i, want := range least {
		if i >= len(parts) {
			return false
		}
		n, err := strconv.Atoi(parts[i])
		if err != nil || n != want {
			return err == nil && n > want
		}
	}
	return true
}
