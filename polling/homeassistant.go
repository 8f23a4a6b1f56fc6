package polling

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"switchroom/regmap"
)

// haTypes names each kind in Home Assistant's modbus integration (core,
// homeassistant/components/modbus/schemas.py, BASE_STRUCT_SCHEMA).
var haTypes = map[regmap.Kind]string{
	regmap.U16:     "uint16",
	regmap.S16:     "int16",
	regmap.U32:     "uint32",
	regmap.S32:     "int32",
	regmap.U64:     "uint64",
	regmap.S64:     "int64",
	regmap.F32:     "float32",
	regmap.Bits:    "uint16",
	regmap.Quality: "uint16",
}

// haClass is what Home Assistant calls a quantity of a unit.
type haClass struct{ device, state string }

// haClasses are the device classes of the units (core, components/sensor/const.py).
// A unit that is not here has none.
var haClasses = map[string]haClass{
	"A":   {"current", "measurement"},
	"Hz":  {"frequency", "measurement"},
	"V":   {"voltage", "measurement"},
	"VA":  {"apparent_power", "measurement"},
	"W":   {"power", "measurement"},
	"Wh":  {"energy", "total_increasing"},
	"var": {"reactive_power", "measurement"},
	"°C":  {"temperature", "measurement"},
}

// stateOf is the state class of an item: a net energy also falls.
func (c haClass) stateOf(it *Item) string {
	name := it.ID.String()
	if c.device == "energy" && !strings.Contains(name, ".delivered") && !strings.Contains(name, ".received") {
		return "total"
	}
	return c.state
}

// homeAssistant writes sensors, and for the bits template sensors over the word
// and its quality: the integration's own binary sensors see bit 0 of a register
// only, and know no quality.
func homeAssistant(o *printer, p *Plan) {
	o.head("# ", "Home Assistant", "The lists modbus and template go into configuration.yaml, or a file of packages.")
	names := map[string]string{}
	for i, s := range p.slugs() {
		names[p.Devices[i].Name] = s
	}
	o.line("modbus:")
	for _, group := range p.hosts() {
		haHub(o, p, group, names)
	}
	haTemplates(o, p, names)
}

// haHub writes one connection. Home Assistant drops a second hub of the same
// host and port, so that every unit behind a socket is in one.
func haHub(o *printer, p *Plan, group []Device, names map[string]string) {
	d := group[0]
	o.line("  - name: %s", quote("switchroom "+d.socket()))
	o.line("    type: tcp\n    host: %s\n    port: %d\n    timeout: 5", quote(d.Host), d.Port)
	if slices.ContainsFunc(p.Items, func(it Item) bool { return haTypes[it.Row.Kind] != "" }) {
		o.line("    sensors:")
	} else {
		o.line("    sensors: []")
	}
	for _, d := range group {
		for i := range p.Items {
			if p.Items[i].Bit < 0 {
				haSensor(o, d, names[d.Name], &p.Items[i])
			}
		}
		for _, w := range p.bitWords() {
			haWord(o, d, names[d.Name], w)
		}
	}
}

func haSensor(o *printer, d Device, name string, it *Item) {
	r := it.Row
	kind, ok := haTypes[r.Kind]
	if !ok {
		o.line("      # left out: %v of %s, since the integration does not read %v well. %s", it.ID, comment(d.Name), r.Kind, it.about())
		return
	}
	o.line("      - name: %s # %s", quote(d.Name+" "+it.ID.String()), it.about())
	o.line("        unique_id: %s", quote("switchroom_"+name+"_"+slug(it.ID.String())))
	haRegister(o, d, r, kind)
	if len(r.Kind.None()) > 0 {
		o.line("        nan_value: %s", r.Kind.None()[0])
	}
	if r.Scale != 0 {
		o.line("        scale: %s", number(it.Factor()))
	}
	o.line("        precision: %d", haPrecision(it))
	unit := it.Info().Unit
	if unit != "" {
		o.line("        unit_of_measurement: %s", quote(unit))
	}
	if c, ok := haClasses[unit]; ok {
		o.line("        device_class: %s\n        state_class: %s", c.device, c.stateOf(it))
	}
}

func haRegister(o *printer, d Device, r *regmap.Row, kind string) {
	o.line("        slave: %d\n        address: %d\n        input_type: holding\n        data_type: %s\n        scan_interval: 10", d.Unit, r.Register.Address(), kind)
}

// haPrecision is how many decimals a state shows.
func haPrecision(it *Item) int {
	switch {
	case it.Row.Kind == regmap.F32:
		return 3
	case it.Row.Scale > 1:
		return min(len(number(it.Factor()))-len("0."), 6)
	}
	return 0
}

// bitWords returns the words that hold bits, and their quality, by register.
func (p *Plan) bitWords() []*regmap.Row {
	var rows []*regmap.Row
	for _, s := range p.Spans {
		for _, w := range s.Words {
			if w.Kind == regmap.Bits || w.Kind == regmap.Quality {
				rows = append(rows, w)
			}
		}
	}
	return rows
}

// wordName is the name, and so the entity, of a word: made of what Home Assistant
// leaves as it is.
func wordName(name string, w *regmap.Row) string {
	return fmt.Sprintf("switchroom_%s_r%d", name, w.Register)
}

func haWord(o *printer, d Device, name string, w *regmap.Row) {
	o.line("      - name: %s # %d, %v: %s", wordName(name, w), w.Register, w.Certainty, comment(w.Describe()))
	o.line("        unique_id: %s", wordName(name, w))
	haRegister(o, d, w, haTypes[w.Kind])
}

func haTemplates(o *printer, p *Plan, names map[string]string) {
	head := false
	for _, d := range p.Devices {
		for i := range p.Items {
			it := &p.Items[i]
			if it.Bit < 0 {
				continue
			}
			if !head {
				o.line("template:\n  - binary_sensor:")
				head = true
			}
			name := names[d.Name]
			o.line("      - name: %s # %s", quote(jinja(d.Name+" "+it.ID.String())), it.about())
			o.line("        unique_id: %s", quote("switchroom_"+name+"_"+slug(it.ID.String())))
			o.line("        state: %s", quote(haBit(wordName(name, it.Row), it.Bit)))
			o.line("        availability: %s", quote(it.haAvailable(name)))
		}
	}
}

func haBit(word string, bit int) string {
	return fmt.Sprintf("{{ states('sensor.%s') | int(0) | bitwise_and(%d) > 0 }}", word, 1<<bit)
}

func (it *Item) haAvailable(name string) string {
	has := fmt.Sprintf("has_value('sensor.%s')", wordName(name, it.Row))
	if it.Quality != nil {
		has += fmt.Sprintf(" and states('sensor.%s') | int(0) | bitwise_and(%d) > 0", wordName(name, it.Quality), 1<<it.Bit)
	}
	return "{{ " + has + " }}"
}

var jinjaMarks = regexp.MustCompile(`[{}#%]`)

// jinja makes a text of a template stand for itself: the name of a template
// sensor is a template.
func jinja(s string) string {
	if !jinjaMarks.MatchString(s) {
		return s
	}
	var b strings.Builder
	b.WriteString(`{{ "`)
	for _, r := range s {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(" ._", r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "\\U%08x", r)
		}
	}
	b.WriteString(`" }}`)
	return b.String()
}
