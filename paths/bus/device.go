// Package bus is a unit as Modbus registers, whatever wire they cross: Modbus TCP
// through IFE or EIFE, Modbus-SL through IFM (GUIDE A6, A7, A12). It turns registers
// and commands into requests of an actor, and results into registers. It translates
// and decides nothing: whether an operation is admitted is imu's to ask and access's
// to say.
//
// Who asks is known by address only (R1): reading needs no password, and a
// command carries its own (B5). The command interface (registers 8000–8149) is
// seen by each connection as its own; one that has sent no command sees the last
// one of its network address, or of all, as on the one block that a real unit
// has. A password is never read back.
package bus

import (
	"sync"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// Device is one unit as Modbus registers. It is a modbus.Device.
type Device struct {
	path  access.Path
	line  string // on which it is, for events; "" where clients have addresses
	unit  *imu.Unit
	rows  *regmap.Map
	world *imu.World
	stats func() modbus.Stats // of the endpoint; nil: not shown
	limit func() modbus.Limits

	mu    sync.Mutex    // guards everything below
	snap  imu.Snapshot  // without its values
	image *regmap.Image // nil until somebody reads
	boxes mailboxes
}

// New returns the unit as registers laid out by m, for whoever comes by a path.
func New(u *imu.Unit, w *imu.World, m *regmap.Map, path access.Path) *Device {
	return &Device{path: path, unit: u, world: w, rows: m}
}

// On says on which serial line the device is, where clients have no address of their
// own: it is who asks, in events and for whoever is slowed down.
func (d *Device) On(line string) *Device {
	d.line = line
	return d
}

// Count has the registers of the interface show what its connections counted. Call it
// before the device serves.
func (d *Device) Count(stats func() modbus.Stats, limit func() modbus.Limits) {
	d.stats, d.limit = stats, limit
}

// reader is who reads: anybody (R1).
func (d *Device) reader() access.Actor { return access.Actor{Path: d.path} }

// ReadRegisters copies from an image of the registers that is at most a second
// old, and newer than the last change of the unit.
func (d *Device) ReadRegisters(q *modbus.Query, addr, count uint16, out []byte) ([]byte, modbus.Exception) {
	now := d.world.At(q.Now)
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.read(now) {
		return out, modbus.DeviceFailure // no row of the policy refuses reading; if one ever does, nothing is shown
	}
	start := len(out)
	out, ok := d.image.Append(out, addr, count)
	if !ok {
		return out, modbus.IllegalDataAddress
	}
	d.boxes.show(out[start:], addr, q.Remote, func(o *imu.Order) (bool, imu.Refusal) {
		return d.unit.Outcome(now, o)
	})
	return out, modbus.NoException
}

// scratch lends values to a device for the moment in which it makes its image of
// them: of ten thousand devices few read at once, and none keeps them.
var scratch = sync.Pool{New: func() any { return new(points.Values) }}

// read brings texts and image up to date, and reports whether the unit let
// itself be read.
func (d *Device) read(now time.Duration) bool {
	v := scratch.Get().(*points.Values)
	defer scratch.Put(v)
	if *v == nil {
		*v = points.NewValues()
	}
	d.snap.Values = *v
	dec, changed := d.unit.Read(now, d.reader(), &d.snap)
	if d.snap.Values = nil; !dec.OK() {
		return false
	}
	if changed {
		d.refresh(*v)
	}
	return true
}

// refresh makes the image from what the unit shows and from what the interface
// itself counts.
func (d *Device) refresh(v points.Values) {
	if d.stats != nil {
		s := d.stats()
		v[points.InterfaceConnections] = float64(s.Open)
		v[points.InterfaceConnectionsLimit] = float64(d.limit().Conns)
		v[points.InterfaceConnectionsRefused] = float64(s.Refused)
		v[points.InterfaceIdleLimit] = d.limit().Idle.Seconds()
		v[points.InterfaceRequests] = float64(s.Requests)
		v[points.InterfaceExceptions] = float64(s.Exceptions)
		v[points.InterfaceDropped] = float64(s.Foreign)
	}
	if d.image == nil {
		d.image = d.rows.NewImage()
	}
	d.image.Fill(regmap.Source{Values: v, Text: d.snap.Text})
}

// WriteRegisters takes a write to the command interface. No other register is
// written directly: what is settable is set by a command (MB).
func (d *Device) WriteRegisters(q *modbus.Query, addr uint16, values []byte) modbus.Exception {
	first, last := regmap.CommandFirst.Address(), regmap.CommandLast.Address()
	if addr < first || int(addr)+len(values)/2-1 > int(last) {
		return modbus.IllegalDataAddress
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	box := d.boxes.of(q.Remote)
	copy(box.in[2*int(addr-first):], values)
	if addr == first {
		d.run(d.world.At(q.Now), q, box)
	}
	return modbus.NoException
}

// Identify answers function 43/14. Object 0x80 marks a virtual unit, so that a
// client can tell it from hardware.
func (d *Device) Identify(q *modbus.Query) []modbus.Object {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.read(d.world.At(q.Now)) {
		return nil
	}
	text := func(id points.ID) string { return d.snap.Text(id) }
	return []modbus.Object{
		{ID: modbus.VendorName, Value: text(points.InterfaceVendor)},
		{ID: modbus.ProductCode, Value: text(points.InterfaceProductCode)},
		{ID: modbus.MajorMinorRevision, Value: text(points.InterfaceFirmware)},
		{ID: modbus.ProductName, Value: text(points.InterfaceFamily)},
		{ID: modbus.ModelName, Value: text(points.InterfaceModel)},
		{ID: modbus.UserApplicationName, Value: text(points.InterfaceName)},
		{ID: VirtualObject, Value: VirtualMark},
	}
}

// VirtualObject and VirtualMark tell a virtual unit from hardware in function
// 43/14. Ours.
const (
	VirtualObject = 0x80
	VirtualMark   = "switchroom virtual unit"
)

// Clock answers function 43/15.
func (d *Device) Clock(q *modbus.Query) modbus.DateTime {
	r := d.unit.Do(d.world.At(q.Now), imu.Request{Actor: d.actor(q), Op: points.ClockRead})
	if !r.OK() {
		return modbus.DateTime{Invalid: true}
	}
	return modbus.DateTimeOf(r.Value.Time())
}

// SetClock answers function 43/16: as open as command 769 (R4).
func (d *Device) SetClock(q *modbus.Query, t modbus.DateTime) modbus.Exception {
	r := d.unit.Do(d.world.At(q.Now), imu.Request{Actor: d.actor(q), Op: points.ClockSet, Value: points.At(t.Time(points.Epoch.Location()))})
	if !r.OK() {
		return modbus.IllegalDataValue
	}
	return modbus.NoException
}

// actor is who asks for something to be done: an address, until its password
// says more.
func (d *Device) actor(q *modbus.Query) access.Actor {
	a := d.reader()
	a.Source = d.line
	if q.Remote.IsValid() {
		a.Source = q.Remote.Addr().String()
	}
	return a
}
