package modbus

import "encoding/binary"

// The sub-functions of function 8 that are answered (V1.1b3 §6.8).
const (
	DiagEcho         uint16 = 0x00 // return query data
	DiagClear        uint16 = 0x0A // clear counters and diagnostic register
	DiagMessages     uint16 = 0x0B // return bus message count
	DiagCommsErrors  uint16 = 0x0C // return bus communication error count
	maxEcho                 = MaxPDU - 3
	diagnosticHeader        = 3
)

// Diagnostic is request and reply of function 8 (V1.1b3 §6.8).
type Diagnostic struct {
	Sub  uint16
	Data []byte // words, big-endian: one, but for DiagEcho any number; parsing does not copy
}

// ParseDiagnostic parses a request or a reply PDU; the exception is what a
// server answers to such a request.
func ParseDiagnostic(pdu []byte) (Diagnostic, Exception) {
	if len(pdu) == 0 || pdu[0] != FuncDiagnostics {
		return Diagnostic{}, IllegalFunction
	}
	n := len(pdu) - diagnosticHeader
	if n < 2 || n > maxEcho || n%2 != 0 {
		return Diagnostic{}, IllegalDataValue
	}
	d := Diagnostic{word(pdu, 1), pdu[diagnosticHeader:]}
	if d.Sub != DiagEcho && n != 2 {
		return Diagnostic{}, IllegalDataValue
	}
	return d, NoException
}

// Append appends the PDU.
func (d Diagnostic) Append(out []byte) []byte {
	out = binary.BigEndian.AppendUint16(append(out, FuncDiagnostics), d.Sub)
	return append(out, d.Data...)
}
