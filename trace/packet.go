package trace

import (
	"encoding/binary"
	"net/netip"
	"time"
)

// Numbers of the Internet protocols.
const (
	protoTCP = 6
	protoUDP = 17

	flagFIN = 0x01
	flagSYN = 0x02
	flagRST = 0x04
	flagPSH = 0x08
	flagACK = 0x10

	ipv4Header = 20
	ipv6Header = 40
	tcpHeader  = 20
	udpHeader  = 8
	hops       = 64
	window     = 65535
)

// segment is one TCP segment, or what is left of it.
type segment struct {
	time     time.Time
	from, to netip.AddrPort
	seq, ack uint32
	flags    byte
	length   int // of the data on the wire; data may be shorter: cut by the capture
	data     []byte
}

// append appends the segment as an IP packet.
func (s *segment) append(out []byte) []byte {
	at := len(out)
	out = appendIP(out, s.from.Addr(), s.to.Addr(), protoTCP, tcpHeader+len(s.data))
	head := len(out)
	out = binary.BigEndian.AppendUint16(out, s.from.Port())
	out = binary.BigEndian.AppendUint16(out, s.to.Port())
	out = binary.BigEndian.AppendUint32(out, s.seq)
	out = binary.BigEndian.AppendUint32(out, s.ack)
	out = append(out, tcpHeader/4<<4, s.flags)
	out = binary.BigEndian.AppendUint16(out, window)
	out = append(out, 0, 0, 0, 0) // checksum, urgent pointer
	out = append(out, s.data...)
	binary.BigEndian.PutUint16(out[head+16:], checksum(out[at:], head-at, protoTCP))
	return out
}

// appendDatagram appends a UDP datagram as an IP packet.
func appendDatagram(out []byte, from, to netip.AddrPort, data []byte) []byte {
	at := len(out)
	out = appendIP(out, from.Addr(), to.Addr(), protoUDP, udpHeader+len(data))
	head := len(out)
	out = binary.BigEndian.AppendUint16(out, from.Port())
	out = binary.BigEndian.AppendUint16(out, to.Port())
	out = binary.BigEndian.AppendUint16(out, uint16(udpHeader+len(data)))
	out = append(append(out, 0, 0), data...)
	binary.BigEndian.PutUint16(out[head+6:], checksum(out[at:], head-at, protoUDP))
	return out
}

// appendIP appends the header of a packet that carries n bytes of proto. Both
// ends are of one family; a zone is not on the wire.
func appendIP(out []byte, from, to netip.Addr, proto byte, n int) []byte {
	if !from.Is4() || !to.Is4() {
		out = append(out, 6<<4, 0, 0, 0)
		out = binary.BigEndian.AppendUint16(out, uint16(n))
		out = append(out, proto, hops)
		a, b := from.As16(), to.As16()
		return append(append(out, a[:]...), b[:]...)
	}
	at := len(out)
	out = append(out, 4<<4|ipv4Header/4, 0)
	out = binary.BigEndian.AppendUint16(out, uint16(ipv4Header+n))
	out = append(out, 0, 0, 0x40, 0, hops, proto, 0, 0) // do not fragment
	a, b := from.As4(), to.As4()
	out = append(append(out, a[:]...), b[:]...)
	binary.BigEndian.PutUint16(out[at+10:], fold(sum(0, out[at:])))
	return out
}

// checksum is that of TCP or UDP: over addresses, protocol, length and what
// follows the IP header, which takes head bytes of packet.
func checksum(packet []byte, head int, proto byte) uint16 {
	addrs := packet[12:ipv4Header]
	if head == ipv6Header {
		addrs = packet[8:ipv6Header]
	}
	return fold(sum(sum(uint32(proto)+uint32(len(packet)-head), addrs), packet[head:]))
}

func sum(s uint32, b []byte) uint32 {
	for i := 0; i+1 < len(b); i += 2 {
		s += uint32(b[i])<<8 | uint32(b[i+1])
	}
	if len(b)%2 == 1 {
		s += uint32(b[len(b)-1]) << 8
	}
	return s
}

func fold(s uint32) uint16 {
	for s > 0xFFFF {
		s = s>>16 + s&0xFFFF
	}
	return ^uint16(s)
}
