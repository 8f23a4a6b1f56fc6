package polling

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"switchroom/points"
)

// line makes one line of s that can be seen: what does not print becomes a space.
func line(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == utf8.RuneError {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, " ")))
}

// quote writes s, which is one [line], as a string in double quotes that TOML,
// YAML, JSON, JavaScript and Starlark read alike. "$" is escaped too: Telegraf
// and Node-RED replace it by the environment before they parse.
func quote(s string) string {
	return `"` + strings.NewReplacer(`"`, `\"`, `\`, `\\`, "$", `\u0024`).Replace(line(s)) + `"`
}

// comment makes s fit into a comment of one line, in which nothing is replaced by
// the environment.
func comment(s string) string { return strings.ReplaceAll(line(s), "$", " ") }

// slug makes an identifier of s: lower-case letters a to z, digits, underscores.
func slug(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	if t := strings.Trim(b.String(), "_"); t != "" {
		return t
	}
	return "breaker"
}

// slugs returns an identifier for each device, all different.
func (p *Plan) slugs() []string {
	out := make([]string, len(p.Devices))
	taken := map[string]bool{}
	for i, d := range p.Devices {
		base := slug(d.Name)
		name := base
		for n := 2; taken[name]; n++ {
			name = fmt.Sprintf("%s_%d", base, n)
		}
		taken[name] = true
		out[i] = name
	}
	return out
}

// socket is HOST:PORT, with brackets where an IPv6 address needs them.
func (d Device) socket() string { return net.JoinHostPort(d.Host, strconv.Itoa(int(d.Port))) }

// number writes v so that it reads back the same, and as a decimal number in
// every format: YAML takes 1e+06 for text.
func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// decimal is number with a decimal point, for formats that tell 1 from 1.0.
func decimal(v float64) string {
	s := number(v)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// about says what an item is, in one line: the register as documents print it,
// the title, the unit and the certainty.
func (it *Item) about() string {
	info := it.Info()
	where := fmt.Sprint(it.Row.Register)
	if it.Bit >= 0 {
		where += fmt.Sprintf(" bit %d", it.Bit)
	}
	s := fmt.Sprintf("%s, %v: %s", where, it.Row.Certainty, info.Title)
	if info.Unit != "" {
		s += ", " + info.Unit
	}
	if len(info.Enum) > 0 {
		s += " (" + meanings(info) + ")"
	}
	return comment(s)
}

// meanings says what the numbers of an enumeration mean.
func meanings(info *points.Info) string {
	var all []string
	for i, name := range info.Enum {
		all = append(all, fmt.Sprintf("%d %s", info.Base+i, name))
	}
	return strings.Join(all, ", ")
}
