package ble

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Kinds of packets on a serial line or socket to a controller (H4, Vol 4 Part A).
const (
	H4Command = 0x01
	H4ACL     = 0x02
	H4Event   = 0x04
)

// Packet is one packet between a host and a controller: a [Command], an [ACL] or an
// [Event].
type Packet interface {
	// Bytes is the packet with its H4 kind before it.
	Bytes() []byte
}

// Command is what a host tells a controller.
type Command struct {
	Op     Opcode
	Params []byte // 255 bytes at most
}

// Event is what a controller tells a host.
type Event struct {
	Code   byte
	Params []byte // 255 bytes at most
}

// ACL is a piece of a frame on a link.
type ACL struct {
	Handle uint16 // 12 bits
	First  bool   // it begins a frame
	Heard  bool   // it comes from a controller, where First is told by another flag
	Data   []byte // up to what the controller takes
}

// Opcode is that of a command: group and command.
type Opcode uint16

func (o Opcode) String() string {
	if s, ok := opcodes[o]; ok {
		return s
	}
	return fmt.Sprintf("command 0x%04X", uint16(o))
}

// Bytes implements [Packet].
func (c Command) Bytes() []byte {
	b := binary.LittleEndian.AppendUint16([]byte{H4Command}, uint16(c.Op))
	return append(append(b, byte(len(c.Params))), c.Params...)
}

// Bytes implements [Packet].
func (e Event) Bytes() []byte {
	return append([]byte{H4Event, e.Code, byte(len(e.Params))}, e.Params...)
}

// Bits of the handle of an ACL packet: what the piece is.
const (
	firstNoFlush = 0 // of a host
	continuing   = 1
	firstFlush   = 2 // of a controller; over LE a host may not send it
)

// Bytes implements [Packet].
func (a ACL) Bytes() []byte {
	flag := uint16(continuing)
	switch {
	case a.First && a.Heard:
		flag = firstFlush
	case a.First:
		flag = firstNoFlush
	}
	b := binary.LittleEndian.AppendUint16([]byte{H4ACL}, a.Handle&0xFFF|flag<<12)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(a.Data)))
	return append(b, a.Data...)
}

// ErrKind is returned where a stream has something else than a packet: there is no way
// to find the next beginning.
var ErrKind = errors.New("no HCI packet begins here")

// MaxACL bounds a piece that is read from a stream, bytes.
const MaxACL = 1024

// headOf says how long the head of a packet is after its kind, and how to find its
// length there.
func headOf(kind byte) (head int, length func(head []byte) int, err error) {
	switch kind {
	case H4Command:
		return 3, func(h []byte) int { return int(h[2]) }, nil
	case H4Event:
		return 2, func(h []byte) int { return int(h[1]) }, nil
	case H4ACL:
		return 4, func(h []byte) int { return int(binary.LittleEndian.Uint16(h[2:])) }, nil
	}
	return 0, nil, ErrKind
}

// ReadPacket reads one packet of a stream.
func ReadPacket(r *bufio.Reader) (Packet, error) {
	kind, err := r.ReadByte()
	if err != nil {
		return nil, err
	}
	head, length, err := headOf(kind)
	if err != nil {
		return nil, fmt.Errorf("0x%02X: %w", kind, err)
	}
	b := make([]byte, 1+head, 64)
	b[0] = kind
	if _, err := io.ReadFull(r, b[1:]); err != nil {
		return nil, err
	}
	n := length(b[1:])
	if n > MaxACL {
		return nil, fmt.Errorf("a piece of %d bytes: %w", n, ErrKind)
	}
	b = append(b, make([]byte, n)...)
	if _, err := io.ReadFull(r, b[1+head:]); err != nil {
		return nil, err
	}
	return ParsePacket(b)
}

// ParsePacket reads one packet with its H4 kind.
func ParsePacket(b []byte) (Packet, error) {
	if len(b) == 0 {
		return nil, ErrShort
	}
	head, length, err := headOf(b[0])
	if err != nil {
		return nil, err
	}
	if len(b) < 1+head || len(b) != 1+head+length(b[1:]) {
		return nil, ErrShort
	}
	body := b[1+head:]
	switch b[0] {
	case H4Command:
		return Command{Opcode(binary.LittleEndian.Uint16(b[1:])), body}, nil
	case H4Event:
		return Event{b[1], body}, nil
	}
	h := binary.LittleEndian.Uint16(b[1:])
	flag := h >> 12 & 3
	if flag == 3 || h>>14 != 0 {
		return nil, fmt.Errorf("an ACL packet of flags 0x%X: %w", h>>12, ErrKind)
	}
	return ACL{h & 0xFFF, flag != continuing, flag == firstFlush, body}, nil
}
