package access_test

import (
	"fmt"
	"testing"
	"time"

	. "switchroom/access"
	"switchroom/points"
)

// guess is one try of a password from a source at a time.
func guess(m *Monitor, src string, at time.Duration, levels Levels) Reason {
	q := open(Modbus, points.BreakerOpen)
	q.Actor.Source, q.Actor.Levels = src, levels
	q.Now, q.Locks.AsOf = at, at
	return m.Decide(q).Reason
}

func TestFaithfulNeverLocksOut(t *testing.T) {
	m := New(Faithful)
	for i := range 10000 {
		if r := guess(m, "a", time.Duration(i), 0); r != WrongPassword {
			t.Fatalf("guess %d: %v; no lock-out is documented", i, r)
		}
	}
	if r := guess(m, "a", time.Second, Level4); r != Allowed {
		t.Errorf("after many wrong ones the right password is %v", r)
	}
}

func TestSourceWaits(t *testing.T) {
	m := New(Hardened)
	at := time.Hour
	for i := range 5 {
		if r := guess(m, "a", at, 0); r != WrongPassword {
			t.Fatalf("guess %d: %v", i, r)
		}
	}
	if r := guess(m, "a", at+time.Second, Level4); r != LockedOut {
		t.Errorf("the sixth is looked at: %v; a locked source must not learn that it is right", r)
	}
	if r := guess(m, "b", at+time.Second, Level4); r != Allowed {
		t.Errorf("another source is %v", r)
	}
	if r := guess(m, "a", at+time.Minute+time.Second, 0); r != WrongPassword {
		t.Errorf("after the wait: %v", r)
	}
	if r := guess(m, "a", at+2*time.Minute, Level4); r != LockedOut {
		t.Errorf("the second wait is not longer: %v", r)
	}
	if r := guess(m, "a", at+2*time.Hour, Level4); r != Allowed {
		t.Errorf("a lock that never ends: %v", r)
	}
	if r := guess(m, "a", at+2*time.Hour, 0); r != WrongPassword {
		t.Errorf("a right password did not clear the count: %v", r)
	}
}

func TestCeilingHoldsManySources(t *testing.T) {
	m := New(Hardened)
	guess(m, "owner", time.Hour, Level4)
	looked := 0
	const day = 24 * time.Hour
	for at := time.Hour; at < time.Hour+day; at += time.Second {
		if guess(m, fmt.Sprint("bot", at), at, 0) == WrongPassword {
			looked++
		}
	}
	// A burst of 20 and one more every two minutes.
	if looked > 20+720+1 || looked < 700 {
		t.Errorf("%d guesses a day were looked at, want about 740", looked)
	}
	if r := guess(m, "owner", time.Hour+day, Level4); r != Allowed {
		t.Errorf("strangers locked the owner out: %v", r)
	}
}

// TestLockTouchesNothingElse: a lock-out never blocks reading, the front of
// the unit, or another path's actor.
func TestLockTouchesNothingElse(t *testing.T) {
	m := New(Hardened)
	for range 1000 {
		guess(m, "a", time.Minute, 0)
	}
	if r := guess(m, "a", time.Minute, Level4); r != LockedOut {
		t.Fatalf("not locked out: %v", r)
	}
	read := Query{Actor: Actor{Path: Modbus, Source: "a"}, Read: true, Now: time.Minute}
	if d := m.Decide(read); !d.OK() {
		t.Errorf("reading: %v", d)
	}
	if d := m.Decide(open(HMI, points.ProtectionLongTimeIr)); !d.OK() {
		t.Errorf("HMI: %v", d)
	}
}

func TestHardenedRefusesFactoryPasswords(t *testing.T) {
	q := open(Modbus, points.BreakerOpen)
	q.Locks.Factory = AnyLevel
	if d := New(Hardened).Decide(q); d.Reason != FactoryKey {
		t.Errorf("%v", d)
	}
	q.Locks.Factory = AnyLevel &^ Level3
	if d := New(Hardened).Decide(q); !d.OK() {
		t.Errorf("level 3 is its own: %v", d)
	}
	if d := New(Faithful).Decide(q); !d.OK() {
		t.Errorf("2017: %v", d)
	}
	q = open(USB, points.PasswordLevel4)
	q.Locks.Factory = AnyLevel
	if d := New(Hardened).Decide(q); !d.OK() {
		t.Errorf("the way out is shut: %v", d)
	}
	q = open(Modbus, points.ClockSet)
	q.Actor.Levels, q.Actor.Offered = 0, false
	if d := New(Hardened).Decide(q); d.Reason != NoPassword {
		t.Errorf("hardened lets anybody set the clock: %v", d)
	}
}

func TestSourcesAreBounded(t *testing.T) {
	m := New(Hardened)
	guess(m, "owner", time.Hour, Level4)
	for i := range 100000 {
		guess(m, fmt.Sprint(i), time.Hour+time.Duration(i)*time.Minute, 0)
	}
	if n := Tracked(m); n > 256 {
		t.Errorf("%d sources are remembered", n)
	}
	if !Knows(m, "owner") {
		t.Error("strangers pushed the owner out")
	}
}
