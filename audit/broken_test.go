package audit

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"switchroom/store"
	"switchroom/store/storetest"
)

// TestBreakEveryWrite fails the store at every point of an append, one after another:
// the record and its tree are whole, or the record is absent; the caller is told which.
func TestBreakEveryWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, p store.Place) {
		var b storetest.Breaker
		p.Wrap = b.Wrap
		s, l := opened(t, p)
		fill(t, l, block-2) // the next one fills a block: the longest transaction
		told := map[bool]int{}
		for at := 1; ; at++ {
			before := rows(t, s)
			b.Arm(at)
			id, err := l.Append(ctx, sample(at))
			points := b.Points()
			b.Arm(0)
			after := rows(t, s)
			switch {
			case err == nil && (after != before+1 || id != after):
				t.Errorf("%s: told row %d, and there are %d", points[len(points)-1], id, after)
			case err != nil && (!errors.Is(err, ErrNotRecorded) || after != before || id != 0):
				t.Errorf("%s: told %v, and there are %d rows after %d", points[len(points)-1], err, after, before)
			}
			told[err == nil]++
			if v := verified(t, s); len(v.Findings) > 0 || v.Rows != after {
				t.Fatalf("after %v: %+v", points, v)
			}
			if len(points) < at {
				break // it did not come so far
			}
		}
		// All statements, the commit before and after it: fewer would mean that the
		// test breaks nothing.
		if told[false] < 6 || told[true] != 2 {
			t.Errorf("%d were refused, %d recorded", told[false], told[true])
		}
	})
}

// TestBreakTheBeginning fails the store while the log begins: afterwards it begins.
func TestBreakTheBeginning(t *testing.T) {
	storetest.Each(t, func(t *testing.T, p store.Place) {
		var b storetest.Breaker
		p.Wrap = b.Wrap
		s, err := store.Open(ctx, p, Part())
		must(t, err)
		defer s.Close()
		for at := 1; ; at++ {
			b.Arm(at)
			_, err := Open(ctx, s, time.Now)
			n := len(b.Points())
			b.Arm(0)
			if err == nil {
				if n < at && at < 4 {
					t.Errorf("only %d points", n)
				}
				break
			}
		}
		if v := verified(t, s); len(v.Findings) > 0 || v.Rows != 1 {
			t.Errorf("%+v", v)
		}
	})
}

// TestNobodyKnows loses the answer to a commit, and with it the way to look.
func TestNobodyKnows(t *testing.T) {
	var b storetest.Breaker
	s, l := opened(t, store.Place{Dir: t.TempDir() + "/data", Wrap: b.Wrap})
	b.Arm(0)
	_, err := l.Append(ctx, sample(0))
	must(t, err)
	points := b.Points()
	if points[len(points)-1] != "after commit" {
		t.Fatal(points)
	}
	b.Arm(len(points))
	must(t, s.Reader().Close())
	if _, err := l.Append(ctx, sample(1)); !errors.Is(err, store.ErrUncertain) || errors.Is(err, ErrNotRecorded) {
		t.Errorf("told %v", err)
	}
}

// TestDiskFull has SQLite itself refuse to grow.
func TestDiskFull(t *testing.T) {
	s, l := opened(t, store.Place{Dir: t.TempDir() + "/data"})
	var pages int
	must(t, s.Writer().QueryRow("PRAGMA page_count").Scan(&pages))
	must(t, s.Writer().QueryRow(fmt.Sprintf("PRAGMA max_page_count = %d", pages+20)).Scan(&pages))
	var err error
	n := int64(1)
	for ; err == nil; n++ {
		_, err = l.Append(ctx, sample(int(n)))
	}
	if !errors.Is(err, ErrNotRecorded) || !strings.Contains(err.Error(), "full") || n < 10 {
		t.Errorf("%v after %d", err, n)
	}
	if v := verified(t, s); len(v.Findings) > 0 || v.Rows != n-1 {
		t.Errorf("%+v, want %d rows", v, n-1)
	}
	must(t, s.Writer().QueryRow(fmt.Sprintf("PRAGMA max_page_count = %d", pages+2000)).Scan(&pages))
	if id, err := l.Append(ctx, sample(0)); err != nil || id != n {
		t.Errorf("with room again: %d %v, want %d", id, err, n)
	}
}

// Names in the environment of a process that is going to be killed.
const (
	childPlace = "SWITCHROOM_AUDIT_CHILD"
	childURL   = "SWITCHROOM_AUDIT_URL"
	childAt    = "SWITCHROOM_AUDIT_AT"
)

// child opens a log and appends until it kills itself at a point. It prints what it was
// told.
func child() {
	at, _ := strconv.Atoi(os.Getenv(childAt))
	b := &storetest.Breaker{Break: kill}
	b.Arm(at)
	s, err := store.Open(ctx, store.Place{Dir: os.Getenv(childPlace), URL: os.Getenv(childURL), Wrap: b.Wrap}, Part())
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	l, err := Open(ctx, s, time.Now)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for i := range 3 {
		id, err := l.Append(ctx, sample(i))
		fmt.Println("told", id, err)
	}
	fmt.Println("survived")
}

func kill() {
	p, _ := os.FindProcess(os.Getpid())
	p.Kill()
	select {}
}

// TestKillAtEveryWrite kills a process at every point between its first connection and
// its last commit. What it was told is there afterwards, and the log is whole.
func TestKillAtEveryWrite(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: -short kills no processes")
	}
	storetest.Each(t, func(t *testing.T, p store.Place) {
		kills := 0
		for at := 1; ; at++ {
			told, survived := runChild(t, p, at)
			s, l := opened(t, p)
			if v := verified(t, s); len(v.Findings) > 0 || v.Rows < told {
				t.Fatalf("killed at %d: told row %d, %+v", at, told, v)
			}
			if id, err := l.Append(ctx, sample(0)); err != nil || id != rows(t, s) {
				t.Fatalf("killed at %d, then: %d %v", at, id, err)
			}
			must(t, s.Close())
			if survived {
				break
			}
			kills++
		}
		if kills < 20 {
			t.Errorf("only %d kills", kills)
		}
	})
}

func runChild(t *testing.T, p store.Place, at int) (told int64, survived bool) {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	c := exec.Command(self)
	c.Env = append(os.Environ(), childPlace+"="+p.Dir, childURL+"="+p.URL, childAt+"="+strconv.Itoa(at))
	out, _ := c.Output()
	lines := bufio.NewScanner(strings.NewReader(string(out)))
	for lines.Scan() {
		var id int64
		switch n, _ := fmt.Sscanf(lines.Text(), "told %d <nil>", &id); {
		case n == 1:
			told = id
		case lines.Text() == "survived":
			survived = true
		default:
			// PostgreSQL may not have noticed yet that the process before is gone.
			t.Logf("at %d: %s", at, lines.Text())
		}
	}
	return told, survived
}

// TestCutLog cuts SQLite's write-ahead log at every frame and within, as a power cut
// does: some records at the end are gone, none is half there.
func TestCutLog(t *testing.T) {
	dir := t.TempDir() + "/data"
	s, l := opened(t, store.Place{Dir: dir})
	_, err := s.Writer().Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	must(t, err)
	for i := range 12 {
		_, err := l.Append(ctx, sample(i))
		must(t, err)
	}
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, name))
		must(t, err)
		return b
	}
	database, wal, public := read(store.Database), read(store.Database+"-wal"), read(PublicFile)
	seen := map[int64]bool{}
	for cut := 0; cut <= len(wal); cut += (24 + 4096) / 2 {
		to := t.TempDir()
		must(t, os.Chmod(to, 0o700))
		must(t, os.WriteFile(filepath.Join(to, store.Database), database, 0o600))
		must(t, os.WriteFile(filepath.Join(to, store.Database+"-wal"), wal[:cut], 0o600))
		must(t, os.WriteFile(filepath.Join(to, PublicFile), public, 0o600))
		s, err := store.OpenReadOnly(ctx, store.Place{Dir: to}, Part())
		must(t, err)
		if v := verified(t, s); len(v.Findings) > 0 {
			t.Errorf("cut at %d: %v", cut, v.Findings)
		} else {
			seen[v.Rows] = true
		}
		must(t, s.Close())
	}
	if len(seen) < 10 {
		t.Errorf("only %d different lengths: %v", len(seen), seen)
	}
}
