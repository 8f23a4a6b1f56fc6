package site_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"switchroom/imu"
	"switchroom/lab/remote"
	"switchroom/site"
)

const injected = `
scenario: a silent minute
duration: 2m
actions:
  - {at: 10, do: inject, target: Q1, what: slow, with: {ms: 200}, for: 30s}
  - {at: 20, do: inject, target: "*", what: silent}
  - {at: 30, do: open, target: Q1}
`

// On a running site actions come at their times, and what is injected is injected.
func TestPlay(t *testing.T) {
	s := load(t, demo)
	sc := scenario(t, s, injected)
	synctest.Test(t, func(t *testing.T) {
		w := imu.NewWorld(0, time.Now())
		l, err := s.Build(w, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		turned := make(chan struct{})
		go func() { defer close(turned); w.Run(ctx) }()
		defer func() { stop(); <-turned }()
		l.Start()
		begin := time.Now()
		var orders []remote.Order
		var told []string
		err = l.Play(ctx, sc, func(o remote.Order) error {
			orders = append(orders, o)
			if o.Unit == "*" {
				return errors.New("nobody can")
			}
			return nil
		}, func(e site.Entry) { told = append(told, e.Event+" "+e.What) })
		if err != nil || time.Since(begin).Round(time.Second) != 2*time.Minute {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
		if want := []string{"inject ", "inject refused", "open "}; !slices.Equal(told, want) {
			t.Errorf("told %q, want %q", told, want)
		}
		if len(orders) != 2 || orders[0].Fault != "slow" || orders[0].For != 30 || orders[0].With["ms"] != "200" || orders[0].Seed == 0 || orders[0].Seed > 1<<53 || orders[1].For != 0 {
			t.Errorf("%+v", orders)
		}
		if l.Units[0].Closed() {
			t.Error("Q1 is not open")
		}
	})
}

// Whoever ends the switchroom does not wait for its scenario.
func TestPlayEnds(t *testing.T) {
	s := load(t, demo)
	sc := scenario(t, s, injected)
	l, err := s.Build(imu.NewWorld(0, time.Now()), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := l.Play(ctx, sc, nil, func(e site.Entry) { t.Errorf("%+v", e) }); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// A scenario that is computed has nobody on the wire, and says so.
func TestInjectComputed(t *testing.T) {
	s := load(t, demo)
	r, err := s.NewRun(scenario(t, s, injected))
	if err != nil {
		t.Fatal(err)
	}
	r.Step(2 * time.Minute)
	refused := 0
	for _, e := range r.Log {
		if e.Event == "inject" && e.What == "refused" && strings.Contains(e.Detail, "up SITE --scenario") {
			refused++
		}
	}
	if refused != 2 {
		t.Errorf("%d refused: %+v", refused, r.Log)
	}
}

// Mistakes are told by line and column, all at once.
func TestInjectMistakes(t *testing.T) {
	s := load(t, demo)
	_, err := s.ParseScenario("s.yaml", []byte(`
scenario: mistakes
duration: 60
actions:
  - {at: 1, do: inject, target: Q1, what: silence}
  - {at: 2, do: inject, target: Q1, what: trip}
  - {at: 3, do: inject, target: Q1, what: slow, with: {ms: much}}
  - {at: 4, do: inject, target: Q99, what: silent}
  - {at: 5, do: inject, target: Q1}
  - {at: 6, do: inject, target: Q1, what: substitute, with: {current.l9: 4}}
  - {at: 7, do: open, target: Q1, what: silent}
  - {at: 8, do: inject, target: Q1, what: restart, with: {seconds: 90}, for: 5s}
`))
	var p site.Problems
	if !errors.As(err, &p) {
		t.Fatal(err)
	}
	for line, want := range map[int]string{5: "silence", 6: "trip", 7: "1 to 60000", 8: "Q99", 9: "what", 10: "current.l9", 11: "has no what", 12: "90"} {
		if !slices.ContainsFunc(p, func(x site.Problem) bool { return x.Line == line && x.Column > 0 && strings.Contains(x.Message, want) }) {
			t.Errorf("line %d: no %q in\n%v", line, want, err)
		}
	}
}

// A scenario goes by the world's time: faster with it, each action at its instant, and
// it stands still with it.
func TestPlayAtSpeed(t *testing.T) {
	s := load(t, demo)
	sc := scenario(t, s, `
scenario: an hour
duration: 1h
actions:
  - {at: 10, do: open, target: Q12}
  - {at: "00:30:00", do: lose, target: T2, for: 10}
`)
	synctest.Test(t, func(t *testing.T) {
		w := imu.NewWorld(0, time.Now())
		l, err := s.Build(w, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		turned := make(chan struct{})
		go func() { defer close(turned); w.Run(ctx) }()
		defer func() { stop(); <-turned }()
		l.Start()
		w.SetSpeed(3600)
		var told []site.Entry
		over := make(chan error)
		go func() { over <- l.Play(ctx, sc, nil, func(e site.Entry) { told = append(told, e) }) }()
		time.Sleep(250 * time.Millisecond) // a quarter of an hour
		synctest.Wait()
		w.SetSpeed(0)
		time.Sleep(time.Hour)
		if len(told) != 1 || l.Units[3].Closed() && told[0].T != 10 {
			t.Errorf("%+v", told)
		}
		w.SetSpeed(3600)
		if err := <-over; err != nil {
			t.Error(err)
		}
		var at []float64
		for _, e := range told {
			at = append(at, e.T)
		}
		if want := []float64{10, 1800, 1810}; !slices.Equal(at, want) {
			t.Errorf("done at %v, want %v", at, want)
		}
	})
}
