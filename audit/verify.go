package audit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"switchroom/store"
)

// Finding is one thing that is not as it was recorded.
type Finding struct {
	First int64  `json:"first"` // rows, both included; 0 if it is about none
	Last  int64  `json:"last"`
	Kind  string `json:"kind"` // altered, missing, added, tree, checkpoint, key
	Text  string `json:"text"`
}

// mostFindings is where Verify stops looking: the log is then no log any more.
const mostFindings = 100

// Verdict is what Verify found. No findings: every row up to Rows is as it was
// recorded, none is missing between them, and the checkpoint is signed.
type Verdict struct {
	Key        string    `json:"key"`
	Rows       int64     `json:"rows"`       // of the newest checkpoint
	Checkpoint string    `json:"checkpoint"` // to keep elsewhere
	Findings   []Finding `json:"findings,omitempty"`
}

// verification is one run.
type verification struct {
	ctx      context.Context
	tx       *sql.Tx
	key      note.Verifier
	verdict  Verdict
	edge     edge
	proven   int64 // rows up to here are under a root that was signed
	blind    bool  // a leaf of this block is missing, so no root can be made
	broken   bool  // a root did not fit, so none after it can
	against  *Checkpoint
	progress func(rows int64)
	buf      []byte
}

// Verify reads the whole log and holds it against its signed roots, in one state of the
// store that may be added to meanwhile. key is a public key as [PublicFile] has it.
// against, if not "", is a checkpoint that was kept elsewhere. progress may be nil.
func Verify(ctx context.Context, s *store.Store, key, against string, progress func(rows int64)) (*Verdict, error) {
	v := &verification{ctx: ctx, progress: progress}
	var err error
	if v.key, err = note.NewVerifier(key); err != nil {
		return nil, fmt.Errorf("%q is no public key of an audit log: %w", told(key, longestName), err)
	}
	v.verdict.Key = key
	if against != "" {
		if v.against, err = parseCheckpoint(against, v.key); err != nil {
			return nil, fmt.Errorf("the checkpoint that was kept does not belong to this log, or the log's key was replaced: %w", err)
		}
	}
	err = s.Snapshot(ctx, func(tx *sql.Tx) error { v.tx = tx; return v.run() })
	if errors.Is(err, errEnough) {
		err = nil
	}
	return &v.verdict, err
}

var errEnough = errors.New("there is more, and this is enough")

func (v *verification) found(kind string, first, last int64, format string, args ...any) error {
	v.verdict.Findings = append(v.verdict.Findings, Finding{first, last, kind, fmt.Sprintf(format, args...)})
	if len(v.verdict.Findings) >= mostFindings {
		return errEnough
	}
	return nil
}

// chunk is how many rows are in memory at once: a multiple of block.
const chunk = 16 * block

func (v *verification) run() error {
	newest, err := v.newest()
	if err != nil {
		return err
	}
	if err := v.began(); err != nil {
		return err
	}
	for from := int64(1); from <= newest; from += chunk {
		if err := v.chunk(from, min(from+chunk-1, newest)); err != nil {
			return err
		}
		if v.progress != nil {
			v.progress(min(from+chunk-1, newest))
		}
	}
	if err := v.beyond("id < 1"); err != nil {
		return err
	}
	if err := v.beyond(fmt.Sprintf("id > %d", newest)); err != nil {
		return err
	}
	return v.kept(newest)
}

// newest finds the newest checkpoint that the key signed. Those that it did not are
// findings.
func (v *verification) newest() (int64, error) {
	rows, err := v.tx.QueryContext(v.ctx, "SELECT size, note FROM audit_checkpoints ORDER BY size DESC")
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var size int64
		var text string
		if err := rows.Scan(&size, &text); err != nil {
			return 0, err
		}
		c, err := parseCheckpoint(text, v.key)
		if err == nil && c.Size == size {
			v.verdict.Rows, v.verdict.Checkpoint = size, text
			return size, nil
		}
		if err == nil {
			err = fmt.Errorf("it is of %d rows", c.Size)
		}
		if err := v.found("checkpoint", 0, 0, "the checkpoint over %d rows was replaced: %v", size, err); err != nil {
			return 0, err
		}
	}
	if rows.Err() == nil && len(v.verdict.Findings) == 0 {
		return 0, v.found("checkpoint", 0, 0, "there is no checkpoint: they were deleted")
	}
	return 0, rows.Err()
}

// began holds the key against row 1, which has the key that the log began with.
func (v *verification) began() error {
	var what, after string
	err := v.tx.QueryRowContext(v.ctx, "SELECT what, after FROM audit WHERE id = 1").Scan(&what, &after)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // it is missing, and named as such
	}
	if err == nil && (what != firstVerb || after != (Facts{}).With("key", v.verdict.Key).JSON()) {
		return v.found("key", 1, 1, "row 1 says that the log began with another key: the key was replaced, or the row")
	}
	return err
}

// beyond names rows that are under no checkpoint.
func (v *verification) beyond(where string) error {
	var n, first, last int64
	if err := v.tx.QueryRowContext(v.ctx, "SELECT count(*), COALESCE(min(id), 0), COALESCE(max(id), 0) FROM audit WHERE "+where).Scan(&n, &first, &last); err != nil {
		return err
	}
	if n == 0 {
		return nil
	}
	return v.found("added", first, last, "%s not by this program, or the checkpoints over them were deleted", rowsWere("added", first, last))
}

// kept names what is missing up to a checkpoint that was kept elsewhere.
func (v *verification) kept(newest int64) error {
	if v.against == nil || v.against.Size <= newest {
		return nil
	}
	return v.found("missing", newest+1, v.against.Size, "%s: the end was cut off, together with its checkpoints; the one that was kept has %d rows", rowsWere("deleted", newest+1, v.against.Size), v.against.Size)
}

// rowsWere is "row 5 was altered" or "rows 5 to 9 were altered".
func rowsWere(what string, first, last int64) string {
	if first == last {
		return fmt.Sprintf("row %d was %s", first, what)
	}
	return fmt.Sprintf("rows %d to %d were %s", first, last, what)
}

// marks are the checkpoints and nodes of a chunk, by the size of the tree at which they
// are due.
type marks struct {
	notes map[int64]string
	nodes map[int64]tlog.Hash
}

func (v *verification) marks(from, to int64) (*marks, error) {
	m := &marks{notes: map[int64]string{}, nodes: map[int64]tlog.Hash{}}
	err := v.each("SELECT size, note FROM audit_checkpoints WHERE size >= $1 AND size <= $2 ORDER BY size", from, to, func(rows *sql.Rows) error {
		var size int64
		var text string
		err := rows.Scan(&size, &text)
		m.notes[size] = text
		return err
	})
	if err != nil {
		return nil, err
	}
	return m, v.each("SELECT number, hash FROM audit_nodes WHERE number >= $1 AND number <= $2 ORDER BY number", (from-1)/block, to/block-1, func(rows *sql.Rows) error {
		var number int64
		var hash []byte
		if err := rows.Scan(&number, &hash); err != nil {
			return err
		}
		if len(hash) == tlog.HashSize {
			m.nodes[(number+1)*block] = tlog.Hash(hash)
		}
		return nil
	})
}

func (v *verification) each(query string, from, to int64, row func(*sql.Rows) error) error {
	rows, err := v.tx.QueryContext(v.ctx, query, from, to)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// chunk goes over rows from to to, both included.
func (v *verification) chunk(from, to int64) error {
	m, err := v.marks(from, to)
	if err != nil {
		return err
	}
	next := from
	err = v.each("SELECT "+columns+" FROM audit WHERE id >= $1 AND id <= $2 ORDER BY id", from, to, func(rows *sql.Rows) error {
		var r row
		if err := r.scan(rows.Scan); err != nil {
			return v.found("altered", next, next, "row %d, or one soon after it, was altered so that it cannot be read: %v", next, err)
		}
		if err := v.missing(m, next, r.id-1); err != nil {
			return err
		}
		next = r.id + 1
		return v.row(m, &r)
	})
	if err != nil {
		return err
	}
	return v.missing(m, next, to)
}

// missing goes over rows that are not there.
func (v *verification) missing(m *marks, first, last int64) error {
	if first > last {
		return nil
	}
	gap, all := first, v.verdict.Findings
	if n := len(all); n > 0 && all[n-1].Kind == "missing" && all[n-1].Last == first-1 {
		gap, all = all[n-1].First, all[:n-1] // it goes on from the chunk before
	}
	v.verdict.Findings = all
	if err := v.found("missing", gap, last, "%s", rowsWere("deleted", gap, last)); err != nil {
		return err
	}
	for id := first; id <= last; id++ {
		v.blind = true
		if err := v.leaf(m, id, tlog.Hash{}); err != nil {
			return err
		}
	}
	return nil
}

// row holds a row against its leaf, and goes on with the leaf: so that a row that was
// altered is named alone.
func (v *verification) row(m *marks, r *row) error {
	var h tlog.Hash
	h, v.buf = r.hash(v.buf)
	if len(r.leaf) != tlog.HashSize {
		r.leaf = h[:]
		if err := v.found("altered", r.id, r.id, "row %d was altered: its leaf of the tree is gone", r.id); err != nil {
			return err
		}
	}
	if tlog.Hash(r.leaf) != h {
		if err := v.found("altered", r.id, r.id, "row %d was altered (%s by %q)", r.id, told(r.what, 64), told(r.who, 64)); err != nil {
			return err
		}
	}
	return v.leaf(m, r.id, tlog.Hash(r.leaf))
}

// leaf adds a leaf to the tree and looks at the marks that are due.
func (v *verification) leaf(m *marks, id int64, h tlog.Hash) error {
	before := v.edge
	full, is := v.edge.add(0, h)
	if is {
		if err := v.block(m, id, full, &before); err != nil {
			return err
		}
	}
	if text, is := m.notes[id]; is {
		if err := v.checkpoint(id, text); err != nil {
			return err
		}
	}
	if v.against != nil && v.against.Size == id && !v.blind && !v.broken && v.against.Root != v.edge.root() {
		return v.found("tree", 1, id, "the first %d rows are not those of the checkpoint that was kept: the log was written anew", id)
	}
	return nil
}

// block looks at the node over a block that is full. Where a leaf is missing, the node
// that was kept takes its place, so that the roots after it can be made.
func (v *verification) block(m *marks, id int64, full tlog.Hash, before *edge) error {
	kept, is := m.nodes[id]
	if v.blind {
		if !is {
			return nil // it stays so: what was found is named
		}
		v.edge, v.blind = *before, false
		v.edge.size = id - block // what is above a block does not change before it is full
		v.edge.add(blockLevel, kept)
		return nil
	}
	if !is {
		return v.found("tree", id-block+1, id, "the node of the tree over rows %d to %d is missing: it was deleted", id-block+1, id)
	}
	if kept != full {
		return v.found("tree", id-block+1, id, "the node of the tree over rows %d to %d does not fit: it was altered, or one of the rows together with its leaf", id-block+1, id)
	}
	return nil
}

func (v *verification) checkpoint(id int64, text string) error {
	c, err := parseCheckpoint(text, v.key)
	if err == nil && c.Size != id {
		err = fmt.Errorf("it is of %d rows", c.Size)
	}
	if err != nil {
		return v.found("checkpoint", 0, 0, "the checkpoint over %d rows was replaced: %v", id, err)
	}
	if v.blind || v.broken {
		return nil
	}
	if c.Root != v.edge.root() {
		v.broken = true
		return v.found("altered", v.proven+1, id, "of rows %d to %d at least one was altered, together with its leaf: their root is not the one that was signed", v.proven+1, id)
	}
	v.proven = id
	return nil
}
