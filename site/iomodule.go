package site

import (
	"fmt"
	"strings"
	"time"

	"switchroom/imu"
	"switchroom/paths/iomodule"
	"switchroom/points"
)

// ioFields is the schema of an IO module (A8).
var ioFields = []Field{
	{Name: "switch", Kind: Whole, Help: "position of its rotary switch, the application; 1", Min: 1, Max: iomodule.Spots},
	{Name: "pad", Kind: Text, Help: "its setting-locking pad; locked", Enum: []string{"locked", "unlocked"}},
	{Name: "inputs", Kind: List, Help: "what inputs do that the application leaves free", Fields: []Field{
		{Name: "input", Kind: Whole, Required: true, Help: "1 to 6", Min: 1, Max: iomodule.Inputs},
		{Name: "does", Kind: Text, Required: true, Help: "what it is for", Enum: iomodule.CustomNames()},
		{Name: "threshold", Kind: Whole, Help: "count at which its counter raises an alarm; none", Max: 1<<32 - 1},
	}},
	{Name: "outputs", Kind: List, Help: "what outputs show; the others are switched by command", Fields: []Field{
		{Name: "output", Kind: Whole, Required: true, Help: "1 to 3", Min: 1, Max: iomodule.Outputs},
		{Name: "events", Kind: List, Help: "by name, up to 8: on while any is active or held", Of: &Field{Kind: Text}},
		{Name: "latched", Kind: Flag, Help: "stays on until it is acknowledged"},
		{Name: "threshold", Kind: Whole, Help: "count at which its counter raises an alarm; none", Max: 1<<32 - 1},
	}},
}

type fileIO struct {
	Switch int    `yaml:"switch"`
	Pad    string `yaml:"pad"`
	Inputs []struct {
		Input     int    `yaml:"input"`
		Does      string `yaml:"does"`
		Threshold uint32 `yaml:"threshold"`
	} `yaml:"inputs"`
	Outputs []struct {
		Output    int      `yaml:"output"`
		Events    []string `yaml:"events"`
		Latched   bool     `yaml:"latched"`
		Threshold uint32   `yaml:"threshold"`
	} `yaml:"outputs"`
}

// modules makes the IO modules of a breaker. at is where the breaker stands.
func (c *checker) modules(at string, list []fileIO) (all []iomodule.Config) {
	rows := map[string]string{} // where in the file a pin is set up
	for k := range list {
		in := fmt.Sprintf("%s.io[%d]", at, k)
		all = append(all, c.module(in, &list[k], rows))
	}
	iomodule.CheckPair(all, func(path, what string) {
		where := at + "." + path
		if row, is := rows[where]; is {
			where = row
		}
		c.problem(where, what)
	})
	return all
}

func (c *checker) module(at string, f *fileIO, rows map[string]string) iomodule.Config {
	m := iomodule.Config{Switch: f.Switch, Unlocked: f.Pad == "unlocked"}
	for j, in := range f.Inputs {
		does, _ := iomodule.ParseCustom(in.Does)
		c.once(rows, fmt.Sprintf("%s.inputs[%d]", at, in.Input-1), fmt.Sprintf("%s.inputs[%d]", at, j), fmt.Sprintf("input %d", in.Input))
		m.Inputs[in.Input-1] = iomodule.Input{Does: does, Threshold: in.Threshold}
	}
	for j, out := range f.Outputs {
		row := fmt.Sprintf("%s.outputs[%d]", at, j)
		c.once(rows, fmt.Sprintf("%s.outputs[%d]", at, out.Output-1), row, fmt.Sprintf("output %d", out.Output))
		m.Outputs[out.Output-1] = iomodule.Output{Events: c.shown(row, out.Events), Latched: out.Latched, Threshold: out.Threshold}
	}
	return m
}

// once notes where a pin is set up, and refuses another time.
func (c *checker) once(rows map[string]string, pin, row, name string) {
	if _, twice := rows[pin]; twice {
		c.problem(row, name+" is set up twice")
	}
	rows[pin] = row
}

// shown are the codes of named events.
func (c *checker) shown(at string, names []string) (codes []points.Code) {
	for i, n := range names {
		code, err := points.LookupEvent(n)
		if err != nil {
			c.problem(fmt.Sprintf("%s.events[%d]", at, i), err.Error()+"; docs/iomodule.md lists those that an output can show")
			continue
		}
		codes = append(codes, code)
	}
	return codes
}

// ioVerbs are the hands at an IO module and its wires.
var ioVerbs = []verb{
	{"io_input", breaker, "module input! state!", "the wire of an input of its IO module"},
	{"io_switch", breaker, "module position! by", "the rotary switch of its IO module is turned; what it says acts after io_test"},
	{"io_test", breaker, "module by", "the test button of its IO module: what the switch says acts from then on"},
	{"io_pad", breaker, "module pad! by", "the setting-locking pad of its IO module"},
	{"io_cable", breaker, "module state! by", "the cable of its IO module; off: it is lost"},
	{"io_pt100", breaker, "module celsius!", "the temperature that the Pt100 sensor of its IO module feels"},
}

// ioHand does something at the IO module that an action names, the first if it names
// none.
func ioHand(do func(u *imu.Unit, now time.Duration, n int, a *Action) error) hand {
	return func(u *imu.Unit, now time.Duration, a *Action) error {
		return do(u, now, max(a.Module, 1), a)
	}
}

func init() {
	for name, do := range map[string]hand{
		"io_input":  ioHand(func(u *imu.Unit, now time.Duration, n int, a *Action) error { return u.WireIO(now, n, a.Pin, a.On) }),
		"io_switch": ioHand(func(u *imu.Unit, now time.Duration, n int, a *Action) error { return u.TurnIO(now, n, a.Pin) }),
		"io_test":   ioHand(func(u *imu.Unit, now time.Duration, n int, _ *Action) error { return u.TestIO(now, n) }),
		"io_pad": ioHand(func(u *imu.Unit, now time.Duration, n int, a *Action) error {
			return u.LockIO(now, n, a.To == "locked")
		}),
		"io_cable": ioHand(func(u *imu.Unit, now time.Duration, n int, a *Action) error { return u.PlugIO(now, n, a.On) }),
		"io_pt100": ioHand(func(u *imu.Unit, now time.Duration, n int, a *Action) error { return u.WarmIO(now, n, a.Much) }),
	} {
		hands[name] = do
	}
}

// hasModule checks that the breaker of an action has the IO module that it names.
func (d *director) hasModule(at string, a *Action) {
	if !strings.HasPrefix(a.Do, "io_") {
		return
	}
	for i := range d.site.Breakers {
		if u := &d.site.Breakers[i].Unit; u.Name == a.Target && max(a.Module, 1) > len(u.IO) {
			d.problem(at, fmt.Sprintf("%s has %s; write io: at the breaker in the site file", a.Target, modulesOf(len(u.IO))))
		}
	}
}

func modulesOf(n int) string {
	if n == 0 {
		return "no IO module"
	}
	return fmt.Sprintf("%d IO module", n)
}
