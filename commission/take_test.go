package commission_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"switchroom/client"
	. "switchroom/commission"
	"switchroom/points"
	"switchroom/wire/modbus"
)

// counted counts the requests that reach a unit.
func counted(n *atomic.Int64) func(modbus.Handler) modbus.Handler {
	return func(next modbus.Handler) modbus.Handler {
		return modbus.HandlerFunc(func(q *modbus.Query, out []byte) []byte {
			n.Add(1)
			return next.Serve(q, out)
		})
	}
}

func TestSnapshotOverTheBus(t *testing.T) {
	var asked atomic.Int64
	u := serve(t, 1, counted(&asked))[0]
	s := take(t, u.bus)
	for point, want := range map[string]string{
		"protection.long_time.ir": "1000", "protection.instantaneous.ii": "10", "protection.instantaneous.mode": "standard",
		"protection.ground_fault.ig": "200", "diagnostic.display_settings_enabled": "true",
	} {
		if got := s.Value(point); got != want {
			t.Errorf("%s is %q, want %q", point, got, want)
		}
	}
	if r, _ := s.Row("protection.ground_fault.ig"); r.Certainty != points.Inferred {
		t.Errorf("the register of Ig is %v", r.Certainty)
	}
	if r, _ := s.Row("lock.protection.hmi"); r.Value != "" || !strings.Contains(r.NotReadable, "USB") {
		t.Errorf("%+v: no register tells the lock", r)
	}
	if !s.Virtual || s.Identity["rating.in"] != "1000" {
		t.Errorf("%+v", s)
	}
	if n := asked.Load(); n > 16 {
		t.Errorf("%d requests: too many for what lies close together", n)
	}
	if again := take(t, u.bus); again.Digest() != s.Digest() {
		t.Error("the same breaker has another digest")
	}
}

func TestSnapshotByCable(t *testing.T) {
	u := serve(t, 1, nil)[0]
	u.plug(t)
	bus, cable := take(t, u.bus), take(t, u.cable)
	if changes := Compare(bus, cable); len(changes) > 0 {
		t.Errorf("the same unit by two ways: %v", changes)
	}
	if cable.Value("lock.protection.hmi") != "false" || cable.Value("remote.enabled") != "true" {
		t.Errorf("%+v", cable.Rows)
	}
	r, err := cable.Rating(nil)
	if err != nil || r.Variant != points.X60 || r.In != 1000 {
		t.Error(r, err)
	}
	if _, err := bus.Rating(&Breaker{Rating: &Rating{In: 1600, Variant: "6.0", Poles: 3}}); err == nil {
		t.Error("the project's plug is another one than the unit's, and nobody says so")
	}
}

// BenchmarkSnapshots takes as-found snapshots of 100 breakers; the target is 3 s.
func BenchmarkSnapshots(b *testing.B) {
	units := serve(b, 100, nil)
	for b.Loop() {
		var group sync.WaitGroup
		for _, u := range units {
			group.Go(func() {
				c, err := client.Connect(b.Context(), u.bus, client.Options{})
				if err != nil {
					b.Error(err)
					return
				}
				defer c.Close()
				if _, err := Take(b.Context(), c, nil, who(u.bus)); err != nil {
					b.Error(err)
				}
			})
		}
		group.Wait()
	}
}

func TestScan(t *testing.T) {
	units := serve(t, 3, nil)
	var port uint16
	fmt.Sscanf(strings.SplitN(units[0].bus, ":", 3)[2], "%d", &port)
	last := 0
	s := Scan{Ranges: []string{"127.0.9.1-127.0.9.4"}, Ports: []uint16{port}, Progress: func(done, of int) {
		if done != last+1 || of != 4 {
			t.Errorf("%d of %d after %d", done, of, last)
		}
		last = done
	}}
	found, err := s.Run(t.Context())
	if err != nil || len(found) != 3 {
		t.Fatal(found, err)
	}
	for i, f := range found {
		if f.Address != units[i].bus || !f.Virtual || f.Identity["rating.in"] != "1000" {
			t.Errorf("%+v", f)
		}
	}
	p := Project{Format: 1, Number: "1", Name: "Scan", Boards: []Board{{Name: "Main"}}}
	if err := p.Add([]Breaker{found[0].Breaker("Q1", "Main/A"), found[1].Breaker("Q2", "Main/B")}); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(p.Paths()); got != "[Main Main/A Main/B]" {
		t.Error(got)
	}
	expect(t, p.Add([]Breaker{found[2].Breaker("Q1", "Main/C")}), "breakers[1].id", "already")
	if len(p.Breakers) != 2 || len(p.Paths()) != 3 {
		t.Error("half of what was refused was taken")
	}
}

func TestScanOnlyWhereItIsTold(t *testing.T) {
	for _, r := range []struct{ ranges, want string }{
		{"", "say where"}, {"8.8.8.8", "private"}, {"10.0.0.9-10.0.0.1", "ends before"}, {"10.0.0.0/8", "across"},
		{"127.0.0.1-10.0.0.1", ""}, {"one", "write"}, {"10.1.0.0/17", "more than"}, {"192.168.0.0-192.169.0.1", ""},
	} {
		s := Scan{}
		if r.ranges != "" {
			s.Ranges = []string{r.ranges}
		}
		_, err := s.Run(t.Context())
		expect(t, err, r.ranges, r.want)
	}
}

func TestBreakersFromCSV(t *testing.T) {
	all, err := ReadBreakers(strings.NewReader("\ufeffid,board,address,in,variant,poles,name\nQ1,Main,modbus://127.0.1.1/255,1600,6.0,4,\"Pump, large\"\nQ2,Main,,,,,\n"))
	if err != nil || len(all) != 2 || all[0].Name != "Pump, large" || all[0].Rating.Poles != 4 || all[1].Rating != nil {
		t.Fatal(all, err)
	}
	_, err = ReadBreakers(strings.NewReader("id,board,in,variant,poles\nQ1,Main,much,6.0,3\nQ2,Main,1000,9.0,3\nQ3,Main\nQ4,Main,1000,6.0,five\n"))
	expect(t, err, "row 2", "amperes")
	expect(t, err, "row 3", "9.0")
	expect(t, err, "row 4", "cells")
	expect(t, err, "row 5", "3 or 4")
	_, err = ReadBreakers(strings.NewReader("id,colour,id\n"))
	expect(t, err, "row 1", "colour")
	expect(t, err, "row 1", "twice")
	expect(t, err, "row 1", "no column board")
}
