package modbus

// Limits of a serial frame (Serial V1.02 §2.5.1): address, 1 to MaxPDU bytes of
// PDU, two of CRC.
const (
	minFrame = 4
	maxFrame = 1 + MaxPDU + 2
)

// Broadcast is the serial address every device obeys and none answers.
const Broadcast byte = 0

// Frame is one message on a serial line.
type Frame struct {
	Unit byte
	PDU  []byte
}

// AppendFrame appends the frame with its CRC.
func AppendFrame(out []byte, unit byte, pdu []byte) []byte {
	at := len(out)
	out = append(append(out, unit), pdu...)
	crc := CRC(out[at:])
	return append(out, byte(crc), byte(crc>>8))
}

// ParseFrame parses b as one whole frame and reports whether its length and CRC
// are right. The PDU is not copied.
func ParseFrame(b []byte) (Frame, bool) {
	if len(b) < minFrame || len(b) > maxFrame || CRC(b) != 0 {
		return Frame{}, false
	}
	end := len(b) - 2
	return Frame{b[0], b[1:end:end]}, true
}

// never is the length of what is no frame.
const never = maxFrame + 1

// shape says how long the frames of a function are: fixed bytes, or base bytes
// and as many as the byte at position count says. The zero shape is unknown.
type shape struct{ fixed, base, count int }

// Lengths of frames with address and CRC, by function (V1.1b3 §6; 100 is our
// reconstruction, see ScatteredRequest). Function 43 is in encapsulatedLen, the
// reply to 24, whose count has two bytes, in replyLen.
var (
	requestShapes = map[byte]shape{
		1: {fixed: 8}, 2: {fixed: 8}, 3: {fixed: 8}, 4: {fixed: 8}, 5: {fixed: 8}, 6: {fixed: 8},
		7: {fixed: 4}, 8: {fixed: 8}, 11: {fixed: 4}, 12: {fixed: 4},
		15: {base: 9, count: 6}, 16: {base: 9, count: 6}, 17: {fixed: 4},
		20: {base: 5, count: 2}, 21: {base: 5, count: 2}, 22: {fixed: 10},
		23: {base: 13, count: 10}, 24: {fixed: 6}, 100: {base: 5, count: 2},
	}
	replyShapes = map[byte]shape{
		1: {base: 5, count: 2}, 2: {base: 5, count: 2}, 3: {base: 5, count: 2}, 4: {base: 5, count: 2},
		5: {fixed: 8}, 6: {fixed: 8}, 7: {fixed: 5}, 8: {fixed: 8}, 11: {fixed: 8}, 12: {base: 5, count: 2},
		15: {fixed: 8}, 16: {fixed: 8}, 17: {base: 5, count: 2},
		20: {base: 5, count: 2}, 21: {base: 5, count: 2}, 22: {fixed: 10},
		23: {base: 5, count: 2}, 100: {base: 5, count: 2},
	}
)

// length is the length of the frame b begins with: 0 if that takes more bytes
// to say, -1 if no length is known.
func (s shape) length(b []byte) int {
	switch {
	case s == shape{}:
		return -1
	case s.fixed > 0:
		return s.fixed
	case len(b) <= s.count:
		return 0
	}
	return s.base + int(b[s.count])
}

func requestLen(b []byte) int {
	switch {
	case b[1] == 0 || b[1]&exceptionBit != 0:
		return never // no request has such a function (V1.1b3 §4.1)
	case b[1] == FuncEncapsulated:
		return encapsulatedLen(b, 7, 6, 14)
	}
	return requestShapes[b[1]].length(b)
}

func replyLen(b []byte) int {
	switch {
	case b[1]&exceptionBit != 0:
		return 5
	case b[1] == 24:
		if len(b) < 4 {
			return 0
		}
		return 6 + int(word(b, 2))
	case b[1] == FuncEncapsulated && len(b) > 2 && b[2] == MEIIdentification:
		return identificationLen(b)
	case b[1] == FuncEncapsulated:
		return encapsulatedLen(b, 0, 14, 14)
	}
	return replyShapes[b[1]].length(b)
}

// encapsulatedLen picks the length of a frame of function 43 by its MEI type.
func encapsulatedLen(b []byte, identification, read, set int) int {
	if len(b) < 3 {
		return 0
	}
	switch b[2] {
	case MEIIdentification:
		return identification
	case MEIReadClock:
		return read
	case MEISetClock:
		return set
	}
	return -1
}

// identificationLen walks the objects of a reply to function 43/14.
func identificationLen(b []byte) int {
	const header = 1 + identificationHeader
	if len(b) < header {
		return 0
	}
	n := header
	for range b[header-1] {
		if n+2 > maxFrame-2 {
			return never
		}
		if len(b) < n+2 {
			return 0
		}
		n += 2 + int(b[n+1])
	}
	return n + 2
}
