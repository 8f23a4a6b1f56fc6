package schedule_test

import (
	"fmt"
	"strings"
	"testing"

	"switchroom/imu"
	"switchroom/site"
	"switchroom/site/schedule"
)

// reached writes how each breaker is reached.
func reached(s *site.Site) string {
	var all []string
	for i := range s.Breakers {
		b := &s.Breakers[i]
		how := fmt.Sprintf("%s %v %v/%d", b.Unit.Name, b.Unit.Interface, b.Address, b.UnitID())
		if !b.Reachable() {
			how = b.Unit.Name + " none"
		}
		if b.Via != "" {
			how += " via " + b.Via
		}
		all = append(all, how)
	}
	return strings.Join(all, "; ")
}

func TestTopologies(t *testing.T) {
	const many = "name,rating,variant,interface,address,port,unit id\n" +
		"Q1,1600,6.0,ife,10.0.0.1,502,255\nQ2,630,5.0,ifm,10.0.0.1,502,2\nQ3,630,5.0,eife,10.0.0.3,,\nQ4,630,5.0,none,,,\nQ5,630,5.0,ifm,10.0.0.5,,5\n"
	for _, c := range []struct {
		why, list string
		o         schedule.Options
		want      string
	}{
		{"as listed", many, schedule.Options{},
			"Q1 ife 127.0.1.2:5020/255; Q2 ifm 127.0.1.2:5020/2 via Q1; Q3 eife 127.0.1.3:5020/255; Q4 none; Q5 ifm 127.0.1.1:5020/5 via GW1"},
		{"each", many, schedule.Options{Topology: schedule.Each, Port: 1502},
			"Q1 ife 127.0.1.1:1502/255; Q2 ife 127.0.1.2:1502/255; Q3 eife 127.0.1.3:1502/255; Q4 none; Q5 ife 127.0.1.4:1502/255"},
		{"one gateway", many, schedule.Options{Topology: schedule.OneGate},
			"Q1 ife 127.0.1.1:5020/1 via GW1; Q2 ifm 127.0.1.1:5020/2 via GW1; Q3 eife 127.0.1.1:5020/3 via GW1; Q4 none; Q5 ifm 127.0.1.1:5020/5 via GW1"},
		{"one panel server", many, schedule.Options{Topology: schedule.OnePanel},
			"Q1 ife 127.0.1.1:5020/1 via PS1; Q2 ifm 127.0.1.1:5020/2 via PS1; Q3 eife 127.0.1.1:5020/3 via PS1; Q4 none; Q5 ifm 127.0.1.1:5020/5 via PS1"},
		{"on the network", many, schedule.Options{LAN: true},
			"Q1 ife 10.0.0.1:502/255; Q2 ifm 10.0.0.1:502/2 via Q1; Q3 eife 10.0.0.3:5020/255; Q4 none; Q5 ifm 10.0.0.5:5020/5 via GW1"},
		{"by name", "name,rating,variant,address,unit id,via\nQ1,1600,6.0,10.1.0.1,,\nQ2,630,5.0,,2,q1\nQ3,630,5.0,,3,GWX\nQ4,630,5.0,10.1.0.9,4,GWX\n", schedule.Options{},
			"Q1 ife 127.1.0.1:5020/255; Q2 ifm 127.1.0.1:5020/2 via Q1; Q3 ifm 127.0.1.1:5020/3 via GWX; Q4 ifm 127.0.1.1:5020/4 via GWX"},
		{"loopback stays", "name,rating,variant,address\nQ1,1600,6.0,\nQ2,630,5.0,127.0.1.1\nQ3,630,5.0,10.0.1.1\nQ4,630,5.0,fd00::1\n", schedule.Options{},
			"Q1 ife 127.0.1.2:5020/255; Q2 ife 127.0.1.1:5020/255; Q3 ife 127.0.1.3:5020/255; Q4 ife 127.0.1.4:5020/255"},
		{"address and Modbus address", "name,rating,variant,IP,Adresse\nQ1,1600,6.0,10.1.0.1,4\nQ2,1600,6.0,10.1.0.1,5\n", schedule.Options{},
			"Q1 ifm 127.1.0.1:5020/4 via GW1; Q2 ifm 127.1.0.1:5020/5 via GW1"},
	} {
		s, p := made(t, c.list, c.o)
		if got := reached(s); got != c.want {
			t.Errorf("%s:\n  %s, want\n  %s", c.why, got, c.want)
		}
		if s.LAN != c.o.LAN || (len(p.LAN) > 0) != c.o.LAN {
			t.Errorf("%s: listens beyond loopback: %v, %v", c.why, s.LAN, p.LAN)
		}
		if again, _ := made(t, c.list, c.o); reached(again) != reached(s) {
			t.Errorf("%s: not the same twice", c.why)
		}
	}
}

func TestOnTheNetworkAddressesAreNeeded(t *testing.T) {
	_, err := schedule.Import("list.csv", []byte("name,rating,variant,address\nQ1,1600,6.0,\nQ2,1600,6.0,10.0.0.1\n"), schedule.Options{LAN: true})
	if err == nil || !strings.Contains(err.Error(), "row 2, address: is empty: on the network") {
		t.Error(err)
	}
}

// TestNames: what is in a name stays in it, and nothing of it becomes YAML.
func TestNames(t *testing.T) {
	names := []string{"Ü-1 Küche", "配电柜", "yes", "1", "1.10", "null", "a: b", "#3", "- x", "{x}", "'q'", `"q"`, "a,b", "&a", "*a", "!t", "%d", "Q\\n", "true # no"}
	list := "name;title;rating;variant\n"
	for _, n := range names {
		cell := `"` + strings.ReplaceAll(n, `"`, `""`) + `"`
		list += cell + ";" + cell + ";630;5.0\n"
	}
	s, _ := made(t, list, schedule.Options{Site: "x: y"})
	for i, n := range names {
		if b := s.Breakers[i]; b.Unit.Name != n || b.Title != n || b.From == "" {
			t.Errorf("%q became %q, %q", n, b.Unit.Name, b.Title)
		}
	}
	if s.Name != "x: y" {
		t.Errorf("site %q", s.Name)
	}
}

func TestNetwork(t *testing.T) {
	s, p := made(t, "name,type,variant,parent,closed\nQ1,MTZ2 25 H1,6.0,TR1,\nQ2,MTZ2 25 H1,6.0,,zu\nQ3,MTZ2 25,6.0,Q1 + Q2,\nG,MTZ2 16,6.0,GE1/Q1,nein\nQ4,MTZ1 08,5.0,Q1,\n", schedule.Options{})
	var all []string
	for _, b := range s.Breakers {
		all = append(all, fmt.Sprintf("%s %g %v>%v %v", b.Unit.Name, b.Unit.Rating.In, b.From, b.To, b.Unit.Closed))
	}
	const want = "Q1 2500 TR1>Q1 bus true; Q2 2500 T1>Q2 bus true; Q3 2500 Q1 bus>Q2 bus false; G 1600 GE1>Q1 bus false; Q4 800 Q1 bus>Q4 load true"
	if got := strings.Join(all, "; "); got != want {
		t.Errorf("%s, want\n%s", got, want)
	}
	if n := &s.Network; len(n.Sources) != 3 || n.Sources[0].Rated != 1600e3 || n.Sources[2].Machine == nil || n.Sources[2].Machine.StartsOn != "TR1" || len(n.Loads) != 1 {
		t.Errorf("%s", p.YAML)
	}
	if s.Breakers[0].Unit.Mechanism.Frame != imu.MTZ2 {
		t.Errorf("frame %v", s.Breakers[0].Unit.Mechanism.Frame)
	}
}
