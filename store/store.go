// Package store keeps what operations must not lose: SQLite in a data directory,
// or PostgreSQL by a URL. Queries are the same on both.
//
// There is one writer. Its transactions are whole or absent, and on the disk when
// [Store.Write] returns nil. What it cannot tell, it says so: [ErrUncertain].
//
// It knows no table but its own list of migrations: who has tables brings a [Part].
// It is not for network file systems, and holds no passwords of databases: those are
// in PGPASSFILE.
package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"path/filepath"
)

// Place is where a store is.
type Place struct {
	Dir string // the data directory: the database of SQLite, the lock, keys
	URL string // of PostgreSQL, without a password; "" is SQLite in Dir

	// Wrap, if not nil, stands between the store and its driver. Tests that break
	// every write use it.
	Wrap func(driver.Connector) driver.Connector
}

// Database is the name of the SQLite file in the data directory.
const Database = "switchroom.db"

// Store is an open store. Its methods may be called by several goroutines.
type Store struct {
	place  Place
	engine *engine
	write  *sql.DB // one connection; nil where the store was opened to read
	read   *sql.DB
	lock   io.Closer
}

// ErrUncertain says that a transaction may have been carried out, or not: the answer
// to its commit did not come.
var ErrUncertain = errors.New("it is not known whether this was written: look before doing it again")

// ErrTaken says that another process has the directory to itself.
var ErrTaken = errors.New("belongs to another process that writes there now: end it first")

// Open opens the store of a place for one process, and makes what is not there yet.
// Migrations of parts that were not yet carried out are carried out.
func Open(ctx context.Context, p Place, parts ...Part) (*Store, error) {
	s, err := open(ctx, p)
	if err != nil {
		return nil, err
	}
	if err := s.migrate(ctx, parts, nil); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// open is Open without migrations.
func open(ctx context.Context, p Place) (*Store, error) {
	if err := makeDir(p.Dir); err != nil {
		return nil, err
	}
	lock, err := lockFile(filepath.Join(p.Dir, "store.lock"))
	if err != nil {
		return nil, err
	}
	s, err := connect(ctx, p, true)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	s.lock = lock
	return s, nil
}

// OpenReadOnly opens a store that another process may be writing to. It makes and
// changes nothing.
func OpenReadOnly(ctx context.Context, p Place, parts ...Part) (*Store, error) {
	if err := checkDir(p.Dir); err != nil {
		return nil, err
	}
	s, err := connect(ctx, p, false)
	if err != nil {
		return nil, err
	}
	if err := s.check(ctx, parts); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func connect(ctx context.Context, p Place, writes bool) (*Store, error) {
	e := &sqlite
	if p.URL != "" {
		e = &postgres
	}
	s := &Store{place: p, engine: e}
	if writes {
		w, err := e.connector(p, true)
		if err != nil {
			return nil, err
		}
		if p.Wrap != nil {
			w = p.Wrap(w)
		}
		s.write = sql.OpenDB(w)
		s.write.SetMaxOpenConns(1) // a second writer would only wait, and could see half a group
		if err := e.checked(ctx, s.write); err != nil {
			return nil, errors.Join(err, s.write.Close())
		}
	}
	c, err := e.connector(p, false)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.read = sql.OpenDB(c)
	s.read.SetMaxOpenConns(4)
	if err := e.checked(ctx, s.read); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Dir is the data directory.
func (s *Store) Dir() string { return s.place.Dir }

// Reader is for queries outside of transactions. It cannot write.
func (s *Store) Reader() *sql.DB { return s.read }

// Writer is for statements that are prepared once, to be used in [Store.Write].
func (s *Store) Writer() *sql.DB { return s.write }

// Snapshot has do read one state of the store, whatever is written meanwhile.
func (s *Store) Snapshot(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{Isolation: s.engine.snapshot, ReadOnly: true})
	if err != nil {
		return fmt.Errorf("reading %s: %w", s.Name(), err)
	}
	defer tx.Rollback()
	return do(tx)
}

// Write has do write in one transaction: all of it, on the disk, or with an error
// nothing of it. Only an error that is [ErrUncertain] leaves open which.
func (s *Store) Write(ctx context.Context, do func(*sql.Tx) error) error {
	if s.write == nil {
		return errors.New("the store was opened to read")
	}
	c, err := s.write.Conn(ctx)
	if err != nil {
		return fmt.Errorf("%s cannot be written: %w", s.Name(), err)
	}
	defer c.Close()
	tx, err := c.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("%s cannot be written: %w", s.Name(), err)
	}
	if err := do(tx); err != nil {
		if undo := tx.Rollback(); undo != nil && !errors.Is(undo, sql.ErrTxDone) {
			discard(c)
		}
		return err
	}
	if err := tx.Commit(); err != nil {
		discard(c)
		return fmt.Errorf("%w (%s: %w)", ErrUncertain, s.Name(), err)
	}
	return nil
}

// discard closes a connection whose transaction is in a state that nobody knows, so
// that the next one begins with none.
func discard(c *sql.Conn) { c.Raw(func(any) error { return driver.ErrBadConn }) }

// Name says where the store is, for people.
func (s *Store) Name() string {
	if s.place.URL == "" {
		return filepath.Join(s.place.Dir, Database)
	}
	return "the PostgreSQL database"
}

// Close closes the store. What was written is there already.
func (s *Store) Close() error {
	var all []error
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			all = append(all, db.Close())
		}
	}
	if s.lock != nil {
		all = append(all, s.lock.Close())
	}
	return errors.Join(all...)
}
