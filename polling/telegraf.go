package polling

import (
	"fmt"
	"strconv"
	"strings"

	"switchroom/points"
	"switchroom/regmap"
)

// telegrafTypes names each kind in inputs.modbus, configuration type "request"
// (Telegraf v1.37.2, plugins/inputs/modbus/README.md). What is not here it
// cannot read.
var telegrafTypes = map[regmap.Kind]string{
	regmap.U16:     "UINT16",
	regmap.S16:     "INT16",
	regmap.U32:     "UINT32",
	regmap.S32:     "INT32",
	regmap.U64:     "UINT64",
	regmap.S64:     "INT64",
	regmap.F32:     "FLOAT32",
	regmap.Chars:   "STRING",
	regmap.Bits:    "BIT",
	regmap.Quality: "UINT16",
}

// measurement is what the metrics are called.
const measurement = "switchroom"

func telegraf(o *printer, p *Plan) {
	o.head("# ", "Telegraf", "Every metric is "+measurement+", with the tag breaker; a value that is not available has no field.")
	for _, group := range p.hosts() {
		o.line("\n[[inputs.modbus]]")
		o.line("  name = %s", quote(group[0].socket()))
		o.line("  controller = %s", quote("tcp://"+group[0].socket()))
		o.line("  timeout = \"2s\"\n  interval = \"10s\"\n  configuration_type = \"request\"")
		for _, d := range group {
			for i := range p.Spans {
				telegrafRequest(o, d, &p.Spans[i])
			}
		}
	}
	telegrafScript(o, p)
}

// telegrafRequest writes one request. Its fields lie within one mapped block, so
// filling the holes between them never leaves it.
func telegrafRequest(o *printer, d Device, s *Span) {
	o.line("\n  [[inputs.modbus.request]] # registers %d to %d: %s", s.First, s.Last(), comment(s.Block))
	o.line("    slave_id = %d\n    byte_order = \"ABCD\"\n    register = \"holding\"", d.Unit)
	o.line("    measurement = %q\n    optimization = \"max_insert\"\n    optimization_max_register_fill = %d", measurement, gapMax+2)
	o.line("    fields = [")
	fields := 0
	for _, w := range s.Words {
		if w.Kind == regmap.Quality {
			o.line("      { address = %d, name = %q, type = \"UINT16\" }, # %d, %v: %s", w.Register.Address(), qualityField(w), w.Register, w.Certainty, comment(w.Describe()))
			fields++
		}
	}
	for _, it := range s.Items {
		fields += telegrafField(o, it)
	}
	if fields == 0 { // Telegraf refuses a request without fields
		o.line("      { address = %d, name = \"unread\", type = \"UINT16\" },", s.First.Address())
	}
	o.line("    ]")
	o.line("    [inputs.modbus.request.tags]\n      breaker = %s", quote(d.Name))
}

func telegrafField(o *printer, it *Item) int {
	r := it.Row
	kind, ok := telegrafTypes[it.layout()]
	if !ok {
		o.line("      # left out: %v, since inputs.modbus has no type for %v. %s", it.ID, r.Kind, it.about())
		return 0
	}
	f := fmt.Sprintf("address = %d, name = %q, type = %q", r.Register.Address(), it.ID.String(), kind)
	switch {
	case it.Bit > 0:
		f += fmt.Sprintf(", bit = %d", it.Bit)
	case r.Kind == regmap.Chars:
		f += fmt.Sprintf(", length = %d", r.Count)
	case r.Scale != 0:
		f += ", scale = " + decimal(it.Factor())
	}
	o.line("      { %s }, # %s", f, it.about())
	return 1
}

// qualityField names the field of a quality word; the script takes it away.
func qualityField(w *regmap.Row) string { return fmt.Sprintf("quality.%d", w.Of) }

// telegrafScript writes what takes away the fields that are not available:
// inputs.modbus itself takes a marker for a value, and knows no quality bits.
func telegrafScript(o *printer, p *Plan) {
	o.line("\n# Takes away what is marked \"not available\": NaN, the marker of each integer type, bits whose quality bit is 0.")
	o.line("[[processors.starlark]]\n  namepass = [%q]\n  source = '''", measurement)
	o.line("NONE = {")
	for i := range p.Items {
		if it := &p.Items[i]; len(it.Row.Kind.None()) > 0 {
			o.line("    %q: [%s],", it.ID, strings.Join(it.nones(), ", "))
		}
	}
	o.line("}\nQUALITY = {")
	for i := range p.Items {
		if it := &p.Items[i]; it.Quality != nil {
			o.line("    %q: (%q, %d),", it.ID, qualityField(it.Quality), it.Bit)
		}
	}
	o.line("}\nTEXT = [")
	for i := range p.Items {
		if it := &p.Items[i]; it.Info().Type == points.Text && it.Row.Kind == regmap.Chars {
			o.line("    %q,", it.ID)
		}
	}
	o.line("]\n%s'''", starlark)
}

// nones are the markers of an item as Telegraf shows them: multiplied by the
// factor in the same arithmetic.
func (it *Item) nones() []string {
	if it.Row.Scale == 0 {
		return it.Row.Kind.None()
	}
	var out []string
	for _, n := range it.Row.Kind.None() {
		raw, err := strconv.ParseFloat(n, 64)
		if err == nil {
			out = append(out, decimal(raw*it.Factor()))
		}
	}
	return out
}

const starlark = `
def apply(metric):
    for name in NONE:
        if name in metric.fields and metric.fields[name] in NONE[name]:
            metric.fields.pop(name)
    for name in QUALITY:
        word, bit = QUALITY[name]
        if name in metric.fields and (word not in metric.fields or metric.fields[word] & (1 << bit) == 0):
            metric.fields.pop(name)
    for name in TEXT:
        if name in metric.fields:
            metric.fields[name] = metric.fields[name].split("\x00")[0]
    for name in metric.fields.keys():
        value = metric.fields[name]
        if name.startswith("quality.") or (type(value) == "float" and value != value):
            metric.fields.pop(name)
    if len(metric.fields.keys()) == 0:
        return None
    return metric
`
