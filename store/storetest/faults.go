package storetest

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync"
)

// ErrBroken is what a broken write answers.
var ErrBroken = errors.New("broken by a test")

// Breaker stands between a store and its driver, counts the points at which a write
// can fail, and breaks one of them.
type Breaker struct {
	// Break, if not nil, is called at the point instead of answering [ErrBroken]: to
	// end the process.
	Break func()

	mu     sync.Mutex
	at     int // the point that breaks, and all after it: a disk that failed stays failed
	seen   int
	points []string
}

// Arm has the point at break, counted from now on; 0 repairs everything.
func (b *Breaker) Arm(at int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.at, b.seen, b.points = at, 0, nil
}

// Points are the points passed since Arm.
func (b *Breaker) Points() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.points
}

func (b *Breaker) point(format string, args ...any) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.seen++
	b.points = append(b.points, fmt.Sprintf(format, args...))
	if b.at == 0 || b.seen < b.at {
		return nil
	}
	if b.Break != nil {
		b.Break()
	}
	return ErrBroken
}

// Wrap is for store.Place.
func (b *Breaker) Wrap(c driver.Connector) driver.Connector { return &connector{c, b} }

type connector struct {
	driver.Connector
	b *Breaker
}

func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	if err := c.b.point("connect"); err != nil {
		return nil, err
	}
	inner, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{inner, c.b}, nil
}

// conn forwards what both drivers have. Statements of it break before they run, and
// commits before and after.
type conn struct {
	driver.Conn
	b *Breaker
}

func (c *conn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	if err := c.b.point("begin"); err != nil {
		return nil, err
	}
	tx, err := c.Conn.(driver.ConnBeginTx).BeginTx(ctx, o)
	if err != nil {
		return nil, err
	}
	return &transaction{tx, c.b}, nil
}

func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if err := c.b.point("prepare"); err != nil {
		return nil, err
	}
	s, err := c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return &statement{s, c.b, query}, nil
}

func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.b.point("%.40s", query); err != nil {
		return nil, err
	}
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
}

func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.b.point("%.40s", query); err != nil {
		return nil, err
	}
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
}

type statement struct {
	driver.Stmt
	b     *Breaker
	query string
}

func (s *statement) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if err := s.b.point("%.40s", s.query); err != nil {
		return nil, err
	}
	return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
}

func (s *statement) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if err := s.b.point("%.40s", s.query); err != nil {
		return nil, err
	}
	return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
}

type transaction struct {
	driver.Tx
	b *Breaker
}

// Commit breaks before, when nothing was carried out, and after, when all was and the
// answer is lost.
func (t *transaction) Commit() error {
	if err := t.b.point("before commit"); err != nil {
		return errors.Join(err, t.Tx.Rollback())
	}
	if err := t.Tx.Commit(); err != nil {
		return err
	}
	return t.b.point("after commit")
}
