package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"switchroom/fat"
	"switchroom/fat/rehearsal"
	"switchroom/lab/remote"
	"switchroom/points"
	"switchroom/regmap"
)

// fortySite is a site of so many feeders, each closed and with a load.
func fortySite(n, port int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "site: Forty breakers\nvoltage: 400\nfrequency: 50\nseed: 1\nport: %d\nbreakers:\n", port)
	for i := range n {
		fmt.Fprintf(&b, "  - {name: Q%02d, in: 630, variant: \"6.0\", system_type: 41, address: 127.0.9.%d, closed: true, from: A, to: F%d, taps: top}\n", i+1, i+1, i+1)
	}
	b.WriteString("network:\n  sources:\n    - {name: T1, node: A, kva: 2500, uk_percent: 6}\n  loads:\n")
	for i := range n {
		fmt.Fprintf(&b, "    - {name: L%d, node: F%d, kw: %d, power_factor: 0.9, profile: constant}\n", i+1, i+1, 20+i)
	}
	return b.String()
}

// runUp starts the program with a site and returns where its laboratory is.
func runUp(t *testing.T, site string) string {
	t.Helper()
	dir := t.TempDir()
	file, ready := filepath.Join(dir, "site.yaml"), filepath.Join(dir, "ready")
	put(t, file, []byte(site))
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var errs bytes.Buffer
	up := &exec.Cmd{
		Path: self, Args: []string{"switchroom", "up", file, "--quiet", "--data", dir, "--ready-file", ready, "--lab", "127.0.0.1:0"},
		Env: append(os.Environ(), asProgram+"=1"), Stderr: &errs,
	}
	if err := up.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { up.Process.Kill(); up.Wait() })
	for range 1500 {
		var r readyFile
		if b, err := os.ReadFile(ready); err == nil && json.Unmarshal(b, &r) == nil && r.Lab != "" {
			return r.Lab
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("the site does not get ready: %s", errs.String())
	return ""
}

// called is what an acceptance test calls the mistakes of a rehearsal.
var called = map[string]string{
	"addresses-swapped": "wrong-breaker", "answers-in-order": "believes-wrong-answers", "bit-inverted": "bit-inverted", "byte-swap": "byte-swap",
	"command-destination": "order-not-obeyed", "command-repeated": "order-repeated", "connection-per-tag": "too-many-connections", "data-type": "data-type",
	"enum-shifted": "enum-shifted", "extreme-for-value": "wrong-point", "gives-up": "no-reconnect", "half-answer": "believes-wrong-answers",
	"keeps-last": "no-staleness", "nan-as-zero": "no-quality-handling", "no-decimals": "no-decimals", "no-reconnect": "no-reconnect",
	"not-available-shown": "no-quality-handling", "off-by-one-high": "off-by-one", "off-by-one-low": "off-by-one", "phases-swapped": "phases-swapped",
	"poll-slow": "stuck", "quality-ignored": "no-quality-handling", "scale-kilo": "scale", "scale-ten": "scale", "signedness": "signedness",
	"tag-forgotten": "missing", "time-zone": "time-zone", "unit-id": "not-reached", "width": "width", "word-swap": "word-swap", "wrong-bit": "wrong-bit",
}

// hundred are a hundred points of a breaker, of every kind.
func hundred() (ids []points.ID) {
	for _, p := range points.All() {
		for _, u := range []string{"breaker", "current", "demand", "energy", "frequency", "health", "operations", "phase_sequence", "power", "power_factor", "temperature", "voltage"} {
			if _, ok := regmap.Default().Find(p.ID); ok && matches(p.Name, u) && len(ids) < 100 && !strings.HasSuffix(p.Name, ".min") && !strings.HasSuffix(p.Name, ".at") {
				ids = append(ids, p.ID)
			}
		}
	}
	return ids
}

// scada is a supervision system for all breakers of a laboratory, each of the mistakes
// made at a breaker of its own.
func scada(t *testing.T, lab string, ids []points.ID, names []string, period time.Duration) (binding string, made []rehearsal.Made) {
	t.Helper()
	c, err := remote.New(lab)
	if err != nil {
		t.Fatal(err)
	}
	units, err := c.Units(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var devices []rehearsal.Device
	for _, u := range units {
		devices = append(devices, rehearsal.Device{Name: u.Name, Address: u.Modbus, Unit: byte(u.Unit), Period: period})
	}
	cfg := rehearsal.Default(devices, ids)
	cfg.Password = "3333"
	used := map[string]bool{}
	for _, n := range names {
		m := makeApart(t, &cfg, n, used)
		made = append(made, m)
	}
	s, err := rehearsal.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	file := filepath.Join(t.TempDir(), "binding.yaml")
	put(t, file, fmt.Appendf(nil, `kind: http
url: %[1]s/values
value: /{breaker}/{point}/value
quality: /{breaker}/{point}/quality
time: /{breaker}/{point}/time
command:
  url: %[1]s/command
  body: '{"breaker":"{breaker}","do":"{do}"}'
`, s.URL()))
	return file, made
}

// makeApart makes a mistake at a breaker that has none yet, where it makes a
// difference: the signedness of an energy that is never negative does not.
func makeApart(t *testing.T, cfg *rehearsal.Config, name string, used map[string]bool) rehearsal.Made {
	t.Helper()
	for seed := range uint64(10_000) {
		try := *cfg
		m, err := try.Make(name, seed)
		if err != nil {
			t.Fatal(err)
		}
		at := breakersOf(m)
		if slices.ContainsFunc(at, func(b string) bool { return used[b] }) || name == "signedness" && !strings.HasSuffix(m.Tags[0], ".energy.active") {
			continue
		}
		for _, b := range at {
			used[b] = true
		}
		*cfg = try
		return m
	}
	t.Fatalf("no breaker left for %s", name)
	return rehearsal.Made{}
}

// breakersOf are the breakers at which a mistake shows.
func breakersOf(m rehearsal.Made) []string {
	at := []string{m.Device}
	for _, tag := range m.Tags {
		if b, _, _ := strings.Cut(tag, "."); !slices.Contains(at, b) {
			at = append(at, b)
		}
	}
	return at
}

// acceptance plans and runs, as a person does who edits the plan, and returns the
// result.
func acceptance(t *testing.T, lab, binding string, ids []points.ID, edit func(*fat.Plan), more ...string) (*fat.Result, string) {
	t.Helper()
	dir := t.TempDir()
	plan, result := filepath.Join(dir, "plan.yaml"), filepath.Join(dir, "result.json")
	args := append([]string{"fat", "plan", "--lab", lab, "--binding", binding, "--system", "rehearsal", "-o", plan}, more...)
	for _, id := range ids {
		args = append(args, "--points", id.String())
	}
	if out, status := call(args...); status != 0 {
		t.Fatal(out)
	}
	editPlan(t, plan, edit)
	out, status := call("fat", "run", plan, "--lab", lab, "--seed", "1", "-o", result, "--report", filepath.Join(dir, "report.pdf"))
	if status > 1 {
		t.Fatal(out)
	}
	res, _, err := fatResult(result)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if shown, status := call("fat", "verify", result); status != 0 {
		t.Error(shown)
	}
	return res, out
}

// editPlan changes a plan.
func editPlan(t *testing.T, file string, edit func(*fat.Plan)) {
	t.Helper()
	if edit == nil {
		return
	}
	p, err := fatPlan(file)
	if err != nil {
		t.Fatal(err)
	}
	edit(p)
	var b bytes.Buffer
	if err := p.WriteYAML(&b); err != nil {
		t.Fatal(err)
	}
	put(t, file, b.Bytes())
}

// few are some points of each kind.
func few(t *testing.T) (ids []points.ID) {
	t.Helper()
	for _, name := range []string{"breaker.closed", "breaker.fault_tripped", "breaker.tripped", "current.l1", "current.l2", "current.l3", "energy.active", "interface.pad", "voltage.l12"} {
		id, err := points.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

// shorter leaves out what a test need not wait for.
func shorter(p *fat.Plan) {
	p.Passes = 3
	for i := range p.Steps {
		if p.Steps[i].With["lose"] != "" {
			p.Steps[i].Within = 4 // so long it waits for a second order, which comes after one
		}
	}
}

// TestAcceptance runs the acceptance of a system of seven breakers with five mistakes
// against the real program: of what is shown, and of orders.
func TestAcceptance(t *testing.T) {
	t.Parallel()
	lab := runUp(t, fortySite(7, int(lastPort.Add(1))))
	binding, made := scada(t, lab, few(t), []string{"word-swap", "phases-swapped", "wrong-bit", "command-destination", "command-repeated"}, 100*time.Millisecond)
	res, out := acceptance(t, lab, binding, few(t), shorter, "--within", "3", "--phase", "point-to-point", "--phase", "functional", "--phase", "alarms")
	wantMistakes(t, res, made, out)
	for _, s := range res.Steps {
		if s.Breaker == "" || s.Verdict == fat.Pass || slices.ContainsFunc(made, func(m rehearsal.Made) bool { return slices.Contains(breakersOf(m), s.Breaker) }) {
			continue
		}
		t.Errorf("%s: %s, %s", s.ID, s.Verdict, s.Note)
		if len(s.Passes) > 0 {
			t.Logf("  expected %s, shown %s", s.Passes[0].Expected, s.Passes[0].Shown)
		}
	}
}

// wantMistakes wants each mistake to be found where it was made, by its name, and
// nothing at breakers that have none.
func wantMistakes(t *testing.T, res *fat.Result, made []rehearsal.Made, out string) {
	t.Helper()
	found := 0
	for _, m := range made {
		if slices.ContainsFunc(res.Findings, func(f fat.Finding) bool {
			return f.Mistake == called[m.Mistake] && slices.Contains(f.Breakers, m.Device)
		}) {
			found++
			continue
		}
		t.Errorf("not found: %s at %s %v, as %s", m.Mistake, m.Device, m.Tags[:min(len(m.Tags), 3)], called[m.Mistake])
	}
	for _, f := range res.Findings {
		for _, b := range f.Breakers {
			if !slices.ContainsFunc(made, func(m rehearsal.Made) bool { return slices.Contains(breakersOf(m), b) }) {
				t.Errorf("found at a breaker that is right, %s: %v", b, f)
			}
		}
	}
	t.Logf("%d of %d mistakes found and named; %d points of %d breakers in %.1f s, everything in %.0f s", found, len(made),
		res.Summary.Points, res.Summary.Breakers, res.Summary.Seconds, res.End.Sub(res.Begin).Seconds())
	if t.Failed() {
		t.Log(out)
	}
}

// TestFortyBreakers is the measured run: forty breakers, 4,000 points, and every
// mistake that a rehearsal knows, each at a breaker of its own.
func TestFortyBreakers(t *testing.T) {
	if os.Getenv("SWITCHROOM_FAT_FORTY") == "" {
		t.Skip("SKIPPED: forty breakers take some minutes; set SWITCHROOM_FAT_FORTY=1 (docs/fat.md has the last result)")
	}
	lab := runUp(t, fortySite(40, int(lastPort.Add(1))))
	var names []string
	for _, m := range rehearsal.Mistakes() {
		names = append(names, m.Name)
	}
	binding, made := scada(t, lab, hundred(), names, time.Second)
	res, out := acceptance(t, lab, binding, hundred(), nil)
	wantMistakes(t, res, made, out)
	if res.Summary.Points != 4000 || res.Summary.Seconds > 120 {
		t.Errorf("%d points in %.0f s", res.Summary.Points, res.Summary.Seconds)
	}
}

// TestLaboratoryOfRun: the plan's own laboratory goes before the environment's, and
// what is asked for before both.
func TestLaboratoryOfRun(t *testing.T) {
	const asked, planned, set = "http://asked:1", "http://planned:1", "http://set:1"
	for _, c := range []struct{ flag, site, env, want string }{
		{asked, planned, set, asked}, {"", planned, set, planned}, {"", "Hospital", set, set}, {"", "Hospital", "", "http://" + labAddress},
	} {
		t.Setenv("SWITCHROOM_LAB", c.env)
		if got := (&fatRunCmd{Lab: c.flag}).laboratory(&fat.Plan{Site: c.site}); got.Lab != c.want {
			t.Errorf("%+v: %s", c, got.Lab)
		}
	}
}
