package trace

import (
	"fmt"
	"strings"

	"switchroom/points"
	"switchroom/regmap"
)

// Words says what a request is about as a person at the breaker would: "open the
// breaker (MX)", "set long-time pick-up Ir: 400 A, 16 s". What was answered is
// not in it, and no password.
func Words(request []byte, m *regmap.Map) string {
	if b, ok := write(request); ok {
		if c, ok := command(b); ok {
			return c.words(b.data)
		}
	}
	k := Means(&Exchange{Request: request, Ended: Open}, m)
	switch {
	case k.Write != "":
		return "write registers " + k.Write + ", which are no command"
	case len(k.Read) > 0 && k.Unmapped == "":
		return "read " + k.points()
	}
	return k.String()
}

// words are what a command does, with its arguments.
func (c Command) words(data []byte) string {
	row, ok := regmap.CommandByCode(uint16(c.Code), c.dest)
	if !ok {
		return fmt.Sprintf("command %d to module %d, which no table has", c.Code, c.dest)
	}
	info := points.Of(row.Point)
	what := info.Title
	switch {
	case info.Type == points.Action && info.Class > points.Monitor:
	case !row.Password:
		what = "ask for " + strings.TrimPrefix(info.Title, "read ")
	default:
		what = "set " + info.Title
	}
	var args []string
	for _, a := range arguments(row, data) {
		if a.word != "" {
			args = append(args, a.word)
		}
	}
	if len(args) > 0 {
		what += ": " + strings.Join(args, ", ")
	}
	return what
}

// argument is a parameter of a command with where its bytes are.
type argument struct {
	from, to int // in the registers of the command
	name     string
	word     string // its value with its name, where a person wants it; "" else
}

// arguments are the parameters that a command carries, as far as they are there.
func arguments(row *regmap.Command, data []byte) []argument {
	var all []argument
	at := 2 * int(regmap.CommandParam-regmap.CommandFirst)
	set := row.Set
	for _, p := range row.Params {
		a := argument{from: at, to: at + p.Bytes, name: p.Name}
		at = a.to
		var what points.ID
		switch {
		case p.Name == "session" || p.Name == "group" && len(row.Set) > 0 && row.Point != points.ProtectionGroup || p.Name == "reserved":
		case len(set) > 0:
			what, set = set[0], set[1:]
			a.name = points.Of(what).Name
		}
		if a.to <= len(data) && p.Name != "reserved" {
			a.word = argumentWord(&p, what, data[a.from:a.to])
		}
		all = append(all, a)
	}
	return all
}

// argumentWord is the value of a parameter: of a setting with its unit, else
// with its name.
func argumentWord(p *regmap.Param, what points.ID, b []byte) string {
	if len(b) == 1 {
		b = []byte{0, b[0]}
	}
	row := regmap.Row{Kind: p.Kind, Count: uint16(len(b) / 2)}
	v := row.Decode(b)
	info := points.Of(what)
	switch {
	case info.Type == points.Secret && what != 0:
		return "(a secret)"
	case what != 0:
		value := or(strings.Map(printable, info.Format(v)), fmt.Sprintf("%g", v.Float())) // some codes have no name
		return strings.TrimSpace(lastPart(info.Name) + " " + value + " " + info.Unit)
	case p.Name == "session" && v.Available() && uint32(v.Float()) == regmap.SessionNone:
		return "no session"
	case p.Kind == regmap.Chars:
		return fmt.Sprintf("%s %q", p.Name, strings.Map(printable, points.Of(points.InterfaceName).Format(v)))
	case p.Kind == regmap.XDate:
		return strings.Map(printable, points.Of(points.DeviceClock).Format(v))
	case !v.Available():
		return p.Name + " n/a"
	}
	return fmt.Sprintf("%s %.0f", p.Name, v.Float())
}

// lastPart is the part of a name by which settings of one function differ.
func lastPart(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }
