package vault

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"os"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/credential"
	"switchroom/store"
	"switchroom/store/storetest"
)

// book has a role for each token.
type book map[string]accounts.Role

func (b book) Who(_ time.Time, token credential.Secret, _ bool) (accounts.Person, error) {
	if _, ok := b[token.Reveal()]; !ok {
		return accounts.Person{}, &accounts.Denied{}
	}
	name, _, _ := strings.Cut(token.Reveal(), " ")
	return accounts.Person{ID: name, Login: name}, nil
}

func (b book) May(now time.Time, token credential.Secret, p accounts.Permission, active bool) (accounts.Person, error) {
	who, err := b.Who(now, token, active)
	if err != nil {
		return who, err
	}
	for _, may := range accounts.Granted(b[token.Reveal()]) {
		if may == p {
			return who, nil
		}
	}
	return accounts.Person{}, &accounts.Denied{Reason: accounts.NotPermitted, Permission: p}
}

var (
	olga  = secret("olga 1")
	piet  = secret("piet 1")
	both  = secret("olga 2") // the same person, with another role
	anna  = secret("anna 1")
	alien = secret("alien")
)

type bench struct {
	*stand
	*Office
	log *audit.Log
	b   *breaker
}

func office(t *testing.T, p store.Place) *bench {
	t.Helper()
	s := &stand{T: t, now: time.Date(2026, 11, 28, 6, 0, 0, 0, time.UTC)}
	var err error
	if s.store, err = store.Open(t.Context(), p, audit.Part(), Part()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.store.Close() })
	clock := func() time.Time { return s.now }
	s.Vault = In(s.store, clock)
	t.Cleanup(s.Lock)
	o := &bench{stand: s, b: &breaker{has: strong}}
	if o.log, err = audit.Open(t.Context(), s.store, clock); err != nil {
		t.Fatal(err)
	}
	o.Office = &Office{
		Vault: s.Vault, Log: o.log, Now: clock, From: "192.0.2.7", Dial: func(string) Door { return o.b },
		Book: book{"olga 1": accounts.Engineer, "piet 1": accounts.Approver, "olga 2": accounts.Approver, "anna 1": accounts.Auditor},
	}
	if _, err := o.Office.Create(t.Context(), olga, secret(phrase), false); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Office.Add(t.Context(), olga, "Q1", "usb:///q1", all(strong), ""); err != nil {
		t.Fatal(err)
	}
	return o
}

func all(has [Levels]string) map[int]credential.Secret {
	m := map[int]credential.Secret{}
	for i, text := range has {
		m[i+1] = secret(text)
	}
	return m
}

// records are what was recorded, as JSON lines.
func (o *bench) records() string {
	o.Helper()
	var b bytes.Buffer
	if err := audit.Export(context.Background(), o.store, audit.Filter{}, "json", &b); err != nil {
		o.Fatal(err)
	}
	return b.String()
}

func TestMay(t *testing.T) {
	o := office(t, store.Place{Dir: t.TempDir() + "/data"})
	ctx := t.Context()
	for name, f := range map[string]func(token credential.Secret) error{
		"create":     func(c credential.Secret) error { _, err := o.Office.Create(ctx, c, secret(phrase), false); return err },
		"unlock":     func(c credential.Secret) error { return o.Office.Unlock(ctx, c, secret(phrase)) },
		"recover":    func(c credential.Secret) error { return o.Office.Recover(ctx, c, secret("x")) },
		"passphrase": func(c credential.Secret) error { return o.Office.ChangePassphrase(ctx, c, secret(phrase)) },
		"add":        func(c credential.Secret) error { _, err := o.Office.Add(ctx, c, "Q2", "", nil, ""); return err },
		"rotate":     func(c credential.Secret) error { _, err := o.Office.Rotate(ctx, c, "Q1"); return err },
		"resume":     func(c credential.Secret) error { _, err := o.Office.Resume(ctx, c, "Q1"); return err },
		"verify":     func(c credential.Secret) error { _, err := o.Office.Verify(ctx, c, "Q1"); return err },
		"reveal": func(c credential.Secret) error {
			_, err := o.Reveal(ctx, c, piet, "Q1", 1, "the fuse box burns")
			return err
		},
		"export": func(c credential.Secret) error {
			return o.Office.Export(ctx, c, piet, "the fuse box burns", []string{newIdentity(t).Recipient().String()}, io.Discard)
		},
	} {
		for _, c := range []credential.Secret{anna, piet, alien} {
			var d *accounts.Denied
			if err := f(c); !errors.As(err, &d) {
				t.Errorf("%s by %s: %v", name, c.Reveal(), err)
			}
		}
	}
	if o.kept() != strong || o.b.asked != Levels {
		t.Errorf("something was done: %q, %d questions", o.kept(), o.b.asked)
	}
	if n := strings.Count(o.records(), `"refused"`); n != 30 {
		t.Errorf("%d refusals are recorded", n)
	}
	if _, err := o.Status(ctx, anna); err != nil {
		t.Error(err)
	}
	if _, err := o.Status(ctx, alien); err == nil {
		t.Error("the status is shown to anybody")
	}
}

// TestReveal needs two people and a reason; it is recorded first, and is due then.
func TestReveal(t *testing.T) {
	storetest.Each(t, func(t *testing.T, p store.Place) {
		o := office(t, p)
		ctx := t.Context()
		const why = "fault at night, the pad is lost"
		for _, c := range []struct {
			name          string
			first, second credential.Secret
			level         int
			why           string
		}{
			{"no reason", olga, piet, 2, "  because "[:4]},
			{"alone", olga, olga, 2, why},
			{"one person twice", olga, both, 2, why},
			{"a stranger", olga, alien, 2, why},
			{"the other way round", piet, olga, 2, why},
			{"no such level", olga, piet, 5, why},
		} {
			if s, err := o.Reveal(ctx, c.first, c.second, "Q1", c.level, c.why); err == nil || !s.Empty() {
				t.Errorf("%s: given", c.name)
			}
		}
		if list, _ := o.Overdue(ctx, o.now); len(list) != 0 {
			t.Errorf("due: %+v", list)
		}
		s, err := o.Reveal(ctx, olga, piet, "Q1", 2, why)
		if err != nil || s.Reveal() != strong[1] {
			t.Fatalf("%v", err)
		}
		if list, _ := o.Overdue(ctx, o.now); len(list) != 1 || list[0].Level != 2 || !list[0].Used {
			t.Errorf("due: %+v", list)
		}
		told := o.records()
		for _, want := range []string{`"vault.revealed"`, `"vault.revealed_agreed"`, why, `"agreed_by":"piet"`} {
			if !strings.Contains(told, want) {
				t.Errorf("%s is not recorded", want)
			}
		}
		for _, text := range quoted(strong) {
			if strings.Contains(told, text) {
				t.Errorf("%q is recorded", text)
			}
		}
		if _, err := o.Office.Rotate(ctx, olga, "Q1"); err != nil {
			t.Fatal(err)
		}
		if list, _ := o.Overdue(ctx, o.now); len(list) != 0 {
			t.Errorf("due after it was changed: %+v", list)
		}
	})
}

// deaf is a log that takes nothing.
type deaf struct{}

func (deaf) Append(context.Context, audit.Record) (int64, error) { return 0, audit.ErrNotRecorded }

// TestNotRecorded does nothing that cannot be recorded.
func TestNotRecorded(t *testing.T) {
	o := office(t, store.Place{Dir: t.TempDir() + "/data"})
	o.Log, o.b.asked = deaf{}, 0
	if s, err := o.Reveal(t.Context(), olga, piet, "Q1", 2, "fault at night"); !errors.Is(err, audit.ErrNotRecorded) || !s.Empty() {
		t.Errorf("revealed: %v", err)
	}
	if _, err := o.Office.Rotate(t.Context(), olga, "Q1"); !errors.Is(err, audit.ErrNotRecorded) || o.b.asked != 0 {
		t.Errorf("rotated: %v", err)
	}
}

// TestAdd keeps nothing that the breaker does not have.
func TestAdd(t *testing.T) {
	o := office(t, store.Place{Dir: t.TempDir() + "/data"})
	wrong := strong
	wrong[3] = "zzZ9"
	o.b.asked = 0
	if _, err := o.Office.Add(t.Context(), olga, "Q2", "usb:///q2", all(wrong), ""); err == nil || o.b.asked != 1 {
		t.Errorf("%v after %d questions", err, o.b.asked)
	}
	if list, _ := o.Entries(t.Context(), "Q2"); len(list) != 0 {
		t.Errorf("kept: %+v", list)
	}
}

func TestVerify(t *testing.T) {
	o := office(t, store.Place{Dir: t.TempDir() + "/data"})
	o.b.has = [Levels]string{"1111", "bL4y", "bL4y", "0000"}
	if _, err := o.Office.Add(t.Context(), olga, "Q1", "usb:///q1", all(o.b.has), ""); err != nil {
		t.Fatal(err)
	}
	o.b.has[2] = "else"
	list, err := o.Office.Verify(t.Context(), olga, "Q1")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range list {
		got = append(got, fmt.Sprint(f.Holds, f.Weak, f.Twice, f.Overdue, f.OK()))
	}
	want := "yes factory false true false|yes true false false|no true false false|yes factory false true false"
	if s := strings.Join(got, "|"); strings.ReplaceAll(s, " ", "") != strings.ReplaceAll(want, " ", "") {
		t.Errorf("%s", s)
	}
}

// TestEach stops after so many failures.
func TestEach(t *testing.T) {
	names := []string{"Q1", "Q2", "Q3", "Q4"}
	for _, c := range []struct {
		fail     string
		failures int
		tried    int
		stopped  bool
		bad      bool
	}{
		{"", 1, 4, false, false}, {"Q2", 1, 2, true, true}, {"Q2", 2, 4, false, true}, {"Q1 Q2", 2, 2, true, true}, {"Q4", 1, 4, false, true}, {"Q1", 0, 1, true, true},
	} {
		told := 0
		all, err := Each(t.Context(), names, c.failures, func(_ context.Context, b string) ([]End, error) {
			if strings.Contains(c.fail, b) {
				return nil, errCut
			}
			return []End{{Breaker: b, Level: 4, Changed: true}}, nil
		}, func(Rotated) { told++ })
		if told != c.tried || errors.Is(err, errStopped) != c.stopped || (err != nil) != c.bad || len(all) != 4 || all[3].Tried != (c.tried == 4) {
			t.Errorf("%+v: %d told, %v, %+v", c, told, err, all)
		}
	}
}

// TestAgeOpens has the age tool open the key of a vault's export.
func TestAgeOpens(t *testing.T) {
	o := office(t, store.Place{Dir: t.TempDir() + "/data"})
	id := newIdentity(t)
	var b bytes.Buffer
	if err := o.Office.Export(t.Context(), olga, piet, "copy for the safe", []string{id.String()}, &b); err == nil || strings.Contains(err.Error(), id.String()) {
		t.Errorf("a private key: %v", err)
	}
	if err := o.Office.Export(t.Context(), olga, piet, "copy for the safe", []string{id.Recipient().String()}, &b); err != nil {
		t.Fatal(err)
	}
	if list, _ := o.Overdue(t.Context(), o.now); len(list) != Levels {
		t.Errorf("due: %+v", list)
	}
	tool, err := exec.LookPath("age")
	if err != nil {
		t.Skip("SKIPPED: the age tool opens no export: install the Debian package age")
	}
	dir := t.TempDir()
	file, keyFile := filepath.Join(dir, "export.age"), filepath.Join(dir, "key")
	for name, text := range map[string][]byte{file: b.Bytes(), keyFile: []byte(id.String() + "\n")} {
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command(tool, "-d", "-i", keyFile, file).Output()
	if err != nil {
		t.Fatal(err)
	}
	var e exported
	if err := json.Unmarshal(out, &e); err != nil || len(e.Breakers) != Levels || e.Breakers[3].Password != strong[3] {
		t.Errorf("%v, %+v", err, e)
	}
}
