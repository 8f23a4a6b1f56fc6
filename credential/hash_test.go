package credential_test

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"golang.org/x/crypto/argon2"

	. "switchroom/credential"
)

// cheap makes a hasher that costs little: what is tested is not the cost.
func cheap(t testing.TB) *Hasher {
	t.Helper()
	h, err := NewHasher(Cost{Memory: 8, Passes: 1, Lanes: 1}, 2, 100)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func make1(t testing.TB, h *Hasher, password string) Hash {
	t.Helper()
	kept, err := h.Make(t.Context(), NewSecret(password))
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

func TestHash(t *testing.T) {
	h, err := NewHasher(Usual, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, password := range []string{"", "Kestrel-over-9", strings.Repeat("x", 1000)} {
		kept := make1(t, h, password)
		if !strings.HasPrefix(string(kept), "$argon2id$v=19$m=19456,t=2,p=1$") || kept == make1(t, h, password) || kept.Check() != nil {
			t.Errorf("kept as %s", string(kept))
		}
		for _, c := range []struct {
			try  string
			want bool
		}{{password, true}, {password + " ", false}, {"x", false}} {
			if is, err := h.Is(t.Context(), kept, NewSecret(c.try)); is != c.want || err != nil {
				t.Errorf("%q for %q: %v %v", c.try, password, is, err)
			}
		}
	}
	if is, err := h.Is(t.Context(), "", Secret{}); is || err != nil {
		t.Errorf("no password at all lets in: %v %v", is, err)
	}
}

// TestHashVector is the one of the argon2 command of Debian: another implementation.
//
//	printf 'Kestrel-over-9' | argon2 saltsaltsalt -id -t 2 -k 64 -p 2 -l 24 -e
func TestHashVector(t *testing.T) {
	const kept = "$argon2id$v=19$m=64,t=2,p=2$c2FsdHNhbHRzYWx0$ODR+cejN2H1dCfVVl7j/A2OcBE7pRF0l"
	h, _ := NewHasher(Cost{Memory: 64, Passes: 1, Lanes: 1}, 1, 0)
	if is, err := h.Is(t.Context(), kept, NewSecret("Kestrel-over-9")); !is || err != nil {
		t.Errorf("%v %v", is, err)
	}
	if argon2.Version != 0x13 {
		t.Error("another argon2")
	}
}

// TestHashPeer asks the argon2 command for one of now.
func TestHashPeer(t *testing.T) {
	cmd := exec.Command("argon2", "another-salt", "-id", "-t", "3", "-k", "128", "-p", "1", "-e")
	cmd.Stdin = strings.NewReader("Kestrel-over-9")
	out, err := cmd.Output()
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("SKIPPED: no argon2 command here (Debian package argon2); the vector above holds")
	}
	h, _ := NewHasher(Cost{Memory: 128, Passes: 1, Lanes: 1}, 1, 0)
	is, wrong := h.Is(t.Context(), Hash(strings.TrimSpace(string(out))), NewSecret("Kestrel-over-9"))
	if err != nil || !is || wrong != nil {
		t.Errorf("%s: %v %v %v", out, is, err, wrong)
	}
}

// TestDamaged: what does not read lets nobody in, and says so.
func TestDamaged(t *testing.T) {
	h := cheap(t)
	good := string(make1(t, h, "x"))
	f := strings.Split(good, "$")
	with := func(i int, s string) string {
		g := append([]string(nil), f...)
		g[i] = s
		return strings.Join(g, "$")
	}
	for _, bad := range []string{
		"x", "$", "$argon2id$v=19$m=8,t=1,p=1$", good + "$", " " + good, good + "=",
		with(1, "argon2i"), with(1, "argon2d"), with(2, "v=16"), with(2, "v=19 "),
		with(3, "m=08,t=1,p=1"), with(3, "t=1,m=8,p=1"), with(3, "m=8,t=1"), with(3, "m=+8,t=1,p=1"),
		with(3, "m=7,t=1,p=1"), with(3, "m=4194304,t=1,p=1"), with(3, "m=8,t=4000000000,p=1"), with(3, "m=8,t=0,p=1"), with(3, "m=8,t=1,p=0"), with(3, "m=8,t=1,p=256"),
		with(4, "AAAA"), with(5, ""), with(5, "AAAA"), with(5, f[5][:len(f[5])-1]+"B"), with(5, strings.Repeat("A", 400)),
	} {
		if is, err := h.Is(t.Context(), Hash(bad), NewSecret("x")); is || err == nil {
			t.Errorf("%s is taken", bad)
		}
		if Hash(bad).Check() == nil {
			t.Errorf("%s checks", bad)
		}
	}
}

// TestOutworn: a password that was kept for less is kept anew; one that takes more
// than this program may is refused, and says so.
func TestOutworn(t *testing.T) {
	small := cheap(t)
	kept := make1(t, small, "x")
	large, err := NewHasher(Cost{Memory: 64, Passes: 2, Lanes: 1}, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	if small.Outworn(kept) || !large.Outworn(kept) || small.Outworn(make1(t, large, "x")) || large.Outworn("") {
		t.Error("outworn is not what costs less")
	}
	if is, err := large.Is(t.Context(), kept, NewSecret("x")); !is || err != nil {
		t.Errorf("kept for less, it does not let in: %v", err)
	}
	if is, err := small.Is(t.Context(), make1(t, large, "x"), NewSecret("x")); is || err == nil || !strings.Contains(err.Error(), "KiB") {
		t.Errorf("more memory than the budget: %v %v", is, err)
	}
	for _, c := range []Cost{{}, {8, 1, 0}, {7, 1, 1}, {1 << 30, 1, 1}, {8, 99, 1}, {8, 1, 9}} {
		if _, err := NewHasher(c, 1, 1); err == nil {
			t.Errorf("a cost of %+v", c)
		}
	}
	if _, err := NewHasher(Usual, 0, 1); err == nil {
		t.Error("a hasher that never looks")
	}
}

// TestCrowd: no more wait than may; who waits gives up with the context; and of those
// who get their turn each is told right.
func TestCrowd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := cheap(t)
		kept := make1(t, h, "x")
		free := h.Hold(2) // both places are taken
		var in, crowded atomic.Int32
		var all sync.WaitGroup
		for range 130 {
			all.Go(func() {
				is, err := h.Is(t.Context(), kept, NewSecret("x"))
				if is {
					in.Add(1)
				}
				if errors.Is(err, ErrCrowded) {
					crowded.Add(1)
				}
			})
		}
		synctest.Wait()
		if crowded.Load() != 30 || in.Load() != 0 {
			t.Errorf("%d sent away, %d let in; 100 may wait", crowded.Load(), in.Load())
		}
		free()
		all.Wait()
		if in.Load() != 100 {
			t.Errorf("%d of 100 let in", in.Load())
		}
		defer h.Hold(2)()
		ctx, stop := context.WithCancel(t.Context())
		stop()
		if _, err := h.Make(ctx, NewSecret("x")); !errors.Is(err, ErrCrowded) || !errors.Is(err, context.Canceled) {
			t.Errorf("waits on: %v", err)
		}
	})
}

// FuzzHash: whatever reads is written back the same, and costs no more than may be.
func FuzzHash(f *testing.F) {
	f.Add("$argon2id$v=19$m=64,t=2,p=2$c2FsdHNhbHRzYWx0$bm90IGEga2V5IGF0IGFsbCE")
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		back, cost, err := Reread(Hash(s))
		if err != nil {
			return
		}
		if string(back) != s {
			t.Errorf("%q is written back as %q", s, string(back))
		}
		if cost.Memory > 256*1024 || cost.Passes > 16 || cost.Lanes > 8 || cost.Lanes == 0 {
			t.Errorf("costs %+v", cost)
		}
	})
}
