package alerts

import (
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"switchroom/imu"
	"switchroom/notify"
	"switchroom/notify/notifytest"
	"switchroom/points"
	"switchroom/site"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const breakers = `site: Hall
breakers:
  - {name: Q1, in: 1000, variant: "6.0", closed: true, address: 127.0.78.1}
  - {name: Q2, in: 630, variant: "5.0", address: 127.0.78.2, snmp: false}
`

// desk is the alerts of a laboratory that stands still, and what they told.
type desk struct {
	*Alerts
	lab  *site.Lab
	mu   sync.Mutex
	told []string
}

func (d *desk) tell(s string) { d.mu.Lock(); d.told = append(d.told, s); d.mu.Unlock() }

func open(t *testing.T, more string) *desk {
	t.Helper()
	s, err := site.Parse("x.yaml", []byte(breakers+more))
	if err != nil {
		t.Fatal(err)
	}
	l, err := s.Build(imu.NewSteppedWorld(time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{lab: l}
	if d.Alerts, err = New(l, t.TempDir(), d.tell); err != nil {
		t.Fatal(err)
	}
	if err := d.Listen(); err != nil {
		t.Fatal(err)
	}
	return d
}

// TestNothing holds that a site which asks for nothing gets nothing: no engine, no
// goroutine, no listener.
func TestNothing(t *testing.T) {
	d := open(t, "")
	d.Start()
	d.Close()
	if len(d.Counts()) > 0 || len(d.Agents()) > 0 {
		t.Errorf("%+v %+v", d.Counts(), d.Agents())
	}
}

// TestNeverWaits holds that breakers go on while nobody takes their events: far more
// happen than a queue holds, and what is lost is counted.
func TestNeverWaits(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	d := open(t, "events: {email: {server: '"+l.Addr().String()+"', from: a@example.org, lists: [{to: [b@example.org]}, {to: [b@example.org], severity: high}]}}\n")
	d.Start()
	u := d.lab.Units[0]
	for range 1500 {
		u.Push(d.lab.World.Now(), imu.OpenButton, true)
		u.Push(d.lab.World.Now(), imu.OpenButton, false)
		d.heard(imu.Record{Unit: "Q1", Code: points.CodeRefused, What: imu.Pulse})
	}
	c := d.Counts()
	if len(c) != 2 || c[0].Lost == 0 || c[0].Waiting > 1000 || c[1].Waiting > 0 || c[0].Target == c[1].Target {
		t.Errorf("%+v", c)
	}
	began := time.Now()
	d.Close()
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("the end took %v", took)
	}
}

// TestEvent holds what an event is told as.
func TestEvent(t *testing.T) {
	for _, c := range []struct {
		what     imu.Transition
		code     points.Code
		phase    notify.Phase
		security bool
	}{
		{imu.Entry, points.CodeBatteryLow, notify.Began, false},
		{imu.Exit, points.CodeBatteryLow, notify.Ended, false},
		{imu.Pulse, points.CodeTripLong, notify.Happened, false},
		{imu.Pulse, points.CodePasswordRefused, notify.Happened, true},
	} {
		e := event(imu.Record{Unit: "Q1", Code: c.code, What: c.what, Date: 1000})
		if e.Phase != c.phase || e.Security != c.security || e.Breaker != "Q1" || e.At != points.Epoch.Add(time.Second) {
			t.Errorf("%v %v: %+v", c.what, c.code, e)
		}
	}
}

// TestAgents holds that there is an agent where the site file says so, and that a busy
// port is told with what to do.
func TestAgents(t *testing.T) {
	port := notifytest.FreePort(t)
	d := open(t, "snmp: {port: "+port+", community: public}\n")
	d.Start()
	defer d.Close()
	if a := d.Agents(); len(a) != 1 || a[0].Breaker != "Q1" || a[0].Address.String() != "127.0.78.1:"+port {
		t.Errorf("%+v", a)
	}
	other, err := New(d.lab, t.TempDir(), d.tell)
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Listen(); err == nil || !strings.Contains(err.Error(), "choose another snmp.port") {
		t.Error(err)
	}
}
