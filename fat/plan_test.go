package fat

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"switchroom/points"
	"switchroom/regmap"
)

func plan(t testing.TB, n int, o Options) *Plan {
	t.Helper()
	var bs []Breaker
	for i := range n {
		bs = append(bs, Breaker{Name: "Q" + string(rune('A'+i/26)) + string(rune('a'+i%26)), Modbus: "127.0.1.1:5020", Unit: 255, In: 630})
	}
	p, err := Generate(bs, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPlanFiles: what is written is what is read, as YAML and as CSV.
func TestPlanFiles(t *testing.T) {
	p := plan(t, 3, Options{Site: "a: b", System: "SCADA 'x', #1", Points: somePoints})
	p.Binding = Example()
	for name, write := range map[string]func(*bytes.Buffer) error{
		"yaml": func(b *bytes.Buffer) error { return p.WriteYAML(b) },
		"csv":  func(b *bytes.Buffer) error { return p.WriteCSV(b) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		got, err := ReadPlan(&b)
		if err != nil {
			t.Fatal(name, err)
		}
		if name == "yaml" && (got.System != p.System || got.Checksum() != p.Checksum()) {
			t.Errorf("%s: the head or the checksum has changed", name)
		}
		if len(got.Steps) != len(p.Steps) {
			t.Fatalf("%s: %d steps of %d", name, len(got.Steps), len(p.Steps))
		}
		for i := range p.Steps {
			for _, c := range planColumns {
				if c.get(&got.Steps[i]) != c.get(&p.Steps[i]) {
					t.Errorf("%s: step %s: %s is %q, was %q", name, p.Steps[i].ID, c.name, c.get(&got.Steps[i]), c.get(&p.Steps[i]))
				}
			}
		}
	}
}

// TestPlanTellsAllMistakes: each with its step or row, all at once.
func TestPlanTellsAllMistakes(t *testing.T) {
	_, err := ReadPlan(strings.NewReader(`format: switchroom-fat-plan/1
passes: 1
binding: {kind: telepathy}
breakers: [{name: Q1}]
steps:
  - {id: a, phase: point-to-point, breaker: Q1, point: current.l9, do: substitute, expect: shown, within: 5}
  - {id: a, phase: nowhere, breaker: Q2, point: current.l1, do: substitute, expect: shown, tolerance: much, within: 5}
  - {id: b, phase: functional, breaker: Q1, do: open, expect: "breaker.closed=maybe", within: -1}
`))
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"passes is 1", "telepathy", "current.l9", "nowhere", "Q2", "much", "maybe", "within", "another row has"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not tell %q:\n%v", want, err)
		}
	}
	_, err = ReadPlan(strings.NewReader("id,phase,breaker,point,do,expect,within\nx,point-to-point,Q1,current.l1,substitute,shown,soon\ny,point-to-point,Q1,current.l1,substitute,shown,late\n"))
	if err == nil || !strings.Contains(err.Error(), "row 2") || !strings.Contains(err.Error(), "row 3") {
		t.Errorf("CSV: %v", err)
	}
}

func TestStrictPlan(t *testing.T) {
	p := plan(t, 1, Options{Strict: true, Points: []string{"current", "voltage"}})
	if n := len(p.Uncertain()); n != 0 {
		t.Errorf("%d uncertain steps in a strict plan", n)
	}
	if n := len(plan(t, 1, Options{Points: []string{"current", "voltage"}}).Uncertain()); n == 0 {
		t.Error("no uncertain step in a plan that is not strict")
	}
}

// TestPlanByNames: a names file decides what is in the plan.
func TestPlanByNames(t *testing.T) {
	n, err := ReadNames(strings.NewReader("\ufeffBreaker;Point;Name\nQAa;current.l1;TAG_1\nQAb;voltage.l12;TAG_2\n"))
	if err != nil {
		t.Fatal(err)
	}
	p := plan(t, 2, Options{Names: n})
	got := p.pointsOf("QAa")
	if !slices.Equal(got, []string{"current.l1"}) || n.Of("QAa", "current.l1") != "TAG_1" {
		t.Errorf("points %v", got)
	}
	_, err = ReadNames(strings.NewReader("breaker,point,name\nQ1,current.l7,x\nQ1,current.l1,\nQ1,current.l2,a\nQ1,current.l2,b\n"))
	for _, want := range []string{"row 2", "row 3", "row 5"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %s in %v", want, err)
		}
	}
}

// draws are all values of a plan.
func draws(p *Plan, seed uint64) map[string][]points.Value {
	m := defaultMap()
	s := newStimuli(m, p.Breakers)
	out := map[string][]points.Value{}
	for i := range p.Steps {
		st := &p.Steps[i]
		if st.Do != Substitute {
			continue
		}
		id, _ := points.Lookup(st.Point)
		at, _ := m.Find(id)
		out[st.ID] = s.draw(st, id, at.Row, p.Passes, seed)
	}
	return out
}

// TestDistinctiveValues: the same seed gives the same values; no two numbers of one
// unit of measure are equal in any pass, breaker or point; a point changes in every
// pass by more than its tolerance; a register tells each value as it is.
func TestDistinctiveValues(t *testing.T) {
	p := plan(t, 4, Options{Points: []string{"current", "voltage", "power", "energy", "frequency"}})
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint64().Draw(rt, "seed")
		got, again := draws(p, seed), draws(p, seed)
		seen := map[string]string{}
		for i := range p.Steps {
			st := &p.Steps[i]
			if st.Do != Substitute {
				continue
			}
			id, _ := points.Lookup(st.Point)
			info := points.Of(id)
			at, _ := defaultMap().Find(id)
			for pass, v := range got[st.ID] {
				if again[st.ID][pass] != v {
					rt.Fatalf("%s: the same seed gives %v and %v", st.ID, v, again[st.ID][pass])
				}
				if fewValues[id] != nil || info.Type != points.Float && info.Type != points.Integer {
					continue
				}
				key := info.Unit + info.Format(v)
				if before, ok := seen[key]; ok {
					rt.Fatalf("%s has %s in pass %d, as %s has", st.ID, info.Format(v), pass, before)
				}
				seen[key] = st.ID
				d := make([]byte, 2*int(at.Row.Count))
				regmap.PutValue(d, at.Row, v.Float(), true)
				if told := at.Row.Decode(d); told != v {
					rt.Fatalf("%s: the register tells %v of %v", st.ID, told, v)
				}
				if pass > 0 && (Tolerance{Relative: 0.002}).Holds(v.Float(), got[st.ID][pass-1].Float()) {
					rt.Fatalf("%s: passes %d and %d are too near", st.ID, pass-1, pass)
				}
			}
		}
	})
}

// TestBitsAlwaysChange: a bit is never the same in all passes, so that one that is
// stuck is found.
func TestBitsAlwaysChange(t *testing.T) {
	for passes := 2; passes <= 8; passes++ {
		p := plan(t, 5, Options{Points: []string{"breaker", "trip", "pickup"}})
		p.Passes = passes
		for id, vs := range draws(p, 7) {
			on := 0
			for _, v := range vs {
				if v.Bool() {
					on++
				}
			}
			if strings.Contains(id, "closed") && (on == 0 || on == passes) {
				t.Errorf("%d passes: %s is %d times on", passes, id, on)
			}
		}
	}
}

func TestTolerance(t *testing.T) {
	for _, c := range []struct {
		tol         string
		want, shown float64
		holds       bool
	}{
		{"exact", 5, 5, true}, {"exact", 5, 5.0001, false}, {"0.1 %", 1000, 1000.9, true}, {"0,1 %", 1000, 1001.1, false},
		{"±0.5", 10, 10.5, true}, {"±0.5", 10, 10.6, false}, {"0.1 %", -1000, -1000.5, true}, {"", 1, 1, true},
	} {
		tol, err := ParseTolerance(c.tol)
		if err != nil || tol.Holds(c.want, c.shown) != c.holds {
			t.Errorf("%s: %v and %v: %v, %v", c.tol, c.want, c.shown, !c.holds, err)
		}
	}
	for _, bad := range []string{"much", "-5 %", "200 %", "NaN", "Inf"} {
		if _, err := ParseTolerance(bad); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

func FuzzReadPlan(f *testing.F) {
	f.Add([]byte("format: switchroom-fat-plan/1\npasses: 2\nsteps:\n  - {id: a}\n"))
	f.Add([]byte("id,phase,breaker\na,b,c\n"))
	f.Fuzz(func(t *testing.T, data []byte) { ReadPlan(bytes.NewReader(data)) })
}
