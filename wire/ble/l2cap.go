package ble

import (
	"encoding/binary"
	"errors"
)

// Fixed channels of L2CAP over LE (Vol 3 Part A 2.1).
const (
	ChannelATT       = 0x0004
	ChannelSignal    = 0x0005
	ChannelSMP       = 0x0006
	l2capHead        = 4
	MaxPDU           = 517 // of ATT, bytes: more than an attribute value of 512 needs no one
	maxL2CAP         = l2capHead + MaxPDU
	SignalReject     = 0x01
	SignalUpdateAsk  = 0x12 // connection parameter update request, of a peripheral
	SignalUpdateTell = 0x13
)

// L2CAP is one frame of a fixed channel.
type L2CAP struct {
	Channel uint16
	Payload []byte
}

// Bytes is the frame.
func (f L2CAP) Bytes() []byte {
	b := binary.LittleEndian.AppendUint16(make([]byte, 0, l2capHead+len(f.Payload)), uint16(len(f.Payload)))
	return append(binary.LittleEndian.AppendUint16(b, f.Channel), f.Payload...)
}

// Assembler puts the frames of one direction of a link together from the pieces that
// the controller hands over. It holds one frame at most.
type Assembler struct{ part []byte }

// ErrFragment is returned for pieces that make no frame. The link should end.
var ErrFragment = errors.New("pieces that make no L2CAP frame")

// Add takes one piece, first saying whether it begins a frame. It returns a frame when
// one is whole.
func (a *Assembler) Add(first bool, piece []byte) (f L2CAP, whole bool, err error) {
	switch {
	case first && len(a.part) > 0, !first && len(a.part) == 0:
		a.part = nil
		return f, false, ErrFragment
	case len(a.part)+len(piece) > maxL2CAP:
		a.part = nil
		return f, false, ErrFragment
	}
	a.part = append(a.part, piece...)
	if len(a.part) < l2capHead {
		return f, false, nil
	}
	n := l2capHead + int(binary.LittleEndian.Uint16(a.part))
	if n > maxL2CAP || len(a.part) > n {
		a.part = nil
		return f, false, ErrFragment
	}
	if len(a.part) < n {
		return f, false, nil
	}
	f = L2CAP{binary.LittleEndian.Uint16(a.part[2:]), a.part[l2capHead:]}
	a.part = nil
	return f, true, nil
}

// Signal is one command of the signalling channel.
type Signal struct {
	Code byte
	ID   byte
	Body []byte
}

// ParseSignal reads one; over LE a frame has one command.
func ParseSignal(b []byte) (s Signal, err error) {
	if len(b) < 4 || int(binary.LittleEndian.Uint16(b[2:])) != len(b)-4 || b[1] == 0 {
		return s, ErrShort
	}
	return Signal{b[0], b[1], b[4:]}, nil
}

// Bytes is the command.
func (s Signal) Bytes() []byte {
	b := binary.LittleEndian.AppendUint16([]byte{s.Code, s.ID}, uint16(len(s.Body)))
	return append(b, s.Body...)
}

// Reject answers a command that is not understood.
func (s Signal) Reject() Signal { return Signal{SignalReject, s.ID, []byte{0, 0}} }
