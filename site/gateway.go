package site

import (
	"fmt"
	"net/netip"

	"switchroom/imu"
)

// Gateway is what several breakers are behind, each with a unit id.
type Gateway struct {
	Name    string
	Panel   bool // a panel server, which answers to unit ids 0 and 255 itself; else nobody does
	Address netip.AddrPort
}

// Limits of the real interface and of Modbus.
const (
	stackedMax  = 11  // IFMs stacked on an IFE server (IFE guide: confirmed)
	devicesMax  = 20  // devices declared in an IFE server (IFE guide: confirmed)
	rotaryMax   = 99  // an IFM's unit id, set by two rotary switches (recalled)
	unitMax     = 247 // Serial V1.02, 2.2
	panelServer = "panel-server"
)

var gatewayFields = []Field{
	{Name: "name", Kind: Text, Required: true, Help: "GW1"},
	{Name: "kind", Kind: Text, Required: true, Help: "gateway: nobody is at unit ids 0 and 255; panel-server: it is there itself", Enum: []string{"gateway", panelServer}},
	{Name: "address", Kind: Text, Required: true, Help: "IP address"},
	{Name: "port", Kind: Whole, Help: "Modbus TCP port, in place of the site's", Min: 1, Max: 65535},
}

type fileGateway struct {
	Name    string `yaml:"name"`
	Kind    string `yaml:"kind"`
	Address string `yaml:"address"`
	Port    uint16 `yaml:"port"`
}

// Reachable reports whether the Ethernet reaches the breaker.
func (b *Breaker) Reachable() bool {
	return b.Via != "" && b.Address.IsValid() || b.Via == "" && (b.Unit.Interface == imu.IFE || b.Unit.Interface == imu.EIFE)
}

// UnitID is the unit id that a client asks the breaker by.
func (b *Breaker) UnitID() byte {
	if b.Via != "" {
		return b.ID
	}
	return 255
}

// gateways makes the gateways. Their names are not those of breakers.
func (c *checker) gateways(s *Site, list []fileGateway) {
	seen := map[string]bool{}
	each(c, "gateways", list, func(at string, f *fileGateway) {
		g := Gateway{Name: f.Name, Panel: f.Kind == panelServer, Address: c.address(at, s, f.Address, or(f.Port, s.Port))}
		if seen[g.Name] {
			c.problem(at+".name", fmt.Sprintf("%q is the name of another gateway", g.Name))
		}
		seen[g.Name] = true
		c.listens(at, g.Address, "gateway", g.Name)
		s.Gateways = append(s.Gateways, g)
	})
}

// behind gives the breakers that are behind something their addresses, and checks
// that each can be there.
func (c *checker) behind(s *Site, f *file) {
	v := &fronts{c, s, map[string]string{}, map[string]int{}, map[string]int{}}
	for i := range f.Breakers {
		if b := &s.Breakers[i]; b.Via == "" && b.ID != 0 && b.Reachable() {
			v.units[unitKey(b.Address, b.ID)] = b.Unit.Name
		}
	}
	each(c, "breakers", f.Breakers, func(at string, b *fileBreaker) {
		if b.Via != "" {
			v.put(at, b)
		}
	})
}

// fronts are the gateways and servers, and who is behind them so far.
type fronts struct {
	*checker
	site  *Site
	units map[string]string // who has an address and unit id
	count map[string]int    // of devices of each server
	stack map[string]int    // and of those stacked on it
}

func unitKey(a netip.AddrPort, id byte) string { return fmt.Sprintf("%v/%d", a, id) }

func (v *fronts) put(at string, f *fileBreaker) {
	b := &v.site.Breakers[v.names[f.Name]]
	most := unitMax
	if b.Unit.Interface == imu.IFM {
		most = rotaryMax
	}
	switch {
	case b.Unit.Interface == imu.NoInterface:
		v.problem(at+".interface", "nothing reaches a breaker without interface; write ifm, or leave via out")
	case f.Address != "":
		v.problem(at+".address", fmt.Sprintf("it is reached at the address of %s; leave address out", f.Via))
	case f.Port != 0:
		v.problem(at+".port", fmt.Sprintf("it is reached at the port of %s; leave port out", f.Via))
	case f.Unit == 0:
		v.problem(at+".unit", fmt.Sprintf("missing: behind %s the unit id says which breaker is asked", f.Via))
	case f.Unit > most:
		v.problem(at+".unit", fmt.Sprintf("%d: an %v behind something has a unit id from 1 to %d", f.Unit, b.Unit.Interface, most))
	default:
		v.find(at, b)
	}
}

// find finds what the breaker is behind.
func (v *fronts) find(at string, b *Breaker) {
	if g := v.site.gatewayNamed(b.Via); g != nil {
		if _, both := v.names[b.Via]; both {
			v.problem(at+".via", fmt.Sprintf("%q is a gateway and a breaker; give one of them another name", b.Via))
		}
		v.reach(at, b, g.Address)
		return
	}
	if l := v.site.lineNamed(b.Via); l != nil {
		v.onLine(at, b, l)
		return
	}
	k, there := v.names[b.Via]
	switch {
	case !there && v.doubtful != nil: // it may be one of those that are wrong
	case !there:
		v.problem(at+".via", fmt.Sprintf("there is no gateway, no line and no breaker %q", b.Via))
	case &v.site.Breakers[k] == b:
		v.problem(at+".via", "a breaker is not behind itself")
	case v.site.Breakers[k].Via != "" || v.site.Breakers[k].Unit.Interface != imu.IFE:
		v.problem(at+".via", fmt.Sprintf("%s has no IFE with an address of its own, on which an IFM could be stacked", b.Via))
	case b.Unit.Interface != imu.IFM:
		v.problem(at+".interface", fmt.Sprintf("only an IFM is stacked on the IFE server of %s; write ifm", b.Via))
	default:
		v.stacked(at, b)
		v.reach(at, b, v.site.Breakers[k].Address)
	}
}

// stacked counts those on one server against what the real one takes.
func (v *fronts) stacked(at string, b *Breaker) {
	v.stack[b.Via]++
	if v.stack[b.Via] == stackedMax+1 {
		v.note(at+".via", fmt.Sprintf("%d IFMs stack on a real IFE server; more of them are wired to its serial line", stackedMax))
	}
	v.devices(at, b.Via)
}

// devices counts those of one server, stacked or on its lines.
func (v *fronts) devices(at, server string) {
	v.count[server]++
	switch n := v.count[server]; {
	case n == devicesMax+1 && v.site.Faithful:
		v.problem(at+".via", fmt.Sprintf("%s has more than %d devices, which is what a real IFE server takes (faithful_limits)", server, devicesMax))
	case n == devicesMax+1:
		v.note(at+".via", fmt.Sprintf("%s has more than %d devices; a real IFE server takes no more", server, devicesMax))
	}
}

func (v *fronts) reach(at string, b *Breaker, a netip.AddrPort) {
	b.Address = a
	key := unitKey(a, b.ID)
	if other, taken := v.units[key]; taken {
		v.problem(at+".unit", fmt.Sprintf("unit id %d behind %s is breaker %q's", b.ID, b.Via, other))
	}
	v.units[key] = b.Unit.Name
}

// stack puts the units of stacked IFMs behind those of their servers.
func (l *Lab) stack() error {
	byName := map[string]*imu.Unit{}
	for _, u := range l.Units {
		byName[u.Name()] = u
	}
	for i := range l.Site.Breakers {
		server := byName[l.Site.Breakers[i].Via]
		if line := l.Site.LineOf(&l.Site.Breakers[i]); line != nil {
			server = byName[line.Server]
		}
		if server == nil {
			continue
		}
		if err := l.Units[i].Stack(server); err != nil {
			return fmt.Errorf("%s: %w", l.Units[i].Name(), err)
		}
	}
	return nil
}
