// Package usblink is the service protocol of the USB port of a virtual control unit:
// frames on a stream of bytes, and what they say. What a real unit speaks there is in
// no document that we could read; all of this is ours, and versioned.
//
// # Frame
//
//	0  2  0x53 0x57
//	2  1  version, 1
//	3  1  kind: 1 question, 2 answer
//	4  4  number of the question; the answer bears the same
//	8  4  length of the body, at most 256 KiB
//	12 n  body, JSON
//	   4  CRC-32C of everything from the version on
//
// Numbers are most significant byte first. A reader that is lost looks for the next
// beginning: bytes that are no frame are counted and dropped, never believed.
package usblink

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// Version is that of the protocol.
const Version = 1

// Kind is what a frame is.
type Kind byte

const (
	Question Kind = 1
	Answer   Kind = 2
)

// MaxBody bounds a body: the waveform of a trip fits.
const MaxBody = 256 << 10

const (
	start0, start1 = 0x53, 0x57
	headLen        = 12
	sumLen         = 4
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Frame is one message.
type Frame struct {
	Kind   Kind
	Number uint32
	Body   []byte
}

// Append writes a frame behind out.
func (f *Frame) Append(out []byte) ([]byte, error) {
	if len(f.Body) > MaxBody {
		return nil, fmt.Errorf("a message of %d bytes; %d are the most", len(f.Body), MaxBody)
	}
	at := len(out)
	out = append(out, start0, start1, Version, byte(f.Kind))
	out = binary.BigEndian.AppendUint32(out, f.Number)
	out = binary.BigEndian.AppendUint32(out, uint32(len(f.Body)))
	out = append(out, f.Body...)
	return binary.BigEndian.AppendUint32(out, crc32.Checksum(out[at+2:], castagnoli)), nil
}

// ErrVersion is returned for a sound frame of another version.
var ErrVersion = errors.New("the other end speaks another version of this protocol")

// Reader finds frames in a stream.
type Reader struct {
	r       *bufio.Reader
	Dropped int // bytes that were no frame
}

// NewReader returns a reader of r.
func NewReader(r io.Reader) *Reader {
	return &Reader{r: bufio.NewReaderSize(r, headLen+MaxBody+sumLen)}
}

// Next returns the next frame. Its body is the caller's.
func (r *Reader) Next() (Frame, error) {
	for {
		head, err := r.r.Peek(headLen)
		if err != nil {
			return Frame{}, err
		}
		n := binary.BigEndian.Uint32(head[8:])
		if head[0] != start0 || head[1] != start1 || n > MaxBody {
			r.drop()
			continue
		}
		whole := headLen + int(n) + sumLen
		all, err := r.r.Peek(whole)
		if err != nil {
			return Frame{}, err
		}
		body := all[headLen : whole-sumLen]
		if crc32.Checksum(all[2:whole-sumLen], castagnoli) != binary.BigEndian.Uint32(all[whole-sumLen:]) {
			r.drop()
			continue
		}
		f := Frame{Kind(all[3]), binary.BigEndian.Uint32(all[4:]), append([]byte(nil), body...)}
		version := all[2]
		r.r.Discard(whole)
		if version != Version {
			return f, ErrVersion
		}
		return f, nil
	}
}

func (r *Reader) drop() {
	r.r.Discard(1)
	r.Dropped++
}
