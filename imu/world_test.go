package imu

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestWorldWakesInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := NewWorld(time.Hour, time.Now())
		ctx, stop := context.WithCancel(context.Background())
		go w.Run(ctx)
		var woken []time.Duration
		e := &due{index: -1, wake: func(now time.Duration) { woken = append(woken, now) }}
		w.schedule(e, time.Hour+3*time.Second)
		w.schedule(e, time.Hour+2*time.Second) // sooner
		ticks := 0
		w.Every(500*time.Millisecond, func(time.Duration) { ticks++ })
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if len(woken) != 1 || woken[0] != time.Hour+2*time.Second {
			t.Errorf("woken at %v", woken)
		}
		if ticks != 10 {
			t.Errorf("%d ticks in five seconds", ticks)
		}
		w.SetSpeed(60)
		time.Sleep(time.Second)
		synctest.Wait()
		if ticks != 130 {
			t.Errorf("%d ticks after a minute in a second", ticks)
		}
		w.SetSpeed(0)
		before := w.Now()
		time.Sleep(time.Hour)
		if w.Now() != before {
			t.Error("a world that stands still moves")
		}
		w.SetSpeed(1)
		w.schedule(e, before+time.Second)
		w.cancel(e)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if len(woken) != 1 {
			t.Error("what was cancelled is woken")
		}
		stop()
		synctest.Wait()
	})
}

func TestSteppedWorld(t *testing.T) {
	date := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	w := NewSteppedWorld(date)
	var at []time.Duration
	w.Every(time.Minute, func(now time.Duration) { at = append(at, now) })
	w.Step(150 * time.Second)
	if len(at) != 2 || at[1] != 2*time.Minute || w.Now() != 150*time.Second {
		t.Errorf("ticks %v, now %v", at, w.Now())
	}
	w.Step(time.Second) // backwards
	if w.Now() != 150*time.Second || !w.Date(time.Hour).Equal(date.Add(time.Hour)) {
		t.Errorf("now %v", w.Now())
	}
}

// TestAlarm goes off at the instant that was last chosen, and may choose another.
func TestAlarm(t *testing.T) {
	w := NewSteppedWorld(time.Unix(0, 0))
	var at []time.Duration
	var a *Alarm
	a = w.NewAlarm(func(now time.Duration) {
		at = append(at, now)
		if now < 5*time.Second {
			a.Set(now + 1500*time.Millisecond)
		}
	})
	w.Step(time.Second)
	a.Set(9 * time.Second)
	a.Set(2 * time.Second) // in place of the ninth
	w.Step(20 * time.Second)
	if want := []time.Duration{2 * time.Second, 3500 * time.Millisecond, 5 * time.Second}; !slices.Equal(at, want) {
		t.Errorf("%v, want %v", at, want)
	}
}

// TestTimeWaitsForWhatIsDue: while something that was due is still being done,
// or still to come, nobody sees a later time; what is due at each instant is
// done at that instant, however late the host is.
func TestTimeWaitsForWhatIsDue(t *testing.T) {
	w := NewWorld(0, time.Now())
	w.SetSpeed(1000)
	const step = time.Millisecond // a microsecond of the host's
	var at []time.Duration
	done := make(chan struct{})
	w.Every(step, func(now time.Duration) {
		if len(at) == 500 {
			return
		}
		at = append(at, now)
		for begin := time.Now(); time.Since(begin) < 20*time.Microsecond; {
			if seen := w.Now(); seen > now {
				t.Errorf("at %v it is %v", now, seen)
			}
		}
		if len(at) == 500 {
			close(done)
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { w.Run(ctx); close(ended) }()
	<-done
	cancel()
	<-ended
	for i, x := range at {
		if x != at[0]+time.Duration(i)*step {
			t.Fatalf("the %dth was done at %v, the first at %v", i+1, x, at[0])
		}
	}
}
