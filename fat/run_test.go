package fat

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"switchroom/inject"
	"switchroom/points"
	"switchroom/regmap"
)

// somePoints is a plan's worth of points of every type.
var somePoints = []string{"current", "voltage.l12", "voltage.l1n", "voltage.l2n", "frequency", "frequency.max", "power", "energy.active", "breaker", "protection.long_time", "interface", "operations", "trip", "pickup", "current.l1.max.at"}

// runFake runs a generated plan against a system in memory, in no time.
func runFake(t *testing.T, s *fakeSystem, names []string, edit func(*Plan)) *Result {
	t.Helper()
	var res *Result
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		units, _ := s.lab.Units(ctx)
		kinds, _ := s.lab.Kinds(ctx)
		var bs []Breaker
		for _, u := range units {
			bs = append(bs, BreakerOf(u))
		}
		var faults []FaultsOfLab
		for _, k := range kinds {
			faults = append(faults, FaultsOfLab{k.Name, k.Proves})
		}
		p, err := Generate(bs, Options{Site: "test", System: "fake", Points: names, Faults: faults})
		if err != nil {
			t.Fatal(err)
		}
		if edit != nil {
			edit(p)
		}
		r := &Run{Plan: p, Lab: s.lab, View: s, Command: s, Seed: 1}
		if res, err = r.Do(ctx); err != nil {
			t.Fatal(err)
		}
		if s.lab.running != 0 {
			t.Error("the run of the laboratory was not ended")
		}
	})
	return res
}

func failures(r *Result) (lines []string) {
	for _, s := range r.Steps {
		if s.Verdict == Fail {
			lines = append(lines, s.ID)
		}
	}
	return lines
}

func TestRightSystemPasses(t *testing.T) {
	s := &fakeSystem{lab: newFakeLab("Q1", "Q2", "Q3")}
	r := runFake(t, s, somePoints, func(p *Plan) { p.Binding.Time = "time" })
	for _, s := range r.Steps {
		if s.Verdict == Fail || s.Verdict == NotRun {
			t.Errorf("%s: %s, %s, %+v", s.ID, s.Verdict, s.Note, s.Passes)
		}
	}
	if r.State != Complete || r.Summary.Points < 200 {
		t.Errorf("state %s, %d points", r.State, r.Summary.Points)
	}
	if len(r.Reliance) == 0 {
		t.Error("nothing was relied on")
	}
	var b bytes.Buffer
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	if err := Verify(b.Bytes(), nil, nil); err != nil {
		t.Error(err)
	}
	if err := Verify(bytes.Replace(b.Bytes(), []byte(`"pass"`), []byte(`"fail"`), 1), nil, nil); err == nil {
		t.Error("a changed verdict is not found")
	}
}

// number is a mistake at a point of Q1 that shows another number.
func number1(point string, f func(s *fakeSystem, t Tag, p regmap.Place) Shown) func(*fakeSystem, Tag, regmap.Place) (Shown, bool) {
	return func(s *fakeSystem, t Tag, p regmap.Place) (Shown, bool) {
		if t.Breaker != "Q1" || t.Point != point {
			return Shown{}, false
		}
		return f(s, t, p), true
	}
}

// times1 shows the value times f.
func times1(f float64) func(*fakeSystem, Tag, regmap.Place) Shown {
	return func(s *fakeSystem, t Tag, p regmap.Place) Shown {
		id, _ := points.Lookup(t.Point)
		sh := s.read(t.Breaker, p.Row.Register, p, id)
		if !sh.Bad {
			sh = shownNumber(sh.Number * f)
		}
		return sh
	}
}

// decode1 decodes changed bytes.
func decode1(change func([]byte) []byte) func(*fakeSystem, Tag, regmap.Place) Shown {
	return func(s *fakeSystem, t Tag, p regmap.Place) Shown {
		d := s.lab.registers(t.Breaker, p.Row.Register, p.Row.Count)
		if d == nil {
			return Shown{Found: true, Bad: true}
		}
		return shownNumber(p.Row.Decode(change(d)).Float())
	}
}

// at1 reads another register.
func at1(off int) func(*fakeSystem, Tag, regmap.Place) Shown {
	return func(s *fakeSystem, t Tag, p regmap.Place) Shown {
		id, _ := points.Lookup(t.Point)
		return s.read(t.Breaker, regmap.Register(int(p.Row.Register)+off), p, id)
	}
}

// point1 reads another point.
func point1(breaker, name string) func(*fakeSystem, Tag, regmap.Place) Shown {
	return func(s *fakeSystem, t Tag, _ regmap.Place) Shown {
		id, _ := points.Lookup(name)
		p, _ := s.lab.m.Find(id)
		return s.read(breaker, p.Row.Register, p, id)
	}
}

// bit1 reads another bit.
func bit1(n int) func(*fakeSystem, Tag, regmap.Place) Shown {
	return func(s *fakeSystem, t Tag, p regmap.Place) Shown {
		id, _ := points.Lookup(t.Point)
		return s.read(t.Breaker, p.Row.Register, regmap.Place{Row: p.Row, Bit: n}, id)
	}
}

func fixed(text string) func(*fakeSystem, Tag, regmap.Place) Shown {
	return func(*fakeSystem, Tag, regmap.Place) Shown { return parseShown(text, nil) }
}

func TestMistakesAreNamed(t *testing.T) {
	for _, c := range []struct {
		name, point string
		make        func(*fakeSystem, Tag, regmap.Place) Shown
		want        string
	}{
		{"words swapped", "current.l1", decode1(swapWords), "word-swap"},
		{"bytes swapped", "voltage.l12", decode1(swapBytes), "byte-swap"},
		{"little endian", "voltage.l12", decode1(func(d []byte) []byte { return swapBytes(swapWords(d)) }), "little-endian"},
		{"words of 64 bits", "energy.active", decode1(swapWords), "word-swap"},
		{"kilo", "power.active.total", times1(1e-3), "scale"},
		{"ten times", "current.l2", times1(10), "scale"},
		{"odd factor", "current.l2", times1(1.7), "scale"},
		{"sign", "power.active.total", times1(-1), "sign"},
		{"constant", "current.l3", fixed("12.5"), "stuck"},
		{"missing", "current.l3", func(*fakeSystem, Tag, regmap.Place) Shown { return none() }, "missing"},
		{"one up", "power.active.l1", at1(1), "off-by-one"},
		{"one down", "operations.trips", at1(-1), "off-by-one"},
		{"phases", "current.l1", point1("Q1", "current.l2"), "phases-swapped"},
		{"other point", "frequency", point1("Q1", "frequency.max"), "wrong-point"},
		{"other breaker", "current.l1", point1("Q2", "current.l1"), "wrong-breaker"},
		{"stranger", "current.l1", point1("Q3", "voltage.l12"), "wrong-breaker-and-point"},
		{"integer for float", "current.l1", func(s *fakeSystem, t Tag, p regmap.Place) Shown {
			d := s.lab.registers(t.Breaker, p.Row.Register, 2)
			if d == nil {
				return Shown{Found: true, Bad: true}
			}
			return shownNumber(readings[2].of(d))
		}, "data-type"},
		{"first register only", "energy.active", func(s *fakeSystem, t Tag, p regmap.Place) Shown {
			d := s.lab.registers(t.Breaker, p.Row.Register, 4)
			if d == nil {
				return Shown{Found: true, Bad: true}
			}
			return shownNumber(readings[2].of(d[4:]))
		}, "width"},
		{"no decimals", "current.l1", func(s *fakeSystem, t Tag, p regmap.Place) Shown {
			id, _ := points.Lookup(t.Point)
			sh := s.read(t.Breaker, p.Row.Register, p, id)
			return shownNumber(float64(int(sh.Number)))
		}, "no-decimals"},
		{"inverted", "breaker.closed", func(s *fakeSystem, t Tag, p regmap.Place) Shown {
			id, _ := points.Lookup(t.Point)
			sh := s.read(t.Breaker, p.Row.Register, p, id)
			return parseShown(map[float64]string{0: "true", 1: "false"}[sh.Number], nil)
		}, "bit-inverted"},
		{"next bit", "breaker.tripped", bit1(2), "wrong-bit"},
		{"signed", "operations.total", func(s *fakeSystem, t Tag, p regmap.Place) Shown {
			d := s.lab.registers(t.Breaker, p.Row.Register, 1)
			if d == nil {
				return Shown{Found: true, Bad: true}
			}
			return shownNumber(readings[1].of(d))
		}, "signedness"},
		{"kelvin", "frequency", func(s *fakeSystem, t Tag, p regmap.Place) Shown {
			id, _ := points.Lookup(t.Point)
			return shownNumber(s.read(t.Breaker, p.Row.Register, p, id).Number + 273.15)
		}, "offset"},
		{"clipped", "current.l1", func(s *fakeSystem, t Tag, p regmap.Place) Shown {
			id, _ := points.Lookup(t.Point)
			return shownNumber(min(200, s.read(t.Breaker, p.Row.Register, p, id).Number))
		}, "clipped"},
		{"marked bad", "current.l1", func(*fakeSystem, Tag, regmap.Place) Shown { return Shown{Found: true, Bad: true} }, "marked-bad"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &fakeSystem{lab: newFakeLab("Q1", "Q2", "Q3"), mistake: number1(c.point, c.make)}
			r := runFake(t, s, somePoints, func(p *Plan) {
				p.Steps = slices.DeleteFunc(p.Steps, func(s Step) bool { return s.Do != Substitute })
			})
			if f := failures(r); len(f) != 1 || f[0] != "Q1 "+c.point {
				t.Fatalf("failed: %v", f)
			}
			if len(r.Findings) != 1 || r.Findings[0].Mistake != c.want {
				t.Errorf("found %v, want %s", r.Findings, c.want)
				for _, s := range r.Steps {
					if s.Verdict == Fail {
						t.Logf("%+v\n%+v", s.Diagnosis, s.Passes)
					}
				}
			}
			t.Log(r.Findings)
		})
	}
}

// otherBreaker reads all points of one breaker at another.
func otherBreaker(of, at string) func(*fakeSystem, Tag, regmap.Place) (Shown, bool) {
	return func(s *fakeSystem, t Tag, p regmap.Place) (Shown, bool) {
		if t.Breaker != of {
			return Shown{}, false
		}
		id, _ := points.Lookup(t.Point)
		return s.read(at, p.Row.Register, p, id), true
	}
}

// TestWholeBreaker: one wrong address explains all points of a breaker, and is told
// as one finding.
func TestWholeBreaker(t *testing.T) {
	s := &fakeSystem{lab: newFakeLab("Q1", "Q2", "Q3"), mistake: otherBreaker("Q2", "Q3")}
	r := runFake(t, s, somePoints, nil)
	if len(r.Findings) == 0 || r.Findings[0].Mistake != "wrong-breaker" || !strings.Contains(r.Findings[0].Detail, "Q3") {
		t.Fatalf("found %v", r.Findings)
	}
	if n := len(r.Findings); n > 1 {
		t.Errorf("%d findings, want one: %v", n, r.Findings)
	}
}

// TestOrders: what a system does wrong with orders is found at the breaker where it
// does so, and told by its name.
func TestOrders(t *testing.T) {
	s := &fakeSystem{lab: newFakeLab("Q1", "Q2", "Q3"), orders: map[string]string{"Q1": "refused", "Q2": "repeated"}}
	r := runFake(t, s, []string{"breaker.closed", "current.l1"}, func(p *Plan) {
		p.Steps = slices.DeleteFunc(p.Steps, func(s Step) bool { return s.Do != Substitute && s.Do != DoCommand })
	})
	verdicts := map[string]Verdict{}
	for _, st := range r.Steps {
		verdicts[st.ID] = st.Verdict
	}
	for id, want := range map[string]Verdict{
		"Q1 command open": Fail, "Q1 command close": Fail, "Q1 command not repeated": NotRun,
		"Q2 command open": Pass, "Q2 command close": Pass, "Q2 command not repeated": Fail,
		"Q3 command open": Pass, "Q3 command close": Pass, "Q3 command not repeated": Pass,
	} {
		if verdicts[id] != want {
			t.Errorf("%s: %s, want %s", id, verdicts[id], want)
		}
	}
	if len(r.Findings) != 2 || r.Findings[0].Mistake != "order-not-obeyed" || r.Findings[1].Mistake != "order-repeated" || r.Findings[1].Breakers[0] != "Q2" {
		t.Errorf("found %v", r.Findings)
	}
	if closed := s.lab.units["Q2"].values[points.BreakerClosed]; closed != 1 {
		t.Error("the breaker whose order was repeated is left open")
	}
}

// TestBehaviours: the table is sorted, each row is relied on by something that a plan
// can do, and says why it matters and what to check.
func TestBehaviours(t *testing.T) {
	if !slices.IsSortedFunc(behaviours, func(a, b behaviour) int { return strings.Compare(a.do, b.do) }) {
		t.Error("the table is not sorted")
	}
	for _, b := range behaviours {
		do, _, _ := strings.Cut(b.do, " ")
		if _, err := inject.KindOf(do); err != nil && !slices.Contains(own, do) {
			t.Error(err)
		}
		if b.certainty == 0 || b.what == "" || b.source == "" || b.why == "" || b.check == "" {
			t.Errorf("%+v", b)
		}
	}
}
