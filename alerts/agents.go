package alerts

import (
	"fmt"
	"net/netip"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/notify/snmp"
	"switchroom/points"
)

// agent is the agent of one breaker's interface.
type agent struct {
	*snmp.Agent
	name string
}

// Agent is where the interface of a breaker is read by SNMP.
type Agent struct {
	Breaker string
	Address netip.AddrPort
}

// Agents are those that run, in the order of the site file.
func (a *Alerts) Agents() (all []Agent) {
	for _, g := range a.agents {
		all = append(all, Agent{g.name, g.Address()})
	}
	return all
}

// interfaces makes an agent for each interface that is read by SNMP.
func (a *Alerts) interfaces(engines map[string]*snmp.Engine) error {
	s := a.lab.Site
	if s.SNMP == nil {
		return nil
	}
	c := snmp.Config{Site: s.Name, Tell: a.tell}
	var err error
	if c.Community, err = s.SNMP.Community.Load(s.Dir); err != nil {
		return fmt.Errorf("snmp.community: %w", err)
	}
	for i := range s.SNMP.Users {
		u, err := a.user(&s.SNMP.Users[i])
		if err != nil {
			return fmt.Errorf("snmp.users[%d]: %w", i, err)
		}
		c.Users = append(c.Users, u)
	}
	for i := range s.Breakers {
		b := &s.Breakers[i]
		if !b.SNMP {
			continue
		}
		c.Address, c.Engine, c.Breakers = netip.AddrPortFrom(b.Address.Addr(), s.SNMP.Port), engines[b.Address.Addr().String()], a.behind(i)
		g, err := snmp.New(c)
		if err != nil {
			return fmt.Errorf("snmp: %w", err)
		}
		a.agents = append(a.agents, &agent{g, b.Unit.Name})
	}
	return nil
}

// behind are the breakers that are read at the interface of the one at i.
func (a *Alerts) behind(i int) (all []snmp.Breaker) {
	for _, k := range a.lab.Site.Behind(i) {
		b := &a.lab.Site.Breakers[k]
		all = append(all, snmp.Breaker{Name: b.Unit.Name, Title: b.Title, Unit: int(b.UnitID()), Read: a.read(a.lab.Units[k])})
	}
	return all
}

// reader is who reads by SNMP. The access matrix has no row of its own for it: it is
// reading over the network through the interface, as Modbus is.
var reader = access.Actor{Path: access.Modbus}

// read reads a unit for one agent, which does so on one goroutine.
func (a *Alerts) read(u *imu.Unit) func() (points.Values, func(points.ID) string) {
	var snap imu.Snapshot
	nothing := points.NewValues()
	return func() (points.Values, func(points.ID) string) {
		if d, _ := u.Read(a.lab.World.Now(), reader, &snap); !d.OK() || snap.Values == nil {
			return nothing, func(points.ID) string { return "" }
		}
		return snap.Values, snap.Text
	}
}
