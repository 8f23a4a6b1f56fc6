package survey

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"switchroom/points"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fake is a unit that has some registers, notes when it was asked, and fails the
// test on whatever is no reading.
type fake struct {
	t    testing.TB
	regs map[regmap.Register]uint16
	who  []modbus.Object
	// what goes wrong, asked before every answer; nil: nothing
	trouble func(n int) trouble

	mu      sync.Mutex
	asked   []time.Time
	spans   []Span
	open    int
	most    int // connections at once
	dials   int
	refuses bool
}

// trouble is what a fake does instead of answering.
type trouble struct {
	exception modbus.Exception
	silent    bool
	hangup    bool
}

func (f *fake) Dial(context.Context) (Conn, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.dials++
	if f.refuses {
		return nil, errors.New("connection refused")
	}
	f.open++
	f.most = max(f.most, f.open)
	return &fakeConn{f: f, bank: modbus.NewBank(fakeDevice{f})}, nil
}

type fakeConn struct {
	f    *fake
	bank *modbus.Bank
}

func (c *fakeConn) Close() error {
	c.f.mu.Lock()
	defer c.f.mu.Unlock()
	c.f.open--
	return nil
}

func (c *fakeConn) Do(ctx context.Context, unit byte, pdu []byte) ([]byte, error) {
	c.f.note(pdu)
	if c.f.trouble != nil {
		switch x := c.f.trouble(len(c.f.asked)); {
		case x.silent:
			<-ctx.Done()
			return nil, &modbus.TransportError{MayHaveHappened: true, Err: context.Cause(ctx)}
		case x.hangup:
			return nil, &modbus.TransportError{MayHaveHappened: true, Err: errors.New("reset by peer at 192.168.7.9")}
		case x.exception != 0:
			return nil, x.exception
		}
	}
	reply := c.bank.Serve(&modbus.Query{Now: time.Now(), Unit: unit, PDU: pdu}, nil)
	if x, ok := modbus.ParseException(reply); ok {
		return nil, x
	}
	return reply, nil
}

func (f *fake) note(pdu []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, time.Now())
	switch {
	case pdu[0] == modbus.FuncReadHolding || pdu[0] == modbus.FuncReadInput:
		r, _ := modbus.ParseReadRequest(pdu)
		s := Span{regmap.At(r.Address), r.Count}
		f.spans = append(f.spans, s)
		if s.touches(command) {
			f.t.Errorf("registers %v were read: a password may stand there", s)
		}
	case pdu[0] == modbus.FuncEncapsulated && pdu[1] == modbus.MEIIdentification:
	default:
		f.t.Errorf("function %d was sent: % X", pdu[0], pdu)
	}
}

type fakeDevice struct{ f *fake }

func (d fakeDevice) ReadRegisters(_ *modbus.Query, addr, count uint16, out []byte) ([]byte, modbus.Exception) {
	for i := range count {
		w, ok := d.f.regs[regmap.At(addr+i)]
		if !ok {
			return out, modbus.IllegalDataAddress
		}
		out = binary.BigEndian.AppendUint16(out, w)
	}
	return out, modbus.NoException
}

func (d fakeDevice) WriteRegisters(*modbus.Query, uint16, []byte) modbus.Exception {
	d.f.t.Error("written")
	return modbus.IllegalFunction
}

func (d fakeDevice) Identify(*modbus.Query) []modbus.Object { return d.f.who }

// at is when captures of tests begin.
var at = time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC)

// unlimited lets a fake be read at once.
var unlimited = Budget{Rate: math.Inf(1), Requests: 100_000}

// take reads a fake and returns the capture, its file, and why it ended.
func (f *fake) take(ctx context.Context, p Plan, b Budget) (*Capture, []byte, error) {
	f.t.Helper()
	var file bytes.Buffer
	h := Head{Address: "modbus://192.168.7.9:502/255", Unit: 255, Started: at, Plan: p}
	w, err := NewWriter(&file, h)
	if err != nil {
		f.t.Fatal(err)
	}
	_, err = Run(ctx, h, Options{Dial: f.Dial, Budget: b}, w)
	c, _, bad := Read(bytes.NewReader(file.Bytes()))
	if bad != nil {
		f.t.Fatal(bad)
	}
	return c, file.Bytes(), err
}

// taken is take of a unit that must be read to the end.
func (f *fake) taken(p Plan) *Capture {
	f.t.Helper()
	c, _, err := f.take(context.Background(), p, unlimited)
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

// breaker is a unit as a real one could read: every row of the map but those of
// virtual units, with plausible values.
func breaker(t testing.TB) *fake {
	v := points.NewValues()
	rows := regmap.Rows
	for i := range rows {
		for _, b := range rows[i].Bits {
			v[b.Point] = 0
		}
		if p := rows[i].Point; p != 0 && points.Of(p).Type != points.Text {
			v[p] = example(p)
		}
	}
	v[points.DeviceClockSynchronised] = 1
	f := &fake{t: t, regs: map[regmap.Register]uint16{}, who: []modbus.Object{
		{ID: modbus.VendorName, Value: "Maker"}, {ID: modbus.ProductCode, Value: "IFE"},
		{ID: modbus.MajorMinorRevision, Value: "003.004.005"}, {ID: modbus.UserApplicationName, Value: "IFE-0A129F"},
	}}
	m := regmap.Default()
	im := m.NewImage()
	im.Fill(regmap.Source{Values: v, Text: texts})
	for _, b := range m.Blocks() {
		if b.First >= firstVirtual || b.First == command.First {
			continue
		}
		for r := b.First; r <= b.Last; r++ {
			data, _ := im.Append(nil, r.Address(), 1)
			f.regs[r] = binary.BigEndian.Uint16(data)
		}
	}
	return f
}

func texts(id points.ID) string {
	switch id {
	case points.InterfaceFirmware, points.InterfaceHardware, points.DeviceHardware, points.DeviceFirmware:
		return "003.004.005"
	case points.InterfaceName:
		return "IFE-0A129F"
	}
	return "Maker"
}

// example is a value that a point can well have on a breaker of 1000 A.
func example(id points.ID) float64 {
	info := points.Of(id)
	r := points.Rating{In: 1000, Variant: points.X60, Poles: 4, Voltage: 400, Frequency: 50}
	switch id {
	case points.RatingIn:
		return 1000
	case points.RatingPoles:
		return 1
	case points.RatingSystemType:
		return 41
	case points.RatingFrequency:
		return 0
	case points.RatingVTPrimary, points.RatingVTSecondary:
		return 690
	}
	for _, r.Variant = range []points.Variant{points.X60, points.X70} {
		if l, ok := info.For(r); ok && info.Writable() {
			return l.Default * map[bool]float64{true: r.In, false: 1}[l.TimesIn]
		}
	}
	switch info.Type {
	case points.Bool:
		return 0
	case points.Enum:
		return float64(info.Base)
	case points.Instant:
		return points.At(at).Float()
	}
	return map[string]float64{"A": 412.3, "V": 230.4, "Hz": 49.98, "%": 3.2, "Wh": 123456789, "varh": 2345678, "VAh": 9876543, "s": 3600, "": 0.25}[info.Unit] +
		map[string]float64{"W": 91234, "var": 12345, "VA": 99999}[info.Unit]
}
