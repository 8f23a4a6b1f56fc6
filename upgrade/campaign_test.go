package upgrade

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"switchroom/client"
)

// TestCampaignStops: nothing is tried after the first breaker that did not go as it
// should, and what may have happened is told apart from what did not.
func TestCampaignStops(t *testing.T) {
	for _, c := range []struct {
		why  string
		fail error
		want string
	}{
		{"all go", nil, Done + " " + Done + " " + Done},
		{"refused", errors.New("no"), Done + " " + Failed + " " + NotTried},
		{"cut in the middle", &client.Error{Op: "install", MayHaveHappened: true, Err: errors.New("cut")}, Done + " " + Uncertain + " " + NotTried},
	} {
		var tried []string
		all := Campaign(context.Background(), []string{"Q1", "Q2", "Q3"}, func(_ context.Context, b string) (Outcome, error) {
			tried = append(tried, b)
			if b == "Q2" {
				return Outcome{}, c.fail
			}
			return Outcome{To: "2"}, nil
		})
		var states []string
		for _, r := range all {
			states = append(states, r.State)
			if (r.Error != "") != (r.State == Failed || r.State == Uncertain) {
				t.Errorf("%s: %+v", c.why, r)
			}
		}
		if got := strings.Join(states, " "); got != c.want || slices.Contains(tried, "Q3") != (c.fail == nil) {
			t.Errorf("%s: %s, tried %v", c.why, got, tried)
		}
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for _, r := range Campaign(ended, []string{"Q1"}, func(context.Context, string) (Outcome, error) { return Outcome{}, nil }) {
		if r.State != NotTried {
			t.Error("tried after the end:", r)
		}
	}
}

// TestCovers: a rehearsal counts for what was rehearsed, and for nothing else.
func TestCovers(t *testing.T) {
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	pkg := []byte("package")
	good := func() *Rehearsal {
		return &Rehearsal{Format: 1, Package: PackageDigest(pkg), At: now.Add(-time.Hour), Twins: []Twin{
			{Breaker: "Q1", Passed: true, Outcome: Outcome{From: "1"}}, {Breaker: "Q2", Passed: false, Error: "it did not trip", Outcome: Outcome{From: "1"}}, {Breaker: "Q3", Passed: true, Outcome: Outcome{Module: "erms"}},
		}}
	}
	for _, c := range []struct {
		why, breaker, from string
		change             func(*Rehearsal)
		says               string
	}{
		{"as rehearsed", "Q1", "1", func(*Rehearsal) {}, ""},
		{"a module, whatever ran", "Q3", "", func(*Rehearsal) {}, ""},
		{"another breaker", "Q9", "1", func(*Rehearsal) {}, "not rehearsed for Q9"},
		{"it did not pass", "Q2", "1", func(*Rehearsal) {}, "it did not trip"},
		{"from another version", "Q1", "0", func(*Rehearsal) {}, "rehearsed from 1"},
		{"another package", "Q1", "1", func(r *Rehearsal) { r.Package = PackageDigest([]byte("other")) }, "another package"},
		{"long ago", "Q1", "1", func(r *Rehearsal) { r.At = now.AddDate(0, -2, 0) }, "30 days"},
		{"in the future", "Q1", "1", func(r *Rehearsal) { r.At = now.AddDate(0, 0, 2) }, "30 days"},
	} {
		r := good()
		c.change(r)
		err := r.Covers(pkg, c.breaker, c.from, now)
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.why, err, c.says)
		}
	}
	if err := (*Rehearsal)(nil).Covers(pkg, "Q1", "1", now); err == nil || !strings.Contains(err.Error(), "E6") {
		t.Error("no rehearsal at all:", err)
	}
}

func TestReadRehearsal(t *testing.T) {
	for _, bad := range []string{``, `[]`, `{"format":2}`, `{"format":1,"twinz":[]}`} {
		if _, err := ReadRehearsal(strings.NewReader(bad)); err == nil {
			t.Errorf("%s: taken", bad)
		}
	}
	if r, err := ReadRehearsal(strings.NewReader(`{"format":1,"twins":[{"breaker":"Q1"}]}`)); err != nil || len(r.Twins) != 1 {
		t.Error(r, err)
	}
}
