package polling

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"

	"switchroom/points"
	"switchroom/regmap"
)

// access is registers that a configuration has its tool read at once, and the
// name that the tool shows for it.
type access struct {
	device string
	unit   int
	first  int // protocol address
	count  int
}

// parsers read a configuration back as its tool would, and return what it has it
// read. What does not parse is an error.
var parsers = map[string]func([]byte) ([]access, error){
	"csv":               parseCSV,
	"home-assistant":    parseHomeAssistant,
	"mbmap":             parseMap,
	"node-red":          parseNodeRED,
	"prometheus-modbus": parseModules,
	"prometheus-scrape": parseScrape,
	"telegraf":          parseTelegraf,
}

// TestParsesBack draws points and names: every format parses, has the names as
// they are, and reads nothing outside the mapped blocks, in no request across two
// of them.
func TestParsesBack(t *testing.T) {
	m := userMap(t)
	usual := ids(t, "current.l1") // which every tool can read
	rapid.Check(t, func(t *rapid.T) {
		devices := drawDevices(t)
		p, err := NewPlan(m, append(drawIDs(t, m), usual[0]), devices)
		if err != nil {
			t.Skip("no such devices")
		}
		for i := range Formats {
			if err := parsesBack(&Formats[i], m, p); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func drawDevices(t *rapid.T) (all []Device) {
	for i := range rapid.IntRange(1, 3).Draw(t, "devices") {
		all = append(all, Device{
			Name: rapid.OneOf(rapid.String(), rapid.SampledFrom(nasty)).Draw(t, "name"),
			Host: rapid.SampledFrom([]string{"127.0.1.1", "127.0.1.2", "fd00::1", "gateway.example"}).Draw(t, "host"),
			Port: 502, Unit: byte(i + 1),
		})
	}
	return all
}

// nasty are names that would get out of one format or another.
var nasty = []string{
	"", " ", `"`, `'''`, `"""`, "\n", "\r\n- evil: true", "a\nb", "{{ 7*7 }}", "{% raw %}", "#}", "${HOME}", "$HOME", "@{store:key}", "-->", "--", "<!--", "]]>", "`", "\\", "\\\"", "\x00", "\x7f", "\u0085", "\u2028",
	"\ufeff", "\ufffe", "\U000e0001", "\xff\xfe", "# x", ": y", "!secret x", "*a", "&a", "%{x}", "null", "true", "1e5", "=1+1", "ü", "断路器", "🔌", "Q1", "q 1", "q-1", "*/", "//", "__proto__", strings.Repeat("x", 300),
}

func parsesBack(f *Format, m *regmap.Map, p *Plan) error {
	var b bytes.Buffer
	if err := f.Write(&b, p); err != nil {
		return err
	}
	all, err := parsers[f.Name](b.Bytes())
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", f.Name, err, b.String())
	}
	for _, d := range p.Devices {
		if f.Name != "mbmap" && f.Name != "prometheus-modbus" && !slices.ContainsFunc(all, func(a access) bool { return a.device == d.Name && a.unit == int(d.Unit) }) {
			return fmt.Errorf("%s: %q with unit %d is not there\n%s", f.Name, d.Name, d.Unit, b.String())
		}
	}
	for _, a := range all {
		if a.count == 0 {
			continue // a format that names devices only
		}
		block, ok := m.BlockOf(regmap.At(uint16(a.first)))
		if !ok || a.first+a.count-1 > int(block.Last.Address()) || a.count > 125 {
			return fmt.Errorf("%s: reads %d registers from address %d: out of block %v", f.Name, a.count, a.first, block)
		}
	}
	return nil
}

// TestEveryFormatHasAParser keeps a new format from going untested.
func TestEveryFormatHasAParser(t *testing.T) {
	for i, f := range Formats {
		if parsers[f.Name] == nil {
			t.Errorf("%s: nothing reads it back", f.Name)
		}
		if i > 0 && Formats[i-1].Name >= f.Name {
			t.Errorf("%s is out of order", f.Name)
		}
		if g, ok := Lookup(f.Name); !ok || g.Name != f.Name {
			t.Errorf("%s is not found", f.Name)
		}
	}
}

// FuzzNames has any name of a breaker survive every format, and none of them
// break by it.
func FuzzNames(f *testing.F) {
	for _, n := range nasty {
		f.Add(n, "192.0.2.1")
	}
	m := regmap.Default()
	usual := Usual(m)
	f.Fuzz(func(t *testing.T, name, host string) {
		p, err := NewPlan(m, usual, []Device{{Name: name, Host: host, Port: 502, Unit: 7}, {Name: name + "2", Host: "127.0.1.1", Port: 5020, Unit: 255}})
		if err != nil {
			return // refused: nothing is written
		}
		for i := range Formats {
			if err := parsesBack(&Formats[i], m, p); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func parseTelegraf(b []byte) (all []access, err error) {
	if bytes.ContainsRune(b, '$') {
		return nil, fmt.Errorf("a dollar sign, which Telegraf replaces by the environment")
	}
	var c struct {
		Inputs struct {
			Modbus []struct {
				Controller string
				Request    []struct {
					SlaveID int `toml:"slave_id"`
					Fields  []struct {
						Address, Length int
						Name, Type      string
					}
					Tags map[string]string
				}
			}
		}
		Processors struct {
			Starlark []struct{ Source string }
		}
	}
	md, err := toml.Decode(string(b), &c)
	if err != nil {
		return nil, err
	}
	for _, k := range md.Undecoded() {
		if !slices.Contains([]string{"name", "timeout", "interval", "configuration_type", "byte_order", "register", "measurement", "optimization", "optimization_max_register_fill", "scale", "bit", "namepass"}, k[len(k)-1]) {
			return nil, fmt.Errorf("key %v is unknown to Telegraf", k)
		}
	}
	for _, h := range c.Inputs.Modbus {
		for _, r := range h.Request {
			a := access{device: r.Tags["breaker"], unit: r.SlaveID, first: 1 << 20}
			last := 0
			for _, f := range r.Fields {
				a.first, last = min(a.first, f.Address), max(last, f.Address+max(f.Length, size(f.Type))-1)
			}
			a.count = last - a.first + 1
			all = append(all, a)
		}
	}
	return all, nil
}

// size is the registers of a type of Telegraf, Home Assistant or modbus_exporter.
func size(kind string) int {
	switch {
	case strings.HasSuffix(kind, "64"):
		return 4
	case strings.HasSuffix(kind, "32"):
		return 2
	}
	return 1
}

func parseHomeAssistant(b []byte) (all []access, err error) {
	var c struct {
		Modbus []struct {
			Name, Type, Host string
			Port, Timeout    int
			Sensors          []map[string]any
		}
		Template []struct {
			BinarySensor []map[string]any `yaml:"binary_sensor"`
		}
	}
	if err := strict(b, &c); err != nil {
		return nil, err
	}
	if err := haSchema(b); err != nil {
		return nil, err
	}
	slave := map[string]int{} // of the entities of words
	for _, h := range c.Modbus {
		for _, s := range h.Sensors {
			name, _, _ := cutLast(s["name"].(string), " ")
			slave["sensor."+s["name"].(string)] = s["slave"].(int)
			all = append(all, access{device: name, unit: s["slave"].(int), first: s["address"].(int), count: size(s["data_type"].(string))})
		}
	}
	for _, t := range c.Template {
		for _, s := range t.BinarySensor {
			name, err := shown(s["name"].(string))
			if err != nil {
				return nil, err
			}
			name, _, _ = cutLast(name, " ")
			word := strings.Split(s["state"].(string), "'")[1]
			if _, ok := slave[word]; !ok {
				return nil, fmt.Errorf("%s: no sensor makes it", word)
			}
			all = append(all, access{device: name, unit: slave[word]})
		}
	}
	return all, nil
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// shown returns what a template shows, or an error if it does more than show a
// text.
func shown(s string) (string, error) {
	text, literal := strings.CutPrefix(s, "{{ ")
	if literal {
		text, literal = strings.CutSuffix(text, " }}")
	}
	if !literal {
		text = s
	}
	for _, mark := range []string{"{{", "{%", "{#", "}}", "%}"} {
		if strings.Contains(text, mark) {
			return "", fmt.Errorf("template %q does something", s)
		}
	}
	if !literal {
		return s, nil
	}
	return strconv.Unquote(text)
}

// strict reads YAML into v and refuses what v does not know.
func strict(b []byte, v any) error {
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	return d.Decode(v)
}

func parseNodeRED(b []byte) (all []access, err error) {
	var nodes []struct {
		ID, Type, Name, Z, UnitID, Adr, Quantity, Server, Func, Rate string
		Wires                                                        [][]string
	}
	if err := json.Unmarshal(b, &nodes); err != nil {
		return nil, err
	}
	known := map[string]int{}
	for i, n := range nodes {
		if _, twice := known[n.ID]; twice {
			return nil, fmt.Errorf("two nodes are %s", n.ID)
		}
		if strings.Contains(n.Name, "$") {
			return nil, fmt.Errorf("%q: Node-RED would replace it by the environment", n.Name)
		}
		known[n.ID] = i
	}
	for _, n := range nodes {
		if n.Type != "modbus-read" {
			continue
		}
		decode, ok := known[n.Wires[0][0]]
		if _, client := known[n.Server]; !ok || !client {
			return nil, fmt.Errorf("node %s is wired to nothing", n.ID)
		}
		_, topic, _ := strings.Cut(nodes[decode].Func, "\nmsg.topic = ")
		topic, _, _ = strings.Cut(topic, ";\n")
		a := access{}
		if err := json.Unmarshal([]byte(topic), &a.device); err != nil {
			return nil, fmt.Errorf("topic %s: %w", topic, err)
		}
		for _, f := range []struct {
			text string
			to   *int
		}{{n.UnitID, &a.unit}, {n.Adr, &a.first}, {n.Quantity, &a.count}} {
			if *f.to, err = strconv.Atoi(f.text); err != nil {
				return nil, err
			}
		}
		all = append(all, a)
	}
	return all, nil
}

func parseModules(b []byte) (all []access, err error) {
	var c struct {
		Modules []struct {
			Name, Protocol string
			Metrics        []struct {
				Name, Help string
				Address    int
				DataType   string   `yaml:"dataType"`
				MetricType string   `yaml:"metricType"`
				BitOffset  *int     `yaml:"bitOffset"`
				Factor     *float64 `yaml:"factor"`
			}
		}
	}
	if err := strict(b, &c); err != nil {
		return nil, err
	}
	for _, m := range c.Modules[0].Metrics {
		text := strconv.Itoa(m.Address)
		address, err := strconv.Atoi(text[1:])
		if err != nil || text[0] != '3' {
			return nil, fmt.Errorf("address %d is no holding register", m.Address)
		}
		all = append(all, access{first: address, count: size(m.DataType)})
	}
	return all, nil
}

func parseScrape(b []byte) (all []access, err error) {
	var c struct {
		Configs []struct {
			Job      string              `yaml:"job_name"`
			Path     string              `yaml:"metrics_path"`
			Interval string              `yaml:"scrape_interval"`
			Params   map[string][]string `yaml:"params"`
			Static   []struct {
				Targets []string
				Labels  map[string]string
			} `yaml:"static_configs"`
			Relabel []map[string]any `yaml:"relabel_configs"`
		} `yaml:"scrape_configs"`
	}
	if err := strict(b, &c); err != nil {
		return nil, err
	}
	for _, s := range c.Configs[0].Static {
		unit, err := strconv.Atoi(s.Labels["__param_sub_target"])
		if err != nil {
			return nil, err
		}
		all = append(all, access{device: s.Labels["breaker"], unit: unit})
	}
	return all, nil
}

func parseMap(b []byte) (all []access, err error) {
	var c struct {
		XMLName xml.Name `xml:"mbmap"`
		Regs    []struct {
			Offset int    `xml:"offset,attr"`
			Len    int    `xml:"len,attr"`
			Type   string `xml:"type,attr"`
		} `xml:"regs"`
	}
	if err := xml.Unmarshal(b, &c); err != nil {
		return nil, err
	}
	next := 0
	for _, r := range c.Regs {
		if r.Offset < next {
			return nil, fmt.Errorf("offset %d is not ascending", r.Offset)
		}
		next = r.Offset + r.Len
		all = append(all, access{first: r.Offset, count: r.Len})
	}
	return all, nil
}

func parseCSV(b []byte) (all []access, err error) {
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		return nil, err
	}
	for _, r := range rows[1:] {
		if _, err := points.Lookup(r[4]); err != nil {
			return nil, err
		}
		a := access{device: r[0]}
		for i, to := range map[int]*int{3: &a.unit, 6: &a.first, 7: &a.count} {
			if *to, err = strconv.Atoi(r[i]); err != nil {
				return nil, err
			}
		}
		all = append(all, a)
	}
	return all, nil
}
