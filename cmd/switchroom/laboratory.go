package main

import (
	"fmt"
	"net/netip"

	"switchroom/inject"
	"switchroom/lab"
	"switchroom/lab/remote"
	"switchroom/paths/ethernet"
)

// labAddress is where the laboratory's server is, if nothing else is said.
const labAddress = "127.0.0.1:5021"

// openLab opens the laboratory's server. If its usual port is taken, by another
// switchroom most likely, it takes a free one and says so.
func (h *host) openLab(lines map[string]*inject.Line) error {
	if h.address == "" || h.address == "off" {
		return nil
	}
	h.web = lab.New(h.lab, h.told(), lines)
	if h.ring != nil {
		h.web.Overhear(h.ring)
	}
	if err := h.hang(); err != nil {
		return err
	}
	err := h.web.Listen(h.address)
	if err != nil && h.address == labAddress {
		fmt.Fprintf(h.app.Stderr, "%s is taken; the laboratory uses a free port: give it to other commands with --lab\n", labAddress)
		err = h.web.Listen("127.0.0.1:0")
	}
	if err != nil {
		h.web = nil
		return fmt.Errorf("laboratory: %w", err)
	}
	return nil
}

// told are the units as the laboratory tells them.
func (h *host) told() []remote.Unit {
	units := []remote.Unit{}
	reachable := map[string]bool{}
	for _, b := range h.reachable() {
		reachable[b.Unit.Name] = true
	}
	for _, b := range h.site.Breakers {
		u := remote.Unit{
			Name: b.Unit.Name, Title: b.Title, Interface: b.Unit.Interface.String(), Unit: int(b.UnitID()),
			In: b.Unit.Rating.In, Variant: b.Unit.Rating.Variant.String(), Poles: b.Unit.Rating.Poles, Profile: b.Unit.Profile.String(), Web: h.pages.url(b.Unit.Name),
		}
		if reachable[b.Unit.Name] {
			u.Modbus, u.Mbaps = h.plainAddress(&b), h.mbapsAddress(&b)
		}
		units = append(units, u)
	}
	return units
}

// gate is the interface at an address, where connections come in. Units behind one
// address have the same, which is how what narrows it for one is known to the others:
// it is compared as a value.
type gate struct {
	server  *ethernet.Server
	address netip.AddrPort
}

func (g gate) Narrow(conns int) { g.server.Narrow(g.address, conns) }

func (g gate) Hangup() { g.server.Hangup(g.address) }
