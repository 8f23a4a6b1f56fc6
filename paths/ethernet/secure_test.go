package ethernet_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"testing"
	"time"

	"switchroom/paths/ethernet"
	"switchroom/paths/ethernet/filtering"
	"switchroom/paths/ethernet/roles"
	"switchroom/regmap"
	"switchroom/wire/mbaps"
	"switchroom/wire/mbaps/mbapstest"
	"switchroom/wire/modbus"
)

// twoDoors is an interface with a plain and a secured door.
type twoDoors struct {
	*bench
	server        *ethernet.Server
	plain, secure netip.AddrPort
	authority     *mbapstest.Authority
}

func openTwo(t *testing.T, only bool, more ...func(*ethernet.Options)) *twoDoors {
	t.Helper()
	d := &twoDoors{bench: newBench(t), server: ethernet.NewServer(), authority: mbapstest.New(t, "lab")}
	host := netip.MustParseAddr("127.0.77.31")
	d.plain, d.secure = netip.AddrPortFrom(host, freePort(t)), netip.AddrPortFrom(host, freePort(t))
	o := ethernet.Options{Address: d.plain, Map: regmap.Default(), Secure: &ethernet.Secure{
		Address: d.secure, Config: load(t, d.authority.Device(t, host.String())).Server(), Rights: roles.Default(), Only: only,
	}}
	for _, f := range more {
		f(&o)
	}
	if _, err := d.server.Add(d.u, d.w, o); err != nil {
		t.Fatal(err)
	}
	if err := d.server.Listen(); err != nil {
		t.Fatal(err)
	}
	d.server.Start()
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel() // whoever is still connected is cut
		d.server.Shutdown(ctx)
	})
	return d
}

func load(t testing.TB, f mbaps.Files) *mbaps.Identity {
	t.Helper()
	i, err := mbaps.Load(f)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// dial connects by TLS and speaks Modbus.
func (d *twoDoors) dial(t *testing.T, c *tls.Config) (*modbus.Conn, error) {
	t.Helper()
	conn, err := tls.Dial("tcp", d.secure.String(), c)
	if err != nil {
		return nil, err
	}
	m := modbus.NewConn(conn)
	t.Cleanup(func() { m.Close() })
	return m, nil
}

// asked is what became of a request.
func asked(t *testing.T, m *modbus.Conn, pdu []byte) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	_, err := m.Do(ctx, 255, pdu)
	return err
}

var (
	readOne = modbus.ReadRequest{Function: modbus.FuncReadHolding, Address: 31999, Count: 1}.Append(nil)
	openIt  = modbus.WriteRequest{Address: regmap.CommandFirst.Address(), Values: command(904, 10, 5377, 1, "3333")}.Append(nil)
	setTime = []byte{43, 16, 0, 0, 30, 1, 1, 10, 0, 0, 0}
)

// A role narrows: what it must not ask for is exception 01, and the connection stays.
func TestRoleNarrows(t *testing.T) {
	for _, c := range []struct {
		role         string
		reads, opens bool
	}{{"", false, false}, {"Unheard", false, false}, {"Viewer", true, false}, {"SECADM", true, false}, {"Operator", true, true}, {"Engineer", true, true}} {
		t.Run("role "+c.role, func(t *testing.T) {
			d := openTwo(t, false)
			m, err := d.dial(t, load(t, d.authority.Client(t, c.role)).Client(d.secure.Addr().String()))
			if err != nil {
				t.Fatal(err)
			}
			for _, q := range []struct {
				pdu []byte
				may bool
			}{{readOne, c.reads}, {openIt, c.opens}, {setTime, c.opens}, {readOne, c.reads}} {
				err := asked(t, m, q.pdu)
				if q.may && errors.Is(err, modbus.IllegalFunction) || !q.may && !errors.Is(err, modbus.IllegalFunction) {
					t.Errorf("% x…: %v, may %v", q.pdu[:1], err, q.may)
				}
			}
			d.step(time.Second)
			if d.u.Closed() == c.opens {
				t.Errorf("closed %v, and the role opens %v", d.u.Closed(), c.opens)
			}
		})
	}
}

// The role never gives: a wrong password, and an address that may only read, are
// refused to an engineer as to anybody.
func TestRoleNeverGives(t *testing.T) {
	d := openTwo(t, false)
	m, err := d.dial(t, load(t, d.authority.Client(t, "Engineer")).Client(d.secure.Addr().String()))
	if err != nil {
		t.Fatal(err)
	}
	wrong := modbus.WriteRequest{Address: regmap.CommandFirst.Address(), Values: command(904, 10, 5377, 1, "9999")}.Append(nil)
	if err := asked(t, m, wrong); err != nil {
		t.Fatal(err)
	}
	if d.step(time.Second); !d.u.Closed() {
		t.Error("opened by a role with a wrong password")
	}
	if err := d.server.Filter(d.plain).Set(filtering.Settings{On: true, Anonymous: true}); err != nil {
		t.Fatal(err)
	}
	if err := asked(t, m, openIt); !errors.Is(err, modbus.IllegalFunction) {
		t.Errorf("an address that may only read: %v", err)
	}
	if d.step(time.Second); !d.u.Closed() {
		t.Error("opened from an address that may only read")
	}
}

// Whoever has no good certificate never reaches the device: every way to fail, by the
// device's count, and by what a handler saw.
func TestNoCertificateNoDevice(t *testing.T) {
	seen := make(chan byte, 100)
	d := openTwo(t, false, func(o *ethernet.Options) {
		o.Wrap = func(next modbus.Handler) modbus.Handler {
			return modbus.HandlerFunc(func(q *modbus.Query, out []byte) []byte { seen <- q.Function(); return next.Serve(q, out) })
		}
	})
	foreign, host := mbapstest.New(t, "foreign"), d.secure.Addr().String()
	config := func(a *mbapstest.Authority, s mbapstest.Subject) *tls.Config {
		s.Name, s.Role = "x", "Engineer"
		f := a.Issue(t, s)
		f.Anchors = d.authority.File
		return load(t, f).Client(host)
	}
	good := func() *tls.Config { return config(d.authority, mbapstest.Subject{}) }
	none, old, resumed := good(), good(), good()
	none.Certificates, none.GetClientCertificate = nil, nil
	old.MinVersion, old.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	resumed.ClientSessionCache = tls.NewLRUClientSessionCache(4)
	weak := good()
	weak.MaxVersion, weak.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256}
	bad := map[string]*tls.Config{
		"no certificate": none, "TLS 1.1": old, "no forward secrecy": weak,
		"another authority": config(foreign, mbapstest.Subject{}),
		"ended":             config(d.authority, mbapstest.Subject{From: time.Now().Add(-2 * time.Hour), To: time.Now().Add(-time.Minute)}),
		"not begun":         config(d.authority, mbapstest.Subject{From: time.Now().Add(time.Hour), To: time.Now().Add(2 * time.Hour)}),
		"made for servers":  config(d.authority, mbapstest.Subject{Usage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}),
		"made for nothing":  config(d.authority, mbapstest.Subject{NoUsage: true}),
	}
	for name, c := range bad {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			if c := c.Clone(); name != "TLS 1.1" && name != "no forward secrecy" {
				c.MinVersion, c.MaxVersion = version, version
			}
			m, err := d.dial(t, c)
			if err == nil {
				err = asked(t, m, readOne) // in TLS 1.3 the client learns of it with the first answer
			}
			if err == nil {
				t.Errorf("%s: served", name)
			}
		}
	}
	// Plain Modbus, and nothing at all, at the secured door.
	raw, err := net.Dial("tcp", d.secure.String())
	if err != nil {
		t.Fatal(err)
	}
	raw.Write(modbus.ADU{Transaction: 1, Unit: 255, PDU: readOne}.Append(nil))
	raw.SetReadDeadline(time.Now().Add(20 * time.Second))
	if got, _ := io.ReadAll(raw); bytes.Contains(got, []byte{255, 3}) {
		t.Errorf("plain Modbus is answered with % x", got)
	}
	raw.Close()
	if len(seen) > 0 {
		t.Errorf("%d requests reached the device", len(seen))
	}
	for range 2 { // nothing is taken up from the first connection
		conn, err := tls.Dial("tcp", d.secure.String(), resumed)
		if err != nil {
			t.Fatal(err)
		}
		m := modbus.NewConn(conn)
		if err := asked(t, m, readOne); err != nil || conn.ConnectionState().DidResume {
			t.Errorf("%v, resumed %v", err, conn.ConnectionState().DidResume)
		}
		m.Close()
	}
	if len(seen) != 2 {
		t.Errorf("%d good requests reached the device, want 2: this test proves nothing", len(seen))
	}
}

// A client cut in the handshake, wherever, leaves no request and no place behind.
func TestHandshakeCut(t *testing.T) {
	seen := make(chan byte, 100)
	d := openTwo(t, false, func(o *ethernet.Options) {
		o.Conns = 4
		o.Wrap = func(next modbus.Handler) modbus.Handler {
			return modbus.HandlerFunc(func(q *modbus.Query, out []byte) []byte { seen <- q.Function(); return next.Serve(q, out) })
		}
	})
	c := load(t, d.authority.Client(t, "Viewer")).Client(d.secure.Addr().String())
	for n := range 20 {
		raw, err := net.Dial("tcp", d.secure.String())
		if err != nil {
			t.Fatal(err)
		}
		raw.SetDeadline(time.Now().Add(20 * time.Second))
		tls.Client(&cut{raw, 100 * n}, c).Handshake()
		raw.Close()
	}
	if len(seen) > 0 {
		t.Errorf("%d requests reached the device", len(seen))
	}
	for { // the places come back as soon as the device has noticed
		m, err := d.dial(t, c)
		if err == nil {
			if err = asked(t, m, readOne); err == nil {
				return
			}
		}
		if t.Context().Err() != nil {
			t.Fatal(err)
		}
	}
}

// cut is a connection that ends after so many bytes were sent.
type cut struct {
	net.Conn
	left int
}

func (c *cut) Write(b []byte) (int, error) {
	if len(b) > c.left {
		c.Conn.Write(b[:c.left])
		c.Conn.Close()
		return c.left, io.ErrClosedPipe
	}
	c.left -= len(b)
	return c.Conn.Write(b)
}

// One network address does not take all the places of the secured door, and none of
// those of the plain one.
func TestSecurePlaces(t *testing.T) {
	d := openTwo(t, false)
	var held []net.Conn
	for range 72 {
		c, err := net.Dial("tcp", d.secure.String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		held = append(held, c)
	}
	last := held[len(held)-1]
	last.SetReadDeadline(time.Now().Add(20 * time.Second))
	if _, err := last.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the last of 72 connections of one address is kept: %v", err)
	}
	plain, err := modbus.Dial(t.Context(), d.plain.String())
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	if err := asked(t, plain, readOne); err != nil {
		t.Errorf("the plain door: %v", err)
	}
	if got := d.server.Stats(d.plain).Refused; got < 8 {
		t.Errorf("%d were turned away, want 8", got)
	}
}

// The secured door may be the only one; and switching Modbus off closes both.
func TestOnlyDoor(t *testing.T) {
	d := openTwo(t, true)
	if c, err := net.Dial("tcp", d.plain.String()); err == nil {
		c.Close()
		t.Error("the plain port is open")
	}
	c := load(t, d.authority.Client(t, "Viewer")).Client(d.secure.Addr().String())
	m, err := d.dial(t, c)
	if err == nil {
		err = asked(t, m, readOne)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := d.server.Enable(d.plain, false); err != nil {
		t.Fatal(err)
	}
	if err := asked(t, m, readOne); err == nil {
		t.Error("served while Modbus is off")
	}
	if _, err := d.dial(t, c); err == nil {
		t.Error("connected while Modbus is off")
	}
	if err := d.server.Enable(d.plain, true); err != nil {
		t.Fatal(err)
	}
	if m, err = d.dial(t, c); err == nil {
		err = asked(t, m, readOne)
	}
	if err != nil {
		t.Errorf("on again: %v", err)
	}
	if c, err := net.Dial("tcp", d.plain.String()); err == nil {
		c.Close()
		t.Error("on again, the plain port is open")
	}
}

// Whoever stays connected is sent away when the certificate ends.
func TestCertificateEndsConnection(t *testing.T) {
	d := openTwo(t, false)
	end := time.Now().Add(2 * time.Second)
	m, err := d.dial(t, load(t, d.authority.Issue(t, mbapstest.Subject{Name: "short", Role: "Viewer", To: end})).Client(d.secure.Addr().String()))
	if err != nil {
		t.Fatal(err)
	}
	if err := asked(t, m, readOne); err != nil && time.Now().Before(end.Truncate(time.Second)) {
		t.Fatal(err)
	}
	for err == nil {
		err = asked(t, m, readOne)
		if err == nil && time.Now().After(end.Add(10*time.Second)) {
			t.Fatal("served long after the certificate has ended")
		}
	}
}
