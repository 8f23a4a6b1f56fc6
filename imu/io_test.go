package imu_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/paths/iomodule"
	"switchroom/points"
)

// fitted gives a unit IO modules.
func fitted(modules ...iomodule.Config) func(*imu.Config) {
	return func(c *imu.Config) { c.IO = modules }
}

// custom is a module whose inputs, from I1 on, do these.
func custom(does ...iomodule.Function) iomodule.Config {
	c := iomodule.Config{Switch: 9}
	for i, f := range does {
		c.Inputs[i].Does = f
	}
	return c
}

// wire sets the wire of an input of module 1, and waits until it counts.
func (s *stand) wire(input int, on bool) {
	s.Helper()
	s.hand(s.u.WireIO(s.now, 1, input, on))
	s.step(iomodule.Debounce)
}

func (s *stand) hand(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// dual switches dual settings on.
func (s *stand) dual() {
	s.Helper()
	s.must(imu.Request{Actor: access.Actor{Path: access.HMI, Present: true}, Op: points.ProtectionDual, Value: points.Number(1)})
}

// said returns the details of an event, in order.
func (s *stand) said(c points.Code) (all []string) {
	for _, r := range s.recs {
		if r.Code == c {
			all = append(all, r.Detail)
		}
	}
	return all
}

// TestIOInhibitsClosing: by the wire, on every path, until the wire is off.
func TestIOInhibitsClosing(t *testing.T) {
	s := newStand(t, fitted(custom(iomodule.InhibitClose)))
	s.must(modbus(points.BreakerOpen, "3333"))
	s.step(5 * time.Second)
	s.is(points.BreakerInhibitedIO, 0)
	s.wire(1, true)
	s.is(points.BreakerInhibitedIO, 1)
	s.is(points.IO1InputI1, 1)
	for _, who := range []access.Actor{{Path: access.HMI, Present: true}, {Path: access.Serial}, {Path: access.NFC, Present: true}} {
		var snap imu.Snapshot
		if d, _ := s.u.Read(s.now, who, &snap); !d.OK() || snap.Values[points.BreakerInhibitedIO] != 1 {
			t.Errorf("%v: %v, inhibited %g", who.Path, d, snap.Values[points.BreakerInhibitedIO])
		}
	}
	if r := s.do(modbus(points.BreakerClose, "3333")); r.Decision.Reason != access.Inhibited {
		t.Errorf("closing: %v", r.Err())
	}
	if s.happened(points.CodeIOOperated, imu.Pulse) != 1 || s.happened(points.CodeInhibited, imu.Entry) != 1 {
		t.Errorf("events: %v", s.recs)
	}
	s.hand(s.u.PlugIO(s.now, 1, false)) // what was inhibited stays so: nobody knows better
	s.is(points.BreakerInhibitedIO, 1)
	s.hand(s.u.PlugIO(s.now, 1, true))
	s.wire(1, false)
	s.is(points.BreakerInhibitedIO, 0)
	s.must(modbus(points.BreakerClose, "3333"))
}

// TestIODualSettings: both wirings, and what each does when a wire or the module is
// lost (DOCA0055EN-09).
func TestIODualSettings(t *testing.T) {
	one, two := custom(iomodule.SettingsOneWire), custom(iomodule.SettingsA, iomodule.SettingsB)
	type step struct {
		do   func(s *stand)
		want float64
		why  string
	}
	wire := func(input int, on bool) func(*stand) { return func(s *stand) { s.wire(input, on) } }
	plug := func(in bool) func(*stand) {
		return func(s *stand) { s.hand(s.u.PlugIO(s.now, 1, in)); s.step(time.Second) }
	}
	supply := func(on bool) func(*stand) {
		return func(s *stand) { s.u.Supply(s.now, on); s.step(time.Second) }
	}
	for _, c := range []struct {
		name   string
		module iomodule.Config
		steps  []step
	}{
		{"one wire", one, []step{
			{wire(1, true), 2, "on: B"}, {wire(1, false), 1, "a broken wire: A"}, {wire(1, true), 2, "on again"},
			{plug(false), 1, "the module is lost: A"}, {plug(true), 2, "it is back, and its wire still on"},
			{supply(false), 1, "24 V lost, and with it the module"}, {supply(true), 2, "back"},
		}},
		{"two wires", two, []step{
			{wire(2, true), 2, "B alone: B"}, {wire(2, false), 2, "a broken wire: B stays"}, {wire(1, true), 1, "A alone: A"},
			{wire(2, true), 1, "both: nothing changes"}, {wire(1, false), 2, "B alone: B"},
			{plug(false), 2, "the module is lost: B stays"}, {plug(true), 2, "back"}, {supply(false), 2, "24 V lost: B stays"}, {supply(true), 2, "back"},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStand(t, fitted(c.module))
			s.load(500) // it feeds itself while 24 V are lost
			s.dual()
			for _, x := range c.steps {
				x.do(s)
				if got := s.read().Values[points.ProtectionGroup]; got != x.want {
					t.Errorf("%s: group %g, want %g", x.why, got, x.want)
				}
			}
			if len(s.said(points.CodeGroupSet)) < 2 {
				t.Errorf("events: %v", s.recs)
			}
		})
	}
}

// TestIODualOff: with dual settings off group A acts, whatever a wire says, and the
// disagreement shows.
func TestIODualOff(t *testing.T) {
	s := newStand(t, fitted(custom(iomodule.SettingsOneWire)))
	s.is(points.DiagnosticIOMismatch, 1)
	s.wire(1, true)
	s.is(points.ProtectionGroup, 1)
	s.dual()
	s.is(points.DiagnosticIOMismatch, 0)
	s.is(points.ProtectionGroup, 2)
	if s.happened(points.CodeIOMismatch, imu.Exit) != 1 {
		t.Errorf("events: %v", s.recs)
	}
}

// TestIOControlMode: local lets the wires operate, remote the network.
func TestIOControlMode(t *testing.T) {
	s := newStand(t, fitted(iomodule.Config{Switch: 2}))
	s.is(points.BreakerMode, 2)
	if r := s.do(modbus(points.BreakerOpen, "3333")); r.Decision.Reason != access.ModeRefuses {
		t.Errorf("Modbus in local: %v", r.Err())
	}
	s.wire(2, true)
	s.step(time.Second)
	s.is(points.BreakerClosed, 0)
	s.wire(2, false)
	s.step(5 * time.Second)
	s.wire(1, true)
	s.is(points.BreakerMode, 3)
	s.wire(3, true)
	s.step(time.Second)
	s.is(points.BreakerClosed, 0)
	s.must(modbus(points.BreakerClose, "3333"))
	mode := imu.Request{Actor: access.Actor{Path: access.HMI, Present: true}, Op: points.BreakerMode, Value: points.Number(1)}
	s.must(mode)
	s.is(points.BreakerMode, 1)
	s.is(points.DiagnosticIOMismatchMode, 1)
	s.wire(2, true)
	s.step(time.Second)
	s.is(points.BreakerClosed, 1)
	said := strings.Join(s.said(points.CodeIOOperated), "\n")
	for _, want := range []string{"IO1 I2 open_order on: ordered", "IO1 I1 local_remote on", "IO1 I3 close_order on: refused: mode", "IO1 I2 open_order on: refused: mode"} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in\n%s", want, said)
		}
	}
}

// TestIOIsObserved: what a wire asks for is told as what anybody asks for.
func TestIOIsObserved(t *testing.T) {
	s := newStand(t, fitted(custom(iomodule.OpenOrder)))
	var asked []imu.Asked
	s.u.Observe(func(a imu.Asked) { asked = append(asked, a) })
	s.wire(1, true)
	if len(asked) != 1 || asked[0].Actor.Path != access.IO || asked[0].Actor.Source != "IO1 I1" || asked[0].Op != points.BreakerOpen || asked[0].Result.Decision.Rule != "io-operate" {
		t.Errorf("told %+v", asked)
	}
}

// TestIOOpensBeforeItCloses: an open order that stands keeps a wire from closing.
func TestIOOpensBeforeItCloses(t *testing.T) {
	s := newStand(t, fitted(custom(iomodule.CloseOrder, iomodule.OpenOrder)))
	s.hand(s.u.WireIO(s.now, 1, 1, true))
	s.hand(s.u.WireIO(s.now, 1, 2, true))
	s.step(10 * time.Second)
	s.is(points.BreakerClosed, 0)
	if said := s.said(points.CodeIOOperated); len(said) != 2 || !strings.Contains(said[0], "open_order on: ordered") || !strings.Contains(said[1], "an open order stands") {
		t.Errorf("events: %q", said)
	}
}

// TestIOBounce: noise on a wire is counted and does nothing.
func TestIOBounce(t *testing.T) {
	s := newStand(t, fitted(custom(iomodule.OpenOrder)))
	for range 50 {
		s.hand(s.u.WireIO(s.now, 1, 1, true))
		s.step(iomodule.Debounce - time.Millisecond)
		s.hand(s.u.WireIO(s.now, 1, 1, false))
		s.step(time.Millisecond)
	}
	s.is(points.BreakerClosed, 1)
	s.is(points.IO1Bounces, 50)
	s.is(points.IO1CounterI1, 0)
	if len(s.recs) != 0 {
		t.Errorf("events: %v", s.recs)
	}
}

// TestIOEnergisingOrdersNothing: what stands on a wire when the module gets its supply,
// its cable or another application is no order.
func TestIOEnergisingOrdersNothing(t *testing.T) {
	s := newStand(t, fitted(custom(iomodule.OpenOrder)))
	s.load(500)
	s.u.Supply(s.now, false)
	s.hand(s.u.WireIO(s.now, 1, 1, true))
	s.step(time.Second)
	s.u.Supply(s.now, true)
	s.step(time.Second)
	s.is(points.BreakerClosed, 1)
	s.is(points.IO1InputI1, 1)

	s = newStand(t, fitted(iomodule.Config{Switch: 5}))
	s.wire(2, true)
	s.hand(s.u.TurnIO(s.now, 1, 2))
	s.hand(s.u.TestIO(s.now, 1))
	s.step(time.Second)
	s.is(points.IO1Application, 2)
	s.is(points.BreakerClosed, 1)
}

// TestIOSwitch: turned, it is told, and acts by the test button only.
func TestIOSwitch(t *testing.T) {
	s := newStand(t, fitted(iomodule.Config{Switch: 2}))
	s.wire(4, true)
	s.is(points.BreakerInhibitedIO, 1)
	s.hand(s.u.TurnIO(s.now, 1, 5))
	s.is(points.IO1Switch, 5)
	s.is(points.IO1Application, 2)
	s.is(points.IO1SwitchMismatch, 1)
	s.is(points.IO1AlarmError, 1)
	s.is(points.BreakerInhibitedIO, 1)
	s.u.Supply(s.now, false) // nor by taking its supply away
	s.step(time.Second)
	s.u.Supply(s.now, true)
	s.step(time.Second)
	s.is(points.IO1Application, 2)
	s.hand(s.u.TestIO(s.now, 1))
	s.is(points.IO1Application, 5)
	s.is(points.IO1SwitchMismatch, 0)
	s.is(points.BreakerInhibitedIO, 0)
	s.hand(s.u.TestIO(s.now, 1)) // nothing to confirm
	for _, c := range []struct {
		code points.Code
		what imu.Transition
	}{{points.CodeIOSwitchTurned, imu.Pulse}, {points.CodeIOApplication, imu.Pulse}} {
		if n := s.happened(c.code, c.what); n != 1 {
			t.Errorf("%v: %d times", c.code, n)
		}
	}
	if s.happened(points.CodeIO1Mismatch, imu.Entry) == 0 || s.happened(points.CodeIO1Mismatch, imu.Exit) == 0 {
		t.Errorf("events: %v", s.recs)
	}
}

// TestIOSwitchTurnedInTheDark: turned without supply, it is told with the supply.
func TestIOSwitchTurnedInTheDark(t *testing.T) {
	s := newStand(t, fitted(iomodule.Config{Switch: 2}))
	s.u.Supply(s.now, false)
	s.hand(s.u.TurnIO(s.now, 1, 9))
	if err := s.u.TestIO(s.now, 1); err == nil {
		t.Error("the button of a module without supply does something")
	}
	s.step(time.Second)
	if n := s.happened(points.CodeIOSwitchTurned, imu.Pulse); n != 0 {
		t.Errorf("told %d times in the dark", n)
	}
	s.u.Supply(s.now, true)
	s.step(time.Second)
	if n := s.happened(points.CodeIOSwitchTurned, imu.Pulse); n != 1 {
		t.Errorf("told %d times", n)
	}
	s.is(points.IO1Application, 2)
}

// TestIOLost: each module, with its event and its bit, and nothing else of it.
func TestIOLost(t *testing.T) {
	s := newStand(t, fitted(iomodule.Config{}, custom(iomodule.Generic)))
	s.is(points.DiagnosticIO1Lost, 0)
	s.is(points.DiagnosticIO2Lost, 0)
	s.is(points.IO2Absent, 0)
	s.hand(s.u.PlugIO(s.now, 2, false))
	s.is(points.DiagnosticIO1Lost, 0)
	s.is(points.DiagnosticIO2Lost, 1)
	s.is(points.IO2Absent, 1)
	if v := s.read().Values[points.IO2InputI1]; !math.IsNaN(v) {
		t.Errorf("an input of a lost module reads %g", v)
	}
	if r := s.do(modbus(points.IO2AlarmReset, "3333")); r.Refusal != imu.IOLost {
		t.Errorf("a lost module was asked: %v", r.Err())
	}
	s.hand(s.u.PlugIO(s.now, 2, true))
	if s.happened(points.CodeIO2Lost, imu.Entry) != 1 || s.happened(points.CodeIO2Lost, imu.Exit) != 1 || s.happened(points.CodeIO1Lost, imu.Entry) != 0 {
		t.Errorf("events: %v", s.recs)
	}
	if err := newStand(t).u.PlugIO(0, 1, false); err == nil || !strings.Contains(err.Error(), "write io:") {
		t.Errorf("a unit without modules: %v", err)
	}
}

// TestIOWithoutModules: nothing is shown but that there is none.
func TestIOWithoutModules(t *testing.T) {
	v := newStand(t).read().Values
	for _, p := range points.All() {
		if !strings.HasPrefix(p.Name, "io") {
			continue
		}
		if want := strings.HasSuffix(p.Name, ".absent"); (v[p.ID] == 1) != want || !want && !math.IsNaN(v[p.ID]) {
			t.Errorf("%s reads %g", p.Name, v[p.ID])
		}
	}
}

// TestIOMay: of the whole vocabulary an input may do what the rows io-operate and
// io-select are about, under either profile.
func TestIOMay(t *testing.T) {
	for _, profile := range []access.Profile{access.Faithful, access.Hardened} {
		s := newStand(t, fitted(iomodule.Config{}), func(c *imu.Config) { c.Profile = profile })
		n := 0
		for _, p := range points.All() {
			r := imu.Request{Actor: access.Actor{Path: access.IO, Source: "IO1 I1", Login: true, Present: true, Levels: access.AnyLevel, Until: time.Hour}, Op: p.ID}
			may := p.Class == points.Operate || p.Class == points.Select
			if d := s.do(r).Decision; d.OK() != may {
				t.Errorf("%v, %s (%v): %v", profile, p.Name, p.Class, d)
			}
			if may {
				n++
			}
			s.step(2 * time.Second)
		}
		if n < 5 {
			t.Errorf("%d points: this proves little", n)
		}
		var snap imu.Snapshot
		if d, _ := s.u.Read(s.now, access.Actor{Path: access.IO}, &snap); d.OK() {
			t.Errorf("%v: an input reads", profile)
		}
	}
}

// TestIOOutputs: by command, by events, latched.
func TestIOOutputs(t *testing.T) {
	m := iomodule.Config{Switch: 9}
	m.Outputs[1] = iomodule.Output{Events: []points.Code{points.CodePreAlarm, points.CodeTripInst}}
	m.Outputs[2] = iomodule.Output{Events: []points.Code{points.CodePreAlarm}, Latched: true}
	s := newStand(t, fitted(m))
	change := func(k, state float64) imu.Result {
		r := modbus(points.IO1OutputChange, "3333")
		r.Args = []points.Value{points.Number(k), points.Number(state)}
		return s.do(r)
	}
	if r := change(1, 1); !r.OK() {
		t.Fatal(r.Err())
	}
	s.is(points.IO1OutputO1, 1)
	s.is(points.IO1CounterO1, 1)
	for _, c := range []struct {
		k, state float64
		want     imu.Refusal
	}{{1, 1, imu.AlreadySo}, {2, 1, imu.NotSupported}, {0, 1, imu.OutOfRange}, {4, 1, imu.OutOfRange}, {1, 2, imu.OutOfRange}} {
		if r := change(c.k, c.state); r.Refusal != c.want {
			t.Errorf("output %g to %g: %v, want %v", c.k, c.state, r.Refusal, c.want)
		}
	}
	s.load(960) // above 90 % Ir, and not above 105 %
	s.step(time.Second)
	s.is(points.IO1OutputO2, 1)
	s.is(points.IO1OutputO3, 1)
	ack := modbus(points.IO1OutputAcknowledge, "3333")
	ack.Value = points.Number(3)
	if r := s.do(ack); r.OK() {
		t.Error("acknowledged while it is not over")
	}
	s.load(100)
	s.step(time.Second)
	s.is(points.IO1OutputO2, 0)
	s.is(points.IO1OutputO3, 1)
	s.must(ack)
	s.is(points.IO1OutputO3, 0)
	s.is(points.IO1OutputO1, 1)
}

// TestIOCommands: counters, thresholds, simple commands and their pad, the sensor.
func TestIOCommands(t *testing.T) {
	m := custom(iomodule.PulseCounter, iomodule.Generic)
	m.Inputs[0].Threshold = 3
	s := newStand(t, fitted(m))
	for range 3 {
		s.wire(1, true)
		s.wire(1, false)
	}
	s.is(points.IO1CounterI1, 3)
	s.is(points.IO1AlarmI1, 1)
	if s.happened(points.CodeIOCounter, imu.Pulse) != 1 || s.happened(points.CodeIOInput, imu.Pulse) != 0 {
		t.Errorf("events: %v", s.recs)
	}
	s.must(modbus(points.IO1AlarmReset, "3333"))
	s.is(points.IO1AlarmI1, 0)
	preset := modbus(points.IO1CounterPreset, "3333")
	preset.Args = []points.Value{points.Number(1), points.Number(1000)}
	s.must(preset)
	s.is(points.IO1CounterI1, 1000)
	preset.Args[0] = points.Number(2)
	if r := s.do(preset); r.Refusal != imu.NotSupported {
		t.Errorf("preset of a generic input: %v", r.Refusal)
	}
	simple := modbus(points.IO1CommandsSimple, "3333")
	simple.Value = points.Flag(false)
	s.is(points.IO1CommandsSimple, 1)
	if r := s.do(simple); r.Refusal != imu.IOLocked {
		t.Errorf("a locked pad: %v", r.Refusal)
	}
	s.hand(s.u.LockIO(s.now, 1, false))
	s.must(simple)
	s.is(points.IO1CommandsSimple, 0)
	if s.happened(points.CodeIOPad, imu.Pulse) != 1 {
		t.Errorf("events: %v", s.recs)
	}
	s.hand(s.u.WarmIO(s.now, 1, 40))
	s.hand(s.u.WarmIO(s.now, 1, 35))
	s.is(points.IO1Temperature, 35)
	s.is(points.IO1TemperatureMax, 40)
	s.must(modbus(points.IO1TemperatureReset, "3333"))
	s.is(points.IO1TemperatureMax, 35)
	s.hand(s.u.WarmIO(s.now, 1, 400))
	s.is(points.IO1TemperatureValid, 0)
	for _, op := range []points.ID{points.IO1Light, points.IO1CradlePreset, points.IO1CradleGrease, points.IO1TemperaturePreset, points.IO2AlarmReset} {
		if r := s.do(modbus(op, "3333")); r.Refusal != imu.NotSupported {
			t.Errorf("%v: %v", op, r.Refusal)
		}
	}
}

// TestIOSimpleHardened: simple commands have no password, and hardened has them off.
func TestIOSimpleHardened(t *testing.T) {
	s := newStand(t, fitted(iomodule.Config{}), func(c *imu.Config) { c.Profile = access.Hardened })
	s.is(points.IO1CommandsSimple, 0)
}

// TestIOCradle: the contacts follow the breaker, and are counted.
func TestIOCradle(t *testing.T) {
	for _, application := range []int{1, 3} {
		s := newStand(t, fitted(iomodule.Config{Switch: application}), func(c *imu.Config) { c.Closed = false })
		s.is(points.IO1Cradle, 1)
		s.is(points.IO1CradleConnected, 1)
		s.is(points.IO1CradleConnectedCount, 0)
		for _, p := range []imu.Position{imu.TestPosition, imu.Disconnected} {
			s.hand(s.u.Rack(s.now, p))
			s.step(time.Second)
		}
		s.is(points.IO1CradleConnected, 0)
		s.is(points.IO1CradleDisconnected, 1)
		s.is(points.IO1CradleDisconnectedCount, 1)
		s.is(points.IO1CradleTestCount, 1)
		if math.IsNaN(s.read().Values[points.IO1CradleTestAt]) {
			t.Error("no time of the test position")
		}
		preset := modbus(points.IO1CradlePreset, "3333")
		preset.Args = []points.Value{points.Number(10), points.Number(65535), points.Number(20)}
		s.must(preset)
		s.is(points.IO1CradleDisconnectedCount, 10)
		s.is(points.IO1CradleConnectedCount, 0)
		s.is(points.IO1CradleTestCount, 20)
	}
}

// TestIOApplications does what each row of the table of predefined applications says,
// and sees it: a row that no case is about fails.
func TestIOApplications(t *testing.T) {
	cases := map[iomodule.Function]func(s *stand, u iomodule.Use){
		iomodule.ControlMode: func(s *stand, u iomodule.Use) {
			s.wire(u.Pin, true)
			s.is(points.BreakerMode, 3)
		},
		iomodule.OpenOrder: func(s *stand, u iomodule.Use) {
			s.wire(u.Pin, true)
			s.step(time.Second)
			s.is(points.BreakerClosed, 0)
		},
		iomodule.CloseOrder: func(s *stand, u iomodule.Use) {
			s.u.Push(s.now, imu.OpenButton, true)
			s.u.Push(s.now, imu.OpenButton, false)
			s.step(5 * time.Second)
			s.is(points.BreakerClosed, 0)
			s.wire(u.Pin, true)
			s.step(time.Second)
			s.is(points.BreakerClosed, 1)
		},
		iomodule.InhibitClose: func(s *stand, u iomodule.Use) {
			s.wire(u.Pin, true)
			s.is(points.BreakerInhibitedIO, 1)
		},
		iomodule.Earthed: func(s *stand, u iomodule.Use) {
			s.wire(u.Pin, true)
			if s.happened(points.CodeIOInput, imu.Pulse) != 1 {
				s.Errorf("events: %v", s.recs)
			}
		},
		iomodule.LightButton: func(s *stand, u iomodule.Use) { s.toggles(u, points.IO1Light) },
		iomodule.LoadButton:  func(s *stand, u iomodule.Use) { s.toggles(u, points.IO1Load) },
		iomodule.Light:       func(s *stand, u iomodule.Use) { s.commands(u, points.IO1Light) },
		iomodule.Load:        func(s *stand, u iomodule.Use) { s.commands(u, points.IO1Load) },
	}
	for f, p := range map[iomodule.Function]points.ID{
		iomodule.CradleDisconnected: points.IO1CradleDisconnected, iomodule.CradleConnected: points.IO1CradleConnected, iomodule.CradleTest: points.IO1CradleTest,
	} {
		cases[f] = func(s *stand, u iomodule.Use) {
			for _, on := range []bool{true, false} {
				s.wire(u.Pin, on)
				want := 0.0
				if on {
					want = 1
				}
				s.is(p, want)
			}
		}
	}
	for _, u := range iomodule.Uses {
		t.Run(strings.Join([]string{iomodule.Applications[u.Application-1].Title, u.Name()}, " "), func(t *testing.T) {
			try := cases[u.Does]
			if try == nil {
				t.Fatalf("no case for %v", u.Does)
			}
			try(newStand(t, fitted(iomodule.Config{Switch: u.Application})), u)
		})
	}
}

// toggles presses a button twice.
func (s *stand) toggles(u iomodule.Use, id points.ID) {
	s.Helper()
	for _, want := range []float64{1, 0} {
		s.wire(u.Pin, true)
		s.is(id, want)
		s.wire(u.Pin, false)
		s.is(id, want)
	}
	if n := s.happened(points.CodeIOOperated, imu.Pulse); n != 2 {
		s.Errorf("%d events", n)
	}
}

// commands switches an output by command.
func (s *stand) commands(u iomodule.Use, id points.ID) {
	s.Helper()
	r := modbus(id, "3333")
	r.Value = points.Flag(true)
	s.must(r)
	s.is(id, 1)
	s.is(points.IO1OutputO1+points.ID(u.Pin-1), 1)
	change := modbus(points.IO1OutputChange, "3333")
	change.Args = []points.Value{points.Number(float64(u.Pin)), points.Number(0)}
	if r := s.do(change); r.Refusal != imu.NotSupported {
		s.Errorf("the output of an application was changed: %v", r.Err())
	}
}

// TestIOKept: what a module has lived through, what acts, and a turned switch.
func TestIOKept(t *testing.T) {
	dir := t.TempDir()
	m := custom(iomodule.PulseCounter)
	s, memory, _ := kept(t, dir, fitted(m))
	s.step(time.Second)
	s.wire(1, true)
	s.wire(1, false)
	s.hand(s.u.TurnIO(s.now, 1, 2))
	s.hand(s.u.LockIO(s.now, 1, false))
	flush(t, memory, s.now)
	memory.Close()

	r, _, _ := kept(t, dir, fitted(m))
	r.is(points.IO1CounterI1, 1)
	r.is(points.IO1Application, 9)
	r.is(points.IO1Switch, 2)
	r.is(points.IO1Pad, 1)
	r.step(time.Second)
	if n := r.happened(points.CodeIOSwitchTurned, imu.Pulse); n != 0 {
		t.Errorf("the switch was turned before: told %d times", n)
	}
}

// TestIONeverDelaysATrip: with every wire noisy, a fault trips when it does without.
func TestIONeverDelaysATrip(t *testing.T) {
	opened := func(modules ...iomodule.Config) time.Duration {
		s := newStand(t, fitted(modules...))
		for i := range 600 {
			for k := range modules {
				for input := 1; input <= iomodule.Inputs; input++ {
					s.hand(s.u.WireIO(s.now, k+1, input, (i+input)%2 == 0))
				}
			}
			if i == 300 {
				s.load(20000)
			}
			s.step(time.Millisecond)
		}
		for _, r := range s.recs {
			if r.Code == points.CodeOpened {
				return r.At
			}
		}
		return 0
	}
	noisy := custom(iomodule.InhibitClose, iomodule.InhibitOptional, iomodule.ControlMode, iomodule.CloseOrder, iomodule.SettingsOneWire, iomodule.PulseCounter)
	quiet := custom(iomodule.InhibitClose)
	if a, b := opened(), opened(noisy, quiet); a == 0 || a != b {
		t.Errorf("opened at %v, with noise at %v", a, b)
	}
}
