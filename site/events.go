package site

import (
	"fmt"
	"net"
	"net/netip"
	"slices"

	"switchroom/notify"
	"switchroom/notify/mail"
	"switchroom/notify/snmp"
	"switchroom/notify/syslog"
	"switchroom/points"
)

// Events says who is told of what happens at the breakers.
type Events struct {
	Syslog []Syslog
	Traps  []Traps
	Mail   *Mail // nil: no e-mail
}

// Syslog is a collector that gets events.
type Syslog struct {
	Filter                     notify.Filter
	Network, Address, Facility string
	CA                         string // file of the authority that is trusted; "": those of the system
}

// Traps is a receiver of SNMP traps.
type Traps struct {
	Filter           notify.Filter
	Address, Version string
	Community        Secret
	User             SNMPUser
}

// Mail is a mail server and who gets what by it.
type Mail struct {
	Server, Security, User, From string
	Password                     Secret
	CA                           string
	Lists                        []MailList
}

// MailList is one event list: who gets it, and which events.
type MailList struct {
	Filter notify.Filter
	To     []string
	Text   string
}

// filterFields are those by which a target chooses its events.
var filterFields = []Field{
	{Name: "events", Kind: List, Help: "names of events (trip.long_time) or of histories (trip); all", Of: &Field{Kind: Text}},
	{Name: "breakers", Kind: List, Help: "names of breakers; all", Of: &Field{Kind: Text}},
	{Name: "severity", Kind: Text, Help: "and only events at least so severe; low", Enum: []string{"low", "medium", "high"}},
}

var eventFields = []Field{
	{Name: "syslog", Kind: List, Help: "syslog collectors (RFC 5424)", Fields: slices.Concat([]Field{
		{Name: "address", Kind: Text, Required: true, Help: "HOST:PORT; 514 over udp, 6514 over tls are usual"},
		{Name: "network", Kind: Text, Help: "udp, tcp (both in clear) or tls; udp", Enum: []string{"udp", "tcp", "tls"}},
		{Name: "facility", Kind: Text, Help: "local0", Enum: syslog.Facilities()},
		{Name: "ca_file", Kind: Text, Help: "certificate of the authority that signed the collector's, PEM; the system's authorities"},
	}, filterFields)},
	{Name: "snmp_traps", Kind: List, Help: "receivers of SNMP traps", Fields: slices.Concat([]Field{
		{Name: "address", Kind: Text, Required: true, Help: "HOST:PORT; 162 is usual"},
		{Name: "version", Kind: Text, Help: "1, 2c (both in clear) or 3; 3", Enum: snmp.Versions()},
	}, secretFields("community", "of versions 1 and 2c"), userFields("user"), filterFields)},
	{Name: "email", Kind: Object, Help: "e-mails by a mail server of yours", Fields: slices.Concat([]Field{
		{Name: "server", Kind: Text, Required: true, Help: "HOST:PORT; 587 with starttls, 465 with tls are usual"},
		{Name: "security", Kind: Text, Help: "starttls, tls from the beginning, or none: in clear; starttls", Enum: mail.Securities()},
		{Name: "ca_file", Kind: Text, Help: "certificate of the authority that signed the server's, PEM; the system's authorities"},
		{Name: "user", Kind: Text, Help: "of the mail server; none: no login"},
	}, secretFields("password", "of the mail server"), []Field{
		{Name: "from", Kind: Text, Required: true, Help: "address that they come from"},
		{Name: "lists", Kind: List, Required: true, Help: "who gets which events", Fields: slices.Concat([]Field{
			{Name: "to", Kind: List, Required: true, Help: "up to 12 addresses", Of: &Field{Kind: Text}},
			{Name: "text", Kind: Text, Help: "yours, up to 63 characters, in each e-mail"},
		}, filterFields)},
	})},
}

type fileFilter struct {
	Events   []string `yaml:"events"`
	Breakers []string `yaml:"breakers"`
	Severity string   `yaml:"severity"`
}

type fileEvents struct {
	Syslog []struct {
		fileFilter `yaml:",inline"`
		Address    string `yaml:"address"`
		Network    string `yaml:"network"`
		Facility   string `yaml:"facility"`
		CA         string `yaml:"ca_file"`
	} `yaml:"syslog"`
	Traps []struct {
		fileFilter    `yaml:",inline"`
		fileUser      `yaml:",inline"`
		User          string `yaml:"user"`
		Address       string `yaml:"address"`
		Version       string `yaml:"version"`
		Community     string `yaml:"community"`
		CommunityFile string `yaml:"community_file"`
	} `yaml:"snmp_traps"`
	Mail *fileMail `yaml:"email"`
}

type fileMail struct {
	Server       string `yaml:"server"`
	Security     string `yaml:"security"`
	CA           string `yaml:"ca_file"`
	User         string `yaml:"user"`
	Password     string `yaml:"password"`
	PasswordFile string `yaml:"password_file"`
	From         string `yaml:"from"`
	Lists        []struct {
		fileFilter `yaml:",inline"`
		To         []string `yaml:"to"`
		Text       string   `yaml:"text"`
	} `yaml:"lists"`
}

// events makes what is told to whom.
func (c *checker) events(s *Site, f *fileEvents) {
	if f == nil {
		return
	}
	for i, x := range f.Syslog {
		at := fmt.Sprintf("events.syslog[%d]", i)
		if c.doubtful[at] {
			continue
		}
		t := Syslog{Filter: c.filter(at, &x.fileFilter), Network: or(x.Network, "udp"), Address: x.Address, Facility: or(x.Facility, "local0"), CA: x.CA}
		c.target(at+".address", s, x.Address)
		if x.CA != "" && t.Network != "tls" {
			c.problem(at+".ca_file", "only network: tls has a certificate to verify")
		}
		s.Events.Syslog = append(s.Events.Syslog, t)
	}
	for i, x := range f.Traps {
		at := fmt.Sprintf("events.snmp_traps[%d]", i)
		if c.doubtful[at] {
			continue
		}
		t := Traps{Filter: c.filter(at, &x.fileFilter), Address: x.Address, Version: or(x.Version, "3"), Community: c.secret(at+".community", x.Community, x.CommunityFile)}
		c.target(at+".address", s, x.Address)
		if t.Version == "3" {
			t.User = c.user(at, x.User, &x.fileUser)
		} else {
			c.needed(at+".community", t.Community, "traps of versions 1 and 2c carry one")
		}
		s.Events.Traps = append(s.Events.Traps, t)
	}
	c.mail(s, f.Mail)
}

// mail makes the e-mails. What the sender of e-mails itself knows is asked of it.
func (c *checker) mail(s *Site, f *fileMail) {
	if f == nil {
		return
	}
	m := &Mail{Server: f.Server, Security: or(f.Security, "starttls"), User: f.User, From: f.From, CA: f.CA, Password: c.secret("events.email.password", f.Password, f.PasswordFile)}
	c.target("events.email.server", s, f.Server)
	if (m.User != "") != m.Password.Given() {
		c.problem("events.email", "user and password (or password_file) go together")
	}
	for i, x := range f.Lists {
		at := fmt.Sprintf("events.email.lists[%d]", i)
		if c.doubtful[at] {
			continue
		}
		list := MailList{Filter: c.filter(at, &x.fileFilter), To: x.To, Text: x.Text}
		if err := m.config(&list, "").Check(); err != nil {
			c.problem(at, err.Error())
		}
		m.Lists = append(m.Lists, list)
	}
	if len(f.Lists) == 0 {
		c.problem("events.email.lists", "no list: say who gets e-mails")
	}
	if m.Security == "none" && m.Password.Given() {
		c.problem("events.email.security", "a password is not sent in clear: use starttls or tls, or leave user and password out")
	}
	s.Events.Mail = m
}

// filter makes a filter.
func (c *checker) filter(at string, f *fileFilter) notify.Filter {
	for i, name := range f.Events {
		if err := notify.CheckEvent(name); err != nil {
			c.problem(fmt.Sprintf("%s.events[%d]", at, i), err.Error())
		}
	}
	for i, name := range f.Breakers {
		if _, there := c.names[name]; !there && len(c.doubtful) == 0 {
			c.problem(fmt.Sprintf("%s.breakers[%d]", at, i), fmt.Sprintf("there is no breaker %q", name))
		}
	}
	least := slices.Index([]string{"", "low", "medium", "high"}, f.Severity)
	return notify.Filter{Events: f.Events, Breakers: f.Breakers, Least: points.Severity(least)}
}

// target checks where something is sent.
func (c *checker) target(at string, s *Site, address string) {
	if err := s.May(address); err != nil {
		c.problem(at, err.Error())
	}
}

// May says why nothing may be sent to an address. Nothing leaves this machine unasked.
func (s *Site) May(address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil || host == "" || port == "" {
		return fmt.Errorf("%q: write HOST:PORT", address)
	}
	ip, err := netip.ParseAddr(host)
	if loopback := host == "localhost" || err == nil && ip.Unmap().IsLoopback(); !loopback && !s.LAN {
		return fmt.Errorf("%s is beyond this machine; write listen: lan at the top of the site file if you mean it, or use 127.0.0.1", host)
	}
	return nil
}
