package vault

import (
	"bytes"
	"testing"
	"time"

	"switchroom/store"
	"switchroom/store/storetest"
)

// TestBackup brings a vault back from a backup, with a change that was cut off in it.
func TestBackup(t *testing.T) {
	storetest.Each(t, func(t *testing.T, p store.Place) {
		s, ctx := created(t, p, strong), t.Context()
		b := &breaker{has: strong, fault: "cut", at: 2}
		if _, err := s.Rotate(ctx, b, "Q1", "Olga"); err == nil {
			t.Fatal("not cut off")
		}
		var file bytes.Buffer
		if err := s.store.Backup(ctx, &file, "password-of-the-backup", s.now); err != nil {
			t.Fatal(err)
		}
		place := store.Place{Dir: t.TempDir() + "/data"}
		if err := store.Restore(ctx, place, &file, "password-of-the-backup", Part()); err != nil {
			t.Fatal(err)
		}
		again := begin(t, place)
		again.now = s.now.Add(time.Hour)
		if err := again.Unlock(ctx, secret(phrase)); err != nil {
			t.Fatal(err)
		}
		b.fault = ""
		if ends, err := again.Resume(ctx, b, "Q1"); err != nil || len(ends) != 1 || !ends[0].Changed {
			t.Errorf("%+v, %v", ends, err)
		}
		again.whole(b, "restored")
	})
}
