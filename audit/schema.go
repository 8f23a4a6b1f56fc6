package audit

import (
	"encoding/binary"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"switchroom/store"
)

// Part is the tables. audit has the rows, each with its leaf of the tree; audit_nodes
// the node over each full block of 256 rows; audit_checkpoints the signed roots.
//
// There is an index for every set of filters, newest first, so that none has to look
// through what another would have found.
func Part() store.Part {
	return store.Part{Name: "audit", Steps: []string{`
CREATE TABLE audit (
	id INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, place TEXT NOT NULL, why TEXT NOT NULL,
	result TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, leaf BLOB NOT NULL) STRICT;
CREATE INDEX audit_at ON audit (at, id);
CREATE INDEX audit_who ON audit (who, at, id);
CREATE INDEX audit_what ON audit (what, at, id);
CREATE INDEX audit_result ON audit (result, at, id);
CREATE INDEX audit_who_what ON audit (who, what, at, id);
CREATE INDEX audit_who_result ON audit (who, result, at, id);
CREATE INDEX audit_what_result ON audit (what, result, at, id);
CREATE INDEX audit_who_what_result ON audit (who, what, result, at, id);
CREATE TABLE audit_nodes (number INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT;
CREATE TABLE audit_checkpoints (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
`}}
}

// columns are those of a record, in the order of row.scan.
const columns = "id, at, who, what, place, why, result, before, after, leaf"

// row is a record as the database has it.
type row struct {
	id, at                                       int64
	who, what, place, why, result, before, after string
	leaf                                         []byte
}

func (r *row) scan(scan func(...any) error) error {
	return scan(&r.id, &r.at, &r.who, &r.what, &r.place, &r.why, &r.result, &r.before, &r.after, &r.leaf)
}

func (r *row) values() []any {
	return []any{r.id, r.at, r.who, r.what, r.place, r.why, r.result, r.before, r.after, r.leaf}
}

func (r *Record) row() *row {
	return &row{id: r.ID, at: r.At.UnixMicro(), who: r.Who, what: r.What, place: r.Where, why: r.Why, result: string(r.Result), before: r.Before.JSON(), after: r.After.JSON()}
}

// record is the row as a record. What stands in a row may be anything if somebody
// altered it; that is for Verify to find.
func (r *row) record() Record {
	return Record{r.id, time.UnixMicro(r.at).UTC(), r.who, r.what, r.place, r.why, Result(r.result), factsOf(r.before), factsOf(r.after)}
}

func factsOf(text string) Facts {
	if len(text) < 2 {
		return Facts{}
	}
	return Facts{text: text[1 : len(text)-1]}
}

// leafVersion begins every leaf: another way to write a row would be another number.
const leafVersion = 1

// hash is the leaf of the tree over this row: every field with its length before it,
// so that no two rows have the same bytes.
func (r *row) hash(buf []byte) (tlog.Hash, []byte) {
	b := append(buf[:0], leafVersion)
	b = binary.BigEndian.AppendUint64(b, uint64(r.id))
	b = binary.BigEndian.AppendUint64(b, uint64(r.at))
	for _, s := range [...]string{r.who, r.what, r.place, r.why, r.result, r.before, r.after} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	return tlog.RecordHash(b), b
}
