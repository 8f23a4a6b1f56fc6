package site

import (
	"fmt"
	"net/netip"
	"slices"

	"switchroom/access"
	"switchroom/notify/mail"
	"switchroom/notify/snmp"
)

// DefaultSNMPPort is the port of agents where 161 needs privileges.
const DefaultSNMPPort uint16 = 1161

// SNMP is how the interfaces can be read by SNMP.
type SNMP struct {
	Port      uint16
	Community Secret // of versions 1 and 2c; none: they are off
	Users     []SNMPUser
}

// SNMPUser is a user of version 3.
type SNMPUser struct {
	Name, Auth, Priv           string
	AuthPassword, PrivPassword Secret
}

// userFields are those of a user. name is the field of its name.
func userFields(name string) []Field {
	return slices.Concat([]Field{
		{Name: name, Kind: Text, Help: "user of version 3"},
		{Name: "auth", Kind: Text, Help: "how it authenticates; sha256", Enum: snmp.Auths()},
	}, secretFields("auth_password", "8 characters or more"), []Field{
		{Name: "priv", Kind: Text, Help: "what makes its messages unreadable to others; aes", Enum: append(snmp.Privs(), "none")},
	}, secretFields("priv_password", "8 characters or more"))
}

var snmpFields = slices.Concat([]Field{
	{Name: "port", Kind: Whole, Help: "UDP port of each interface's agent; 1161", Min: 1, Max: 65535},
}, secretFields("community", "by which versions 1 and 2c read, in clear; none: they are off"), []Field{
	{Name: "users", Kind: List, Help: "users of version 3", Fields: userFields("name")},
})

type fileUser struct {
	Auth             string `yaml:"auth"`
	AuthPassword     string `yaml:"auth_password"`
	AuthPasswordFile string `yaml:"auth_password_file"`
	Priv             string `yaml:"priv"`
	PrivPassword     string `yaml:"priv_password"`
	PrivPasswordFile string `yaml:"priv_password_file"`
}

type fileSNMP struct {
	Port          uint16 `yaml:"port"`
	Community     string `yaml:"community"`
	CommunityFile string `yaml:"community_file"`
	Users         []struct {
		Name     string `yaml:"name"`
		fileUser `yaml:",inline"`
	} `yaml:"users"`
}

// user makes a user of version 3.
func (c *checker) user(at, name string, f *fileUser) SNMPUser {
	u := SNMPUser{Name: name, Auth: or(f.Auth, "sha256"), Priv: or(f.Priv, "aes")}
	u.AuthPassword = c.secret(at+".auth_password", f.AuthPassword, f.AuthPasswordFile)
	u.PrivPassword = c.secret(at+".priv_password", f.PrivPassword, f.PrivPasswordFile)
	c.needed(at+".auth_password", u.AuthPassword, "a user always authenticates")
	switch {
	case u.Priv == "none" && u.PrivPassword.Given():
		c.problem(at+".priv", "none, and there is a priv_password")
	case u.Priv == "none":
		u.Priv = ""
	default:
		c.needed(at+".priv_password", u.PrivPassword, "or write priv: none")
	}
	// A password in a file is looked at when the site comes to life.
	try := snmp.User{Name: name, Auth: u.Auth, Priv: u.Priv, AuthPassword: or(u.AuthPassword.inline(), "xxxxxxxx"), PrivPassword: or(u.PrivPassword.inline(), "xxxxxxxx")}
	if err := try.Check(); err != nil {
		c.problem(at, err.Error())
	}
	return u
}

// agents makes how the interfaces can be read by SNMP.
func (c *checker) agents(s *Site, f *fileSNMP, breakers []fileBreaker) {
	for i := range breakers {
		if b := &breakers[i]; b.SNMP != nil && *b.SNMP && f == nil {
			c.problem(fmt.Sprintf("breakers[%d].snmp", i), "there is no snmp: at the top, which says who may read")
		}
	}
	if f == nil {
		return
	}
	s.SNMP = &SNMP{Port: or(f.Port, DefaultSNMPPort), Community: c.secret("snmp.community", f.Community, f.CommunityFile)}
	seen := map[string]bool{}
	for i, x := range f.Users {
		at := fmt.Sprintf("snmp.users[%d]", i)
		if c.doubtful[at] {
			continue
		}
		if seen[x.Name] {
			c.problem(at+".name", fmt.Sprintf("%q is another user's name", x.Name))
		}
		seen[x.Name] = true
		s.SNMP.Users = append(s.SNMP.Users, c.user(at, x.Name, &x.fileUser))
	}
	switch {
	case !s.SNMP.Community.Given() && len(f.Users) == 0:
		c.problem("snmp", "nobody may read: give community, users, or both")
	case s.SNMP.Community.Given() && s.Profile == access.Hardened:
		c.problem("snmp.community", "it crosses the network in clear, and profile hardened has none; give users")
	}
	c.oneAgent(s, breakers)
}

// oneAgent refuses two agents at one address and port.
func (c *checker) oneAgent(s *Site, breakers []fileBreaker) {
	whose := map[netip.Addr]string{}
	for i := range s.Breakers {
		b := &s.Breakers[i]
		b.SNMP = b.Via == "" && b.Reachable() && (breakers[i].SNMP == nil || *breakers[i].SNMP)
		if breakers[i].SNMP != nil && *breakers[i].SNMP && !b.SNMP {
			c.problem(fmt.Sprintf("breakers[%d].snmp", i), "it has no interface of its own: it is read at the interface that it is behind")
		}
		if !b.SNMP || !b.Address.IsValid() {
			continue
		}
		if other := whose[b.Address.Addr()]; other != "" {
			c.problem(fmt.Sprintf("breakers[%d]", i), fmt.Sprintf("%s is at this address too, and an agent has one of its own; write snmp: false at one of them", other))
		}
		whose[b.Address.Addr()] = b.Unit.Name
	}
}

// config is what sends the e-mails of one list.
func (m *Mail) config(l *MailList, password string) *mail.Config {
	c := &mail.Config{Server: m.Server, Security: m.Security, User: m.User, Password: password, From: m.From, To: l.To, Text: l.Text}
	if password == "" {
		c.User = "" // it is checked without a login: they are judged apart
	}
	return c
}

// Behind are the breakers that are read at the interface of a breaker: itself, and
// those stacked on it.
func (s *Site) Behind(i int) (at []int) {
	at = []int{i}
	for k := range s.Breakers {
		if s.Breakers[k].Via == s.Breakers[i].Unit.Name {
			at = append(at, k)
		}
	}
	return at
}
