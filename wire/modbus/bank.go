package modbus

import "sync/atomic"

// Device is what a [Bank] is made of: one space of 65,536 registers. It is
// called from several goroutines at once and must not block (see [Handler]).
type Device interface {
	// ReadRegisters appends 2*count bytes, big-endian, from protocol address
	// addr on (register number = addr+1), or returns why not. addr and count
	// are in range and count is at least 1.
	ReadRegisters(q *Query, addr, count uint16, out []byte) ([]byte, Exception)
	// WriteRegisters takes len(values)/2 registers from addr on, all or none.
	// values are valid until it returns.
	WriteRegisters(q *Query, addr uint16, values []byte) Exception
}

// Identifier is a [Device] that tells who it is: function 43/14.
type Identifier interface {
	// Identify returns the objects in ascending order of ID: at least
	// VendorName, ProductCode and MajorMinorRevision. They are not changed.
	Identify(q *Query) []Object
}

// Timekeeper is a [Device] with a clock: functions 43/15 and 43/16.
type Timekeeper interface {
	Clock(q *Query) DateTime
	// SetClock is given a date that exists.
	SetClock(q *Query, t DateTime) Exception
}

// Bank turns requests into calls on a [Device]. It is a [Handler] and safe for
// concurrent use as far as its device is. Functions that the device has no
// method for, and all that are not listed in the package comment, are answered
// with exception 01.
type Bank struct {
	// MaxWrite is how many registers one function 16 or 23 may write: 123 and
	// 121 if it is 0. The interface of a Masterpact MTZ is said to take 52. Set
	// it before the bank serves.
	MaxWrite int

	device Device
	who    Identifier // nil if the device is none
	clock  Timekeeper // nil if the device is none

	messages atomic.Uint64 // requests seen since the last clear
	errors   atomic.Uint64 // what CommsError was told since the last clear
}

// NewBank makes a bank of d. Whether d is an [Identifier] or a [Timekeeper] is found out here, once.
func NewBank(d Device) *Bank {
	b := &Bank{device: d}
	b.who, _ = d.(Identifier)
	b.clock, _ = d.(Timekeeper)
	return b
}

// CommsError counts a message that could not be read (a wrong CRC on a serial
// line), for function 8/12.
func (b *Bank) CommsError() { b.errors.Add(1) }

// Serve answers one request.
func (b *Bank) Serve(q *Query, out []byte) []byte {
	b.messages.Add(1)
	at := len(out)
	out, e := b.serve(q, out)
	if e != NoException {
		// What a device appended before it failed must not be sent in front.
		return AppendException(out[:at], q.Function(), e)
	}
	return out
}

// serve appends the reply. With an exception, the slice it returns is at least as long as out.
func (b *Bank) serve(q *Query, out []byte) ([]byte, Exception) {
	switch q.Function() {
	case FuncReadHolding, FuncReadInput:
		return b.read(q, out)
	case FuncWriteOne:
		return b.writeOne(q, out)
	case FuncWrite:
		return b.write(q, out)
	case FuncReadWrite:
		return b.readWrite(q, out)
	case FuncDiagnostics:
		return b.diagnose(q, out)
	case FuncEncapsulated:
		return b.encapsulated(q, out)
	case FuncScattered:
		return b.scattered(q, out)
	}
	return out, IllegalFunction
}

func (b *Bank) read(q *Query, out []byte) ([]byte, Exception) {
	r, e := ParseReadRequest(q.PDU)
	if e != NoException {
		return out, e
	}
	return b.registers(q, r, out)
}

// registers appends a read reply.
func (b *Bank) registers(q *Query, r ReadRequest, out []byte) ([]byte, Exception) {
	at := len(out)
	longer, e := b.device.ReadRegisters(q, r.Address, r.Count, append(out, r.Function, byte(2*r.Count)))
	if e != NoException {
		return out, e
	}
	if len(longer) != at+2+2*int(r.Count) {
		return out, DeviceFailure // the byte count would lie, and the client read the next reply as this one's end
	}
	return longer, NoException
}

func (b *Bank) writeOne(q *Query, out []byte) ([]byte, Exception) {
	r, e := ParseWriteOneRequest(q.PDU)
	if e != NoException {
		return out, e
	}
	if e = b.device.WriteRegisters(q, r.Address, q.PDU[3:]); e != NoException {
		return out, e
	}
	return r.Append(out), NoException
}

func (b *Bank) write(q *Query, out []byte) ([]byte, Exception) {
	r, e := ParseWriteRequest(q.PDU)
	if e == NoException {
		e = b.writeBlock(q, r.Address, r.Values)
	}
	if e != NoException {
		return out, e
	}
	return WriteReply{r.Address, uint16(len(r.Values) / 2)}.Append(out), NoException
}

func (b *Bank) readWrite(q *Query, out []byte) ([]byte, Exception) {
	r, e := ParseReadWriteRequest(q.PDU)
	if e != NoException {
		return out, e
	}
	read := ReadRequest{FuncReadWrite, r.ReadAddress, r.ReadCount}
	// Read once in vain: of a request that is refused because it reads what is
	// not there, the write must not have happened.
	if _, e = b.registers(q, read, out); e != NoException {
		return out, e
	}
	if e = b.writeBlock(q, r.WriteAddress, r.Values); e != NoException {
		return out, e
	}
	return b.registers(q, read, out)
}

func (b *Bank) writeBlock(q *Query, addr uint16, values []byte) Exception {
	if b.MaxWrite > 0 && len(values) > 2*b.MaxWrite {
		return IllegalDataValue
	}
	return b.device.WriteRegisters(q, addr, values)
}

func (b *Bank) scattered(q *Query, out []byte) ([]byte, Exception) {
	r, e := ParseScatteredRequest(q.PDU)
	if e != NoException {
		return out, e
	}
	longer := append(out, FuncScattered, byte(2*r.Len()+2), ScatteredRead, r.Transaction)
	for i := range r.Len() {
		at := len(longer)
		if longer, e = b.device.ReadRegisters(q, r.At(i), 1, longer); e != NoException {
			return out, e
		}
		if len(longer) != at+2 {
			return out, DeviceFailure
		}
	}
	return longer, NoException
}
