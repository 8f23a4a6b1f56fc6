package site_test

import (
	"strings"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
	"switchroom/site"
)

const fronted = `site: fronts
gateways:
  - {name: GW1, kind: gateway, address: 127.0.2.1}
  - {name: PS1, kind: panel-server, address: 127.0.2.2, port: 5021}
breakers:
  - {name: Q1, in: 1000, variant: 6.0, pad: locked, unit: 9}
  - {name: Q2, in: 1000, variant: 6.0, via: Q1, unit: 2}
  - {name: Q3, in: 1000, variant: 6.0, via: GW1, unit: 1}
  - {name: Q4, in: 1000, variant: 6.0, via: GW1, unit: 200, interface: ife}
  - {name: Q5, in: 1000, variant: 6.0, via: PS1, unit: 1, interface: eife}
  - {name: Q6, in: 1000, variant: 6.0, interface: ifm}
`

func TestFronts(t *testing.T) {
	s := parse(t, fronted)
	for i, c := range []struct {
		address string
		unit    byte
		face    imu.Interface
		reached bool
	}{
		{"127.0.1.1:5020", 255, imu.IFE, true},
		{"127.0.1.1:5020", 2, imu.IFM, true},
		{"127.0.2.1:5020", 1, imu.IFM, true},
		{"127.0.2.1:5020", 200, imu.IFE, true},
		{"127.0.2.2:5021", 1, imu.EIFE, true},
		{"127.0.1.6:5020", 255, imu.IFM, false},
	} {
		b := &s.Breakers[i]
		if b.Address.String() != c.address || b.UnitID() != c.unit || b.Unit.Interface != c.face || b.Reachable() != c.reached {
			t.Errorf("%s: %v/%d, %v, reached %v", b.Unit.Name, b.Address, b.UnitID(), b.Unit.Interface, b.Reachable())
		}
	}
	if len(s.Gateways) != 2 || s.Gateways[0].Panel || !s.Gateways[1].Panel {
		t.Errorf("%+v", s.Gateways)
	}
}

// TestFrontsBothPads: a command to a breaker whose IFM is stacked is refused
// while the pad of the IFE server is closed (R4).
func TestFrontsBothPads(t *testing.T) {
	l, err := parse(t, fronted).Build(imu.NewSteppedWorld(time.Date(2026, 11, 23, 10, 30, 0, 0, time.UTC)), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := imu.ParsePassword("3333")
	if err != nil {
		t.Fatal(err)
	}
	open := imu.Request{Actor: access.Actor{Path: access.Modbus}, Password: &p, Op: points.BreakerOpen}
	if r := l.Units[1].Do(0, open); r.Decision.Reason != access.RemoteOff {
		t.Errorf("stacked: %v", r.Decision)
	}
	if r := l.Units[2].Do(0, open); !r.Decision.OK() {
		t.Errorf("behind a gateway: %v", r.Decision)
	}
	l.Units[0].Pad(0, false)
	if r := l.Units[1].Do(0, open); !r.Decision.OK() {
		t.Errorf("stacked, pad opened: %v", r.Decision)
	}
}

func TestFrontsProblems(t *testing.T) {
	const head, q1 = "site: x\ngateways: [{name: GW, kind: gateway, address: 127.0.2.1}]\nbreakers:\n", "  - {name: Q1, in: 1000, variant: 6.0}\n"
	for _, c := range []struct{ breakers, want string }{
		{"  - {name: Q2, in: 1000, variant: 6.0, via: GW}", "breakers[1].unit: missing"},
		{"  - {name: Q2, in: 1000, variant: 6.0, via: GW, unit: 248, interface: ife}", "from 1 to 247"},
		{"  - {name: Q2, in: 1000, variant: 6.0, via: Q1, unit: 100}", "from 1 to 99"},
		{"  - {name: Q2, in: 1000, variant: 6.0, via: GW, unit: 1, address: 127.0.1.2}", "leave address out"},
		{"  - {name: Q2, in: 1000, variant: 6.0, via: GW, unit: 1, port: 502}", "leave port out"},
		{"  - {name: Q2, in: 1000, variant: 6.0, via: GW, unit: 1, interface: none}", "write ifm"},
		{"  - {name: Q2, in: 1000, variant: 6.0, via: QX, unit: 1}", `5:45: breakers[1].via: there is no gateway, no line and no breaker "QX"`},
		{"  - {name: Q2, in: 1000, variant: 6.0, via: Q2, unit: 1}", "not behind itself"},
		{"  - {name: Q2, in: 1000, variant: 6.0, via: Q1, unit: 1, interface: ife}", "only an IFM"},
		{"  - {name: Q2, in: 1000, variant: 6.0, via: Q1, unit: 1}\n  - {name: Q3, in: 1000, variant: 6.0, via: Q2, unit: 2}", "has no IFE"},
		{"  - {name: Q2, in: 1000, variant: 6.0, via: GW, unit: 1}\n  - {name: Q3, in: 1000, variant: 6.0, via: GW, unit: 1}", `is breaker "Q2"'s`},
		{"  - {name: Q2, in: 1000, variant: 6.0, unit: 3}\n  - {name: Q3, in: 1000, variant: 6.0, via: Q2, unit: 3}", `is breaker "Q2"'s`},
		{"  - {name: Q2, in: 1000, variant: 6.0, address: 127.0.2.1}", `is gateway "GW"'s`},
		{"  - {name: GW, in: 1000, variant: 6.0}\n  - {name: Q3, in: 1000, variant: 6.0, via: GW, unit: 3}", "a gateway and a breaker"},
	} {
		_, err := site.Parse("test.yaml", []byte(head+q1+c.breakers))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s:\n  %v\n  want %q", c.breakers, err, c.want)
		}
	}
	for _, c := range []struct{ in, want string }{
		{"site: x\ngateways: [{name: GW, kind: gateway, address: 127.0.2.1}]\ncopies: 2\nbreakers:\n" + q1, "copies: each copy of a gateway"},
		{"site: x\ngateways: [{name: GW, kind: bridge, address: 127.0.2.1}]\nbreakers:\n" + q1, "none of gateway, panel-server"},
		{"site: x\ngateways: [{name: GW, kind: gateway, address: 10.0.2.1}]\nbreakers:\n" + q1, "listen: lan"},
		{"site: x\ngateways: [{name: G, kind: gateway, address: 127.0.2.1}, {name: G, kind: gateway, address: 127.0.2.1}]\nbreakers:\n" + q1, "another gateway"},
	} {
		_, err := site.Parse("test.yaml", []byte(c.in))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s:\n  %v\n  want %q", c.in, err, c.want)
		}
	}
}

// TestFrontsLimits: the real server's limits are notes, and problems where the
// site asks for them.
func TestFrontsLimits(t *testing.T) {
	text := "site: x\nbreakers:\n  - {name: Q0, in: 1000, variant: 6.0}\n"
	for i := range 21 {
		text += "  - {name: S" + strings.Repeat("x", i) + ", in: 1000, variant: 6.0, via: Q0, unit: " + string("123456789"[i/10]) + string("0123456789"[i%10]) + "}\n"
	}
	if s := parse(t, text); len(s.Notes) != 2 || !strings.Contains(s.Notes.Error(), "11 IFMs") || !strings.Contains(s.Notes.Error(), "20 devices") {
		t.Errorf("%v", s.Notes)
	}
	_, err := site.Parse("test.yaml", []byte("faithful_limits: true\n"+text))
	if err == nil || !strings.Contains(err.Error(), "more than 20 devices") {
		t.Errorf("%v", err)
	}
}

func TestFrontsCopies(t *testing.T) {
	s := parse(t, "site: x\ncopies: 2\nbreakers:\n  - {name: Q1, in: 1000, variant: 6.0}\n  - {name: Q2, in: 1000, variant: 6.0, via: Q1, unit: 2}\n")
	if s.Breakers[3].Via != "Q1-0002" || s.Breakers[3].Address != s.Breakers[2].Address {
		t.Errorf("%+v", s.Breakers[3])
	}
}
