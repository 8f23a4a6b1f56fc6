package modbus

import (
	"context"
	"fmt"
)

// Doer sends one request PDU to a unit and returns the reply PDU, with the
// errors of [Conn.Do]. Conn is one; a serial line or a gateway can be another.
type Doer interface {
	Do(ctx context.Context, unit byte, pdu []byte) ([]byte, error)
}

// Unit is a device behind a connection, asked function by function. Its methods
// return the errors of [Conn.Do]. A request that no device could accept is not
// sent; the *[TransportError] says why not.
type Unit struct {
	Doer
	ID byte
}

// Unit is the device with this unit id.
func (c *Conn) Unit(id byte) Unit { return Unit{c, id} }

// ask sends a request that was parsed back first, with e: what this package
// would refuse to serve it does not ask for.
func (u Unit) ask(ctx context.Context, pdu []byte, e Exception) ([]byte, error) {
	if e != NoException {
		return nil, &TransportError{Err: fmt.Errorf("no device could accept it: %s", e.String())}
	}
	return u.Do(ctx, u.ID, pdu)
}

// ReadRegisters reads count registers from protocol address addr on: function
// 3. The result has two bytes a register, big-endian.
func (u Unit) ReadRegisters(ctx context.Context, addr, count uint16) ([]byte, error) {
	return u.read(ctx, ReadRequest{FuncReadHolding, addr, count})
}

// ReadInputRegisters does the same with function 4.
func (u Unit) ReadInputRegisters(ctx context.Context, addr, count uint16) ([]byte, error) {
	return u.read(ctx, ReadRequest{FuncReadInput, addr, count})
}

func (u Unit) read(ctx context.Context, r ReadRequest) ([]byte, error) {
	pdu := r.Append(nil)
	_, e := ParseReadRequest(pdu)
	reply, err := u.ask(ctx, pdu, e)
	if err != nil {
		return nil, err
	}
	return values(reply, r.Count)
}

// values is the content of a read reply that must carry count registers.
func values(reply []byte, count uint16) ([]byte, error) {
	r, err := ParseReadReply(reply)
	if err != nil {
		return nil, err
	}
	if len(r.Values) != 2*int(count) {
		return nil, misfit("another number of registers than asked for", reply)
	}
	return r.Values, nil
}

// WriteRegister writes one register: function 6.
func (u Unit) WriteRegister(ctx context.Context, addr, value uint16) error {
	r := WriteOneRequest{addr, value}
	reply, err := u.ask(ctx, r.Append(nil), NoException)
	if err != nil {
		return err
	}
	if echo, e := ParseWriteOneRequest(reply); e != NoException || echo != r {
		return misfit("not the echo of the write", reply)
	}
	return nil
}

// WriteRegisters writes len(values)/2 registers from addr on: function 16.
func (u Unit) WriteRegisters(ctx context.Context, addr uint16, values []byte) error {
	pdu := WriteRequest{addr, values}.Append(nil)
	_, e := ParseWriteRequest(pdu)
	reply, err := u.ask(ctx, pdu, e)
	if err != nil {
		return err
	}
	if r, err := ParseWriteReply(reply); err != nil || r != (WriteReply{addr, uint16(len(values) / 2)}) {
		return misfit("it confirms another write", reply)
	}
	return nil
}

// ReadWriteRegisters writes and then reads: function 23.
func (u Unit) ReadWriteRegisters(ctx context.Context, r ReadWriteRequest) ([]byte, error) {
	pdu := r.Append(nil)
	_, e := ParseReadWriteRequest(pdu)
	reply, err := u.ask(ctx, pdu, e)
	if err != nil {
		return nil, err
	}
	return values(reply, r.ReadCount)
}

// ReadScattered reads one register at each address: function 100/4. The result
// has two bytes a register, big-endian, in the order of addrs.
func (u Unit) ReadScattered(ctx context.Context, addrs ...uint16) ([]byte, error) {
	pdu := NewScatteredRequest(0, addrs...).Append(nil)
	_, e := ParseScatteredRequest(pdu)
	reply, err := u.ask(ctx, pdu, e)
	if err != nil {
		return nil, err
	}
	r, err := ParseScatteredReply(reply)
	if err == nil && (r.Transaction != 0 || len(r.Values) != 2*len(addrs)) {
		err = misfit("another number of registers than asked for", reply)
	}
	return r.Values, err
}

// Diagnose sends function 8 and returns the data of the reply.
func (u Unit) Diagnose(ctx context.Context, d Diagnostic) ([]byte, error) {
	pdu := d.Append(nil)
	_, e := ParseDiagnostic(pdu)
	reply, err := u.ask(ctx, pdu, e)
	if err != nil {
		return nil, err
	}
	r, e := ParseDiagnostic(reply)
	if e != NoException || r.Sub != d.Sub {
		return nil, misfit("not a reply to this diagnostic", reply)
	}
	return r.Data, nil
}

// ReadIdentification reads all objects of a category, in as many requests as
// that takes: function 43/14.
func (u Unit) ReadIdentification(ctx context.Context, code ReadCode) ([]Object, error) {
	var all []Object
	for next := byte(0); ; {
		pdu := IdentificationRequest{code, next}.Append(nil)
		_, e := ParseIdentificationRequest(pdu)
		reply, err := u.ask(ctx, pdu, e)
		if err != nil {
			return nil, err
		}
		r, err := ParseIdentificationReply(reply)
		if err != nil {
			return nil, err
		}
		all = append(all, r.Objects...)
		if !r.More {
			return all, nil
		}
		if r.Next <= next {
			return nil, misfit("the objects do not come to an end", reply) // or we would ask for ever
		}
		next = r.Next
	}
}

// ReadObject reads one object: function 43/14, individual access.
func (u Unit) ReadObject(ctx context.Context, id byte) (Object, error) {
	reply, err := u.ask(ctx, IdentificationRequest{ReadObject, id}.Append(nil), NoException)
	if err != nil {
		return Object{}, err
	}
	r, err := ParseIdentificationReply(reply)
	if err == nil && (len(r.Objects) != 1 || r.Objects[0].ID != id) {
		err = misfit("not the object asked for", reply)
	}
	if err != nil {
		return Object{}, err
	}
	return r.Objects[0], nil
}

// ReadClock reads date and time: function 43/15.
func (u Unit) ReadClock(ctx context.Context) (DateTime, error) {
	return u.clock(ctx, ClockFrame{Type: MEIReadClock, Bare: true})
}

// SetClock sets date and time and returns what the device's clock shows then:
// function 43/16.
func (u Unit) SetClock(ctx context.Context, t DateTime) (DateTime, error) {
	return u.clock(ctx, ClockFrame{Type: MEISetClock, Time: t})
}

func (u Unit) clock(ctx context.Context, f ClockFrame) (DateTime, error) {
	pdu := f.Append(nil)
	_, e := ParseClockRequest(pdu)
	if !f.Bare && !f.Time.Real() {
		e = IllegalDataValue
	}
	reply, err := u.ask(ctx, pdu, e)
	if err != nil {
		return DateTime{}, err
	}
	r, err := ParseClockReply(reply)
	if err == nil && (r.Type != f.Type || r.Null) {
		err = misfit("no date and time", reply)
	}
	return r.Time, err
}
