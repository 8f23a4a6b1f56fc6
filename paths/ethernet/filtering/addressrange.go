package filtering

import (
	"fmt"
	"net/netip"
	"strings"
)

// Range is addresses from First to Last, both in it. The zero value has none.
type Range struct{ First, Last netip.Addr }

// ParseRange reads 192.0.2.7, 192.0.2.7-192.0.2.20 or 192.0.2.0/24.
func ParseRange(s string) (Range, error) {
	s = strings.TrimSpace(s)
	if p, err := netip.ParsePrefix(s); err == nil {
		return ofPrefix(p.Masked()), nil
	}
	first, last, span := strings.Cut(s, "-")
	if !span {
		last = first
	}
	a, err := plain(first)
	if err != nil {
		return Range{}, err
	}
	b, err := plain(last)
	if err != nil {
		return Range{}, err
	}
	if a.Is4() != b.Is4() || b.Less(a) {
		return Range{}, fmt.Errorf("%q ends before it begins: write the lower address first", s)
	}
	return Range{a, b}, nil
}

// plain reads one address. One spelling is kept of each: an IPv4 address is that
// also where it is written as one of IPv6. Zones say nothing to a filter.
func plain(s string) (netip.Addr, error) {
	a, err := netip.ParseAddr(strings.TrimSpace(s))
	if err != nil || a.Zone() != "" {
		return netip.Addr{}, fmt.Errorf("%q is no address: write 192.0.2.7, 192.0.2.7-192.0.2.20 or 192.0.2.0/24", s)
	}
	return a.Unmap(), nil
}

// ofPrefix is all addresses of a network.
func ofPrefix(p netip.Prefix) Range {
	b := p.Addr().AsSlice()
	for i := p.Bits(); i < 8*len(b); i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	last, _ := netip.AddrFromSlice(b)
	return Range{p.Addr(), last}
}

// Contains reports whether a is in the range.
func (r Range) Contains(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsValid() && r.First.IsValid() && a.Is4() == r.First.Is4() && !a.Less(r.First) && !r.Last.Less(a)
}

// one reports whether the range is a single address.
func (r Range) one() bool { return r.First == r.Last }

func (r Range) overlaps(o Range) bool {
	return r.Contains(o.First) || o.Contains(r.First)
}

func (r Range) String() string {
	switch {
	case !r.First.IsValid():
		return ""
	case r.one():
		return r.First.String()
	}
	return r.First.String() + "-" + r.Last.String()
}

// MarshalText writes what ParseRange reads.
func (r Range) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what ParseRange reads.
func (r *Range) UnmarshalText(b []byte) (err error) {
	*r, err = ParseRange(string(b))
	return err
}
