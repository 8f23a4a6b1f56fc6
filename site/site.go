// Package site is the site file: what breakers a switchroom has, how they are
// wired, set, reached and fed. It reads the YAML, says everything that is wrong
// with it by line and column together with what to write instead, and makes
// the units and the network of it.
//
// The schema is a table ([Schema]) from which the checks, the published JSON
// schema (`switchroom site schema`) and the documentation are made.
//
// A scenario file ([ScenarioSchema]) says what happens in a site and when: faults,
// losses, starts, somebody's hands at a breaker. [Site.NewRun] plays one in a world
// of its own; whatever it refuses is said before it begins, and what a breaker
// refuses while it is played is in its log.
//
// A site file may hold breaker passwords. Whoever can read it can operate the
// virtual breakers in it.
package site

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	yaml "go.yaml.in/yaml/v4"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/plant"
	"switchroom/points"
	"switchroom/room"
)

// Site is a site file that has passed every check.
type Site struct {
	Name      string
	Profile   access.Profile
	Voltage   float64 // V, phase to phase
	Frequency float64 // Hz
	Seed      uint64
	Port      uint16
	Web       Web
	LAN       bool // may listen beyond loopback
	Faithful  bool // the real interface's limits
	Errors    bool // units measure with errors within their class
	Idle      float64
	Gateways  []Gateway
	Lines     []Line
	Breakers  []Breaker
	Network   plant.Network // without its breakers
	Events    Events        // who is told of what happens
	SNMP      *SNMP         // how the interfaces are read by SNMP; nil: not
	Trust     string        // directory of what control units judge packages by; "": they install none
	Dir       string        // where the site file is: what it names is found from there
	Room      *room.Config  // the locked area; nil: the breakers stand in the open
	Notes     Problems      // what is allowed and does nothing

	proven bool // control units take the timestamp exception
}

// Breaker is one breaker of a site.
type Breaker struct {
	Unit     imu.Config
	Title    string
	Address  netip.AddrPort
	ID       byte   // unit id besides 0 and 255, and with Via the only one; 0: none
	Via      string // the breaker whose IFE server, or the gateway, that it is behind; "": it has an address of its own
	From, To string
	TapsTop  bool
	Pad      bool     // the locking pad is given, and is locked
	SNMP     bool     // its interface is read by SNMP
	Mbaps    *Mbaps   // Modbus/TCP Security at its interface; nil: not
	ZSI      []string // breakers upstream that its ZSI output restrains
}

// fileMax bounds a site file, in bytes: ten thousand breakers fit.
const fileMax = 16 << 20

// Load reads a site file.
func LoadFile(path string) (*Site, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	s, err := Parse(filepath.Base(path), data)
	if err != nil {
		return nil, err
	}
	s.Dir = filepath.Dir(path)
	for i := range s.Breakers {
		if m := s.Breakers[i].Mbaps; m != nil {
			m.found(s.Dir)
		}
	}
	if err := s.readAnchors(); err != nil {
		return nil, fmt.Errorf("%s: trust: %w", path, err)
	}
	return s, nil
}

// Parse reads a site from YAML. name stands in the errors, which come all at
// once as a [Problems].
func Parse(name string, data []byte) (*Site, error) {
	var f file
	c, err := read(name, data, &Schema, &f)
	if err != nil {
		return nil, err
	}
	s := c.site(&f)
	if err := c.sorted(); err != nil {
		return nil, err
	}
	s.Notes = c.notes
	return s, nil
}

// read checks YAML against a schema and puts it into f. The checker it returns
// knows where everything stands.
func read(name string, data []byte, schema *Field, f any) (*checker, error) {
	if len(data) > fileMax {
		return nil, fmt.Errorf("%s: %d bytes; a file has up to %d", name, len(data), fileMax)
	}
	var doc yaml.Node
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, Problems{{File: name, Line: 1, Column: 1, Message: "is empty; `switchroom demo --site` prints an example of a site file"}}
	}
	if err := yaml.Load(data, &doc); err != nil {
		return nil, fmt.Errorf("%s: %s", name, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	c := &checker{file: name, at: map[string]position{}, names: map[string]int{}, addresses: map[netip.AddrPort]string{}}
	root := &doc
	if doc.Kind == yaml.DocumentNode && len(doc.Content) == 1 {
		root = doc.Content[0]
	}
	c.value("", root, schema)
	switch {
	case len(c.problems) == 0:
		c.copies(root)
		if len(c.problems) > 0 {
			return nil, c.problems
		}
	case !c.judgeable() || child(root, "copies") != nil:
		return nil, c.sorted()
	default:
		c.doubt(root)
	}
	if err := root.Decode(f); err != nil {
		if len(c.problems) > 0 { // which is why
			return nil, c.sorted()
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return c, nil
}

// sorted returns the problems by their lines, or nil.
func (c *checker) sorted() error {
	if len(c.problems) == 0 {
		return nil
	}
	slices.SortStableFunc(c.problems, func(a, b Problem) int { return a.Line - b.Line })
	return c.problems
}

// file is the YAML as it stands.
type file struct {
	Site      string  `yaml:"site"`
	Profile   string  `yaml:"profile"`
	Voltage   float64 `yaml:"voltage"`
	Frequency float64 `yaml:"frequency"`
	Seed      uint64  `yaml:"seed"`
	Port      uint16  `yaml:"port"`
	Listen    string  `yaml:"listen"`
	fileWeb   `yaml:",inline"`
	Faithful  bool          `yaml:"faithful_limits"`
	Errors    bool          `yaml:"measuring_errors"`
	Idle      float64       `yaml:"idle_limit"`
	Copies    int           `yaml:"copies"`
	Gateways  []fileGateway `yaml:"gateways"`
	Lines     []fileLine    `yaml:"lines"`
	Breakers  []fileBreaker `yaml:"breakers"`
	Network   fileNetwork   `yaml:"network"`
	Room      *fileRoom     `yaml:"room"`
	Events    *fileEvents   `yaml:"events"`
	SNMP      *fileSNMP     `yaml:"snmp"`
	Mbaps     *fileMbaps    `yaml:"mbaps"`
	Trust     string        `yaml:"trust"`
	Proven    bool          `yaml:"timestamp_exception"`
}

type fileBreaker struct {
	Name        string            `yaml:"name"`
	Title       string            `yaml:"title"`
	In          float64           `yaml:"in"`
	Variant     string            `yaml:"variant"`
	Standard    string            `yaml:"standard"`
	Poles       int               `yaml:"poles"`
	SystemType  int               `yaml:"system_type"`
	SGR         bool              `yaml:"ground_return"`
	Frame       string            `yaml:"frame"`
	Interface   string            `yaml:"interface"`
	Address     string            `yaml:"address"`
	Port        uint16            `yaml:"port"`
	Unit        int               `yaml:"unit"`
	Via         string            `yaml:"via"`
	Fixed       bool              `yaml:"fixed"`
	Closed      bool              `yaml:"closed"`
	Pad         string            `yaml:"pad"`
	Remote      *bool             `yaml:"remote_control"`
	Mode        string            `yaml:"mode"`
	MN          bool              `yaml:"mn"`
	Accessories []string          `yaml:"without"`
	Modules     []string          `yaml:"modules"`
	IO          []fileIO          `yaml:"io"`
	ZSI         []string          `yaml:"zsi"`
	Passwords   map[string]string `yaml:"passwords"`
	Settings    map[string]string `yaml:"settings"`
	Vendor      string            `yaml:"vendor"`
	Serial      string            `yaml:"serial"`
	Firmware    string            `yaml:"firmware"`
	Made        string            `yaml:"manufactured"`
	Begun       string            `yaml:"commissioned"`
	From        string            `yaml:"from"`
	To          string            `yaml:"to"`
	Taps        string            `yaml:"taps"`
	SNMP        *bool             `yaml:"snmp"`
	Mbaps       *fileMbaps        `yaml:"mbaps"`
}

// site makes the site of a file whose every value is of the right kind. What
// does not go together becomes a problem.
func (c *checker) site(f *file) *Site {
	s := &Site{Name: f.Site, Voltage: or(f.Voltage, 400), Frequency: or(f.Frequency, 50), Seed: f.Seed, Port: or(f.Port, DefaultPort), LAN: f.Listen == "lan", Faithful: f.Faithful, Errors: f.Errors, Idle: f.Idle, Trust: f.Trust}
	s.Profile, _ = access.ParseProfile(or(f.Profile, access.Faithful.String()))
	s.proven = f.Proven
	s.Web = c.web(s, &f.fileWeb)
	c.gateways(s, f.Gateways)
	c.lines(s, f.Lines)
	for i := range f.Breakers {
		var b Breaker
		if !c.doubtful[fmt.Sprintf("breakers[%d]", i)] {
			b = c.breaker(s, i, &f.Breakers[i])
			c.unique(i, &b)
		}
		s.Breakers = append(s.Breakers, b)
	}
	if len(f.Breakers) == 0 {
		c.problem("breakers", "no breaker: a switchroom has at least one")
	}
	c.behind(s, f)
	c.zones(s)
	c.network(s, f)
	c.room(s, f.Room)
	c.events(s, f.Events)
	c.agents(s, f.SNMP, f.Breakers)
	c.secured(s, f)
	return s
}

// DefaultPort is the Modbus TCP port where 502 needs privileges.
const DefaultPort uint16 = 5020

// or returns v, or d where v is zero.
func or[T comparable](v, d T) T {
	var zero T
	if v == zero {
		return d
	}
	return v
}

// breaker makes one breaker.
func (c *checker) breaker(s *Site, i int, f *fileBreaker) Breaker {
	at := fmt.Sprintf("breakers[%d]", i)
	b := Breaker{Title: f.Title, From: f.From, To: f.To, TapsTop: f.Taps == "top", Via: f.Via, Pad: f.Pad == "locked", ZSI: f.ZSI}
	b.Unit = imu.Config{Name: f.Name, Profile: s.Profile, Closed: f.Closed, Seed: s.Seed + uint64(i)}
	b.Unit.Rating = c.rating(at, s, f)
	b.Unit.Interface, _ = imu.ParseInterface(or(f.Interface, usual(f)))
	b.Unit.Mechanism = c.mechanism(at, f, b.Unit.Rating.In)
	b.Unit.Mode = map[string]access.Mode{"": access.ModeUnset, "unset": access.ModeUnset, "manual": access.ModeManual, "local": access.ModeLocal, "remote": access.ModeRemote}[f.Mode]
	b.Unit.Remote = c.remote(at, f, b.Unit.Interface)
	if s.Errors {
		b.Unit.Errors = s.Seed*1_000_003 + uint64(i) + 1
	}
	b.Unit.Modules = installed(f.Modules)
	b.Unit.IO = c.modules(at, f.IO)
	b.Unit.Passwords = c.passwords(at, f)
	c.settings(at, f, &b.Unit)
	b.Unit.Identity = imu.VirtualIdentity(b.Unit.Interface)
	b.Unit.Identity.Vendor = or(f.Vendor, b.Unit.Identity.Vendor)
	b.Unit.Identity.Serial = or(f.Serial, fmt.Sprintf("VIRT%06d", i+1))
	b.Unit.TimestampException = s.proven
	c.firmware(at, s, f, &b.Unit)
	b.Unit.Manufactured, b.Unit.Commissioned = c.date(at+".manufactured", f.Made), c.date(at+".commissioned", f.Begun)
	if f.Via == "" {
		b.Address = c.address(at, s, or(f.Address, nextAddress(i)), or(f.Port, s.Port))
	}
	if f.Unit != 0 && f.Unit != 255 {
		b.ID = byte(f.Unit)
	}
	switch {
	case (f.From == "") != (f.To == ""):
		c.problem(at, "from and to go together: the nodes above and below the breaker")
	case f.From != "" && f.From == f.To:
		c.problem(at+".to", "the breaker is between a node and itself")
	}
	return b
}

func (c *checker) rating(at string, s *Site, f *fileBreaker) points.Rating {
	r := points.Rating{In: f.In, Poles: or(f.Poles, 3), SGR: f.SGR, Voltage: s.Voltage, Frequency: s.Frequency}
	var err error
	if r.Variant, err = points.ParseVariant(f.Variant); err != nil {
		c.problem(at+".variant", err.Error())
		return r
	}
	if f.Standard == "ul" || f.Standard == "" && r.Variant == points.X30 {
		r.Standard = points.UL
	}
	if f.SystemType != 0 {
		if r, err = r.SystemRating(f.SystemType); err != nil {
			c.problem(at+".system_type", err.Error())
		}
	}
	if err := r.Validate(); err != nil {
		c.problem(at, err.Error())
	}
	return r
}

// mechanism fits a breaker out as ordered with communication, less what it is
// without.
func (c *checker) mechanism(at string, f *fileBreaker, in float64) imu.Fittings {
	frame := map[string]imu.Frame{"MTZ1": imu.MTZ1, "MTZ2": imu.MTZ2, "MTZ3": imu.MTZ3}
	size, given := frame[f.Frame]
	if !given {
		size = frameOf(in)
	}
	m := imu.Equipped(size)
	m.Drawout = !f.Fixed
	m.MN = f.MN
	for _, w := range f.Accessories {
		switch w {
		case "mx":
			m.MX = imu.NotFitted
		case "xf":
			m.XF = imu.NotFitted
		case "res":
			m.RES = imu.NotFitted
		case "mch":
			m.MCH = false
		}
	}
	if err := m.Validate(); err != nil {
		c.problem(at, err.Error())
	}
	return m
}

// frameOf is the smallest frame for a rated current (GH2 in facts).
func frameOf(in float64) imu.Frame {
	switch {
	case in <= 1600:
		return imu.MTZ1
	case in <= 4000:
		return imu.MTZ2
	}
	return imu.MTZ3
}

// date reads a day; an empty one is not known.
func (c *checker) date(at, text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	d, err := time.Parse(time.DateOnly, text)
	if err != nil || d.Year() < 2000 || d.Year() > 2100 {
		c.problem(at, fmt.Sprintf("%q is no date; write 2024-05-31", text))
	}
	return d
}

// installed are the digital modules of the names, which the schema has checked.
func installed(names []string) (s imu.Modules) {
	for _, n := range names {
		if n == "all" {
			return imu.AllModules
		}
		if m, err := imu.ParseModule(n); err == nil {
			s = s.With(m)
		}
	}
	return s
}

func (c *checker) remote(at string, f *fileBreaker, i imu.Interface) access.Tri {
	switch {
	case f.Pad != "" && i != imu.IFE && i != imu.IFM:
		c.problem(at+".pad", fmt.Sprintf("interface %v has no pad; write remote_control: true or false", i))
	case f.Pad != "" && f.Remote != nil:
		c.problem(at+".pad", "the pad is the remote control of this interface; leave remote_control out")
	case f.Pad != "":
		return access.TriOf(f.Pad == "unlocked")
	case f.Remote != nil:
		return access.TriOf(*f.Remote)
	}
	return access.Unknown
}

func (c *checker) passwords(at string, f *fileBreaker) *[4]imu.Password {
	if len(f.Passwords) == 0 {
		return nil
	}
	p := imu.Factory
	for name, text := range f.Passwords {
		n := strings.Index("1234", strings.TrimPrefix(name, "level"))
		if len(name) != 6 || n < 0 {
			c.problem(at+".passwords", "write level1, level2, level3, level4")
			continue
		}
		var err error
		if p[n], err = imu.ParsePassword(text); err != nil {
			c.problem(at+".passwords."+name, err.Error()+"; quote it")
		}
	}
	return &p
}

// sorted are the keys of a map.
func sorted[T any](m map[string]T) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// usual is the interface of a breaker that says none.
func usual(f *fileBreaker) string {
	if f.Via != "" {
		return imu.IFM.String()
	}
	return imu.IFE.String()
}

// nextAddress is that of the breaker with index i which has none given: 127.0.1.1
// and onwards.
func nextAddress(i int) string {
	return netip.AddrFrom4([4]byte{127, byte(i / 62500), byte(1 + i/250%250), byte(1 + i%250)}).String()
}

// address checks an address that something listens at.
func (c *checker) address(at string, s *Site, text string, port uint16) netip.AddrPort {
	a, err := netip.ParseAddr(text)
	a = a.Unmap()
	switch {
	case err != nil || a.Zone() != "":
		c.problem(at+".address", fmt.Sprintf("%q is not an IP address without a zone; write 127.0.1.1", text))
	case a.IsUnspecified() || a.IsMulticast() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255}) || a == netip.AddrFrom4([4]byte{127, 255, 255, 255}):
		c.problem(at+".address", fmt.Sprintf("%v is no address of one device; write 127.0.1.1", a))
	case !a.IsLoopback() && !s.LAN:
		c.problem(at+".address", fmt.Sprintf("%v can be reached from the network; write listen: lan at the top if you mean it, or use 127.x.y.z", a))
	case a == netip.AddrFrom4([4]byte{127, 0, 0, 1}):
		c.problem(at+".address", "127.0.0.1 is left to other programs; use 127.0.1.1 and up")
	}
	return netip.AddrPortFrom(a, port)
}

// unique refuses a name or address that another breaker has.
func (c *checker) unique(i int, b *Breaker) {
	if k, taken := c.names[b.Unit.Name]; taken {
		c.problem(fmt.Sprintf("breakers[%d].name", i), fmt.Sprintf("%q is the name of breaker %d too", b.Unit.Name, k+1))
	}
	c.names[b.Unit.Name] = i
	if b.Via == "" && b.Reachable() {
		c.listens(fmt.Sprintf("breakers[%d]", i), b.Address, "breaker", b.Unit.Name)
	}
}

// listens refuses an address at which something else listens.
func (c *checker) listens(at string, a netip.AddrPort, what, name string) {
	if other, taken := c.addresses[a]; taken {
		c.problem(at, fmt.Sprintf("address %v is %s's; several breakers share one with via and unit", a, other))
	}
	c.addresses[a] = fmt.Sprintf("%s %q", what, name)
}
