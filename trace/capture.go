package trace

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"
)

// packet is one packet of a capture file, as it was on the link.
type packet struct {
	time time.Time
	link uint32 // LINKTYPE
	data []byte // valid until the next
}

// packets reads the packets of a capture file; io.EOF is its end.
type packets interface {
	next() (packet, error)
}

// maxPacket bounds what a file may claim a packet takes: the longest of a
// network, and of anything a Modbus message travels in.
const maxPacket = 1 << 18

// errCut is a file that ends in the middle of something.
var errCut = errors.New("the file ends in the middle of a packet")

// cut makes the end of a file in the middle of something an error.
func cut(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return errCut
	}
	return err
}

// pcapFile is a libpcap file.
type pcapFile struct {
	r     *bufio.Reader
	order binary.ByteOrder
	unit  time.Duration // of the fraction
	link  uint32
	buf   []byte
}

// newPcapFile reads the head of a libpcap file.
func newPcapFile(r *bufio.Reader) (*pcapFile, error) {
	var h [pcapHeader]byte
	if _, err := io.ReadFull(r, h[:]); err != nil {
		return nil, cut(err)
	}
	p := &pcapFile{r: r}
	var ok bool
	if p.order, p.unit, ok = pcapMagic(h[:4]); !ok {
		return nil, errors.New("not a capture")
	}
	p.link = p.order.Uint32(h[20:]) & 0xFFFF // above: whether a frame check sequence is there
	return p, nil
}

// pcapMagic is the order of bytes and the unit of time by the first four bytes.
func pcapMagic(b []byte) (binary.ByteOrder, time.Duration, bool) {
	for _, o := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		switch o.Uint32(b) {
		case magicMicro:
			return o, time.Microsecond, true
		case magicNano:
			return o, time.Nanosecond, true
		}
	}
	return nil, 0, false
}

func (p *pcapFile) next() (packet, error) {
	var h [recordHead]byte
	if _, err := io.ReadFull(p.r, h[:]); errors.Is(err, io.EOF) {
		return packet{}, io.EOF
	} else if err != nil {
		return packet{}, cut(err)
	}
	n := p.order.Uint32(h[8:])
	if n > maxPacket {
		return packet{}, fmt.Errorf("a packet of %d bytes: the file is damaged", n)
	}
	p.buf = grow(p.buf, int(n))
	if _, err := io.ReadFull(p.r, p.buf); err != nil {
		return packet{}, cut(err)
	}
	at := time.Unix(int64(p.order.Uint32(h[:])), int64(p.order.Uint32(h[4:]))*int64(p.unit))
	return packet{at.UTC(), p.link, p.buf}, nil
}

func grow(b []byte, n int) []byte {
	if cap(b) < n {
		return make([]byte, n)
	}
	return b[:n]
}
