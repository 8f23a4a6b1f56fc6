package main

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"switchroom/audit"
	"switchroom/cmd/internal/guard"
	"switchroom/store"
)

// cmdAudited makes a data directory with so many records: audited DIR N.
func cmdAudited(ts *testscript.TestScript, neg bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ctx := context.Background()
	s, err := store.Open(ctx, store.Place{Dir: ts.MkAbs(args[0])}, guard.Parts()...)
	ts.Check(err)
	defer s.Close()
	l, err := audit.Open(ctx, s, time.Now)
	ts.Check(err)
	for i := range n {
		_, err := l.Append(ctx, audit.Record{
			At: time.Date(2026, 11, 28, 3, 0, i, 0, time.UTC), Who: []string{"Olga", "Piet"}[i%2], What: "setting.changed", Where: "Q1", Why: "study of May",
			Result: []audit.Result{audit.Done, audit.Refused, audit.Done}[i%3], Before: audit.Facts{}.With("isd", i), After: audit.Facts{}.With("isd", i+1),
		})
		ts.Check(err)
	}
}

// cmdSQL is somebody with the database and a tool of their own: sql DIR STATEMENT. It
// opens the file as any program would, without package store.
func cmdSQL(ts *testscript.TestScript, neg bool, args []string) {
	db, err := sql.Open("sqlite", "file://"+filepath.Join(ts.MkAbs(args[0]), store.Database))
	ts.Check(err)
	defer db.Close()
	r, err := db.Exec(args[1])
	ts.Check(err)
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		ts.Fatalf("%s: nothing was changed (%v)", args[1], fmt.Sprint(err))
	}
}
