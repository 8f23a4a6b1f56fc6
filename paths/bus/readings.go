package bus

import (
	"encoding/binary"
	"math"
	"time"

	"switchroom/imu"
	"switchroom/points"
	"switchroom/regmap"
)

// reading answers a command that only reads. Reading needs no password (R1)
// and passes a locked pad (R4).
type reading func(d *Device, now time.Duration, box *mailbox, cmd *regmap.Command) regmap.Status

// readings are the commands without password that return more than one value,
// by their point.
var readings = map[points.ID]reading{
	points.EventList:                 (*Device).listEvents,
	points.ModuleDetail:              (*Device).detailModule,
	points.ModuleList:                (*Device).listModules,
	points.ProtectionDual:            (*Device).getPoint,
	points.ProtectionEarthLeakageIdn: (*Device).getSettings,
	points.ProtectionGroundFaultIg:   (*Device).getSettings,
	points.ProtectionGroup:           (*Device).getPoint,
	points.ProtectionInstantaneousIi: (*Device).getSettings,
	points.ProtectionLongTimeIr:      (*Device).getSettings,
	points.ProtectionNeutralType:     (*Device).getSettings,
	points.ProtectionShortTimeIsd:    (*Device).getSettings,
	points.ProtectionZSIShortTime:    (*Device).getZSI,
}

// getSettings returns a group's settings (51584–51589). The reply begins with
// the session key of the request, and ends with what is not known: all ones.
func (d *Device) getSettings(now time.Duration, box *mailbox, cmd *regmap.Command) regmap.Status {
	p := box.params()
	group := 0
	if len(cmd.Params) > 1 {
		group = int(binary.BigEndian.Uint16(p[4:]))
	}
	if group > 2 {
		return regmap.UnsupportedValue // 3 is ERMS, which this unit has not
	}
	s, dec := d.unit.Group(now, d.reader(), group)
	if !dec.OK() {
		return reasons[dec.Reason]
	}
	rating := d.unit.Rating()
	box.reply = append(box.reply, p[:4]...)
	for i, id := range cmd.Set {
		if _, has := points.Of(id).For(rating); !has {
			box.reply = box.reply[:0]
			return regmap.NotSupported
		}
		v, _ := s.Get(id)
		box.reply = appendParam(box.reply, cmd.Reply[1+i], points.Number(v))
	}
	box.pad(cmd)
	return regmap.Success
}

// pad fills the reply to its documented length.
func (b *mailbox) pad(cmd *regmap.Command) {
	for len(b.reply) < cmd.ReplyLength() {
		b.reply = append(b.reply, 0xFF)
	}
}

// getPoint returns the point itself (49536, 49537).
func (d *Device) getPoint(now time.Duration, box *mailbox, cmd *regmap.Command) regmap.Status {
	return d.getWord(now, box, func(v points.Values) uint16 { return uint16(v[cmd.Point]) })
}

// getZSI returns which functions are interlocked (49025).
func (d *Device) getZSI(now time.Duration, box *mailbox, _ *regmap.Command) regmap.Status {
	return d.getWord(now, box, func(v points.Values) uint16 {
		return uint16(v[points.ProtectionZSIShortTime]) | uint16(v[points.ProtectionZSIGroundFault])<<1
	})
}

// getWord returns the key of the request and one word made from the unit's
// values.
func (d *Device) getWord(now time.Duration, box *mailbox, word func(points.Values) uint16) regmap.Status {
	var snap imu.Snapshot
	dec, _ := d.unit.Read(now, d.reader(), &snap)
	if !dec.OK() {
		return reasons[dec.Reason]
	}
	if math.IsNaN(snap.Values[points.ProtectionGroup]) {
		return regmap.OutOfOrder // not available: the control unit has no supply
	}
	box.reply = append(box.reply, box.params()[:4]...)
	box.reply = binary.BigEndian.AppendUint16(box.reply, word(snap.Values))
	return regmap.Success
}

// eventsMax is how many records of an event list fit the reply.
const eventsMax = 12

// listEvents returns records of a history, newest first (50560; layout ours).
func (d *Device) listEvents(now time.Duration, box *mailbox, _ *regmap.Command) regmap.Status {
	p := box.params()
	h, first := points.History(binary.BigEndian.Uint16(p)), int(binary.BigEndian.Uint16(p[2:]))
	if h.Depth() == 0 || binary.BigEndian.Uint16(p) > 255 {
		return regmap.OutOfRange
	}
	recs, total, dec := d.unit.Events(now, d.reader(), h, first, eventsMax)
	if !dec.OK() {
		return reasons[dec.Reason]
	}
	box.reply = binary.BigEndian.AppendUint16(box.reply, uint16(len(recs)))
	box.reply = binary.BigEndian.AppendUint16(box.reply, uint16(total))
	for _, r := range recs {
		box.reply = appendRecord(box.reply, r)
	}
	return regmap.Success
}

func appendRecord(out []byte, r imu.Record) []byte {
	out = binary.BigEndian.AppendUint16(out, uint16(r.Code))
	out = binary.BigEndian.AppendUint16(out, uint16(r.What-imu.Entry))
	date := make([]byte, 8)
	regmap.PutXDate(date, r.Time())
	return append(out, date...)
}

// listModules returns how many digital modules there are (50816).
func (d *Device) listModules(now time.Duration, box *mailbox, _ *regmap.Command) regmap.Status {
	all, dec := d.unit.Modules(now, d.reader())
	if !dec.OK() {
		return reasons[dec.Reason]
	}
	box.reply = binary.BigEndian.AppendUint16(box.reply, uint16(len(all)))
	return regmap.Success
}

// licenceStates are the states of a licence as 50817 tells them (ours).
var licenceStates = map[string]uint16{"valid": 0, "expiring": 1, "expired": 2}

// detailModule tells one digital module of the list (50817; layout ours).
func (d *Device) detailModule(now time.Duration, box *mailbox, _ *regmap.Command) regmap.Status {
	all, dec := d.unit.Modules(now, d.reader())
	if !dec.OK() {
		return reasons[dec.Reason]
	}
	i := int(binary.BigEndian.Uint16(box.params()))
	if i >= len(all) {
		return regmap.OutOfRange
	}
	m := all[i]
	box.reply = append(box.reply, chars(m.Name, 16)...)
	box.reply = append(box.reply, chars(m.Reference, 10)...)
	box.reply = append(box.reply, chars(m.Version, 12)...)
	box.reply = binary.BigEndian.AppendUint16(box.reply, licenceStates[m.State])
	date := make([]byte, 8)
	if end, err := time.Parse(time.RFC3339, m.Expires); err == nil {
		regmap.PutXDate(date, end)
	}
	box.reply = append(box.reply, date...)
	return regmap.Success
}

// chars is text in n bytes, filled up with zeroes.
func chars(text string, n int) []byte {
	b := make([]byte, n)
	copy(b, text)
	return b
}
