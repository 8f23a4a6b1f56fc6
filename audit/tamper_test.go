package audit

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"switchroom/store"
	"switchroom/store/storetest"
)

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

// TestAddedByHandIsNotSigned puts a row in while the log is open: the log does not sign
// it with the next one, it stops.
func TestAddedByHandIsNotSigned(t *testing.T) {
	storetest.Each(t, func(t *testing.T, p store.Place) {
		s, l := opened(t, p)
		fill(t, l, 20)
		tamper(t, s, insert(22))
		for range 2 {
			if _, err := l.Append(ctx, sample(1)); !errors.Is(err, ErrNotRecorded) {
				t.Errorf("added to: %v", err)
			}
		}
		if v := verified(t, s); len(v.Findings) != 1 || v.Findings[0].First != 22 || v.Rows != 21 {
			t.Errorf("%+v", v)
		}
		tamper(t, s, "DELETE FROM audit WHERE id = 22")
		if id, err := l.Append(ctx, sample(1)); err != nil || id != 22 {
			t.Errorf("afterwards: %d %v", id, err)
		}
	})
}

// FuzzCheckpoint reads checkpoints that come from outside: none that the key did not
// sign is taken.
func FuzzCheckpoint(f *testing.F) {
	private, public, err := note.GenerateKey(rand.Reader, "switchroom.audit.test")
	must(f, err)
	v, err := note.NewVerifier(public)
	must(f, err)
	by, err := note.NewSigner(private)
	must(f, err)
	signed := func(text string) string {
		b, err := note.Sign(&note.Note{Text: text}, by)
		must(f, err)
		return string(b)
	}
	c := Checkpoint{Origin: v.Name(), Size: 5}
	good := signed(c.text())
	for _, text := range []string{good, "", c.text(), signed("x\n"), signed(v.Name() + "\n-1\n\n\n"), signed(v.Name() + "\n05\n" + c.Root.String() + "\n"), good + good} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parseCheckpoint(text, v)
		if err == nil && *got != c {
			t.Errorf("%q is taken as %+v", text, got)
		}
	})
}
