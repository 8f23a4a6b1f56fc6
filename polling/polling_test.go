package polling

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"switchroom/points"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

var update = flag.Bool("update", false, "write the golden files anew")

// two are the breakers of the golden files: one behind a gateway by a unit id of
// its own.
var two = []Device{
	{Name: "Q1", Host: "127.0.1.1", Port: 5020, Unit: 255},
	{Name: "Q11 offices", Host: "192.0.2.10", Port: 502, Unit: 11},
}

// TestGolden holds every format to a file that a person has looked at. The points
// are of every layout that the table has.
func TestGolden(t *testing.T) {
	m := userMap(t)
	p := plan(t, m, ids(t, "breaker.closed", "breaker.tripped", "current.l1", "energy.active.delivered", "frequency", "power.active.total", "interface.name", "interface.uptime", "interface.clock", "protection.neutral.type", "voltage.l12"), two)
	for i := range Formats {
		f := &Formats[i]
		t.Run(f.Name, func(t *testing.T) {
			got := write(t, f, p)
			file := filepath.Join("testdata", "two."+f.Name)
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), string(got)); d != "" {
				t.Errorf("not as in %s (go test ./polling -update writes it):\n%s", file, d)
			}
		})
	}
}

// userMap has rows of a user for layouts that the usual points do not have.
func userMap(t testing.TB) *regmap.Map {
	t.Helper()
	m, err := regmap.Default().Override(strings.NewReader(`register,type,point,scale,certainty,source
32501,INT16U,frequency,10,confirmed,test
32502,INT16,power.active.total,0.01,ours,test
32510,INT64U,energy.apparent,,confirmed,test
32514,XDATE,device.clock,,confirmed,test
32520,BITS,phase_sequence,,confirmed,test
32521,INT32,current.l1.max,-3,confirmed,test
`))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func ids(t testing.TB, names ...string) (all []points.ID) {
	t.Helper()
	for _, n := range names {
		id, err := points.Lookup(n)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, id)
	}
	return all
}

func plan(t testing.TB, m *regmap.Map, ids []points.ID, devices []Device) *Plan {
	t.Helper()
	p, err := NewPlan(m, ids, devices)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func write(t interface{ Fatal(...any) }, f *Format, p *Plan) []byte {
	var b bytes.Buffer
	if err := f.Write(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestUsual holds the usual points to what a strict reader would take, in the
// built-in table and in one whose rows a user made certain.
func TestUsual(t *testing.T) {
	m := regmap.Default()
	got := Usual(m)
	if len(got) < 15 {
		t.Errorf("%d usual points: too few to watch a breaker by", len(got))
	}
	for _, id := range got {
		if p, _ := m.Find(id); p.Row.Certainty >= points.Inferred {
			t.Errorf("%v is among the usual points, and its register is %v", id, p.Row.Certainty)
		}
	}
	f := ids(t, "frequency")[0]
	if slices.Contains(got, f) || !slices.Contains(Usual(userMap(t)), f) {
		t.Error("frequency is usual without, or not usual with, a confirmed register")
	}
	if !slices.IsSorted(usual) {
		t.Error("the usual points are not sorted")
	}
	ids(t, usual...)
}

func TestOnly(t *testing.T) {
	m := regmap.Default()
	all := ids(t, "wear.contacts", "current.l1", "current.n", "frequency")
	if got := Only(m, all, points.Inferred); !slices.Equal(got, all[2:]) {
		t.Errorf("inferred or worse: %v", got)
	}
}

func TestNewPlanSays(t *testing.T) {
	m := regmap.Default()
	for _, c := range []struct {
		ids     []points.ID
		devices []Device
		want    string
	}{
		{ids(t, "password.level4"), nil, "stands in no register"},
		{ids(t, "current.l1"), []Device{two[0], two[0]}, "twice"},
		{ids(t, "current.l1"), []Device{{Name: "Q1", Host: "0:00", Port: 502}}, "neither a name nor an address"},
		{ids(t, "current.l1"), []Device{{Name: "Q1", Host: "a\nb", Port: 502}}, "neither a name nor an address"},
		{ids(t, "current.l1"), []Device{{Name: "\u200b", Host: "a", Port: 502}}, "no name"},
	} {
		if _, err := NewPlan(m, c.ids, c.devices); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %q", c.ids, err, c.want)
		}
	}
	if p := plan(t, m, ids(t, "current.l1"), nil); p.Devices[0] != Template {
		t.Errorf("without a device: %v", p.Devices)
	}
}

// TestSpans draws points: each request lies within one mapped block and the limit
// of the protocol, none overlaps another, and each word of each item is in one.
func TestSpans(t *testing.T) {
	m := userMap(t)
	rapid.Check(t, func(t *rapid.T) {
		p, err := NewPlan(m, drawIDs(t, m), two)
		if err != nil {
			t.Fatal(err)
		}
		items := 0
		for i, s := range p.Spans {
			b, ok := m.BlockOf(s.First)
			if !ok || s.Last() > b.Last || s.Count > modbus.MaxRead {
				t.Errorf("request %d to %d leaves block %v", s.First, s.Last(), b)
			}
			if i > 0 && p.Spans[i-1].Last() >= s.First {
				t.Errorf("request from %d overlaps the one before", s.First)
			}
			for _, w := range s.Words {
				if w.Register < s.First || w.Last() > s.Last() {
					t.Errorf("%d is outside its request", w.Register)
				}
			}
			for _, it := range s.Items {
				items++
				if !slices.Contains(s.Words, it.Row) {
					t.Errorf("%v is not read", it.ID)
				}
			}
		}
		if items != len(p.Items) {
			t.Errorf("%d of %d items are in requests", items, len(p.Items))
		}
	})
}

// drawIDs draws points that stand in a register.
func drawIDs(t *rapid.T, m *regmap.Map) []points.ID {
	var all []points.ID
	for _, p := range points.All() {
		if _, ok := m.Find(p.ID); ok {
			all = append(all, p.ID)
		}
	}
	return rapid.SliceOfN(rapid.SampledFrom(all), 1, 80).Draw(t, "points")
}

// TestCertaintyTravels holds every format to what is said of each point in it: the
// register and how well it is known.
func TestCertaintyTravels(t *testing.T) {
	m := userMap(t)
	var all []points.ID
	for _, p := range points.All() {
		if _, ok := m.Find(p.ID); ok {
			all = append(all, p.ID)
		}
	}
	p := plan(t, m, all, two)
	for i := range Formats {
		f := &Formats[i]
		if f.Name == "prometheus-scrape" {
			continue // it has devices, and no register
		}
		text := string(write(t, f, p))
		for j := range p.Items {
			it := &p.Items[j]
			said := fmt.Sprintf("%d, %v", it.Row.Register, it.Row.Certainty)
			switch {
			case f.Name == "csv":
				said = fmt.Sprintf(",%v,%d,%d,", it.ID, it.Row.Register, it.Row.Register.Address())
			case it.Bit >= 0 && f.Name != "mbmap":
				said = fmt.Sprintf("%d bit %d, %v", it.Row.Register, it.Bit, it.Row.Certainty)
			}
			if !strings.Contains(text, said) {
				t.Errorf("%s: %v: %q does not stand there", f.Name, it.ID, said)
			}
		}
	}
}
