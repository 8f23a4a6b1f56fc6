package audit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"switchroom/store"
)

// ErrNotRecorded says that a record is not in the log. What it was about is not to be
// done.
var ErrNotRecorded = errors.New("this could not be recorded and was not done")

// most is how many records share one transaction at most; thin is how many rows lie
// between checkpoints that are kept for good. The newest is always kept. Ours.
const (
	most = 512
	thin = 1024
)

// Log is the log, open to add to. Callers that wait together share one transaction.
type Log struct {
	store *store.Store
	key   note.Signer
	now   func() time.Time

	queue   sync.Mutex
	waiting []*pending

	turn  sync.Mutex // holds who writes; guards what follows
	edge  edge
	last  int64 // size of the newest checkpoint
	known bool  // edge and last are those of the database
}

type pending struct {
	record Record
	done   bool
	err    error
}

// Open opens the log in a store that has [Part], and begins it if it is new.
func Open(ctx context.Context, s *store.Store, now func() time.Time) (*Log, error) {
	l := &Log{store: s, now: now}
	l.turn.Lock()
	defer l.turn.Unlock()
	if err := l.load(ctx); err != nil {
		return nil, err
	}
	_, missing := os.Stat(filepath.Join(s.Dir(), KeyFile))
	begins := l.edge.size == 0 && missing != nil
	if begins {
		os.Remove(filepath.Join(s.Dir(), PublicFile)) // of a beginning that was cut short
		if err := newKey(s.Dir()); err != nil {
			return nil, err
		}
	}
	var err error
	if l.key, err = signer(s.Dir()); err != nil {
		return nil, err
	}
	if l.edge.size > 0 {
		return l, l.mine(ctx)
	}
	public, err := PublicKey(s.Dir())
	if err != nil {
		return nil, err
	}
	first, err := Record{Who: "switchroom", What: firstVerb, Where: s.Dir(), Result: Done, After: Facts{}.With("key", public)}.prepared(now())
	if err != nil {
		return nil, err
	}
	p := &pending{record: first}
	l.write(ctx, []*pending{p})
	return l, p.err
}

// firstVerb is what row 1 says; its fact has the key that all checkpoints are signed with.
const firstVerb = "audit.began"

// mine refuses to add to a log whose newest checkpoint another key signed.
func (l *Log) mine(ctx context.Context) error {
	public, err := PublicKey(l.store.Dir())
	if err != nil {
		return err
	}
	v, err := note.NewVerifier(public)
	if err != nil {
		return fmt.Errorf("%s has no key: restore it from a backup", PublicFile)
	}
	var text string
	if err := l.store.Reader().QueryRowContext(ctx, "SELECT note FROM audit_checkpoints ORDER BY size DESC LIMIT 1").Scan(&text); err != nil {
		return fmt.Errorf("the audit log has no checkpoint: switchroom audit verify says more (%w)", err)
	}
	c, err := parseCheckpoint(text, v)
	if err == nil && (c.Size != l.edge.size || c.Root != l.edge.root() || v.KeyHash() != l.key.KeyHash()) {
		err = errors.New("it is of other rows, or of another key")
	}
	if err != nil {
		return fmt.Errorf("the newest checkpoint of the audit log does not fit, so nothing is added: switchroom audit verify says more (%w)", err)
	}
	return nil
}

// load reads the edge of the tree from the database.
func (l *Log) load(ctx context.Context) error {
	l.known, l.edge, l.last = false, edge{}, 0
	err := l.store.Snapshot(ctx, func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, "SELECT COALESCE(max(size), 0) FROM audit_checkpoints").Scan(&l.last); err != nil {
			return err
		}
		if err := hashes(ctx, tx, "SELECT hash FROM audit_nodes ORDER BY number", func(h tlog.Hash) { l.edge.add(blockLevel, h) }); err != nil {
			return err
		}
		return hashes(ctx, tx, fmt.Sprintf("SELECT leaf FROM audit WHERE id > %d ORDER BY id", l.edge.size), func(h tlog.Hash) { l.edge.add(0, h) })
	})
	if err != nil {
		return fmt.Errorf("the audit log cannot be read: %w", err)
	}
	l.known = true
	return nil
}

func hashes(ctx context.Context, tx *sql.Tx, query string, each func(tlog.Hash)) error {
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var b sql.RawBytes
		if err := rows.Scan(&b); err != nil {
			return err
		}
		if len(b) != tlog.HashSize {
			return errors.New("the tree was altered: switchroom audit verify says where")
		}
		each(tlog.Hash(b))
	}
	return rows.Err()
}

// Append records, and returns when the record is on the disk. It returns the record's
// number, or [ErrNotRecorded]; or [store.ErrUncertain] if even that is not known.
func (l *Log) Append(ctx context.Context, r Record) (int64, error) {
	r, err := r.prepared(l.now())
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrNotRecorded, err)
	}
	p := &pending{record: r}
	l.queue.Lock()
	l.waiting = append(l.waiting, p)
	l.queue.Unlock()

	l.turn.Lock() // whoever has the turn writes for all that wait
	defer l.turn.Unlock()
	for !p.done {
		// Not ctx: what others wait for does not end with one caller.
		l.write(context.WithoutCancel(ctx), l.take())
	}
	return p.record.ID, p.err
}

func (l *Log) take() (batch []*pending) {
	l.queue.Lock()
	defer l.queue.Unlock()
	n := min(len(l.waiting), most)
	batch, l.waiting = l.waiting[:n:n], l.waiting[n:]
	return batch
}

// write writes a batch in one transaction and tells each of it what became of it.
func (l *Log) write(ctx context.Context, batch []*pending) {
	err := l.try(ctx, batch)
	for _, p := range batch {
		p.done, p.err = true, err
		if err != nil {
			p.record.ID = 0
		}
	}
}

func (l *Log) try(ctx context.Context, batch []*pending) error {
	if !l.known {
		if err := l.reload(ctx); err != nil {
			return fmt.Errorf("%w: %w", ErrNotRecorded, err)
		}
	}
	g := &group{edge: l.edge, last: l.last}
	if err := g.make(batch, l.key); err != nil {
		return fmt.Errorf("%w: %w", ErrNotRecorded, err)
	}
	err := l.store.Write(ctx, func(tx *sql.Tx) error { return g.put(ctx, tx) })
	if errors.Is(err, store.ErrUncertain) {
		return l.settle(ctx, g, err)
	}
	if err != nil {
		l.known = false
		return fmt.Errorf("%w: %w", ErrNotRecorded, err)
	}
	l.edge, l.last = g.edge, g.edge.size
	return nil
}

// reload reads the edge again after a failure, and refuses what it did not sign: a row
// that somebody put in meanwhile would be signed with the next one otherwise.
func (l *Log) reload(ctx context.Context) error {
	err := l.load(ctx)
	if err == nil && l.edge.size > 0 {
		err = l.mine(ctx)
	}
	l.known = err == nil
	return err
}

// settle looks whether a transaction whose answer was lost was carried out. Its
// checkpoint is there or it is not: nothing else in the database can be the same.
func (l *Log) settle(ctx context.Context, g *group, lost error) error {
	l.known = false
	var there int
	err := l.store.Reader().QueryRowContext(ctx, "SELECT count(*) FROM audit_checkpoints WHERE size = $1 AND note = $2", g.edge.size, g.note).Scan(&there)
	switch {
	case err != nil:
		return fmt.Errorf("the record: %w; %w", lost, err)
	case there == 0:
		return fmt.Errorf("%w: %w", ErrNotRecorded, errors.Unwrap(lost))
	}
	return nil
}
