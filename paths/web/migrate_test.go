package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"switchroom/access"
)

// TestMigration goes through the nine steps of the release note, as far as they are
// about accounts, and sees that the known password opens nothing but its own change.
func TestMigration(t *testing.T) {
	at := newPlace(t, access.Faithful)
	err := at.d.alter(func(b *book) error {
		b.named("Administrator").Email = "boss@example.org"
		for _, n := range []string{"a", "a000", "ab", "SecurityAdmin", "exactly15letter", "u6", "u7", "u8", "u9", "u10", "u11"} {
			b.add(account{Name: n, Group: operators, Password: delivered("x"), Email: n + "@example.org", Language: "de"})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	old := at.d.book().clone()
	old.add(account{Name: "twelfth", Group: operators, Password: delivered("x")})
	b, m := migrate(old, firstByRole)
	if err := b.check(); err != nil {
		t.Fatal(err)
	}
	if b.named("Guest") != nil || b.named("Administrator") != nil {
		t.Error("steps 1 and 2: Guest and Administrator are still there")
	}
	admin := b.named("SecurityAdmin")
	if admin == nil || admin.Roles != access.SecurityAdmin || admin.Email != "boss@example.org" || !admin.Change {
		t.Errorf("step 2: %+v", admin)
	}
	want := []string{"a000", "a0001", "ab00", "SecurityAdmin1", "exactly15letter", "u600", "u700", "u800", "u900", "u100", "u110"}
	want[9], want[10] = "u100", "u110"
	if !slices.Equal(m.Kept, want) || !slices.Equal(m.Dropped, []string{"twelfth"}) {
		t.Errorf("steps 3 and 4: kept %v, dropped %v", m.Kept, m.Dropped)
	}
	for _, n := range want {
		if a := b.named(n); a == nil || a.Roles != access.Viewer || !a.Change || !strings.HasSuffix(a.Email, "@example.org") {
			t.Errorf("step 3: %s: %+v", n, a)
		}
	}
}

// TestCrossing: a device that starts with newer firmware migrates what it has kept,
// once; says so on its pages and in its log; and does not do half of it.
func TestCrossing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "q1.state")
	d, err := open(t, file, access.Faithful)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.alter(func(b *book) error {
		b.add(account{Name: "Bo", Group: administrators, Password: delivered("x")})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	failing := errors.New("the mail is not there")
	if _, err := openAs(t, file, func() ([]string, error) { return nil, failing }); !errors.Is(err, failing) {
		t.Errorf("what others keep is not taken over, and the accounts are: %v", err)
	}
	if _, err := open(t, file, access.Faithful); err != nil {
		t.Errorf("half of the migration is done: %v", err)
	}
	times := 0
	mail := func() ([]string, error) { times++; return []string{"step 5: log export by e-mail is off"}, nil }
	d, err = openAs(t, file, mail)
	if err != nil {
		t.Fatal(err)
	}
	if m := d.Migration(); m == nil || !slices.Contains(m.Kept, "Bo00") || !strings.Contains(fmt.Sprint(d.Log()), "step 5") {
		t.Errorf("%+v, %v", m, d.Log())
	}
	again, err := openAs(t, file, mail)
	if err != nil || times != 1 || again.Migration() == nil {
		t.Errorf("at the next start: %v, %d times", err, times)
	}
	if _, err := open(t, file, access.Faithful); err == nil {
		t.Error("the older firmware takes accounts with roles")
	}
}

func openAs(t *testing.T, file string, mail func() ([]string, error)) (*Device, error) {
	t.Helper()
	at := newPlace(t, access.RBAC)
	return Open(at.unit, at.d.world, Options{Address: freeAddress(t), File: file, Migrate: mail})
}

// TestMigratedPassword: everybody knows the password that a migration gives, so it lets
// nobody change anything but itself (ours).
func TestMigratedPassword(t *testing.T) {
	at := newPlace(t, access.RBAC)
	if err := at.d.alter(func(b *book) error {
		m, _ := migrate(factory(access.Faithful, lastByGroup), firstByRole)
		m.takeUser(account{Name: "bo"}, &Migration{})
		m.named("bo00").Roles = access.Operator
		*b = *m
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	who, a := at.login("bo00", migrated)
	if a.status != http.StatusSeeOther {
		t.Fatal(a.status)
	}
	who.post("/password/later", nil)
	order := url.Values{"order": {"open"}, "breaker_password": {operatorKey}}
	if a := who.post("/control", order); a.status != http.StatusForbidden || !at.closed() {
		t.Errorf("the password that everybody knows opens the breaker: %d", a.status)
	}
	if a := who.post("/password", url.Values{"current": {migrated}, "new": {"Fair-wind-77"}, "again": {"Fair-wind-77"}}); a.status != http.StatusSeeOther {
		t.Fatal(a.status)
	}
	if a := at.in("bo00").post("/control", order); a.status != http.StatusSeeOther || at.closed() {
		t.Errorf("with a password of their own: %d", a.status)
	}
}

// TestMigrationHolds: whatever accounts there were, there are accounts afterwards that
// hold, no two with one name, and nobody has a right that was not given.
func TestMigrationHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old := factory(access.Faithful, lastByGroup)
		for range rapid.IntRange(0, 14).Draw(t, "accounts") {
			name := rapid.StringMatching(`[a-b01]{1,4}|SecurityAdmin[0-9]?|[A-Z]{15}`).Draw(t, "name")
			if old.named(name) == nil {
				old.add(account{Name: name, Group: group(rapid.IntRange(0, 3).Draw(t, "group")), Password: delivered("x")})
			}
		}
		b, m := migrate(old, firstByRole)
		if err := b.check(); err != nil {
			t.Fatal(err)
		}
		if len(m.Kept) > migratedMax || len(b.Accounts) != 1+len(m.Kept) {
			t.Fatalf("%d kept, %d accounts", len(m.Kept), len(b.Accounts))
		}
		for i := range b.Accounts {
			if a := &b.Accounts[i]; !a.Change || a.Name != "SecurityAdmin" && a.Roles != access.Viewer {
				t.Fatalf("%+v", a)
			}
		}
	})
}
