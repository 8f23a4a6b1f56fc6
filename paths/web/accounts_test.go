package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/credential"
)

// TestAsDelivered: the accounts of the factory let in, and whoever comes in is asked
// to change the password: in 2017 that can be put off, with roles for looking only, and
// in hardened not at all.
func TestAsDelivered(t *testing.T) {
	for _, c := range []struct {
		profile     access.Profile
		later, look int
		set         int
	}{
		{access.Faithful, 303, 200, 303},
		{access.RBAC, 303, 200, 403},
		{access.Hardened, 403, 303, 403},
	} {
		at := newPlace(t, c.profile)
		name, password := delivery(c.profile)
		if _, a := at.login(name, strings.ToLower(password)); a.status != http.StatusUnauthorized {
			t.Errorf("%v: another case lets in: %d", c.profile, a.status)
		}
		who, a := at.login(name, password)
		if a.status != http.StatusSeeOther {
			t.Fatalf("%v: %d", c.profile, a.status)
		}
		if a := who.get("/monitoring"); a.status != http.StatusSeeOther || a.header.Get("Location") != "/password" {
			t.Errorf("%v: not asked to change the password: %d", c.profile, a.status)
		}
		set := url.Values{"email": {"x@example.org"}, "language": {"en"}}
		if a := who.post("/setup/preferences", set); a.status != http.StatusForbidden {
			t.Errorf("%v: something is changed before the password: %d", c.profile, a.status)
		}
		if a := who.post("/password/later", nil); a.status != c.later {
			t.Errorf("%v: later: %d, want %d", c.profile, a.status, c.later)
		}
		if a := who.get("/monitoring"); a.status != c.look {
			t.Errorf("%v: looking, put off: %d, want %d", c.profile, a.status, c.look)
		}
		if a := who.post("/setup/preferences", set); a.status != c.set {
			t.Errorf("%v: changing something, put off: %d, want %d", c.profile, a.status, c.set)
		}
	}
}

// TestPasswordRules: what each profile takes as a new password.
func TestPasswordRules(t *testing.T) {
	for _, c := range []struct {
		password                 string
		faithful, rbac, hardened bool
		why                      string
	}{
		{"", true, false, false, "IFEi: an empty one is legal"},
		{"a", true, false, false, ""},
		{"elevenchars", true, false, false, ""},
		{"twelve chars", false, false, false, "IFEi: up to 11"},
		{"AAAAAAAA", true, false, false, ""},
		{"Admin@123", true, true, false, "what a migration gives: everybody knows it"},
		{"Fair-wind-77", false, true, true, ""},
		{"Fair-wind", true, false, false, "no digit"},
		{"Fair-7xy", true, true, false, "hardened: 10 (C6)"},
		{"Fair-Olga-77", false, true, false, "the user name is in it"},
		{"Grüße-an-77", false, false, false, "not on every keyboard"},
		{strings.Repeat("aB3-xY7+", 8), false, false, true, ""},
		{strings.Repeat("aB3-", 16), false, false, false, "hardened: the same four over and over"},
		{strings.Repeat("aB3-xY7+", 8) + "z", false, false, false, "hardened: up to 64"},
	} {
		for i, p := range profiles {
			d := &Device{profile: p}
			want := []bool{c.faithful, c.rbac, c.hardened}[i]
			if err := d.passwordRule(&account{Name: "olga"}, c.password); (err == nil) != want {
				t.Errorf("%v, %q: %v; %s", p, c.password, err, c.why)
			}
		}
	}
}

// TestLastEight: in hardened none of the last eight passwords is taken again (C8).
func TestLastEight(t *testing.T) {
	if testing.Short() {
		t.Skip("ten passwords one after the other, each slow by design; the run without the race detector has it")
	}
	at := newPlace(t, access.Hardened)
	who := at.as(access.Viewer, 0)
	current := "Correct-horse-9"
	change := func(next string) int {
		a := who.post("/password", url.Values{"current": {current}, "new": {next}, "again": {next}})
		if a.status == http.StatusSeeOther {
			current, who = next, at.in("test160")
		}
		return a.status
	}
	for i := range 8 {
		if s := change(fmt.Sprintf("Fair-wind-7%d", i)); s != http.StatusSeeOther {
			t.Fatalf("password %d: %d", i, s)
		}
		if s := change("Fair-wind-70"); i > 0 && s != http.StatusUnprocessableEntity {
			t.Fatalf("after %d others the first is taken again: %d", i, s)
		}
		at.pass(strong.Youngest)
		who = at.in("test160")
	}
	if s := change("Correct-horse-9"); s != http.StatusSeeOther {
		t.Errorf("the ninth last is refused: %d", s)
	}
}

// TestPasswordAge: in hardened a password holds for three days at least and for 180 at
// most (C7); one that an administrator has set is changed at once.
func TestPasswordAge(t *testing.T) {
	at := newPlace(t, access.Hardened)
	change := func(current, next string) int {
		return at.as(access.Viewer, 0).post("/password", url.Values{"current": {current}, "new": {next}, "again": {next}}).status
	}
	if s := change("Correct-horse-9", "Fair-wind-71"); s != http.StatusSeeOther {
		t.Fatal(s)
	}
	if s := change("Fair-wind-71", "Fair-wind-72"); s != http.StatusUnprocessableEntity {
		t.Errorf("changed again at once: %d", s)
	}
	at.pass(strong.Youngest)
	if s := change("Fair-wind-71", "Fair-wind-72"); s != http.StatusSeeOther {
		t.Errorf("after three days: %d", s)
	}
	at.pass(strong.Oldest - time.Hour)
	if a := at.as(access.Viewer, 0).get("/monitoring"); a.status != http.StatusOK {
		t.Errorf("before 180 days: %d", a.status)
	}
	at.pass(2 * time.Hour)
	if a := at.as(access.Viewer, 0).get("/monitoring"); a.header.Get("Location") != "/password" {
		t.Errorf("after 180 days: %d", a.status)
	}
	if s := change("Fair-wind-72", "Fair-wind-73"); s != http.StatusSeeOther {
		t.Errorf("after 180 days it cannot be changed: %d", s)
	}
}

// TestLockout_CVE_2022_22810: in rbac an account is locked after three wrong passwords,
// however many are tried at once, and a security administrator unlocks it (EIFE).
func TestLockout_CVE_2022_22810(t *testing.T) {
	at := newPlace(t, access.RBAC)
	at.as(access.Operator, 0)
	const name, right = "test80", "Correct-horse-9"
	for range wrongMax {
		if _, a := at.login(name, "wrong"); a.status != http.StatusUnauthorized {
			t.Fatal(a.status)
		}
	}
	if _, a := at.login(name, right); a.status != http.StatusUnauthorized || !at.d.locked(at.d.book().named(name)) {
		t.Errorf("after three wrong passwords the right one lets in: %d", a.status)
	}
	admin := at.as(access.SecurityAdmin, 0)
	id := url.Values{"id": {fmt.Sprint(at.d.book().named(name).ID)}}
	if a := at.as(access.Engineer, 0).post("/setup/accounts/unlock", id); a.status != http.StatusForbidden {
		t.Errorf("an engineer unlocks: %d", a.status)
	}
	if a := admin.post("/setup/accounts/unlock", id); a.status != http.StatusSeeOther {
		t.Errorf("a security administrator does not unlock: %d", a.status)
	}
	if _, a := at.login(name, right); a.status != http.StatusSeeOther {
		t.Errorf("unlocked, and not let in: %d", a.status)
	}
	var let atomic.Int32
	var all sync.WaitGroup
	for i := range 10 {
		all.Go(func() {
			if _, a := at.login(name, fmt.Sprint("wrong", i)); a.status == http.StatusSeeOther {
				let.Add(1)
			}
		})
	}
	all.Wait()
	refused := 0
	for _, e := range at.d.Log() {
		if e.Kind == AccountLocked {
			refused++
		}
	}
	if let.Load() != 0 || refused != 2 {
		t.Errorf("%d let in; locked %d times, want twice", let.Load(), refused)
	}
}

// TestSomebodyStays: whoever guesses cannot lock the last security administrator out
// for good, and nobody takes the last one away.
func TestSomebodyStays(t *testing.T) {
	at := newPlace(t, access.RBAC)
	name, password := delivery(access.RBAC)
	for range wrongMax + 2 {
		at.login(name, "wrong")
	}
	if _, a := at.login(name, password); a.status != http.StatusUnauthorized {
		t.Fatal("not locked", a.status)
	}
	at.pass(lockedLast)
	if _, a := at.login(name, password); a.status != http.StatusSeeOther {
		t.Errorf("locked out for good: %d", a.status)
	}
	for _, p := range profiles {
		at := newPlace(t, p)
		name, _ := delivery(p)
		who := at.in(name)
		if err := at.d.alter(func(b *book) error { b.named(name).Change = false; return nil }); err != nil {
			t.Fatal(err)
		}
		id := fmt.Sprint(at.d.book().named(name).ID)
		who.post("/setup/accounts/delete", url.Values{"id": {id}})
		who.post("/setup/accounts/edit", url.Values{"id": {id}, "name": {name}, "role-Viewer": {"yes"}, "enabled": {"yes"}, "group": {"2"}})
		who.post("/setup/accounts/edit", url.Values{"id": {id}, "name": {name}, "role-SECADM": {"yes"}, "group": {"0"}})
		if a := at.d.book().named(name); a == nil || !at.d.book().keys(a) {
			t.Errorf("%v: nobody can give rights any more", p)
		}
	}
}

// TestBackoff: in hardened who guesses waits longer and longer; the owner at another
// address, and everybody else, gets in meanwhile.
func TestBackoff(t *testing.T) {
	at := newPlace(t, access.Hardened)
	at.as(access.Operator, 0)
	const name, right = "test80", "Correct-horse-9"
	ctx := t.Context()
	if _, err := at.d.prove(ctx, name, right, "192.0.2.7"); err != nil {
		t.Fatal(err)
	}
	for range credential.Slow.Free {
		at.d.prove(ctx, name, "wrong", "192.0.2.66")
	}
	if _, err := at.d.prove(ctx, name, right, "192.0.2.66"); err != errSlow {
		t.Errorf("after %d wrong passwords the next is looked at: %v", credential.Slow.Free, err)
	}
	if _, err := at.d.prove(ctx, name, right, "192.0.2.7"); err != nil {
		t.Errorf("the owner is locked out by a stranger: %v", err)
	}
	at.pass(credential.Slow.First)
	at.d.prove(ctx, name, "wrong", "192.0.2.66")
	if at.pass(credential.Slow.First); true {
		if _, err := at.d.prove(ctx, name, right, "192.0.2.66"); err != errSlow {
			t.Errorf("the second wait is no longer than the first: %v", err)
		}
	}
	// Every guess from an address of its own: the ceiling holds, and knows the owner.
	looked := 0
	for i := range 60 {
		if _, err := at.d.admit(name, fmt.Sprintf("198.51.100.%d", i)); err == nil {
			looked++
		}
	}
	if looked > credential.Slow.Burst+1 {
		t.Errorf("%d of 60 guesses from as many addresses are looked at", looked)
	}
	for i := range 200 { // names of nobody do not wash the ceiling away
		at.d.admit(fmt.Sprint("nobody", i), "198.51.100.1")
	}
	if _, err := at.d.admit(name, "198.51.100.99"); err == nil {
		t.Error("a flood of names frees the guesses at an account")
	}
	if _, err := at.d.prove(ctx, name, right, "192.0.2.7"); err != nil {
		t.Errorf("the owner is held by the ceiling: %v", err)
	}
}

// TestNoOracle: a name that is none is refused with the same words as a wrong password,
// in about the same time.
func TestNoOracle(t *testing.T) {
	for _, p := range profiles {
		at := newPlace(t, p)
		name, _ := delivery(p)
		said := map[string]string{}
		for _, n := range []string{name, "nobody"} {
			_, a := at.login(n, "wrong")
			said[n] = strings.ReplaceAll(a.body, n, "")
			if a.status != http.StatusUnauthorized {
				t.Errorf("%v, %s: %d", p, n, a.status)
			}
		}
		if said[name] != said["nobody"] {
			t.Errorf("%v: the page tells whether there is such an account", p)
		}
	}
	begun := time.Now()
	is(t.Context(), "", "x")
	none := time.Since(begun)
	begun = time.Now()
	is(t.Context(), delivered("AAAAAAAA"), "x")
	if some := time.Since(begun); none < some/10 {
		t.Errorf("of no account it takes %v, of one %v", none, some)
	}
}

// TestAccountPages: an account is made, changed, its password set, and it is deleted;
// what is wrong is told all at once and nothing is changed.
func TestAccountPages(t *testing.T) {
	for _, p := range profiles {
		at := newPlace(t, p)
		admin := at.as(access.SecurityAdmin, administrators)
		password := "Fair-7-wind"
		form := url.Values{"name": {"Olga"}, "email": {"olga@example.org"}, "role-Operator": {"yes"}, "enabled": {"yes"}, "group": {"1"}, "new": {password}, "again": {password}}
		bad := url.Values{"name": {"Ol ga"}, "email": {"@"}, "group": {"9"}, "new": {"x y z, much too long and with no digit"}, "again": {"z"}}
		if a := admin.post("/setup/accounts", bad); a.status != 422 || strings.Count(a.body, `class="err"`) < 4 {
			t.Errorf("%v: %d, %d errors", p, a.status, strings.Count(a.body, `class="err"`))
		}
		if a := admin.post("/setup/accounts", form); a.status != 303 {
			t.Fatalf("%v: %d %s", p, a.status, a.body)
		}
		if a := admin.post("/setup/accounts", form); a.status != 422 {
			t.Errorf("%v: the name twice: %d", p, a.status)
		}
		olga, _ := at.login("Olga", password)
		if a := olga.get("/monitoring"); a.header.Get("Location") != "/password" {
			t.Errorf("%v: whose password somebody else has set is not asked to change it", p)
		}
		id := fmt.Sprint(at.d.book().named("Olga").ID)
		form.Set("id", id)
		form.Set("name", "Olga2")
		if a := admin.post("/setup/accounts/edit", form); a.status != 303 {
			t.Errorf("%v: change: %d", p, a.status)
		}
		if olga.get("/password").status != http.StatusUnauthorized {
			t.Errorf("%v: whose account was changed is still in", p)
		}
		set := url.Values{"id": {id}, "new": {"Calm-8-sea"}, "again": {"Calm-8-sea"}}
		if a := admin.post("/setup/accounts/password", set); a.status != 303 {
			t.Errorf("%v: set the password: %d", p, a.status)
		}
		if _, a := at.login("Olga2", "Calm-8-sea"); a.status != 303 {
			t.Errorf("%v: the new password: %d", p, a.status)
		}
		if a := admin.post("/setup/accounts/delete", url.Values{"id": {id}}); a.status != 303 || at.d.book().named("Olga2") != nil {
			t.Errorf("%v: delete: %d", p, a.status)
		}
		for _, none := range []string{"", "0", "x", "99999999999999999999", id} {
			if a := admin.get("/setup/accounts/edit?id=" + none); a.status != 404 {
				t.Errorf("%v: account %q: %d", p, none, a.status)
			}
		}
	}
}

// TestDisabled: whose account is disabled is out at once.
func TestDisabled(t *testing.T) {
	at := newPlace(t, access.RBAC)
	who := at.as(access.Viewer, 0)
	if err := at.d.alter(func(b *book) error { b.named("test160").Off = true; return nil }); err != nil {
		t.Fatal(err)
	}
	if a := who.get("/monitoring"); a.status != http.StatusUnauthorized {
		t.Errorf("still in: %d", a.status)
	}
	if _, a := at.login("test160", "Correct-horse-9"); a.status != http.StatusUnauthorized {
		t.Errorf("let in: %d", a.status)
	}
}

// TestGroups: the rights that an administrator gives hold from the next request on, in
// the menu too.
func TestGroups(t *testing.T) {
	at := newPlace(t, access.Faithful)
	admin, guest := at.as(0, administrators), at.as(0, guests)
	if a := guest.get("/maintenance"); a.status != http.StatusForbidden {
		t.Fatal(a.status)
	}
	form := url.Values{"group-0": {"Engineer"}, "group-1": {"Shift"}, "group-2": {"Visitor"}, "group-3": {"Boss"}, "log-2": {"look"}, "realtime-2": {"none"}, "control-1": {"look"}}
	if a := admin.post("/setup/groups", form); a.status != http.StatusSeeOther {
		t.Fatal(a.status)
	}
	if guest.get("/maintenance").status != 200 || guest.get("/monitoring").status != 403 {
		t.Error("the rights do not hold")
	}
	if body := guest.get("/maintenance").body; strings.Contains(body, `href="/monitoring"`) || !strings.Contains(body, `href="/monitoring/breaker"`) {
		t.Error("the menu offers what is refused, or not what is there")
	}
	if a := at.as(0, operators).post("/control", url.Values{"order": {"open"}, "breaker_password": {operatorKey}}); a.status != 403 || !at.closed() {
		t.Errorf("a right that was taken away holds: %d", a.status)
	}
	if !strings.Contains(admin.get("/setup/accounts").body, "Boss") {
		t.Error("the group has no new name")
	}
	for _, bad := range []string{"", "x\ny", strings.Repeat("x", 16)} {
		form.Set("group-1", bad)
		if admin.post("/setup/groups", form); at.d.book().Groups[1] != "Shift" {
			t.Errorf("a group has the name %q", bad)
		}
	}
	form.Set("group-1", "Shift")
	form.Set("log-2", "all")
	if admin.post("/setup/groups", form); at.d.book().right(guests, pageOf("log")) != look {
		t.Error("a right of no table is taken")
	}
}
