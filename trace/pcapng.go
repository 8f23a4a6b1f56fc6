package trace

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"time"
)

// Blocks of a pcapng file (draft-ietf-opsawg-pcapng).
const (
	blockSection   = 0x0A0D0D0A
	blockInterface = 1
	blockOldPacket = 2
	blockSimple    = 3
	blockPacket    = 6

	orderMagic = 0x1A2B3C4D

	optionEnd    = 0
	optionTSResl = 9
	optionTSOffs = 14

	interfacesMax = 1024     // ours
	maxBlock      = 16 << 20 // ours: a block that is no packet is passed over, but never read further than this
)

// pcapngFile is a pcapng file.
type pcapngFile struct {
	r          *bufio.Reader
	order      binary.ByteOrder
	interfaces []pcapngInterface // of the section
	buf        []byte
}

// pcapngInterface is where packets were seen.
type pcapngInterface struct {
	link   uint32
	tick   float64 // seconds
	offset int64   // seconds
}

func (p *pcapngFile) next() (packet, error) {
	for {
		kind, body, err := p.block()
		if err != nil {
			return packet{}, err
		}
		switch kind {
		case blockSection:
			p.interfaces = p.interfaces[:0]
		case blockInterface:
			err = p.face(body)
		case blockPacket, blockOldPacket:
			return p.packet(kind, body)
		case blockSimple:
			return p.simple(body)
		}
		if err != nil {
			return packet{}, err
		}
	}
}

// block reads a block. One that holds no packet and no interface may come without
// its body.
func (p *pcapngFile) block() (kind uint32, body []byte, err error) {
	var h [8]byte
	if _, err := io.ReadFull(p.r, h[:]); errors.Is(err, io.EOF) {
		return 0, nil, io.EOF
	} else if err != nil {
		return 0, nil, cut(err)
	}
	if binary.LittleEndian.Uint32(h[:]) == blockSection { // the same in both orders
		return blockSection, nil, p.section(h[4:])
	}
	if p.order == nil {
		return 0, nil, errors.New("a pcapng file begins with another block")
	}
	kind = p.order.Uint32(h[:])
	n := p.order.Uint32(h[4:])
	if n < 12 || n%4 != 0 || n > maxBlock {
		return 0, nil, fmt.Errorf("a block of %d bytes: the file is damaged", n)
	}
	if kind != blockInterface && kind != blockPacket && kind != blockOldPacket && kind != blockSimple {
		_, err = p.r.Discard(int(n - 8))
		return kind, nil, cut(err)
	}
	if n > maxPacket+4096 {
		return 0, nil, fmt.Errorf("a packet of %d bytes: the file is damaged", n)
	}
	p.buf = grow(p.buf, int(n-8))
	if _, err := io.ReadFull(p.r, p.buf); err != nil {
		return 0, nil, cut(err)
	}
	return kind, p.buf[:n-12], nil
}

// section reads the head of a section, which says the order of its bytes.
func (p *pcapngFile) section(length []byte) error {
	m, err := p.r.Peek(4)
	if err != nil {
		return cut(err)
	}
	switch {
	case binary.LittleEndian.Uint32(m) == orderMagic:
		p.order = binary.LittleEndian
	case binary.BigEndian.Uint32(m) == orderMagic:
		p.order = binary.BigEndian
	default:
		return errors.New("the head of a section says no order of bytes: the file is damaged")
	}
	n := p.order.Uint32(length)
	if n < 28 || n%4 != 0 || n > maxBlock {
		return fmt.Errorf("the head of a section takes %d bytes: the file is damaged", n)
	}
	_, err = p.r.Discard(int(n - 8))
	return cut(err)
}

// face reads an interface description.
func (p *pcapngFile) face(b []byte) error {
	if len(b) < 8 || len(p.interfaces) >= interfacesMax {
		return errors.New("an interface that is no interface, or one too many: the file is damaged")
	}
	f := pcapngInterface{link: uint32(p.order.Uint16(b)), tick: 1e-6}
	for b = b[8:]; len(b) >= 4; {
		code, n := p.order.Uint16(b), int(p.order.Uint16(b[2:]))
		if code == optionEnd || len(b) < 4+n {
			break
		}
		v := b[4 : 4+n]
		switch {
		case code == optionTSResl && n == 1 && v[0]&0x80 != 0:
			f.tick = math.Pow(2, -float64(v[0]&0x7F))
		case code == optionTSResl && n == 1:
			f.tick = math.Pow(10, -float64(v[0]))
		case code == optionTSOffs && n == 8:
			f.offset = int64(p.order.Uint64(v))
		}
		b = b[min(len(b), 4+(n+3)/4*4):]
	}
	p.interfaces = append(p.interfaces, f)
	return nil
}

// packet reads an enhanced packet, or one of the kind before it.
func (p *pcapngFile) packet(kind uint32, b []byte) (packet, error) {
	if len(b) < 20 {
		return packet{}, errors.New("a packet without its head: the file is damaged")
	}
	i := p.order.Uint32(b)
	if kind == blockOldPacket {
		i = uint32(p.order.Uint16(b))
	}
	n := p.order.Uint32(b[12:])
	if int(i) >= len(p.interfaces) || uint64(n) > uint64(len(b)-20) {
		return packet{}, errors.New("a packet longer than its block, or of no interface: the file is damaged")
	}
	f := p.interfaces[i]
	ticks := uint64(p.order.Uint32(b[4:]))<<32 | uint64(p.order.Uint32(b[8:]))
	return packet{f.at(ticks), f.link, b[20 : 20+n]}, nil
}

// simple reads a simple packet, which has no time.
func (p *pcapngFile) simple(b []byte) (packet, error) {
	if len(b) < 4 || len(p.interfaces) == 0 {
		return packet{}, errors.New("a packet without its head, or of no interface: the file is damaged")
	}
	n := min(p.order.Uint32(b), uint32(len(b)-4))
	return packet{time.Unix(0, 0).UTC(), p.interfaces[0].link, b[4 : 4+n]}, nil
}

// at is the time of a count of ticks. Microseconds are exact, as long as there are
// fewer than 2^53 of them.
func (f pcapngInterface) at(ticks uint64) time.Time {
	whole := math.Floor(float64(ticks) * f.tick)
	if per := math.Round(1 / f.tick); per >= 1 && per < 1<<62 {
		n := uint64(per)
		frac := float64(ticks%n) * f.tick
		return time.Unix(int64(ticks/n)+f.offset, int64(math.Round(frac*1e9))).UTC()
	}
	return time.Unix(int64(whole)+f.offset, 0).UTC()
}
