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

// TestLockTouchesNothingElse: a lock-out never blocks reading, a session that is
// open, the front of the unit, or somebody with a cable at it.
func TestLockTouchesNothingElse(t *testing.T) {
	m := New(Hardened)
	for i := range 1000 {
		guess(m, fmt.Sprint("a", i%50), time.Minute, 0)
	}
	if r := guess(m, "a0", time.Minute, Level4); r != LockedOut {
		t.Fatalf("not locked out: %v", r)
	}
	if r := guess(m, "stranger", time.Minute, Level4); r != LockedOut {
		t.Fatalf("the ceiling holds nobody: %v", r)
	}
	read := Query{Actor: Actor{Path: Modbus, Source: "a0"}, Read: true, Now: time.Minute}
	if d := m.Decide(read); !d.OK() {
		t.Errorf("reading: %v", d)
	}
	for _, p := range []Path{HMI, USB, OTG, BLE} {
		q := open(p, points.ProtectionLongTimeIr)
		q.Actor.Source = "a0"
		if d := m.Decide(q); !d.OK() {
			t.Errorf("an open session over %v: %v", p, d)
		}
		q.Op, q.Read = points.CurrentL1, true
		if d := m.Decide(q); !d.OK() {
			t.Errorf("reading over %v: %v", p, d)
		}
	}
	begin := open(USB, points.CurrentL1)
	begin.Read, begin.Actor.Offered = true, true
	if d := m.Decide(begin); !d.OK() {
		t.Errorf("a password over USB while strangers guess on the network: %v", d)
	}
}

// TestNoFalseAcquaintance: a source is known by a password of its own that was
// looked at, and by nothing else.
func TestNoFalseAcquaintance(t *testing.T) {
	m := New(Hardened)
	free := open(Modbus, points.ClockRead) // needs no password: nobody looks at it
	free.Actor.Source, free.Actor.Levels = "a", 0
	m.Decide(free)
	factory := open(Modbus, points.BreakerOpen)
	factory.Actor.Source, factory.Actor.Levels, factory.Locks.Factory = "b", Level3, Level3
	m.Decide(factory)
	wrong := open(Modbus, points.BreakerOpen)
	wrong.Actor.Source, wrong.Actor.Levels = "c", Level1
	m.Decide(wrong)
	for _, src := range []string{"a", "b", "c"} {
		if Knows(m, src) {
			t.Errorf("%s is an acquaintance", src)
		}
	}
	right := open(Modbus, points.BreakerOpen)
	right.Actor.Source, right.Locks.RemoteControl = "d", Off
	m.Decide(right)
	if !Knows(m, "d") {
		t.Error("a right password behind a closed pad proves nothing")
	}
	other := New(Hardened)
	other.Reacquaint(m.Acquaintances(), time.Hour)
	if !Knows(other, "d") || Tracked(other) != 1 {
		t.Error("acquaintances are not remembered")
	}
}

// TestWaitsDouble holds the series of waits to its end.
func TestWaitsDouble(t *testing.T) {
	m := New(Hardened)
	at := time.Hour
	for range 5 {
		guess(m, "a", at, 0)
	}
	for _, want := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
		q := open(Modbus, points.BreakerOpen)
		q.Actor.Source, q.Now = "a", at
		if got := m.Wait(q); got != want*time.Minute {
			t.Fatalf("waits %v, want %v minutes", got, int(want))
		}
		at += want * time.Minute
		if r := guess(m, "a", at, 0); r != WrongPassword {
			t.Fatalf("after the wait: %v", r)
		}
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
