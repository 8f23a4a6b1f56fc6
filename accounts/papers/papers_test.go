package papers_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	. "switchroom/accounts/papers"
	"switchroom/store"
	"switchroom/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

var (
	ctx = context.Background()
	now = time.Date(2026, 11, 28, 3, 0, 0, 0, time.UTC)
)

const day = 24 * time.Hour

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func opened(t *testing.T, p store.Place) *store.Store {
	t.Helper()
	s, err := store.Open(ctx, p, Part())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func shelf(t *testing.T) *Shelf { return In(opened(t, store.Place{Dir: t.TempDir() + "/data"})) }

// TestShelf: what was put there is there, whole, on both databases.
func TestShelf(t *testing.T) {
	storetest.Each(t, func(t *testing.T, p store.Place) {
		s := In(opened(t, p))
		want := Paper{
			Kind: RiskAnalysis, Title: "Risk analysis 2026", Text: "in the safe, é 'x' <&>", File: "risk.pdf", Digest: strings.Repeat("0a", 32),
			From: now.Add(-day), Review: now.Add(200 * day), By: "ada",
		}
		first := must(s.Put(ctx, now, want))
		want.ID, want.At = first.ID, now
		if !reflect.DeepEqual(first, want) || first.ID == "" {
			t.Errorf("put\n%+v\nand told\n%+v", want, first)
		}
		next := must(s.Put(ctx, now.Add(time.Hour), Paper{Kind: RiskAnalysis, Title: "Risk analysis 2027", Text: "none", By: "bob", Stead: first.ID}))
		if !next.From.Equal(next.At) || !next.Review.Equal(next.At.Add(365*day)) || next.Digest != "140bedbf9c3f6d56a9846d2ba7088798683f4da0c248231336e6a05679e4fdfe" {
			t.Errorf("what was not said: %+v", next)
		}
		if err := s.Withdraw(ctx, now.Add(2*time.Hour), "ada", next.ID, "wrong building"); err != nil {
			t.Fatal(err)
		}
		if err := s.Withdraw(ctx, now, "ada", next.ID, "again"); err == nil {
			t.Error("withdrawn twice")
		}
		next.Ended, next.EndBy, next.EndWhy = now.Add(2*time.Hour), "ada", "wrong building"
		if got := must(s.All(ctx)); !reflect.DeepEqual(got, []Paper{next, first}) {
			t.Errorf("there are\n%+v\nwant\n%+v", got, []Paper{next, first})
		}
	})
}

// TestRefused: all that is wrong with a paper is said, and nothing of it is kept.
func TestRefused(t *testing.T) {
	s := shelf(t)
	policy := must(s.Put(ctx, now, Paper{Kind: Policy, Title: "Policy", Text: "x", By: "ada"}))
	right := Paper{Kind: RiskAnalysis, Title: "R", Text: "x", By: "ada"}
	for _, c := range []struct {
		set  func(*Paper)
		want string
	}{
		{func(p *Paper) { *p = Paper{} }, "kind title by text, digest"},
		{func(p *Paper) { p.Kind = "poem" }, "risk analysis, security policy"},
		{func(p *Paper) { p.Title = "two\nlines" }, "title"},
		{func(p *Paper) { p.Title = strings.Repeat("x", 201) }, "title"},
		{func(p *Paper) { p.Text = strings.Repeat("x", 1<<20+1) }, "text"},
		{func(p *Paper) { p.Text = "\xff" }, "text"},
		{func(p *Paper) { p.Text = "a\x00b" }, "text"},
		{func(p *Paper) { p.Digest = "abc" }, "digest"},
		{func(p *Paper) { p.Digest = strings.Repeat("AB", 32) }, "digest"},
		{func(p *Paper) { p.Digest = strings.Repeat("ab", 32) }, "name the file"},
		{func(p *Paper) { p.File = "x.pdf" }, "sha256sum"},
		{func(p *Paper) { p.From, p.Review = now, now }, "review"},
		{func(p *Paper) { p.Review = now.Add(11 * 366 * day) }, "ten years"},
		{func(p *Paper) { p.From = time.Date(99999, 1, 1, 0, 0, 0, 0, time.UTC) }, "from"},
		{func(p *Paper) { p.Stead = "no" }, "not there"},
		{func(p *Paper) { p.Stead = policy.ID }, "is a security policy"},
	} {
		p := right
		c.set(&p)
		_, err := s.Put(ctx, now, p)
		for _, w := range strings.Split(c.want, " ") {
			if err == nil || !strings.Contains(err.Error(), w) {
				t.Errorf("%v, want %q", err, c.want)
			}
		}
	}
	for _, c := range [][3]string{{"ada", policy.ID, " "}, {"", policy.ID, "x"}, {"ada", "no", "x"}} {
		if s.Withdraw(ctx, now, c[0], c[1], c[2]) == nil {
			t.Errorf("withdrawn: %q", c)
		}
	}
	if all := must(s.All(ctx)); len(all) != 1 || !all[0].Ended.IsZero() {
		t.Errorf("%+v", all)
	}
}

// TestAtOnce: of ten who write the next version at once one does.
func TestAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, p store.Place) {
		s := In(opened(t, p))
		first := must(s.Put(ctx, now, Paper{Kind: Policy, Title: "Policy", Text: "x", By: "ada"}))
		var done atomic.Int32
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				if _, err := s.Put(ctx, now, Paper{Kind: Policy, Title: "Policy", Text: "y", By: "bob", Stead: first.ID}); err == nil {
					done.Add(1)
				}
			})
		}
		all.Wait()
		if done.Load() != 1 {
			t.Errorf("%d", done.Load())
		}
	})
}

// TestHolding: which version holds when.
func TestHolding(t *testing.T) {
	s := shelf(t)
	old := must(s.Put(ctx, now, Paper{Kind: Policy, Title: "old", Text: "x", By: "ada"}))
	must(s.Put(ctx, now, Paper{Kind: Policy, Title: "new", Text: "y", By: "ada", From: now.Add(10 * day), Stead: old.ID}))
	plan := must(s.Put(ctx, now, Paper{Kind: TrainingPlan, Title: "plan", Text: "z", By: "ada"}))
	if err := s.Withdraw(ctx, now.Add(5*day), "ada", plan.ID, "wrong"); err != nil {
		t.Fatal(err)
	}
	third := must(s.Put(ctx, now, Paper{Kind: Other, Title: "rule", Text: "z", By: "ada"}))
	never := must(s.Put(ctx, now, Paper{Kind: Other, Title: "never", Text: "z", By: "ada", From: now.Add(3 * day), Stead: third.ID}))
	if err := s.Withdraw(ctx, now.Add(2*day), "ada", never.ID, "before it held"); err != nil {
		t.Fatal(err)
	}
	last := must(s.Put(ctx, now, Paper{Kind: Other, Title: "last", Text: "z", By: "ada", From: now.Add(4 * day), Stead: third.ID}))
	if err := s.Withdraw(ctx, now.Add(6*day), "ada", last.ID, "after it held"); err != nil {
		t.Fatal(err)
	}
	all := must(s.All(ctx))
	for days, want := range map[int]string{-1: "", 0: "rule old plan", 3: "rule old plan", 4: "last old plan", 5: "last old", 6: "old", 9: "old", 10: "new", 400: "new"} {
		var got []string
		for _, p := range Holding(all, now.Add(time.Duration(days)*day)) {
			got = append(got, p.Title)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("after %d days: %v, want %q", days, got, want)
		}
	}
	if len(all) != 6 {
		t.Error("what is there was altered by looking")
	}
}

// TestReminders: what is missing, what is due soon, what is late (C12, C16).
func TestReminders(t *testing.T) {
	s := shelf(t)
	told := func(after time.Duration) (all []string) {
		for _, r := range Reminders(must(s.All(ctx)), now.Add(after)) {
			all = append(all, fmt.Sprint(r.Kind, " ", r.Paper != "", " ", r.Late, " ", r.Guide))
		}
		return all
	}
	missing := []string{"risk analysis false true C16", "security policy false true C12", "sensitive information false true C1", "training plan false true C12"}
	if got := told(0); !reflect.DeepEqual(got, missing) {
		t.Errorf("of nothing: %q", got)
	}
	for _, k := range Kinds() {
		must(s.Put(ctx, now, Paper{Kind: k.Kind, Title: "T", Text: "x", By: "ada", Review: now.Add(100 * day)}))
	}
	for _, c := range []struct {
		after time.Duration
		n     int
		want  string
	}{
		{70*day - 1, 0, ""}, {70 * day, 6, "emergency plan true false "}, {100*day - 1, 6, "emergency plan true false "}, {100 * day, 6, "emergency plan true true "},
		{-day, 4, "risk analysis false true C16"},
	} {
		got := told(c.after)
		if len(got) != c.n || c.n > 0 && got[0] != c.want {
			t.Errorf("after %v: %q", c.after, got)
		}
	}
}

// TestBreakEveryWrite: a paper is there whole or not at all, and who put it is told.
func TestBreakEveryWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, p store.Place) {
		var k storetest.Breaker
		p.Wrap = k.Wrap
		s := In(opened(t, p))
		for at := 1; ; at++ {
			before := len(must(s.All(ctx)))
			k.Arm(at)
			_, err := s.Put(ctx, now, Paper{Kind: Policy, Title: "P", Text: "x", By: "ada"})
			points := k.Points()
			k.Arm(0)
			more := len(must(s.All(ctx))) - before
			if lost := points[len(points)-1] == "after commit"; err == nil && more != 1 || err != nil && more != 0 && !lost || errors.Is(err, store.ErrUncertain) != strings.Contains(fmt.Sprint(err), "may be there") {
				t.Errorf("broken after %q: told %v, and there are %d more", points, err, more)
			}
			if len(points) < at {
				if at < 5 {
					t.Errorf("only %d points", at)
				}
				break
			}
		}
	})
}
