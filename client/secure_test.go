package client_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"switchroom/client"
	"switchroom/wire/mbaps"
	"switchroom/wire/mbaps/mbapstest"
	"switchroom/wire/modbus"
)

// securedUnit serves a bank of registers by Modbus/TCP Security, which refuses
// exception 01 to everybody but role Operator, and counts what reaches it.
func securedUnit(t *testing.T, f mbaps.Files) (address string, seen chan string) {
	t.Helper()
	id, err := mbaps.Load(f)
	if err != nil {
		t.Fatal(err)
	}
	seen = make(chan string, 100)
	e := &modbus.Endpoint{Handler: modbus.HandlerFunc(func(q *modbus.Query, out []byte) []byte {
		seen <- q.Role
		if q.Role != "Operator" {
			return modbus.AppendException(out, q.Function(), modbus.IllegalFunction)
		}
		return append(out, q.PDU[0], 2, 0, 0)
	})}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &modbus.Server{Route: func(_, _ netip.AddrPort) *modbus.Endpoint { return e }}
	done := make(chan struct{})
	go func() { defer close(done); s.Serve(id.Listener(l)) }()
	t.Cleanup(func() { s.Close(); <-done })
	return "mbaps://" + l.Addr().String() + "/255", seen
}

// Each way in which a connection is refused is told in words that say what to do.
func TestSecureRefusals(t *testing.T) {
	a, other := mbapstest.New(t, "lab"), mbapstest.New(t, "other")
	good := a.Client(t, "Operator")
	issued := 0
	issue := func(s mbapstest.Subject) mbaps.Files {
		issued++
		s.Name = fmt.Sprint("x", issued)
		return a.Issue(t, s)
	}
	alien := other.Client(t, "Operator")
	alien.Anchors = a.File
	lost := good
	lost.Anchors = other.File
	device := a.Device(t, "127.0.0.1")
	server := []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	old := time.Now().Add(-2 * time.Hour)
	for _, c := range []struct {
		why    string
		device mbaps.Files
		client mbaps.Files
		want   string
	}{
		{"no files", device, mbaps.Files{}, "--certificate, --key, --anchors"},
		{"the certificate has ended", device, issue(mbapstest.Subject{From: old, To: time.Now().Add(-time.Minute)}), "ended on"},
		{"it is for devices", device, issue(mbapstest.Subject{Usage: server}), "needs extended key usage clientAuth"},
		{"the device does not know the authority", device, alien, "the device does not know the authority of your certificate"},
		{"the client does not know that of the device", device, lost, "not among your anchors"},
		{"the device is another", a.Device(t, "127.0.0.9"), good, "is for another address"},
		{"the device's has ended", a.Issue(t, mbapstest.Subject{Name: "old", Address: "127.0.0.1", Usage: server, From: old, To: time.Now().Add(-time.Minute)}), good, "the certificate of the device holds from"},
		{"the device shows one of a client", a.Issue(t, mbapstest.Subject{Name: "c", Address: "127.0.0.1"}), good, "is not made for a device"},
	} {
		t.Run(c.why, func(t *testing.T) {
			address, seen := securedUnit(t, c.device)
			b, err := client.Connect(t.Context(), address, client.Options{Secure: c.client})
			if err == nil {
				b.Close()
				t.Fatal("connected")
			}
			if !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "may have happened") {
				t.Errorf("%v, want %q", err, c.want)
			}
			if len(seen) > 0 {
				t.Error("a request reached the device")
			}
		})
	}
}

// With a good certificate everything is as without; a role that may not is told.
func TestSecureRole(t *testing.T) {
	a := mbapstest.New(t, "lab")
	address, seen := securedUnit(t, a.Device(t, "127.0.0.1"))
	for _, c := range []struct{ role, want string }{
		{"Operator", ""}, {"Viewer", `role "Viewer" of your certificate may not do this here`}, {"", "your certificate has no role"},
	} {
		b, err := client.DialSecure(t.Context(), address, client.Options{Secure: a.Client(t, c.role)})
		if err != nil {
			t.Fatal(err)
		}
		err = b.Ping(t.Context())
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("role %q: %v, want %q", c.role, err, c.want)
		}
		if got := <-seen; got != c.role {
			t.Errorf("role %q, the device saw %q", c.role, got)
		}
		<-seen
		b.Close()
	}
}

// Plain Modbus at the port, a device that is gone, and a wrong address.
func TestSecureElsewhere(t *testing.T) {
	a := mbapstest.New(t, "lab")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &modbus.Server{Route: func(_, _ netip.AddrPort) *modbus.Endpoint { return &modbus.Endpoint{} }}
	done := make(chan struct{})
	go func() { defer close(done); s.Serve(l) }()
	defer func() { s.Close(); <-done }()
	o := client.Options{Secure: a.Client(t, "Viewer")}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if _, err := client.DialSecure(ctx, "mbaps://"+l.Addr().String(), o); err == nil || !strings.Contains(err.Error(), "modbus://") && !strings.Contains(err.Error(), "closed") {
		t.Errorf("plain Modbus: %v", err)
	}
	for _, bad := range []string{"mbaps://", "mbaps://user:secret@127.0.0.1/255", "mbaps://127.0.0.1/300"} {
		if err := client.CheckAddress(bad); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
	if _, err := os.Stat(o.Secure.Key); err != nil {
		t.Fatal(err)
	}
}
