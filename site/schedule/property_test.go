package schedule_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"switchroom/site"
	"switchroom/site/schedule"
)

// pools are what lists have in their cells, and some of what they should not.
var pools = []struct {
	name  string
	cells []string
}{
	{"name", []string{"Q1", "Q2", "Q3", "Q4", "q4", "GW1", "PS1", "T1", "Q1 bus", "Kühlung 1", "配", "load", "127.0.1.1", ""}},
	{"rating", []string{"1600", "1 600 A", "1.6 kA", "630", "630,0", "8000", "100", "MTZ2 16 H1", "", "6300A"}},
	{"variant", []string{"6.0", "5,0 X", "2", "7.0", "3.0"}},
	{"type", []string{"", "", "MTZ1", "MTZ2 20", "MTZ3", "Compact"}},
	{"standard", []string{"", "", "", "UL", "IEC 60947"}},
	{"poles", []string{"", "3", "4P"}},
	{"interface", []string{"", "", "ife", "eife", "ifm", "ifm", "none", "gateway", "panel server"}},
	{"address", []string{"", "", "10.0.0.1", "10.0.0.1", "10.0.0.2:502", "10.0.0.3", "127.0.1.1", "127.0.0.1", "127.255.255.255", "::1", "fd00::2", "192.0.2.1"}},
	{"port", []string{"", "", "", "502", "5020", "1502"}},
	{"unit", []string{"", "", "1", "2", "3", "99", "200", "255", "0"}},
	{"via", []string{"", "", "", "", "Q1", "GW1", "PS1", "GWX"}},
	{"parent", []string{"", "T1", "G1", "Q1", "Q2", "Q3", "Q1/Q2", "G1/Q1", "grid"}},
	{"closed", []string{"", "yes", "no"}},
	{"modules", []string{"", "", "all", "waveform, erms"}},
	{"ground_return", []string{"", "", "", "yes"}},
	{"system_type", []string{"", "", "41", "31"}},
}

// drawList makes a list in which most rows are right by themselves.
func drawList(t *rapid.T) string {
	var b strings.Builder
	for _, p := range pools {
		b.WriteString(p.name + ";")
	}
	b.WriteString("\n")
	for range rapid.IntRange(1, 6).Draw(t, "rows") {
		for _, p := range pools {
			b.WriteString(rapid.SampledFrom(p.cells).Draw(t, p.name) + ";")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// TestImportedIsASite: a list is refused, or becomes a site file that is one; and
// without lan nothing of it listens beyond this machine.
func TestImportedIsASite(t *testing.T) {
	made := 0
	rapid.Check(t, func(t *rapid.T) {
		list := drawList(t)
		o := schedule.Options{LAN: rapid.Bool().Draw(t, "lan"), Topology: rapid.SampledFrom([]schedule.Topology{"", schedule.Each, schedule.OneGate, schedule.OnePanel}).Draw(t, "topology")}
		p, err := schedule.Import("list.csv", []byte(list), o)
		if err != nil {
			return
		}
		made++
		s, err := site.Parse("site.yaml", p.YAML)
		if err != nil {
			t.Fatalf("%s%v\n%s", list, err, p.YAML)
		}
		for i := range s.Breakers {
			if b := &s.Breakers[i]; !o.LAN && b.Reachable() && !b.Address.Addr().IsLoopback() {
				t.Fatalf("%v\n%s", b.Address, p.YAML)
			}
		}
	})
	if made == 0 {
		t.Error("no list was right: the property says nothing")
	}
}
