package imu_test

import (
	"strings"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
)

// TestInjection: what is injected by the service port goes through the unit's own
// protection, trips the breaker, and ends; it takes level 4 and a closed breaker.
func TestInjection(t *testing.T) {
	s := newStand(t)
	inject := func(text string, level int) imu.Result {
		a := access.Actor{Path: access.USB, Present: true, Source: "pc", Until: time.Hour}
		q := imu.Request{Actor: a, Op: points.TestInjection, Value: points.String(text)}
		if level > 0 {
			q.Actor.Levels = access.Level(level)
		}
		return s.u.Do(s.now, q)
	}
	result := func() string {
		var snap imu.Snapshot
		s.u.Read(s.now, access.Actor{Path: access.USB, Levels: access.AnyLevel, Until: time.Hour}, &snap)
		return snap.Text(points.TestResult)
	}
	for _, bad := range []string{"", "1 2 3 for 4", "1 2 3 4 for x", "-1 0 0 0 for 1", "1e9 0 0 0 for 1", "1 1 1 0 for 1e9", "NaN 0 0 0 for 1"} {
		if r := inject(bad, 4); r.Refusal != imu.OutOfRange {
			t.Errorf("%q: %v", bad, r.Refusal)
		}
	}
	if r := inject("100 100 100 0 for 5", 3); r.Decision.OK() {
		t.Error("level 3 injects")
	}
	if r := inject("100 100 100 0 for 5", 4); !r.OK() {
		t.Fatal(r)
	}
	if r := inject("100 100 100 0 for 5", 4); r.Refusal != imu.Busy {
		t.Error("two at once:", r.Refusal)
	}
	s.step(6 * time.Second)
	if got := result(); got != "no trip" || !s.u.Closed() {
		t.Error(got)
	}
	if r := inject("50000 50000 50000 0 for 5", 4); !r.OK() {
		t.Fatal(r)
	}
	s.step(time.Second)
	if got := result(); !strings.Contains(got, " after 0.0") || s.u.Closed() {
		t.Error(got)
	}
	if r := inject("100 100 100 0 for 5", 4); r.Refusal != imu.NotReady {
		t.Error("into an open breaker:", r.Refusal)
	}
}
