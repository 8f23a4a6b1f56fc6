package credential

import "net/netip"

// Source is what people are told apart by at their address: the whole of IPv4, the
// first 64 bits of IPv6, of which one subscriber has all the rest. Behind a proxy or a
// shared address, take a random cookie of the browser for a source that has been let
// in, and this for the others.
func Source(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if !a.Is6() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil {
		return a.String()
	}
	return p.String()
}
