package alerts

import (
	"crypto/tls"
	"fmt"
	"strings"

	"switchroom/notify/mail"
	"switchroom/notify/snmp"
	"switchroom/notify/syslog"
	"switchroom/site"
)

func (a *Alerts) syslog() error {
	for i, x := range a.lab.Site.Events.Syslog {
		roots, err := a.roots(x.CA)
		if err != nil {
			return fmt.Errorf("events.syslog[%d].ca_file: %w", i, err)
		}
		s, err := syslog.New(syslog.Config{Network: x.Network, Address: x.Address, Facility: x.Facility, TLS: &tls.Config{RootCAs: roots}})
		if err != nil {
			return fmt.Errorf("events.syslog[%d]: %w", i, err)
		}
		a.add(fmt.Sprintf("syslog %s %s", x.Network, x.Address), s, x.Filter)
	}
	return nil
}

func (a *Alerts) traps(engines map[string]*snmp.Engine) error {
	for i, x := range a.lab.Site.Events.Traps {
		c := snmp.TrapConfig{Address: x.Address, Version: x.Version, Engine: engines[trapEngine], Agent: a.first()}
		var err error
		if c.Community, err = x.Community.Load(a.lab.Site.Dir); err == nil {
			c.User, err = a.user(&x.User)
		}
		if err != nil {
			return fmt.Errorf("events.snmp_traps[%d]: %w", i, err)
		}
		s, err := snmp.NewSender(c)
		if err != nil {
			return fmt.Errorf("events.snmp_traps[%d]: %w", i, err)
		}
		a.add(fmt.Sprintf("SNMP traps %s", x.Address), s, x.Filter)
	}
	return nil
}

// user is a user with his passwords.
func (a *Alerts) user(u *site.SNMPUser) (snmp.User, error) {
	auth, err := u.AuthPassword.Load(a.lab.Site.Dir)
	if err != nil {
		return snmp.User{}, err
	}
	priv, err := u.PrivPassword.Load(a.lab.Site.Dir)
	return snmp.User{Name: u.Name, Auth: u.Auth, AuthPassword: auth, Priv: u.Priv, PrivPassword: priv}, err
}

func (a *Alerts) mail() error {
	m := a.lab.Site.Events.Mail
	if m == nil {
		return nil
	}
	roots, err := a.roots(m.CA)
	if err != nil {
		return fmt.Errorf("events.email.ca_file: %w", err)
	}
	password, err := m.Password.Load(a.lab.Site.Dir)
	if err != nil {
		return fmt.Errorf("events.email.password: %w", err)
	}
	for i, l := range m.Lists {
		c := mail.Config{Server: m.Server, Security: m.Security, TLS: &tls.Config{RootCAs: roots}, User: m.User, Password: password, From: m.From, To: l.To, Text: l.Text}
		s, err := mail.New(c)
		if err != nil {
			return fmt.Errorf("events.email.lists[%d]: %w", i, err)
		}
		a.add("e-mail to "+strings.Join(l.To, ", "), s, l.Filter)
	}
	return nil
}
