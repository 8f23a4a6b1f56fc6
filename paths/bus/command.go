package bus

import (
	"encoding/binary"
	"math"
	"time"

	"switchroom/imu"
	"switchroom/points"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// run carries out the command in box. Whatever is wrong with it has a status
// of its own.
func (d *Device) run(now time.Duration, q *modbus.Query, box *mailbox) {
	box.echo, box.dest = box.word(regmap.CommandFirst), box.word(regmap.CommandDest)
	box.reply, box.order = box.reply[:0], nil
	password := box.takePassword()
	cmd, status := find(box)
	if status == regmap.Success {
		status = d.carryOut(now, q, box, cmd, &password)
	}
	if box.order != nil {
		box.status = regmap.InProgress
		return
	}
	box.status = regmap.StatusWord(box.dest, status)
}

// find returns the command that box asks for, or what is wrong with it.
func find(box *mailbox) (*regmap.Command, regmap.Status) {
	cmd, ok := regmap.CommandByCode(box.echo, tableDest(box.dest))
	if !ok {
		if _, dest := regmap.Known(box.echo, tableDest(box.dest)); !dest {
			return nil, regmap.WrongDestination
		}
		return nil, regmap.NotSupported
	}
	if box.word(regmap.CommandLength) != cmd.Length() {
		return nil, regmap.WrongLength
	}
	if sec := box.word(regmap.CommandSec); sec > 1 {
		return nil, regmap.NoSuchSecurity
	}
	return cmd, regmap.Success
}

// tableDest is the destination under which the table has the commands of dest: IO
// module 2 has those of module 1.
func tableDest(dest uint16) uint16 {
	if dest == regmap.DestIO2 {
		return regmap.DestIO1
	}
	return dest
}

// pointOf is what a command does at its destination.
func pointOf(cmd *regmap.Command, dest uint16) points.ID {
	if dest == regmap.DestIO2 {
		return points.OfIO(cmd.Point, 2)
	}
	return cmd.Point
}

// carryOut does the command, or asks the unit to.
func (d *Device) carryOut(now time.Duration, q *modbus.Query, box *mailbox, cmd *regmap.Command, password *imu.Password) regmap.Status {
	req := imu.Request{Actor: d.actor(q), Op: pointOf(cmd, box.dest)}
	if box.word(regmap.CommandSec) == 1 {
		req.Password = password
	}
	if read, ok := readings[cmd.Point]; ok && !cmd.Password {
		return read(d, now, box, cmd)
	}
	req.Malformed = arguments(&req, box.params(), cmd)
	if !cmd.Supported {
		req.Malformed = imu.NotSupported
	}
	res := d.unit.Do(now, req)
	box.order = res.Order
	if res.OK() && len(cmd.Reply) > 0 {
		box.reply = appendParam(box.reply, cmd.Reply[0], res.Value)
	}
	if res.Order != nil {
		box.settle(func(o *imu.Order) (bool, imu.Refusal) { return d.unit.Outcome(now, o) })
	}
	return statusOf(res)
}

// arguments puts a command's parameters into the request.
func arguments(req *imu.Request, p []byte, cmd *regmap.Command) imu.Refusal {
	if len(cmd.Set) > 1 || len(cmd.Set) == 1 && len(cmd.Params) > 1 {
		return submitted(req, p, cmd)
	}
	for _, par := range cmd.Params {
		v := paramValue(par, p)
		switch par.Name {
		case "session":
			req.Session = binary.BigEndian.Uint32(p)
			if req.Session == 0 {
				return imu.NoSession // 0 is the unit's word for none, and no key
			}
		case "origin":
			if p[0] != originComm {
				return imu.OutOfRange
			}
		default:
			if !v.Available() {
				return imu.OutOfRange
			}
			req.Value = v
			req.Args = append(req.Args, v)
		}
		p = p[par.Bytes:]
	}
	return imu.None
}

// originComm is the origin of an inhibition that comes by communication (NSX).
const originComm = 1

// submitted reads settings, with the header of session key, group and filler
// where the command has one.
func submitted(req *imu.Request, p []byte, cmd *regmap.Command) imu.Refusal {
	set := cmd.Set
	for _, par := range cmd.Params {
		switch par.Name {
		case "session":
			if req.Session = binary.BigEndian.Uint32(p); req.Session == 0 {
				return imu.NoSession
			}
		case "group":
			req.Group = int(binary.BigEndian.Uint16(p))
		case "reserved":
		default:
			v := paramValue(par, p)
			if !v.Available() {
				return imu.OutOfRange
			}
			req.Set = append(req.Set, imu.Setting{Point: set[0], Value: v.Float()})
			set = set[1:]
		}
		p = p[par.Bytes:]
	}
	return imu.None
}

// paramValue reads a parameter; what is no value is not available.
func paramValue(par regmap.Param, p []byte) points.Value {
	switch par.Kind {
	case regmap.F32:
		f := float64(math.Float32frombits(binary.BigEndian.Uint32(p)))
		if math.IsInf(f, 0) {
			return points.Value{}
		}
		return points.Number(f)
	case regmap.U32:
		return points.Number(float64(binary.BigEndian.Uint32(p)))
	case regmap.XDate:
		if t, ok := regmap.ParseXDate(p); ok {
			return points.At(t)
		}
		return points.Value{}
	case regmap.Chars:
		row := regmap.Row{Kind: regmap.Chars}
		return row.Decode(p[:par.Bytes])
	}
	if par.Bytes == 1 {
		return points.Number(float64(p[0]))
	}
	return points.Number(float64(binary.BigEndian.Uint16(p)))
}

// appendParam writes a value as a returned parameter.
func appendParam(out []byte, par regmap.Param, v points.Value) []byte {
	switch par.Kind {
	case regmap.F32:
		return binary.BigEndian.AppendUint32(out, math.Float32bits(float32(v.Float())))
	case regmap.U32:
		return binary.BigEndian.AppendUint32(out, uint32(v.Float()))
	case regmap.XDate:
		d := make([]byte, 8)
		regmap.PutXDate(d, v.Time())
		return append(out, d...)
	}
	return binary.BigEndian.AppendUint16(out, uint16(v.Float()))
}
