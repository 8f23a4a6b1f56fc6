package modbus

import "encoding/binary"

// WriteOneRequest writes one register: function 6 (V1.1b3 §6.6). The reply is
// the same PDU.
type WriteOneRequest struct {
	Address uint16 // protocol address: register number − 1
	Value   uint16
}

// ParseWriteOneRequest parses a request PDU; the exception is what a server answers.
func ParseWriteOneRequest(pdu []byte) (WriteOneRequest, Exception) {
	if len(pdu) == 0 || pdu[0] != FuncWriteOne {
		return WriteOneRequest{}, IllegalFunction
	}
	if len(pdu) != 5 {
		return WriteOneRequest{}, IllegalDataValue
	}
	return WriteOneRequest{word(pdu, 1), word(pdu, 3)}, NoException
}

// Append appends the request PDU, which is also the reply.
func (r WriteOneRequest) Append(out []byte) []byte {
	out = binary.BigEndian.AppendUint16(append(out, FuncWriteOne), r.Address)
	return binary.BigEndian.AppendUint16(out, r.Value)
}

// WriteRequest writes a block of registers: function 16 (V1.1b3 §6.12).
type WriteRequest struct {
	Address uint16 // protocol address of the first
	Values  []byte // two bytes a register, big-endian, 1 to MaxWrite registers; parsing does not copy
}

// ParseWriteRequest parses a request PDU; the exception is what a server
// answers. Quantity, byte count and length must all agree: a server that trusts
// one of them lets a sender write what a filter in between did not see.
func ParseWriteRequest(pdu []byte) (WriteRequest, Exception) {
	if len(pdu) == 0 || pdu[0] != FuncWrite {
		return WriteRequest{}, IllegalFunction
	}
	if len(pdu) < 6 || len(pdu) != 6+int(pdu[5]) || int(pdu[5]) != 2*int(word(pdu, 3)) {
		return WriteRequest{}, IllegalDataValue
	}
	r := WriteRequest{word(pdu, 1), pdu[6:]}
	return r, spans(r.Address, word(pdu, 3), MaxWrite)
}

// Append appends the request PDU.
func (r WriteRequest) Append(out []byte) []byte {
	out = binary.BigEndian.AppendUint16(append(out, FuncWrite), r.Address)
	out = binary.BigEndian.AppendUint16(out, uint16(len(r.Values)/2))
	return append(append(out, byte(len(r.Values))), r.Values...)
}

// WriteReply confirms a block of registers: the reply to function 16.
type WriteReply struct{ Address, Count uint16 }

// ParseWriteReply parses a reply PDU. The error is a *ProtocolError.
func ParseWriteReply(pdu []byte) (WriteReply, error) {
	if len(pdu) != 5 || pdu[0] != FuncWrite {
		return WriteReply{}, misfit("not a reply to a write", pdu)
	}
	r := WriteReply{word(pdu, 1), word(pdu, 3)}
	if e := spans(r.Address, r.Count, MaxWrite); e != NoException {
		return WriteReply{}, misfit("block of a write reply", pdu)
	}
	return r, nil
}

// Append appends the reply PDU.
func (r WriteReply) Append(out []byte) []byte {
	out = binary.BigEndian.AppendUint16(append(out, FuncWrite), r.Address)
	return binary.BigEndian.AppendUint16(out, r.Count)
}

// ReadWriteRequest writes one block and then reads another: function 23
// (V1.1b3 §6.17). The reply is a [ReadReply].
type ReadWriteRequest struct {
	ReadAddress  uint16
	ReadCount    uint16 // registers, 1 to MaxRead
	WriteAddress uint16
	Values       []byte // two bytes a register, big-endian, 1 to MaxReadWrite registers; parsing does not copy
}

// ParseReadWriteRequest parses a request PDU; the exception is what a server answers.
func ParseReadWriteRequest(pdu []byte) (ReadWriteRequest, Exception) {
	if len(pdu) == 0 || pdu[0] != FuncReadWrite {
		return ReadWriteRequest{}, IllegalFunction
	}
	if len(pdu) < 10 || len(pdu) != 10+int(pdu[9]) || int(pdu[9]) != 2*int(word(pdu, 7)) {
		return ReadWriteRequest{}, IllegalDataValue
	}
	r := ReadWriteRequest{word(pdu, 1), word(pdu, 3), word(pdu, 5), pdu[10:]}
	// max: a wrong quantity in either block (03) is said before a wrong address in either (02).
	return r, max(spans(r.ReadAddress, r.ReadCount, MaxRead), spans(r.WriteAddress, word(pdu, 7), MaxReadWrite))
}

// Append appends the request PDU.
func (r ReadWriteRequest) Append(out []byte) []byte {
	out = binary.BigEndian.AppendUint16(append(out, FuncReadWrite), r.ReadAddress)
	out = binary.BigEndian.AppendUint16(out, r.ReadCount)
	out = binary.BigEndian.AppendUint16(out, r.WriteAddress)
	out = binary.BigEndian.AppendUint16(out, uint16(len(r.Values)/2))
	return append(append(out, byte(len(r.Values))), r.Values...)
}
