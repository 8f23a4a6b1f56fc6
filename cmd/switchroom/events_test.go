package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/gosnmp/gosnmp"

	"switchroom/notify/notifytest"
)

// eventSite tells everybody. Its secrets are canaries.
const eventSite = `site: Hall
port: %s
breakers:
  - {name: Q1, in: 1000, variant: "6.0", closed: true, address: 127.0.77.1, from: T1, to: A}
  - {name: Q2, in: 630, variant: "5.0", closed: true, via: Q1, unit: 3, from: A, to: F}
network:
  sources: [{name: T1, node: T1}]
  loads: [{name: load, node: F, kw: 100}]
events:
  syslog: [{address: "%s", events: [trip]}]
  snmp_traps: [{address: "%s", version: 2c, community_file: community, events: [trip]}]
  email:
    server: "%s"
    security: none
    from: room@example.org
    lists: [{to: [desk@example.org], text: "Call 112", events: [trip]}]
snmp:
  port: %s
  community: canary-community
  users: [{name: reader, auth_password: canary-auth-1, priv_password_file: priv}]
`

// TestEvents runs a switchroom whose events go to a syslog collector, a receiver of
// traps and a mail server, trips a breaker, and reads it by SNMP meanwhile.
func TestEvents(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	syslog, traps, letters := listenUDP(t), listenUDP(t), make(chan []byte, 10)
	mail := postOffice(t, letters)
	snmpPort := notifytest.FreePort(t)
	files := map[string]string{
		"site.yaml": fmt.Sprintf(eventSite, notifytest.FreePort(t), syslog.LocalAddr(), traps.LocalAddr(), mail, snmpPort),
		"community": "canary-trap\n", "priv": "canary-priv-1\n",
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	up, ready, errs := runSite(t, dir)
	if ready.IMUs[0].SNMP != "127.0.77.1:"+snmpPort || ready.IMUs[1].SNMP != "" {
		t.Errorf("ready: %+v", ready.IMUs)
	}
	if got := readBySNMP(t, ready.IMUs[0].SNMP); got != "Q1 Q2" {
		t.Errorf("the agent shows %q", got)
	}
	if out, status := call("inject", "trip", "Q1", "cause=short_time", "--for", "5s", "--lab", ready.Lab); status != 0 {
		t.Fatal(out)
	}
	if m := receive(t, syslog); !strings.Contains(m, ` Q1 switchroom - trip.`) || !strings.Contains(m, `site="Hall"`) {
		t.Errorf("syslog: %s", m)
	}
	if m := receive(t, traps); !strings.Contains(m, "canary-trap") || !strings.Contains(m, "short") {
		t.Errorf("trap: %q", m)
	}
	select {
	case m := <-letters:
		if !strings.Contains(string(m), "Call 112") || !strings.Contains(string(m), "Subject: Hall: Q1: ") {
			t.Errorf("e-mail: %s", m)
		}
	case <-time.After(20 * time.Second):
		t.Error("no e-mail")
	}
	told := fetched(t, ready.Lab+"/api/v1/targets") + fetched(t, ready.Lab+"/metrics")
	if err := up.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := up.Wait(); err != nil {
		t.Error(err)
	}
	if all := told + errs.String(); strings.Contains(all, "canary") || !strings.Contains(told, `"sent":1`) {
		t.Errorf("told: %s", all)
	}
}

func fetched(t *testing.T, url string) string {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	return string(b)
}

// runSite runs site.yaml as a process of its own.
func runSite(t *testing.T, dir string) (*exec.Cmd, readyFile, *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ready, errs := filepath.Join(dir, "ready"), &bytes.Buffer{}
	up := &exec.Cmd{Path: self, Dir: dir, Stdout: errs, Stderr: errs, Env: append(os.Environ(), asProgram+"=1"),
		Args: []string{"switchroom", "up", "site.yaml", "--data", filepath.Join(dir, "data"), "--ready-file", ready, "--lab", "127.0.0.1:0"}}
	if err := up.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { up.Process.Kill(); up.Wait() })
	var r readyFile
	notifytest.Eventually(t, "the site is ready", func() bool {
		b, err := os.ReadFile(ready)
		return err == nil && json.Unmarshal(b, &r) == nil
	})
	return up, r, errs
}

func listenUDP(t *testing.T) net.PacketConn {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func receive(t *testing.T, c net.PacketConn) string {
	t.Helper()
	c.SetReadDeadline(time.Now().Add(20 * time.Second))
	b := make([]byte, 65536)
	n, _, err := c.ReadFrom(b)
	if err != nil {
		t.Fatal(err)
	}
	return string(b[:n])
}

// readBySNMP reads the names of the breakers, authenticated and sealed.
func readBySNMP(t *testing.T, address string) string {
	t.Helper()
	host, port, _ := net.SplitHostPort(address)
	g := &gosnmp.GoSNMP{
		Target: host, Version: gosnmp.Version3, SecurityModel: gosnmp.UserSecurityModel, MsgFlags: gosnmp.AuthPriv, Timeout: 2 * time.Second, Retries: 5, Context: context.Background(),
		SecurityParameters: &gosnmp.UsmSecurityParameters{UserName: "reader", AuthenticationProtocol: gosnmp.SHA256, AuthenticationPassphrase: "canary-auth-1", PrivacyProtocol: gosnmp.AES, PrivacyPassphrase: "canary-priv-1"},
	}
	fmt.Sscan(port, &g.Port)
	if err := g.Connect(); err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	var names []string
	err := g.BulkWalk(".1.3.6.1.4.1.32473.1.1.2.1.2", func(v gosnmp.SnmpPDU) error {
		names = append(names, string(v.Value.([]byte)))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(names, " ")
}

// office is a mail server that puts what it takes into a channel.
type office chan<- []byte

func (o office) NewSession(*smtp.Conn) (smtp.Session, error) { return o, nil }
func (o office) Mail(string, *smtp.MailOptions) error        { return nil }
func (o office) Rcpt(string, *smtp.RcptOptions) error        { return nil }
func (o office) Reset()                                      {}
func (o office) Logout() error                               { return nil }
func (o office) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	o <- b
	return err
}

func postOffice(t *testing.T, letters chan<- []byte) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := smtp.NewServer(office(letters))
	notifytest.Until(t, func() { s.Close() }, func() { s.Serve(l) })
	return l.Addr().String()
}

// TestEventsRefused holds that what cannot work is said at the start, and with what to do.
func TestEventsRefused(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ more, want string }{
		{"snmp: {community_file: nowhere}", "nowhere"},
		{"events: {syslog: [{address: '127.0.0.1:1', network: tls, ca_file: site.yaml}]}", "has no certificate"},
		{"snmp: {users: [{name: u, auth_password_file: short, priv: none}]}", "fewer than 8 characters"},
	} {
		file := "site: x\nport: " + notifytest.FreePort(t) + "\nbreakers: [{name: Q1, in: 630, variant: '2.0', address: 127.0.77.9}]\n" + c.more + "\n"
		for name, text := range map[string]string{"site.yaml": file, "short": "canary\n"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		out, status := call("up", filepath.Join(dir, "site.yaml"), "--data", t.TempDir(), "--lab", "off")
		if status != 1 || !strings.Contains(out, c.want) || strings.Contains(out, "canary") {
			t.Errorf("%s: %d %s", c.more, status, out)
		}
	}
}
