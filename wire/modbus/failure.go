package modbus

import (
	"errors"
	"fmt"
)

// TransportError is a request that got no reply.
type TransportError struct {
	// MayHaveHappened is false only if the request surely never left this
	// process. Otherwise what was asked may have been done, may be being done, and
	// may still be done.
	MayHaveHappened bool
	Err             error
}

// Error says what failed and whether the request may have been carried out.
func (e *TransportError) Error() string {
	if e.MayHaveHappened {
		return fmt.Sprintf("modbus: no reply, and what was asked may have happened: %v", e.Err)
	}
	return fmt.Sprintf("modbus: the request was not sent: %v", e.Err)
}

// Unwrap is the cause.
func (e *TransportError) Unwrap() error { return e.Err }

// ProtocolError is a reply that is not well formed or does not fit its request.
// What was asked may have happened.
type ProtocolError struct {
	What string // what does not fit
	PDU  []byte // the first bytes of the reply
}

// Error says what does not fit, with the first bytes of the reply.
func (e *ProtocolError) Error() string {
	return fmt.Sprintf("modbus: the reply does not fit: %s (% x)", e.What, e.PDU)
}

func misfit(what string, pdu []byte) *ProtocolError {
	return &ProtocolError{what, append([]byte(nil), pdu[:min(len(pdu), 16)]...)}
}

// MayHaveHappened reports whether what a call asked for may have been done
// although the call returned err. Of exceptions it is true for those that do not
// say no: 04 (an error while doing it), 05 (accepted) and 0B (a gateway passed
// it on and heard nothing).
func MayHaveHappened(err error) bool {
	var t *TransportError
	var e Exception
	switch {
	case err == nil:
		return true
	case errors.As(err, &t):
		return t.MayHaveHappened
	case errors.As(err, &e):
		return e == DeviceFailure || e == Acknowledge || e == GatewayTargetFailed
	}
	return true
}
