package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"switchroom/fat"
	"switchroom/fat/fattest"
	"switchroom/lab/remote"
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

// scada starts a supervision system that polls all breakers of a laboratory, with the
// mistakes, and writes its binding.
func scada(t *testing.T, lab string, mistakes []fattest.Mistake, poll time.Duration) (binding string, names []string) {
	t.Helper()
	c, err := remote.New(lab)
	if err != nil {
		t.Fatal(err)
	}
	units, err := c.Units(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	cfg := fattest.Config{Points: fattest.Points(), Poll: poll, Mistakes: mistakes, Password: "3333"}
	for _, u := range units {
		cfg.Breakers = append(cfg.Breakers, fattest.Breaker{Name: u.Name, Modbus: u.Modbus, Unit: u.Unit})
		names = append(names, u.Name)
	}
	s, err := fattest.Start(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	web := httptest.NewServer(s.Handler())
	t.Cleanup(web.Close)
	file := filepath.Join(t.TempDir(), "binding.yaml")
	put(t, file, fmt.Appendf(nil, `kind: http
url: %[1]s/values
value: /{breaker}/{point}/value
quality: /{breaker}/{point}/quality
time: /{breaker}/{point}/time
command:
  url: %[1]s/command
  body: '{"breaker":"{breaker}","do":"{do}"}'
`, web.URL))
	return file, names
}

// acceptance plans and runs, as a person does, and returns the result.
func acceptance(t *testing.T, lab, binding string, more ...string) (*fat.Result, string) {
	t.Helper()
	dir := t.TempDir()
	plan, result := filepath.Join(dir, "plan.yaml"), filepath.Join(dir, "result.json")
	args := []string{"fat", "plan", "--lab", lab, "--binding", binding, "--system", "fattest", "-o", plan}
	args = append(args, more...)
	for _, p := range fattest.Points() {
		args = append(args, "--points", p)
	}
	if out, status := call(args...); status != 0 {
		t.Fatal(out)
	}
	out, status := call("fat", "run", plan, "--lab", lab, "--seed", "1", "-o", result)
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

// TestAcceptance runs the acceptance of a system of four breakers that has a few
// mistakes, against the real program.
func TestAcceptance(t *testing.T) {
	lab := runUp(t, fortySite(4, int(lastPort.Add(1))))
	all, err := fattest.Mistakes(make([]string, 40))
	if err != nil {
		t.Fatal(err)
	}
	var few []fattest.Mistake
	for i, name := range []string{"word-swap", "phases-swapped", "wrong-bit"} {
		k := slices.IndexFunc(all, func(m fattest.Mistake) bool { return m.Finds == name })
		all[k].Breaker = fmt.Sprintf("Q%02d", i+1)
		few = append(few, all[k])
	}
	binding, _ := scada(t, lab, few, 100*time.Millisecond)
	res, out := acceptance(t, lab, binding, "--within", "3", "--phase", "point-to-point", "--phase", "functional", "--phase", "alarms")
	wantMistakes(t, res, few, out)
	for _, s := range res.Steps {
		if s.Breaker == "Q04" && s.Verdict != fat.Pass {
			t.Errorf("%s: %s, %s", s.ID, s.Verdict, s.Note)
			if len(s.Passes) > 0 {
				t.Logf("  expected %s, shown %s", s.Passes[0].Expected, s.Passes[0].Shown)
			}
		}
	}
}

// wantMistakes wants each mistake to be found at its breaker, by its name, and nothing
// at breakers that have none.
func wantMistakes(t *testing.T, res *fat.Result, all []fattest.Mistake, out string) {
	t.Helper()
	found := 0
	for _, m := range all {
		ok := slices.ContainsFunc(res.Findings, func(f fat.Finding) bool { return f.Mistake == m.Finds && slices.Contains(f.Breakers, m.Breaker) })
		if ok {
			found++
		} else {
			t.Errorf("not found: %s at %s, as %s", m.Name, m.Breaker, m.Finds)
		}
	}
	for _, f := range res.Findings {
		for _, b := range f.Breakers {
			if !slices.ContainsFunc(all, func(m fattest.Mistake) bool { return m.Breaker == b }) {
				t.Errorf("found at a breaker that is right: %v", f)
			}
		}
	}
	t.Logf("%d of %d mistakes found and named; %d points of %d breakers in %.1f s, everything in %.0f s", found, len(all),
		res.Summary.Points, res.Summary.Breakers, res.Summary.Seconds, res.End.Sub(res.Begin).Seconds())
	if t.Failed() {
		t.Log(out)
	}
}

// TestFortyBreakers is the measured run: forty breakers, 4,000 points, twenty-five
// mistakes.
func TestFortyBreakers(t *testing.T) {
	if os.Getenv("SWITCHROOM_FAT_FORTY") == "" {
		t.Skip("SKIPPED: forty breakers take some minutes; set SWITCHROOM_FAT_FORTY=1 (docs/fat.md has the last result)")
	}
	lab := runUp(t, fortySite(40, int(lastPort.Add(1))))
	var names []string
	for i := range 40 {
		names = append(names, fmt.Sprintf("Q%02d", i+1))
	}
	all, err := fattest.Mistakes(names)
	if err != nil {
		t.Fatal(err)
	}
	binding, _ := scada(t, lab, all, time.Second)
	res, out := acceptance(t, lab, binding)
	wantMistakes(t, res, all, out)
	if res.Summary.Points != 4000 || res.Summary.Seconds > 120 {
		t.Errorf("%d points in %.0f s", res.Summary.Points, res.Summary.Seconds)
	}
}
