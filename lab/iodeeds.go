package lab

import (
	"fmt"
	"strconv"
	"strings"

	"switchroom/imu"
	"switchroom/lab/remote"
	"switchroom/paths/iomodule"
)

// ioDeeds are what hands can do at the IO modules of a breaker, and at their wires.
func ioDeeds() (all []frontDeed) {
	var positions []choice
	for _, a := range iomodule.Applications {
		positions = append(positions, choice{strconv.Itoa(a.Number), fmt.Sprintf("Turn to %d, %s", a.Number, a.Title)})
	}
	for n := 1; n <= iomodule.Most; n++ {
		deed := func(name, label, verb string, is func(*imu.IOModule) string, to ...choice) frontDeed {
			return frontDeed{
				name: fmt.Sprintf("io%d_%s", n, name), label: fmt.Sprintf("%s of IO module %d", label, n), to: to, verb: verb, module: n,
				has: func(c *imu.Config) bool { return len(c.IO) >= n },
				is: func(f *imu.Indicators) string {
					if is == nil || len(f.IO) < n {
						return ""
					}
					return is(&f.IO[n-1])
				},
			}
		}
		press := deed("test", "Press the test button", "io_test", nil)
		press.off = func(f *imu.Indicators) string { return nothingToConfirm(f, n) }
		all = append(all,
			deed("switch", "Turn the rotary switch", "io_switch", func(m *imu.IOModule) string { return strconv.Itoa(m.Switch) }, positions...),
			press,
			deed("pad", "Turn the setting-locking pad", "io_pad", func(m *imu.IOModule) string { return oneOf(m.Locked, "locked", "unlocked") }, choice{"locked", "Lock its settings"}, choice{"unlocked", "Unlock its settings"}),
			deed("cable", "Pull the cable, or put it in,", "io_cable", func(m *imu.IOModule) string { return oneOf(m.Unplugged, "off", "on") }, choice{"on", "Put its cable in"}, choice{"off", "Pull its cable"}))
		for i := range iomodule.Inputs {
			d := deed(fmt.Sprintf("i%d", i+1), fmt.Sprintf("Give or take the voltage on I%d", i+1), "io_input", func(m *imu.IOModule) string { return oneOf(m.Wires[i], "on", "off") },
				choice{"on", fmt.Sprintf("Voltage on I%d", i+1)}, choice{"off", fmt.Sprintf("No voltage on I%d", i+1)})
			d.pin = i + 1
			all = append(all, d)
		}
	}
	return all
}

// nothingToConfirm is why the test button of module n does nothing.
func nothingToConfirm(f *imu.Indicators, n int) string {
	switch {
	case len(f.IO) < n:
		return ""
	case !f.IO[n-1].Energised:
		return "the module has no supply: its button does nothing"
	case f.IO[n-1].Switch == f.IO[n-1].Application:
		return "what its switch says acts already"
	}
	return ""
}

// ioCards tell of the IO modules on the page of a front, a card each.
func (p *frontPage) ioCards() (all []frontGroup) {
	for i := range p.IO {
		m := &p.IO[i]
		g := frontGroup{id: fmt.Sprintf("front-io%d", m.Module), title: fmt.Sprintf("IO module %d", m.Module)}
		row := func(name, says, more, deed string) {
			r := frontRow{name: name, says: says, more: more}
			p.offer(&r, fmt.Sprintf("io%d_%s", m.Module, deed))
			g.rows = append(g.rows, r)
		}
		row("Rotary switch", strconv.Itoa(m.Switch), "", "switch")
		row("Application", fmt.Sprintf("%d, %s", m.Application, m.Title), oneOf(m.Application != m.Switch, "what the switch says acts once the test button is pressed; ", "")+"the wiring is ours", "test")
		row("Settings", m.Pad, "", "pad")
		row("Cable", oneOf(m.Cable, "in", "out"), oneOf(m.Energised, "", "the module is lost"), "cable")
		for k, in := range m.Inputs {
			row(in.Pin, pinSays(m, &in), whatFor(&in), fmt.Sprintf("i%d", k+1))
		}
		for _, out := range m.Outputs {
			row(out.Pin, pinSays(m, &out), whatFor(&out), "")
		}
		all = append(all, g)
	}
	return all
}

func pinSays(m *remote.IOModule, pin *remote.IOPin) string {
	if !m.Energised {
		return "unknown"
	}
	return fmt.Sprintf("%s; %d times", oneOf(pin.On, "on", "off"), pin.Count)
}

// whatFor is what a pin is for, in words; "" of one that is for nothing.
func whatFor(pin *remote.IOPin) string {
	if len(pin.Events) > 0 {
		return "on while one shows: " + strings.Join(pin.Events, ", ")
	}
	for _, f := range iomodule.Functions[1:] {
		if f.Name == pin.Does {
			return f.Title
		}
	}
	return ""
}

// ioSays is a module on the drawing: where its switch stands, and whether that acts.
func ioSays(m *remote.IOModule) string {
	switch {
	case !m.Energised:
		return fmt.Sprintf("IO%d lost", m.Module)
	case m.Switch != m.Application:
		return fmt.Sprintf("IO%d at %d, not yet", m.Module, m.Switch)
	}
	return fmt.Sprintf("IO%d at %d", m.Module, m.Switch)
}
