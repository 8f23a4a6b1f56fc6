package iomodule_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"switchroom/paths/iomodule"
	"switchroom/points"
)

// TestTables: every row is whole, in order, and says how certain it is.
func TestTables(t *testing.T) {
	for i, a := range iomodule.Applications {
		if a.Number != i+1 || a.Title == "" || a.Source == "" || a.Certainty < points.Inferred {
			t.Errorf("application %+v: the names are recalled, and no row may say more", a)
		}
	}
	pin := func(u iomodule.Use) string { return fmt.Sprintf("%d%v%d", u.Application, u.Output, u.Pin) }
	for i, u := range iomodule.Uses {
		if i > 0 && pin(iomodule.Uses[i-1]) >= pin(u) {
			t.Errorf("%v is out of order", u)
		}
		if u.Certainty != points.Ours || u.Does == iomodule.Free || u.Pin < 1 || u.Output && u.Pin > iomodule.Outputs || u.Pin > iomodule.Inputs {
			t.Errorf("%+v", u)
		}
	}
	seen := map[string]bool{}
	for i, f := range iomodule.Functions {
		if int(f.Function) != i || f.Name == "" || f.Title == "" || f.Certainty == 0 || seen[f.Name] || i > 0 && f.Source == "" {
			t.Errorf("function %+v", f)
		}
		seen[f.Name] = true
		got, err := iomodule.ParseCustom(f.Name)
		if (err == nil) != f.Custom || f.Custom && got != f.Function {
			t.Errorf("ParseCustom(%s) = %v, %v", f.Name, got, err)
		}
	}
	if _, err := iomodule.ParseCustom("dual"); err == nil || !strings.Contains(err.Error(), "settings_one_wire") {
		t.Errorf("no help in %v", err)
	}
}

// TestPredefinedWins: an application takes its pins, and leaves the rest to the site.
func TestPredefinedWins(t *testing.T) {
	c := iomodule.Config{Switch: 9}
	for i := range c.Inputs {
		c.Inputs[i].Does = iomodule.Generic
	}
	for application := 1; application <= iomodule.Spots; application++ {
		m := iomodule.New(1, c, false)
		m.Energise(true)
		m.Turn(application)
		m.Confirm()
		for i := range iomodule.Inputs {
			want := iomodule.Generic
			if k := slices.IndexFunc(iomodule.Uses, func(u iomodule.Use) bool {
				return u.Application == application && !u.Output && u.Pin == i+1
			}); k >= 0 {
				want = iomodule.Uses[k].Does
			}
			if got := m.Does(i); got != want {
				t.Errorf("application %d, I%d: %v, want %v", application, i+1, got, want)
			}
		}
	}
}

func TestCheck(t *testing.T) {
	in := func(switchAt int, does ...iomodule.Function) iomodule.Config {
		c := iomodule.Config{Switch: switchAt}
		for i, f := range does {
			c.Inputs[i].Does = f
		}
		return c
	}
	out := func(o iomodule.Output) iomodule.Config {
		return iomodule.Config{Switch: 9, Outputs: [3]iomodule.Output{o}}
	}
	for _, c := range []struct {
		modules []iomodule.Config
		want    string // "": nothing is wrong
	}{
		{nil, ""},
		{[]iomodule.Config{{}, {}}, ""},
		{[]iomodule.Config{{}, {}, {}}, "up to 2"},
		{[]iomodule.Config{{Switch: 10}}, "io[0].switch: position 10"},
		{[]iomodule.Config{in(9, iomodule.SettingsA, iomodule.SettingsB)}, ""},
		{[]iomodule.Config{in(9, iomodule.SettingsA)}, "go together"},
		{[]iomodule.Config{in(9, iomodule.SettingsA, iomodule.SettingsB, iomodule.SettingsOneWire)}, "not by both"},
		{[]iomodule.Config{in(9, iomodule.SettingsOneWire), in(9, iomodule.SettingsA, iomodule.SettingsB)}, "both modules choose the settings group"},
		{[]iomodule.Config{in(9, iomodule.ControlMode), {Switch: 2}}, "both modules choose local or remote"},
		{[]iomodule.Config{in(2, iomodule.Free, iomodule.Generic)}, "io[0].inputs[1]: application 2 has I2 do open_order"},
		{[]iomodule.Config{in(0, iomodule.Generic)}, "application 1 has I1"},
		{[]iomodule.Config{in(2, iomodule.Free, iomodule.Free, iomodule.Free, iomodule.Free, iomodule.Generic)}, ""},
		{[]iomodule.Config{in(9, iomodule.LightButton)}, "not for a site to give"},
		{[]iomodule.Config{in(9, 99)}, "not for a site to give"},
		{[]iomodule.Config{out(iomodule.Output{Events: []points.Code{points.CodeTripLong}, Latched: true})}, ""},
		{[]iomodule.Config{out(iomodule.Output{Latched: true})}, "only an output that shows events"},
		{[]iomodule.Config{out(iomodule.Output{Events: []points.Code{points.CodeOpened}})}, "over at once"},
		{[]iomodule.Config{out(iomodule.Output{Events: []points.Code{1}})}, "no event 0x0001"},
		{[]iomodule.Config{out(iomodule.Output{Events: slices.Repeat([]points.Code{points.CodeTripLong}, 9)})}, "9 events"},
		{[]iomodule.Config{{Switch: 4, Outputs: [3]iomodule.Output{{Events: []points.Code{points.CodeTripLong}}}}}, "application 4 has O1"},
	} {
		var said []string
		iomodule.CheckPair(c.modules, func(path, what string) { said = append(said, path+": "+what) })
		if got := strings.Join(said, "\n"); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%+v: %q, want %q", c.modules, got, c.want)
		}
	}
}

// TestStillness: whatever a wire does, an input changes only to what its wire has been
// for at least Debounce, and as soon as that is so.
func TestStillness(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := iomodule.New(1, iomodule.Config{Switch: 9}, false)
		m.Energise(true)
		var now, since time.Duration
		wire, want := false, false
		for range rapid.IntRange(1, 60).Draw(t, "changes") {
			now += time.Duration(rapid.IntRange(0, 40).Draw(t, "later")) * time.Millisecond
			if now-since >= iomodule.Debounce {
				want = wire
			}
			m.Advance(now)
			if got := m.State().Inputs[2]; got != want {
				t.Fatalf("at %v the input is %v, want %v", now, got, want)
			}
			if on := rapid.Bool().Draw(t, "on"); on != wire {
				wire, since = on, now
				m.Wire(now, 2, on)
			}
		}
	})
}

// TestRestore: what a module keeps comes back, and nonsense is not taken up.
func TestRestore(t *testing.T) {
	m := iomodule.New(1, iomodule.Config{Switch: 9}, true)
	m.Energise(true)
	m.Wire(0, 1, true)
	m.Advance(time.Second)
	m.Drive(2, true)
	m.Turn(4)
	raw, err := json.Marshal(m.State())
	if err != nil {
		t.Fatal(err)
	}
	var s iomodule.State
	if err := json.Unmarshal(raw, &s); err != nil {
		t.Fatal(err)
	}
	back := iomodule.New(1, iomodule.Config{}, false)
	back.Restore(s)
	if back.State() != m.State() {
		t.Errorf("%+v came back as %+v", m.State(), back.State())
	}
	for _, bad := range []iomodule.State{{}, {Switch: 1, Application: 10}, {Switch: -1, Application: 1}} {
		m := iomodule.New(1, iomodule.Config{}, false)
		before := m.State()
		if m.Restore(bad); m.State() != before {
			t.Errorf("%+v was taken up", bad)
		}
	}
}

// TestReach: nothing outside of what a module has moves or breaks it.
func TestReach(t *testing.T) {
	m := iomodule.New(1, iomodule.Config{Switch: 9}, false)
	before := m.State()
	m.Energise(true)
	m.Wire(0, -1, true)
	m.Wire(0, 6, true)
	m.Turn(0)
	m.Turn(10)
	m.Drive(-1, true)
	m.Drive(3, true)
	if m.State() != before {
		t.Errorf("%+v", m.State())
	}
	if _, due := m.Next(); due {
		t.Error("something is due")
	}
}
