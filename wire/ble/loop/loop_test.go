package loop

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New()
		var got []int
		note := func(n int) func() { return func() { got = append(got, n) } }
		l.After(2*time.Second, note(4))
		l.After(time.Second, func() { note(2)(); l.Post(note(3)) })
		stop := l.After(time.Second, note(9))
		l.Post(note(0))
		l.Call(note(1))
		stop()
		time.Sleep(3 * time.Second)
		l.Post(note(5))
		l.Close()
		if !slices.Equal(got, []int{0, 1, 2, 3, 4, 5}) {
			t.Errorf("%v", got)
		}
		if l.Post(note(6)) || l.Call(note(7)) {
			t.Error("a loop that has ended still runs")
		}
		l.Close()
	})
}
