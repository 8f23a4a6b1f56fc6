package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// The site of ten thousand breakers, and how they are asked: each connection
// goes to the next breaker after so many requests.
const (
	scaleSite  = "../examples/tenthousand.yaml"
	scaleHosts = 10_000
	scaleStay  = 50
	restFor    = 30 * time.Second
)

// scaleLoads are how the ten thousand are asked.
var scaleLoads = []load{{100, 1, 3}, {100, 2, 3}, {100, 4, 3}, {5000, 1, 3}}

// scale measures one process with ten thousand breakers: how soon it is ready,
// what it takes at rest, and what it answers.
func scale(dir string, o *options) (string, error) {
	if _, err := build(dir, o); err != nil {
		return "", err
	}
	c := &contender{name: "ours", ready: filepath.Join(dir, "ready.json")}
	begun := time.Now()
	c.process = exec.Command("taskset", "-c", o.serverCore, dir+"/switchroom", "up", scaleSite, "--data", dir+"/data", "--ready-file", c.ready, "--quiet")
	c.process.Stderr = os.Stderr
	if err := c.process.Start(); err != nil {
		return "", err
	}
	defer stop([]*contender{c})
	if err := c.wait(); err != nil {
		return "", err
	}
	ready := time.Since(begun)
	b := &bench{options: o, client: dir + "/client"}
	time.Sleep(10 * time.Second) // until what starting took is done
	b.settle()
	pid := c.process.Process.Pid
	before := cpuTime(pid)
	time.Sleep(restFor)
	rest := float64(cpuTime(pid)-before) / float64(restFor)

	var w strings.Builder
	fmt.Fprintf(&w, "%s on %s. Command: `%s`.\n\n", time.Now().Format(time.DateOnly), machine(), command())
	w.WriteString("| what | goal | figure | kept |\n|---|---|---:|---|\n")
	row := func(what, goal, figure string, kept bool) {
		fmt.Fprintf(&w, "| %s | %s | %s | %s |\n", what, goal, figure, map[bool]string{true: "yes", false: "**no**"}[kept])
	}
	mb := resident(pid)
	row("ready after", "< 20 s", fmt.Sprintf("%.1f s", ready.Seconds()), ready < 20*time.Second)
	row("resident at rest", "< 512 MiB", fmt.Sprintf("%.0f MiB", mb), mb < 512)
	row("of a core at rest", "< 2 %", fmt.Sprintf("%.2f %%", 100*rest), rest < 0.02)
	for _, l := range scaleLoads {
		f, err := b.roam(c, l)
		if err != nil {
			return "", err
		}
		goal, kept := "none", true
		if l.conns == 100 {
			goal, kept = "100,000 requests/s, p99 < 10 ms", f.Rate >= 100_000 && f.P99 < 10_000
		}
		row(fmt.Sprintf("%v, over all breakers", l), goal, fmt.Sprintf("%.0f requests/s, p99 %.1f ms, %.1f µs of CPU each", f.Rate, f.P99/1000, f.CPU), kept)
	}
	fmt.Fprintf(&w, "\nA connection goes to the next breaker after %d requests; figures are of the window with the median rate of %d. Resident after all that: %.0f MiB.\n",
		scaleStay, scaleLoads[0].rounds, resident(pid))
	return w.String(), nil
}

// roam asks all breakers and returns the window with the median rate.
func (b *bench) roam(c *contender, l load) (figure, error) {
	var all []figure
	for range l.rounds {
		b.settle()
		cmd := exec.Command("taskset", "-c", b.clientCore, b.client, "127.0.1.1", "5020", fmt.Sprint(c.process.Process.Pid), fmt.Sprint(l.conns), fmt.Sprint(l.inFlight),
			"2000", "5000", first, registers, "255", fmt.Sprint(scaleHosts), fmt.Sprint(scaleStay))
		out, err := cmd.Output()
		var f figure
		if json.Unmarshal(out, &f) != nil || f.Error != "" {
			return f, errors.Join(err, fmt.Errorf("%v: %s", l, out))
		}
		all = append(all, f)
	}
	return middle(all), nil
}

// middle is the figure with the median rate.
func middle(all []figure) figure {
	for _, f := range all {
		less := 0
		for _, g := range all {
			if g.Rate < f.Rate {
				less++
			}
		}
		if less == len(all)/2 {
			return f
		}
	}
	return all[0]
}

// cpuTime is what the process has used of a CPU.
func cpuTime(pid int) time.Duration {
	var sum time.Duration
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	for _, t := range tasks {
		var ns int64
		if b, err := os.ReadFile(t); err == nil {
			fmt.Sscan(string(b), &ns)
			sum += time.Duration(ns)
		}
	}
	return sum
}

// resident is the resident size of the process now, in MiB.
func resident(pid int) float64 {
	var total, pages float64
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	fmt.Sscan(string(b), &total, &pages)
	return pages * float64(syscall.Getpagesize()) / (1 << 20)
}
