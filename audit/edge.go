package audit

import "golang.org/x/mod/sumdb/tlog"

// blockLevel is the level of the tree whose nodes are kept: one over 256 rows. Those
// below are made anew of the leaves.
const (
	blockLevel = 8
	block      = 1 << blockLevel
)

// edge is the right edge of a Merkle tree (RFC 6962, as package tlog has it): all that
// is needed to add to it and to have its root. At level l it has the last full node if
// bit l of size is set.
type edge struct {
	size int64
	node [63]tlog.Hash
}

// add adds a full node of a level; the tree's size must be a multiple of what is under
// it. Level 0 is a leaf. It returns the node of blockLevel that became full, if one did.
func (e *edge) add(level int, h tlog.Hash) (full tlog.Hash, is bool) {
	e.size += 1 << level
	for l := level; ; l++ {
		if l == blockLevel {
			full, is = h, true
		}
		if e.size>>l&1 == 1 {
			e.node[l] = h
			return full, is
		}
		h = tlog.NodeHash(e.node[l], h)
	}
}

// root is the hash of the whole tree.
func (e *edge) root() (h tlog.Hash) {
	first := true
	for l := range e.node {
		switch {
		case e.size>>l&1 == 0:
		case first:
			h, first = e.node[l], false
		default:
			h = tlog.NodeHash(e.node[l], h)
		}
	}
	return h
}
