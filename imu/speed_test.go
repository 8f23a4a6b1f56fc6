package imu

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// running runs a world until the test ends.
func running(t *testing.T, w *World) {
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); w.Run(ctx) }()
	t.Cleanup(func() { stop(); <-ended })
	synctest.Wait()
}

// A step of a world that runs is taken by its own goroutine: all that is due within it
// is done one after the other, each at its instant, and then time stands still.
func TestStepWhileRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := NewWorld(0, time.Now())
		var at []time.Duration
		var inside atomic.Int32
		for range 3 { // due at the same instants
			w.Every(time.Second, func(now time.Duration) {
				if inside.Add(1) != 1 {
					t.Error("two things are done at once")
				}
				if seen := w.Now(); seen != now {
					t.Errorf("at %v it is %v", now, seen)
				}
				at = append(at, now)
				inside.Add(-1)
			})
		}
		running(t, w)
		time.Sleep(1500 * time.Millisecond)
		w.Step(3500 * time.Millisecond)
		s := time.Second
		if want := []time.Duration{s, s, s, 2 * s, 2 * s, 2 * s, 3 * s, 3 * s, 3 * s}; !slices.Equal(at, want) {
			t.Errorf("%v, want %v", at, want)
		}
		if w.Now() != 3500*time.Millisecond || w.Speed() != 0 {
			t.Errorf("now %v at speed %v", w.Now(), w.Speed())
		}
		time.Sleep(time.Hour)
		if w.Now() != 3500*time.Millisecond || len(at) != 9 {
			t.Error("it does not stand still after a step")
		}
		if due, any := w.Due(); !any || due != 4*s {
			t.Errorf("next due at %v", due)
		}
		w.Step(time.Second) // backwards
		if w.Now() != 3500*time.Millisecond {
			t.Errorf("now %v after a step backwards", w.Now())
		}
		w.SetSpeed(10)
		time.Sleep(s)
		if w.Now() != 13500*time.Millisecond || w.Real() != 10 {
			t.Errorf("now %v, really ×%v", w.Now(), w.Real())
		}
	})
}

// Whoever waits for a step is told when something else ends it.
func TestStepEndsEarly(t *testing.T) {
	for name, end := range map[string]func(w *World, stop, giveUp func()){
		"time runs":     func(w *World, _, _ func()) { w.SetSpeed(1) },
		"another step":  func(w *World, _, _ func()) { go w.Step(time.Minute) },
		"the world end": func(_ *World, stop, _ func()) { stop() },
		"given up":      func(_ *World, _, giveUp func()) { giveUp() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := NewWorld(0, time.Now())
				w.SetSpeed(0)
				held := make(chan struct{})
				w.Every(time.Second, func(time.Duration) { <-held })
				ctx, stop := context.WithCancel(t.Context())
				go w.Run(ctx)
				synctest.Wait()
				asked, giveUp := context.WithCancel(t.Context())
				errs := make(chan error)
				go func() { errs <- w.StepTo(asked, time.Hour) }()
				synctest.Wait()
				end(w, stop, giveUp)
				synctest.Wait()
				close(held)
				if err := <-errs; err == nil || name != "given up" && !errors.Is(err, ErrMoved) || name == "given up" && !errors.Is(err, context.Canceled) {
					t.Errorf("the step ends with %v", err)
				}
				giveUp()
				stop()
				synctest.Wait()
				if w.Now() >= time.Hour {
					t.Errorf("now %v", w.Now())
				}
			})
		})
	}
}

// A machine that is too slow makes a fast world slower: it says so, and does not hurry
// when it has less to do again.
func TestTooSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := NewWorld(0, time.Now())
		var busy atomic.Bool
		busy.Store(true)
		w.Every(time.Second, func(time.Duration) {
			if busy.Load() {
				time.Sleep(10 * time.Millisecond) // of the host: 100 a second at most
			}
		})
		running(t, w)
		w.SetSpeed(MaxSpeed)
		time.Sleep(10 * time.Second)
		if real := w.Real(); real < 90 || real > 101 {
			t.Errorf("×%v where the machine can do ×100", real)
		}
		busy.Store(false)
		before := w.Now()
		time.Sleep(10 * time.Second)
		if by := (w.Now() - before).Seconds(); by > MaxSpeed*(10+2*debt) {
			t.Errorf("%v s in ten at ×%v: it has caught up", by, MaxSpeed)
		}
	})
}
