package schedule

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// yaml writes the site file.
func (l *list) yaml() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# Made of %s by `switchroom site import`. The list says what the breakers are and\n# who feeds whom; what is marked assumed is made up and to be replaced.\n", comment(l.file))
	fmt.Fprintf(&b, "site: %s\nport: %d\n", quote(l.siteName()), l.options.Port)
	if len(l.beyond()) > 0 {
		b.WriteString("listen: lan # addresses that the network reaches; anybody there can operate these breakers\n")
	}
	b.WriteString("# Assumed: 400 V, 50 Hz.\nvoltage: 400\nfrequency: 50\n")
	if len(l.mapped) > 0 {
		b.WriteString("# Addresses of the list and where they are on this machine, which the network does not reach:\n")
		for _, m := range l.mapped {
			fmt.Fprintf(&b, "#   %s\n", comment(m))
		}
	}
	l.yamlGates(&b)
	b.WriteString("breakers:\n")
	for _, e := range l.breakers {
		fmt.Fprintf(&b, "  - {%s}\n", strings.Join(l.fields(e), ", "))
	}
	l.yamlNetwork(&b)
	return []byte(b.String())
}

func (l *list) siteName() string {
	if l.options.Site != "" {
		return l.options.Site
	}
	name := l.file
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		name = name[:i]
	}
	if name = trimmed(name); name == "" || len([]rune(name)) > textMax {
		return "site"
	}
	return name
}

func (l *list) yamlGates(b *strings.Builder) {
	if len(l.gates) > 0 {
		b.WriteString("gateways:\n")
	}
	for _, g := range l.gates {
		f := []string{"name: " + quote(g.name), "kind: " + g.face, "address: " + ip(g.where.Addr())}
		if p := g.where.Port(); p != l.options.Port {
			f = append(f, "port: "+itoa(int(p)))
		}
		fmt.Fprintf(b, "  - {%s}\n", strings.Join(f, ", "))
	}
}

// fields are those of a breaker, in the order of the schema.
func (l *list) fields(e *entry) (f []string) {
	add := func(is bool, name, value string) {
		if is {
			f = append(f, name+": "+value)
		}
	}
	add(true, "name", quote(e.name))
	add(e.title != "", "title", quote(e.title))
	add(true, "in", strconv.FormatFloat(e.in, 'f', -1, 64))
	add(true, "variant", `"`+e.variant+`"`)
	add(e.standard != "", "standard", e.standard)
	add(e.poles != 0, "poles", itoa(e.poles))
	add(e.system != 0, "system_type", itoa(e.system))
	add(e.returns, "ground_return", "true")
	add(e.frame != "", "frame", e.frame)
	add(true, "interface", e.face)
	add(e.listening, "address", ip(e.where.Addr()))
	add(e.listening && e.where.Port() != l.options.Port, "port", itoa(int(e.where.Port())))
	add(e.via != "", "via", quote(e.via))
	add(e.unit != 0 && e.unit != itself && e.face != "none", "unit", itoa(e.unit))
	add(len(e.modules) > 0, "modules", "["+strings.Join(e.modules, ", ")+"]")
	closed := !e.coupler
	if e.closed != nil {
		closed = *e.closed
	}
	add(true, "closed", strconv.FormatBool(closed))
	add(true, "from", quote(e.from))
	add(true, "to", quote(e.to))
	return f
}

func (l *list) yamlNetwork(b *strings.Builder) {
	b.WriteString("network:\n  # Assumed: one transformer above each that no other breaker feeds, the largest whose\n  # current it takes, with the usual short-circuit voltage.\n")
	if slices.ContainsFunc(l.sources, func(s *source) bool { return !s.generates() }) {
		b.WriteString("  sources:\n")
	}
	for _, s := range l.sources {
		kva, uk := s.kva(), 6
		if kva <= 630 {
			uk = 4
		}
		if !s.generates() {
			fmt.Fprintf(b, "    - {name: %s, node: %s, kva: %g, uk_percent: %d}\n", quote(s.name), quote(s.name), kva, uk)
		}
	}
	l.yamlGenerators(b)
	loads := slices.DeleteFunc(slices.Clone(l.breakers), func(e *entry) bool { return e.load == 0 })
	if len(loads) == 0 {
		return
	}
	b.WriteString("  # Assumed: each feeder carries half of its rating, and less where a breaker above would\n  # carry more than 60 % of its own; power factor 0.9.\n  loads:\n")
	for _, e := range loads {
		fmt.Fprintf(b, "    - {name: %s, node: %s, kw: %g, power_factor: %g}\n", quote(e.name+" load"), quote(e.to), kilowatts(e.load), powerFactor)
	}
}

// yamlGenerators writes the generators, which start when the first source is lost.
func (l *list) yamlGenerators(b *strings.Builder) {
	how := "running: true"
	for _, s := range l.sources {
		if !s.generates() {
			how = "starts_on: " + quote(s.name)
			break
		}
	}
	first := true
	for _, s := range l.sources {
		if !s.generates() {
			continue
		}
		if first {
			b.WriteString("  # Assumed: the power of each generator, by its breaker, and what starts it.\n  generators:\n")
		}
		first = false
		fmt.Fprintf(b, "    - {name: %s, node: %s, kva: %g, %s}\n", quote(s.name), quote(s.name), s.kva(), how)
	}
}

// plain is what YAML takes for a text without quotes, wherever it stands.
var plain = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*$`)

// quote writes a text so that YAML reads it as that text.
func quote(s string) string {
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf":
	default:
		if plain.MatchString(s) {
			return s
		}
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return strconv.Quote(s)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// ip writes an address: one of IPv4 needs no quotes.
func ip(a netip.Addr) string {
	if a.Is4() {
		return a.String()
	}
	return quote(a.String())
}

// comment is a text in one line.
func comment(s string) string { return trimmed(s) }
