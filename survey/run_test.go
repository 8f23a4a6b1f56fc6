package survey

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// TestBudget: one connection, no more requests a second than allowed, no more in
// all, and a unit that has gaps costs no more either.
func TestBudget(t *testing.T) {
	for _, c := range []struct {
		rate   float64
		most   int
		reason Reason
	}{{2, 500, Complete}, {2, 7, OutOfBudget}, {10, 500, Complete}, {0.5, 20, OutOfBudget}} {
		synctest.Test(t, func(t *testing.T) {
			f := breaker(t)
			maps.DeleteFunc(f.regs, func(r regmap.Register, _ uint16) bool { return r >= 12000 && r < 12050 })
			begin := time.Now()
			got, _, err := f.take(t.Context(), Plan{Identify: true, Twice: true}, Budget{Rate: c.rate, Requests: c.most})
			if got.End == nil || got.End.Reason != c.reason || (err == nil) != (c.reason == Complete) {
				t.Errorf("rate %g: %+v, %v", c.rate, got.End, err)
			}
			if f.most != 1 || f.dials != 1 || f.open != 0 {
				t.Errorf("%d connections at once, %d in all, %d left open", f.most, f.dials, f.open)
			}
			if n := len(f.asked); n > c.most || n != got.End.Requests || n < 5 {
				t.Errorf("%d requests of %d; the file says %d", n, c.most, got.End.Requests)
			}
			gap := time.Duration(float64(time.Second) / c.rate)
			for i := 1; i < len(f.asked); i++ {
				if d := f.asked[i].Sub(f.asked[i-1]); d < gap {
					t.Fatalf("request %d came %v after the one before; %v is the least", i, d, gap)
				}
			}
			if d := time.Since(begin); d < gap*time.Duration(len(f.asked)-1) {
				t.Errorf("%d requests in %v", len(f.asked), d)
			}
		})
	}
}

// TestNothingButReading: no function but three gets through, and none of these
// where a password may stand.
func TestNothingButReading(t *testing.T) {
	for f := range 256 {
		for _, pdu := range [][]byte{{byte(f)}, {byte(f), 0, 0, 0, 1}, {byte(f), 0x0E, 1, 0}, {byte(f), 0x0F, 0}, {byte(f), 0x10, 0, 26, 1, 1, 0, 8, 0, 0, 0}} {
			reads := (f == 3 || f == 4) && len(pdu) == 5 || f == 43 && len(pdu) == 4
			if err := readOnly(pdu); (err == nil) != reads {
				t.Errorf("% X: %v", pdu, err)
			}
		}
	}
	for first := 7870; first < 8160; first++ {
		for count := 1; count <= modbus.MaxRead; count++ {
			s := Span{regmap.Register(first), uint16(count)}
			pdu := modbus.ReadRequest{Function: 3, Address: s.First.Address(), Count: s.Count}.Append(nil)
			if err := readOnly(pdu); (err != nil) != (s.Last() >= 8000 && s.First <= 8149) {
				t.Fatalf("%v: %v", s, err)
			}
		}
	}
}

// TestCommandInterfaceIsSkipped: whatever is asked for, 8000 to 8149 are not read.
// The fake fails the test if they are.
func TestCommandInterfaceIsSkipped(t *testing.T) {
	f := &fake{t: t, regs: map[regmap.Register]uint16{}}
	for r := regmap.Register(7900); r < 8300; r++ {
		f.regs[r] = 1
	}
	c := f.taken(Plan{Ranges: "7900-8299"})
	if v := c.View(); len(v.words) != 400-150 {
		t.Errorf("%d registers", len(v.words))
	}
	f.taken(Plan{Scan: true, Step: 125})
	f.taken(Plan{})
	if _, err := ParseRanges("8000-8149,9,x"); err == nil {
		t.Error("a range of nothing else was taken")
	}
}

// TestScanFindsIslands: whatever a unit has in pieces as long as a step or longer
// is found, to the register, and nothing else.
func TestScanFindsIslands(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		step := rapid.IntRange(1, 20).Draw(r, "step")
		f := &fake{t: t, regs: map[regmap.Register]uint16{}}
		at := 20_000
		for at < 20_900 {
			at += rapid.IntRange(1, 200).Draw(r, "gap")
			for range rapid.IntRange(step, 150).Draw(r, "island") {
				f.regs[regmap.Register(at)] = uint16(at)
				at++
			}
		}
		c := f.taken(Plan{Ranges: "20000-21500", Step: step})
		want, got := slices.Sorted(maps.Keys(f.regs)), slices.Sorted(maps.Keys(c.View().words))
		if !slices.Equal(want, got) {
			r.Fatalf("has %d registers, found %d: missing %v", len(want), len(got), missing(want, got))
		}
		if n := c.End.Requests; n > 1500/step+16*40 {
			r.Errorf("%d requests", n)
		}
	})
}

func missing(want, got []regmap.Register) []regmap.Register {
	return slices.DeleteFunc(slices.Clone(want), func(r regmap.Register) bool { return slices.Contains(got, r) })
}

// TestGapsAreCheap: one register that a unit lacks costs a few requests, not one
// for each of its neighbours.
func TestGapsAreCheap(t *testing.T) {
	f := breaker(t)
	f.taken(Plan{})
	whole := len(f.asked)
	f = breaker(t)
	delete(f.regs, 32034)
	c := f.taken(Plan{})
	if st, _ := c.View().State(Span{32034, 2}); st != Absent {
		t.Errorf("32034 is %v", st)
	}
	if st, _ := c.View().State(Span{32036, 2}); st != Present {
		t.Errorf("32036 is %v", st)
	}
	if more := len(f.asked) - whole; more > 12 {
		t.Errorf("%d requests more for one gap", more)
	}
}

// TestLeftAlone: a unit that is busy, silent, or takes no connection is left
// alone after few requests, slower and slower.
func TestLeftAlone(t *testing.T) {
	busy := func(n int) trouble { // after the first answer
		if n == 1 {
			return trouble{}
		}
		return trouble{exception: modbus.DeviceBusy}
	}
	for name, c := range map[string]struct {
		set      func(*fake)
		reason   Reason
		requests int
		least    time.Duration
	}{
		"busy":           {func(f *fake) { f.trouble = busy }, Busy, busyMost + 1, 100 * time.Second},
		"silent":         {func(f *fake) { f.trouble = func(int) trouble { return trouble{silent: true} } }, Silent, silentMost, 20 * time.Second},
		"closes at once": {func(f *fake) { f.trouble = func(int) trouble { return trouble{hangup: true} } }, Refused, 1, 0},
		"refuses":        {func(f *fake) { f.refuses = true }, Refused, 0, 0},
		"wrong unit":     {func(f *fake) { f.trouble = func(int) trouble { return trouble{exception: modbus.GatewayTargetFailed} } }, Useless, silentMost, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := breaker(t)
				c.set(f)
				begin := time.Now()
				got, file, err := f.take(t.Context(), Plan{}, Budget{})
				var why *Stopped
				if !errors.As(err, &why) || why.Reason != c.reason || got.End.Reason != c.reason {
					t.Errorf("%v, %+v", err, got.End)
				}
				if len(f.asked) != c.requests || f.dials != 1 || f.open != 0 {
					t.Errorf("%d requests, %d connections, %d open", len(f.asked), f.dials, f.open)
				}
				if d := time.Since(begin); d < c.least {
					t.Errorf("after %v", d)
				}
				if n := Compare(Side{"unit", got, false}, Side{Name: "map"}, regmap.Default()).Count(Lacks); n != 0 {
					t.Errorf("%d rows count as absent", n)
				}
				if bytes.Contains(file[bytes.IndexByte(file, '\n'):], []byte("192.168")) {
					t.Errorf("an address in the file: %s", file)
				}
			})
		})
	}
}

// TestTroubleThatPasses: a unit that is busy for a while, or loses a connection
// that had worked, is read to the end.
func TestTroubleThatPasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := breaker(t)
		f.trouble = func(n int) trouble {
			switch n {
			case 3, 4:
				return trouble{exception: modbus.DeviceBusy}
			case 7:
				return trouble{hangup: true}
			case 9:
				return trouble{silent: true}
			}
			return trouble{}
		}
		c, _, err := f.take(t.Context(), Plan{}, Budget{})
		if err != nil || !c.Complete() || f.dials != 2 || f.most != 1 {
			t.Errorf("%v; %d connections, %d at once", err, f.dials, f.most)
		}
		if n := Compare(Side{"unit", c, false}, Side{Name: "map"}, regmap.Default()).Count(Lacks); n != 0 {
			t.Errorf("%d rows count as absent", n)
		}
	})
}

// TestResume: a capture that is interrupted again and again asks nothing twice and
// has in the end what one sitting has.
func TestResume(t *testing.T) {
	damaged := func() *fake {
		f := breaker(t)
		maps.DeleteFunc(f.regs, func(r regmap.Register, _ uint16) bool { return r >= 12010 && r < 12030 || r == 32040 })
		return f
	}
	plan := Plan{Twice: true, Identify: true}
	whole := damaged()
	want := whole.taken(plan)
	f := damaged()
	c, file, _ := f.take(context.Background(), plan, Budget{Rate: unlimited.Rate, Requests: 5})
	for sittings := 0; !c.Complete(); sittings++ {
		if sittings > 100 {
			t.Fatal("it does not come to an end")
		}
		cut := file[:len(file)-sittings%3*10] // sometimes it is killed in its last line
		before, n, err := Read(bytes.NewReader(cut))
		if err != nil {
			t.Fatal(err)
		}
		next := bytes.NewBuffer(slices.Clone(cut[:n]))
		w, err := Resume(next, cut[:n], at)
		if err != nil {
			t.Fatal(err)
		}
		Run(context.Background(), before.Head, Options{Dial: f.Dial, Budget: Budget{Rate: unlimited.Rate, Requests: 5}, Before: before}, w)
		file = next.Bytes()
		if c, _, err = Read(bytes.NewReader(file)); err != nil {
			t.Fatalf("%v\n%s", err, file)
		}
	}
	if !maps.Equal(c.View().words, want.View().words) {
		t.Error("the registers differ from those of one sitting")
	}
	if len(f.spans) != len(whole.spans) {
		t.Errorf("%d requests in parts, %d in one", len(f.spans), len(whole.spans))
	}
}

// TestInterrupted: the end of the context ends the capture cleanly, in the middle
// of a wait as of an answer.
func TestInterrupted(t *testing.T) {
	for _, after := range []time.Duration{700 * time.Millisecond, 1300 * time.Millisecond, 4 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			f := breaker(t)
			f.trouble = func(n int) trouble { return trouble{silent: n == 3} }
			ctx, cancel := context.WithTimeout(t.Context(), after)
			defer cancel()
			c, _, err := f.take(ctx, Plan{}, Budget{})
			if err == nil || c.End == nil || c.End.Reason != Interrupted || len(c.Answers) == 0 || f.open != 0 {
				t.Errorf("after %v: %v, %+v, %d answers", after, err, c.End, len(c.Answers))
			}
		})
	}
}

// TestMoving: what differs between two passes is told.
func TestMoving(t *testing.T) {
	f := breaker(t)
	f.trouble = func(n int) trouble {
		f.regs[32200] = uint16(n)
		return trouble{}
	}
	c := f.taken(Plan{Twice: true})
	if v := c.View(); !v.Moves(Span{32200, 1}) || v.Moves(Span{32028, 2}) {
		t.Error("32200 moves, 32028 does not")
	}
}

// TestVirtualBlocks: what only virtual units have is not asked of another.
func TestVirtualBlocks(t *testing.T) {
	f := breaker(t)
	f.taken(Plan{})
	for _, s := range f.spans {
		if s.First >= firstVirtual && s != (Span{mark, 1}) {
			t.Errorf("asked for %v", s)
		}
	}
	f.regs[mark] = regmap.Virtual
	if c := f.taken(Plan{Ranges: "32000-32001"}); !c.Virtual() {
		t.Error("a virtual unit is taken for hardware where only a part of it was read")
	}
}
