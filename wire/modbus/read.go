package modbus

import "encoding/binary"

// ReadRequest asks for registers: functions 3 and 4 (V1.1b3 §6.3, 6.4).
type ReadRequest struct {
	Function byte   // FuncReadHolding or FuncReadInput
	Address  uint16 // protocol address of the first: register number − 1
	Count    uint16 // registers, 1 to MaxRead
}

// ParseReadRequest parses a request PDU. The exception is what a server answers:
// 03 for a wrong length or quantity, 02 for a block past the end, 01 for another function.
func ParseReadRequest(pdu []byte) (ReadRequest, Exception) {
	if len(pdu) == 0 || pdu[0] != FuncReadHolding && pdu[0] != FuncReadInput {
		return ReadRequest{}, IllegalFunction
	}
	if len(pdu) != 5 {
		return ReadRequest{}, IllegalDataValue
	}
	r := ReadRequest{pdu[0], word(pdu, 1), word(pdu, 3)}
	return r, spans(r.Address, r.Count, MaxRead)
}

// Append appends the request PDU.
func (r ReadRequest) Append(out []byte) []byte {
	out = binary.BigEndian.AppendUint16(append(out, r.Function), r.Address)
	return binary.BigEndian.AppendUint16(out, r.Count)
}

// ReadReply carries registers: the reply to functions 3, 4 and 23.
type ReadReply struct {
	Function byte
	Values   []byte // two bytes a register, big-endian; parsing does not copy
}

// ParseReadReply parses a reply PDU. The error is a *ProtocolError.
func ParseReadReply(pdu []byte) (ReadReply, error) {
	if len(pdu) < 2 || pdu[0] != FuncReadHolding && pdu[0] != FuncReadInput && pdu[0] != FuncReadWrite {
		return ReadReply{}, misfit("not a reply to a read", pdu)
	}
	n := int(pdu[1])
	if n == 0 || n%2 != 0 || n > 2*MaxRead || len(pdu) != 2+n {
		return ReadReply{}, misfit("byte count of a read reply", pdu)
	}
	return ReadReply{pdu[0], pdu[2:]}, nil
}

// Append appends the reply PDU.
func (r ReadReply) Append(out []byte) []byte {
	return append(append(out, r.Function, byte(len(r.Values))), r.Values...)
}
