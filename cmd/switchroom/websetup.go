package main

import (
	"context"
	"fmt"
	"net/netip"
	"path/filepath"
	"strings"
	"time"

	"switchroom/imu"
	"switchroom/paths/ethernet"
	"switchroom/paths/ethernet/filtering"
	"switchroom/paths/web"
	"switchroom/paths/web/cert"
	"switchroom/paths/web/datalog"
	"switchroom/site"
)

// furnishing is what the set-up pages of the units stand on.
type furnishing struct {
	modbus *ethernet.Server
	keeper *datalog.Keeper
	logs   []*datalog.Log
	stop   context.CancelFunc
	done   chan struct{}
}

// furnish gives a unit's pages its Modbus, its certificates and its log. What they
// keep lies beside the unit's state.
func (h *host) furnish(o *web.Options, b *site.Breaker, u *imu.Unit, world *imu.World) {
	f := &h.pages.furnishing
	if f.keeper == nil {
		f.keeper = datalog.NewKeeper(world)
	}
	dir := strings.TrimSuffix(o.File, filepath.Ext(o.File))
	log := f.keeper.Log(dir, u)
	f.logs = append(f.logs, log)
	o.Log, o.LAN = log, h.site.LAN
	if d := h.alerts.Device(b.Unit.Name); d != nil {
		o.Mail, o.SNMP = d, d
	}
	o.Modbus = &modbusAt{server: f.modbus, at: b.Address, shared: h.shares(b)}
	if !b.Unit.Profile.ByRole() {
		return // this firmware has no HTTPS
	}
	o.Secure = netip.AddrPortFrom(o.Address.Addr(), h.pages.tlsPort)
	name := b.Unit.Name
	o.Certificates = cert.New(dir, cert.Subject{Device: name, At: o.Address.Addr()}, func() time.Time { return h.pages.date(name) }, func(why cert.Why) {
		if d := h.pages.devices[name]; d != nil {
			d.LogOutAll(string(why))
		}
	})
}

// closeModbus admits nobody by Modbus to a unit whose pages cannot be taken up and
// have kept a filter: whom it would admit is not known, and unknown is denied.
func (h *host) closeModbus(o *web.Options) {
	if !web.KeptFilter(o.File) {
		return
	}
	o.Modbus.Filter(filtering.Settings{On: true})
	fmt.Fprintf(h.app.Stderr, "warning: nobody is admitted by Modbus TCP at %v either: its address filter is among what does not read\n", o.Modbus.Address())
}

// shares reports whether other breakers are behind the address of one.
func (h *host) shares(b *site.Breaker) bool {
	for i := range h.site.Breakers {
		o := &h.site.Breakers[i]
		if o.Unit.Name != b.Unit.Name && o.Reachable() && o.Address == b.Address {
			return true
		}
	}
	return false
}

// date is what the clock of a unit shows.
func (p *pages) date(name string) time.Time { return p.devices[name].Date() }

// start has the logs written.
func (f *furnishing) start() {
	if f.keeper == nil {
		return
	}
	var ctx context.Context
	ctx, f.stop = context.WithCancel(context.Background())
	f.done = make(chan struct{})
	go func() { defer close(f.done); f.keeper.Run(ctx) }()
}

// end writes the last records.
func (f *furnishing) end() {
	if f.stop == nil {
		return
	}
	f.stop()
	<-f.done
	for _, l := range f.logs {
		l.Close()
	}
}

// modbusAt is the Modbus side of a unit as its pages set it up.
type modbusAt struct {
	server *ethernet.Server
	at     netip.AddrPort
	shared bool
}

func (m *modbusAt) Filter(s filtering.Settings) error { return m.server.Filter(m.at).Set(s) }
func (m *modbusAt) Counts() (closed, refused uint64)  { return m.server.Filter(m.at).Counts() }
func (m *modbusAt) Enable(on bool) error              { return m.server.Enable(m.at, on) }
func (m *modbusAt) Listens() bool                     { return m.server.Enabled(m.at) }
func (m *modbusAt) Address() netip.AddrPort           { return m.at }
func (m *modbusAt) Shared() bool                      { return m.shared }

// Limit sets how many connections may be open; 0 leaves what the site says.
func (m *modbusAt) Limit(connections int) {
	if connections > 0 {
		m.server.Limit(m.at, connections)
	}
}
