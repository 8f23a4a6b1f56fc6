package audit

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"switchroom/store"
	"switchroom/store/storetest"
)

func TestMain(m *testing.M) {
	if os.Getenv(childPlace) != "" {
		child()
		return
	}
	os.Exit(storetest.Main(m))
}

var (
	ctx   = context.Background()
	begin = time.Date(2026, 11, 28, 3, 0, 0, 123456789, time.UTC)
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func opened(t testing.TB, p store.Place) (*store.Store, *Log) {
	t.Helper()
	s, err := store.Open(ctx, p, Part())
	must(t, err)
	t.Cleanup(func() { s.Close() })
	l, err := Open(ctx, s, func() time.Time { return begin })
	must(t, err)
	return s, l
}

// sample is the i-th record of tests.
func sample(i int) Record {
	return Record{
		At: begin.Add(time.Duration(i) * time.Second), Who: fmt.Sprint("person", i%7), What: []string{"person.signed_in", "setting.changed", "breaker.opened"}[i%3],
		Where: "Q1", Why: "because", Result: Results()[i%4], Before: Facts{}.With("isd", i), After: Facts{}.With("isd", i+1).With("who", Withheld),
	}
}

func fill(t testing.TB, l *Log, n int) {
	t.Helper()
	for i := 0; i < n; {
		var batch []*pending
		for ; i < n && len(batch) < 100; i++ {
			r, err := sample(i).prepared(begin)
			must(t, err)
			batch = append(batch, &pending{record: r})
		}
		l.turn.Lock()
		l.write(ctx, batch)
		l.turn.Unlock()
		must(t, batch[0].err)
	}
}

func verified(t testing.TB, s *store.Store) *Verdict {
	t.Helper()
	key, err := PublicKey(s.Dir())
	must(t, err)
	v, err := Verify(ctx, s, key, "", nil)
	must(t, err)
	return v
}

// TestEdge holds our arithmetic against package tlog's.
func TestEdge(t *testing.T) {
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(at []int64) (all []tlog.Hash, err error) {
		for _, i := range at {
			all = append(all, stored[i])
		}
		return all, nil
	})
	var e edge
	for n := range int64(1200) {
		h := tlog.RecordHash(fmt.Append(nil, n))
		more, err := tlog.StoredHashesForRecordHash(n, h, read)
		must(t, err)
		stored = append(stored, more...)
		full, is := e.add(0, h)
		want, err := tlog.TreeHash(n+1, read)
		must(t, err)
		if e.root() != want {
			t.Fatalf("the root over %d differs", n+1)
		}
		if is != ((n+1)%block == 0) || is && full != stored[tlog.StoredHashIndex(blockLevel, n/block)] {
			t.Fatalf("the block at %d differs", n+1)
		}
	}
}

func TestAppend(t *testing.T) {
	storetest.Each(t, func(t *testing.T, p store.Place) {
		s, l := opened(t, p)
		for i := range 600 {
			if id, err := l.Append(ctx, sample(i)); err != nil || id != int64(i)+2 {
				t.Fatalf("record %d is %d: %v", i, id, err)
			}
		}
		must(t, s.Close())
		s, l = opened(t, p)
		if id, err := l.Append(ctx, sample(600)); err != nil || id != 602 {
			t.Fatalf("after opening again: %d %v", id, err)
		}
		if v := verified(t, s); len(v.Findings) > 0 || v.Rows != 602 {
			t.Errorf("%+v", v)
		}
		all, err := After(ctx, s, Filter{}, 1, 1000)
		must(t, err)
		if len(all) != 601 {
			t.Fatalf("%d records", len(all))
		}
		want := sample(600)
		want.ID, want.At = 602, want.At.Truncate(time.Microsecond)
		if got := all[600]; got != want {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	})
}

// TestTogether appends from many goroutines at once: each is told its own number.
func TestTogether(t *testing.T) {
	storetest.Each(t, func(t *testing.T, p store.Place) {
		s, l := opened(t, p)
		const callers, each = 40, 25
		ids := make([][]int64, callers)
		var all sync.WaitGroup
		for c := range callers {
			all.Go(func() {
				for i := range each {
					r := sample(i)
					r.Where = fmt.Sprint(c, " ", i)
					id, err := l.Append(ctx, r)
					if err != nil {
						t.Error(err)
						return
					}
					ids[c] = append(ids[c], id)
				}
			})
		}
		all.Wait()
		for c := range callers {
			for i, id := range ids[c] {
				got, err := After(ctx, s, Filter{}, id-1, 1)
				if err != nil || len(got) != 1 || got[0].Where != fmt.Sprint(c, " ", i) {
					t.Fatalf("row %d is not what caller %d recorded: %v", id, c, err)
				}
			}
		}
		if v := verified(t, s); len(v.Findings) > 0 || v.Rows != callers*each+1 {
			t.Errorf("%+v", v)
		}
	})
}

func TestKeyModes(t *testing.T) {
	s, _ := opened(t, store.Place{Dir: t.TempDir() + "/data"})
	for _, name := range Files() {
		if info, err := os.Stat(filepath.Join(s.Dir(), name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, os.WriteFile(filepath.Join(s.Dir(), KeyFile), []byte("PRIVATE+KEY+Canary\n"), 0o600))
	if _, err := Open(ctx, s, time.Now); err == nil || strings.Contains(err.Error(), "Canary") {
		t.Errorf("a broken key: %v", err)
	}
}

func TestRestored(t *testing.T) {
	storetest.Each(t, func(t *testing.T, p store.Place) {
		s, l := opened(t, p)
		fill(t, l, 300)
		want := verified(t, s)
		var b bytes.Buffer
		must(t, s.Backup(ctx, &b, "a password of a backup", begin, Files()...))
		storetest.Each(t, func(t *testing.T, p store.Place) {
			must(t, store.Restore(ctx, p, bytes.NewReader(b.Bytes()), "a password of a backup", Part()))
			s, l := opened(t, p)
			if v := verified(t, s); len(v.Findings) > 0 || v.Checkpoint != want.Checkpoint {
				t.Errorf("%+v", v)
			}
			if id, err := l.Append(ctx, sample(1)); err != nil || id != 302 {
				t.Errorf("%d %v", id, err)
			}
		})
	})
}

func TestMistakes(t *testing.T) {
	_, l := opened(t, store.Place{Dir: t.TempDir() + "/data"})
	for _, r := range []Record{{What: "", Result: Done}, {What: "Signed In", Result: Done}, {What: "a.b"}, {What: "a.b", Result: "ok"}, {What: "a.b", Result: Done, After: Facts{}.With("x", strings.Repeat("x", 1000)).With("y", nil)}} {
		if id, err := l.Append(ctx, r); !errors.Is(err, ErrNotRecorded) || id != 0 {
			t.Errorf("%+v: %d %v", r, id, err)
		}
	}
}

// TestHostile records what comes from outside: one line, bounded, and found again.
func TestHostile(t *testing.T) {
	storetest.Each(t, func(t *testing.T, p store.Place) {
		s, l := opened(t, p)
		for _, c := range []struct{ in, want string }{
			{"a\nb\x00c\u2028d\u202ee", "a b c d e"},
			{"\xff\xfe", " "},
			{strings.Repeat("é", 1000), strings.Repeat("é", 126) + "…"},
			{"'); DROP TABLE audit; --", "'); DROP TABLE audit; --"},
		} {
			id, err := l.Append(ctx, Record{Who: c.in, What: "a.b", Result: Done})
			must(t, err)
			got, err := Find(ctx, s, Filter{Who: c.want}, Place{}, 10)
			if err != nil || len(got) != 1 || got[0].ID != id {
				t.Errorf("%q: %v %v", c.in, got, err)
			}
		}
		if v := verified(t, s); len(v.Findings) > 0 {
			t.Error(v.Findings)
		}
	})
}

// TestOnlyAddedTo looks at the queries of this package: none alters or deletes a row.
func TestOnlyAddedTo(t *testing.T) {
	files, err := filepath.Glob("*.go")
	must(t, err)
	alters := regexp.MustCompile(`(?i)\b(update\s+audit\w*|delete\s+from\s+audit\w*|drop\s+table|replace\s+into)`)
	var found []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		b, err := os.ReadFile(name)
		must(t, err)
		found = append(found, alters.FindAllString(string(b), -1)...)
	}
	if !slices.Equal(found, []string{"DELETE FROM audit_checkpoints"}) { // thinOut
		t.Errorf("queries that alter: %q", found)
	}
}

// TestWhileWritten verifies while records are added: one state is looked at.
func TestWhileWritten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, p store.Place) {
		s, l := opened(t, p)
		done := make(chan struct{})
		go func() {
			defer close(done)
			for i := range 300 {
				if _, err := l.Append(ctx, sample(i)); err != nil {
					t.Error(err)
					return
				}
			}
		}()
		for {
			if v := verified(t, s); len(v.Findings) > 0 {
				t.Fatal(v.Findings)
			}
			select {
			case <-done:
				return
			default:
			}
		}
	})
}

// rows counts what is in the log.
func rows(t *testing.T, s *store.Store) (n int64) {
	t.Helper()
	must(t, s.Snapshot(ctx, func(tx *sql.Tx) error { return tx.QueryRow("SELECT count(*) FROM audit").Scan(&n) }))
	return n
}
