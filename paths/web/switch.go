package web

import (
	"fmt"
	"net"
	"net/netip"
	"slices"

	"switchroom/wire/sockets"
)

// enabled reports whether a device answers at an address.
func (f *front) enabled(a netip.AddrPort) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.devices[a] != nil && !f.off[a]
}

func (f *front) isOff(a netip.AddrPort) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.off[a]
}

// on are the addresses that are answered.
func (f *front) on() (all []netip.AddrPort) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for a := range f.devices {
		if !f.off[a] {
			all = append(all, a)
		}
	}
	return all
}

// switchOff has an address not answered, before sockets are opened.
func (f *front) switchOff(a netip.AddrPort) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.off == nil {
		f.off = map[netip.AddrPort]bool{}
	}
	f.off[a] = true
}

// enable switches an address on or off while the server runs. Off, its socket is
// closed; one that serves all of loopback is closed with the last address of it, and
// until then closes what connects to this one at once. Who is connected is cut with
// the next request.
func (f *front) enable(a netip.AddrPort, on bool) error {
	if !on {
		f.switchOff(a)
		f.drop(a)
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	covers := func(l net.Listener) bool { return sockets.Covers(l, a) }
	if !slices.ContainsFunc(f.open, covers) {
		l, err := sockets.Listen([]netip.AddrPort{a})
		if err != nil {
			return fmt.Errorf("it is kept as on and stays off until the unit starts again: %w", err)
		}
		f.open = append(f.open, l...)
		f.serve(l[0])
	}
	delete(f.off, a)
	return nil
}

// drop closes the sockets that no address needs any more.
func (f *front) drop(a netip.AddrPort) {
	on := f.on()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.open = slices.DeleteFunc(f.open, func(l net.Listener) bool {
		if !sockets.Covers(l, a) || slices.ContainsFunc(on, func(o netip.AddrPort) bool { return sockets.Covers(l, o) }) {
			return false
		}
		l.Close()
		return true
	})
}
