package accounts_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	. "switchroom/accounts"
	"switchroom/credential"
)

// TestAtOnce: of ten who bring the same code at once one is let in.
func TestAtOnce(t *testing.T) {
	o := newOffice(t)
	id := o.hire("olga", Operator)
	code := must[credential.Secret](t)(o.Invite(t.Context(), o.now, id))
	var in atomic.Int32
	var all sync.WaitGroup
	for i := range 10 {
		all.Go(func() {
			if o.Accept(t.Context(), o.now, "olga", code, secret(fmt.Sprint("Heron-under-", i)), fmt.Sprint("s", i)) == nil {
				in.Add(1)
			}
		})
	}
	all.Wait()
	if in.Load() != 1 {
		t.Errorf("%d are let in", in.Load())
	}
}

// TestChangesAtOnce: of eight changes of one password at once one is made.
func TestChangesAtOnce(t *testing.T) {
	o := newOffice(t)
	o.now = o.now.Add(3 * 24 * time.Hour)
	var toks [8]credential.Secret
	for i := range toks {
		toks[i] = o.in("ada", good)
	}
	var done atomic.Int32
	var all sync.WaitGroup
	for i, tok := range toks {
		all.Go(func() {
			if _, err := o.ChangePassword(t.Context(), o.now, tok, pw(good), secret(fmt.Sprint("Heron-under-", i)), fmt.Sprint("s", i)); err == nil {
				done.Add(1)
			}
		})
	}
	all.Wait()
	if done.Load() != 1 {
		t.Errorf("%d changes are made", done.Load())
	}
}

// TestChangePassword: the rules hold (C7, C8), the current one is asked for, and every
// other session ends.
func TestChangePassword(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	tok := o.in("ada", good)
	change := func(current, next string) error {
		n, err := o.ChangePassword(ctx, o.now, tok, pw(current), secret(next), home)
		if err == nil {
			tok = n
		}
		return err
	}
	if err := change(good, other); err == nil || !strings.Contains(err.Error(), "3 days") {
		t.Errorf("C7: %v", err)
	}
	o.now = o.now.Add(3 * 24 * time.Hour)
	tok = o.in("ada", good)
	elsewhere := o.in("ada", good)
	if err := change("wrong", other); err == nil {
		t.Error("without the current one")
	}
	if err := change(good, other); err != nil {
		t.Fatal(err)
	}
	if o.reason(elsewhere, PolicyRead) != "not signed in" || o.reason(tok, PolicyRead) != "" {
		t.Error("another session goes on, or the own one does not")
	}
	current := other
	for i := range 8 {
		o.now = o.now.Add(3 * 24 * time.Hour)
		tok = o.in("ada", current)
		next := fmt.Sprint("Heron-under-", i)
		if err := change(current, good); i < 7 && (err == nil || !strings.Contains(err.Error(), "last 8")) {
			t.Fatalf("C8: after %d others the first is taken again: %v", i+1, err)
		} else if err == nil {
			return // the first is the ninth last now
		}
		if err := change(current, next); err != nil {
			t.Fatalf("change %d: %v", i, err)
		}
		current = next
	}
	t.Error("C8: the first is never taken again")
}

// TestGuesses: a stranger's guesses do not keep the owner out, and a name of
// nobody reads the same.
func TestGuesses(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	o.in("ada", good)
	said := map[string]string{}
	for i := range 100 {
		for _, login := range []string{"ada", "nobody"} {
			_, err := o.SignIn(ctx, o.now, login, pw(fmt.Sprint("wrong", i)), fmt.Sprint("198.51.100.", i))
			if err == nil {
				t.Fatal("let in")
			}
			said[login] += err.Error()
		}
	}
	if said["ada"] != said["nobody"] {
		t.Error("what is said tells whether there is such a person")
	}
	if o.in("ada", good).Empty() {
		t.Error("kept out")
	}
}

// TestRehash: a password that was kept for less is kept anew when it lets in.
func TestRehash(t *testing.T) {
	o := newOffice(t)
	before := o.disk.people[o.admin].Password
	o.hasher = must[*credential.Hasher](t)(credential.NewHasher(credential.Cost{Memory: 16, Passes: 1, Lanes: 1}, 2, 10))
	o.reopen()
	o.in("ada", good)
	now := o.disk.people[o.admin].Password
	if now == before || !o.hasher.Outworn(before) || o.hasher.Outworn(now) {
		t.Error("not kept anew")
	}
	o.in("ada", good)
	if o.disk.people[o.admin].Password != now {
		t.Error("kept anew each time")
	}
}

// TestReminders: each comes back when its days are over (C9), and the age of the
// password two weeks ahead (C7).
func TestReminders(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	told := func() (ids []string) {
		p := must[Person](t)(o.Who(o.now, o.in("ada", good), true))
		for _, r := range o.Reminders(p, o.now) {
			ids = append(ids, r.ID)
		}
		return ids
	}
	if got := told(); len(got) != len(Practices()) {
		t.Errorf("a new person is told %v", got)
	}
	tok := o.in("ada", good)
	for _, p := range Practices() {
		if err := o.Confirm(ctx, o.now, tok, p.ID); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.Confirm(ctx, o.now, tok, "no"); err == nil {
		t.Error("a reminder that there is not")
	}
	for _, c := range []struct {
		days int
		want string
	}{{0, ""}, {29, ""}, {30, "open passwords"}, {90, "open passwords breakers telephone"}, {165, "open passwords breakers telephone"}, {166, "open passwords breakers telephone password-age"}} {
		at := o.now
		o.now = o.now.Add(time.Duration(c.days) * 24 * time.Hour)
		if got := strings.Join(told(), " "); got != c.want {
			t.Errorf("C9 after %d days: %q, want %q", c.days, got, c.want)
		}
		o.now = at
	}
}

// TestDamaged: what does not hold together is refused, not taken for nobody.
func TestDamaged(t *testing.T) {
	o := newOffice(t)
	p := o.disk.people[o.admin]
	p.Groups = nil
	o.disk.people[o.admin] = p
	if _, err := Open(t.Context(), o.disk, o.hasher, nil); err == nil || !strings.Contains(err.Error(), "backup") {
		t.Errorf("%v", err)
	}
}

// TestNothingLeaks: no password, hash, token or code is in what is shown or said.
func TestNothingLeaks(t *testing.T) {
	o := newOffice(t)
	tok := o.in("ada", good)
	p := must[Person](t)(o.May(o.now, tok, PeopleManage, true))
	shown := fmt.Sprintf("%+v %#v %+v", p, o.People(), tok)
	kept := o.disk.people[o.admin]
	for _, bad := range []string{good, string(kept.Password), tok.Reveal()} {
		if strings.Contains(shown, bad) {
			t.Errorf("shown: %s", bad)
		}
	}
	if p.Password != "" || p.Codes != nil {
		t.Error("who may is given with what proves who they are")
	}
}
