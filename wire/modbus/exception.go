package modbus

import "strconv"

// Exception is the reason a server gives for not doing what was asked, one byte
// on the wire (V1.1b3 §7). It is an error, so that a client can return it. The
// zero value, NoException, means that nothing is wrong and is never sent.
type Exception byte

// The exceptions of V1.1b3 §7.
const (
	NoException         Exception = 0x00
	IllegalFunction     Exception = 0x01 // the function is not known or not allowed
	IllegalDataAddress  Exception = 0x02 // an address is outside what the device has
	IllegalDataValue    Exception = 0x03 // a quantity, a length or a value is not acceptable
	DeviceFailure       Exception = 0x04 // an unrecoverable error while doing it
	Acknowledge         Exception = 0x05 // accepted, will take long
	DeviceBusy          Exception = 0x06 // engaged in a long command, ask again
	MemoryParityError   Exception = 0x08 // extended memory failed a consistency check
	GatewayPath         Exception = 0x0A // the gateway has no path to the target
	GatewayTargetFailed Exception = 0x0B // the target did not respond: nobody answers to this unit id
)

var exceptionNames = [...]string{
	NoException:         "no exception",
	IllegalFunction:     "illegal function",
	IllegalDataAddress:  "illegal data address",
	IllegalDataValue:    "illegal data value",
	DeviceFailure:       "device failure",
	Acknowledge:         "acknowledge",
	DeviceBusy:          "device busy",
	MemoryParityError:   "memory parity error",
	GatewayPath:         "gateway path unavailable",
	GatewayTargetFailed: "gateway target failed to respond",
}

// String returns the name V1.1b3 gives the exception, or its number.
func (e Exception) String() string {
	if int(e) < len(exceptionNames) && exceptionNames[e] != "" {
		return exceptionNames[e]
	}
	return "exception " + strconv.Itoa(int(e))
}

// Error makes an exception reply the error of a client's call.
func (e Exception) Error() string {
	return "modbus: the device answered " + strconv.Itoa(int(e)) + " (" + e.String() + ")"
}

// exceptionBit marks the function code of an exception reply (V1.1b3 §7).
const exceptionBit = 0x80

// AppendException appends the reply PDU that refuses function with e.
func AppendException(out []byte, function byte, e Exception) []byte {
	return append(out, function|exceptionBit, byte(e))
}

// ParseException reports whether pdu is an exception reply, and which.
func ParseException(pdu []byte) (Exception, bool) {
	if len(pdu) != 2 || pdu[0]&exceptionBit == 0 {
		return NoException, false
	}
	return Exception(pdu[1]), true
}
