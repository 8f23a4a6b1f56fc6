package bus_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"net/netip"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/breaker"
	"switchroom/imu"
	"switchroom/paths/bus"
	"switchroom/points"
	"switchroom/protection"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// bench is a unit behind its registers, in a world that is stepped by hand.
type bench struct {
	*testing.T
	u    *imu.Unit
	w    *imu.World
	bank *modbus.Bank
	now  time.Duration
	port uint16 // added to the client's
}

func newBench(t *testing.T, change ...func(*imu.Config)) *bench {
	t.Helper()
	r := points.Rating{In: 1000, Variant: points.X60, Poles: 3, ENCT: true, ENVT: true, Voltage: 400, Frequency: 50}
	s := protection.Defaults(r)
	s.Instantaneous.Ii = 10
	c := imu.Config{
		Name: "Q1", Rating: r, Profile: access.Faithful, Interface: imu.IFE, Mechanism: breaker.Equipped(breaker.MTZ2),
		Settings: &s, Closed: true, Identity: imu.VirtualIdentity(imu.IFE),
	}
	for _, f := range change {
		f(&c)
	}
	w := imu.NewSteppedWorld(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC))
	u, err := imu.New(c, w)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{T: t, u: u, w: w, bank: modbus.NewBank(bus.New(u, w, regmap.Default(), access.Modbus))}
	b.step(time.Second)
	return b
}

func (b *bench) step(d time.Duration) {
	b.now += d
	b.w.Step(b.now)
	b.u.Advance(b.now)
}

// ask sends a PDU from a client.
func (b *bench) ask(client string, pdu []byte) []byte {
	q := &modbus.Query{Now: time.Now(), Remote: netip.AddrPortFrom(netip.MustParseAddr(client), 50000+b.port), Unit: 255, PDU: pdu}
	return b.bank.Serve(q, nil)
}

const scada = "192.0.2.7"

// get reads registers.
func (b *bench) get(client string, r regmap.Register, n uint16) []byte {
	b.Helper()
	reply := b.ask(client, modbus.ReadRequest{Function: modbus.FuncReadHolding, Address: r.Address(), Count: n}.Append(nil))
	if len(reply) != 2+2*int(n) {
		b.Fatalf("reading %d: % X", r, reply)
	}
	return reply[2:]
}

func (b *bench) word(client string, r regmap.Register) uint16 {
	b.Helper()
	return binary.BigEndian.Uint16(b.get(client, r, 1))
}

// command builds the 20 registers of a command.
func command(code, length, dest, sec uint16, password string, params ...byte) []byte {
	f := make([]byte, 40)
	for i, v := range []uint16{code, length, dest, sec} {
		binary.BigEndian.PutUint16(f[2*i:], v)
	}
	copy(f[8:12], password)
	copy(f[12:32], params)
	for i, v := range regmap.Reserved {
		binary.BigEndian.PutUint16(f[32+2*i:], v)
	}
	return f
}

// send writes a command and returns the status that it ends with.
func (b *bench) send(client string, frame []byte) uint16 {
	b.Helper()
	reply := b.ask(client, modbus.WriteRequest{Address: regmap.CommandFirst.Address(), Values: frame}.Append(nil))
	if len(reply) != 5 {
		b.Fatalf("write: % X", reply)
	}
	if b.word(client, regmap.CommandStatus) == regmap.InProgress {
		b.step(1100 * time.Millisecond)
	}
	return b.word(client, regmap.CommandStatus)
}

func be(words ...uint16) (p []byte) {
	for _, w := range words {
		p = binary.BigEndian.AppendUint16(p, w)
	}
	return p
}

func f32(v float64) []byte { return binary.BigEndian.AppendUint32(nil, math.Float32bits(float32(v))) }

// TestAnswers has a row for every way in which a command can be wrong or
// refused: each has an answer of its own.
func TestAnswers(t *testing.T) {
	const cu = 5377
	for _, c := range []struct {
		name  string
		with  func(*bench)
		frame []byte
		want  uint16
	}{
		{"open, level 3", nil, command(904, 10, cu, 1, "3333"), 0},
		{"open, level 4", nil, command(904, 10, cu, 1, "0000"), 0},
		{"open, level 1", nil, command(904, 10, cu, 1, "1111"), 0x1501},
		{"open, wrong password", nil, command(904, 10, cu, 1, "9999"), 0x1501},
		{"open, case matters", func(b *bench) { setPassword(b, "aBcD") }, command(904, 10, cu, 1, "abcd"), 0x1501},
		{"open, security type 0", nil, command(904, 10, cu, 0, "3333"), 0x1501},
		{"security type 2", nil, command(904, 10, cu, 2, "3333"), 0x1511},
		{"wrong length", nil, command(904, 11, cu, 1, "3333"), 0x150F},
		{"length 0", nil, command(904, 0, cu, 1, "3333"), 0x150F},
		{"unknown code", nil, command(999, 10, cu, 1, "3333"), 0x1513},
		{"unknown destination", nil, command(904, 10, 4660, 1, "3333"), 0x1218},
		{"a code of another module", nil, command(904, 10, 8704, 1, "3333"), 0x2213},
		{"close a closed breaker", nil, command(905, 10, cu, 1, "3333"), 0x1598},
		{"open an open breaker", func(b *bench) { b.send(scada, command(904, 10, cu, 1, "3333")) }, command(904, 10, cu, 1, "3333"), 0x1599},
		{"reset without a trip", nil, command(906, 10, cu, 1, "3333"), 0x159A},
		{"reset after a trip", tripped, command(906, 10, cu, 1, "3333"), 0},
		{"close after a trip", tripped, command(905, 10, cu, 1, "3333"), 0x1597},
		{"pad locked", func(b *bench) { b.u.Pad(b.now, true) }, command(904, 10, cu, 1, "3333"), 0x1502},
		{"pad locked, wrong password first (R10)", func(b *bench) { b.u.Pad(b.now, true) }, command(904, 10, cu, 1, "9999"), 0x1501},
		{"pad locked, the clock is read (R4)", func(b *bench) { b.u.Pad(b.now, true) }, command(768, 10, 8704, 0, ""), 0},
		{"pad locked, the clock is set (R4)", func(b *bench) { b.u.Pad(b.now, true) }, command(769, 18, 8704, 0, "", 2, 3, 30, 4, 5, 6, 0, 7), 0},
		{"a date that is none", nil, command(769, 18, 8704, 0, "", 2, 31, 30, 4, 5, 6, 0, 7), 0x2210},
		{"inhibit", nil, command(910, 13, cu, 1, "3333", 0, 1, 1), 0},
		{"inhibit twice", func(b *bench) { b.send(scada, command(910, 13, cu, 1, "3333", 0, 1, 1)) }, command(910, 13, cu, 1, "3333", 0, 1, 1), 0x15A9},
		{"inhibit from no known origin", nil, command(910, 13, cu, 1, "3333", 0, 1, 9), 0x1510},
		{"inhibited", inhibited, command(905, 10, cu, 1, "3333"), 0x15A0},
		{"inhibited and closed: already closed (R10)", func(b *bench) { b.u.InhibitByIO(b.now, true) }, command(905, 10, cu, 1, "3333"), 0x1598},
		{"manual mode", func(b *bench) { setMode(b, 1) }, command(904, 10, cu, 1, "3333"), 0x159B},
		{"padlocked", padlocked, command(905, 10, cu, 1, "3333"), 0x159D},
		{"no supply", func(b *bench) { b.u.Supply(b.now, false) }, command(904, 10, cu, 1, "3333"), 0x150B},
		{"reset energies", nil, command(46728, 12, cu, 1, "3333", be(1<<9)...), 0},
		{"reset nothing", nil, command(46728, 12, cu, 1, "3333", be(0)...), 0x1510},
		{"reset a reserved group", nil, command(46728, 12, cu, 1, "3333", be(1<<8)...), 0x1510},
		{"power sign, level 4", nil, command(47240, 12, cu, 1, "0000", be(1)...), 0},
		{"power sign, operator", nil, command(47240, 12, cu, 1, "3333", be(1)...), 0x1501},
		{"power sign 2", nil, command(47240, 12, cu, 1, "0000", be(2)...), 0x1510},
		{"power factor convention 2", nil, command(47241, 12, cu, 1, "0000", be(2)...), 0},
		{"power factor convention 1", nil, command(47241, 12, cu, 1, "0000", be(1)...), 0x1510},
		{"neutral sensor taken away", nil, command(45704, 12, cu, 1, "0000", be(0)...), 0},
		{"current demand", nil, command(47243, 14, cu, 1, "0000", be(2, 30)...), 0},
		{"current demand, operator", nil, command(47243, 14, cu, 1, "3333", be(2, 30)...), 0x1501},
		{"power demand, no window", nil, command(47244, 14, cu, 1, "0000", be(3, 30)...), 0x1510},
		{"power demand, no interval", nil, command(47244, 14, cu, 1, "0000", be(1, 61)...), 0x1510},
		{"a command without a function here", nil, command(51592, 14, cu, 1, "0000", be(0, 1)...), 0x1513},
		{"the same, wrong password", nil, command(51592, 14, cu, 1, "9999", be(0, 1)...), 0x1501},
		{"wrong arguments, wrong password", nil, command(47240, 12, cu, 1, "9999", be(7)...), 0x1501},
		{"apply without a session", nil, command(1932, 14, cu, 1, "0000", be(0, 1)...), 0x15B1},
		{"submit with the key 'no session'", nil, command(51593, 26, cu, 1, "0000", append(be(0xFFFF, 0xFFFF, 1, 0xFFFF), append(f32(800), f32(4)...)...)...), 0x15B1},
		{"session, operator", nil, command(1930, 10, cu, 1, "3333"), 0x1501},
		{"group B without dual settings", nil, command(49545, 12, cu, 1, "3333", be(2)...), 0x1513},
		{"reset events", nil, command(50056, 10, cu, 1, "3333"), 0},
		{"events of a history that is none", nil, command(50560, 14, cu, 0, "", be(9, 0)...), 0x1510},
		{"digital modules", nil, command(50816, 10, cu, 0, ""), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t)
			if c.with != nil {
				c.with(b)
			}
			if got := b.send(scada, c.frame); got != c.want {
				t.Errorf("status 0x%04X, want 0x%04X", got, c.want)
			}
			if echo := b.word(scada, regmap.CommandEcho); echo != binary.BigEndian.Uint16(c.frame) {
				t.Errorf("echo %d", echo)
			}
			if mail := b.get(scada, regmap.CommandFirst, 125); bytes.Contains(mail, c.frame[8:12]) && c.frame[8] != 0 {
				t.Error("the password is read back")
			}
		})
	}
}

func tripped(b *bench) {
	var i [4]complex128
	i[0], i[1], i[2] = 20000, 20000*complex(-0.5, -math.Sqrt(3)/2), 20000*complex(-0.5, math.Sqrt(3)/2)
	b.u.Steady(b.now, i, [3]complex128{}, 50)
	b.step(5 * time.Second)
	b.u.Steady(b.now, [4]complex128{}, [3]complex128{}, 50)
	if b.u.Closed() {
		b.Fatal("20 kA do not trip")
	}
}

func inhibited(b *bench) {
	b.send(scada, command(904, 10, 5377, 1, "3333"))
	b.send(scada, command(910, 13, 5377, 1, "3333", 0, 1, 1))
}

func padlocked(b *bench) {
	b.send(scada, command(904, 10, 5377, 1, "3333"))
	if err := b.u.Lock(b.now, breaker.Padlock, true); err != nil {
		b.Fatal(err)
	}
}

func setMode(b *bench, mode float64) {
	r := b.u.Do(b.now, imu.Request{Actor: access.Actor{Path: access.HMI, Present: true}, Op: points.BreakerMode, Value: points.Number(mode)})
	if err := r.Err(); err != nil {
		b.Fatal(err)
	}
}

func setPassword(b *bench, p string) {
	usb := access.Actor{Path: access.USB, Present: true, Offered: true, Levels: access.Level4, Until: time.Hour}
	if err := b.u.Do(b.now, imu.Request{Actor: usb, Op: points.PasswordLevel3, Value: points.String(p)}).Err(); err != nil {
		b.Fatal(err)
	}
}

// TestMeteringOverTheWire: every register of the metering block shows what the
// unit does, and none is empty on a unit that has all there is.
func TestMeteringOverTheWire(t *testing.T) {
	b := newBench(t, func(c *imu.Config) { c.Modules = imu.AllModules })
	a := complex(-0.5, -math.Sqrt(3)/2)
	b.u.Steady(b.now, [4]complex128{400 - 30i, 400 * a, 400 * a * a, 20}, [3]complex128{230, 230 * a, 230 * a * a}, 50)
	b.step(20 * time.Minute)
	var snap imu.Snapshot
	b.u.Read(b.now, access.Actor{Path: access.Modbus}, &snap)
	if s := b.send(scada, command(50816, 10, 5377, 0, "")); s != 0 || b.word(scada, regmap.CommandReply) != uint16(len(imu.AllModules.List())) {
		t.Errorf("modules: status 0x%04X, %d of them", s, b.word(scada, regmap.CommandReply))
	}
	if s := b.send(scada, command(50817, 12, 5377, 0, "", be(0)...)); s != 0 || b.word(scada, regmap.CommandReply) != uint16('e')<<8|'r' {
		t.Errorf("the first module: status 0x%04X, 0x%04X", s, b.word(scada, regmap.CommandReply))
	}
	if s := b.send(scada, command(50817, 12, 5377, 0, "", be(99)...)); s != 0x1510 {
		t.Errorf("a module that there is not: status 0x%04X", s)
	}
	rows := 0
	for _, row := range regmap.Rows {
		if row.Register < 60101 || row.Register > 60820 {
			continue
		}
		rows++
		if row.Point == points.CurrentLeakageMax || row.Point == points.CurrentLeakageMaxAt {
			continue // a 6.0 X has no sensor
		}
		got, want := row.Decode(b.get(scada, row.Register, row.Count)), snap.Values[row.Point]
		if !got.Available() || math.Abs(got.Float()-want) > 1e-6*math.Abs(want)+1e-3 {
			t.Errorf("%d: %v is %v, want %g", row.Register, row.Point, got, want)
		}
	}
	if rows < 261 {
		t.Errorf("%d rows", rows)
	}
}

// A demand window is set by command, acts, is read back, and its peak is reset
// by its bit.
func TestDemandOverTheWire(t *testing.T) {
	b := newBench(t)
	const cu = 5377
	load := func(amps float64) {
		a := complex(-0.5, -math.Sqrt(3)/2)
		i := complex(amps, 0)
		b.u.Steady(b.now, [4]complex128{i, i * a, i * a * a}, [3]complex128{230, 230 * a, 230 * a * a}, 50)
	}
	load(400)
	b.step(20 * time.Minute)
	if s := b.send(scada, command(47243, 14, cu, 1, "0000", be(0, 61)...)); s != 0x1510 {
		t.Errorf("61 minutes: 0x%04X", s)
	}
	if got := b.get(scada, 60101, 2); !bytes.Equal(got, f32(400)) {
		t.Errorf("demand of I1 is % X: what was refused has changed it", got)
	}
	if s := b.send(scada, command(47243, 14, cu, 1, "0000", be(1, 5)...)); s != 0 {
		t.Fatalf("sliding, 5 minutes: 0x%04X", s)
	}
	if got := b.get(scada, 60157, 4); !bytes.Equal(got, be(1, 5, 0, 15)) {
		t.Errorf("settings read % X", got)
	}
	b.step(4 * time.Minute)
	load(100)
	b.step(time.Minute)
	for _, c := range []struct {
		register regmap.Register
		want     float64
		why      string
	}{
		{60101, 340, "four minutes of 400 and one of 100"},
		{60109, 276000, "power keeps its window"},
		{60115, 400, "the peak is from before"},
	} {
		if got := b.get(scada, c.register, 2); !bytes.Equal(got, f32(c.want)) {
			t.Errorf("%d: % X, want %g: %s", c.register, got, c.want, c.why)
		}
	}
	if got, want := b.get(scada, 60129, 4), []byte{0, 26, 11, 23, 8, 15}; !bytes.Equal(got[:6], want) {
		t.Errorf("peak at % X, want % X: a quarter past eight", got, want)
	}
	if s := b.send(scada, command(46728, 12, cu, 1, "3333", be(1<<5)...)); s != 0 {
		t.Fatalf("reset: 0x%04X", s)
	}
	if got := b.get(scada, 60115, 2); !bytes.Equal(got, f32(340)) {
		t.Errorf("peak after the reset % X", got)
	}
}

func TestSettingsOverTheWire(t *testing.T) {
	b := newBench(t)
	const cu = 5377
	if s := b.send(scada, command(1930, 10, cu, 1, "0000")); s != 0 {
		t.Fatalf("open session: 0x%04X", s)
	}
	if n := b.word(scada, regmap.CommandCount); n != 4 {
		t.Errorf("session key has %d bytes, want 4", n)
	}
	key := b.get(scada, regmap.CommandReply, 2)
	submit := append(append([]byte{}, key...), be(0, 0xFFFF)...)
	submit = append(append(submit, f32(800)...), f32(4)...)
	if s := b.send(scada, command(51593, 26, cu, 1, "0000", submit...)); s != 0 {
		t.Fatalf("submit: 0x%04X", s)
	}
	if got := b.get(scada, 45025, 2); !bytes.Equal(got, f32(1000)) {
		t.Errorf("Ir acts before apply: % X", got)
	}
	if s := b.send("192.0.2.66", command(1932, 14, cu, 1, "0000", key...)); s != 0x15B1 {
		t.Errorf("another client applies: 0x%04X", s)
	}
	if s := b.send(scada, command(1932, 14, cu, 1, "0000", key...)); s != 0 {
		t.Fatalf("apply: 0x%04X", s)
	}
	if got := b.get(scada, 45025, 4); !bytes.Equal(got, append(f32(800), f32(4)...)) {
		t.Errorf("Ir, tr: % X", got)
	}
	if s := b.send(scada, command(1924, 14, cu, 0, "", key...)); s != 0 || b.word(scada, regmap.CommandReply) != 0 {
		t.Errorf("status of the apply: 0x%04X, %d", s, b.word(scada, regmap.CommandReply))
	}
	get := append(append([]byte{}, key...), be(1)...)
	if s := b.send(scada, command(51584, 16, cu, 0, "", get...)); s != 0 || b.word(scada, regmap.CommandCount) != 56 {
		t.Errorf("get: 0x%04X, %d bytes, want 56", s, b.word(scada, regmap.CommandCount))
	}
	if got := b.get(scada, regmap.CommandReply+2, 4); !bytes.Equal(got, append(f32(800), f32(4)...)) {
		t.Errorf("get returns % X", got)
	}
	if s := b.send(scada, command(1933, 14, cu, 1, "0000", key...)); s != 0 {
		t.Errorf("close session: 0x%04X", s)
	}
	neutral := command(51589, 14, cu, 0, "", 0xFF, 0xFF, 0xFF, 0xFF)
	if s := b.send(scada, neutral); s != 0 || b.word(scada, regmap.CommandCount) != 32 || !bytes.Equal(b.get(scada, regmap.CommandReply, 2), []byte{255, 255, 255, 255}) {
		t.Errorf("neutral: 0x%04X, %d bytes", s, b.word(scada, regmap.CommandCount))
	}
}

func TestEachClientHasItsOwnInterface(t *testing.T) {
	b := newBench(t)
	b.send(scada, command(904, 10, 5377, 1, "3333"))
	b.send("192.0.2.8", command(904, 10, 5377, 1, "9999"))
	if s := b.word(scada, regmap.CommandStatus); s != 0 {
		t.Errorf("the first client sees 0x%04X", s)
	}
	if s := b.word("192.0.2.8", regmap.CommandStatus); s != 0x1501 {
		t.Errorf("the second client sees 0x%04X", s)
	}
	if s := b.word("192.0.2.9", regmap.CommandStatus); s != 0x1501 {
		t.Errorf("a client that sent nothing sees 0x%04X, want the last command's", s)
	}
	b.port++
	if s := b.word(scada, regmap.CommandStatus); s != 0 {
		t.Errorf("a new connection of the first client sees 0x%04X", s)
	}
	b.send(scada, command(904, 10, 5377, 1, "8888"))
	b.port--
	if s := b.word(scada, regmap.CommandStatus); s != 0 {
		t.Errorf("the first connection sees another program's 0x%04X", s)
	}
	for i := range 100 {
		b.send(netip.AddrFrom4([4]byte{10, 0, 0, byte(i)}).String(), command(768, 10, 8704, 0, ""))
	}
	if s := b.word("10.0.0.99", regmap.CommandCount); s != 8 {
		t.Errorf("%d bytes", s)
	}
}

func TestBusyAndAbort(t *testing.T) {
	b := newBench(t)
	open := modbus.WriteRequest{Address: regmap.CommandFirst.Address(), Values: command(904, 10, 5377, 1, "3333")}.Append(nil)
	b.ask(scada, open)
	if s := b.word(scada, regmap.CommandStatus); s != regmap.InProgress {
		t.Fatalf("status 0x%04X, want in progress", s)
	}
	reset := modbus.WriteRequest{Address: regmap.CommandFirst.Address(), Values: command(906, 10, 5377, 1, "3333")}.Append(nil)
	b.ask("192.0.2.8", reset)
	if s := b.word("192.0.2.8", regmap.CommandStatus); s != 0x159E {
		t.Errorf("another client: 0x%04X, want busy", s)
	}
	for code, frame := range map[int][]byte{
		46728: command(46728, 12, 5377, 1, "3333", be(1<<9)...), 910: command(910, 13, 5377, 1, "3333", 0, 1, 1), 1930: command(1930, 10, 5377, 1, "0000"),
	} {
		b.ask("192.0.2.8", modbus.WriteRequest{Address: regmap.CommandFirst.Address(), Values: frame}.Append(nil))
		if s := b.word("192.0.2.8", regmap.CommandStatus); s != 0x159E {
			t.Errorf("%d from another client: 0x%04X, want busy (R10)", code, s)
		}
	}
	if s := b.word(scada, regmap.CommandStatus); s != regmap.InProgress {
		t.Errorf("the first client's command ended: 0x%04X", s)
	}
	b.step(1100 * time.Millisecond)
	if s := b.word(scada, regmap.CommandStatus); s != 0 {
		t.Errorf("ended with 0x%04X", s)
	}
}

func TestRegisterAccess(t *testing.T) {
	b := newBench(t)
	for _, c := range []struct {
		name string
		pdu  []byte
		want []byte
	}{
		{"outside every block", modbus.ReadRequest{Function: 3, Address: 0, Count: 1}.Append(nil), []byte{0x83, 2}},
		{"into and out of a block", modbus.ReadRequest{Function: 3, Address: 12110, Count: 10}.Append(nil), []byte{0x83, 2}},
		{"write to a measurement", modbus.WriteOneRequest{Address: 32027, Value: 1}.Append(nil), []byte{0x86, 2}},
		{"write to the answer", modbus.WriteOneRequest{Address: 8020, Value: 0}.Append(nil), []byte{0x86, 2}},
		{"write across the end of the interface", modbus.WriteRequest{Address: 8017, Values: make([]byte, 8)}.Append(nil), []byte{0x90, 2}},
		{"unknown function", []byte{0x63}, []byte{0xE3, 1}},
		{"quantity 0", []byte{3, 0x7D, 0, 0, 0}, []byte{0x83, 3}},
		{"quantity 126", []byte{3, 0x7D, 0, 0, 126}, []byte{0x83, 3}},
		{"scattered, one outside", modbus.NewScatteredRequest(1, 32000, 1).Append(nil), []byte{0xE4, 2}},
	} {
		if got := b.ask(scada, c.pdu); !bytes.Equal(got, c.want) {
			t.Errorf("%s: % X, want % X", c.name, got, c.want)
		}
	}
	if got := b.ask(scada, modbus.NewScatteredRequest(7, 32000, 45022).Append(nil)); len(got) < 7 || !bytes.Equal(got[len(got)-4:], be(b.word(scada, 32001), 1)) {
		t.Errorf("scattered: % X", got)
	}
	if a, c := b.get(scada, 32000, 124), b.ask(scada, modbus.ReadRequest{Function: 4, Address: 31999, Count: 124}.Append(nil)); !bytes.Equal(a, c[2:]) {
		t.Error("function 4 reads another space than function 3")
	}
}

func TestPieceByPiece(t *testing.T) {
	b := newBench(t)
	frame := command(904, 10, 5377, 1, "3333")
	b.ask(scada, modbus.WriteRequest{Address: regmap.CommandLength.Address(), Values: frame[2:]}.Append(nil))
	if b.word(scada, regmap.CommandEcho) != 0 {
		t.Error("a command starts before its code is written")
	}
	if got := b.get(scada, regmap.CommandPass, 2); !bytes.Equal(got, make([]byte, 4)) {
		t.Errorf("a password that waits is read back: % X", got)
	}
	b.ask(scada, modbus.WriteOneRequest{Address: regmap.CommandFirst.Address(), Value: 904}.Append(nil))
	b.step(time.Second)
	if s := b.word(scada, regmap.CommandStatus); s != 0 || b.u.Closed() {
		t.Errorf("status 0x%04X, closed %v", s, b.u.Closed())
	}
	b.ask(scada, modbus.WriteOneRequest{Address: regmap.CommandFirst.Address(), Value: 905}.Append(nil))
	if s := b.word(scada, regmap.CommandStatus); s != 0x1501 {
		t.Errorf("the password of the last command does for the next: 0x%04X", s)
	}
}

func TestIdentification(t *testing.T) {
	b := newBench(t)
	reply, err := modbus.ParseIdentificationReply(b.ask(scada, modbus.IdentificationRequest{Code: 3}.Append(nil)))
	if err != nil {
		t.Fatal(err)
	}
	found := map[byte]string{}
	for _, o := range reply.Objects {
		found[o.ID] = o.Value
	}
	if found[modbus.VendorName] != "Switchroom" || found[modbus.UserApplicationName] != "Q1" || found[bus.VirtualObject] != bus.VirtualMark {
		t.Errorf("%v", found)
	}
}

func TestClockFunctions(t *testing.T) {
	b := newBench(t)
	set := modbus.ClockFrame{Type: modbus.MEISetClock, Time: modbus.DateTimeOf(time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC))}
	if _, err := modbus.ParseClockReply(b.ask(scada, set.Append(nil))); err != nil {
		t.Fatal(err)
	}
	b.step(2 * time.Second)
	got, err := modbus.ParseClockReply(b.ask(scada, modbus.ClockFrame{Type: modbus.MEIReadClock, Bare: true}.Append(nil)))
	if err != nil || !got.Time.Time(time.UTC).Equal(time.Date(2031, 2, 3, 4, 5, 8, 0, time.UTC)) {
		t.Errorf("%v, %v", got.Time, err)
	}
}

func TestEventList(t *testing.T) {
	b := newBench(t)
	tripped(b)
	if s := b.send(scada, command(50560, 14, 5377, 0, "", be(1, 0)...)); s != 0 {
		t.Fatalf("0x%04X", s)
	}
	got := b.get(scada, regmap.CommandReply, 4)
	if binary.BigEndian.Uint16(got) != 1 || binary.BigEndian.Uint16(got[4:]) != uint16(points.CodeTripInst) {
		t.Errorf("% X, want one record of a trip", got)
	}
}

func TestTables(t *testing.T) {
	for _, r := range access.Reasons() {
		if !bus.HasReason(r) {
			t.Errorf("reason %v has no status", r)
		}
	}
	for _, r := range imu.Refusals() {
		if !bus.HasRefusal(r) {
			t.Errorf("refusal %v has no status", r)
		}
	}
}

func BenchmarkRead10(b *testing.B) {
	w := imu.NewWorld(0, time.Now())
	r := points.Rating{In: 1000, Variant: points.X60, Poles: 3, ENCT: true, ENVT: true, Voltage: 400, Frequency: 50}
	u, err := imu.New(imu.Config{Name: "Q1", Rating: r, Profile: access.Faithful, Interface: imu.IFE, Mechanism: breaker.Equipped(breaker.MTZ2), Closed: true}, w)
	if err != nil {
		b.Fatal(err)
	}
	bank := modbus.NewBank(bus.New(u, w, regmap.Default(), access.Modbus))
	q := &modbus.Query{Now: time.Now(), Remote: netip.MustParseAddrPort("127.0.0.1:4000"), Unit: 255, PDU: modbus.ReadRequest{Function: 3, Address: 32027, Count: 10}.Append(nil)}
	out := make([]byte, 0, 512)
	b.ReportAllocs()
	for b.Loop() {
		out = bank.Serve(q, out[:0])
	}
	if len(out) != 22 {
		b.Fatalf("% X", out)
	}
}
