package trace

import (
	"encoding/binary"
	"net/netip"
)

// Link types that a capture may be of, by their LINKTYPE numbers, with how many
// bytes stand before the IP packet.
const (
	linkNull     = 0   // BSD loopback: family in the order of the machine
	linkEthernet = 1   //
	linkRawOld   = 12  // raw IP, of some systems
	linkRawBSD   = 14  // raw IP, of others
	linkLoop     = 108 // OpenBSD loopback: family in network order
	linkSLL      = 113 // Linux cooked
	linkIPv4     = 228 //
	linkIPv6     = 229 //
	linkSLL2     = 276 // Linux cooked, second version
)

// ip returns the IP packet in a packet, or nil.
func (p packet) ip() []byte {
	switch p.link {
	case linkRaw, linkRawOld, linkRawBSD, linkIPv4, linkIPv6:
		return p.data
	case linkNull, linkLoop:
		return after(p.data, 4)
	case linkEthernet:
		if len(p.data) >= 14 {
			return tagged(binary.BigEndian.Uint16(p.data[12:]), p.data[14:])
		}
	case linkSLL:
		if len(p.data) >= 16 {
			return tagged(binary.BigEndian.Uint16(p.data[14:]), p.data[16:])
		}
	case linkSLL2:
		if len(p.data) >= 20 {
			return tagged(binary.BigEndian.Uint16(p.data), p.data[20:])
		}
	}
	return nil
}

func after(b []byte, n int) []byte {
	if len(b) < n {
		return nil
	}
	return b[n:]
}

// tagged passes over VLAN tags.
func tagged(kind uint16, b []byte) []byte {
	for (kind == 0x8100 || kind == 0x88A8) && len(b) >= 4 {
		kind, b = binary.BigEndian.Uint16(b[2:]), b[4:]
	}
	if kind != 0x0800 && kind != 0x86DD {
		return nil
	}
	return b
}

// inside is what an IP packet carries.
type inside struct {
	from, to netip.Addr
	proto    byte
	data     []byte
	length   int // of the data on the wire
}

// open takes an IP packet apart. Fragments are passed over: no Modbus message is
// long enough to need them.
func open(b []byte) (inside, bool) {
	switch {
	case len(b) >= ipv4Header && b[0]>>4 == 4:
		return openIPv4(b)
	case len(b) >= ipv6Header && b[0]>>4 == 6:
		return openIPv6(b)
	}
	return inside{}, false
}

func openIPv4(b []byte) (inside, bool) {
	head, total := int(b[0]&0xF)*4, int(binary.BigEndian.Uint16(b[2:]))
	if total == 0 {
		total = len(b) // left to the network card to fill in
	}
	if head < ipv4Header || head > total || head > len(b) || binary.BigEndian.Uint16(b[6:])&0x3FFF != 0 {
		return inside{}, false
	}
	from, to := netip.AddrFrom4([4]byte(b[12:16])), netip.AddrFrom4([4]byte(b[16:20]))
	return inside{from, to, b[9], b[head:min(total, len(b))], total - head}, true
}

func openIPv6(b []byte) (inside, bool) {
	length := int(binary.BigEndian.Uint16(b[4:]))
	if length == 0 {
		length = len(b) - ipv6Header
	}
	in := inside{
		netip.AddrFrom16([16]byte(b[8:24])), netip.AddrFrom16([16]byte(b[24:40])),
		b[6], b[ipv6Header:min(len(b), ipv6Header+length)], length,
	}
	for in.proto == 0 || in.proto == 43 || in.proto == 60 { // hop-by-hop, routing, destination options
		if len(in.data) < 8 {
			return in, false
		}
		n := 8 + 8*int(in.data[1])
		if n > len(in.data) {
			return in, false
		}
		in.proto, in.data, in.length = in.data[0], in.data[n:], in.length-n
	}
	return in, true
}

// segment reads TCP.
func (in inside) segment() (segment, bool) {
	b := in.data
	if in.proto != protoTCP || len(b) < tcpHeader {
		return segment{}, false
	}
	head := int(b[12]>>4) * 4
	if head < tcpHeader || head > len(b) {
		return segment{}, false
	}
	return segment{
		from: netip.AddrPortFrom(in.from, binary.BigEndian.Uint16(b)),
		to:   netip.AddrPortFrom(in.to, binary.BigEndian.Uint16(b[2:])),
		seq:  binary.BigEndian.Uint32(b[4:]), ack: binary.BigEndian.Uint32(b[8:]),
		flags: b[13], data: b[head:], length: in.length - head,
	}, true
}
