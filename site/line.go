package site

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"switchroom/imu"
	"switchroom/paths/serial"
)

// Line is a serial line with IFMs on it (A7).
type Line struct {
	Name   string
	Device string // path of a serial device; "": a pseudo-terminal is made
	Server string // the breaker whose IFE server is its master; "": whoever opens it
	Rate   serial.Rate
	Auto   bool // IFMs find the speed by themselves
}

const pseudoTerminal = "pty"

// parities by the words of a site file.
var parities = map[string]serial.Parity{"even": serial.Even, "odd": serial.Odd, "none": serial.None}

func baudWords() (all []string) {
	for _, b := range serial.Bauds {
		all = append(all, strconv.Itoa(b))
	}
	return all
}

var lineFields = []Field{
	{Name: "name", Kind: Text, Required: true, Help: "L1; breakers on it have it as via"},
	{Name: "device", Kind: Text, Help: "path of a serial device, /dev/ttyUSB0; pty, which is made at the start"},
	{Name: "server", Kind: Text, Help: "the breaker whose IFE server is the master of the line; nobody: whoever opens the device"},
	{Name: "baud", Kind: Whole, Help: "19200", Enum: baudWords()},
	{Name: "parity", Kind: Text, Help: "even", Enum: slices.Sorted(maps.Keys(parities))},
	{Name: "stop", Kind: Whole, Help: "stop bits; 1, with no parity 2", Enum: []string{"1", "2"}},
	{Name: "auto_speed", Kind: Flag, Help: "its IFMs find the speed by themselves, from 25 frames"},
}

type fileLine struct {
	Name   string `yaml:"name"`
	Device string `yaml:"device"`
	Server string `yaml:"server"`
	Baud   int    `yaml:"baud"`
	Parity string `yaml:"parity"`
	Stop   int    `yaml:"stop"`
	Auto   bool   `yaml:"auto_speed"`
}

// lines makes the serial lines.
func (c *checker) lines(s *Site, list []fileLine) {
	devices := map[string]string{}
	each(c, "lines", list, func(at string, f *fileLine) {
		l := Line{Name: f.Name, Server: f.Server, Rate: f.rate(), Auto: f.Auto}
		if f.Device != pseudoTerminal {
			l.Device = f.Device
		}
		c.line(at, s, &l, devices)
		s.Lines = append(s.Lines, l)
	})
}

// rate is at which it speaks; what is left out is an IFM's default.
func (f *fileLine) rate() serial.Rate {
	r := serial.Rate{Baud: or(f.Baud, serial.DefaultRate.Baud), Parity: serial.DefaultRate.Parity, Stop: f.Stop}
	if f.Parity != "" {
		r.Parity = parities[f.Parity]
	}
	if r.Stop == 0 {
		r.Stop = 1
		if r.Parity == serial.None {
			r.Stop = 2
		}
	}
	return r
}

// line says what is wrong with one.
func (c *checker) line(at string, s *Site, l *Line, devices map[string]string) {
	if s.lineNamed(l.Name) != nil || s.gatewayNamed(l.Name) != nil {
		c.problem(at+".name", fmt.Sprintf("%q is the name of another line or gateway", l.Name))
	}
	if l.Rate.Stop == 2 && l.Rate.Parity != serial.None {
		c.problem(at+".stop", "two stop bits go with parity: none only")
	}
	if l.Device != "" && l.Server != "" {
		c.problem(at+".server", "the line of an IFE server is inside the laboratory; leave device out, or server")
	}
	if other := devices[l.Device]; l.Device != "" && other != "" {
		c.problem(at+".device", fmt.Sprintf("%s is the device of line %s", l.Device, other))
	}
	devices[l.Device] = l.Name
}

func (s *Site) lineNamed(name string) *Line {
	for i := range s.Lines {
		if s.Lines[i].Name == name {
			return &s.Lines[i]
		}
	}
	return nil
}

func (s *Site) gatewayNamed(name string) *Gateway {
	for i := range s.Gateways {
		if s.Gateways[i].Name == name {
			return &s.Gateways[i]
		}
	}
	return nil
}

// LineOf is the serial line that a breaker is on, or nil.
func (s *Site) LineOf(b *Breaker) *Line { return s.lineNamed(b.Via) }

// onLine puts a breaker on a line, and if an IFE server is its master behind that.
func (v *fronts) onLine(at string, b *Breaker, l *Line) {
	if _, both := v.names[l.Name]; both {
		v.problem(at+".via", fmt.Sprintf("%q is a line and a breaker; give one of them another name", l.Name))
	}
	if b.Unit.Interface != imu.IFM {
		v.problem(at+".interface", fmt.Sprintf("only an IFM is on a serial line such as %s; write ifm", l.Name))
		return
	}
	if l.Server == "" {
		v.addressed(at, b, "on "+l.Name)
		return
	}
	k, there := v.names[l.Server]
	switch {
	case !there && v.doubtful != nil: // it may be one of those that are wrong
	case !there || v.site.Breakers[k].Via != "" || v.site.Breakers[k].Unit.Interface != imu.IFE:
		v.problem(at+".via", fmt.Sprintf("the server of line %s, %q, is no breaker with an IFE and an address of its own", l.Name, l.Server))
	default:
		v.devices(at, l.Server)
		v.reach(at, b, v.site.Breakers[k].Address)
	}
}

// addressed notes a unit id on something, and refuses one that is taken.
func (v *fronts) addressed(at string, b *Breaker, where string) {
	key := fmt.Sprintf("%s/%d", where, b.ID)
	if other, taken := v.units[key]; taken {
		v.problem(at+".unit", fmt.Sprintf("address %d %s is breaker %q's", b.ID, where, other))
	}
	v.units[key] = b.Unit.Name
}
