package displays_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"switchroom/displays"
)

func open(t *testing.T, path string) *displays.Logins {
	t.Helper()
	l, err := displays.OpenLogins(path, false)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestLogins: what is changed is there after a restart, readable by its owner only, and
// not in clear; the other login is as it was.
func TestLogins(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "logins")
	if err := open(t, path).Change("admin", "correct horse"); err != nil {
		t.Fatal(err)
	}
	l := open(t, path)
	for _, c := range []struct {
		name, password string
		role           displays.Role
		factory        bool
	}{
		{"admin", "correct horse", displays.Administrator, false},
		{"admin", "admin", displays.Guest, false},
		{"admin", "", displays.Guest, false},
		{"oper", "oper", displays.Operator, true},
		{"oper", "correct horse", displays.Guest, false},
		{"Admin", "correct horse", displays.Guest, false},
		{"", "", displays.Guest, false},
	} {
		if r, f := l.Check(c.name, c.password); r != c.role || f != c.factory {
			t.Errorf("%q %q: %v %v", c.name, c.password, r, f)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if data, _ := os.ReadFile(path); strings.Contains(string(data), "horse") || !strings.Contains(string(data), "$argon2id$") {
		t.Errorf("%s", data)
	}
	if err := l.Reset(); err != nil {
		t.Fatal(err)
	}
	if r, f := open(t, path).Check("admin", "admin"); r != displays.Administrator || !f {
		t.Errorf("after a reset: %v %v", r, f)
	}
}

// TestLoginsCannotBeWritten: a change that does not reach the disk is none.
func TestLoginsCannotBeWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "logins")
	l := open(t, path)
	if err := l.Change("oper", "first one"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path+".new", 0o700); err != nil { // where the new file is to be
		t.Fatal(err)
	}
	if err := l.Change("oper", "second one"); err == nil || !strings.Contains(err.Error(), "as they were") {
		t.Errorf("%v", err)
	}
	for _, l := range []*displays.Logins{l, open(t, path)} {
		if r, _ := l.Check("oper", "first one"); r != displays.Operator {
			t.Error("the old password is gone")
		}
	}
}

func TestDamagedLogins(t *testing.T) {
	path := filepath.Join(t.TempDir(), "logins")
	for _, text := range []string{"", "{}", "nonsense", `{"version":2}`, `{"version":1,"argon2id":{"root":"$argon2id$"}}`, `{"version":1,"argon2id":{"admin":"admin"}}`, `{"version":1}{}`, `{"version":1}]`, `{"version":1,"more":1}`, strings.Repeat(" ", 65<<10)} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := displays.OpenLogins(path, false); err == nil || !strings.Contains(err.Error(), "remove it") {
			t.Errorf("%.40q: %v", text, err)
		}
	}
}

// FuzzLogins: whatever stands in the file, it is refused or what it holds can be asked
// for; and it never admits somebody by an empty password.
func FuzzLogins(f *testing.F) {
	f.Add([]byte(`{"version":1,"argon2id":{}}`))
	f.Add([]byte(`{"version":1,"argon2id":{"admin":"$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}`))
	f.Add([]byte(`{"version":1,"argon2id":{"admin":""}}`))
	path := filepath.Join(f.TempDir(), "logins")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		l, err := displays.OpenLogins(path, false)
		if err != nil {
			return
		}
		if r, _ := l.Check("admin", ""); r != displays.Guest {
			t.Errorf("%q admits by an empty password", data)
		}
	})
}
