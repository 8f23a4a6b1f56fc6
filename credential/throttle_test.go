package credential_test

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "switchroom/credential"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func owners(names ...string) func(string) bool {
	return func(n string) bool {
		for _, o := range names {
			if n == o {
				return true
			}
		}
		return false
	}
}

// look is one look at a password; it returns how long it has to wait.
func look(t *Throttle, now time.Time, account, source string, right bool) time.Duration {
	done, err := t.Begin(now, account, source)
	var w *Wait
	if errors.As(err, &w) {
		return w.For
	}
	if right {
		done(Right)
	} else {
		done(Wrong)
	}
	return 0
}

// TestWaits: five are free; then 1 minute, doubled by each, an hour at most; a right
// password ends it.
func TestWaits(t *testing.T) {
	th, now := NewThrottle(Slow, owners("olga")), noon
	if look(th, now, "olga", "home", true) != 0 {
		t.Fatal("the first password is not looked at")
	}
	for range Slow.Free {
		if w := look(th, now, "olga", "home", false); w != 0 {
			t.Fatal("a free one waits", w)
		}
	}
	for _, want := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60, 60} {
		if w := look(th, now, "olga", "home", true); w != want*time.Minute {
			t.Fatalf("waits %v, want %d min: even the right password is not looked at", w, want)
		}
		if w := look(th, now.Add(-1000*time.Hour), "olga", "home", false); w > Slow.Longest {
			t.Fatalf("a clock that is set back makes it wait %v", w)
		}
		now = now.Add(want * time.Minute)
		if w := look(th, now, "olga", "home", false); w != 0 {
			t.Fatalf("after %d min it waits %v more", want, w)
		}
	}
	now = now.Add(time.Hour)
	for range 2 * Slow.Free {
		if w := look(th, now, "olga", "home", true); w != 0 {
			t.Fatal("right passwords wait", w)
		}
	}
}

// TestManyAddresses: however many sources, guesses at one account are a burst and then
// one each refill; names of nobody do not wash that away, and are slowed down alike.
func TestManyAddresses(t *testing.T) {
	th, looked := NewThrottle(Slow, owners("olga")), 0
	for i := range 5000 {
		now := noon.Add(time.Duration(i) * time.Second)
		if look(th, now, "olga", fmt.Sprint("s", i), false) == 0 {
			looked++
		}
		look(th, now, fmt.Sprint("nobody", i), "flood", false)
	}
	if most := Slow.Burst + int(5000*time.Second/Slow.Refill) + 1; looked > most || looked < most-3 {
		t.Errorf("%d guesses are looked at, want %d", looked, most)
	}
	for i := range Slow.Burst + 1 {
		w := look(th, noon.Add(1e5*time.Second), "nobody", fmt.Sprint("s", i), false)
		if (w > 0) != (i >= Slow.Burst) {
			t.Errorf("a name of nobody, guess %d: waits %v", i, w)
		}
	}
	if years := 1e6 * Slow.Refill.Hours() / 24 / 365; years < 3 {
		t.Errorf("a million guesses take %.1f years", years)
	}
}

// TestNobodyLocksOut: whatever others do at whatever accounts, also ones of their own,
// a source that olga has been let in from is let in at once; the guesses at her account
// stay few, and so does what is remembered. The random sequences are printed when one
// of it does not hold.
func TestNobodyLocksOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := Slow
		l.Sources, l.Accounts, l.Known = 8, 4, 3
		th := NewThrottle(l, owners("olga", "mallory"))
		now := noon
		if look(th, now, "olga", "home", true) != 0 {
			t.Fatal("olga is not let in for the first time")
		}
		guesses := 0
		for range rapid.IntRange(50, 300).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.SampledFrom([]int{0, 0, 0, 1, 10, 200}).Draw(t, "pause")) * time.Second)
			account := rapid.SampledFrom([]string{"olga", "olga", "olga", "olga", "mallory", "n1", "n2", "n3", "n4", "n5"}).Draw(t, "account")
			source := fmt.Sprint("s", rapid.IntRange(0, 30).Draw(t, "source"))
			right := account == "mallory" && rapid.Bool().Draw(t, "right")
			if look(th, now, account, source, right) == 0 && account == "olga" {
				guesses++
			}
			s, c, k := th.Sizes("mallory")
			if s > l.Sources || c > l.Accounts+2 || k > l.Known {
				t.Fatalf("remembers %d strangers, %d ceilings, %d acquaintances", s, c, k)
			}
			if rapid.Bool().Draw(t, "olga comes") {
				if w := look(th, now, "olga", "home", true); w != 0 {
					t.Fatalf("olga waits %v", w)
				}
			}
		}
		if w := look(th, now, "olga", "home", true); w != 0 {
			t.Fatalf("olga waits %v", w)
		}
		if most := l.Burst + int(now.Sub(noon)/l.Refill) + 1; guesses > most {
			t.Fatalf("%d guesses at olga in %v", guesses, now.Sub(noon))
		}
	})
}

// TestAtOnce: of many looks that begin before one is done, none is free.
func TestAtOnce(t *testing.T) {
	th, begun := NewThrottle(Slow, owners("olga")), 0
	for range 100 {
		if _, err := th.Begin(noon, "olga", "s"); err == nil {
			begun++
		}
	}
	if begun != Slow.Free {
		t.Errorf("%d at once, want %d", begun, Slow.Free)
	}
}

// TestKnownGuesser: a known source that guesses is not washed free by a flood.
func TestKnownGuesser(t *testing.T) {
	th := NewThrottle(Slow, owners("olga"))
	look(th, noon, "olga", "home", true)
	for range Slow.Free {
		look(th, noon, "olga", "home", false)
	}
	for i := range 2 * Slow.Sources {
		look(th, noon, "nobody", fmt.Sprint("s", i), false)
	}
	if look(th, noon, "olga", "home", true) == 0 {
		t.Error("a flood from elsewhere frees a known source that guesses")
	}
}

// TestAcquaintances: they survive the end of the program, and end with the password.
func TestAcquaintances(t *testing.T) {
	th := NewThrottle(Slow, owners("olga"))
	for i := range Slow.Known + 1 {
		look(th, noon, "olga", fmt.Sprint("home", i), true)
	}
	kept := th.Acquaintances("olga")
	if len(kept) != Slow.Known || kept[0] != "home1" {
		t.Fatalf("%v", kept)
	}
	next := NewThrottle(Slow, owners("olga"))
	next.Reacquaint("olga", kept)
	for i := range 30 {
		look(next, noon, "olga", fmt.Sprint("s", i), false)
	}
	if look(next, noon, "olga", "home3", true) != 0 || look(next, noon, "olga", "home0", true) == 0 {
		t.Error("who was known is not, or who was not is")
	}
	next.Forget("olga")
	if len(next.Acquaintances("olga")) != 0 {
		t.Error("not forgotten")
	}
	long := strings.Repeat("x", 1<<20)
	if look(next, noon, long, long, false) != 0 {
		t.Error("a long name")
	}
}

func TestSource(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.7":            "192.0.2.7",
		"::ffff:192.0.2.7":     "192.0.2.7",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"2001:db8:1:2::9":      "2001:db8:1:2::/64",
		"fe80::1%eth0":         "fe80::/64",
		"::1":                  "::/64",
	} {
		if got := Source(netip.MustParseAddr(in)); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
	if Source(netip.Addr{}) == "" {
		t.Error("no address is no source")
	}
}

// TestUnseen: who is sent away because there is a crowd has not guessed.
func TestUnseen(t *testing.T) {
	th := NewThrottle(Slow, owners("olga"))
	for i := range 100 {
		for _, source := range []string{"home", fmt.Sprint("s", i)} {
			done, err := th.Begin(noon, "olga", source)
			if err != nil {
				t.Fatalf("look %d: %v", i, err)
			}
			done(Unseen)
		}
	}
	for range Slow.Free - 1 {
		look(th, noon, "olga", "home", false)
	}
	done, err := th.Begin(noon, "olga", "home")
	if err != nil {
		t.Fatal(err)
	}
	if done(Unseen); look(th, noon, "olga", "home", false) != 0 || look(th, noon, "olga", "home", true) != time.Minute {
		t.Error("a look that was none costs, or frees")
	}
}
