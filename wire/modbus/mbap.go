package modbus

import "encoding/binary"

// The header of Modbus TCP (TCP V1.0b §3.1.3): transaction id, protocol id 0,
// length of what follows, unit id.
const (
	headerLen  = 7
	lengthFrom = 6          // the length counts from the unit id on
	minLength  = 2          // unit id and a function code
	maxLength  = 1 + MaxPDU // unit id and the longest PDU
	maxADU     = 6 + maxLength
)

// ADU is one message of Modbus TCP.
type ADU struct {
	Transaction uint16
	Protocol    uint16 // 0 is Modbus
	Unit        byte
	PDU         []byte // 1 to MaxPDU bytes; parsing does not copy
}

// ParseADU parses the message b begins with and says how many bytes it took: 0
// if b holds only a part of one. It reports false if the length in the header
// cannot be (2 to 254): where the next message begins is then unknown.
func ParseADU(b []byte) (a ADU, took int, ok bool) {
	if len(b) < lengthFrom {
		return ADU{}, 0, true
	}
	n := int(word(b, 4))
	if n < minLength || n > maxLength {
		return ADU{}, 0, false
	}
	took = lengthFrom + n
	if len(b) < took {
		return ADU{}, 0, true
	}
	return ADU{word(b, 0), word(b, 2), b[6], b[headerLen:took:took]}, took, true
}

// Append appends the message. A PDU that is empty or longer than MaxPDU makes
// one that no parser accepts.
func (a ADU) Append(out []byte) []byte {
	out = appendHeader(out, a.Transaction, a.Protocol, a.Unit)
	at := len(out) - headerLen
	out = append(out, a.PDU...)
	setLength(out[at:])
	return out
}

func appendHeader(out []byte, transaction, protocol uint16, unit byte) []byte {
	out = binary.BigEndian.AppendUint16(out, transaction)
	out = binary.BigEndian.AppendUint16(out, protocol)
	return append(out, 0, 0, unit)
}

// setLength fills the length of the one message adu holds.
func setLength(adu []byte) { binary.BigEndian.PutUint16(adu[4:], uint16(len(adu)-lengthFrom)) }
