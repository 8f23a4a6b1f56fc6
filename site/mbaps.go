package site

import (
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"

	"switchroom/access"
	"switchroom/paths/ethernet/filtering"
	"switchroom/paths/ethernet/roles"
)

// DefaultMbapsPort is the port of Modbus/TCP Security where 802 needs privileges.
const DefaultMbapsPort uint16 = 8020

// Mbaps is Modbus/TCP Security at an interface. No document of the device has it; it is
// off where the site file does not ask for it, and ours.
type Mbaps struct {
	Port                      uint16
	Certificate, Key, Anchors string       // PEM files; as LoadFile was told where the site file is
	Only                      bool         // the plain port is closed
	Rights                    roles.Rights // what each role may
}

var mbapsFields = []Field{
	{Name: "port", Kind: Whole, Help: "TCP port; 8020 (802 where you may)", Min: 1, Max: 65535},
	{Name: "certificate", Kind: Text, Help: "PEM file of the interface's certificate, and of those between it and its authority"},
	{Name: "key", Kind: Text, Help: "PEM file of its key, without a password"},
	{Name: "anchors", Kind: Text, Help: "PEM file of the authorities whose certificates clients may show"},
	{Name: "plain", Kind: Text, Help: "the plain port beside it; on; off in profile hardened alone", Enum: []string{"on", "off"}},
	{Name: "roles", Kind: Strings, Help: "none, read or read-write for each role in clients' certificates, \"\" for none; in place of the built-in ones (docs/mbaps.md)"},
}

type fileMbaps struct {
	Port        uint16            `yaml:"port"`
	Certificate string            `yaml:"certificate"`
	Key         string            `yaml:"key"`
	Anchors     string            `yaml:"anchors"`
	Plain       string            `yaml:"plain"`
	Roles       map[string]string `yaml:"roles"`
}

// filled takes from the site's what a breaker's own does not say.
func (f fileMbaps) filled(of *fileMbaps) fileMbaps {
	if of == nil {
		return f
	}
	f.Port, f.Anchors, f.Plain = or(f.Port, of.Port), or(f.Anchors, of.Anchors), or(f.Plain, of.Plain)
	if f.Certificate == "" && f.Key == "" {
		f.Certificate, f.Key = of.Certificate, of.Key
	}
	if f.Roles == nil {
		f.Roles = of.Roles
	}
	return f
}

// secured gives the interfaces with an address of their own their secured doors.
func (c *checker) secured(s *Site, f *file) {
	all := c.everybodys(s, f.Mbaps)
	each(c, "breakers", f.Breakers, func(at string, fb *fileBreaker) {
		b := &s.Breakers[c.names[fb.Name]]
		switch own := b.Via == "" && b.Reachable(); {
		case fb.Mbaps != nil && !own:
			c.problem(at+".mbaps", "only an IFE or EIFE with an address of its own has it; what is behind one is reached through its")
		case fb.Mbaps != nil:
			b.Mbaps = c.mbaps(at+".mbaps", s, fb.Mbaps.filled(f.Mbaps))
		case all != nil && own:
			m := *all
			b.Mbaps = &m
		}
		if b.Mbaps != nil {
			c.listens(at, b.MbapsAddress(), "the mbaps port of breaker", b.Unit.Name)
		}
	})
}

// everybodys is what the top of the file gives to every interface; nil: nothing, or
// only what those that ask for it share.
func (c *checker) everybodys(s *Site, f *fileMbaps) *Mbaps {
	switch {
	case f == nil:
		return nil
	case s.Profile == access.Faithful:
		c.note("mbaps", "the device of profile 2017 is not documented to have Modbus/TCP Security; it is ours")
	}
	if f.Certificate == "" && f.Key == "" {
		return nil
	}
	return c.mbaps("mbaps", s, *f)
}

func (c *checker) mbaps(at string, s *Site, f fileMbaps) *Mbaps {
	m := &Mbaps{Port: or(f.Port, DefaultMbapsPort), Certificate: f.Certificate, Key: f.Key, Anchors: f.Anchors, Only: f.Plain == "off", Rights: roles.Default()}
	for _, x := range []struct{ name, value string }{{"certificate", f.Certificate}, {"key", f.Key}, {"anchors", f.Anchors}} {
		if x.value == "" {
			c.problem(at, fmt.Sprintf("%s is missing: certificate, key and anchors are PEM files; docs/mbaps.md makes them", x.name))
		}
	}
	if m.Only && s.Profile != access.Hardened {
		c.problem(at+".plain", "only profile hardened may close the plain port: in the others the device has it; leave plain out, or write profile: hardened")
	}
	if f.Roles == nil {
		return m
	}
	m.Rights = roles.Rights{}
	for _, name := range sorted(f.Roles) {
		var l filtering.Level
		err := errors.Join(l.UnmarshalText([]byte(f.Roles[name])), roles.CheckRole(name))
		if err != nil {
			c.problem(at+".roles."+name, err.Error())
		}
		m.Rights[name] = l
	}
	return m
}

// MbapsAddress is where a breaker with Modbus/TCP Security is reached by it.
func (b *Breaker) MbapsAddress() netip.AddrPort {
	return netip.AddrPortFrom(b.Address.Addr(), b.Mbaps.Port)
}

// MbapsOf returns the breaker at whose secured door a breaker is asked: itself, or the
// one whose IFE server it is behind; nil: there is none.
func (s *Site) MbapsOf(b *Breaker) *Breaker {
	server := b.Via
	if l := s.LineOf(b); l != nil {
		server = l.Server
	}
	for i := range s.Breakers {
		x := &s.Breakers[i]
		if x.Mbaps != nil && (b.Via == "" && x.Unit.Name == b.Unit.Name || b.Via != "" && x.Unit.Name == server) {
			return x
		}
	}
	return nil
}

// found makes the files' names those that can be opened from anywhere.
func (m *Mbaps) found(dir string) {
	for _, p := range []*string{&m.Certificate, &m.Key, &m.Anchors} {
		if !filepath.IsAbs(*p) {
			*p = filepath.Join(dir, *p)
		}
	}
}
