package alerts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"switchroom/notify"
	"switchroom/notify/mail"
	"switchroom/notify/snmp"
	"switchroom/site"
)

// Device is what the pages of one interface set up: its own e-mails, and how it is read
// by SNMP. Its methods may be called from several goroutines.
type Device struct {
	alerts *Alerts
	at     int // of its breaker in the site

	mu sync.Mutex // one change at a time
}

// Device returns the device of a breaker that has an interface of its own; nil: it has
// none.
func (a *Alerts) Device(breaker string) *Device {
	i := slices.IndexFunc(a.lab.Site.Breakers, func(b site.Breaker) bool { return b.Unit.Name == breaker })
	if i < 0 || !a.lab.Site.Breakers[i].Reachable() || a.lab.Site.Breakers[i].Via != "" {
		return nil
	}
	return &Device{alerts: a, at: i}
}

func (d *Device) breaker() *site.Breaker { return &d.alerts.lab.Site.Breakers[d.at] }

// SetMail replaces the e-mails of the device. When it returns an error nothing has
// changed. What waits for the old ones goes out at once or is lost, and that is told.
func (d *Device) SetMail(s mail.Service, lists []mail.List) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	name := d.breaker().Unit.Name
	var senders []*mail.Sender
	for i := range lists {
		if !s.On {
			break
		}
		if err := d.alerts.lab.Site.May(s.Server); err != nil {
			return err
		}
		c, err := s.Config(&lists[i])
		if err != nil {
			return err
		}
		sender, err := mail.New(c)
		if err != nil {
			return err
		}
		senders = append(senders, sender)
	}
	for _, j := range d.alerts.book.withdraw(name) {
		j.end()
	}
	for i, sender := range senders {
		d.alerts.book.put(d.prefix()+strings.Join(lists[i].To, ", "), name, sender, lists[i].Filter, d.alerts.tell)
	}
	return nil
}

// TestMail sends an e-mail that says that it is a test, and returns once the server has
// taken it.
func (d *Device) TestMail(ctx context.Context, s mail.Service, to []string) error {
	if err := d.alerts.lab.Site.May(s.Server); err != nil {
		return err
	}
	c, err := s.Config(&mail.List{To: to})
	if err != nil {
		return err
	}
	sender, err := mail.New(c)
	if err != nil {
		return err
	}
	l := d.alerts.lab
	_, err = sender.Send(ctx, []notify.Event{{At: l.World.Date(l.World.Now()), Site: l.Site.Name, Breaker: d.breaker().Unit.Name, Title: "a test of its e-mails", Phase: notify.Happened}})
	return err
}

func (d *Device) prefix() string { return "e-mail of " + d.breaker().Unit.Name + " to " }

// MailCounts says how each of its lists fares, in their order.
func (d *Device) MailCounts() (all []notify.Fare) {
	for _, c := range d.alerts.Counts() {
		if to, ok := strings.CutPrefix(c.Target, d.prefix()); ok {
			all = append(all, notify.Fare{Target: to, Counts: c.Counts})
		}
	}
	return all
}

// Delivered is how the device is read by SNMP before its pages say otherwise: as the
// site file has it.
func (d *Device) Delivered() (snmp.Setup, error) {
	if !d.breaker().SNMP {
		return snmp.Setup{}, nil
	}
	return d.alerts.delivered()
}

// SNMPAddress is where the device is read by SNMP now; "": it is not.
func (d *Device) SNMPAddress() string {
	for _, g := range d.alerts.Agents() {
		if g.Breaker == d.breaker().Unit.Name {
			return g.Address.String()
		}
	}
	return ""
}

// SetSNMP replaces how the device is read by SNMP. Its engine starts anew, so that
// managers must ask for its time again. When what was asked cannot be, it is not read
// at all.
func (d *Device) SetSNMP(s snmp.Setup) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := s.Check(); err != nil {
		return err
	}
	d.alerts.remove(d.breaker().Unit.Name)
	if !s.On {
		return nil
	}
	address := d.breaker().Address.Addr().String()
	engines, err := d.alerts.boot(address)
	if err != nil {
		return err
	}
	g, err := d.alerts.agent(d.at, &s, engines[address])
	if err != nil {
		return err
	}
	return d.alerts.enter(g)
}

// remove ends the agent of a breaker.
func (a *Alerts) remove(breaker string) {
	a.book.mu.Lock()
	i := slices.IndexFunc(a.book.agents, func(g *agent) bool { return g.name == breaker })
	var g *agent
	if i >= 0 {
		g = a.book.agents[i]
		a.book.agents = slices.Delete(a.book.agents, i, i+1)
	}
	a.book.mu.Unlock()
	if g != nil {
		g.end()
	}
}

// enter has an agent answer, if the others do.
func (a *Alerts) enter(g *agent) error {
	a.book.mu.Lock()
	defer a.book.mu.Unlock()
	if a.book.over {
		return errors.New("the laboratory ends")
	}
	if err := g.Listen(); err != nil {
		return fmt.Errorf("SNMP agent of %s: %w", g.name, err)
	}
	if a.book.started {
		a.serve(g)
	}
	a.book.agents = append(a.book.agents, g)
	return nil
}
