package vault

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"switchroom/credential"
	"switchroom/store"
	"switchroom/store/storetest"
)

func TestMain(m *testing.M) {
	workFactor = 4 // the tests are not about how dear a guess is
	os.Exit(storetest.Main(m))
}

const phrase = "canary-passphrase-17"

func secret(s string) credential.Secret { return credential.NewSecret(s) }

// stand is a vault with a clock that the test moves.
type stand struct {
	*testing.T
	*Vault
	store *store.Store
	now   time.Time
}

func begin(t *testing.T, p store.Place) *stand {
	t.Helper()
	s := &stand{T: t, now: time.Date(2026, 11, 28, 6, 0, 0, 0, time.UTC)}
	var err error
	if s.store, err = store.Open(t.Context(), p, Part()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.store.Close() })
	s.Vault = In(s.store, func() time.Time { return s.now })
	t.Cleanup(s.Lock)
	return s
}

// created is a stand with a vault that has the four passwords of Q1.
func created(t *testing.T, p store.Place, has [Levels]string) *stand {
	t.Helper()
	s := begin(t, p)
	if _, err := s.Create(t.Context(), secret(phrase), false); err != nil {
		t.Fatal(err)
	}
	m := map[int]credential.Secret{}
	for i, text := range has {
		m[i+1] = secret(text)
	}
	if err := s.Add(t.Context(), "Q1", "usb:///q1", m, "Olga"); err != nil {
		t.Fatal(err)
	}
	return s
}

// kept are the passwords that the vault has of Q1.
func (s *stand) kept() (all [Levels]string) {
	s.Helper()
	k, err := s.key()
	if err != nil {
		s.Fatal(err)
	}
	for i := range all {
		_, p, err := s.current(context.Background(), k, "Q1", i+1)
		if err != nil {
			s.Fatal(err)
		}
		all[i] = p.Reveal()
	}
	return all
}

var strong = [Levels]string{"aK3x", "bL4y", "cM5z", "dN6w"}

// TestKey opens with the passphrase, a changed one and the recovery key, and not else.
func TestKey(t *testing.T) {
	storetest.Each(t, func(t *testing.T, p store.Place) {
		s, ctx := begin(t, p), t.Context()
		if err := s.Unlock(ctx, secret(phrase)); !errors.Is(err, ErrNoVault) {
			t.Errorf("no vault: %v", err)
		}
		if _, err := s.Create(ctx, secret("short"), true); err == nil {
			t.Error("a short passphrase is taken")
		}
		spare, err := s.Create(ctx, secret(phrase), true)
		if err != nil || s.Locked() {
			t.Fatalf("%v", err)
		}
		if _, err := s.Create(ctx, secret(phrase), true); err == nil {
			t.Error("a second vault takes the place of the first")
		}
		if err := s.Add(ctx, "Q1", "", map[int]credential.Secret{4: secret(strong[3])}, "Olga"); err != nil {
			t.Fatal(err)
		}
		if err := s.ChangePassphrase(ctx, secret("another-passphrase")); err != nil {
			t.Fatal(err)
		}
		s.Lock()
		if err := s.Add(ctx, "Q1", "", nil, "Olga"); !errors.Is(err, ErrLocked) {
			t.Errorf("locked: %v", err)
		}
		if err := s.Unlock(ctx, secret(phrase)); err == nil || strings.Contains(err.Error(), phrase) {
			t.Errorf("the old passphrase: %v", err)
		}
		for name, open := range map[string]func() error{
			"the new passphrase": func() error { return s.Unlock(ctx, secret("another-passphrase")) },
			"the recovery key":   func() error { return s.Recover(ctx, spare) },
		} {
			if err := open(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			k, err := s.key()
			if err != nil {
				t.Fatal(err)
			}
			if _, got, err := s.current(ctx, k, "Q1", 4); err != nil || got.Reveal() != strong[3] {
				t.Errorf("%s opens %v", name, err)
			}
			s.Lock()
		}
	})
}

func TestLocksWhenIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := In(nil, time.Now)
		id := newIdentity(t)
		if err := v.hold(id); err != nil {
			t.Fatal(err)
		}
		time.Sleep(Idle - time.Second)
		if _, err := v.key(); err != nil {
			t.Fatalf("before: %v", err)
		}
		time.Sleep(Idle - time.Second)
		if v.Locked() {
			t.Fatal("locked although it was asked")
		}
		time.Sleep(2 * time.Second)
		if _, err := v.key(); !errors.Is(err, ErrLocked) {
			t.Fatalf("idle: %v", err)
		}
	})
}

// TestPlanted puts rows into the database as somebody would who has no passphrase.
func TestPlanted(t *testing.T) {
	for name, sql := range map[string]string{
		"another level's":      "UPDATE vault_passwords SET sealed = (SELECT sealed FROM vault_passwords WHERE level = 1) WHERE level = 4",
		"another breaker's":    "UPDATE vault_passwords SET breaker = 'Q2'",
		"another generation's": "UPDATE vault_passwords SET generation = 7",
		"nonsense":             "UPDATE vault_passwords SET sealed = x'00'",
	} {
		t.Run(name, func(t *testing.T) {
			s := created(t, store.Place{Dir: t.TempDir() + "/data"}, strong)
			if _, err := s.store.Writer().Exec(sql); err != nil {
				t.Fatal(err)
			}
			k, _ := s.key()
			breaker := "Q1"
			if strings.Contains(sql, "Q2") {
				breaker = "Q2"
			}
			if _, _, err := s.current(t.Context(), k, breaker, 4); err == nil {
				t.Error("taken")
			}
		})
	}
	t.Run("sealed for the public key", func(t *testing.T) {
		s := created(t, store.Place{Dir: t.TempDir() + "/data"}, strong)
		k, _ := s.key()
		text, _ := json.Marshal(sealedText{"Q1", 4, 1, "evil", []byte("guess")})
		planted, err := seal(text, k.identity.Recipient())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.store.Writer().Exec("UPDATE vault_passwords SET sealed = $1 WHERE level = 4", planted); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.current(t.Context(), k, "Q1", 4); err == nil {
			t.Error("taken")
		}
	})
	t.Run("an address", func(t *testing.T) {
		s := created(t, store.Place{Dir: t.TempDir() + "/data"}, strong)
		if a, err := s.Address(t.Context(), "Q1"); err != nil || a != "usb:///q1" {
			t.Fatalf("%q, %v", a, err)
		}
		if _, err := s.store.Writer().Exec("UPDATE vault_breakers SET address = 'usb:///evil'"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Address(t.Context(), "Q1"); err == nil {
			t.Error("taken")
		}
	})
}

func TestWeak(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"0000", "factory"}, {"1111", "factory"}, {"2222", "factory"}, {"3333", "factory"}, {"AAAA", "repeated"}, {"abab", "repeated"},
		{"1234", "keys"}, {"4321", "keys"}, {"abcd", "series"}, {"2468", "series"}, {"1999", "repeated"}, {"2026", "year"}, {"3112", "date"}, {"1231", "date"},
		{"qwer", "keys"}, {"Pass", "word"}, {"aK3x", ""}, {"7R0q", ""}, {"", ""}, {"12345", ""},
	} {
		got := ""
		if w := Weak(secret(c.in)); w != nil {
			got = w.Name
		}
		if got != c.want {
			t.Errorf("%q: %q, not %q", c.in, got, c.want)
		}
	}
}

// TestDraw sees that every letter is drawn, and that what is taken is not.
func TestDraw(t *testing.T) {
	seen := map[byte]bool{}
	for range 3000 {
		s, err := draw(func(s credential.Secret) bool { return s.Reveal()[0] == 'A' })
		if err != nil || !formed(s) || Weak(s) != nil || s.Reveal()[0] == 'A' {
			t.Fatalf("drew %q, %v", s.Reveal(), err)
		}
		for i := range Length {
			seen[s.Reveal()[i]] = true
		}
	}
	if len(seen) != len(letters) {
		t.Errorf("%d of %d letters", len(seen), len(letters))
	}
	if _, err := draw(func(credential.Secret) bool { return true }); err == nil {
		t.Error("drew one that is taken")
	}
}

// TestCanary changes passwords in every way and looks for them in the data, in what is
// printed, and in errors.
func TestCanary(t *testing.T) {
	dir := t.TempDir() + "/data"
	s := created(t, store.Place{Dir: dir}, strong)
	b := &breaker{has: strong}
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, nil))
	told := func(v any, err error) {
		text, _ := json.Marshal(v)
		fmt.Fprintf(&out, "%s %v %+v %#v", text, err, v, v)
		log.Info("told", "v", v, "err", err)
	}
	secrets := []string{phrase, "AGE-SECRET-KEY"}
	note := func() {
		for _, k := range [][Levels]string{s.kept(), b.has} {
			secrets = append(secrets, quoted(k)...)
		}
	}
	note()
	for _, fault := range []string{"", "refused", "lost before", "lost after", "wrong"} {
		b.fault, b.at, b.asked = fault, 2, 0
		told(s.Rotate(t.Context(), b, "Q1", "Olga"))
		b.fault = ""
		told(s.Resume(t.Context(), b, "Q1"))
		told(s.Entries(t.Context(), ""))
		note()
		s.now = s.now.Add(2 * wrongFor)
	}
	k, _ := s.key()
	told(k, nil)
	told(s.Vault.open, nil)
	_ = s.store.Close()
	for _, name := range files(t, dir) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(text)
	}
	for _, c := range secrets {
		if i := bytes.Index(out.Bytes(), []byte(c)); i >= 0 {
			t.Errorf("%q is told: …%q…", c, out.Bytes()[max(0, i-60):min(out.Len(), i+60)])
		}
	}
}

// quoted is a short text as it would stand somewhere, not as part of another.
func quoted(has [Levels]string) (all []string) {
	for _, p := range has {
		all = append(all, `"`+p+`"`, " "+p+" ", ": "+p, "="+p+"\n")
	}
	return all
}
