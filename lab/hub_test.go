package lab

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"switchroom/imu"
	"switchroom/points"
	"switchroom/ui"
)

// counted is a view of one number that changes with every drawing.
func counted(n *int) func(context.Context) []ui.Part {
	return func(context.Context) []ui.Part {
		*n++
		return []ui.Part{{To: "n", How: ui.Morph, Is: ui.Text(fmt.Sprint(*n))}, {To: "still", How: ui.Morph, Is: ui.Text("still")}}
	}
}

// Pages move once a second, and a burst of breakers that move is one more move; what
// has not changed is not sent again, and without watchers nothing is drawn.
func TestHubTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		over := make(chan struct{})
		h := newHub(over)
		go h.run()
		n := 0
		time.Sleep(time.Minute)
		if n != 0 {
			t.Errorf("drawn %d times with nobody there", n)
		}
		w, first, err := h.join("n", counted(&n))
		if err != nil || !strings.Contains(string(first), "still") {
			t.Fatalf("%s %v", first, err)
		}
		time.Sleep(5*time.Second + 100*time.Millisecond)
		synctest.Wait()
		if n < 5 || n > 7 {
			t.Errorf("drawn %d times in five seconds", n)
		}
		for range len(w.messages) {
			if m := string(<-w.messages); strings.Contains(m, "still") {
				t.Errorf("what stands still is sent again: %s", m)
			}
		}
		before := n
		for range 100 {
			h.heard(imu.Record{Code: points.CodeOpened, What: imu.Pulse, Unit: "Q1"})
		}
		synctest.Wait()
		if n != before+1 {
			t.Errorf("a burst moved the pages %d times", n-before)
		}
		if m := string(<-w.messages); !strings.Contains(m, "Q1: breaker opened") {
			t.Errorf("nothing is said of it: %s", m)
		}
		h.leave("n", w)
		if len(h.views) != 0 || h.streams != 0 {
			t.Errorf("%d views and %d streams are left", len(h.views), h.streams)
		}
		close(over)
		synctest.Wait()
	})
}

// A browser that takes nothing is let go, and the others go on.
func TestHubSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		over := make(chan struct{})
		h := newHub(over)
		go h.run()
		n, took := 0, 0
		slow, _, _ := h.join("n", counted(&n))
		quick, _, _ := h.join("n", counted(&n))
		go func() {
			for range quick.messages {
				took++
			}
		}()
		time.Sleep(time.Minute)
		synctest.Wait()
		gone := 0
		for range slow.messages { // ends, for it is closed
			gone++
		}
		if gone != queueMax || took < 55 || h.streams != 1 {
			t.Errorf("the slow one got %d, the quick one %d, %d streams", gone, took, h.streams)
		}
		h.leave("n", slow) // as its handler does
		if h.streams != 1 {
			t.Errorf("%d streams after the slow one has left", h.streams)
		}
		close(quick.messages)
		close(over)
		synctest.Wait()
	})
}

// No more browsers than so many; each that leaves makes room.
func TestHubCrowd(t *testing.T) {
	h := newHub(nil)
	n := 0
	var all []*watcher
	for range streamsMax {
		w, _, err := h.join("n", counted(&n))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, w)
	}
	if _, _, err := h.join("n", counted(&n)); err != errCrowd {
		t.Errorf("one too many: %v", err)
	}
	h.leave("n", all[0])
	if _, _, err := h.join("n", counted(&n)); err != nil {
		t.Error(err)
	}
	if n != 1 {
		t.Errorf("drawn %d times for those who watch the same", n)
	}
}

// The log keeps so many, tells each event once, and leaves out what only ended.
func TestRecent(t *testing.T) {
	r := &recent{}
	for i := range 2 * keptMax {
		what := imu.Entry
		if i%2 == 1 {
			what = imu.Exit
		}
		r.add(imu.Record{Code: points.CodeTripLong, What: what, Unit: fmt.Sprint(i)})
	}
	if got := r.newest(3); len(got) != 3 || got[0].Unit != fmt.Sprint(2*keptMax-2) {
		t.Errorf("%+v", got)
	}
	if a, b := len(r.fresh()), len(r.fresh()); a != keptMax || b != 0 {
		t.Errorf("%d and then %d are new", a, b)
	}
	toasts := 0
	for _, part := range tell(r.list) {
		if part.To == "toasts" {
			toasts++
		}
	}
	if toasts != toastsMax {
		t.Errorf("%d toasts", toasts)
	}
}

// BenchmarkMove is one move of the demonstration's first page, with 200 browsers that
// watch it: once a second of that, and once a trip.
func BenchmarkMove(b *testing.B) {
	demo, err := os.ReadFile("../cmd/switchroom/demo.yaml")
	if err != nil {
		b.Fatal(err)
	}
	p := newPlaceOf(b, string(demo))
	h := newHub(nil)
	for range 200 {
		w, _, err := h.join("room", func(context.Context) []ui.Part { return p.server.room(1).parts() })
		if err != nil {
			b.Fatal(err)
		}
		go func() {
			for range w.messages {
			}
		}()
		b.Cleanup(func() { close(w.messages) })
	}
	for b.Loop() {
		h.views["room"].last = nil // as though everything had changed
		h.move()
	}
}
