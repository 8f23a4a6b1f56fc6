package alerts

import (
	"net"
	"strings"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"switchroom/imu"
	"switchroom/notify"
	"switchroom/notify/mail"
	"switchroom/notify/notifytest"
	"switchroom/notify/snmp"
	"switchroom/points"
)

// TestDeviceMail holds that a device's lists hear of its own breaker alone, that they
// are replaced whole, and that what cannot be changes nothing.
func TestDeviceMail(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	d := open(t, "")
	d.Start()
	defer d.Close()
	q1 := d.Device("Q1")
	s := mail.Service{On: true, Server: l.Addr().String(), Security: "none", From: "q1@example.org"}
	lists := []mail.List{{To: []string{"a@example.org"}, Filter: notify.Filter{Events: []string{"trip"}}}, {To: []string{"b@example.org"}}}
	if err := q1.SetMail(s, lists); err != nil {
		t.Fatal(err)
	}
	for _, b := range []string{"Q1", "Q2"} {
		d.heard(imu.Record{Unit: b, Code: points.CodeTripLong, What: imu.Pulse})
		d.heard(imu.Record{Unit: b, Code: points.CodeClosed, What: imu.Pulse})
	}
	if c := q1.MailCounts(); len(c) != 2 || c[0].Waiting != 1 || c[1].Waiting != 2 || c[0].Target != "a@example.org" {
		t.Errorf("%+v", c)
	}
	bad := s
	bad.Server = "10.0.0.1:25"
	if err := q1.SetMail(bad, lists); err == nil || !strings.Contains(err.Error(), "listen: lan") || len(q1.MailCounts()) != 2 {
		t.Errorf("%v %+v", err, q1.MailCounts())
	}
	s.On = false
	if err := q1.SetMail(s, lists); err != nil || len(q1.MailCounts()) != 0 {
		t.Errorf("%v %+v", err, q1.MailCounts())
	}
	if d.Device("Q9") != nil {
		t.Error("there is no Q9")
	}
}

// TestDeviceSNMP holds that a device's agent is what its pages last said, and that each
// start is one boot more.
func TestDeviceSNMP(t *testing.T) {
	d := open(t, "snmp: {port: "+notifytest.FreePort(t)+", community: first}\n")
	d.Start()
	defer d.Close()
	q1 := d.Device("Q1")
	if s, err := q1.Delivered(); err != nil || !s.On || s.Community != "first" {
		t.Errorf("%+v %v", s, err)
	}
	if s, _ := d.Device("Q2").Delivered(); s.On {
		t.Error("Q2 is not read")
	}
	began := boots(t, d.Agents()[0].Address.Port(), "first")
	for i, c := range []string{"second", "third"} {
		if err := q1.SetSNMP(snmp.Setup{On: true, Community: c}); err != nil {
			t.Fatal(err)
		}
		if b := boots(t, d.Agents()[0].Address.Port(), c); b != began+1+i {
			t.Errorf("boot %d after %d", b, began)
		}
	}
	if err := q1.SetSNMP(snmp.Setup{On: true}); err == nil || len(d.Agents()) != 1 {
		t.Errorf("%v %+v", err, d.Agents())
	}
	if err := q1.SetSNMP(snmp.Setup{}); err != nil || len(d.Agents()) != 0 || q1.SNMPAddress() != "" {
		t.Errorf("%v %+v", err, d.Agents())
	}
}

// boots reads how often the engine at 127.0.78.1 has started.
func boots(t *testing.T, port uint16, community string) int {
	t.Helper()
	g := &gosnmp.GoSNMP{Target: "127.0.78.1", Port: port, Version: gosnmp.Version2c, Community: community, Timeout: 2 * time.Second, Retries: 3}
	if err := g.Connect(); err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	r, err := g.Get([]string{".1.3.6.1.6.3.10.2.1.2.0"})
	if err != nil {
		t.Fatal(err)
	}
	return r.Variables[0].Value.(int)
}
