package audit

import (
	"context"
	"database/sql"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// group is what one transaction writes: rows, full blocks, one checkpoint.
type group struct {
	edge  edge
	last  int64 // size of the checkpoint before
	rows  []*row
	nodes []node
	note  string
}

type node struct {
	number int64 // of the block, from 0
	hash   tlog.Hash
}

// make numbers the records of a batch, grows the tree by them and signs its root.
func (g *group) make(batch []*pending, key note.Signer) error {
	var h tlog.Hash
	var buf []byte
	for _, p := range batch {
		p.record.ID = g.edge.size + 1
		r := p.record.row()
		h, buf = r.hash(buf)
		r.leaf = append([]byte(nil), h[:]...)
		g.rows = append(g.rows, r)
		if full, is := g.edge.add(0, h); is {
			g.nodes = append(g.nodes, node{g.edge.size/block - 1, full})
		}
	}
	c := Checkpoint{key.Name(), g.edge.size, g.edge.root()}
	signed, err := note.Sign(&note.Note{Text: c.text()}, key)
	g.note = string(signed)
	return err
}

const (
	addRow        = "INSERT INTO audit (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
	addNode       = "INSERT INTO audit_nodes (number, hash) VALUES ($1, $2)"
	addCheckpoint = "INSERT INTO audit_checkpoints (size, note) VALUES ($1, $2)"
	// thinOut forgets the checkpoint before unless it is the last of its thousand.
	thinOut = "DELETE FROM audit_checkpoints WHERE size = $1"
)

func (g *group) put(ctx context.Context, tx *sql.Tx) error {
	add, err := tx.PrepareContext(ctx, addRow)
	if err != nil {
		return err
	}
	defer add.Close()
	for _, r := range g.rows {
		if _, err := add.ExecContext(ctx, r.values()...); err != nil {
			return err
		}
	}
	for _, n := range g.nodes {
		if _, err := tx.ExecContext(ctx, addNode, n.number, n.hash[:]); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, addCheckpoint, g.edge.size, g.note); err != nil {
		return err
	}
	if g.last > 0 && g.last/thin == g.edge.size/thin {
		_, err = tx.ExecContext(ctx, thinOut, g.last)
	}
	return err
}
