package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"switchroom/imu"
	"switchroom/paths/bus"
	"switchroom/paths/web"
	"switchroom/regmap"
	"switchroom/site"
	"switchroom/wire/modbus"
)

// Ports of the pages of the devices, where the site file says none: 80 and 443 need
// privileges.
const (
	webPort    uint16 = 8080
	webTLSPort uint16 = 8443
)

// pages are the web pages of the units of a site.
type pages struct {
	server  *web.Server // nil: none
	devices map[string]*web.Device
	tlsPort uint16 // of those that have HTTPS
	furnishing
}

// has reports whether a breaker has pages of its own: an IFE or an EIFE with an
// address of its own has.
func hasPages(b *site.Breaker) bool {
	return b.Reachable() && b.Via == "" && (b.Unit.Interface == imu.IFE || b.Unit.Interface == imu.EIFE)
}

// openPages opens the pages of every unit that has some: at the port that the site
// says, or at the usual one, or at a free one where that is taken.
func (h *host) openPages(world *imu.World, devices map[string]*bus.Device) error {
	if h.site.Web.Off {
		return nil
	}
	port, err := h.webPorts()
	if err != nil {
		return fmt.Errorf("web pages: %w", err)
	}
	for range 5 { // who probes for a free port may be overtaken
		server, err := h.pagesAt(port, world, devices)
		if err == nil {
			h.pages.server = server
			return nil
		}
		if !errors.Is(err, syscall.EADDRINUSE) || !h.anotherPort(&port) {
			return fmt.Errorf("web pages: %w; write another web_port or web_tls_port in the site file, or web: off", err)
		}
	}
	return errors.New("web pages: no port is free; write web: off in the site file")
}

// webPorts chooses where the pages are, by HTTP (returned) and by HTTPS: none of them
// where the site speaks Modbus.
func (h *host) webPorts() (port uint16, err error) {
	for _, p := range []struct {
		said, usual uint16
		to          *uint16
		what        string
	}{{h.site.Web.Port, webPort, &port, "web_port"}, {h.site.Web.TLSPort, webTLSPort, &h.pages.tlsPort, "web_tls_port"}} {
		switch *p.to = cmp.Or(p.said, p.usual); {
		case !h.speaksModbus(*p.to):
		case p.said != 0:
			err = errors.Join(err, fmt.Errorf("port %d is the Modbus port of a breaker or gateway; write another %s in the site file", p.said, p.what))
		default:
			*p.to = freePort(0)
		}
	}
	return port, err
}

// anotherPort takes a free port in place of one that is taken and that the site does
// not say, and reports whether there is hope.
func (h *host) anotherPort(port *uint16) bool {
	for _, p := range []struct {
		said uint16
		now  *uint16
		what string
	}{{h.site.Web.Port, port, "web_port"}, {h.site.Web.TLSPort, &h.pages.tlsPort, "web_tls_port"}} {
		free := *p.now
		if p.said == 0 {
			free = freePort(*p.now)
		}
		if taken := *p.now; free != taken {
			*p.now = free
			fmt.Fprintf(h.app.Stderr, "port %d is taken; the web pages of the units use %d (write %s in the site file to choose)\n", taken, free, p.what)
		}
	}
	return h.site.Web.Port == 0 || h.site.Web.TLSPort == 0
}

// speaksModbus reports whether a port is one on which the site speaks Modbus.
func (h *host) speaksModbus(port uint16) bool {
	return slices.ContainsFunc(h.site.Breakers, func(b site.Breaker) bool { return b.Address.Port() == port || b.Mbaps != nil && b.Mbaps.Port == port }) ||
		slices.ContainsFunc(h.site.Gateways, func(g site.Gateway) bool { return g.Address.Port() == port })
}

// pagesAt opens them at a port. A unit whose pages cannot be taken up goes without
// them: its protection and its Modbus do not depend on them.
func (h *host) pagesAt(port uint16, world *imu.World, devices map[string]*bus.Device) (*web.Server, error) {
	h.pages.devices, h.pages.logs = map[string]*web.Device{}, nil
	server, at := web.NewServer(), map[netip.Addr]string{}
	for i := range h.site.Breakers {
		b := &h.site.Breakers[i]
		if !hasPages(b) {
			continue
		}
		if other, taken := at[b.Address.Addr()]; taken {
			fmt.Fprintf(h.app.Stderr, "warning: no web pages at %s: those of %s are at its address; give it an address of its own\n", b.Unit.Name, other)
			continue
		}
		o := web.Options{
			Address: netip.AddrPortFrom(b.Address.Addr(), port), File: h.pagesFile(b.Unit.Name),
			Firmware: h.site.Web.Firmware, Registers: registersOf(devices[b.Unit.Name]), Map: h.registers,
		}
		h.furnish(&o, b, h.lab.Units[i], world)
		d, err := web.Open(h.lab.Units[i], world, o)
		if err != nil {
			fmt.Fprintf(h.app.Stderr, "warning: no web pages at %s: %v\n", b.Unit.Name, err)
			h.closeModbus(&o)
			continue
		}
		at[b.Address.Addr()] = b.Unit.Name
		server.Add(d)
		h.pages.devices[b.Unit.Name] = d
	}
	return server, server.Listen()
}

// pagesFile is where a unit's pages keep their state: by a digest of its name, which
// may have any character in it.
func (h *host) pagesFile(name string) string {
	sum := sha256.Sum256([]byte(name))
	return filepath.Join(h.data, "web", hex.EncodeToString(sum[:8])+".state")
}

// registersOf reads the registers that a unit shows by Modbus.
func registersOf(d *bus.Device) web.Registers {
	return func(first, count uint16) ([]byte, bool) {
		if first == 0 {
			return nil, false
		}
		data, x := d.ReadRegisters(&modbus.Query{Now: time.Now()}, regmap.Register(first).Address(), count, nil)
		return data, x == modbus.NoException
	}
}

func (p *pages) start() {
	p.furnishing.start()
	if p.server != nil {
		p.server.Start()
	}
}

func (p *pages) end(ctx context.Context) {
	if p.server != nil {
		p.server.Shutdown(ctx)
	}
	p.furnishing.end()
}

// url is where a unit's pages are; "": it has none.
func (p *pages) url(name string) string {
	if d := p.devices[name]; d != nil {
		return d.Base()
	}
	return ""
}
