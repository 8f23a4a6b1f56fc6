package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"strings"
)

// engine is what differs between the two databases.
type engine struct {
	name      string
	connector func(p Place, writes bool) (driver.Connector, error)
	checked   func(context.Context, *sql.DB) error // refuses a database that does not keep what it is given
	snapshot  sql.IsolationLevel
	tables    string // the query of all tables, in the order they were made
	dialect   *strings.Replacer
}

// Migrations are written for SQLite. STRICT holds it to the types of its columns, as
// PostgreSQL does without being told.
var (
	sqlite = engine{
		name: "sqlite", connector: sqliteConnector, checked: sqliteChecked, snapshot: sql.LevelDefault,
		tables:  `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY rowid`,
		dialect: strings.NewReplacer(),
	}
	postgres = engine{
		name: "postgres", connector: postgresConnector, checked: postgresChecked, snapshot: sql.LevelRepeatableRead,
		tables:  `SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace ORDER BY oid`,
		dialect: strings.NewReplacer(" INTEGER", " BIGINT", " BLOB", " BYTEA", " STRICT", "", " REAL", " DOUBLE PRECISION"),
	}
)
