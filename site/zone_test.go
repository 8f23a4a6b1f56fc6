package site_test

import (
	"strings"
	"testing"
	"time"

	"switchroom/site"
)

const chain = `site: chain
breakers:
  - {name: Q1, in: 1600, variant: "6.0", closed: true, from: T1, to: A, settings: {protection.short_time.isd: 2, protection.short_time.tsd: 0.2, protection.instantaneous.mode: "off", protection.zsi.short_time: on}}
  - {name: Q2, in: 630, variant: "6.0", closed: true, from: A, to: F, zsi: [Q1], settings: {protection.short_time.isd: 2, protection.short_time.tsd: 0.1, protection.instantaneous.mode: "off"}}
network:
  sources: [{name: T1, node: T1, kva: 1000}]
  loads: [{name: load, node: F, kw: 50}]
`

// trips plays a three-phase fault at a node and returns who trips when after it.
func trips(t *testing.T, text, node string, before ...string) map[string]time.Duration {
	t.Helper()
	s := parse(t, text)
	actions := append(before, "  - {at: 2, do: fault, target: "+node+", kind: three_phase, angle: 0}")
	r, err := s.NewRun(scenario(t, s, "scenario: fault\nduration: 20\nactions:\n"+strings.Join(actions, "\n")+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	r.Step(20 * time.Second)
	at := map[string]time.Duration{}
	var begin float64
	for _, e := range r.Log {
		switch {
		case e.Event == "fault":
			begin = e.T
		case strings.HasPrefix(e.Event, "trip.") && e.What == "entry":
			at[e.Who] = time.Duration((e.T - begin) * 1e9)
		}
	}
	return at
}

// TestZones: a fault below Q2 is Q2's alone, a fault between the two Q1 clears
// without waiting, and with Q2's wire off Q1 does not wait for Q2 either.
func TestZones(t *testing.T) {
	const delayed = 140 * time.Millisecond
	if at := trips(t, chain, "F"); at["Q2"] == 0 || at["Q1"] != 0 {
		t.Errorf("a fault below Q2: %v", at)
	}
	if at := trips(t, chain, "A"); at["Q1"] == 0 || at["Q1"] > 80*time.Millisecond {
		t.Errorf("a fault above Q2: %v", at)
	}
	if at := trips(t, strings.Replace(chain, "zsi: [Q1], ", "", 1), "A"); at["Q1"] < delayed {
		t.Errorf("with the jumper in, Q1 waits for its delay: %v", at)
	}
	if at := trips(t, chain, "F", "  - {at: 1, do: fail, target: Q2, part: trip_circuit}"); at["Q1"] < delayed {
		t.Errorf("when Q2 does not open, Q1 clears after its delay: %v", at)
	}
}

func TestZonesChecked(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{strings.Replace(chain, "zsi: [Q1]", "zsi: [Q9]", 1), `no breaker is named "Q9"`},
		{strings.Replace(chain, "zsi: [Q1]", "zsi: [Q2]", 1), "does not restrain itself"},
		{strings.NewReplacer(`in: 1600, variant: "6.0"`, `in: 1600, variant: "2.0"`, "protection.short_time.tsd: 0.2, protection.instantaneous.mode: \"off\", protection.zsi.short_time: on", "", "isd: 2, }", "isd: 2}").Replace(chain), "has no zone selective interlocking"},
	} {
		if _, err := site.Parse("test.yaml", []byte(c.in)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}

// TestOptionalSettings: settings of a digital module need the module.
func TestOptionalSettings(t *testing.T) {
	const one = "site: x\nbreakers:\n  - {name: Q1, in: 1000, variant: \"6.0\", %smodules: [%s], settings: {protection.undervoltage_1.mode: on, protection.erms.tsd: 0.1}}\n"
	with := func(modules string) string {
		return strings.NewReplacer("%smodules", "modules", "%s", modules).Replace(one)
	}
	if _, err := site.Parse("test.yaml", []byte(with("waveform"))); err == nil || !strings.Contains(err.Error(), "modules: [voltage]") {
		t.Errorf("without the module: %v", err)
	}
	u := parse(t, with("voltage")).Breakers[0].Unit
	if u.Optional == nil || !u.Optional.Undervoltage[0].On || u.Common == nil || u.Common.ERMS.Tsd != 0.1 {
		t.Errorf("%+v %+v", u.Optional, u.Common)
	}
}

// TestCopiesOfZones: every copy has wires of its own.
func TestCopiesOfZones(t *testing.T) {
	s := parse(t, strings.Replace(chain, "site: chain\n", "site: chain\ncopies: 300\n", 1))
	if len(s.Breakers) != 600 {
		t.Fatalf("%d breakers", len(s.Breakers))
	}
	last := s.Breakers[599]
	if last.Unit.Name != "Q2-0300" || last.ZSI[0] != "Q1-0300" || last.From != "A-0300" || last.Address.String() != "127.0.3.100:5020" {
		t.Errorf("%s %v %s %v", last.Unit.Name, last.ZSI, last.From, last.Address)
	}
}

// TestDeafZones: a wire to a breaker that is not set to listen is noted, once per
// wire, and is no problem.
func TestDeafZones(t *testing.T) {
	for _, c := range []struct {
		settings string
		notes    int
	}{
		{"", 1},
		{"protection.short_time.isd: 2", 1},
		{"protection.erms.tsd: 0.1", 1},
		{"protection.zsi.short_time: on", 0},
		{"protection.zsi.ground_fault: on", 0},
	} {
		s := parse(t, "site: x\nbreakers:\n  - {name: Q1, in: 1600, variant: \"6.0\", settings: {"+c.settings+"}}\n  - {name: Q2, in: 630, variant: \"6.0\", zsi: [Q1]}\n")
		if len(s.Notes) != c.notes || c.notes > 0 && (s.Notes[0].Line != 4 || s.Notes[0].Path != "breakers[1].zsi[0]") {
			t.Errorf("%s: %v", c.settings, s.Notes)
		}
	}
}
