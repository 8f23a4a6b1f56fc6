package vault

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"filippo.io/age"

	"switchroom/credential"
	"switchroom/store"
	"switchroom/store/storetest"
)

func newIdentity(t *testing.T) *age.X25519Identity {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func files(t *testing.T, dir string) (all []string) {
	t.Helper()
	err := filepath.Walk(dir, func(name string, i os.FileInfo, err error) error {
		if err == nil && !i.IsDir() {
			all = append(all, name)
		}
		return err
	})
	if err != nil || len(all) == 0 {
		t.Fatalf("%v: %v", all, err)
	}
	return all
}

// breaker is a door that answers the at-th call, and where it is cut all after it, in
// a wrong way.
type breaker struct {
	has   [Levels]string
	fault string
	at    int
	asked int // calls, of both kinds
	wrong int // wrong passwords in a row
	most  int // of wrong, ever
	later func()
	on    func() // before each call
}

var errCut = errors.New("the connection was cut")

func (b *breaker) faulty() bool {
	b.asked++
	if b.on != nil {
		b.on()
	}
	return b.fault != "" && (b.asked == b.at || b.asked > b.at && b.fault == "cut")
}

func (b *breaker) guess(right bool) {
	b.wrong++
	if right {
		b.wrong = 0
	}
	b.most = max(b.most, b.wrong)
}

func (b *breaker) Change(_ context.Context, level int, by, next credential.Secret) error {
	faulty := b.faulty()
	set := func() { b.has[level-1] = next.Reveal() }
	if faulty && b.fault != "lost after" && b.fault != "late" {
		return map[string]error{
			"refused": fmt.Errorf("refused: %w", ErrNotChanged), "wrong": fmt.Errorf("%w: %w", ErrNotChanged, ErrWrongPassword),
			"lost before": errCut, "cut": errCut,
		}[b.fault]
	}
	right := by.Reveal() == b.has[Levels-1] || by.Reveal() == b.has[level-1]
	b.guess(right)
	if !right {
		return fmt.Errorf("%w: %w", ErrNotChanged, ErrWrongPassword)
	}
	if faulty && b.fault == "late" {
		b.later = set
		return errCut
	}
	set()
	if faulty {
		return errCut
	}
	return nil
}

func (b *breaker) Proves(_ context.Context, level int, s credential.Secret) (bool, error) {
	if b.faulty() {
		return false, errCut
	}
	right := b.has[level-1] == s.Reveal()
	b.guess(right)
	return right, nil
}

var faults = []string{"refused", "wrong", "lost before", "lost after", "late", "cut"}

// whole sees that the vault opens the breaker, and that no change is left open.
func (s *stand) whole(b *breaker, what string) {
	s.Helper()
	if got := s.kept(); got != b.has {
		s.Errorf("%s: the vault has %q, the breaker %q", what, got, b.has)
	}
	all, err := s.Entries(context.Background(), "Q1")
	if err != nil {
		s.Fatal(err)
	}
	for _, e := range all {
		if e.Step == Drawn || e.Step == Sent {
			s.Errorf("%s: level %d is left %s", what, e.Level, e.Step)
		}
	}
	if b.most > wrongMost {
		s.Errorf("%s: the breaker was offered %d wrong passwords in a row", what, b.most)
	}
}

func TestRotate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, p store.Place) {
		s := created(t, p, [Levels]string{"1111", "2222", "3333", "0000"})
		b := &breaker{has: s.kept()}
		all, _ := s.Entries(t.Context(), "")
		for _, e := range all {
			if !e.Overdue(s.now) {
				t.Errorf("level %d of the factory is not due", e.Level)
			}
		}
		seen := map[string]bool{}
		for n := range lasts + 2 {
			done, err := s.Rotate(t.Context(), b, "Q1", "Olga")
			if err != nil || len(done) != Levels {
				t.Fatalf("%v, %v", done, err)
			}
			s.whole(b, fmt.Sprint("rotation ", n))
			for _, p := range b.has {
				if seen[p] || Weak(secret(p)) != nil {
					t.Errorf("%q again, or weak", p)
				}
				seen[p] = true
			}
		}
		all, _ = s.Entries(t.Context(), "Q1")
		for _, e := range all {
			if e.Overdue(s.now) || !e.Overdue(s.now.Add(Every)) || e.Generation != lasts+3 {
				t.Errorf("%+v", e)
			}
		}
		if b.asked != 2*Levels*(lasts+2) {
			t.Errorf("%d questions, not two for each change", b.asked)
		}
		var former int
		if err := s.store.Reader().QueryRow("SELECT count(*) FROM vault_former").Scan(&former); err != nil || former != lasts*Levels {
			t.Errorf("%d former ones are remembered, %v", former, err)
		}
	})
}

// TestBreakEveryWrite fails the store at every point of a change, one after another,
// as a process would see it that ends there: the next one finds which password holds.
func TestBreakEveryWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, p store.Place) {
		for _, levels := range [][]int{{2}, {4}, nil} {
			t.Run(fmt.Sprint(levels), func(t *testing.T) {
				var br storetest.Breaker
				q := p
				q.Wrap = br.Wrap
				if q.URL == "" {
					q.Dir = t.TempDir() + "/data"
				} else {
					q.Dir, q.URL = t.TempDir()+"/data", storetest.Postgres(t)
				}
				s := created(t, q, strong)
				b := &breaker{has: strong}
				refused := 0
				for at := 1; ; at++ {
					br.Arm(at)
					_, err := s.Rotate(t.Context(), b, "Q1", "Olga", levels...)
					points := br.Points()
					br.Arm(0)
					if err != nil {
						refused++
					}
					if _, err := s.Resume(t.Context(), b, "Q1"); err != nil {
						t.Fatalf("after %s: %v", points[len(points)-1], err)
					}
					s.whole(b, points[len(points)-1])
					if len(points) < at {
						break
					}
				}
				if refused < 10 {
					t.Errorf("only %d were broken", refused)
				}
			})
		}
	})
}

// TestBreakEveryAnswer has the breaker give every wrong answer to every question.
func TestBreakEveryAnswer(t *testing.T) {
	for _, fault := range faults {
		for _, levels := range [][]int{{2}, {4}, nil} {
			t.Run(fmt.Sprint(fault, levels), func(t *testing.T) {
				s := created(t, store.Place{Dir: t.TempDir() + "/data"}, strong)
				b := &breaker{has: strong}
				for at := 1; at <= 2*Levels; at++ {
					b.fault, b.at, b.asked = fault, at, 0
					_, err := s.Rotate(t.Context(), b, "Q1", "Olga", levels...)
					broken := b.asked >= at
					b.fault = ""
					if b.later != nil { // it arrives after all
						b.later()
						b.later = nil
					}
					ends, again := s.Resume(t.Context(), b, "Q1")
					if again != nil {
						t.Fatalf("%d: resume: %v after %v", at, again, err)
					}
					s.whole(b, fmt.Sprintf("%d: %v, %v", at, err, ends))
					if !broken {
						break
					}
					b.most = 0
				}
			})
		}
	}
}

// TestNeither keeps both passwords where somebody else has changed it, and offers few.
func TestNeither(t *testing.T) {
	s := created(t, store.Place{Dir: t.TempDir() + "/data"}, strong)
	b := &breaker{has: strong, fault: "lost after", at: 1}
	b.fault = "cut"
	if _, err := s.Rotate(t.Context(), b, "Q1", "Olga", 1); !errors.Is(err, errCut) {
		t.Fatal(err)
	}
	b.fault, b.has[0] = "", "else"
	for range 5 {
		if _, err := s.Resume(t.Context(), b, "Q1"); err == nil {
			t.Fatal("resumed")
		}
	}
	if b.most > wrongMost {
		t.Errorf("%d wrong passwords were offered", b.most)
	}
	all, _ := s.Entries(t.Context(), "Q1")
	if all[0].Step != Sent {
		t.Errorf("%+v", all[0])
	}
	if err := s.Add(t.Context(), "Q1", "", map[int]credential.Secret{1: secret("else")}, "Olga"); err != nil {
		t.Fatal(err)
	}
	s.whole(b, "put in by hand")
}

// TestWrongAuthority stops before a breaker locks out.
func TestWrongAuthority(t *testing.T) {
	s := created(t, store.Place{Dir: t.TempDir() + "/data"}, strong)
	b := &breaker{has: [Levels]string{"e1aa", "e2bb", "e3cc", "e4dd"}}
	for n := range 6 {
		_, err := s.Rotate(t.Context(), b, "Q1", "Olga")
		if err == nil || n < wrongMost && !errors.Is(err, ErrWrongPassword) {
			t.Fatalf("%d: %v", n, err)
		}
	}
	if b.most != wrongMost {
		t.Errorf("%d wrong passwords were offered", b.most)
	}
	s.now = s.now.Add(wrongFor)
	if _, err := s.Rotate(t.Context(), b, "Q1", "Olga"); !errors.Is(err, ErrWrongPassword) {
		t.Errorf("an hour later: %v", err)
	}
}

// TestStopped ends the level that is on its way, and begins no other.
func TestStopped(t *testing.T) {
	s := created(t, store.Place{Dir: t.TempDir() + "/data"}, strong)
	ctx, stop := context.WithCancel(t.Context())
	b := &breaker{has: strong, on: stop}
	done, err := s.Rotate(ctx, b, "Q1", "Olga")
	if len(done) != 1 || !done[0].Changed || !errors.Is(err, context.Canceled) || b.asked != 2 {
		t.Errorf("%+v, %v, %d questions", done, err, b.asked)
	}
	s.whole(b, "stopped")
}
