package rehearsal

import (
	"encoding/binary"
	"math"
	"net"
	"sync"
	"testing"

	"switchroom/points"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// device is a breaker on a real socket that answers as it is told.
type device struct {
	l    net.Listener
	done sync.WaitGroup

	mu       sync.Mutex
	image    *regmap.Image
	mode     string // "", silent, exceptions, half, wrong-transaction
	requests int
	conns    map[net.Conn]bool
	most     int // connections at once
	orders   int // carried out
	reply    [2]uint16
}

// unitID is the unit id that a device answers to.
const unitID = 255

func newDevice(t *testing.T) *device {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &device{l: l, conns: map[net.Conn]bool{}}
	d.done.Go(d.accept)
	t.Cleanup(func() {
		l.Close()
		d.cut()
		d.done.Wait()
	})
	return d
}

func (d *device) accept() {
	for {
		conn, err := d.l.Accept()
		if err != nil {
			return
		}
		d.mu.Lock()
		d.conns[conn] = true
		d.most = max(d.most, len(d.conns))
		d.mu.Unlock()
		d.done.Go(func() { d.serve(conn) })
	}
}

// cut ends all connections.
func (d *device) cut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for c := range d.conns {
		c.Close()
	}
}

func (d *device) serve(conn net.Conn) {
	defer func() {
		conn.Close()
		d.mu.Lock()
		delete(d.conns, conn)
		d.mu.Unlock()
	}()
	var buf []byte
	for {
		a, took, ok := modbus.ParseADU(buf)
		if !ok {
			return
		}
		if took > 0 {
			conn.Write(d.answer(a))
			buf = buf[took:]
			continue
		}
		b := make([]byte, 512)
		n, err := conn.Read(b)
		if err != nil {
			return
		}
		buf = append(buf, b[:n]...)
	}
}

// answer is what goes out: perhaps nothing.
func (d *device) answer(a modbus.ADU) []byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.requests++
	out := modbus.ADU{Transaction: a.Transaction, Unit: a.Unit, PDU: d.pdu(a)}
	switch d.mode {
	case "silent":
		return nil
	case "exceptions":
		out.PDU = modbus.AppendException(nil, a.PDU[0], modbus.DeviceBusy)
	case "wrong-transaction":
		out.Transaction++
	case "half":
		frame := out.Append(nil)
		return frame[:len(frame)/2+1]
	}
	return out.Append(nil)
}

func (d *device) pdu(a modbus.ADU) []byte {
	if a.Unit != unitID {
		return modbus.AppendException(nil, a.PDU[0], modbus.GatewayTargetFailed)
	}
	if w, x := modbus.ParseWriteRequest(a.PDU); x == modbus.NoException {
		d.order(w.Values)
		return append([]byte{modbus.FuncWrite}, a.PDU[1:5]...)
	}
	q, x := modbus.ParseReadRequest(a.PDU)
	if x != modbus.NoException {
		return modbus.AppendException(nil, a.PDU[0], x)
	}
	if q.Address == regmap.CommandEcho.Address() {
		return modbus.ReadReply{Function: q.Function, Values: binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, d.reply[0]), d.reply[1])}.Append(nil)
	}
	values, ok := d.image.Append(nil, q.Address, q.Count)
	if !ok {
		return modbus.AppendException(nil, a.PDU[0], modbus.IllegalDataAddress)
	}
	return modbus.ReadReply{Function: q.Function, Values: values}.Append(nil)
}

// order takes the write of a command.
func (d *device) order(values []byte) {
	code, dest := binary.BigEndian.Uint16(values), binary.BigEndian.Uint16(values[4:])
	d.reply = [2]uint16{code, uint16(regmap.WrongDestination)}
	if _, ok := regmap.CommandByCode(code, dest); ok && len(values) == 2*regmap.CommandWords && string(values[8:12]) == "1111" {
		d.reply[1] = uint16(regmap.Success)
		d.orders++
	}
}

// have gives the device values.
func (d *device) have(v points.Values) {
	im := registers().NewImage()
	im.Fill(regmap.Source{Values: v})
	d.mu.Lock()
	defer d.mu.Unlock()
	d.image = im
}

func (d *device) set(mode string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.mode = mode
}

// count tells of something that is counted.
func (d *device) count(what func(*device) int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return what(d)
}

func requests(d *device) int { return d.requests }

// stimulus is a value for every point, by device and pass: none is like another,
// whole numbers are large and negative where they can be, and bits have a code over
// the first passes. The last pass has nothing.
func stimulus(device, pass int) points.Values {
	v := points.NewValues()
	if pass == lastPass {
		return v
	}
	for i := range points.All() {
		info := &points.All()[i]
		n := float64(i)
		switch info.Type {
		case points.Bool:
			v.SetFlag(info.ID, (i+1+device)>>pass&1 == 1)
		case points.Enum:
			v[info.ID] = float64(info.Base + (i+pass+device)%max(len(info.Enum), 1))
		case points.Instant:
			v[info.ID] = math.Trunc(6e8 + 90061*n + 1e7*float64(device) + 3600*float64(pass))
		default:
			v[info.ID] = number(info.ID, n, device, pass)
		}
	}
	v[points.DeviceClockSynchronised] = 1
	return v
}

const lastPass = 5

func number(id points.ID, n float64, device, pass int) float64 {
	p, ok := registers().Find(id)
	x := 100.625 + 7.31*n + 3001*float64(device) + 0.77*float64(pass)
	switch {
	case !ok:
		return x
	case p.Row.Kind == regmap.S64 || p.Row.Kind == regmap.S32 || p.Row.Kind == regmap.S16:
		return -math.Round(x)
	case p.Row.Kind != regmap.F32:
		return math.Round(x)
	}
	return x
}
