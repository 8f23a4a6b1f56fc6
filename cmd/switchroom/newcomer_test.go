package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"switchroom/fat"
)

// TestNewcomer goes the way of somebody who has a list of breakers and a Telegraf:
// list, site, configuration, a mistake in it (two phases of Q12 swapped), acceptance
// run, PDF. The run finds the mistake, names it, and finds no other.
func TestNewcomer(t *testing.T) {
	telegraf := os.Getenv("SWITCHROOM_TELEGRAF")
	if telegraf == "" {
		t.Skip("SKIPPED: no real Telegraf was held to an acceptance: set SWITCHROOM_TELEGRAF to its binary, or run dev/tools")
	}
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	ok := func(args ...string) {
		t.Helper()
		if out, status := call(args...); status != 0 {
			t.Fatalf("%s: %s", strings.Join(args, " "), out)
		}
	}
	ok("site", "import", "../../examples/breakers.csv", "--port", fmt.Sprint(anyPort(t)), "-o", in("plant.yaml"))
	site, err := os.ReadFile(in("plant.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	lab := runUp(t, string(site))
	page := fmt.Sprintf("127.0.0.1:%d", anyPort(t))
	var conf, notes bytes.Buffer
	if status := run(newApp(t.Context(), strings.NewReader(""), &conf, &notes), []string{"registers", "--format", "telegraf", "--site", in("plant.yaml")}); status != 0 {
		t.Fatal(notes.String())
	}
	put(t, in("breakers.conf"), []byte(mistaken(t, conf.String())+fmt.Sprintf(telegrafPage, page)))
	log, err := os.Create(in("telegraf.log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	t.Cleanup(func() {
		if b, err := os.ReadFile(log.Name()); t.Failed() && err == nil {
			t.Logf("Telegraf says: %.3000s", b)
		}
	})
	poll := exec.Command(telegraf, "--config", in("breakers.conf"))
	poll.Stdout, poll.Stderr = log, log
	start(t, poll)
	waitFor(t, "Telegraf to show the last breaker", func() bool { return shows(page, `current_l1{breaker="Q49"`) })

	put(t, in("binding.yaml"), fmt.Appendf(nil, "kind: prometheus\nurl: http://%s/metrics\nvalue: switchroom_{point_}\nlabels: {breaker: '{breaker}'}\n", page))
	ok("fat", "plan", in("plant.yaml"), "--binding", in("binding.yaml"), "--points", "current.l1,current.l2,current.l3,power.active.total,breaker.closed",
		"--phase", "point-to-point", "--system", "Telegraf", "-o", in("plan.yaml"))
	if out, status := call("fat", "run", in("plan.yaml"), "--lab", lab, "--passes", "2", "--seed", "5", "-o", in("result.json"), "--report", in("report.pdf")); status != 1 {
		t.Fatalf("status %d: %s", status, out)
	}
	res, _, err := fatResult(in("result.json"))
	if err != nil {
		t.Fatal(err)
	}
	wrong := slices.DeleteFunc(slices.Clone(res.Findings), func(f fat.Finding) bool {
		return f.Mistake == "phases-swapped" && slices.Equal(f.Breakers, []string{"Q12"})
	})
	if len(wrong) > 0 || len(res.Findings) == 0 || res.Summary.Breakers != 38 {
		t.Errorf("found %+v in %+v", res.Findings, res.Summary)
	}
	if pdf, err := os.ReadFile(in("report.pdf")); err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Errorf("report.pdf: %.20q, %v", pdf, err)
	}
}

// telegrafPage has Telegraf show what it polls.
const telegrafPage = `
[agent]
  interval = "1s"
  flush_interval = "1s"
[[outputs.prometheus_client]]
  listen = %q
  expiration_interval = "5s"
`

// mistaken polls each second, and swaps two phases of Q12.
func mistaken(t *testing.T, conf string) string {
	t.Helper()
	conf = strings.ReplaceAll(conf, `interval = "10s"`, `interval = "1s"`)
	parts := strings.SplitAfter(conf, "[[inputs.modbus]]")
	i := slices.IndexFunc(parts, func(p string) bool { return strings.Contains(p, `breaker = "Q12"`) })
	if i < 0 || !strings.Contains(parts[i], `name = "current.l1"`) {
		t.Fatalf("no currents of Q12 in %s", conf)
	}
	parts[i] = strings.NewReplacer(`"current.l1"`, `"current.l2"`, `"current.l2"`, `"current.l1"`).Replace(parts[i])
	return strings.Join(parts, "")
}

// shows reports whether a page of metrics has a text.
func shows(page, text string) bool {
	res, err := http.Get("http://" + page + "/metrics")
	if err != nil {
		return false
	}
	defer res.Body.Close()
	var b bytes.Buffer
	b.ReadFrom(res.Body)
	return strings.Contains(b.String(), text)
}
