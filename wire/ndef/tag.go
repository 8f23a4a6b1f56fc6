package ndef

import "encoding/binary"

// Files and the application of a Type 4 Tag.
const (
	capability  = 0xe103 // file of the capability container
	messageFile = 0xe104 // file of the message; ours, the container names it
	nothing     = 0
)

// application is the identifier of the NDEF application, mapping version 2.
var application = []byte{0xd2, 0x76, 0x00, 0x00, 0x85, 0x01, 0x01}

// Status words (ISO/IEC 7816-4).
const (
	ok            = 0x9000
	wrongLength   = 0x6700
	notAllowed    = 0x6982 // security status not satisfied: it can never be written
	noFile        = 0x6a82
	wrongOffset   = 0x6b00
	unknownOrder  = 0x6d00
	unknownClass  = 0x6e00
	noSelection   = 0x6986
	wrongArgument = 0x6a86
)

// maxRead is how much one READ BINARY answers with.
const maxRead = 0xff

// Tag is a Type 4 Tag as one reader sees it, from the moment it is in the field.
// Message is asked for whenever the application is selected: what the tag holds
// then is what this reader reads, to the end.
type Tag struct {
	Message func() []byte

	selected uint16
	applied  bool
	file     []byte // length and message
}

// Command answers one command. It never fails: what it does not know it says so.
func (t *Tag) Command(apdu []byte) []byte {
	if len(apdu) < 4 {
		return status(nil, wrongLength)
	}
	if apdu[0] != 0 {
		return status(nil, unknownClass)
	}
	switch apdu[1] {
	case 0xa4:
		return status(nil, t.choose(apdu))
	case 0xb0:
		return status(t.read(apdu))
	case 0xd6: // UPDATE BINARY
		return status(nil, notAllowed)
	}
	return status(nil, unknownOrder)
}

func status(data []byte, word uint16) []byte {
	return binary.BigEndian.AppendUint16(append([]byte(nil), data...), word)
}

// choose is SELECT, by name or by file.
func (t *Tag) choose(apdu []byte) uint16 {
	if len(apdu) < 5 {
		return wrongLength
	}
	n := int(apdu[4])
	if len(apdu) != 5+n && len(apdu) != 6+n { // with or without Le
		return wrongLength
	}
	what := apdu[5 : 5+n]
	switch {
	case apdu[2] == 4 && apdu[3] == 0:
		return t.apply(what)
	case apdu[2] == 0 && (apdu[3] == 0x0c || apdu[3] == 0):
		return t.open(what)
	}
	return wrongArgument
}

func (t *Tag) apply(name []byte) uint16 {
	t.selected, t.applied = nothing, false
	if string(name) != string(application) {
		return noFile
	}
	m := t.Message()
	if len(m) > MaxMessage-2 {
		m = nil
	}
	t.file = append(binary.BigEndian.AppendUint16(nil, uint16(len(m))), m...)
	t.applied = true
	return ok
}

func (t *Tag) open(id []byte) uint16 {
	if len(id) != 2 {
		return wrongLength
	}
	file := binary.BigEndian.Uint16(id)
	if !t.applied || file != capability && file != messageFile {
		return noFile
	}
	t.selected = file
	return ok
}

// read is READ BINARY.
func (t *Tag) read(apdu []byte) ([]byte, uint16) {
	if len(apdu) != 5 {
		return nil, wrongLength
	}
	var file []byte
	switch t.selected {
	case capability:
		file = t.container()
	case messageFile:
		file = t.file
	default:
		return nil, noSelection
	}
	offset, n := int(binary.BigEndian.Uint16(apdu[2:])), int(apdu[4])
	if offset >= len(file) {
		return nil, wrongOffset
	}
	if n == 0 || n > maxRead {
		n = maxRead
	}
	return file[offset:min(len(file), offset+n)], ok
}

// container says how the message is read: 255 bytes at once, by anybody; and that
// it is written by nobody (0xff).
func (t *Tag) container() []byte {
	size := max(5, len(t.file))
	return []byte{
		0x00, 0x0f, 0x20, 0x00, maxRead, 0x00, maxRead,
		0x04, 0x06, messageFile >> 8, messageFile & 0xff, byte(size >> 8), byte(size), 0x00, 0xff,
	}
}
