package audit

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
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

	gosyslog "github.com/leodido/go-syslog/v4/rfc5424"
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

// TestTampering alters the log by hand in every way, and has it found and named.
func TestTampering(t *testing.T) {
	const n = 1500
	releaf := func(id int64) string { // somebody who knows how leaves are made
		return fmt.Sprintf("releaf %d", id)
	}
	for _, c := range []struct {
		name string
		do   []string
		want []string // a finding each, and no others
	}{
		{"nothing", nil, nil},
		{"altered", []string{"UPDATE audit SET who = 'nobody' WHERE id = 700"}, []string{"row 700 was altered"}},
		{"altered facts", []string{"UPDATE audit SET after = '' WHERE id = 1499"}, []string{"row 1499 was altered"}},
		{"altered time", []string{"UPDATE audit SET at = at + 1 WHERE id = 2"}, []string{"row 2 was altered"}},
		{"altered leaf", []string{"UPDATE audit SET leaf = who_leaf WHERE id = 5"}, nil}, // replaced below
		{"altered with its leaf", []string{"UPDATE audit SET who = 'nobody' WHERE id = 700", releaf(700)}, []string{"over rows 513 to 768 does not fit", "of rows 1 to 10"}},
		{"moved between fields", []string{"UPDATE audit SET who = who || 'x', place = 'Q' WHERE id = 9"}, []string{"row 9 was altered"}},
		{"deleted", []string{"DELETE FROM audit WHERE id = 700"}, []string{"row 700 was deleted"}},
		{"several deleted", []string{"DELETE FROM audit WHERE id >= 700 AND id < 1100"}, []string{"rows 700 to 1099 were deleted"}},
		{"first deleted", []string{"DELETE FROM audit WHERE id = 1"}, []string{"row 1 was deleted"}},
		{"one deleted, one altered", []string{"DELETE FROM audit WHERE id = 3", "UPDATE audit SET why = '' WHERE id = 1200"}, []string{"row 3 was deleted", "row 1200 was altered"}},
		{"closed up", []string{"DELETE FROM audit WHERE id = 1490", "UPDATE audit SET id = id - 1 WHERE id = 1491"}, []string{"row 1490 was altered", "row 1491 was deleted"}},
		{"reordered", []string{"UPDATE audit SET id = -7 WHERE id = 7", "UPDATE audit SET id = 7 WHERE id = 8", "UPDATE audit SET id = 8 WHERE id = -7"}, []string{"row 7 was altered", "row 8 was altered", "over rows 1 to 256 does not fit", "of rows 1 to 10"}},
		{"end cut", []string{"DELETE FROM audit WHERE id > 1450"}, []string{"rows 1451 to 1501 were deleted"}},
		{"all deleted", []string{"DELETE FROM audit"}, []string{"rows 1 to 1501 were deleted"}},
		{"added", []string{insert(1502)}, []string{"row 1502 was added"}},
		{"added far away", []string{insert(1 << 60)}, []string{"row 1152921504606846976 was added"}},
		{"added before", []string{insert(0)}, []string{"row 0 was added"}},
		{"checkpoint deleted", []string{"DELETE FROM audit_checkpoints WHERE size = 1501"}, []string{"were added not by this program, or the checkpoints"}},
		{"all checkpoints deleted", []string{"DELETE FROM audit_checkpoints"}, []string{"there is no checkpoint", "rows 1 to 1501 were added"}},
		{"checkpoint of others", []string{"UPDATE audit_checkpoints SET note = replace(note, 'switchroom', 'switchr00m')"}, []string{"1501 rows was replaced", "rows was replaced", "rows 1 to 1501 were added"}},
		{"checkpoint moved", []string{"UPDATE audit_checkpoints SET size = 1400 WHERE size = 1501"}, []string{"1400 rows was replaced", "were added"}},
		{"node altered", []string{"UPDATE audit_nodes SET hash = (SELECT hash FROM audit_nodes WHERE number = 0) WHERE number = 2"}, []string{"over rows 513 to 768 does not fit"}},
		{"node deleted", []string{"DELETE FROM audit_nodes WHERE number = 2"}, []string{"over rows 513 to 768 is missing"}},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, p store.Place) {
				s, l := opened(t, p)
				fill(t, l, n)
				if c.name == "altered leaf" {
					c.do, c.want = []string{"UPDATE audit SET leaf = (SELECT leaf FROM audit WHERE id = 6) WHERE id = 5"}, []string{"row 5 was altered", "over rows 1 to 256 does not fit", "of rows 1 to 10"}
				}
				for _, q := range c.do {
					tamper(t, s, q)
				}
				v := verified(t, s)
				var texts []string
				for _, f := range v.Findings {
					texts = append(texts, f.Text)
				}
				ok := len(texts) == len(c.want)
				for i := 0; ok && i < len(texts); i++ {
					ok = strings.Contains(texts[i], c.want[i])
				}
				if !ok {
					t.Errorf("found %q\nwant %q", texts, c.want)
				}
			})
		})
	}
}

func insert(id int64) string {
	return fmt.Sprintf("INSERT INTO audit SELECT %d, at, who, what, place, why, result, before, after, leaf FROM audit WHERE id = 5", id)
}

// tamper is somebody with the database and without the key.
func tamper(t *testing.T, s *store.Store, q string) {
	t.Helper()
	var id int64
	if n, _ := fmt.Sscanf(q, "releaf %d", &id); n == 0 {
		_, err := s.Writer().Exec(q)
		must(t, err)
		return
	}
	var r row
	must(t, r.scan(s.Writer().QueryRow("SELECT "+columns+" FROM audit WHERE id = $1", id).Scan))
	h, _ := r.hash(nil)
	_, err := s.Writer().Exec("UPDATE audit SET leaf = $1 WHERE id = $2", h[:], id)
	must(t, err)
}

// TestKept holds a log against a checkpoint that was kept elsewhere: that finds what
// somebody with everything, the key too, did to the past.
func TestKept(t *testing.T) {
	s, l := opened(t, store.Place{Dir: t.TempDir() + "/data"})
	fill(t, l, 1100)
	kept := verified(t, s)
	fill(t, l, 50)
	against := func(key string) (*Verdict, error) { return Verify(ctx, s, key, kept.Checkpoint, nil) }
	if v, err := against(kept.Key); err != nil || len(v.Findings) > 0 {
		t.Fatalf("%v %v", v, err)
	}
	// The end is cut off, with its checkpoints.
	tamper(t, s, "DELETE FROM audit WHERE id > 1001")
	tamper(t, s, "DELETE FROM audit_checkpoints WHERE size > 1001")
	tamper(t, s, "DELETE FROM audit_nodes WHERE number > 2")
	if v := verified(t, s); len(v.Findings) != 0 {
		t.Errorf("found without what was kept, which docs/audit.md says is impossible: %v", v.Findings)
	}
	if v, err := against(kept.Key); err != nil || len(v.Findings) != 1 || !strings.Contains(v.Findings[0].Text, "rows 1002 to 1101 were deleted") {
		t.Errorf("cut: %v %v", v, err)
	}
	// And written anew, with the real key.
	l, err := Open(ctx, s, func() time.Time { return begin })
	must(t, err)
	fill(t, l, 200)
	if v, err := against(kept.Key); err != nil || len(v.Findings) != 1 || !strings.Contains(v.Findings[0].Text, "written anew") {
		t.Errorf("written anew: %v %v", v, err)
	}
	// Another key.
	must(t, os.Remove(filepath.Join(s.Dir(), KeyFile)))
	must(t, os.Remove(filepath.Join(s.Dir(), PublicFile)))
	must(t, newKey(s.Dir()))
	if _, err := Open(ctx, s, time.Now); err == nil || !strings.Contains(err.Error(), "not signed with the key") {
		t.Errorf("added to with another key: %v", err)
	}
	v := verified(t, s)
	if !slices.ContainsFunc(v.Findings, func(f Finding) bool { return f.Kind == "key" }) {
		t.Errorf("replaced key: %v", v.Findings)
	}
	if _, err := against(v.Key); err == nil || !strings.Contains(err.Error(), "key was replaced") {
		t.Errorf("replaced key, against what was kept: %v", err)
	}
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

type keyOfDoor struct{ text string }

func (keyOfDoor) Secret() {}

func TestFactsRefuseSecrets(t *testing.T) {
	for _, c := range []struct {
		name   string
		value  any
		secret bool
		want   string
	}{
		{"isd", 4000, false, `{"isd":4000}`},
		{"ir", 0.95, false, `{"ir":0.95}`},
		{"remote", true, false, `{"remote":true}`},
		{"name", "a <b> \"c\"\n", false, `{"name":"a <b> \"c\" "}`},
		{"at", begin, false, `{"at":"2026-11-28T03:00:00.123456789Z"}`},
		{"password", Withheld, false, `{"password":"(withheld)"}`},
		{"pinned", 1, false, `{"pinned":1}`},
		{"password", "abcd", true, ""},
		{"level4_password", "abcd", true, ""},
		{"Password of level 4", 1234, true, ""},
		{"pin", 1234, true, ""},
		{"user.pin", 1234, true, ""},
		{"session_token", "x", true, ""},
		{"door", keyOfDoor{"x"}, true, ""},
		{"note", "-----BEGIN EC PRIVATE KEY-----", true, ""},
		{"note", "$argon2id$v=19$m=1", true, ""},
		{"note", "AGE-SECRET-KEY-1QQQ", true, ""},
		{"note", "see postgres://u:abcd@host/", true, ""},
		{"note", "Authorization: Basic abcd", true, ""},
	} {
		f := Facts{}.With("first", 1).With(c.name, c.value)
		if errors.Is(f.err, ErrSecret) != c.secret || strings.Contains(fmt.Sprint(f.err), "abcd") {
			t.Errorf("%s=%v: %v", c.name, c.value, f.err)
		}
		if want := strings.Replace(c.want, "{", `{"first":1,`, 1); !c.secret && f.JSON() != want {
			t.Errorf("%s: %s, want %s", c.name, f.JSON(), want)
		}
	}
	for _, v := range []any{[]byte("x"), struct{ Password string }{"x"}, map[string]string{}, errors.New("x"), &begin, nil} {
		if f := (Facts{}).With("value", v); f.err == nil {
			t.Errorf("a %T is taken", v)
		}
	}
	_, l := opened(t, store.Place{Dir: t.TempDir() + "/data"})
	if _, err := l.Append(ctx, Record{What: "a.b", Result: Done, After: Facts{}.With("password", "x").With("isd", 1)}); !errors.Is(err, ErrNotRecorded) || !errors.Is(err, ErrSecret) {
		t.Errorf("recorded: %v", err)
	}
}

// TestCanary puts a secret into every place of a record that takes text, and looks for
// it in the database's files, every export and every error.
func TestCanary(t *testing.T) {
	const canary = "Zx9Canary7"
	dir := t.TempDir() + "/data"
	s, l := opened(t, store.Place{Dir: dir})
	var told strings.Builder
	for _, secret := range []string{"password=" + canary, "-----BEGIN PRIVATE KEY-----" + canary, "https://user:" + canary + "@host/", "$argon2id$" + canary, "Bearer: " + canary} {
		_, err := l.Append(ctx, Record{Who: secret, What: "person.signed_in", Where: secret, Why: secret, Result: Refused, After: Facts{}.With("by", Withheld)})
		must(t, err) // who signs in with such a name is recorded nevertheless
		for _, name := range []string{"note", "password"} {
			_, err := l.Append(ctx, Record{What: "a.b", Result: Done, Before: Facts{}.With(name, secret)})
			fmt.Fprintln(&told, err)
		}
		_, err = l.Append(ctx, Record{What: "a.b", Result: Done, After: Facts{}.With("x", keyOfDoor{canary})})
		fmt.Fprintln(&told, err)
	}
	for _, format := range Formats() {
		must(t, Export(ctx, s, Filter{}, format, &told))
	}
	if strings.Count(told.String(), ErrNotRecorded.Error()) != 15 {
		t.Errorf("not every secret was refused:\n%s", told.String())
	}
	must(t, s.Close())
	entries, err := os.ReadDir(dir)
	must(t, err)
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		must(t, err)
		if bytes.Contains(b, []byte(canary)) {
			t.Errorf("%s has the secret", e.Name())
		}
	}
	if strings.Contains(told.String(), canary) {
		t.Errorf("an export or error has the secret:\n%s", told.String())
	}
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

// TestFind compares every set of filters with looking at each record, page by page.
func TestFind(t *testing.T) {
	storetest.Each(t, func(t *testing.T, p store.Place) {
		s, l := opened(t, p)
		fill(t, l, 400)
		all, err := After(ctx, s, Filter{}, 0, 1000)
		must(t, err)
		for i := range 32 {
			f := filterOf(i)
			var want, got []int64
			for _, r := range slices.Backward(all) {
				if passes(&f, &r) {
					want = append(want, r.ID)
				}
			}
			for at := (Place{}); ; {
				page, err := Find(ctx, s, f, at, 7)
				must(t, err)
				for _, r := range page {
					got = append(got, r.ID)
					at = Place{r.At, r.ID}
				}
				if len(page) == 0 {
					break
				}
			}
			slices.Sort(want)
			slices.Sort(got) // row 1 is of another time than its number says
			if !slices.Equal(got, want) {
				t.Errorf("%+v: %d found, want %d", f, len(got), len(want))
			}
		}
	})
}

// filterOf is each set of filters, by the bits of a number.
func filterOf(bits int) (f Filter) {
	if bits&1 != 0 {
		f.Who = "person3"
	}
	if bits&2 != 0 {
		f.What = "setting.changed"
	}
	if bits&4 != 0 {
		f.Result = Refused
	}
	if bits&8 != 0 {
		f.Since = begin.Add(50 * time.Second)
	}
	if bits&16 != 0 {
		f.Until = begin.Add(300 * time.Second)
	}
	return f
}

func passes(f *Filter, r *Record) bool {
	return (f.Who == "" || f.Who == r.Who) && (f.What == "" || f.What == r.What) && (f.Result == "" || f.Result == r.Result) &&
		(f.Since.IsZero() || !r.At.Before(f.Since.Truncate(time.Microsecond))) && (f.Until.IsZero() || r.At.Before(f.Until.Truncate(time.Microsecond)))
}

// TestPlans reads how SQLite means to answer each set of filters: by an index that has
// the order too, never by looking at all rows or sorting them.
func TestPlans(t *testing.T) {
	s, l := opened(t, store.Place{Dir: t.TempDir() + "/data"})
	fill(t, l, 10)
	for i := range 32 {
		f := filterOf(i)
		q, args := "", []any{}
		for _, c := range f.conditions() {
			args = append(args, c.value)
			q += fmt.Sprintf(" AND %s $%d", c.column, len(args))
		}
		if q != "" {
			q = " WHERE" + strings.TrimPrefix(q, " AND")
		}
		rows, err := s.Reader().Query("EXPLAIN QUERY PLAN SELECT "+columns+" FROM audit"+q+" ORDER BY at DESC, id DESC LIMIT 50", args...)
		must(t, err)
		for rows.Next() {
			var a, b, c int
			var detail string
			must(t, rows.Scan(&a, &b, &c, &detail))
			if !strings.Contains(detail, "USING INDEX audit_") || strings.Contains(detail, "TEMP") {
				t.Errorf("%s: %s", q, detail)
			}
		}
	}
}

func TestExport(t *testing.T) {
	s, l := opened(t, store.Place{Dir: t.TempDir() + "/data"})
	fill(t, l, 3)
	_, err := l.Append(ctx, Record{Who: `=cmd|' /C calc'!A0`, What: "a.b", Where: `x"]\y`, Why: "-1", Result: Uncertain, After: Facts{}.With("x", `a "b"`)})
	must(t, err)
	out := map[string]string{}
	for _, format := range Formats() {
		var b bytes.Buffer
		must(t, Export(ctx, s, Filter{}, format, &b))
		out[format] = b.String()
	}
	rows, err := csv.NewReader(strings.NewReader(out["csv"])).ReadAll()
	if err != nil || len(rows) != 6 || !slices.Equal(rows[0], head) {
		t.Fatalf("csv: %v %v", rows, err)
	}
	for _, cell := range slices.Concat(rows...) {
		if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
			t.Errorf("csv: %q would be a formula", cell)
		}
	}
	for i, line := range strings.Split(strings.TrimSpace(out["json"]), "\n") {
		var r struct {
			ID    int
			After map[string]any
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil || r.ID != i+1 || len(r.After) == 0 {
			t.Errorf("json: %s: %v", line, err)
		}
	}
	lines := strings.Split(strings.TrimSpace(out["syslog"]), "\n")
	for _, line := range lines {
		if _, err := gosyslog.NewParser().Parse([]byte(line)); err != nil {
			t.Errorf("syslog: %s: %v", line, err)
		}
	}
	m, err := gosyslog.NewParser().Parse([]byte(lines[4]))
	must(t, err)
	said := (*m.(*gosyslog.SyslogMessage).StructuredData)["switchroom@32473"]
	if said["where"] != `x"]\y` || said["after"] != `{"x":"a \"b\""}` || *m.(*gosyslog.SyslogMessage).Priority != 13*8+3 {
		t.Errorf("syslog: %v", said)
	}
	if err := Export(ctx, s, Filter{}, "xml", &bytes.Buffer{}); err == nil {
		t.Error("xml")
	}
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
