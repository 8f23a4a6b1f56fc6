package web

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
)

var errBroken = errors.New("the disk is broken")

// brokenDisk fails at its nth step, and may leave half of what was being written.
type brokenDisk struct {
	realDisk
	left int
	half bool
}

func (b *brokenDisk) step() error {
	b.left--
	if b.left == 0 {
		return errBroken
	}
	return nil
}

func (b *brokenDisk) write(path string, data []byte) error {
	if err := b.step(); err != nil {
		if b.half {
			b.realDisk.write(path, data[:len(data)/2])
		}
		return err
	}
	return b.realDisk.write(path, data)
}

func (b *brokenDisk) rename(from, to string) error {
	if err := b.step(); err != nil {
		return err
	}
	return b.realDisk.rename(from, to)
}

func (b *brokenDisk) flush(dir string) error {
	if err := b.step(); err != nil {
		return err
	}
	return b.realDisk.flush(dir)
}

func open(t *testing.T, file string, p access.Profile) (*Device, error) {
	t.Helper()
	w := imu.NewSteppedWorld(time.Date(2026, 11, 28, 8, 0, 0, 0, time.UTC))
	return Open(newUnit(t, w, p), w, Options{Address: freeAddress(t), File: file})
}

// TestBrokenWrites breaks each step of a write. Whoever is told of a failure sees the
// old state at once, and after a restart there is the old state or the new one, whole.
func TestBrokenWrites(t *testing.T) {
	for n := 1; n <= 3; n++ {
		for _, half := range []bool{false, true} {
			file := filepath.Join(t.TempDir(), "q1.state")
			d, err := open(t, file, access.Faithful)
			if err != nil {
				t.Fatal(err)
			}
			rename := func(to string) error {
				return d.alter(func(b *book) error { b.Groups[0] = to; return nil })
			}
			if err := rename("first"); err != nil {
				t.Fatal(err)
			}
			d.store.disk = &brokenDisk{left: n, half: half}
			if err := rename("second"); !errors.Is(err, errBroken) || d.book().Groups[0] != "first" {
				t.Fatalf("step %d: %v, and it holds %q", n, err, d.book().Groups[0])
			}
			again, err := open(t, file, access.Faithful)
			if err != nil {
				t.Fatalf("step %d, half %v: after a restart: %v", n, half, err)
			}
			if got := again.book().Groups[0]; got != "first" && (n < 3 || got != "second") {
				t.Errorf("step %d: after a restart %q", n, got)
			}
			d.store.disk = realDisk{}
			if err := rename("third"); err != nil {
				t.Errorf("step %d: it cannot be written any more: %v", n, err)
			}
		}
	}
}

// TestDamage: a file that does not read is refused, and never taken for a device as
// delivered.
func TestDamage(t *testing.T) {
	file := filepath.Join(t.TempDir(), "q1.state")
	d, err := open(t, file, access.Faithful)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.alter(func(b *book) error { b.remove(2); return nil }); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := open(t, file, access.Faithful); err != nil || again.book().named("Guest") != nil {
		t.Fatal("undamaged it does not read", err)
	}
	for at := 0; at < len(whole); at += 7 {
		bad := append([]byte(nil), whole...)
		bad[at] ^= 0x20
		held(t, file, bad)
		held(t, file, whole[:at])
	}
	held(t, file, append(append([]byte(nil), whole...), ' '))
	held(t, file, nil)
	if _, err := open(t, file, access.Faithful); err == nil || !strings.Contains(err.Error(), "put a copy of it back") {
		t.Errorf("the error does not say what to do: %v", err)
	}
}

func held(t *testing.T, file string, data []byte) {
	t.Helper()
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, file, access.Faithful); err == nil {
		t.Fatalf("%d bytes of damage are taken", len(data))
	}
}

// TestKept: what is set is there after a restart, the log too.
func TestKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "q1.state")
	d, err := open(t, file, access.RBAC)
	if err != nil {
		t.Fatal(err)
	}
	d.note(Entry{Kind: LoggedIn, Who: "x"})
	if err := d.alter(func(b *book) error {
		b.add(account{Name: "Olga", Roles: access.Operator, Password: delivered("Correct-horse-9")})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	again, err := open(t, file, access.RBAC)
	if err != nil {
		t.Fatal(err)
	}
	if a := again.book().named("Olga"); a == nil || a.Roles != access.Operator || len(again.Log()) != 1 {
		t.Error("it is not there any more")
	}
}

// FuzzParse: no file makes it fall over, and what reads is written as it was.
func FuzzParse(f *testing.F) {
	file := filepath.Join(f.TempDir(), "seed")
	s := store{file, realDisk{}}
	for _, p := range profiles {
		if err := s.save(factory(p, "003.010.005")); err != nil {
			f.Fatal(err)
		}
		data, _ := os.ReadFile(file)
		f.Add(data)
	}
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := parse(data)
		if err == nil && b.check() != nil {
			t.Error("what does not hold is taken")
		}
	})
}
