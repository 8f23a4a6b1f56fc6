package modbus

import "encoding/binary"

// ScatteredRequest asks for registers that do not adjoin: function 100,
// sub-function 4 of Schneider Electric devices.
//
// That the function exists, and n ≤ 100, is from a third-party summary of the
// Masterpact MTZ guide. The frame was found in no public document: function,
// count of the bytes that follow, sub-function, transaction number (returned as
// it came), then one address a register, is our reconstruction.
type ScatteredRequest struct {
	Transaction byte
	Addresses   []byte // two bytes an address, big-endian, 1 to MaxScattered of them; parsing does not copy
}

// scatteredHeader is function, byte count, sub-function, transaction number; the
// byte count covers the last two and what follows.
const scatteredHeader = 4

// ParseScatteredRequest parses a request PDU; the exception is what a server answers.
func ParseScatteredRequest(pdu []byte) (ScatteredRequest, Exception) {
	if len(pdu) == 0 || pdu[0] != FuncScattered {
		return ScatteredRequest{}, IllegalFunction
	}
	if len(pdu) > 2 && pdu[2] != ScatteredRead {
		return ScatteredRequest{}, IllegalFunction
	}
	if !scattered(pdu) {
		return ScatteredRequest{}, IllegalDataValue
	}
	return ScatteredRequest{pdu[3], pdu[scatteredHeader:]}, NoException
}

// Len is the number of addresses.
func (r ScatteredRequest) Len() int { return len(r.Addresses) / 2 }

// At is address i, a protocol address.
func (r ScatteredRequest) At(i int) uint16 { return word(r.Addresses, 2*i) }

// Append appends the request PDU.
func (r ScatteredRequest) Append(out []byte) []byte {
	return appendScattered(out, r.Transaction, r.Addresses)
}

// NewScatteredRequest asks for these protocol addresses.
func NewScatteredRequest(transaction byte, addrs ...uint16) ScatteredRequest {
	r := ScatteredRequest{Transaction: transaction}
	for _, a := range addrs {
		r.Addresses = binary.BigEndian.AppendUint16(r.Addresses, a)
	}
	return r
}

// ScatteredReply carries one register for each address, in their order. The
// frame is our reconstruction, as for [ScatteredRequest].
type ScatteredReply struct {
	Transaction byte
	Values      []byte // two bytes a register, big-endian; parsing does not copy
}

// ParseScatteredReply parses a reply PDU. The error is a *ProtocolError.
func ParseScatteredReply(pdu []byte) (ScatteredReply, error) {
	if len(pdu) == 0 || pdu[0] != FuncScattered || !scattered(pdu) || pdu[2] != ScatteredRead {
		return ScatteredReply{}, misfit("not a scattered read", pdu)
	}
	return ScatteredReply{pdu[3], pdu[scatteredHeader:]}, nil
}

// Append appends the reply PDU.
func (r ScatteredReply) Append(out []byte) []byte {
	return appendScattered(out, r.Transaction, r.Values)
}

// scattered reports whether length and byte count of pdu agree on 1 to
// MaxScattered words.
func scattered(pdu []byte) bool {
	n := len(pdu) - scatteredHeader
	return n >= 2 && n%2 == 0 && n <= 2*MaxScattered && int(pdu[1]) == n+2
}

func appendScattered(out []byte, transaction byte, words []byte) []byte {
	return append(append(out, FuncScattered, byte(len(words)+2), ScatteredRead, transaction), words...)
}
