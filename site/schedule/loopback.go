package schedule

import (
	"fmt"
	"net/netip"
)

// toHere gives every address that something listens at the one that the site file
// has: the same, or one of this machine's own that is made of it.
func (l *list) toHere() {
	m := &mapping{list: l, taken: map[netip.AddrPort]bool{}}
	all := append(append([]*entry{}, l.gates...), l.breakers...)
	for _, e := range all { // what stays comes first
		if e.listening && e.addr.IsValid() && m.stays(e.addr) {
			e.where = netip.AddrPortFrom(e.addr, e.port)
			m.taken[e.where] = true
		}
	}
	for _, e := range all {
		if !e.listening || e.addr.IsValid() && m.stays(e.addr) {
			continue
		}
		e.where = m.find(e)
		m.taken[e.where] = true
	}
	for _, e := range all {
		if e.listening && e.addr.IsValid() && e.where != e.listed && (e.where.Addr() != e.addr || e.listed.Port() != 0) {
			l.mapped = append(l.mapped, fmt.Sprintf("%s is %v here (%s)", show(e.listed), e.where, clip(e.name)))
		}
	}
}

type mapping struct {
	*list
	taken map[netip.AddrPort]bool
	next  int
}

// stays reports whether an address is used as it stands.
func (m *mapping) stays(a netip.Addr) bool {
	if a.IsLoopback() && a.Is4() {
		return usable(a)
	}
	return m.options.LAN
}

// usable leaves 127.0.0.x to other programs and the last address to the system.
func usable(a netip.Addr) bool {
	b := a.As4()
	return [3]byte{b[1], b[2], 0} != [3]byte{0, 0, 0} && [3]byte{b[1], b[2], b[3]} != [3]byte{255, 255, 255}
}

// privileged are the ports below it: an ordinary user may not listen there. The
// usual one becomes that of the site, another one that much higher.
const (
	privileged = 1024
	modbusPort = 502
	higher     = 10_000
)

// ports takes the port that each address has where the list has none, or one at
// which nobody may listen.
func (l *list) ports(entries []*entry) {
	for _, e := range entries {
		e.listed = netip.AddrPortFrom(e.addr, e.port)
		switch {
		case e.port == 0, e.port == modbusPort && !l.options.LAN:
			e.port = l.options.Port
		case e.port < privileged && !l.options.LAN:
			e.port += higher
		}
	}
}

// find makes 127.20.30.41 of 10.20.30.41, so that it is still known by its end;
// where that is taken, and where there is none, it is the next from 127.0.1.1 on.
func (m *mapping) find(e *entry) netip.AddrPort {
	port := e.port
	if e.addr.Is4() {
		b := e.addr.As4()
		b[0] = 127
		if a := netip.AddrPortFrom(netip.AddrFrom4(b), port); usable(a.Addr()) && !m.taken[a] {
			return a
		}
	}
	for {
		a := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, byte(m.next / 62500), byte(1 + m.next/250%250), byte(1 + m.next%250)}), port)
		if m.next++; !m.taken[a] {
			return a
		}
	}
}

// beyond are the addresses that the network reaches.
func (l *list) beyond() (all []string) {
	for _, e := range append(append([]*entry{}, l.gates...), l.breakers...) {
		if e.listening && !e.where.Addr().IsLoopback() {
			all = append(all, e.where.String())
		}
	}
	return all
}
