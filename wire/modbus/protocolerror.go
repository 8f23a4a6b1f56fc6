package modbus

import "fmt"

// ProtocolError is a reply that is not well formed or does not fit its request.
type ProtocolError struct {
	What string // what does not fit
	PDU  []byte // the reply, cut to its first bytes
}

// Error says what does not fit, with the first bytes of the reply.
func (e *ProtocolError) Error() string {
	return fmt.Sprintf("modbus: the reply does not fit: %s (% x)", e.What, e.PDU)
}

func misfit(what string, pdu []byte) *ProtocolError {
	return &ProtocolError{what, append([]byte(nil), pdu[:min(len(pdu), 16)]...)}
}
