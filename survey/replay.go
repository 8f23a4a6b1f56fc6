package survey

import (
	"encoding/binary"
	"slices"
	"sync/atomic"

	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// Replay is a capture as a device: it answers what the unit answered. Registers
// that were never asked for are answered with exception 02, refused ones as the
// unit refused them; function 4 reads what function 3 read. Whatever is not a
// reading is answered with exception 01, and counted.
type Replay struct {
	view   *View
	who    []modbus.Object
	bank   *modbus.Bank
	writes atomic.Uint64
}

// NewReplay makes a device of a capture.
func NewReplay(c *Capture) *Replay {
	r := &Replay{view: c.View()}
	r.view.hidden = nil // what was taken out reads as what stands in its place
	if c.Who != nil {
		for _, o := range c.Who.Objects {
			r.who = append(r.who, modbus.Object{ID: o.ID, Value: o.Value[:min(len(o.Value), modbus.MaxObject)]})
		}
		slices.SortFunc(r.who, func(a, b modbus.Object) int { return int(a.ID) - int(b.ID) })
	}
	if r.who != nil {
		r.bank = modbus.NewBank(named{device{r}})
	} else {
		r.bank = modbus.NewBank(device{r})
	}
	return r
}

// Writes is how many requests were refused because they were no readings.
func (r *Replay) Writes() uint64 { return r.writes.Load() }

// Serve answers one request.
func (r *Replay) Serve(q *modbus.Query, out []byte) []byte {
	f := q.Function()
	switch {
	case f == modbus.FuncReadHolding || f == modbus.FuncReadInput || f == modbus.FuncScattered:
		return r.bank.Serve(q, out)
	case f == modbus.FuncEncapsulated && len(q.PDU) > 1 && q.PDU[1] == modbus.MEIIdentification:
		return r.bank.Serve(q, out)
	}
	r.writes.Add(1)
	return modbus.AppendException(out, f, modbus.IllegalFunction)
}

// device is what a bank asks: registers, and no writing.
type device struct{ *Replay }

func (d device) ReadRegisters(_ *modbus.Query, addr, count uint16, out []byte) ([]byte, modbus.Exception) {
	for i := range count {
		at := addr + i
		if at == 65535 {
			return out, modbus.IllegalDataAddress // register 65536 has no number
		}
		w, ok := d.view.Word(regmap.At(at))
		if !ok {
			return out, d.refusal(Span{regmap.At(at), 1})
		}
		out = binary.BigEndian.AppendUint16(out, w)
	}
	return out, modbus.NoException
}

func (d device) refusal(s Span) modbus.Exception {
	if _, x := d.view.State(s); x != modbus.NoException {
		return x
	}
	return modbus.IllegalDataAddress
}

func (d device) WriteRegisters(*modbus.Query, uint16, []byte) modbus.Exception {
	return modbus.IllegalFunction
}

// named is a device that identified itself.
type named struct{ device }

func (n named) Identify(*modbus.Query) []modbus.Object { return n.who }
