package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// busy is the part of all cores that was not idle in the last half second.
func busy() float64 {
	work1, all1 := ticks()
	time.Sleep(500 * time.Millisecond)
	work2, all2 := ticks()
	if all2 == all1 {
		return 0
	}
	return float64(work2-work1) / float64(all2-all1)
}

// ticks reads the first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal.
func ticks() (work, all int) {
	b, _ := os.ReadFile("/proc/stat")
	line, _, _ := bytes.Cut(b, []byte("\n"))
	for i, f := range bytes.Fields(line) {
		var n int
		fmt.Sscan(string(f), &n)
		if i < 1 || i > 8 {
			continue
		}
		all += n
		if i != 4 && i != 5 {
			work += n
		}
	}
	return work, all
}

// machine says where the figures are from.
func machine() string {
	model, where := "unknown CPU", ""
	b, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(b)) {
		k, v, _ := strings.Cut(line, ":")
		switch k, v = strings.TrimSpace(k), strings.TrimSpace(v); {
		case k == "model name":
			model = v
		case k == "flags" && strings.Contains(v, "hypervisor"):
			where = " (virtual machine)"
		}
	}
	kernel, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	release, _, _ := strings.Cut(strings.TrimSpace(string(kernel)), "-")
	return fmt.Sprintf("%s%s, %d cores, Linux %s, %s", model, where, runtime.NumCPU(), release, runtime.Version())
}

// memory is the largest resident size the process had, in MB.
func memory(pid int) float64 {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(b)) {
		var kb float64
		if n, _ := fmt.Sscanf(line, "VmHWM: %f kB", &kb); n == 1 {
			return kb / 1024
		}
	}
	return 0
}

// allocations is what the benchmark of the request path says.
func allocations() string {
	cmd := exec.Command("go", "test", "-run", "^TestNoAllocationPerRequest$", "-bench", "^BenchmarkRequest$", "./wire/modbus")
	cmd.Dir = ".."
	out, err := cmd.CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if err == nil && strings.HasPrefix(line, "BenchmarkRequest") {
			return "\nAllocations from socket to socket: none (TestNoAllocationPerRequest). Parsing, routing, reading and framing, four requests at a time:\n\n    " + strings.TrimSpace(line) + "\n"
		}
	}
	return fmt.Sprintf("\nThe benchmark of allocations did not run: %v\n", err)
}
