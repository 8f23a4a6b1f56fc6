package commission_test

import (
	"strings"
	"testing"
	"time"

	. "switchroom/commission"
)

// goesOn has time pass for a unit, much faster than it does here, until the test ends.
func (s *served) goesOn(t *testing.T) {
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
				s.Pass(50 * time.Millisecond)
			}
		}
	}()
	t.Cleanup(func() { close(stop); <-done })
}

// TestTrials: a breaker is tested by a cable; each function trips as the settings that
// were read say, by the unit's own protection, and what was seen is kept and recorded.
func TestTrials(t *testing.T) {
	u, h := serve(t, 1, nil)[0], newHouse(t)
	u.plug(t)
	u.goesOn(t)
	h.project(u.bus)
	r := key
	r.Address = u.cable
	all, err := h.Try(t.Context(), as("ada"), "P1", "Q1", Tests(), r)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]Verdict{}
	for _, x := range all {
		t.Logf("%s, %s: %s → %s: %s", x.Test, x.With, x.Expected, x.Seen, x.Verdict)
		if seen[x.Test] != Missed {
			seen[x.Test] = x.Verdict
		}
	}
	for test, want := range map[string]Verdict{"communication": Passed, "study": Missed, "instantaneous": Passed, "short time": Passed} {
		if seen[test] != want {
			t.Errorf("%s: %q, want %q", test, seen[test], want)
		}
	}
	kept, err := h.Trials(t.Context(), as("ada"), "P1", "Q1")
	if err != nil || len(kept) != len(all) {
		t.Error(len(kept), err)
	}
	if log := strings.Join(h.recorded(), "\n"); !strings.Contains(log, "breaker.tested ada done") {
		t.Error(log)
	}
}

// TestTrialsRefused: who may not write protection trips nothing; over the network nothing
// is injected; a wrong name is refused before anything is done.
func TestTrialsRefused(t *testing.T) {
	u, h := serve(t, 1, nil)[0], newHouse(t)
	h.project(u.bus)
	if _, err := h.Try(t.Context(), as("bob"), "P1", "Q1", []string{"trip"}, key); err == nil {
		t.Error("an approver trips a breaker")
	}
	if _, err := h.Try(t.Context(), as("ada"), "P1", "Q1", []string{"dance"}, key); err == nil || !strings.Contains(err.Error(), "there are communication") {
		t.Error(err)
	}
	all, err := h.Try(t.Context(), as("ada"), "P1", "Q1", []string{"trip"}, key)
	if err != nil || len(all) != 1 || all[0].Verdict != NotDone || !strings.Contains(all[0].Seen, "USB") {
		t.Error(all, err)
	}
	if !u.Unit.Closed() {
		t.Error("it has opened")
	}
}
