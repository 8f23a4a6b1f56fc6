package accounts_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	. "switchroom/accounts"
	"switchroom/credential"
)

// code is what the authenticator of a key shows now: RFC 6238 written anew, as a
// telephone would, since the program gives no codes out.
func (o *office) code(key credential.Secret) string {
	o.Helper()
	raw := must[[]byte](o.T)(base32.StdEncoding.DecodeString(key.Reveal()))
	mac := hmac.New(sha1.New, raw)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(o.now.Unix()/30)))
	sum := mac.Sum(nil)
	n := binary.BigEndian.Uint32(sum[sum[19]&15:]) << 1 >> 1
	return fmt.Sprintf("%06d", n%1e6)
}

// equip sets an authenticator up.
func (o *office) equip(login string) (key credential.Secret, recovery []credential.Secret) {
	o.Helper()
	tok := o.in(login, good)
	key = must[credential.Secret](o.T)(o.BeginAuthenticator(o.now, tok))
	if _, err := o.FinishAuthenticator(o.Context(), o.now, tok, "000"); err == nil {
		o.Fatal("set up without a right code")
	}
	return key, must[[]credential.Secret](o.T)(o.FinishAuthenticator(o.Context(), o.now, tok, o.code(key)))
}

// TestSecond: with an authenticator a password alone lets nobody in; each code does
// once, also one for recovery; and an invitation ends it.
func TestSecond(t *testing.T) {
	o := newOffice(t)
	id := o.hire("olga", Operator)
	key, recovery := o.equip("olga")
	used := o.code(key)
	in := func(code string) error {
		_, err := o.SignIn(t.Context(), o.now, "olga", Proof{secret(good), secret(code)}, home)
		return err
	}
	if len(recovery) != 8 {
		t.Errorf("%d recovery codes", len(recovery))
	}
	for _, c := range []struct {
		why, code string
		want      error
	}{
		{"none", "", ErrSecond},
		{"the one of the set-up", used, credential.ErrCode},
		{"wrong", "12345", credential.ErrCode},
		{"for recovery", recovery[3].Reveal(), nil},
		{"the same again", recovery[3].Reveal(), credential.ErrCode},
	} {
		if err := in(c.code); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.why, err, c.want)
		}
	}
	o.now = o.now.Add(time.Minute)
	next := o.code(key)
	if err := in(next); err != nil {
		t.Errorf("the next code: %v", err)
	}
	o.reopen()
	if err := in(next); !errors.Is(err, credential.ErrCode) {
		t.Errorf("it lets in again after a restart: %v", err)
	}
	if _, err := o.SignIn(t.Context(), o.now, "olga", Proof{secret("wrong"), recovery[0]}, home); err == nil || errors.Is(err, ErrSecond) {
		t.Errorf("a code without the password: %v", err)
	}
	invited := must[credential.Secret](t)(o.Invite(t.Context(), o.now, id))
	if err := o.Accept(t.Context(), o.now, "olga", invited, secret(other), home); err != nil {
		t.Fatal(err)
	}
	if o.in("olga", other).Empty() {
		t.Error("a lost authenticator cannot be got rid of")
	}
}

// TestSecondAtOnce: of ten who bring the same code at once one is let in.
func TestSecondAtOnce(t *testing.T) {
	o := newOffice(t)
	key, _ := o.equip("ada")
	o.now = o.now.Add(time.Minute)
	code := o.code(key)
	var in atomic.Int32
	var all sync.WaitGroup
	for i := range 10 {
		all.Go(func() {
			if _, err := o.SignIn(t.Context(), o.now, "ada", Proof{secret(good), secret(code)}, fmt.Sprint("s", i)); err == nil {
				in.Add(1)
			}
		})
	}
	all.Wait()
	if in.Load() != 1 {
		t.Errorf("%d are let in", in.Load())
	}
}

// TestSecondGuessed: wrong codes are guesses, even with the right password.
func TestSecondGuessed(t *testing.T) {
	o := newOffice(t)
	o.equip("ada")
	for range credential.Slow.Free {
		o.SignIn(t.Context(), o.now, "ada", Proof{secret(good), secret("999")}, "198.51.100.1")
	}
	var w *credential.Wait
	if _, err := o.SignIn(t.Context(), o.now, "ada", Proof{secret(good), secret("999")}, "198.51.100.1"); !errors.As(err, &w) {
		t.Errorf("a sixth code is looked at: %v", err)
	}
}

// TestSecondRefused: what does not set one up, and what lets nobody in.
func TestSecondRefused(t *testing.T) {
	o := newOffice(t)
	tok := o.in("ada", good)
	if _, err := o.FinishAuthenticator(t.Context(), o.now, tok, "000000"); err == nil || !strings.Contains(err.Error(), "begin again") {
		t.Errorf("finished before it began: %v", err)
	}
	o.now = o.now.Add(6 * time.Minute)
	var d *Denied
	if _, err := o.BeginAuthenticator(o.now, tok); !errors.As(err, &d) || d.Reason != NotFresh {
		t.Errorf("six minutes after the password: %v", err)
	}
	o.equip("ada")
	p := o.disk.people[o.admin]
	p.Authenticator = []byte("somebody else's")
	o.disk.people[o.admin] = p
	o.reopen()
	if _, err := o.SignIn(t.Context(), o.now, "ada", Proof{secret(good), secret("000000")}, home); err == nil || !strings.Contains(err.Error(), "does not open") {
		t.Errorf("a key that does not open: %v", err)
	}
	bare := must[*Book](t)(Open(t.Context(), o.disk, o.hasher, nil))
	if _, err := bare.SignIn(t.Context(), o.now, "ada", Proof{secret(good), secret("000000")}, home); err == nil {
		t.Error("without a sealer the password alone lets in")
	}
}
