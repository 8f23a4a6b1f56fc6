package ethernet

import (
	"net/netip"
	"slices"
	"sync/atomic"

	"switchroom/paths/ethernet/filtering"
	"switchroom/wire/modbus"
)

// Filter is Modbus TCP/IP filtering at work on one address. It stands directly
// before the device and hands it the very request that it has looked at: no
// byte is parsed elsewhere, copied or written anew in between, so what was
// filtered is what is served. The zero value filters nothing.
type Filter struct {
	set     atomic.Pointer[filtering.Settings] // nil: everything passes
	off     atomic.Bool                        // Modbus TCP is switched off at the address
	closed  atomic.Uint64
	refused atomic.Uint64
}

// Set makes the settings act, from the next connection and the next request on.
// Those that are wrong change nothing and are told.
func (f *Filter) Set(c filtering.Settings) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if !c.On {
		f.set.Store(nil)
		return nil
	}
	c.Addresses, c.Global, c.Exceptions = slices.Clone(c.Addresses), slices.Clone(c.Global), slices.Clone(c.Exceptions)
	f.set.Store(&c)
	return nil
}

// Of is what an address may do now.
func (f *Filter) Of(a netip.Addr) filtering.Verdict {
	if c := f.set.Load(); c != nil {
		return c.Of(a)
	}
	return (&filtering.Settings{}).Of(a)
}

// Counts are how many connections were closed and how many requests refused
// since the interface started.
func (f *Filter) Counts() (closed, refused uint64) { return f.closed.Load(), f.refused.Load() }

// admits decides on a new connection.
func (f *Filter) admits(remote netip.AddrPort) bool {
	if f.off.Load() {
		return false
	}
	if c := f.set.Load(); c == nil || c.Of(remote.Addr()).Level != filtering.NoAccess {
		return true
	}
	f.closed.Add(1)
	return false
}

// filtered is a handler behind a filter.
type filtered struct {
	modbus.Handler
	filter *Filter
}

// Serve serves what the filter admits. What an address that may only read must
// not ask for is answered with exception 01, as an unknown function is: which
// answer the real interface gives is not known. An address that has lost its
// access while connected is cut off.
func (f *filtered) Serve(q *modbus.Query, out []byte) []byte {
	c := f.filter.set.Load()
	switch {
	case f.filter.off.Load(): // admitted just before
		q.Later().Hangup()
		return out
	case c == nil:
		return f.Handler.Serve(q, out)
	}
	switch level := c.Of(q.Remote.Addr()).Level; {
	case level == filtering.ReadWrite, level == filtering.ReadOnly && filtering.Reads(q.PDU):
		return f.Handler.Serve(q, out)
	case level == filtering.ReadOnly:
		f.filter.refused.Add(1)
		return modbus.AppendException(out, q.Function(), modbus.IllegalFunction)
	}
	f.filter.closed.Add(1)
	q.Later().Hangup()
	return out
}
