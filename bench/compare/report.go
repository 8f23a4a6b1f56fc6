package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// summary is the median of a contender's rounds under one load.
type summary struct {
	figure
	cpuRatio, rateRatio float64 // to the floor, medians of the ratios within a round
	failed              string  // the first error; empty if all rounds went well
	rounds              int
}

func median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	slices.Sort(v)
	if n := len(v); n%2 == 0 {
		return (v[n/2-1] + v[n/2]) / 2
	}
	return v[len(v)/2]
}

func (b *bench) summary(l load, name string) (s summary) {
	floor := b.figures[l]["floor"]
	var rate, cpu, p50, p99, cpuRatio, rateRatio []float64
	for i, f := range b.figures[l][name] {
		if f.Error != "" {
			if s.failed == "" {
				s.failed = f.Error
			}
			continue
		}
		s.rounds++
		s.Unanswered = max(s.Unanswered, f.Unanswered)
		rate, cpu, p50, p99 = append(rate, f.Rate), append(cpu, f.CPU), append(p50, f.P50), append(p99, f.P99)
		if floor[i].Error == "" {
			cpuRatio = append(cpuRatio, f.CPU/floor[i].CPU)
			rateRatio = append(rateRatio, f.Rate/floor[i].Rate)
		}
	}
	s.Rate, s.CPU, s.P50, s.P99 = median(rate), median(cpu), median(p50), median(p99)
	s.cpuRatio, s.rateRatio = median(cpuRatio), median(rateRatio)
	return s
}

// report is the whole result as Markdown.
func (b *bench) report() string {
	var w strings.Builder
	fmt.Fprintf(&w, "%s on %s. Command: `%s`.\n\n", time.Now().Format("2006-01-02"), machine(), command())
	fmt.Fprintf(&w, "Windows of %v, %d rounds (%d at 1×1), servers on core %s, client on core %s; %d of %d rounds began while something else was running.\n\n",
		b.options.window, b.rounds, b.roundsOne, b.serverCore, b.clientCore, b.noisy, b.noisy+b.quietFor)
	for _, c := range b.contenders {
		fmt.Fprintf(&w, "- **%s**: %s\n", c.name, c.what)
	}
	for _, l := range b.loads {
		b.table(&w, l)
	}
	b.goals(&w)
	return w.String()
}

func (b *bench) table(w *strings.Builder, l load) {
	fmt.Fprintf(w, "\n### %d connections, %d in flight each\n\n", l.conns, l.inFlight)
	fmt.Fprintln(w, "| server | CPU µs/request | × floor | requests/s | × floor | p50 µs | p99 µs | resident MB |")
	fmt.Fprintln(w, "|---|---:|---:|---:|---:|---:|---:|---:|")
	for _, c := range b.contenders {
		s := b.summary(l, c.name)
		mb := memory(c.process.Process.Pid)
		if s.rounds == 0 {
			fmt.Fprintf(w, "| %s | fails: %s | | | | | | %.0f |\n", c.name, s.failed, mb)
			continue
		}
		note := ""
		if s.failed != "" {
			note = fmt.Sprintf(" (%d of %d rounds)", s.rounds, l.rounds)
		}
		if s.Unanswered > 0 {
			note += fmt.Sprintf(" (%d connections unanswered)", s.Unanswered)
		}
		fmt.Fprintf(w, "| %s%s | %.2f | %.2f | %.0f | %.2f | %.0f | %.0f | %.0f |\n",
			c.name, note, s.CPU, s.cpuRatio, s.Rate, s.rateRatio, s.P50, s.P99, mb)
	}
}

// goals compares ours, the last contender, with what was promised.
func (b *bench) goals(w *strings.Builder) {
	ours := b.contenders[len(b.contenders)-1].name
	fmt.Fprintf(w, "\n### Goals, for \"%s\"\n\n| load | goal | figure | kept |\n|---|---|---:|---|\n", ours)
	for _, l := range b.loads {
		s := b.summary(l, ours)
		row := func(what, figure string, kept bool) {
			fmt.Fprintf(w, "| %v | %s | %s | %s |\n", l, what, figure, map[bool]string{true: "yes", false: "**no**"}[kept])
		}
		if l.conns >= 1000 {
			row("all connections answered", fmt.Sprintf("%d not", s.Unanswered), s.failed == "" && s.Unanswered == 0)
			continue
		}
		row("CPU ≤ 1.25 × floor", fmt.Sprintf("%.2f", s.cpuRatio), s.cpuRatio <= 1.25)
		if l.conns == 1 && l.inFlight == 1 {
			continue
		}
		row("rate ≥ 0.9 × floor", fmt.Sprintf("%.2f", s.rateRatio), s.rateRatio >= 0.9)
		peerCPU, peerP99 := b.bestPeer(l)
		row(fmt.Sprintf("CPU below both peers (%.2f)", peerCPU), fmt.Sprintf("%.2f", s.CPU), s.CPU < peerCPU)
		row(fmt.Sprintf("p99 no worse than the better peer (%.0f)", peerP99), fmt.Sprintf("%.0f", s.P99), s.P99 <= peerP99)
	}
}

// bestPeer is the least CPU and the least p99 of the other libraries.
func (b *bench) bestPeer(l load) (cpu, p99 float64) {
	cpu, p99 = 1e9, 1e9
	for _, name := range []string{"libmodbus", "simonvetter"} {
		if s := b.summary(l, name); s.rounds > 0 {
			cpu, p99 = min(cpu, s.CPU), min(p99, s.P99)
		}
	}
	return cpu, p99
}

const (
	begin      = "<!-- bench/run writes from here -->"
	scaleBegin = "<!-- bench/run -scale writes from here -->"
	end        = "<!-- to here -->"
)
