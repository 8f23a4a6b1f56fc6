package main

import (
	"fmt"
	"sync"

	"switchroom/alerts"
	"switchroom/lab/remote"
	"switchroom/paths/ethernet"
)

// alert makes who is told of events, and who may read by SNMP, as the site file asks.
func (h *host) alert() (err error) {
	var one sync.Mutex
	h.alerts, err = alerts.New(h.lab, h.data, func(s string) {
		one.Lock()
		defer one.Unlock()
		fmt.Fprintln(h.app.Stderr, "warning:", s)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", h.site.Name, err)
	}
	return nil
}

// hear opens the sockets of SNMP, and has the laboratory tell how it goes.
func (h *host) hear(server *ethernet.Server) error {
	if err := h.alerts.Listen(); err != nil {
		return err
	}
	h.warnSNMP()
	if h.web != nil {
		h.web.Tells(h.targets)
		h.web.Collect(h.traffic(server))
	}
	return nil
}

// warnSNMP says what becomes reachable beyond this machine.
func (h *host) warnSNMP() {
	for _, a := range h.alerts.Agents() {
		if a.Address.Addr().IsLoopback() {
			continue
		}
		fmt.Fprintf(h.app.Stderr, "warning: %s is read by SNMP beyond this machine, at %v", a.Breaker, a.Address)
		if h.site.SNMP.Community.Given() {
			fmt.Fprint(h.app.Stderr, "; its community crosses the network in clear")
		}
		fmt.Fprintln(h.app.Stderr)
	}
}

// targets are who is told of events, as the laboratory tells them.
func (h *host) targets() []remote.Target {
	all := []remote.Target{}
	for _, c := range h.alerts.Counts() {
		all = append(all, remote.Target{Target: c.Target, Sent: c.Sent, Lost: c.Lost, Waiting: c.Waiting, Failing: c.Failing})
	}
	return all
}

// snmpAddress is where the interface of a breaker is read by SNMP; "": it is not.
func (h *host) snmpAddress(name string) string {
	for _, a := range h.alerts.Agents() {
		if a.Breaker == name {
			return a.Address.String()
		}
	}
	return ""
}
