package main

import (
	"net/netip"
	"testing"

	"switchroom/inject"
	"switchroom/paths/ethernet"
)

// Units behind one address have one gate: what narrows it for one is narrowed for all.
func TestGateOfAnAddress(t *testing.T) {
	s, a := ethernet.NewServer(), netip.MustParseAddrPort("127.0.1.1:502")
	if first, second := inject.Gate(gate{s, a}), inject.Gate(gate{s, a}); first != second {
		t.Errorf("%v and %v are two gates", first, second)
	}
}
