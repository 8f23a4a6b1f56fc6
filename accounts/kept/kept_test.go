package kept_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"switchroom/accounts"
	"switchroom/accounts/kept"
	"switchroom/credential"
	"switchroom/store"
	"switchroom/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

var (
	ctx = context.Background()
	at  = time.Date(2026, 11, 28, 3, 0, 0, 123456789, time.UTC)
)

const home = "192.0.2.7"

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func opened(t *testing.T, p store.Place) *store.Store {
	t.Helper()
	s, err := store.Open(ctx, p, kept.Part())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func hasher() *credential.Hasher {
	return must(credential.NewHasher(credential.Cost{Memory: 8, Passes: 1, Lanes: 1}, 2, 100))
}

// full is a change with a value in every field, so that none can be forgotten.
func full(id string) accounts.Change {
	code := credential.Code{Purpose: credential.Invited, Owner: id, Digest: []byte{1, 0, 2}, Until: at, Used: at.Add(time.Hour)}
	return accounts.Change{
		People: []accounts.Person{{
			ID: id, Login: "olga" + id, Name: "Olga \x00 Fair <&> 'é", Email: "o@example.org", Groups: []string{"g"},
			Qualified: map[accounts.Skill]accounts.Qualification{accounts.Settings: {Until: at, By: "x"}},
			Off:       true, Password: "$argon2id$", Past: []credential.Hash{"$a", "$b"}, Set: at, Codes: []credential.Code{code},
			Company: "olga@corp.example", Bound: accounts.Bound{Issuer: "https://id.example", Subject: "7", At: at},
			Tokens:        []accounts.Token{{ID: "t", Name: "poller", May: []accounts.Permission{accounts.BreakerRead}, Digest: make([]byte, 32), Made: at, Until: at.Add(time.Hour), Last: at}},
			Passkeys:      []accounts.Passkey{{ID: []byte{9, 0}, Name: "telephone", Site: "localhost", Key: []byte{8}, Count: 1<<32 - 1, Backup: true, Transports: []string{"usb"}, Made: at, Last: at, Copied: at}},
			Authenticator: []byte{0, 255, 3}, Step: 1 << 60, Seen: map[string]time.Time{"open": at},
		}},
		Groups: []accounts.Group{{ID: "g", Name: "Engineers", Text: "they commission", Roles: []accounts.Role{accounts.Engineer}}},
		SetUp:  []credential.Code{code, code},
	}
}

func TestRows(t *testing.T) {
	c := full("a")
	p := reflect.ValueOf(c.People[0])
	for i := range p.NumField() {
		if p.Field(i).IsZero() {
			t.Errorf("the sample has no %s", p.Type().Field(i).Name)
		}
	}
	storetest.Each(t, func(t *testing.T, p store.Place) {
		r := kept.In(opened(t, p))
		if got := must(r.Load(ctx)); !reflect.DeepEqual(got, accounts.Change{}) {
			t.Errorf("a new one has %+v", got)
		}
		if err := errors.Join(r.Save(ctx, full("b")), r.Save(ctx, c)); err != nil {
			t.Fatal(err)
		}
		got := must(r.Load(ctx))
		if len(got.People) != 2 || !reflect.DeepEqual(got.People[0], c.People[0]) || !reflect.DeepEqual(got.Groups, c.Groups) || !reflect.DeepEqual(got.SetUp, c.SetUp) {
			t.Errorf("kept\n%+v\nand read\n%+v", c, got)
		}
		if err := r.Save(ctx, accounts.Change{Gone: []string{"a", "g", "nobody"}, SetUp: []credential.Code{}}); err != nil {
			t.Fatal(err)
		}
		if got := must(r.Load(ctx)); len(got.People) != 1 || got.People[0].ID != "b" || got.Groups != nil || got.SetUp != nil {
			t.Errorf("gone, and still %+v", got)
		}
	})
}

// TestOthersRows: a row that this program did not write is refused by name.
func TestOthersRows(t *testing.T) {
	for _, c := range []struct{ id, row, want string }{
		{"a", `{"id": "b"}`, "another's"},
		{"a", `{"id": "a", "barred": true}`, "barred"},
		{"a", `{"id": "a`, "does not read"},
	} {
		s := opened(t, store.Place{Dir: t.TempDir() + "/data"})
		must(s.Writer().Exec("INSERT INTO accounts_people (id, row) VALUES ($1, $2)", c.id, c.row))
		if _, err := kept.Open(ctx, s, hasher()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.row, err)
		}
	}
}

// TestSealer: a key opens for its person, with the file that encrypted it, and is not
// in the database.
func TestSealer(t *testing.T) {
	dir := t.TempDir() + "/data"
	s := opened(t, store.Place{Dir: dir})
	must(kept.Open(ctx, s, hasher()))
	name := filepath.Join(dir, kept.KeyFile)
	if m := must(os.Stat(name)).Mode().Perm(); m != 0o600 {
		t.Errorf("mode %o", m)
	}
	before := must(os.ReadFile(name))
	must(kept.Open(ctx, s, hasher()))
	if string(must(os.ReadFile(name))) != string(before) {
		t.Error("a new key at each start")
	}
	c := full("a")
	c.People[0].Password, c.People[0].Past = "", nil
	if err := kept.In(s).Save(ctx, c); err != nil {
		t.Fatal(err)
	}
	for why, do := range map[string]func() error{
		"is missing":         func() error { return os.Remove(name) },
		"open to others":     func() error { return os.Chmod(name, 0o644) },
		"has no key":         func() error { return os.WriteFile(name, []byte("c2hvcnQ=\n"), 0o600) },
		"has no key: put it": func() error { return os.WriteFile(name, nil, 0o600) },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
		_, err := kept.Open(ctx, s, hasher())
		if err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v", why, err)
		}
		os.Remove(name)
		os.WriteFile(name, before, 0o600)
	}
}

// TestBook: people, an authenticator and its codes go on after the program was ended,
// on both databases.
func TestBook(t *testing.T) {
	storetest.Each(t, func(t *testing.T, p store.Place) {
		s := must(store.Open(ctx, p, kept.Part()))
		b := must(kept.Open(ctx, s, hasher()))
		setUp := must(b.SetUp(ctx, at))
		if err := b.First(ctx, at, setUp, accounts.Person{Login: "ada", Name: "Ada Lock"}, credential.NewSecret("Kestrel-over-9")); err != nil {
			t.Fatal(err)
		}
		given := accounts.Proof{Password: credential.NewSecret("Kestrel-over-9")}
		token := must(b.SignIn(ctx, at, "ada", given, home))
		key := must(b.BeginAuthenticator(at, token))
		code := codeAt(key, at)
		shown := must(b.FinishAuthenticator(ctx, at, token, code))
		s.Close()

		s = opened(t, p)
		b = must(kept.Open(ctx, s, hasher()))
		if _, err := b.SignIn(ctx, at, "ada", given, home); !errors.Is(err, accounts.ErrSecond) {
			t.Fatalf("the authenticator is forgotten: %v", err)
		}
		given.Code = credential.NewSecret(code)
		if _, err := b.SignIn(ctx, at, "ada", given, home); !errors.Is(err, credential.ErrCode) {
			t.Errorf("a code that was used lets in again: %v", err)
		}
		given.Code = credential.NewSecret(codeAt(key, at.Add(time.Minute)))
		must(b.SignIn(ctx, at.Add(time.Minute), "ada", given, home))
		given.Code = shown[0]
		must(b.SignIn(ctx, at.Add(time.Minute), "ada", given, home))
		for name, text := range dump(t, s) {
			for _, secret := range []credential.Secret{key, shown[1], setUp, given.Password} {
				if strings.Contains(text, secret.Reveal()) || strings.Contains(text, strings.ReplaceAll(secret.Reveal(), "-", "")) {
					t.Errorf("%s has a secret in clear", name)
				}
			}
		}
	})
}

// codeAt is what the authenticator of a key shows: RFC 6238, as a telephone has it.
func codeAt(key credential.Secret, at time.Time) string {
	mac := hmac.New(sha1.New, must(base32.StdEncoding.DecodeString(key.Reveal())))
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(at.Unix()/30)))
	sum := mac.Sum(nil)
	n := binary.BigEndian.Uint32(sum[sum[19]&15:]) << 1 >> 1
	return fmt.Sprintf("%06d", n%1e6)
}

func dump(t *testing.T, s *store.Store) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, table := range []string{"accounts_people", "accounts_groups", "accounts_setup"} {
		rows := must(s.Reader().Query("SELECT row FROM " + table))
		for rows.Next() {
			var text string
			if err := rows.Scan(&text); err != nil {
				t.Fatal(err)
			}
			all[table] += text
		}
		rows.Close()
	}
	return all
}

// TestBreakEveryWrite fails the store at every point of a change: it is made whole or
// not at all, and who made it is told which, or that it is not known.
func TestBreakEveryWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, p store.Place) {
		var k storetest.Breaker
		p.Wrap = k.Wrap
		r := kept.In(opened(t, p))
		was := "0"
		told := map[string]int{}
		for at := 1; ; at++ {
			id := fmt.Sprint(at)
			c := full(id)
			c.Gone, c.Groups[0].Text = []string{was}, id
			k.Arm(at)
			err := r.Save(ctx, c)
			points := k.Points()
			k.Arm(0)
			got := must(r.Load(ctx))
			made := len(got.People) == 1 && got.People[0].ID == id && len(got.Groups) == 1 && got.Groups[0].Text == id && len(got.SetUp) == 2
			same := was == "0" && got.People == nil && got.Groups == nil || len(got.People) == 1 && got.People[0].ID == was && len(got.Groups) == 1 && got.Groups[0].Text == was
			switch {
			case err == nil && made:
				told["made"]++
			case errors.Is(err, accounts.ErrUncertain) && (made || same):
				told["uncertain"]++
			case err != nil && !errors.Is(err, accounts.ErrUncertain) && same:
				told["not made"]++
			default:
				t.Fatalf("broken after %q: told %v, and there is %+v", points, err, got)
			}
			if made {
				was = id
			}
			if len(points) < at {
				break
			}
		}
		// eight statements, with the begin and both sides of the commit
		if told["made"] != 1 || told["uncertain"] != 2 || told["not made"] < 8 {
			t.Error(told)
		}
	})
}

// TestUncertain loses the answer to a change of a book: nobody goes on with what may
// not be so any more.
func TestUncertain(t *testing.T) {
	var k storetest.Breaker
	s := opened(t, store.Place{Dir: t.TempDir() + "/data", Wrap: k.Wrap})
	b := must(kept.Open(ctx, s, hasher()))
	if err := b.First(ctx, at, must(b.SetUp(ctx, at)), accounts.Person{Login: "ada", Name: "Ada Lock"}, credential.NewSecret("Kestrel-over-9")); err != nil {
		t.Fatal(err)
	}
	given := accounts.Proof{Password: credential.NewSecret("Kestrel-over-9")}
	token := must(b.SignIn(ctx, at, "ada", given, home))
	k.Arm(0)
	must(b.PutGroup(ctx, "", accounts.Group{Name: "First"}))
	n := len(k.Points())
	k.Arm(n) // after the commit, and everything from then on
	if _, err := b.PutGroup(ctx, "", accounts.Group{Name: "Second"}); !errors.Is(err, accounts.ErrUncertain) {
		t.Fatalf("told %v", err)
	}
	if _, err := b.Who(at, token, true); err == nil {
		t.Error("a session goes on")
	}
	if _, err := b.SignIn(ctx, at, "ada", given, home); err == nil {
		t.Error("somebody is let in by what may not be so any more")
	}
	k.Arm(0)
	must(b.SignIn(ctx, at, "ada", given, home))
	names := ""
	for _, g := range b.Groups() {
		names += g.Name + ";"
	}
	if names != "First;Second;Security administrators;" {
		t.Errorf("after it was repaired there are %s", names)
	}
}
