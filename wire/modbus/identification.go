package modbus

// The objects of device identification that V1.1b3 §6.21 names. 0x80 to 0xFF
// are the device's own.
const (
	VendorName          byte = 0x00
	ProductCode         byte = 0x01
	MajorMinorRevision  byte = 0x02
	VendorURL           byte = 0x03
	ProductName         byte = 0x04
	ModelName           byte = 0x05
	UserApplicationName byte = 0x06

	firstPrivateObject byte = 0x80
)

// ReadCode says which objects of device identification are asked for (V1.1b3 §6.21).
type ReadCode byte

// The read codes of V1.1b3 §6.21.
const (
	ReadBasic    ReadCode = 1 // objects 0 to 2, as a stream
	ReadRegular  ReadCode = 2 // objects 0 to 0x7F, as a stream
	ReadExtended ReadCode = 3 // all objects, as a stream
	ReadObject   ReadCode = 4 // one object
)

// Object is one fact a device tells about itself.
type Object struct {
	ID    byte
	Value string // ASCII; at most MaxObject bytes
}

// MaxObject is the longest object in bytes: an object is never divided, and a
// reply with one object must fit a PDU.
const MaxObject = MaxPDU - identificationHeader - 2

// identificationHeader is function, MEI type, read code, conformity, more
// follows, next object, number of objects.
const identificationHeader = 7

// IdentificationRequest asks for device identification: function 43/14 (V1.1b3 §6.21).
type IdentificationRequest struct {
	Code   ReadCode
	Object byte // the first wanted of a stream, or the one wanted
}

// ParseIdentificationRequest parses a request PDU; the exception is what a server answers.
func ParseIdentificationRequest(pdu []byte) (IdentificationRequest, Exception) {
	if !encapsulates(pdu, MEIIdentification) {
		return IdentificationRequest{}, IllegalFunction
	}
	if len(pdu) != 4 || pdu[2] < byte(ReadBasic) || pdu[2] > byte(ReadObject) {
		return IdentificationRequest{}, IllegalDataValue
	}
	return IdentificationRequest{ReadCode(pdu[2]), pdu[3]}, NoException
}

// Append appends the request PDU.
func (r IdentificationRequest) Append(out []byte) []byte {
	return append(out, FuncEncapsulated, MEIIdentification, byte(r.Code), r.Object)
}

// IdentificationReply is the reply to function 43/14 (V1.1b3 §6.21).
type IdentificationReply struct {
	Code       ReadCode
	Conformity byte // 1, 2, 3: basic, regular, extended; with 0x80 single objects may be asked for too
	More       bool // there is more, from object Next on
	Next       byte // 0 if there is no more
	Objects    []Object
}

const moreFollows = 0xFF

// ParseIdentificationReply parses a reply PDU. The error is a *ProtocolError.
func ParseIdentificationReply(pdu []byte) (IdentificationReply, error) {
	if !encapsulates(pdu, MEIIdentification) || len(pdu) < identificationHeader {
		return IdentificationReply{}, misfit("not a device identification", pdu)
	}
	r := IdentificationReply{Code: ReadCode(pdu[2]), Conformity: pdu[3], More: pdu[4] == moreFollows, Next: pdu[5]}
	if pdu[4] != 0 && !r.More || !r.More && r.Next != 0 || r.Code < ReadBasic || r.Code > ReadObject {
		return IdentificationReply{}, misfit("header of a device identification", pdu)
	}
	rest := pdu[identificationHeader:]
	for range pdu[6] {
		if len(rest) < 2 || len(rest) < 2+int(rest[1]) {
			return IdentificationReply{}, misfit("object of a device identification", pdu)
		}
		n := 2 + int(rest[1])
		r.Objects = append(r.Objects, Object{rest[0], string(rest[2:n])})
		rest = rest[n:]
	}
	if len(rest) != 0 {
		return IdentificationReply{}, misfit("bytes after the last object", pdu)
	}
	return r, nil
}

// Append appends the reply PDU. Objects that do not fit a PDU are not left out:
// it is for the caller to choose them, as [Bank] does.
func (r IdentificationReply) Append(out []byte) []byte {
	more := byte(0)
	if r.More {
		more = moreFollows
	}
	out = append(out, FuncEncapsulated, MEIIdentification, byte(r.Code), r.Conformity, more, r.Next, byte(len(r.Objects)))
	for _, o := range r.Objects {
		out = append(append(out, o.ID, byte(len(o.Value))), o.Value...)
	}
	return out
}

// encapsulates reports whether pdu is function 43 with this MEI type.
func encapsulates(pdu []byte, mei byte) bool {
	return len(pdu) >= 2 && pdu[0] == FuncEncapsulated && pdu[1] == mei
}
