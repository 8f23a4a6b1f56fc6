package audit

import (
	"context"
	"fmt"
	"strings"
	"time"

	"switchroom/store"
)

// Filter says which records. The zero Filter is all.
type Filter struct {
	Who, What string
	Result    Result
	Since     time.Time // this and later
	Until     time.Time // before this
}

// Place is where a page of [Find] ended; the zero Place is before the newest record.
type Place struct {
	At time.Time
	ID int64
}

// Find returns the newest records that pass, the newest first, at most limit, of those
// older than after.
func Find(ctx context.Context, s *store.Store, f Filter, after Place, limit int) ([]Record, error) {
	if after.ID != 0 {
		return query(ctx, s, f, "(at, id) < ($1, $2)", "at DESC, id DESC", limit, after.At.UnixMicro(), after.ID)
	}
	return query(ctx, s, f, "", "at DESC, id DESC", limit)
}

// After returns the records after a number that pass, in the order in which they were
// recorded, at most limit.
func After(ctx context.Context, s *store.Store, f Filter, id int64, limit int) ([]Record, error) {
	return query(ctx, s, f, "id > $1", "id", limit, id)
}

func query(ctx context.Context, s *store.Store, f Filter, first, order string, limit int, args ...any) ([]Record, error) {
	var where []string
	if first != "" {
		where = append(where, first)
	}
	for _, c := range f.conditions() {
		args = append(args, c.value)
		where = append(where, fmt.Sprintf("%s $%d", c.column, len(args)))
	}
	q := "SELECT " + columns + " FROM audit"
	if len(where) > 0 {
		q += " WHERE " + strings.Join(where, " AND ")
	}
	args = append(args, limit)
	rows, err := s.Reader().QueryContext(ctx, q+fmt.Sprintf(" ORDER BY %s LIMIT $%d", order, len(args)), args...)
	if err != nil {
		return nil, fmt.Errorf("the audit log: %w", err)
	}
	defer rows.Close()
	var all []Record
	for rows.Next() {
		var r row
		if err := r.scan(rows.Scan); err != nil {
			return nil, fmt.Errorf("the audit log was altered, switchroom audit verify says where: %w", err)
		}
		all = append(all, r.record())
	}
	return all, rows.Err()
}

type condition struct {
	column string
	value  any
}

// conditions are the filters that are set.
func (f *Filter) conditions() (all []condition) {
	for _, c := range []struct {
		set bool
		condition
	}{
		{f.Who != "", condition{"who =", f.Who}},
		{f.What != "", condition{"what =", f.What}},
		{f.Result != "", condition{"result =", string(f.Result)}},
		{!f.Since.IsZero(), condition{"at >=", f.Since.UnixMicro()}},
		{!f.Until.IsZero(), condition{"at <", f.Until.UnixMicro()}},
	} {
		if c.set {
			all = append(all, c.condition)
		}
	}
	return all
}
