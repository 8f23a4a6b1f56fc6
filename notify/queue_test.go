package notify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"switchroom/points"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// flaky is a target that fails as it is told to.
type flaky struct {
	mu     sync.Mutex
	err    error
	got    []Event
	calls  []time.Time
	closed bool
}

func (f *flaky) Send(_ context.Context, events []Event) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, time.Now())
	if f.err == nil {
		f.got = append(f.got, events...)
		return len(events), nil
	}
	if errors.As(f.err, new(Refusal)) {
		return len(events), f.err
	}
	return 0, f.err
}

func (f *flaky) Close() error { f.closed = true; return nil }

func (f *flaky) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
}

// bench is a queue that runs, and what it told.
type bench struct {
	*Queue
	to   *flaky
	mu   sync.Mutex
	told []string
	end  func()
}

func newBench(f Filter) *bench {
	b := &bench{to: &flaky{}}
	b.Queue = NewQueue("target", b.to, f, func(s string) { b.mu.Lock(); b.told = append(b.told, s); b.mu.Unlock() })
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); b.Run(ctx) }()
	b.end = func() { cancel(); <-done }
	return b
}

var trip = Event{Breaker: "Q1", Code: points.CodeTripLong, Phase: Happened}

func TestBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(Filter{})
		b.to.fail(errors.New("down\r\nforged"))
		b.Put(trip)
		time.Sleep(20 * time.Minute)
		synctest.Wait()
		calls := b.to.calls
		want := time.Second
		for i := 1; i < len(calls); i++ {
			if got := calls[i].Sub(calls[i-1]); got != want {
				t.Errorf("wait %d: %v, want %v", i, got, want)
			}
			want = min(2*want, longWait)
		}
		if len(b.told) != 2 || !strings.HasPrefix(b.told[0], "target: down  forged (it is tried again") {
			t.Errorf("told %q, want it twice in twenty minutes", b.told)
		}
		if c := b.Counts(); c.Waiting != 1 || c.Failing != "down  forged" {
			t.Errorf("counts %+v", c)
		}
		b.to.fail(nil)
		time.Sleep(longWait)
		synctest.Wait()
		if c := b.Counts(); c != (Counts{Sent: 1}) {
			t.Errorf("counts %+v", c)
		}
		if last := b.told[len(b.told)-1]; last != "target: events go out again" {
			t.Errorf("told last %q", last)
		}
		b.end()
		if !b.to.closed {
			t.Error("the target is not closed")
		}
	})
}

// TestFull holds that a flood neither waits nor grows, and that the first events stay.
func TestFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(Filter{})
		b.to.fail(errors.New("down"))
		for i := range sizeMax + 7 {
			e := trip
			e.Detail = fmt.Sprint(i)
			b.Put(e)
		}
		if c := b.Counts(); c.Waiting != sizeMax || c.Lost != 7 {
			t.Errorf("counts %+v", c)
		}
		b.to.fail(nil)
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := len(b.to.got); n != sizeMax || b.to.got[0].Detail != "0" {
			t.Errorf("%d events, the first %+v", n, b.to.got[0])
		}
		if all := strings.Join(b.told, "\n"); strings.Count(all, "; 7 events were lost") != 1 {
			t.Errorf("told %q", b.told)
		}
		b.end()
	})
}

func TestRefusedAndOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(Filter{})
		b.to.fail(Refusal{errors.New("no such recipient")})
		b.Put(trip)
		time.Sleep(time.Second)
		synctest.Wait()
		if c := b.Counts(); c.Lost != 1 || c.Waiting != 0 || c.Sent != 0 {
			t.Errorf("refused: %+v", c)
		}
		b.to.fail(errors.New("down"))
		b.Put(trip)
		time.Sleep(patience + longWait + time.Second)
		synctest.Wait()
		if c := b.Counts(); c.Lost != 2 || c.Waiting != 0 {
			t.Errorf("old: %+v", c)
		}
		b.end()
	})
}

// TestEnd holds that what waits at the end goes out if it can, and is told if not.
func TestEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(Filter{})
		for range 3 * batchMax {
			b.Put(trip)
		}
		b.end()
		if len(b.to.got) != 3*batchMax {
			t.Errorf("%d events went out", len(b.to.got))
		}
		b = newBench(Filter{})
		b.to.fail(errors.New("down"))
		b.Put(trip)
		synctest.Wait()
		began := time.Now()
		b.end()
		if d := time.Since(began); d > grace {
			t.Errorf("the end took %v", d)
		}
		if last := b.told[len(b.told)-1]; last != "target: 1 events were not sent before the end" {
			t.Errorf("told %q", b.told)
		}
	})
}

func TestFilter(t *testing.T) {
	low := Event{Breaker: "Q2", Code: points.CodeClosed}
	for _, c := range []struct {
		f         Filter
		trip, low bool
	}{
		{Filter{}, true, true},
		{Filter{Least: points.High}, true, false},
		{Filter{Events: []string{"trip"}}, true, false},
		{Filter{Events: []string{"breaker.closed"}}, false, true},
		{Filter{Breakers: []string{"Q2"}}, false, true},
		{Filter{Breakers: []string{"Q2"}, Events: []string{"trip"}}, false, false},
	} {
		if c.f.Wants(&trip) != c.trip || c.f.Wants(&low) != c.low {
			t.Errorf("%+v: trip %v, low %v", c.f, c.f.Wants(&trip), c.f.Wants(&low))
		}
	}
	for name, ok := range map[string]bool{"trip": true, "breaker.closed": true, "tripp": false} {
		if (CheckEvent(name) == nil) != ok {
			t.Errorf("%s: %v", name, CheckEvent(name))
		}
	}
}

// TestFlapping holds that a target that fails with every other event is told once, and
// again after a while.
func TestFlapping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(Filter{})
		for range 100 {
			b.to.fail(errors.New("refused"))
			b.Put(trip)
			time.Sleep(500 * time.Millisecond)
			synctest.Wait()
			b.to.fail(nil)
			time.Sleep(time.Second)
			synctest.Wait()
		}
		if len(b.told) != 2 {
			t.Errorf("told %q", b.told)
		}
		b.end()
	})
}
