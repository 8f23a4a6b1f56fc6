package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"switchroom/store"
	"switchroom/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

var ctx = context.Background()

// things is a part as others bring it.
var things = store.Part{Name: "things", Steps: []string{
	"CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT NOT NULL, size REAL, raw BLOB) STRICT;\nCREATE INDEX things_name ON things (name);\n",
}}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func opened(t *testing.T, p store.Place, parts ...store.Part) *store.Store {
	t.Helper()
	s, err := store.Open(ctx, p, parts...)
	must(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

func put(t *testing.T, s *store.Store, values ...any) {
	t.Helper()
	must(t, s.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec("INSERT INTO things (id, name, size, raw) VALUES ($1, $2, $3, $4)", values...)
		return err
	}))
}

func count(t *testing.T, s *store.Store) (n int) {
	t.Helper()
	must(t, s.Reader().QueryRow("SELECT count(*) FROM things").Scan(&n))
	return n
}

func TestWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, p store.Place) {
		s := opened(t, p, things)
		put(t, s, 1, "one", nil, nil)
		no := errors.New("no")
		err := s.Write(ctx, func(tx *sql.Tx) error {
			if _, err := tx.Exec("INSERT INTO things (id, name) VALUES (2, 'two')"); err != nil {
				return err
			}
			return no
		})
		if !errors.Is(err, no) || errors.Is(err, store.ErrUncertain) || count(t, s) != 1 {
			t.Errorf("a refused transaction: %v, %d rows", err, count(t, s))
		}
		put(t, s, 2, "two", 0.5, []byte{0})
		if _, err := s.Reader().Exec("INSERT INTO things (id, name) VALUES (3, 'three')"); err == nil {
			t.Error("the reader can write")
		}
		must(t, s.Close())
		if n := count(t, opened(t, p, things)); n != 2 {
			t.Errorf("%d rows after opening again", n)
		}
	})
}

func TestOneProcess(t *testing.T) {
	storetest.Each(t, func(t *testing.T, p store.Place) {
		s := opened(t, p, things)
		if _, err := store.Open(ctx, p, things); err == nil || !strings.Contains(err.Error(), "another process") {
			t.Errorf("opened twice: %v", err)
		}
		if p.URL != "" {
			elsewhere := store.Place{Dir: t.TempDir() + "/other", URL: p.URL}
			if _, err := store.Open(ctx, elsewhere, things); err == nil || !strings.Contains(err.Error(), "another process") {
				t.Errorf("opened twice, from two directories: %v", err)
			}
		}
		put(t, s, 1, "one", nil, nil)
		r, err := store.OpenReadOnly(ctx, p, things)
		must(t, err)
		defer r.Close()
		if count(t, r) != 1 {
			t.Error("who only reads does not see what was written")
		}
		if err := r.Write(ctx, func(*sql.Tx) error { return nil }); err == nil {
			t.Error("who only reads can write")
		}
	})
}

func TestMigrations(t *testing.T) {
	more := store.Part{Name: "things", Steps: append(slices.Clone(things.Steps), "ALTER TABLE things ADD COLUMN colour TEXT;\n")}
	other := store.Part{Name: "things", Steps: []string{"CREATE TABLE things (id INTEGER PRIMARY KEY) STRICT;\n"}}
	broken := store.Part{Name: "things", Steps: append(slices.Clone(more.Steps), "CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT;\nNONSENSE;\n")}
	storetest.Each(t, func(t *testing.T, p store.Place) {
		s := opened(t, p, things)
		put(t, s, 1, "one", nil, nil)
		must(t, s.Close())
		for _, c := range []struct {
			part store.Part
			want string
		}{
			{other, "was another one"},
			{broken, "nothing was changed"},
			{more, ""},
			{more, ""},
			{things, "newer than this program"},
		} {
			s, err := store.Open(ctx, p, c.part)
			if c.want == "" {
				must(t, err)
				_, err := s.Reader().Exec("SELECT colour FROM things")
				must(t, err)
				must(t, s.Close())
			} else if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("want %q: %v", c.want, err)
			}
		}
		if _, err := store.OpenReadOnly(ctx, p, store.Part{Name: "absent", Steps: []string{"x"}}); err == nil || !strings.Contains(err.Error(), "0 of 1") {
			t.Errorf("read without its migrations: %v", err)
		}
	})
}

func TestModes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := opened(t, store.Place{Dir: dir}, things)
	put(t, s, 1, "one", nil, nil)
	entries, err := os.ReadDir(dir)
	must(t, err)
	if len(entries) < 4 { // database, log, its index, lock
		t.Errorf("only %v", entries)
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", e.Name(), info.Mode(), err)
		}
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the directory: %v %v", info.Mode(), err)
	}
	must(t, s.Close())
	must(t, os.Chmod(dir, 0o755))
	if _, err := store.Open(ctx, store.Place{Dir: dir}, things); err == nil || !strings.Contains(err.Error(), "chmod 700") {
		t.Errorf("a directory open to others: %v", err)
	}
}

func TestDurability(t *testing.T) {
	s := opened(t, store.Place{Dir: t.TempDir() + "/data"}, things)
	for pragma, want := range map[string]string{"synchronous": "2", "journal_mode": "wal", "fullfsync": "1", "foreign_keys": "1"} {
		var got string
		if err := s.Writer().QueryRow("PRAGMA " + pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %s, want %s: %v", pragma, got, want, err)
		}
	}
	p := opened(t, store.Place{Dir: t.TempDir() + "/data", URL: storetest.Postgres(t)}, things)
	var on string
	if err := p.Writer().QueryRow("SHOW synchronous_commit").Scan(&on); err != nil || on != "on" {
		t.Errorf("synchronous_commit is %s: %v", on, err)
	}
}

func TestVersions(t *testing.T) {
	for version, want := range map[string]bool{"3.51.3": true, "3.51.2": false, "3.54.1": true, "4.0.0": true, "3.9.9": false, "3.51": false, "x": false} {
		if got := store.AtLeast(version, [3]int{3, 51, 3}); got != want {
			t.Errorf("%s: %v", version, got)
		}
	}
}

func TestAddresses(t *testing.T) {
	for name, want := range map[string]string{
		"mysql://h/d":                                 "not understood",
		"postgres://u:Canary-9@localhost/d":           "PGPASSFILE",
		"postgres://localhost/d?password=Canary-9":    "PGPASSFILE",
		"postgres://u:Canary-9@h:nonsense/d":          "not understood",
		"postgres://db.example.org/d":                 "sslmode=verify-full",
		"postgres://db.example.org/d?sslmode=prefer":  "sslmode=verify-full",
		"postgres://db.example.org/d?sslmode=require": "sslmode=verify-full",
	} {
		_, err := store.Open(ctx, store.Place{Dir: t.TempDir() + "/data", URL: name})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "Canary") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

const password = "a password of a backup"

// filled is a store with every kind of value in it.
func filled(t *testing.T, p store.Place) *store.Store {
	s := opened(t, p, things)
	put(t, s, 1, "one", nil, nil)
	put(t, s, int64(math.MaxInt64), "a <b> \"c\" \u2028 é\n=1+1", 0.1, []byte{0, 1, 255})
	put(t, s, -5, "", 1e300, []byte{})
	for i := range 2000 {
		put(t, s, 100+i, strings.Repeat("x", 100), nil, nil)
	}
	must(t, store.NewFile(filepath.Join(p.Dir, "a.key"), []byte("key")))
	return s
}

func contents(t *testing.T, s *store.Store) (all []string) {
	t.Helper()
	rows, err := s.Reader().Query("SELECT id, name, size, raw FROM things ORDER BY id")
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		var id int64
		var name string
		var size sql.NullFloat64
		var raw []byte
		must(t, rows.Scan(&id, &name, &size, &raw))
		all = append(all, fmt.Sprint(id, name, size, raw))
	}
	return all
}

// TestBackup restores each database's backup into each.
func TestBackup(t *testing.T) {
	storetest.Each(t, func(t *testing.T, p store.Place) {
		from := filled(t, p)
		var b bytes.Buffer
		must(t, from.Backup(ctx, &b, password, time.Now(), "a.key"))
		if bytes.Contains(b.Bytes(), []byte("things")) {
			t.Error("the backup is readable")
		}
		storetest.Each(t, func(t *testing.T, p store.Place) {
			must(t, store.Restore(ctx, p, bytes.NewReader(b.Bytes()), password, things))
			if got, want := contents(t, opened(t, p, things)), contents(t, from); !slices.Equal(got, want) {
				t.Errorf("%d rows restored of %d, or others", len(got), len(want))
			}
			key, err := os.ReadFile(filepath.Join(p.Dir, "a.key"))
			if info, _ := os.Stat(filepath.Join(p.Dir, "a.key")); err != nil || string(key) != "key" || info.Mode().Perm() != 0o600 {
				t.Errorf("the key: %q %v", key, err)
			}
			if err := store.Restore(ctx, p, bytes.NewReader(b.Bytes()), password, things); err == nil || !strings.Contains(err.Error(), "not empty") {
				t.Errorf("restored over what is there: %v", err)
			}
		})
	})
}

// TestOldBackup restores a backup from before a migration.
func TestOldBackup(t *testing.T) {
	var b bytes.Buffer
	must(t, filled(t, store.Place{Dir: t.TempDir() + "/data"}).Backup(ctx, &b, password, time.Now()))
	more := store.Part{Name: "things", Steps: append(slices.Clone(things.Steps), "ALTER TABLE things ADD COLUMN colour TEXT;\n")}
	p := store.Place{Dir: t.TempDir() + "/new"}
	must(t, store.Restore(ctx, p, bytes.NewReader(b.Bytes()), password, more))
	if n := count(t, opened(t, p, more)); n != 2003 {
		t.Errorf("%d rows", n)
	}
	if err := store.Restore(ctx, store.Place{Dir: t.TempDir() + "/new"}, &b, password, store.Part{Name: "things"}); err == nil || !strings.Contains(err.Error(), "newer program") {
		t.Errorf("an older program: %v", err)
	}
}

// TestBadBackups cuts a backup at every kind of place and alters it: nothing is
// restored, and it is said why.
func TestBadBackups(t *testing.T) {
	var b bytes.Buffer
	must(t, filled(t, store.Place{Dir: t.TempDir() + "/data"}).Backup(ctx, &b, password, time.Now()))
	whole := b.Bytes()
	refused := func(what, password string, b []byte, want string) {
		t.Helper()
		dir := filepath.Join(t.TempDir(), "data")
		err := store.Restore(ctx, store.Place{Dir: dir}, bytes.NewReader(b), password, things)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", what, err)
		}
		if entries, _ := os.ReadDir(dir); len(entries) > 0 {
			t.Errorf("%s: left %v", what, entries)
		}
	}
	refused("wrong password", "another password", whole, "not its password")
	refused("no password", "", whole, "not empty")
	refused("not a backup", password, []byte("hello"), "no backup")
	for _, n := range []int{0, 1, 50, 150, 200, 70_000, len(whole) / 2, len(whole) - 1} {
		refused(fmt.Sprint("cut at ", n), password, whole[:n], "")
	}
	for _, n := range []int{3, 60, 100, 200, 300, 66_000, len(whole) / 2, len(whole) - 1} {
		altered := bytes.Clone(whole)
		altered[n] ^= 1
		refused(fmt.Sprint("altered at ", n), password, altered, "")
	}
	refused("more behind it", password, append(bytes.Clone(whole), 0), "")
}

// TestCutBetweenRows cuts inside the encryption, where every row is whole: only the
// line that ends a backup tells.
func TestCutBetweenRows(t *testing.T) {
	var b bytes.Buffer
	must(t, filled(t, store.Place{Dir: t.TempDir() + "/data"}).Backup(ctx, &b, password, time.Now()))
	lines := strings.SplitAfter(opensWithAge(t, b.Bytes()), "\n")
	for what, c := range map[string]struct {
		lines []string
		want  string
	}{
		"no end":              {lines[:len(lines)-2], "was cut"},
		"a row short":         {slices.Replace(slices.Clone(lines), 2, 3, "[1]\n"), "1 values for 4"},
		"an unknown table":    {slices.Replace(slices.Clone(lines), 1, 2, `{"table":"evil","columns":["a"]}`+"\n"), "does not know"},
		"a file elsewhere":    {slices.Replace(slices.Clone(lines), 0, 1, `{"switchroom_backup":1,"migrations":{"things":1},"files":{"../evil":""}}`+"\n"), "does not belong"},
		"an unknown format":   {slices.Replace(slices.Clone(lines), 0, 1, `{"switchroom_backup":2}`+"\n"), "format 2"},
		"behind the end":      {append(slices.Clone(lines), "{}\n"), "goes on"},
		"a column of a query": {slices.Replace(slices.Clone(lines), 1, 2, `{"table":"things","columns":["id) VALUES (1); DROP TABLE things; --"]}`+"\n"), "table things"},
	} {
		dir := filepath.Join(t.TempDir(), "data")
		err := store.Restore(ctx, store.Place{Dir: dir}, sealed(t, strings.Join(c.lines, "")), password, things)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// opensWithAge opens a backup with the library of age, and with the tool if it is there.
func opensWithAge(t *testing.T, b []byte) string {
	t.Helper()
	id, err := age.NewScryptIdentity(password)
	must(t, err)
	r, err := age.Decrypt(bytes.NewReader(b), id)
	must(t, err)
	plain, err := io.ReadAll(r)
	must(t, err)
	if _, err := exec.LookPath("age"); err != nil {
		t.Log("SKIPPED: the tool age is not here to open a backup; it asks for its password at a terminal only")
	}
	return string(plain)
}

func sealed(t *testing.T, plain string) io.Reader {
	t.Helper()
	r, err := age.NewScryptRecipient(password)
	must(t, err)
	r.SetWorkFactor(10)
	var b bytes.Buffer
	w, err := age.Encrypt(&b, r)
	must(t, err)
	_, err = io.WriteString(w, plain)
	must(t, errors.Join(err, w.Close()))
	return &b
}

func TestWeakPassword(t *testing.T) {
	s := opened(t, store.Place{Dir: t.TempDir() + "/data"}, things)
	var b bytes.Buffer
	if err := s.Backup(ctx, &b, "short", time.Now()); err == nil || b.Len() > 0 {
		t.Errorf("%v, %d bytes", err, b.Len())
	}
}
