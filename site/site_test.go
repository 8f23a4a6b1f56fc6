package site_test

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
	"switchroom/site"
)

const small = `site: small
breakers:
  - {name: Q1, in: 1000, variant: 6.0, system_type: 41, closed: true, from: T1, to: A}
  - {name: Q2, in: 630, variant: "5.0", closed: true, from: A, to: F}
network:
  sources: [{name: T1, node: T1}]
  loads: [{name: load, node: F, kw: 100}]
`

func parse(t *testing.T, text string) *site.Site {
	t.Helper()
	s, err := site.Parse("test.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDefaults(t *testing.T) {
	s := parse(t, small)
	q1, q2 := s.Breakers[0], s.Breakers[1]
	if s.Profile != access.Faithful || s.Voltage != 400 || s.Frequency != 50 {
		t.Errorf("%+v", s)
	}
	if q1.Address.String() != "127.0.1.1:5020" || q2.Address.String() != "127.0.1.2:5020" {
		t.Errorf("addresses %v, %v", q1.Address, q2.Address)
	}
	if q1.Unit.Rating.SystemType() != 41 || q2.Unit.Rating.SystemType() != 31 || q1.Unit.Interface != imu.IFE {
		t.Errorf("%+v %+v", q1.Unit.Rating, q2.Unit.Rating)
	}
	if q1.Unit.Settings.LongTime.Tr != 24 || q1.Unit.Settings.ShortTime.Isd != 1.5 {
		t.Errorf("B8: %+v", q1.Unit.Settings)
	}
}

func TestDemoAndExamples(t *testing.T) {
	for _, file := range []string{"../cmd/switchroom/demo.yaml", "../examples/hospital.yaml"} {
		s, err := site.LoadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		l, err := s.Build(imu.NewSteppedWorld(time.Date(2026, 11, 23, 10, 30, 0, 0, time.UTC)), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		l.Start()
		l.World.Step(time.Hour)
		for i, u := range l.Units {
			if u.Closed() != s.Breakers[i].Unit.Closed {
				t.Errorf("%s: %s does not stay as it began: closed %v", file, u.Name(), u.Closed())
			}
		}
	}
}

func TestNetworkFollowsTheBreakers(t *testing.T) {
	w := imu.NewSteppedWorld(time.Date(2026, 11, 23, 10, 30, 0, 0, time.UTC))
	l, err := parse(t, strings.Replace(small, "630, variant: \"5.0\"", "1000, variant: \"5.0\", settings: {protection.instantaneous.ii: 15, protection.short_time.isd: 10}", 1)).Build(w, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	l.Start()
	w.Step(2 * time.Second)
	amps := func(i int) float64 {
		var s imu.Snapshot
		l.Units[i].Read(w.Now(), access.Actor{Path: access.Modbus}, &s)
		return s.Values[points.CurrentL1]
	}
	if a := amps(0); a < 140 || a > 146 || math.Abs(amps(1)-a) > 0.001 {
		t.Errorf("100 kW are %g A and %g A", a, amps(1))
	}
	l.Units[1].Push(w.Now(), imu.OpenButton, true)
	w.Step(3 * time.Second)
	if amps(0) > 0.001 || amps(1) != 0 {
		t.Errorf("after Q2 opened: %g A and %g A", amps(0), amps(1))
	}
}

func TestEveryProblemHasItsPlace(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", "1:1"},
		{"[]", "write fields"},
		{"site: x\nbreakers: []", "no breaker"},
		{"site: x\nbreakers: {}", "2:11: breakers: write a list"},
		{"site: x\nsite: y\nbreakers: []", "test.yaml"},
		{"site: &a x\nprofile: *a\nbreakers: []", "aliases are not read"},
		{"site: x\nbreakers:\n  - {name: Q1, in: 50, variant: 6.0}", "3:"},
		{"site: x\nbreakers:\n  - {name: Q1, in: 1000, variant: 6.5}", "none of 2.0, 3.0"},
		{"site: x\nbreakers:\n  - {name: Q1, in: 1000, variant: 6.0, system_type: 33}", "none of 30"},
		{"site: x\nbreakers:\n  - {name: Q1, in: 1000, variant: 6.0, passwords: {level1: abc}}", "exactly four"},
		{"site: x\nbreakers:\n  - {name: Q1, in: 1000, variant: 6.0, passwords: {level5: abcd}}", "level1, level2"},
		{"site: x\nbreakers:\n  - {name: Q1, in: 1000, variant: 6.0, passwords: abcd}", "name: value"},
		{"site: x\nbreakers:\n  - {name: Q1, in: 1000, variant: 6.0, settings: {protection.long_time.ir: 5000}}", "outside 400 to 1000"},
		{"site: x\nbreakers:\n  - {name: Q1, in: 1000, variant: 6.0, settings: {protection.long_time.ir: 5 A}}", "not a number"},
		{"site: x\nbreakers:\n  - {name: Q1, in: 1000, variant: 6.0, settings: {protection.ir: 500}}", "protection.long_time.ir"},
		{"site: x\nbreakers:\n  - {name: Q1, in: 1000, variant: 6.0, settings: {current.l1: 500}}", "not a protection setting"},
		{"site: x\nbreakers:\n  - {name: Q1, in: 1000, variant: 6.0, settings: {protection.short_time.i2t: on, protection.short_time.tsd: 0}}", "protection.short_time"},
		{"site: x\nbreakers:\n  - {name: Q1, in: 1000, variant: 6.0, pad: locked, interface: eife}", "has no pad"},
		{"site: x\nbreakers:\n  - {name: Q1, in: 1000, variant: 6.0, pad: locked, remote_control: true}", "leave remote_control out"},
		{"site: x\nbreakers:\n  - {name: Q1, in: 1000, variant: 6.0, from: A}", "go together"},
		{"site: x\nbreakers:\n  - {name: Q1, in: 1000, variant: 6.0, address: 10.0.0.1}", "listen: lan"},
		{"site: x\nbreakers:\n  - {name: Q1, in: 1000, variant: 6.0, address: 127.0.0.1}", "127.0.1.1 and up"},
		{"site: x\nbreakers:\n  - {name: Q1, in: 1000, variant: 6.0, address: nowhere}", "not an IP address"},
		{"site: x\nbreakers:\n  - {name: Q1, in: 1000, variant: 6.0}\n  - {name: Q2, in: 1000, variant: 6.0, address: 127.0.1.1}", "is breaker \"Q1\"'s"},
		{"site: x\nlisten: lan\nbreakers:\n  - {name: Q1, in: 1000, variant: 6.0, address: 0.0.0.0}", "no address of one device"},
		{"site: x\nlisten: lan\nbreakers:\n  - {name: Q1, in: 1000, variant: 6.0, address: 224.0.0.1}", "no address of one device"},
		{"site: x\nlisten: lan\nbreakers:\n  - {name: Q1, in: 1000, variant: 6.0, address: \"fe80::1%eth0\"}", "without a zone"},
		{"site: x\nbreakers:\n  - {name: Q1, in: 1000, variant: 6.0, address: \"::ffff:127.0.0.1\"}", "127.0.1.1 and up"},
		{"site: x\nbreakers:\n  - {name: Q1, in: 1000, variant: 6.0, address: 127.255.255.255}", "no address of one device"},
		{"site: x\nbreakers:\n  - {name: Q1, in: 1000, variant: 6.0, from: A, to: A}", "between a node and itself"},
		{"site: x\nbreakers:\n  - {name: Q1, in: 1000, variant: 6.0, from: A, to: B}\nnetwork: {sources: [{name: T, node: A}, {name: T, node: B}]}", "another source or load"},
		{"site: x\nport: 70000\nbreakers:\n  - {name: Q1, in: 1000, variant: 6.0}", "2:7: port: 70000 is outside"},
		{"site: x\nbreakers:\n  - {name: Q1, in: 1000, variant: 3.0, standard: iec}", "does not exist for IEC"},
		{"site: x\nbreakers:\n  - {name: \"Q\\e[1\", in: 1000, variant: 6.0}", "control character"},
	} {
		_, err := site.Parse("test.yaml", []byte(c.in))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q:\n  %v\n  want %q", c.in, err, c.want)
		}
	}
}

// TestCopiesAreWiredToTheirOwn: a copy hangs at its own grid.
func TestCopiesAreWiredToTheirOwn(t *testing.T) {
	text := strings.Replace(small, "site: small", "site: small\ncopies: 3", 1)
	text = strings.Replace(text, "network:", "network:\n  grids: [{name: Q, mva: 250}]", 1)
	text = strings.Replace(text, "{name: T1, node: T1}", "{name: T1, node: T1, grid: Q}", 1)
	s := parse(t, text)
	if len(s.Breakers) != 6 || s.Breakers[2].Unit.Name != "Q1-0002" || s.Breakers[2].From != "T1-0002" || s.Breakers[5].Address.String() != "127.0.1.6:5020" {
		t.Errorf("%d breakers: %+v", len(s.Breakers), s.Breakers[2])
	}
	st, err := s.ShortCircuit(false)
	if err != nil {
		t.Fatal(err)
	}
	a, err := st.Node("A-0001")
	if err != nil {
		t.Fatal(err)
	}
	if b, err := st.Node("A-0003"); err != nil || math.Abs(a.Ik3Max-b.Ik3Max) > 1 || a.Ik3Max < 20e3 {
		t.Errorf("%v: %g and %g A", err, a.Ik3Max, b.Ik3Max)
	}
	for copies, want := range map[string]string{"10001": "20002 breakers", "20001": "outside"} {
		if _, err := site.Parse("x", []byte(strings.Replace(text, "copies: 3", "copies: "+copies, 1))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("copies: %s: %v", copies, err)
		}
	}
}

// TestEarthingOfTheStarPoint: isolated, a phase to earth draws nothing; through
// 1 Ω it draws c·U/√3 over a little more than that; and so below a grid, and
// from a generator.
func TestEarthingOfTheStarPoint(t *testing.T) {
	const grid, generator = "grids: [{name: Q, mva: 250}]\n  ", "generators: [{name: T1, node: T1, kva: 1000, running: true"
	for _, c := range []struct {
		source string
		lo, hi float64
	}{
		{"sources: [{name: T1, node: T1", 20e3, 40e3},
		{"sources: [{name: T1, node: T1, earthing: isolated", 0, 0},
		{"sources: [{name: T1, node: T1, earthing: impedance, earthing_ohm: 1", 235, 243},
		{grid + "sources: [{name: T1, node: T1, grid: Q, earthing: isolated", 0, 0},
		{grid + "sources: [{name: T1, node: T1, grid: Q, earthing: impedance, earthing_ohm: 1", 235, 243},
		{generator, 10e3, 30e3},
		{generator + ", earthing: isolated", 0, 0},
		{generator + ", earthing: impedance, earthing_ohm: 1", 230, 243},
	} {
		s := parse(t, strings.Replace(small, "sources: [{name: T1, node: T1", c.source, 1))
		st, err := s.ShortCircuit(false)
		if err != nil {
			t.Fatal(err)
		}
		p, err := st.Node("A")
		if err != nil || p.Ik1Max < c.lo || p.Ik1Max > c.hi || p.Ik3Max < 10e3 {
			t.Errorf("%s: %v %+v", c.source, err, p)
		}
	}
}

func TestHardenedStartsLocked(t *testing.T) {
	s := parse(t, strings.Replace(small, "site: small", "site: small\nprofile: hardened", 1))
	u, err := imu.New(s.Breakers[0].Unit, imu.NewSteppedWorld(time.Unix(0, 0)))
	if err != nil {
		t.Fatal(err)
	}
	var snap imu.Snapshot
	u.Read(0, access.Actor{Path: access.Modbus}, &snap)
	if snap.Values[points.InterfacePad] != 1 {
		t.Error("remote control is on before somebody enables it")
	}
}

func TestSchemaIsJSON(t *testing.T) {
	b, err := site.JSONSchema()
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	if doc["$schema"] == nil || doc["properties"] == nil {
		t.Errorf("%s", b)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(locked))
	if demo, err := os.ReadFile("../cmd/switchroom/demo.yaml"); err == nil {
		f.Add(demo)
	}
	f.Add([]byte(fronted))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := site.Parse("fuzz.yaml", data)
		if err != nil {
			return
		}
		// What is accepted can be built.
		if len(s.Breakers) < 50 {
			if _, err := s.Build(imu.NewSteppedWorld(time.Unix(0, 0)), nil, nil); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestMeasuringErrors: units differ from each other, and the same site measures
// the same again.
func TestMeasuringErrors(t *testing.T) {
	text := strings.Replace(small, "site: small", "site: small\nseed: 7\nmeasuring_errors: true", 1)
	a, b := parse(t, text), parse(t, text)
	if e := a.Breakers[0].Unit.Errors; e == 0 || e == a.Breakers[1].Unit.Errors || e != b.Breakers[0].Unit.Errors {
		t.Errorf("seeds %d, %d; again %d", e, a.Breakers[1].Unit.Errors, b.Breakers[0].Unit.Errors)
	}
	if e := parse(t, small).Breakers[0].Unit.Errors; e != 0 {
		t.Errorf("without the flag: %d", e)
	}
}
