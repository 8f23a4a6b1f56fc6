package credential_test

import (
	"encoding/base32"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	. "switchroom/credential"
)

// TestRFC6238 is the table of appendix B. Its keys are the digits over and over, as
// many as the digest has bytes.
func TestRFC6238(t *testing.T) {
	digits := strings.Repeat("1234567890", 7)
	sizes := map[string]int{"SHA1": 20, "SHA256": 32, "SHA512": 64}
	for _, c := range []struct {
		at         int64
		hash, want string
	}{
		{59, "SHA1", "94287082"}, {59, "SHA256", "46119246"}, {59, "SHA512", "90693936"},
		{1111111109, "SHA1", "07081804"}, {1111111109, "SHA256", "68084774"}, {1111111109, "SHA512", "25091201"},
		{1111111111, "SHA1", "14050471"}, {1111111111, "SHA256", "67062674"}, {1111111111, "SHA512", "99943326"},
		{1234567890, "SHA1", "89005924"}, {1234567890, "SHA256", "91819424"}, {1234567890, "SHA512", "93441116"},
		{2000000000, "SHA1", "69279037"}, {2000000000, "SHA256", "90698825"}, {2000000000, "SHA512", "38618901"},
		{20000000000, "SHA1", "65353130"}, {20000000000, "SHA256", "77737706"}, {20000000000, "SHA512", "47863826"},
	} {
		if got := HOTP8(c.hash, []byte(digits[:sizes[c.hash]]), uint64(c.at/30)); got != c.want {
			t.Errorf("%d %s: %s, want %s", c.at, c.hash, got, c.want)
		}
	}
}

// TestTOTP: the last six digits of the RFC's, one step either way, and each once.
func TestTOTP(t *testing.T) {
	key := NewSecret(base32.StdEncoding.EncodeToString([]byte("12345678901234567890")))
	at := func(s int64) time.Time { return time.Unix(s, 0) }
	for _, c := range []struct {
		code      string
		now, used int64
		step      int64
		why       string
	}{
		{"081804", 1111111109, 0, 37037036, ""},
		{"081 804", 1111111109, 0, 37037036, "as a telephone shows it"},
		{"081804", 1111111109 + 30, 0, 37037036, "the clock of the telephone is late"},
		{"081804", 1111111109 - 30, 0, 37037036, "it is early"},
		{"081804", 1111111109 + 90, 0, 0, "too old"},
		{"081804", 1111111109 - 90, 0, 0, "too new"},
		{"081804", 1111111109, 37037036, 0, "used"},
		{"081804", 1111111109, 37037037, 0, "a later one was used"},
		{"081805", 1111111109, 0, 0, "wrong"},
		{"81804", 1111111109, 0, 0, "short"},
		{"", 1111111109, 0, 0, "none"},
		{"328482", 0, 0, 0, "before there were codes"},
	} {
		step, err := TOTP(key, c.code, at(c.now), c.used)
		if c.step == 0 {
			if !errors.Is(err, ErrCode) || step != c.used {
				t.Errorf("%q at %d: %d %v; %s", c.code, c.now, step, err, c.why)
			}
		} else if step != c.step || err != nil {
			t.Errorf("%q at %d: %d %v, want %d; %s", c.code, c.now, step, err, c.step, c.why)
		}
	}
	if _, err := TOTP(NewSecret("not base32!"), "081804", at(0), 0); err == nil || errors.Is(err, ErrCode) {
		t.Errorf("a key that does not read: %v", err)
	}
	if _, err := TOTP(Secret{}, "328482", at(1111111109), 0); err == nil {
		t.Error("no key at all lets in")
	}
}

func TestTOTPLink(t *testing.T) {
	key := NewTOTP()
	if key.Equal(NewTOTP()) || len(key.Reveal()) != 32 {
		t.Error("a key is 160 bits, drawn anew")
	}
	u, err := url.Parse(TOTPLink(key, "North gate", "olga@x").Reveal())
	if err != nil || u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/North gate:olga@x" || u.Query().Get("secret") != key.Reveal() || u.Query().Get("issuer") != "North gate" || strings.Contains(u.RawQuery, "+") {
		t.Errorf("%v %v", u, err)
	}
}

// TestCode: a code opens what it is for, to whom it is of, once, and not for ever.
func TestCode(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	first, kept1 := NewCode(Recover, "olga", now.Add(time.Hour))
	second, kept2 := NewCode(Recover, "olga", now.Add(time.Hour))
	kept := []Code{kept1, kept2}
	text := second.Reveal()
	if len(text) != 28+6 || first.Equal(second) || strings.Contains(string(kept2.Digest), text) {
		t.Fatal("a code is 140 bits in seven groups, drawn anew and not kept")
	}
	for _, c := range []struct {
		given   string
		purpose Purpose
		owner   string
		after   time.Duration
		want    string
	}{
		{text, Recover, "olga", 0, ""},
		{" " + strings.ToLower(strings.ReplaceAll(text, "-", "")) + " ", Recover, "olga", 0, ""},
		{strings.NewReplacer("0", "o", "1", "L").Replace(text), Recover, "olga", 0, ""},
		{text, SetUp, "olga", 0, "not right"},
		{text, Recover, "otto", 0, "not right"},
		{text[:len(text)-1], Recover, "olga", 0, "not right"},
		{"", Recover, "olga", 0, "not right"},
		{strings.Repeat(text, 100), Recover, "olga", 0, "not right"},
		{text, Recover, "olga", time.Hour, "until"},
	} {
		i, err := Spend(kept, NewSecret(c.given), c.purpose, c.owner, now.Add(c.after))
		if c.want == "" && (i != 1 || err != nil) || c.want != "" && (i != -1 || err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%+v: %d %v", c, i, err)
		}
	}
	kept[1].Used = now
	if _, err := Spend(kept, second, Recover, "olga", now); err == nil || !strings.Contains(err.Error(), "used on") {
		t.Errorf("used twice: %v", err)
	}
	if i, err := Spend(kept, first, Recover, "olga", now); i != 0 || err != nil {
		t.Errorf("another of the list: %v", err)
	}
	if _, err := Spend([]Code{{Purpose: SetUp, Until: now.Add(1)}}, NewSecret(""), SetUp, "", now); err == nil {
		t.Error("a code without a digest lets in")
	}
}

func TestSession(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		guide       string
		begun, used time.Duration // ago
		want        Hold
	}{
		{"D12", 0, 0, Open},
		{"D12", time.Hour, 10*time.Minute - 1, Open},
		{"D12", time.Hour, 10 * time.Minute, Locked},
		{"D12", 8*time.Hour - 1, 0, Open},
		{"D12", 8 * time.Hour, 0, Ended},
		{"D12", -AtOnce, -AtOnce, Open},
		{"D12", -AtOnce - 1, -AtOnce - 1, Ended},
		{"D12", time.Hour, -AtOnce, Open},
		{"D12", time.Hour, -AtOnce - 1, Ended},
	} {
		if got := Usually.At(now, now.Add(-c.begun), now.Add(-c.used)); got != c.want {
			t.Errorf("%s: begun %v ago, used %v ago: %v, want %v", c.guide, c.begun, c.used, got, c.want)
		}
	}
	if Usually.At(now, time.Time{}, now) != Ended || Hold(9).String() != "ended" {
		t.Error("a session that never began goes on")
	}
}

// FuzzSpend: of all that can be typed only the code itself opens, however it is
// written.
func FuzzSpend(f *testing.F) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	code, kept := NewCode(Invited, "olga", now.Add(time.Hour))
	f.Add(code.Reveal())
	f.Add("0000-0000-0000-0000-0000-0000-0000")
	f.Add("\xff")
	f.Fuzz(func(t *testing.T, given string) {
		same := strings.EqualFold(strings.NewReplacer("-", "", " ", "").Replace(given), strings.ReplaceAll(code.Reveal(), "-", ""))
		if _, err := Spend([]Code{kept}, NewSecret(given), Invited, "olga", now); same && len(given) < 100 && err != nil {
			t.Errorf("%q: %v", given, err)
		}
		if _, err := TOTP(NewTOTP(), given, now, now.Unix()/30+1); err == nil {
			t.Errorf("%q is taken for a code that was used", given)
		}
	})
}
