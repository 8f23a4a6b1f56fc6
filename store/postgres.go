package store

import (
	"context"
	"crypto/tls"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// lockNumber is the advisory lock of the process that writes; ours, the letters "swroom".
const lockNumber = 0x7377726f6f6d

func postgresConnector(p Place, writes bool) (driver.Connector, error) {
	c, err := postgresConfig(p.URL)
	if err != nil {
		return nil, err
	}
	if !writes {
		c.RuntimeParams["default_transaction_read_only"] = "on"
		return stdlib.GetConnector(*c), nil
	}
	c.RuntimeParams["synchronous_commit"] = "on"
	// The lock is of the very connection that writes: who lost it can no longer write.
	return stdlib.GetConnector(*c, stdlib.OptionAfterConnect(func(ctx context.Context, c *pgx.Conn) error {
		return claim(ctx, c)
	})), nil
}

// patience is how often the lock is asked for, twenty times a second: the server needs
// a moment to notice that a process was killed.
const patience = 40

func claim(ctx context.Context, c *pgx.Conn) error {
	for range patience {
		var got bool
		if err := c.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", int64(lockNumber)).Scan(&got); err != nil || got {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second / 20):
		}
	}
	return errors.New("another process has this PostgreSQL database open to write: stop it first")
}

// postgresConfig refuses what would show a password or let somebody between.
func postgresConfig(name string) (*pgx.ConnConfig, error) {
	u, err := url.Parse(name)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		return nil, errors.New("the database's address is not understood: write one such as postgres://USER@HOST/DATABASE?sslmode=verify-full") // without err: it repeats the address
	}
	if _, has := u.User.Password(); has || u.Query().Has("password") {
		return nil, errors.New("the database's address has a password in it, which others can see: put it into the file that PGPASSFILE names")
	}
	c, err := pgx.ParseConfig(name)
	if err != nil {
		return nil, errors.New("the database's address is not understood: write one such as postgres://USER@HOST/DATABASE?sslmode=verify-full")
	}
	if !verified(c.Host, c.TLSConfig) {
		return nil, fmt.Errorf("the connection to %s would not be verified: add sslmode=verify-full to the address", c.Host)
	}
	for _, f := range c.Fallbacks {
		if !verified(f.Host, f.TLSConfig) {
			return nil, fmt.Errorf("the connection to %s could fall back to one that is not verified: add sslmode=verify-full to the address", f.Host)
		}
	}
	return c, nil
}

// verified reports whether a connection stays on this machine, or knows whom it talks to.
func verified(host string, c *tls.Config) bool {
	if strings.HasPrefix(host, "/") || host == "localhost" {
		return true
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsLoopback() {
		return true
	}
	return c != nil && !c.InsecureSkipVerify
}

func postgresChecked(ctx context.Context, db *sql.DB) error {
	for _, setting := range []string{"fsync", "full_page_writes"} {
		var on string
		if err := db.QueryRowContext(ctx, "SHOW "+setting).Scan(&on); err != nil {
			return fmt.Errorf("the PostgreSQL database cannot be opened: %w", err)
		}
		if on != "on" {
			return fmt.Errorf("this PostgreSQL server has %s = %s and can lose what it has acknowledged: set it to on", setting, on)
		}
	}
	return nil
}
