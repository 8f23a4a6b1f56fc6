package syslog

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/leodido/go-syslog/v4/rfc5424"
	"go.uber.org/goleak"

	"switchroom/notify"
	"switchroom/notify/notifytest"
	"switchroom/points"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// nasty is an event with everything in it that could end a field early.
var nasty = notify.Event{
	At: time.Date(2026, 3, 4, 5, 6, 7, 8_900_000, time.UTC), Site: "Hall \"2\" ]", Breaker: "Qü 1\n<13>1 - forged", Code: points.CodeTripLong, Phase: notify.Happened,
	Detail: "l1 ]\\\" 12 kA\r\n<0>1 forged \u2028 x",
}

func parse(t *testing.T, m []byte) *rfc5424.SyslogMessage {
	t.Helper()
	got, err := rfc5424.NewParser().Parse(m)
	if err != nil {
		t.Fatalf("%q: %v", m, err)
	}
	return got.(*rfc5424.SyslogMessage)
}

func TestMessage(t *testing.T) {
	raw := message(&nasty, 16)
	if bytes.ContainsAny(raw, "\r\n") {
		t.Errorf("a line ends in %q", raw)
	}
	m := parse(t, raw)
	data := (*m.StructuredData)[element]
	for what, got := range map[string][2]string{
		"hostname":   {*m.Hostname, "Q__1_<13>1_-_forged"},
		"appname":    {*m.Appname, "switchroom"},
		"msgid":      {*m.MsgID, points.CodeTripLong.String()},
		"time":       {m.Timestamp.Format(time.RFC3339Nano), "2026-03-04T05:06:07.008Z"},
		"breaker":    {data["breaker"], "Qü 1 <13>1 - forged"},
		"detail":     {data["detail"], `l1 ]\" 12 kA  <0>1 forged   x`},
		"site":       {data["site"], `Hall "2" ]`},
		"severity":   {data["severity"], "high"},
		"transition": {data["transition"], "pulse"},
		"certainty":  {data["certainty"], points.EventOf(points.CodeTripLong).Certainty.String()},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: %q, want %q", what, got[0], got[1])
		}
	}
	if *m.Facility != 16 || *m.Severity != 2 {
		t.Errorf("facility %d severity %d", *m.Facility, *m.Severity)
	}
	if !strings.Contains(*m.Message, points.EventOf(points.CodeTripLong).Title) {
		t.Errorf("message %q", *m.Message)
	}
}

func TestSeverity(t *testing.T) {
	for _, c := range []struct {
		code  points.Code
		phase notify.Phase
		want  int
	}{
		{points.CodeTripLong, notify.Happened, 2},
		{points.CodeBatteryLow, notify.Began, 4},
		{points.CodeBatteryLow, notify.Ended, 5},
		{points.CodeClosed, notify.Happened, 6},
		{0x0001, notify.Happened, 5},
	} {
		if got := severity(&notify.Event{Code: c.code, Phase: c.phase}); got != c.want {
			t.Errorf("%v %s: severity %d, want %d", c.code, c.phase, got, c.want)
		}
	}
}

// FuzzMessage holds that whatever an event says is one message that parses.
func FuzzMessage(f *testing.F) {
	f.Add("Q1", "detail", "site")
	f.Add(nasty.Breaker, nasty.Detail, nasty.Site)
	f.Add("", "\\", "\xff\xfe")
	f.Fuzz(func(t *testing.T, breaker, detail, site string) {
		e := nasty
		e.Breaker, e.Detail, e.Site = breaker, detail, site
		raw := message(&e, 23)
		if bytes.ContainsAny(raw, "\r\n") {
			t.Fatalf("a line ends in %q", raw)
		}
		parse(t, raw)
	})
}

// TestNetworks sends events to a listener of each network and reads them back.
func TestNetworks(t *testing.T) {
	cert := notifytest.NewAuthority(t).Issue(t, "127.0.0.1")
	for _, network := range []string{"udp", "tcp", "tls"} {
		t.Run(network, func(t *testing.T) {
			got := make(chan []byte, 10)
			address := collect(t, network, cert.Server, got)
			s, err := New(Config{Network: network, Address: address, Facility: "local0", TLS: &tls.Config{RootCAs: cert.Roots}})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if n, err := s.Send(t.Context(), []notify.Event{nasty, nasty}); n != 2 || err != nil {
				t.Fatalf("%d sent: %v", n, err)
			}
			for range 2 {
				if m := parse(t, <-got); *m.MsgID != points.CodeTripLong.String() {
					t.Errorf("msgid %q", *m.MsgID)
				}
			}
		})
	}
}

// collect listens as a collector does and puts messages into got.
func collect(t *testing.T, network string, cert tls.Certificate, got chan<- []byte) string {
	t.Helper()
	if network == "udp" {
		c, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		notifytest.Until(t, func() { c.Close() }, func() {
			for b := make([]byte, 65536); ; {
				n, _, err := c.ReadFrom(b)
				if err != nil {
					return
				}
				got <- bytes.Clone(b[:n])
			}
		})
		return c.LocalAddr().String()
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if network == "tls" {
		l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{cert}})
	}
	notifytest.Until(t, func() { l.Close() }, func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		for r := bufio.NewReader(c); ; {
			size, err := r.ReadString(' ')
			if err != nil {
				return
			}
			n, _ := strconv.Atoi(strings.TrimSpace(size))
			m := make([]byte, n)
			for k := 0; k < n; k++ {
				if m[k], err = r.ReadByte(); err != nil {
					return
				}
			}
			got <- m
		}
	})
	return address
}

// TestCertificate holds that a collector whose certificate is not trusted, or is for
// another name, gets nothing.
func TestCertificate(t *testing.T) {
	ours, other := notifytest.NewAuthority(t), notifytest.NewAuthority(t)
	for _, c := range []struct {
		name string
		cert notifytest.Issued
		why  string
	}{
		{"another authority", notifytest.Issued{Server: other.Issue(t, "127.0.0.1").Server, Roots: ours.Roots}, "certificate is not accepted"},
		{"another name", ours.Issue(t, "127.0.0.9"), "certificate is not accepted"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := make(chan []byte, 10)
			s, err := New(Config{Network: "tls", Address: collect(t, "tls", c.cert.Server, got), Facility: "local0", TLS: &tls.Config{RootCAs: c.cert.Roots}})
			if err != nil {
				t.Fatal(err)
			}
			if n, err := s.Send(t.Context(), []notify.Event{nasty}); n != 0 || err == nil || !strings.Contains(err.Error(), c.why) {
				t.Errorf("%d sent: %v", n, err)
			}
			if len(got) > 0 {
				t.Error("the collector got a message")
			}
		})
	}
}

// TestHangUp holds that the end of a connection is noticed, and that the next attempt
// makes a new one.
func TestHangUp(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s, _ := New(Config{Network: "tcp", Address: l.Addr().String(), Facility: "user"})
	defer s.Close()
	if n, err := s.Send(t.Context(), []notify.Event{nasty}); n != 1 || err != nil {
		t.Fatalf("%d sent: %v", n, err)
	}
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	s.reading.Wait() // until the end has been noticed
	if n, err := s.Send(t.Context(), []notify.Event{nasty}); n != 0 || err == nil {
		t.Errorf("%d sent into a closed connection: %v", n, err)
	}
	if n, err := s.Send(t.Context(), []notify.Event{nasty}); n != 1 || err != nil {
		t.Errorf("%d sent after the end: %v", n, err)
	}
}

func TestConfig(t *testing.T) {
	for _, c := range []struct {
		cfg Config
		why string
	}{
		{Config{Network: "quic", Address: "127.0.0.1:1", Facility: "user"}, "udp, tcp or tls"},
		{Config{Network: "udp", Address: "127.0.0.1", Facility: "user"}, "HOST:PORT"},
		{Config{Network: "udp", Address: "127.0.0.1:1", Facility: "kern"}, "none of audit"},
	} {
		if _, err := New(c.cfg); err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%+v: %v", c.cfg, err)
		}
	}
}

// TestRsyslog sends to Debian's rsyslog over TCP, and it writes what it understood.
func TestRsyslog(t *testing.T) {
	path, err := exec.LookPath("rsyslogd")
	if path == "" {
		path, err = exec.LookPath("/usr/sbin/rsyslogd")
	}
	if err != nil {
		t.Skip("SKIPPED: no rsyslogd; install the Debian package rsyslog")
	}
	dir, port := t.TempDir(), notifytest.FreePort(t)
	conf, out := filepath.Join(dir, "conf"), filepath.Join(dir, "out")
	text := `global(workDirectory="` + dir + `")
module(load="imtcp")
input(type="imtcp" address="127.0.0.1" port="` + port + `")
template(name="t" type="string" string="%hostname%|%msgid%|%syslogseverity-text%|%syslogfacility-text%|%structured-data%|%msg%\n")
action(type="omfile" file="` + out + `" template="t" asyncWriting="off" flushOnTXEnd="on")
`
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	notifytest.Program(t, path, "-n", "-f", conf, "-i", filepath.Join(dir, "pid"))
	s, _ := New(Config{Network: "tcp", Address: "127.0.0.1:" + port, Facility: "local3"})
	defer s.Close()
	e := notify.Event{At: time.Now(), Site: "Hall", Breaker: "Q1", Code: points.CodeTripLong, Phase: notify.Happened, Detail: "l1 1234 A"}
	notifytest.Eventually(t, "rsyslog takes a connection", func() bool {
		n, err := s.Send(context.Background(), []notify.Event{e})
		return n == 1 && err == nil
	})
	var text2 []byte
	notifytest.Eventually(t, "rsyslog writes", func() bool {
		text2, _ = os.ReadFile(out)
		return bytes.HasSuffix(text2, []byte("\n"))
	})
	for _, want := range []string{"Q1|" + points.CodeTripLong.String() + "|crit|local3|[" + element, `detail="l1 1234 A"`, "Q1: "} {
		if !strings.Contains(string(text2), want) {
			t.Errorf("rsyslog wrote %q, without %q", text2, want)
		}
	}
}
