package snmp

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"net/netip"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"
	"go.uber.org/goleak"

	"switchroom/notify/notifytest"
	"switchroom/points"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Canaries: none of these may appear in anything that is told.
const (
	community = "canary-community"
	authPass  = "canary-auth-password"
	privPass  = "canary-priv-password"
)

var users = []User{
	{"reader", "sha256", authPass, "aes", privPass},
	{"signer", "sha", authPass, "", ""},
	{"long", "sha512", authPass, "aes256", privPass},
}

func values() points.Values {
	v := points.NewValues()
	v[points.BreakerClosed], v[points.CurrentL1], v[points.PowerActiveTotal] = 1, 1234.56, -5000
	v[points.EnergyActiveDelivered], v[points.Health], v[points.BreakerPosition] = 5e9, 1, 2
	v[points.OperationsTotal], v[points.VoltageL12] = 17, math.NaN()
	return v
}

func breaker(name string, unit int) Breaker {
	return Breaker{name, "title of " + name, unit, func() (points.Values, func(points.ID) string) {
		return values(), func(points.ID) string { return "text" }
	}}
}

// desk is an agent that runs, and what it told.
type desk struct {
	*Agent
	mu   sync.Mutex
	told []string
}

func (d *desk) tell(s string) { d.mu.Lock(); d.told = append(d.told, s); d.mu.Unlock() }

func (d *desk) all() string { d.mu.Lock(); defer d.mu.Unlock(); return strings.Join(d.told, "\n") }

func newDesk(t testing.TB, c Config) *desk {
	t.Helper()
	es, err := OpenEngines(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	started, err := es.Start("agent")
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{}
	c.Address, c.Engine, c.Tell, c.Site = netip.MustParseAddrPort("127.0.0.1:0"), started["agent"], d.tell, "Hall"
	c.Breakers = []Breaker{breaker("Q1", 255), breaker("Q2", 7)}
	if d.Agent, err = New(c); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *desk) run(t testing.TB) string {
	t.Helper()
	if err := d.Listen(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	notifytest.Until(t, cancel, func() {
		if err := d.Serve(ctx); err != nil {
			t.Error(err)
		}
	})
	return d.Address().String()
}

// tool runs one of Debian's SNMP tools, which read no files of the machine.
func tool(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("SKIPPED: no %s; install the Debian package snmp", name)
	}
	c := exec.Command(path, append([]string{"-m", "", "-r", "1", "-t", "2", "-On"}, args...)...)
	c.Env = []string{"HOME=" + t.TempDir(), "SNMPCONFPATH=/nonexistent"}
	out, err := c.CombinedOutput()
	return string(out), err
}

var currentL1 = breakerEntry.under(20, 1).String()

func v3(user, level string, more ...string) []string {
	return append([]string{"-v3", "-u", user, "-l", level}, more...)
}

func TestTools(t *testing.T) {
	address := newDesk(t, Config{Community: community, Users: users}).run(t)
	secure := v3("reader", "authPriv", "-a", "SHA-256", "-A", authPass, "-x", "AES", "-X", privPass)
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"v1", []string{"-v1", "-c", community, address, currentL1}, currentL1 + " = INTEGER: 12346"},
		{"v2c", []string{"-v2c", "-c", community, address, currentL1}, currentL1 + " = INTEGER: 12346"},
		{"v3 authPriv", append(slices.Clone(secure), address, currentL1), currentL1 + " = INTEGER: 12346"},
		{"v3 authNoPriv", append(v3("signer", "authNoPriv", "-a", "SHA", "-A", authPass), address, currentL1), currentL1 + " = INTEGER: 12346"},
		{"v3 AES-256", append(v3("long", "authPriv", "-a", "SHA-512", "-A", authPass, "-x", "AES-256", "-X", privPass), address, currentL1), currentL1 + " = INTEGER: 12346"},
		{"64 bits by v2c", []string{"-v2c", "-c", community, address, breakerEntry.under(60, 2).String()}, "Counter64: 5000000000"},
		{"64 bits by v1", []string{"-v1", "-c", community, address, breakerEntry.under(60, 2).String()}, "noSuchName"},
		{"no value", []string{"-v2c", "-c", community, address, breakerEntry.under(30, 1).String()}, "No Such"},
		{"no instance", []string{"-v2c", "-c", community, address, breakerEntry.under(20, 9).String()}, "No Such Instance"},
		{"no object", []string{"-v2c", "-c", community, address, ".1.3.6.1.4.1.1.1"}, "No Such Object"},
		{"no object by v1", []string{"-v1", "-c", community, address, ".1.3.6.1.4.1.1.1"}, "noSuchName"},
		{"who", []string{"-v1", "-c", community, address, ".1.3.6.1.2.1.1.5.0", ".1.3.6.1.2.1.1.2.0"}, `STRING: "Q1"`},
		{"wrong password", append(v3("reader", "authPriv", "-a", "SHA-256", "-A", "wrong-password", "-x", "AES", "-X", privPass), address, currentL1), "Authentication failure"},
		{"wrong privacy password", append(v3("reader", "authPriv", "-a", "SHA-256", "-A", authPass, "-x", "AES", "-X", "wrong-password"), address, currentL1), "Decryption error"},
		{"unknown user", append(v3("nobody", "authNoPriv", "-a", "SHA", "-A", authPass), address, currentL1), "Unknown user name"},
		{"no privacy for signer", append(v3("signer", "authPriv", "-a", "SHA", "-A", authPass, "-x", "AES", "-X", privPass), address, currentL1), "Unsupported security level"},
		{"not signed", append(v3("reader", "noAuthNoPriv"), address, currentL1), "authorizationError"},
		{"not sealed", append(v3("reader", "authNoPriv", "-a", "SHA-256", "-A", authPass), address, currentL1), "authorizationError"},
		{"wrong community", []string{"-v2c", "-c", "wrong", "-r", "0", "-t", "0.2", address, currentL1}, "Timeout"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if out, _ := tool(t, "snmpget", c.args...); !strings.Contains(out, c.want) {
				t.Errorf("%s\nwithout %q", out, c.want)
			}
		})
	}
}

// TestWalk holds that a walk by each version ends, and sees every value.
func TestWalk(t *testing.T) {
	d := newDesk(t, Config{Community: community, Users: users})
	address := d.run(t)
	secure := v3("reader", "authPriv", "-a", "SHA-256", "-A", authPass, "-x", "AES", "-X", privPass)
	for _, c := range []struct {
		name, tool string
		args       []string
		want       int
	}{
		{"v1", "snmpwalk", []string{"-v1", "-c", community}, len(d.tree().plain())},
		{"v2c", "snmpwalk", []string{"-v2c", "-c", community}, len(d.tree())},
		{"v2c bulk", "snmpbulkwalk", []string{"-v2c", "-c", community, "-Cr100"}, len(d.tree())},
		{"v3", "snmpwalk", secure, len(d.tree())},
		{"v3 bulk", "snmpbulkwalk", secure, len(d.tree())},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, err := tool(t, c.tool, append(c.args, address, ".1")...)
			got := 0
			for line := range strings.Lines(out) {
				if strings.HasPrefix(line, ".1") && !strings.Contains(line, "No more variables") {
					got++
				}
			}
			if err != nil || got != c.want {
				t.Errorf("%d of %d values: %v\n%s", got, c.want, err, out)
			}
		})
	}
}

// TestNothingIsWritten holds that a set request is refused by each version.
func TestNothingIsWritten(t *testing.T) {
	address := newDesk(t, Config{Community: community, Users: users}).run(t)
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"v1":  {[]string{"-v1", "-c", community}, "noSuchName"},
		"v2c": {[]string{"-v2c", "-c", community}, "noAccess"},
		"v3":  {v3("reader", "authPriv", "-a", "SHA-256", "-A", authPass, "-x", "AES", "-X", privPass), "noAccess"},
	} {
		out, err := tool(t, "snmpset", append(c.args, address, ".1.3.6.1.2.1.1.5.0", "s", "mine")...)
		if err == nil || !strings.Contains(out, c.want) {
			t.Errorf("%s: %v %s", name, err, out)
		}
	}
}

// TestSecretsStay holds that what is told has neither what is right nor what was tried.
func TestSecretsStay(t *testing.T) {
	d := newDesk(t, Config{Community: community, Users: users})
	from := netip.MustParseAddr("192.0.2.7")
	try := func(g *gosnmp.GoSNMP) {
		m, err := g.SnmpEncodePacket(gosnmp.GetRequest, []gosnmp.SnmpPDU{{Name: currentL1, Type: gosnmp.Null}}, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		if answer := d.answer(m, from); answer != nil && bytes.Contains(answer, []byte(community)) {
			t.Error("the answer has the community")
		}
	}
	try(&gosnmp.GoSNMP{Version: gosnmp.Version2c, Community: "canary-tried"})
	d.toldAt = time.Time{}
	try(&gosnmp.GoSNMP{Version: gosnmp.Version3, SecurityModel: gosnmp.UserSecurityModel, SecurityParameters: &gosnmp.UsmSecurityParameters{
		AuthoritativeEngineID: d.cfg.Engine.ID, UserName: "canary-name", AuthenticationProtocol: gosnmp.NoAuth, PrivacyProtocol: gosnmp.NoPriv}})
	if n := strings.Count(d.all(), "192.0.2.7"); n != 2 || strings.Contains(d.all(), "canary") {
		t.Errorf("told %q", d.all())
	}
	if s := fmt.Sprintf("%+v", d.cfg); strings.Contains(s, authPass) || strings.Contains(s, privPass) {
		t.Error("passwords stay in the configuration")
	}
}

// ask is a signed request of a user as a manager makes it, made for a time of the
// engine that may be wrong.
func (d *desk) ask(t testing.TB, boots, at uint32) []byte {
	t.Helper()
	keys, err := users[0].keys(d.cfg.Engine.ID)
	if err != nil {
		t.Fatal(err)
	}
	keys.AuthoritativeEngineBoots, keys.AuthoritativeEngineTime = boots, at
	p := &gosnmp.SnmpPacket{
		Version: gosnmp.Version3, MsgID: 9, MsgMaxSize: 1472, MsgFlags: gosnmp.AuthPriv | gosnmp.Reportable, SecurityModel: gosnmp.UserSecurityModel, SecurityParameters: keys,
		ContextEngineID: d.cfg.Engine.ID, PDUType: gosnmp.GetRequest, RequestID: 9, Variables: []gosnmp.SnmpPDU{{Name: currentL1, Type: gosnmp.Null}},
	}
	if err := keys.InitPacket(p); err != nil {
		t.Fatal(err)
	}
	m, err := p.MarshalMsg()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestReplay holds that a message from before a restart, or from more than 150 seconds
// ago, is answered with the time and not with values.
func TestReplay(t *testing.T) {
	d := newDesk(t, Config{Users: users})
	from := netip.MustParseAddr("127.0.0.1")
	d.cfg.Engine.since = time.Now().Add(-time.Hour)
	boots, now := d.cfg.Engine.Boots, d.cfg.Engine.Time()
	for _, c := range []struct {
		name      string
		boots, at uint32
		ok        bool
	}{
		{"now", boots, now, true},
		{"a little late", boots, now - 140, true},
		{"a little early", boots, now + 140, true},
		{"late", boots, now - 160, false},
		{"early", boots, now + 160, false},
		{"before the restart", boots - 1, now, false},
	} {
		before := d.failures[outsideWindow].Load()
		answer := d.answer(d.ask(t, c.boots, c.at), from)
		if refused := d.failures[outsideWindow].Load() > before; refused == c.ok || answer == nil {
			t.Errorf("%s: refused %v, answer %x", c.name, refused, answer)
		}
		_, body, _ := version(answer)
		if h, err := readHeader(body); err != nil || h.flags&1 == 0 {
			t.Errorf("%s: the answer is not signed (%v)", c.name, err)
		}
	}
}

// TestTampered holds that a message of which any one byte was changed gets no value.
func TestTampered(t *testing.T) {
	d := newDesk(t, Config{Users: users})
	m := d.ask(t, d.cfg.Engine.Boots, d.cfg.Engine.Time())
	good := d.answer(bytes.Clone(m), netip.MustParseAddr("127.0.0.1"))
	if len(good) == 0 {
		t.Fatal("no answer to what is right")
	}
	for i := range m {
		bad := bytes.Clone(m)
		bad[i] ^= 0x55
		answer := d.answer(bad, netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}))
		_, body, err := version(answer)
		if err != nil {
			continue // none
		}
		if h, err := readHeader(body); err == nil && h.flags&3 == 3 {
			t.Errorf("byte %d changed: a sealed answer", i)
		}
	}
}

// TestThrottle holds that who is wrong again and again is not answered without end, and
// that who is right is answered meanwhile.
func TestThrottle(t *testing.T) {
	d := newDesk(t, Config{Users: users})
	from := netip.MustParseAddr("127.0.0.1")
	probe, err := (&gosnmp.GoSNMP{Version: gosnmp.Version3, SecurityModel: gosnmp.UserSecurityModel, SecurityParameters: &gosnmp.UsmSecurityParameters{UserName: "x"}}).SnmpEncodePacket(gosnmp.GetRequest, nil, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	answers := 0
	for range 1000 {
		if d.answer(bytes.Clone(probe), from) != nil {
			answers++
		}
	}
	if answers < burstEach || answers > burstEach+50 {
		t.Errorf("%d answers to 1000 probes", answers)
	}
	if d.answer(d.ask(t, d.cfg.Engine.Boots, d.cfg.Engine.Time()), from) == nil {
		t.Error("who is right is not answered")
	}
	for i := range 100_000 {
		d.throttle.allow(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), time.Now())
	}
	if n := len(d.throttle.sources); n > sourcesMax {
		t.Errorf("%d sources are kept", n)
	}
}

func TestEngines(t *testing.T) {
	dir := t.TempDir()
	var id string
	for boots := uint32(1); boots <= 3; boots++ {
		es, err := OpenEngines(dir)
		if err != nil {
			t.Fatal(err)
		}
		started, err := es.Start("a", "b")
		if err != nil {
			t.Fatal(err)
		}
		a := started["a"]
		if a.Boots != boots || id != "" && a.ID != id || a.ID == started["b"].ID || len(a.ID) != 13 {
			t.Errorf("boot %d: %+v", boots, a)
		}
		id = a.ID
	}
}

// FuzzAgent holds that no message ends the agent, and that the answer is never longer
// than what fits.
func FuzzAgent(f *testing.F) {
	d := newDesk(f, Config{Community: community, Users: users})
	f.Add(d.ask(f, 1, 0))
	for _, t := range []gosnmp.PDUType{gosnmp.GetRequest, gosnmp.GetNextRequest, gosnmp.GetBulkRequest, gosnmp.SetRequest} {
		for _, v := range []gosnmp.SnmpVersion{gosnmp.Version1, gosnmp.Version2c} {
			m, err := (&gosnmp.GoSNMP{Version: v, Community: community}).SnmpEncodePacket(t, []gosnmp.SnmpPDU{{Name: ".1.3.6.1.2.1", Type: gosnmp.Null}}, 0, 1000)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(m)
		}
	}
	f.Add([]byte{0x30, 0x80, 0, 0})
	f.Fuzz(func(t *testing.T, m []byte) {
		if answer := d.answer(slices.Clip(bytes.Clone(m)), netip.MustParseAddr("127.0.0.1")); len(answer) > sizeMax {
			t.Errorf("an answer of %d bytes", len(answer))
		}
	})
}
