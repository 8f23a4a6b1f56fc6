// Package storetest runs tests on every database that a store can be in, and breaks
// writes. PostgreSQL is started in a temporary directory, as a user who is not root.
package storetest

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"switchroom/store"
)

// server is the PostgreSQL server of this process, started by who needs it first.
var server struct {
	once sync.Once
	name string // "" if there is none
	why  string
	stop func()
}

// Main is m.Run for packages whose tests use [Each]: it ends what they started.
func Main(m *testing.M) int {
	defer func() {
		if server.stop != nil {
			server.stop()
		}
	}()
	return m.Run()
}

// Each runs a test on SQLite and on PostgreSQL, each time in a new empty place.
func Each(t *testing.T, test func(t *testing.T, p store.Place)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, store.Place{Dir: t.TempDir() + "/data"}) })
	t.Run("postgres", func(t *testing.T) { test(t, store.Place{Dir: t.TempDir() + "/data", URL: Postgres(t)}) })
}

var databases atomic.Int64

// Postgres is the address of a new empty database.
func Postgres(t *testing.T) string {
	t.Helper()
	server.once.Do(start)
	if server.name == "" {
		t.Skipf("SKIPPED on PostgreSQL: %s", server.why)
	}
	ctx := context.Background()
	c, err := pgx.Connect(ctx, server.name)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	name := fmt.Sprintf("t%d", databases.Add(1))
	if _, err := c.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	return address(name)
}

func start() {
	dir, err := os.MkdirTemp("", "switchroom-postgres")
	if err != nil {
		server.why = err.Error()
		return
	}
	server.stop = func() { os.RemoveAll(dir) }
	if err := serve(dir); err != nil {
		server.why = err.Error() + ": install the Debian package postgresql"
		return
	}
	directory = dir
	server.name = address("postgres")
}

// directory is where the server's socket is.
var directory string

func address(database string) string {
	return fmt.Sprintf("postgres:///%s?host=%s&user=postgres", database, directory)
}
