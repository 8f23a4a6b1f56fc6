package audit

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"switchroom/store"
)

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
