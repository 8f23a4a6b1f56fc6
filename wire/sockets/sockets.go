// Package sockets opens the sockets on which many addresses listen. Where the
// system allows it one socket serves every loopback address of a port, so that ten
// thousand units need no address set up and no file each; which of them was asked
// the local address of a connection tells. It accepts nothing and answers nothing.
package sockets

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
)

// Listen opens the sockets of the addresses, or none and says why not. On return
// every address can be reached.
func Listen(addresses []netip.AddrPort) ([]net.Listener, error) {
	var o opening
	loopback, own := part(addresses)
	for _, port := range ports(loopback) {
		l, err := listenAll(port)
		switch {
		case err == nil:
			o = append(o, l)
		case errors.Is(err, errors.ErrUnsupported):
			own = append(own, onPort(loopback, port)...)
		default:
			return o.fail(fmt.Errorf("port %d: %w", port, err))
		}
	}
	for _, a := range own {
		l, err := net.Listen("tcp", a.String())
		if err != nil {
			return o.fail(err)
		}
		o = append(o, l)
	}
	return o, nil
}

// opening is what has been opened so far.
type opening []net.Listener

func (o opening) fail(err error) ([]net.Listener, error) {
	for _, l := range o {
		l.Close()
	}
	return nil, err
}

// part parts the addresses into those that share a socket a port, and those that
// get one each: a socket for all of loopback and one for an address beyond it do
// not go together on one port.
func part(addresses []netip.AddrPort) (shared, own []netip.AddrPort) {
	beyond := map[uint16]bool{}
	for _, a := range addresses {
		if !a.Addr().Is4() || !a.Addr().IsLoopback() {
			beyond[a.Port()] = beyond[a.Port()] || a.Addr().Is4()
			own = append(own, a)
		}
	}
	for _, a := range addresses {
		switch {
		case !a.Addr().Is4() || !a.Addr().IsLoopback():
		case beyond[a.Port()]:
			own = append(own, a)
		default:
			shared = append(shared, a)
		}
	}
	return shared, own
}

func ports(addresses []netip.AddrPort) []uint16 {
	var p []uint16
	for _, a := range addresses {
		if !slices.Contains(p, a.Port()) {
			p = append(p, a.Port())
		}
	}
	slices.Sort(p)
	return p
}

func onPort(addresses []netip.AddrPort, port uint16) []netip.AddrPort {
	return slices.DeleteFunc(slices.Clone(addresses), func(a netip.AddrPort) bool { return a.Port() != port })
}

// Covers reports whether a listener is where an address is reached: it listens
// there, or on all of loopback.
func Covers(l net.Listener, a netip.AddrPort) bool {
	at := Local(l.Addr())
	all := at.Addr().IsUnspecified() && a.Addr().Is4() && a.Addr().IsLoopback()
	return at.Port() == a.Port() && (all || at.Addr() == a.Addr())
}

// Local is the address that a connection came in at.
func Local(a net.Addr) netip.AddrPort {
	t, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	p := t.AddrPort()
	return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
}
