package alerts

import (
	"context"
	"fmt"
	"net/netip"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/notify/snmp"
	"switchroom/points"
	"switchroom/site"
)

// agent is the agent of one breaker's interface.
type agent struct {
	*snmp.Agent
	name string
	running
}

// serve has an agent that listens answer.
func (a *Alerts) serve(g *agent) {
	g.start(func(ctx context.Context) {
		if err := g.Serve(ctx); err != nil {
			a.tell(fmt.Sprintf("SNMP agent of %s: %v", g.name, err))
		}
	})
}

// Agent is where the interface of a breaker is read by SNMP.
type Agent struct {
	Breaker string
	Address netip.AddrPort
}

// Agents are those that run, in the order of the site file.
func (a *Alerts) Agents() (all []Agent) {
	a.book.mu.RLock()
	defer a.book.mu.RUnlock()
	for _, g := range a.book.agents {
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
	setup, err := a.delivered()
	if err != nil {
		return err
	}
	for i := range s.Breakers {
		if b := &s.Breakers[i]; b.SNMP {
			g, err := a.agent(i, &setup, engines[b.Address.Addr().String()])
			if err != nil {
				return fmt.Errorf("snmp: %w", err)
			}
			a.book.agents = append(a.book.agents, g)
		}
	}
	return nil
}

// delivered is how interfaces are read by SNMP before their pages say otherwise.
func (a *Alerts) delivered() (setup snmp.Setup, err error) {
	s := a.lab.Site
	if s.SNMP == nil {
		return setup, nil
	}
	setup.On = true
	if setup.Community, err = s.SNMP.Community.Load(s.Dir); err != nil {
		return setup, fmt.Errorf("snmp.community: %w", err)
	}
	for i := range s.SNMP.Users {
		u, err := a.user(&s.SNMP.Users[i])
		if err != nil {
			return setup, fmt.Errorf("snmp.users[%d]: %w", i, err)
		}
		setup.Users = append(setup.Users, u)
	}
	return setup, nil
}

// agent makes the agent of the interface of the breaker at i.
func (a *Alerts) agent(i int, setup *snmp.Setup, e *snmp.Engine) (*agent, error) {
	s := a.lab.Site
	b := &s.Breakers[i]
	port := site.DefaultSNMPPort
	if s.SNMP != nil {
		port = s.SNMP.Port
	}
	g, err := snmp.New(snmp.Config{
		Address: netip.AddrPortFrom(b.Address.Addr(), port), Community: setup.Community, Users: setup.Users,
		Engine: e, Breakers: a.behind(i), Site: s.Name, Tell: a.tell,
	})
	if err != nil {
		return nil, err
	}
	return &agent{Agent: g, name: b.Unit.Name}, nil
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
