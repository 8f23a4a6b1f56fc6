package ble

import (
	"encoding/binary"
	"fmt"
)

// Opcodes of ATT (Vol 3 Part F 3.4.8).
const (
	ATTError           = 0x01
	ATTMTURequest      = 0x02
	ATTMTUResponse     = 0x03
	ATTFindInfo        = 0x04
	ATTFindInfoAnswer  = 0x05
	ATTFindValue       = 0x06
	ATTFindValueAnswer = 0x07
	ATTReadType        = 0x08
	ATTReadTypeAnswer  = 0x09
	ATTRead            = 0x0A
	ATTReadAnswer      = 0x0B
	ATTReadBlob        = 0x0C
	ATTReadBlobAnswer  = 0x0D
	ATTReadMany        = 0x0E
	ATTReadManyAnswer  = 0x0F
	ATTReadGroup       = 0x10
	ATTReadGroupAnswer = 0x11
	ATTWrite           = 0x12
	ATTWriteAnswer     = 0x13
	ATTPrepare         = 0x16
	ATTPrepareAnswer   = 0x17
	ATTExecute         = 0x18
	ATTExecuteAnswer   = 0x19
	ATTNotify          = 0x1B
	ATTIndicate        = 0x1D
	ATTConfirm         = 0x1E
	ATTWriteCommand    = 0x52
	ATTSignedWrite     = 0xD2
)

// DefaultMTU is that of a link on which nobody has asked for more.
const DefaultMTU = 23

// MaxValue is how long an attribute's value may be.
const MaxValue = 512

// Fault is an error code of ATT (3.4.1.1).
type Fault byte

const (
	NoFault            Fault = 0
	InvalidHandle      Fault = 0x01
	ReadNotPermitted   Fault = 0x02
	WriteNotPermitted  Fault = 0x03
	InvalidPDU         Fault = 0x04
	NeedsAuthentic     Fault = 0x05 // insufficient authentication: pair with a passkey
	NotSupported       Fault = 0x06
	InvalidOffset      Fault = 0x07
	NeedsAuthorization Fault = 0x08
	QueueFull          Fault = 0x09
	NotFound           Fault = 0x0A
	NotLong            Fault = 0x0B
	KeyTooShort        Fault = 0x0C
	InvalidLength      Fault = 0x0D
	Unlikely           Fault = 0x0E
	NeedsEncryption    Fault = 0x0F
	UnsupportedGroup   Fault = 0x10
	Insufficient       Fault = 0x11
)

var faults = map[Fault]string{
	InvalidHandle: "there is no such attribute", ReadNotPermitted: "it cannot be read", WriteNotPermitted: "it cannot be written",
	InvalidPDU: "the packet makes no sense", NeedsAuthentic: "pair first, with the code on the display", NotSupported: "what was asked is not supported",
	InvalidOffset: "the offset is beyond the end", NeedsAuthorization: "not allowed now", QueueFull: "too many writes are prepared",
	NotFound: "there is nothing of that kind", NotLong: "it is not long", KeyTooShort: "the key is too short",
	InvalidLength: "the value is too long or too short", Unlikely: "it failed", NeedsEncryption: "encrypt the link first",
	UnsupportedGroup: "this is no group", Insufficient: "there is no room",
}

func (f Fault) String() string {
	if s, ok := faults[f]; ok {
		return s
	}
	return fmt.Sprintf("fault 0x%02X", byte(f))
}

func (f Fault) Error() string { return f.String() }

// ATT is one packet, its fields as far as the opcode has them.
type ATT struct {
	Op     byte
	Handle uint16 // or the first of a range
	End    uint16 // the last of a range
	Offset uint16
	Type   UUID
	Flag   byte   // of execute
	MTU    uint16 //
	Size   byte   // of each element of a list
	Of     byte   // of an error: the request
	Fault  Fault
	Value  []byte
}

// shape says what stands in a packet, in order: h handle, e end, o offset, m MTU,
// t type, f flag, s size, q request in error, c fault, v value.
var shapes = map[byte]string{
	ATTError: "qhc", ATTMTURequest: "m", ATTMTUResponse: "m", ATTFindInfo: "he", ATTFindInfoAnswer: "sv",
	ATTFindValue: "hew", ATTFindValueAnswer: "v", ATTReadType: "het", ATTReadTypeAnswer: "sv", ATTRead: "h",
	ATTReadAnswer: "v", ATTReadBlob: "ho", ATTReadBlobAnswer: "v", ATTReadMany: "v", ATTReadManyAnswer: "v",
	ATTReadGroup: "het", ATTReadGroupAnswer: "sv", ATTWrite: "hv", ATTWriteAnswer: "", ATTPrepare: "hov",
	ATTPrepareAnswer: "hov", ATTExecute: "f", ATTExecuteAnswer: "", ATTNotify: "hv", ATTIndicate: "hv",
	ATTConfirm: "", ATTWriteCommand: "hv", ATTSignedWrite: "hv",
}

// IsRequest reports whether a packet of the opcode wants an answer.
func IsRequest(op byte) bool {
	switch op {
	case ATTMTURequest, ATTFindInfo, ATTFindValue, ATTReadType, ATTRead, ATTReadBlob, ATTReadMany, ATTReadGroup, ATTWrite, ATTPrepare, ATTExecute:
		return true
	}
	return false
}

// ParseATT reads a packet. Whatever the error, Op is the opcode if there is one.
func ParseATT(b []byte) (p ATT, err error) {
	if len(b) == 0 || len(b) > MaxPDU {
		return p, ErrShort
	}
	p.Op = b[0]
	shape, known := shapes[p.Op]
	if !known {
		return p, fmt.Errorf("ATT opcode 0x%02X: %w", p.Op, NotSupported)
	}
	r := reader{b: b[1:]}
	for _, field := range shape {
		p.take(field, &r)
	}
	if r.bad || len(r.b) > 0 {
		return p, ErrShort
	}
	return p, nil
}

func (p *ATT) take(field rune, r *reader) {
	switch field {
	case 'h':
		p.Handle = r.u16()
	case 'e':
		p.End = r.u16()
	case 'o':
		p.Offset = r.u16()
	case 'm':
		p.MTU = r.u16()
	case 't':
		u, err := ParseUUID(r.rest())
		p.Type, r.bad = u, r.bad || err != nil
	case 'w': // sixteen bits, and then a value
		p.Type = Short(r.u16())
		p.Value = r.rest()
	case 'f':
		p.Flag = r.u8()
	case 's':
		p.Size = r.u8()
	case 'q':
		p.Of = r.u8()
	case 'c':
		p.Fault = Fault(r.u8())
	case 'v':
		p.Value = r.rest()
	}
}

// Bytes is the packet.
func (p ATT) Bytes() []byte {
	b := []byte{p.Op}
	for _, field := range shapes[p.Op] {
		b = p.put(field, b)
	}
	return b
}

func (p *ATT) put(field rune, b []byte) []byte {
	le := binary.LittleEndian
	switch field {
	case 'h':
		return le.AppendUint16(b, p.Handle)
	case 'e':
		return le.AppendUint16(b, p.End)
	case 'o':
		return le.AppendUint16(b, p.Offset)
	case 'm':
		return le.AppendUint16(b, p.MTU)
	case 't':
		return append(b, p.Type.Bytes()...)
	case 'w':
		n, _ := p.Type.short()
		return append(le.AppendUint16(b, n), p.Value...)
	case 'f':
		return append(b, p.Flag)
	case 's':
		return append(b, p.Size)
	case 'q':
		return append(b, p.Of)
	case 'c':
		return append(b, byte(p.Fault))
	}
	return append(b, p.Value...)
}

// Refusal is the answer that says no to a request.
func (p ATT) Refusal(f Fault) ATT { return ATT{Op: ATTError, Of: p.Op, Handle: p.Handle, Fault: f} }
