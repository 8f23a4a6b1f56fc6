package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"switchroom/client"
	"switchroom/points"
	"switchroom/polling"
	"switchroom/regmap"
)

// tool is a program that polls breakers, as a peer of these tests. The file that
// it gets is what the program printed, unchanged.
type tool struct {
	format string
	env    string // variable that says where it is
	where  string // what the variable holds
	path   string // its name in PATH; "": it is never there
	cannot []regmap.Kind
	seed   [2]string // a mistake in the configuration, which must not go unseen: what, by what
	read   func(t *testing.T, r *toolRun) map[string]map[string]any
}

// tools are the real tools. dev/tools brings them where it may.
var tools = []tool{
	{format: "telegraf", env: "SWITCHROOM_TELEGRAF", where: "the telegraf binary", path: "telegraf", cannot: []regmap.Kind{regmap.DateTime}, read: readTelegraf, seed: [2]string{`byte_order = "ABCD"`, `byte_order = "CDAB"`}},
	{format: "node-red", env: "SWITCHROOM_NODE_RED", where: "a directory whose node_modules has node-red and node-red-contrib-modbus", read: readNodeRED, seed: [2]string{"readFloatBE", "readFloatLE"}},
	{format: "prometheus-modbus", env: "SWITCHROOM_MODBUS_EXPORTER", where: "the modbus_exporter binary", path: "modbus_exporter", cannot: []regmap.Kind{regmap.DateTime, regmap.Chars}, read: readExporter, seed: [2]string{"dataType: float32", "dataType: float32\n        endianness: yolo"}},
}

// toolRun is what a tool works with.
type toolRun struct {
	dir     string
	file    string // the configuration
	program string
	devices []polling.Device
	points  int // of each device
}

// toolSite is two breakers, one of them without a neutral and so with values that
// are not available, and two behind one gateway.
const toolSite = `site: Tools
port: %d
gateways:
  - {name: GW, kind: gateway, address: 127.0.1.9}
breakers:
  - {name: Q1, in: 630, variant: "6.0", poles: 4, system_type: 41, address: 127.0.1.1, closed: true, from: A, to: F, taps: top, modules: [all]}
  - {name: Q2, in: 1600, variant: "2.0", system_type: 31, address: 127.0.1.2, from: A, to: G, taps: top}
  - {name: Q3, in: 1000, variant: "5.0", system_type: 41, via: GW, unit: 11, interface: ife, closed: true, from: A, to: H, taps: top}
  - {name: Q4, in: 1000, variant: "7.0", poles: 4, system_type: 41, via: GW, unit: 12, interface: eife, closed: true, from: A, to: J, taps: top}
network:
  sources: [{name: T, node: A, kva: 1000}]
  loads:
    - {name: one, node: F, kw: 200, power_factor: 0.9, profile: constant, split: [0.4, 0.35, 0.25]}
    - {name: three, node: H, kw: 100, power_factor: 0.8, profile: constant}
    - {name: four, node: J, kw: 50, power_factor: 1, profile: constant}
`

// toolRegisters are rows of a user for the layouts that the usual points do not
// have: scaled, signed, 16, 32 and 64 bits, without a sign.
const toolRegisters = `register,type,point,scale,certainty,source
32501,INT16U,frequency,10,confirmed,test
32502,INT16,power.reactive.total,0.01,confirmed,test
32503,INT16U,current.leakage,,confirmed,test
32504,INT32,energy.reactive.delivered,0.001,confirmed,test
32506,INT32U,power.apparent.total,1000,confirmed,test
32508,INT64U,energy.reactive.received,,confirmed,test
`

// nastyName is a name of a breaker that would get out of every format if it were
// not quoted: and a tool must show it as it is.
const nastyName = `Q2 "''' ${HOME} $HOME {{ 7*7 }} <b> -- # \ ü`

var toolPoints = []string{
	"breaker", "current", "diagnostic", "device.clock", "energy", "frequency", "interface", "power", "power_factor", "protection.long_time", "voltage", "wear",
}

// TestTools has each tool that is there load its configuration, poll four
// breakers, and show what this program reads.
func TestTools(t *testing.T) {
	any := false
	for i := range tools {
		tl := &tools[i]
		t.Run(tl.format, func(t *testing.T) {
			program := tl.find()
			if program == "" {
				t.Skipf("SKIPPED: no real tool has loaded %s: set %s to %s, or run dev/tools", tl.format, tl.env, tl.where)
			}
			any = true
			testTool(t, tl, program)
		})
	}
	if !any {
		t.Log("SKIPPED: none of the tools is here; dev/tools brings them")
	}
}

func (tl *tool) find() string {
	if p := os.Getenv(tl.env); p != "" {
		return p
	}
	if tl.path == "" {
		return ""
	}
	p, err := exec.LookPath(tl.path)
	if err != nil {
		return ""
	}
	return p
}

func testTool(t *testing.T, tl *tool, program string) {
	r := startToolSite(t, program)
	r.file = r.export(t, tl.format)
	compared, wrong := r.compare(t, tl)
	if compared < 100 {
		t.Errorf("%d values compared; that is no test", compared)
	}
	for _, w := range wrong {
		t.Error(w)
	}
	t.Logf("TOOL|%s|%s|loaded|%d values of %d breakers compared", tl.format, versionOf(program), compared, len(r.devices))
	config, err := os.ReadFile(r.file)
	if err != nil {
		t.Fatal(err)
	}
	r.file = r.write(t, "mistake."+tl.format, strings.ReplaceAll(string(config), tl.seed[0], tl.seed[1]))
	if _, wrong := r.compare(t, tl); len(wrong) == 0 {
		t.Errorf("with %s for %s nothing is wrong; that is no test", tl.seed[1], tl.seed[0])
	}
}

// versionOf is what a program says of itself; of Node-RED, what its packages say.
func versionOf(program string) string {
	var all []string
	for _, module := range []string{"node-red", "node-red-contrib-modbus"} {
		var p struct{ Version string }
		b, err := os.ReadFile(filepath.Join(program, "node_modules", module, "package.json"))
		if err == nil && json.Unmarshal(b, &p) == nil {
			all = append(all, module+" "+p.Version)
		}
	}
	if len(all) > 0 {
		return strings.Join(all, ", ")
	}
	out, _ := exec.Command(program, "--version").CombinedOutput()
	first, _, _ := strings.Cut(string(out), "\n")
	first, _, _ = strings.Cut(first, " (branch")
	return first
}

// compare has the tool poll, and says how many values were compared and which of
// them are not what our own client reads.
func (r *toolRun) compare(t *testing.T, tl *tool) (compared int, wrong []string) {
	before := r.expect(t)
	r.points = len(before["Q1"])
	got := tl.read(t, r)
	after := r.expect(t)
	for _, d := range r.devices {
		for _, b := range before[d.Name] {
			if slices.Contains(tl.cannot, kindOf(t, b.Point)) {
				continue
			}
			compared++
			name := b.Point.String()
			if why := differs(b, find(after[d.Name], b.Point), got[d.Name][name]); why != "" {
				wrong = append(wrong, fmt.Sprintf("%s %s: %s", d.Name, name, why))
			}
		}
	}
	return compared, wrong
}

// kindOf returns how a point is laid out in the map of these tests.
func kindOf(t *testing.T, id points.ID) regmap.Kind {
	p, ok := toolMap(t).Find(id)
	if !ok {
		t.Fatalf("%v stands nowhere", id)
	}
	return p.Row.Kind
}

func toolMap(t *testing.T) *regmap.Map {
	t.Helper()
	m, err := regmap.Default().Override(strings.NewReader(toolRegisters))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func find(all []client.Reading, id points.ID) client.Reading {
	i := slices.IndexFunc(all, func(r client.Reading) bool { return r.Point == id })
	return all[i]
}

// differs says why a tool's value is not what was read before and after it.
func differs(before, after client.Reading, got any) string {
	a, b := before.Value, after.Value
	if !a.Available() || !b.Available() {
		if got != nil && a.Available() == b.Available() {
			return fmt.Sprintf("is not available, and the tool shows %v", got)
		}
		return ""
	}
	info := points.Of(before.Point)
	switch info.Type {
	case points.Text:
		if got != a.Text() {
			return fmt.Sprintf("is %q, the tool shows %v", a.Text(), got)
		}
		return ""
	case points.Instant:
		return differsTime(a.Time(), b.Time(), got)
	}
	v, ok := numeric(got)
	if !ok {
		return fmt.Sprintf("is %s, the tool shows %v", info.Format(a), got)
	}
	lo, hi := min(a.Float(), b.Float()), max(a.Float(), b.Float())
	if slack := 1e-5 * max(math.Abs(lo), math.Abs(hi)); v < lo-slack || v > hi+slack {
		return fmt.Sprintf("is %g to %g, the tool shows %g", lo, hi, v)
	}
	return ""
}

func differsTime(from, to time.Time, got any) string {
	text, _ := got.(string)
	at, err := time.Parse(time.RFC3339, text)
	if err != nil || at.Before(from.Add(-time.Second)) || at.After(to.Add(time.Second)) {
		return fmt.Sprintf("is %v to %v, the tool shows %v", from, to, got)
	}
	return ""
}

func numeric(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case bool:
		return map[bool]float64{true: 1}[v], true
	}
	return 0, false
}

// startToolSite runs the site and returns its breakers, the second by a name that
// tries to get out of its quotes.
func startToolSite(t *testing.T, program string) *toolRun {
	t.Helper()
	r := &toolRun{dir: t.TempDir(), program: program}
	port := anyPort(t)
	r.write(t, "site.yaml", fmt.Sprintf(toolSite, port))
	r.write(t, "mine.csv", toolRegisters)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ready := filepath.Join(r.dir, "ready")
	up := exec.Command(self, "up", "site.yaml", "--registers", "mine.csv", "--data", "data", "--ready-file", ready, "--quiet", "--lab", "off")
	up.Dir, up.Env, up.Stderr = r.dir, append(os.Environ(), asProgram+"=1"), os.Stderr
	start(t, up)
	waitFor(t, "the site to run", func() bool { _, err := os.Stat(ready); return err == nil })
	for _, d := range []polling.Device{{Name: "Q1", Host: "127.0.1.1", Unit: 255}, {Name: nastyName, Host: "127.0.1.2", Unit: 255}, {Name: "Q3", Host: "127.0.1.9", Unit: 11}, {Name: "Q4", Host: "127.0.1.9", Unit: 12}} {
		d.Port = uint16(port)
		r.devices = append(r.devices, d)
	}
	return r
}

func (r *toolRun) write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(r.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// export writes the configuration as a person would.
func (r *toolRun) export(t *testing.T, format string) string {
	t.Helper()
	args := []string{"registers", "--format", format, "--registers", filepath.Join(r.dir, "mine.csv"), "--points", strings.Join(toolPoints, ",")}
	for _, d := range r.devices {
		args = append(args, "--device", fmt.Sprintf("%s=modbus://%s:%d/%d", d.Name, d.Host, d.Port, d.Unit))
	}
	var out, errs bytes.Buffer
	if status := run(newApp(context.Background(), strings.NewReader(""), &out, &errs), args); status != 0 {
		t.Fatalf("registers --format %s: %s", format, errs.String())
	}
	return r.write(t, "config."+format, out.String())
}

// expect reads the points with this program's own client.
func (r *toolRun) expect(t *testing.T) map[string][]client.Reading {
	t.Helper()
	m := toolMap(t)
	ids, err := choose(client.InRegisters(m), toolPoints, false)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]client.Reading{}
	for _, d := range r.devices {
		c, err := client.Dial(t.Context(), fmt.Sprintf("modbus://%s:%d/%d", d.Host, d.Port, d.Unit), client.Options{Map: m})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if all[d.Name], err = c.Read(t.Context(), ids...); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// start starts a program. It ends with the test, or when end is called.
func start(t *testing.T, c *exec.Cmd) (end func()) {
	t.Helper()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	end = sync.OnceFunc(func() { c.Process.Kill(); c.Wait() })
	t.Cleanup(end)
	return end
}

func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	for range 1200 {
		if done() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("waited a minute for %s", what)
}

// anyPort returns a port that no client is given.
func anyPort(t *testing.T) int {
	t.Helper()
	for range 1000 {
		port := lastPort.Add(1)
		if l, err := net.Listen("tcp4", fmt.Sprintf("0.0.0.0:%d", port)); err == nil {
			l.Close()
			return int(port)
		}
	}
	t.Fatal("no free port")
	return 0
}

// TestScrapeConfiguration has Prometheus's own promtool check what is exported
// for it.
func TestScrapeConfiguration(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("SKIPPED: no promtool has checked prometheus-scrape: install the Debian package prometheus")
	}
	r := &toolRun{dir: t.TempDir(), devices: []polling.Device{{Name: "Q1", Host: "127.0.1.1", Port: 5020, Unit: 255}, {Name: nastyName, Host: "127.0.1.2", Port: 5020, Unit: 7}}}
	r.write(t, "mine.csv", toolRegisters)
	out, err := exec.Command(promtool, "check", "config", r.export(t, "prometheus-scrape")).CombinedOutput()
	if err != nil {
		t.Errorf("promtool: %v\n%s", err, out)
	}
	t.Logf("TOOL|prometheus-scrape|%s|loaded|none: it is a list of targets", versionOf(promtool))
}

// readMap has pysunspec load a map and print the bytes of every register that it
// answers for.
const readMap = `
import sys
sys.path.insert(0, sys.argv[1])
from sunspec.core.modbus.mbmap import ModbusMap
m = ModbusMap()
m.from_xml(sys.argv[2])
for r in m.regs:
    for i in range(r.count):
        print(r.offset + i, m.read(r.offset + i, 1).hex())
`

// TestMap has pysunspec load the map of a simulated device: every register of a
// point is there, and says "not available" to our own decoder.
func TestMap(t *testing.T) {
	dir := os.Getenv("SWITCHROOM_PYSUNSPEC")
	if dir == "" {
		t.Skip("SKIPPED: no pysunspec has loaded mbmap: set SWITCHROOM_PYSUNSPEC to a directory that has the package sunspec")
	}
	r := &toolRun{dir: t.TempDir(), devices: []polling.Device{{Name: nastyName, Host: "127.0.1.2", Port: 5020, Unit: 7}}}
	r.write(t, "mine.csv", toolRegisters)
	script := r.write(t, "map.py", readMap)
	out, err := exec.Command("python3", script, dir, r.export(t, "mbmap")).CombinedOutput()
	if err != nil {
		t.Fatalf("pysunspec: %v\n%s", err, out)
	}
	data := map[int][]byte{}
	for line := range strings.Lines(string(out)) {
		var address int
		var word []byte
		if _, err := fmt.Sscanf(line, "%d %x", &address, &word); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		data[address] = word
	}
	m := toolMap(t)
	ids, err := choose(client.InRegisters(m), toolPoints, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		p, _ := m.Find(id)
		var b []byte
		for i := range int(p.Row.Count) {
			b = append(b, data[int(p.Row.Register.Address())+i]...)
		}
		if len(b) != 2*int(p.Row.Count) {
			t.Errorf("%v: %d bytes are there", id, len(b))
		} else if v := p.Decode(b); v.Available() && v.Text() == "" && p.Bit < 0 && p.Row.Kind != regmap.Chars {
			t.Errorf("%v: reads %v", id, v.Float())
		}
	}
	t.Logf("TOOL|mbmap|pysunspec|loaded|%d points, all not available", len(ids))
}

// TestPrometheus has Prometheus scrape the breakers through modbus_exporter, both
// by what is exported for them. The exporter must have the port that the scrape
// configuration names.
func TestPrometheus(t *testing.T) {
	prometheus, err := exec.LookPath("prometheus")
	exporter := os.Getenv("SWITCHROOM_MODBUS_EXPORTER")
	if err != nil || exporter == "" {
		t.Skip("SKIPPED: no Prometheus has polled by prometheus-scrape: it needs prometheus, and SWITCHROOM_MODBUS_EXPORTER")
	}
	r := startToolSite(t, exporter)
	start(t, exec.Command(exporter, "--config.file", r.export(t, "prometheus-modbus"), "--web.listen-address", "127.0.0.1:9602"))
	listen := fmt.Sprintf("127.0.0.1:%d", anyPort(t))
	start(t, exec.Command(prometheus, "--config.file", r.export(t, "prometheus-scrape"), "--web.listen-address", listen, "--storage.tsdb.path", filepath.Join(r.dir, "tsdb"), "--log.level", "error"))
	var got struct {
		Data struct {
			Result []struct {
				Metric struct{ Breaker string }
				Value  [2]any
			}
		}
	}
	waitFor(t, "Prometheus to have scraped every breaker", func() bool {
		b, err := get("http://" + listen + "/api/v1/query?query=switchroom_voltage_l1n")
		return err == nil && json.Unmarshal(b, &got) == nil && len(got.Data.Result) == len(r.devices)
	})
	l1n, err := points.Lookup("voltage.l1n")
	if err != nil {
		t.Fatal(err)
	}
	want := r.expect(t)
	for _, res := range got.Data.Result {
		v, err := strconv.ParseFloat(fmt.Sprint(res.Value[1]), 64)
		if err != nil {
			t.Fatal(err)
		}
		if all := want[res.Metric.Breaker]; all == nil {
			t.Errorf("a breaker %q, which is none of them", res.Metric.Breaker)
		} else if x := find(all, l1n).Value.Float(); math.Abs(v-x) > 0.5 {
			t.Errorf("%s: Prometheus has %g V, it is %g V", res.Metric.Breaker, v, x)
		}
	}
	t.Logf("TOOL|prometheus-scrape|%s|loaded|%d breakers by name, through modbus_exporter", versionOf(prometheus), len(got.Data.Result))
}
