package main

import (
	"fmt"
	"slices"
	"strings"

	"switchroom/imu"
	"switchroom/site"
)

// warnReach says what becomes reachable where a site listens beyond loopback.
func warnReach(a *app, s *site.Site) {
	warnSecured(a, s)
	open, breakers, factory := beyond(s)
	if len(open) == 0 {
		return
	}
	fmt.Fprintf(a.Stderr, "warning: this switchroom listens beyond this machine: %s\n", strings.Join(open, ", "))
	fmt.Fprintf(a.Stderr, "warning: whoever can send packets to these addresses reads %s, without any password\n", count(breakers))
	fmt.Fprintln(a.Stderr, "warning: a command needs the password of a breaker, which crosses the network in clear: Modbus TCP has no encryption")
	if factory > 0 {
		fmt.Fprintf(a.Stderr, "warning: factory passwords, which everybody can read up, are in force on %s: whoever reaches them operates them; set passwords in the site file\n", count(factory))
	}
	fmt.Fprintln(a.Stderr, "warning: keep it in a network of its own, or behind a firewall that admits the system under test alone; listen: loopback at the top of the site file ends it")
}

func count(n int) string {
	if n == 1 {
		return "1 breaker"
	}
	return fmt.Sprintf("%d breakers", n)
}

// beyond lists the addresses beyond loopback at which a site listens, how many
// breakers are reached there, and how many of them have a factory password.
func beyond(s *site.Site) (open []string, breakers, factory int) {
	add := func(a string) {
		if !slices.Contains(open, a) {
			open = append(open, a)
		}
	}
	for _, g := range s.Gateways {
		if !g.Address.Addr().IsLoopback() && g.Panel {
			add(g.Address.String())
		}
	}
	for i := range s.Breakers {
		b := &s.Breakers[i]
		if !b.Reachable() || b.Address.Addr().IsLoopback() || plainShut(s, b) {
			continue
		}
		add(b.Address.String())
		breakers++
		if factoryPassword(b.Unit.Passwords) {
			factory++
		}
	}
	return open, breakers, factory
}

// factoryPassword reports whether any level still has the password that it left the
// factory with.
func factoryPassword(p *[4]imu.Password) bool {
	if p == nil {
		return true
	}
	for level := range p {
		if p[level] == imu.Factory[level] {
			return true
		}
	}
	return false
}
