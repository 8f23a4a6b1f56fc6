package fat

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// leaver is a system that is away at times.
type leaver struct {
	*fakeSystem
	away   func() bool
	person bool
}

func (l *leaver) Look(ctx context.Context, tags []Tag) ([]Shown, error) {
	if l.away() {
		return nil, errors.New("the system under test: connection refused")
	}
	return l.fakeSystem.Look(ctx, tags)
}

func (l *leaver) Patient() bool { return l.person }

// runLeaver runs points and a fault against a system that leaves when a step of the
// progress begins, and comes back after a time; 0: never.
func runLeaver(t *testing.T, s *fakeSystem, person bool, at string, back time.Duration) (res *Result) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		units, _ := s.lab.Units(context.Background())
		var bs []Breaker
		for _, u := range units {
			bs = append(bs, BreakerOf(u))
		}
		p, err := Generate(bs, Options{Points: []string{"current", "breaker.closed"}, Within: 10})
		if err != nil {
			t.Fatal(err)
		}
		p.Steps = slices.DeleteFunc(p.Steps, func(s Step) bool { return s.Do != Substitute && s.Do != "silent" && s.Do != "open" })
		var left time.Time
		v := &leaver{s, func() bool { return !left.IsZero() && (back == 0 || time.Since(left) < back) }, person}
		r := &Run{Plan: p, Lab: s.lab, View: v, Command: s, Seed: 1, Progress: func(text string) {
			if strings.HasPrefix(text, at) {
				left = time.Now()
			}
		}}
		if res, err = r.Do(context.Background()); err != nil {
			t.Fatal(err)
		}
	})
	return res
}

// TestSystemEnds: a system that ends is no mistake of its points: the run ends with it,
// and only what was finished before is judged.
func TestSystemEnds(t *testing.T) {
	for _, at := range []string{"pass 1", "pass 3", "silent", "open"} {
		for _, person := range []bool{false, true} {
			r := runLeaver(t, &fakeSystem{lab: newFakeLab("Q1", "Q2")}, person, at, 0)
			if !strings.HasPrefix(r.State, "ended: the system under test: connection refused, since ") {
				t.Errorf("%s: state %q", at, r.State)
			}
			if r.Summary.Fail != 0 || len(r.Findings) != 0 || r.Summary.NotRun == 0 {
				t.Errorf("%s: %+v, %v", at, r.Summary, r.Findings)
			}
		}
	}
}

// TestMistakeBeforeTheSystemEnds: what finished passes have shown is judged.
func TestMistakeBeforeTheSystemEnds(t *testing.T) {
	r := runLeaver(t, &fakeSystem{lab: newFakeLab("Q1", "Q2"), mistake: number1("current.l2", times1(1e-3))}, false, "pass 3", 0)
	if f := failures(r); len(f) != 1 || f[0] != "Q1 current.l2" || len(r.Findings) != 1 || r.Findings[0].Mistake != "scale" {
		t.Errorf("failed %v, found %v", f, r.Findings)
	}
}

// TestSystemComesBack: a system that is away for less than its time limit is judged by
// what it shows then.
func TestSystemComesBack(t *testing.T) {
	for _, at := range []string{"pass 2", "silent", "open"} {
		r := runLeaver(t, &fakeSystem{lab: newFakeLab("Q1", "Q2")}, false, at, 9*time.Second)
		if r.State != Complete || r.Summary.Fail != 0 || r.Summary.NotRun != 0 {
			t.Errorf("%s: %s, %+v, %v", at, r.State, r.Summary, r.Findings)
		}
	}
}
