// Ways measures what the ways into a breaker cost: what an IFE server adds before a
// device that is stacked on it, and what all the ways of a unit take while nobody uses
// them. It builds and runs the program, on loopback, and writes what it found into
// docs/performance.md.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"switchroom/bench/paper"
	"switchroom/paths/serial"
	"switchroom/wire/modbus"
)

func main() {
	log.SetFlags(0)
	rounds := flag.Int("rounds", 30, "rounds of requests, each way in turn")
	units := flag.Int("units", 200, "breakers with all their ways")
	flag.Parse()
	if err := run(*rounds, *units); err != nil {
		log.Fatal(err)
	}
}

func run(rounds, units int) error {
	dir, err := os.MkdirTemp("", "ways")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "switchroom")
	build := exec.Command("go", "build", "-o", program, "./cmd/switchroom")
	build.Dir = ".."
	if text, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w", text, err)
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s, %d processors, %s. Command: `go run ./ways` in bench.\n\n| what | measured | goal |\n|---|---|---|\n", time.Now().UTC().Format(time.DateOnly), runtime.NumCPU(), runtime.Version())
	if err := server(&out, program, dir, rounds); err != nil {
		return err
	}
	if err := line(&out, program, dir, rounds); err != nil {
		return err
	}
	if err := atRest(&out, program, dir, units); err != nil {
		return err
	}
	os.Stdout.Write(out.Bytes())
	return paper.Write(paper.Performance, from, to, out.String())
}

// wire is a serial line of a running site.
type wire struct {
	Path string
}

// site is a running site.
type site struct {
	cmd   *exec.Cmd
	lab   string
	lines []wire
	imus  []struct {
		Modbus string
		Unit   int
	}
}

func up(program, dir, name, file string, flags ...string) (*site, error) {
	path, ready := filepath.Join(dir, name+".yaml"), filepath.Join(dir, name+".ready")
	if err := os.WriteFile(path, []byte(file), 0o644); err != nil {
		return nil, err
	}
	s := &site{cmd: exec.Command(program, append([]string{"up", path, "--quiet", "--data", filepath.Join(dir, name), "--ready-file", ready}, flags...)...)}
	s.cmd.Stderr = os.Stderr
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	for range 600 {
		var r struct {
			Lab   string
			Lines []wire
			IMUs  []struct {
				Modbus string
				Unit   int
			}
		}
		if text, err := os.ReadFile(ready); err == nil && json.Unmarshal(text, &r) == nil {
			s.imus, s.lines, s.lab = r.IMUs, r.Lines, r.Lab
			return s, nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	s.end()
	return nil, fmt.Errorf("%s is not ready after a minute", name)
}

// look asks the laboratory for a page.
func (s *site) look(path string) error {
	r, err := http.Get(strings.TrimSuffix(s.lab, "/") + path)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	_, err = io.Copy(io.Discard, r.Body)
	if r.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", path, r.Status)
	}
	return err
}

func (s *site) end() {
	s.cmd.Process.Signal(syscall.SIGTERM)
	s.cmd.Wait()
}

const stacked = `site: ways
port: 25020
web: off
breakers:
  - {name: Q1, in: 1000, variant: "5.0", address: 127.0.91.1, closed: true}
  - {name: Q2, in: 630, variant: "5.0", via: Q1, unit: 7, closed: true}
`

// server compares a unit at its own address with one stacked on it, in one run and by
// one connection, a round of each in turn.
func server(out *bytes.Buffer, program, dir string, rounds int) error {
	s, err := up(program, dir, "stacked", stacked, "--lab", "off")
	if err != nil {
		return err
	}
	defer s.end()
	ctx := context.Background()
	c, err := modbus.Dial(ctx, s.imus[0].Modbus)
	if err != nil {
		return err
	}
	defer c.Close()
	var added []time.Duration
	for range rounds {
		p50 := map[byte]time.Duration{}
		for _, unit := range []byte{255, 7} {
			if p50[unit], err = median(ctx, c.Unit(unit), 1000); err != nil {
				return err
			}
		}
		added = append(added, p50[7]-p50[255])
	}
	slices.Sort(added)
	fmt.Fprintf(out, "| an IFE server before a stacked device, p50 of a read of 10 registers: median of %d differences to one at its own address (least, most) | %.1f µs (%.1f, %.1f) | < 50 µs |\n",
		rounds, us(added[rounds/2]), us(added[0]), us(added[rounds-1]))
	return nil
}

// line polls eight IFMs over a pseudo-terminal in real time.
func line(out *bytes.Buffer, program, dir string, rounds int) error {
	const head = "site: line\nport: 25020\nweb: off\nlines:\n  - {name: L1, baud: 38400}\nbreakers:\n"
	var b strings.Builder
	b.WriteString(head)
	const slaves = 8
	for i := range slaves {
		fmt.Fprintf(&b, "  - {name: Q%d, in: 630, variant: \"5.0\", interface: ifm, via: L1, unit: %d, closed: true}\n", i+1, i+1)
	}
	s, err := up(program, dir, "line", b.String(), "--lab", "off")
	if err != nil {
		return err
	}
	defer s.end()
	rate := serial.Rate{Baud: 38400, Parity: serial.Even, Stop: 1}
	port, err := serial.OpenDevice(s.lines[0].Path, rate)
	if err != nil {
		return err
	}
	m := modbus.NewMaster(port)
	defer m.Close()
	begin := time.Now()
	for range rounds {
		for u := byte(1); u <= slaves; u++ {
			if _, err := m.Unit(u).ReadRegisters(context.Background(), 32027, 10); err != nil {
				return fmt.Errorf("unit %d: %w", u, err)
			}
		}
	}
	took := time.Since(begin)
	// 8 characters of question, 25 of answer, and a silence after each.
	least := time.Duration(rounds*slaves) * (rate.Characters(33) + 2*rate.Gap())
	fmt.Fprintf(out, "| eight IFMs at 38400 8E1 on a pseudo-terminal, 10 registers each, %d rounds: time beyond what the line needs | %.1f %% | < 10 %% |\n",
		rounds, 100*(took.Seconds()/least.Seconds()-1))
	return nil
}

func median(ctx context.Context, u modbus.Unit, n int) (time.Duration, error) {
	all := make([]time.Duration, n)
	for i := range all {
		begin := time.Now()
		if _, err := u.ReadRegisters(ctx, 32027, 10); err != nil {
			return 0, err
		}
		all[i] = time.Since(begin)
	}
	slices.Sort(all)
	return all[n/2], nil
}

// atRest looks at a process with many units, each with Modbus, web pages, SNMP, NFC and
// USB, and the laboratory before them, while nobody asks anything.
func atRest(out *bytes.Buffer, program, dir string, units int) error {
	one, err := resident(program, dir, 1)
	if err != nil {
		return err
	}
	many, err := resident(program, dir, units)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "| all ways of one unit (Modbus TCP, web pages, SNMP, NFC, USB, HMI), at rest: %d units against one | %.2f MiB each | < 2 MiB |\n", units, (many.mib-one.mib)/float64(units-1))
	fmt.Fprintf(out, "| %d units with all their ways, nobody asks | %.2f %% of a core, %.2f %% with one unit | nothing |\n", units, 100*many.core, 100*one.core)
	return nil
}

type rest struct{ mib, core float64 }

func resident(program, dir string, units int) (r rest, err error) {
	var b strings.Builder
	b.WriteString("site: rest\nport: 25020\nweb_port: 28080\nsnmp: {port: 21161, community: public}\nbreakers:\n")
	for i := range units {
		fmt.Fprintf(&b, "  - {name: Q%d, in: 1000, variant: \"5.0\", address: 127.0.%d.%d, closed: true}\n", i+1, 92+i/250, 1+i%250)
	}
	s, err := up(program, dir, fmt.Sprintf("rest%d", units), b.String(), "--lab", "127.0.0.1:28090")
	if err != nil {
		return r, err
	}
	defer s.end()
	for i := range units { // the front of each has been looked at once
		if err := s.look(fmt.Sprintf("/api/v1/units/Q%d/hmi", i+1)); err != nil {
			return r, err
		}
	}
	time.Sleep(5 * time.Second)
	before := ticks(s.cmd.Process.Pid)
	const long = 20 * time.Second
	time.Sleep(long)
	r.core = float64(ticks(s.cmd.Process.Pid)-before) / 100 / long.Seconds()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	_, kib, _ := strings.Cut(string(text), "VmRSS:")
	var n float64
	fmt.Sscan(kib, &n)
	r.mib = n / 1024
	return r, err
}

// ticks are hundredths of a second on a processor.
func ticks(pid int) (n int64) {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if i := bytes.LastIndexByte(text, ')'); i > 0 {
		var user, system int64
		f := strings.Fields(string(text[i+2:]))
		fmt.Sscan(f[11], &user)
		fmt.Sscan(f[12], &system)
		n = user + system
	}
	return n
}

func us(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

const from, to = "<!-- bench/ways writes from here -->", "<!-- bench/ways writes to here -->"
