package polling

import (
	"encoding/xml"
	"strings"

	"switchroom/regmap"
)

// mbmapTypes names each kind in a map of pysunspec (sunspec/core/modbus/mbmap.py
// of SunSpec Alliance's pysunspec 2.1.1). Bit fields are their word.
var mbmapTypes = map[regmap.Kind]string{
	regmap.U16:     "u16",
	regmap.S16:     "s16",
	regmap.U32:     "u32",
	regmap.S32:     "s32",
	regmap.U64:     "u64",
	regmap.S64:     "s64",
	regmap.F32:     "f32",
	regmap.Chars:   "string",
	regmap.Bits:    "u16",
	regmap.Quality: "u16",
}

// mbmap writes the registers as the map of a simulated device, every value "not
// available". The format has no place for an address of a device: the devices
// stand in a comment.
func mbmap(o *printer, p *Plan) {
	o.line("<!--")
	o.head("", "pysunspec", "Values are \"not available\" until you write others; a map has no address of a device.")
	for _, d := range p.Devices {
		o.line("%s: %s, unit %d", xmlComment(d.Name), xmlComment(d.socket()), d.Unit)
	}
	o.line("-->\n<mbmap addr=\"0\" func=\"holding\"%s>", p.mapid())
	for i := range p.Spans {
		s := &p.Spans[i]
		o.line("  <!-- registers %d to %d: %s -->", s.First, s.Last(), xmlComment(s.Block))
		for _, w := range s.Words {
			mbmapRow(o, s, w)
		}
	}
	o.line("</mbmap>")
}

// mapid names the map where it is of one device.
func (p *Plan) mapid() string {
	if len(p.Devices) != 1 {
		return ""
	}
	var b strings.Builder
	xml.EscapeText(&b, []byte(comment(p.Devices[0].Name))) // a builder does not fail
	return ` mapid="` + b.String() + `"`
}

func mbmapRow(o *printer, s *Span, w *regmap.Row) {
	about := comment(w.Describe())
	for _, it := range s.Items {
		if it.Row == w {
			about += "; " + it.ID.String()
		}
	}
	kind, ok := mbmapTypes[w.Kind]
	value := ""
	switch {
	case w.Kind == regmap.F32:
		value = "nan"
	case len(w.Kind.None()) > 0:
		value = w.Kind.None()[0]
	case w.Kind == regmap.Quality:
		value = "0" // no bit is valid
	case w.Kind == regmap.Bits:
		value = "0"
	case !ok:
		kind, value = "hexstr", strings.Repeat("ffff", int(w.Count))
	}
	o.line("  <regs offset=\"%d\" len=\"%d\" type=\"%s\" access=\"r\">%s</regs> <!-- %d, %v: %s -->", w.Register.Address(), w.Count, kind, value, w.Register, w.Certainty, xmlComment(about))
}

// xmlComment keeps s from ending a comment of XML.
func xmlComment(s string) string {
	s = comment(s)
	for strings.Contains(s, "--") {
		s = strings.ReplaceAll(s, "--", "- -")
	}
	return strings.TrimSuffix(s, "-")
}
