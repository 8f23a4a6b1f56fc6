package imu_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
)

// Whoever observes is told every operation with its decision, whatever became of
// it, and never the password.
func TestObserve(t *testing.T) {
	s := newStand(t)
	var told []imu.Asked
	s.u.Observe(func(a imu.Asked) {
		told = append(told, a)
		s.u.Closed() // the unit is not locked
	})
	hmi := access.Actor{Path: access.HMI, Present: true, Person: "Olga"}
	bus := access.Actor{Path: access.Modbus, Source: "127.0.0.1"}
	const canary = "Kq7Z"
	for _, tt := range []struct {
		why      string
		ask      imu.Request
		password bool
		levels   string
		rule     string
		reason   access.Reason
		refusal  imu.Refusal
	}{
		{"a wrong password", imu.Request{Actor: bus, Op: points.BreakerOpen, Password: pass(canary)}, true, "none", "bus-operate", access.WrongPassword, imu.None},
		{"none", imu.Request{Actor: bus, Op: points.BreakerOpen}, false, "none", "bus-operate", access.NoPassword, imu.None},
		{"a right one of a level that may not", imu.Request{Actor: bus, Op: points.BreakerOpen, Password: pass("2222")}, true, "2", "bus-operate", access.WrongLevel, imu.None},
		{"a path that cannot", imu.Request{Actor: hmi, Op: points.BreakerOpen}, false, "none", "default-deny", access.NoRule, imu.None},
		{"done", imu.Request{Actor: bus, Op: points.BreakerOpen, Password: pass("3333")}, true, "3", "bus-operate", access.Allowed, imu.None},
		{"refused by the unit", imu.Request{Actor: hmi, Op: points.MeteringPowerSign, Value: points.Number(7)}, false, "none", "hmi-configure", access.Allowed, imu.OutOfRange},
	} {
		told = nil
		s.u.Do(s.now, tt.ask)
		if len(told) != 1 {
			t.Fatalf("%s: told %d times", tt.why, len(told))
		}
		a := told[0]
		if a.Unit != "Q1" || a.Op != tt.ask.Op || a.At != s.now || a.Password != tt.password || a.Actor.Levels.String() != tt.levels || a.Class != points.Of(a.Op).Class {
			t.Errorf("%s: %+v", tt.why, a)
		}
		if d := a.Result.Decision; d.Rule != tt.rule || d.Reason != tt.reason || a.Result.Refusal != tt.refusal {
			t.Errorf("%s: %v, %v", tt.why, d, a.Result.Refusal)
		}
		if said := fmt.Sprintf("%v %+v %#v", a, a, a); strings.Contains(said, canary) {
			t.Errorf("%s: the password is told: %s", tt.why, said)
		}
		if a.Locks.RemoteControl != access.On || a.Locks.Closed == access.Unknown {
			t.Errorf("%s: %+v", tt.why, a.Locks)
		}
		s.step(time.Second)
	}
	told = nil
	usb := access.Actor{Path: access.USB, Present: true, Levels: access.Level4, Until: s.now + time.Hour}
	s.u.Do(s.now, imu.Request{Actor: usb, Op: points.PasswordLevel3, Value: points.String(canary)})
	if said := fmt.Sprintf("%v %+v %#v", told, told, told); len(told) != 1 || !told[0].Result.OK() || strings.Contains(said, canary) {
		t.Errorf("the new password is told: %s", said)
	}
}

// A password that is proved for a session is told, too.
func TestObserveProof(t *testing.T) {
	s := newStand(t)
	var told []imu.Asked
	s.u.Observe(func(a imu.Asked) { told = append(told, a) })
	phone := access.Actor{Path: access.BLE, Present: true, Source: "phone", Until: s.now + time.Hour}
	s.u.Prove(s.now, phone, *pass("1111"))
	s.u.Prove(s.now, phone, *pass("nope"))
	if len(told) != 2 || told[0].Op != 0 || !told[0].Password || told[0].Actor.Levels != access.Level1 || !told[0].Result.Decision.OK() || told[1].Result.Decision.Reason != access.WrongPassword {
		t.Errorf("%+v", told)
	}
}

// Reads are counted by who reads, from the first observer on, and a flood of
// sources is bounded.
func TestReadsCounted(t *testing.T) {
	s := newStand(t)
	var snap imu.Snapshot
	s.u.Read(s.now, access.Actor{Path: access.Modbus}, &snap)
	if n := s.u.Reads(); len(n) != 0 {
		t.Errorf("counted with nobody there: %+v", n)
	}
	s.u.Observe(func(imu.Asked) { t.Error("a read is told") })
	for range 3 {
		s.u.Read(s.now, access.Actor{Path: access.Modbus}, &snap)
	}
	s.u.Read(s.now, access.Actor{Path: access.HMI}, &snap)
	if n := s.u.Reads(); len(n) != 2 || n[0] != (imu.ReadCount{Path: access.Modbus, Count: 3}) || n[1] != (imu.ReadCount{Path: access.HMI, Count: 1, Refused: 1}) {
		t.Errorf("%+v", n)
	}
	for i := range 1000 {
		s.u.Read(s.now, access.Actor{Path: access.Web, Source: fmt.Sprint(i)}, &snap)
	}
	n := s.u.Reads()
	last := n[len(n)-1]
	if len(n) != 64 || last.Path != access.NoPath || last.Count != 1000-61 {
		t.Errorf("%d readers, the last %+v", len(n), last)
	}
}

// Observers may come while others ask.
func TestObserveRace(t *testing.T) {
	s := newStand(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 50 {
				s.u.Observe(func(imu.Asked) {})
				s.u.Do(s.now, imu.Request{Actor: access.Actor{Path: access.Modbus}, Op: points.ClockRead})
			}
		})
	}
	all.Wait()
}

// BenchmarkObserved is what being observed costs an operation.
func BenchmarkObserved(b *testing.B) {
	for _, observers := range []int{0, 1} {
		b.Run(fmt.Sprint(observers), func(b *testing.B) {
			u, err := imu.New(config(), imu.NewSteppedWorld(epoch))
			if err != nil {
				b.Fatal(err)
			}
			n := 0
			if observers > 0 {
				u.Observe(func(imu.Asked) { n++ })
			}
			r := imu.Request{Actor: access.Actor{Path: access.Modbus, Source: "127.0.0.1"}, Op: points.ClockRead}
			b.ReportAllocs()
			for b.Loop() {
				u.Do(time.Second, r)
			}
		})
	}
}
