package bus_test

import (
	"encoding/binary"
	"math"
	"testing"
	"time"

	"switchroom/imu"
	"switchroom/paths/iomodule"
	"switchroom/points"
	"switchroom/regmap"
)

// withIO gives the unit two IO modules: the first closes off closing by I1, shows an
// event on O3; the second has the cradle.
func withIO(c *imu.Config) {
	m := iomodule.Config{Switch: 9}
	m.Inputs[0].Does, m.Inputs[4].Does = iomodule.InhibitClose, iomodule.PulseCounter
	m.Inputs[4].Threshold = 1
	m.Outputs[2].Events = []points.Code{points.CodeInhibited}
	c.IO = []iomodule.Config{m, {Switch: 1}}
}

// TestIORegisters: what the registers of facts §7, 8 and 13 read, bit by bit.
func TestIORegisters(t *testing.T) {
	b := newBench(t, withIO)
	words := func(why string, want map[regmap.Register]uint16) {
		t.Helper()
		for r, w := range want {
			if got := b.word(scada, r); got != w {
				t.Errorf("%s: %d reads 0x%04X, want 0x%04X", why, r, got, w)
			}
		}
	}
	hand := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		b.step(time.Second)
	}
	words("at rest", map[regmap.Register]uint16{
		32002: 0x81FF, 32003: 0, 32004: 0x81FF, 32005: 0x0002, 12002: 0, 12003: 0x0002, 32341: 0,
		14598: 0x3F, 14599: 0, 14600: 7, 14601: 0, 14632: 0, 14633: 1, 14732: 3, 14733: 3, 14740: 0x07FF, 14741: 0,
		17599: 0x0002, 17632: 1, 18301: 0x0200, 18300: 0x0700, 15300: 0, 13828: 0,
		32384: 0x0001, 32359: 0x0C7F, 60901: 9, 60951: 1,
	})
	hand(b.u.WireIO(b.now, 1, 1, true))
	hand(b.u.WireIO(b.now, 1, 5, true))
	words("inhibited, and a pulse", map[regmap.Register]uint16{32003: 0x0111, 12002: 0x0111, 14599: 0x11, 14601: 4, 14741: 1 << 6, 32341: 1})
	hand(b.u.WarmIO(b.now, 1, 21.5))
	if got := math.Float32frombits(binary.BigEndian.Uint32(b.get(scada, 13826, 2))); got != 21.5 {
		t.Errorf("Pt100 reads %g", got)
	}
	words("warm", map[regmap.Register]uint16{13828: 1})
	hand(b.u.TurnIO(b.now, 1, 2))
	words("turned", map[regmap.Register]uint16{14741: 1<<6 | 2, 60901: 2, 60902: 9})
	hand(b.u.PlugIO(b.now, 2, false))
	words("lost", map[regmap.Register]uint16{32004: 0x8000, 32005: 0x8000, 32384: 0x0021, 17598: 0})

	none := newBench(t)
	for _, r := range []regmap.Register{32003, 32005, 12002, 12003} {
		if got := none.word(scada, r); got != 0x8000 {
			t.Errorf("without modules %d reads 0x%04X", r, got)
		}
	}
}

// TestIOCommandsOverModbus: each command of facts §7, at either module, with what it
// answers; a wrong password and a locked pad first.
func TestIOCommandsOverModbus(t *testing.T) {
	const io1, io2 = regmap.DestIO1, regmap.DestIO2
	b := newBench(t, withIO)
	step := func(why string, frame []byte, want uint16) {
		t.Helper()
		if got := b.send(scada, frame); got != want {
			t.Errorf("%s: 0x%04X, want 0x%04X", why, got, want)
		}
	}
	step("wrong password", command(1672, 14, io1, 1, "9999", be(1, 1)...), 0x2001)
	step("level 1", command(1672, 14, io1, 1, "1111", be(1, 1)...), 0x2001)
	step("no password", command(1672, 14, io1, 0, "", be(1, 1)...), 0x2001)
	b.u.Pad(b.now, true)
	step("the pad of the interface", command(1672, 14, io1, 1, "3333", be(1, 1)...), 0x2002)
	b.u.Pad(b.now, false)
	step("wrong length", command(1672, 12, io1, 1, "3333", be(1)...), 0x200F)
	step("output on", command(1672, 14, io1, 1, "3333", be(1, 1)...), 0)
	if got := b.word(scada, 14601); got != 1 {
		t.Errorf("outputs read %d", got)
	}
	step("output of the second module", command(1672, 14, io2, 1, "0000", be(2, 1)...), 0)
	if got := b.word(scada, 17601); got != 2 || b.word(scada, 14601) != 1 {
		t.Errorf("outputs of the second module read %d", got)
	}
	step("no such output", command(1672, 14, io1, 1, "3333", be(4, 1)...), 0x2010)
	step("one that shows events", command(1672, 14, io1, 1, "3333", be(3, 1)...), 0x2013)
	step("alarms", command(41099, 10, io1, 1, "3333"), 0)
	step("simple commands, its pad locked", command(41100, 12, io1, 1, "3333", be(0)...), 0x2002)
	if err := b.u.LockIO(b.now, 1, false); err != nil {
		t.Fatal(err)
	}
	step("simple commands off", command(41100, 12, io1, 1, "3333", be(0)...), 0)
	if got := b.word(scada, 14733); got != 1 {
		t.Errorf("command types read %d", got)
	}
	step("no latched output", command(41102, 12, io1, 1, "3333", be(1)...), 0x2013)
	step("cradle counters of what has no cradle", command(41352, 16, io1, 1, "3333", be(1, 2, 3)...), 0x2013)
	step("cradle counters", command(41352, 16, io2, 1, "3333", be(7, 65535, 9)...), 0)
	if got := b.get(scada, 18302, 6); string(got) != string(be(0, 7, 0, 0, 0, 9)) {
		t.Errorf("cradle counters read % X", got)
	}
	step("regreasing timer", command(41353, 10, io2, 1, "3333"), 0x2113)
	step("light without its application", command(42120, 12, io1, 1, "3333", be(1)...), 0x2013)
	step("load without its application", command(42376, 12, io1, 1, "3333", be(1)...), 0x2013)
	step("pulse counter", command(42888, 16, io1, 1, "3333", be(5, 1, 2)...), 0)
	if got := b.get(scada, 60917, 2); string(got) != string(be(1, 2)) {
		t.Errorf("the counter reads % X", got)
	}
	step("temperature counters", command(42889, 10, io1, 1, "3333"), 0x2013)
	step("minimum and maximum", command(42890, 10, io1, 1, "3333"), 0)
	step("a command of the control unit", command(904, 10, io1, 1, "3333"), 0x2013)
	none := newBench(t)
	if got := none.send(scada, command(1672, 14, io1, 1, "3333", be(1, 1)...)); got != 0x2013 {
		t.Errorf("without modules: 0x%04X", got)
	}
}
