package main

import (
	_ "embed"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"switchroom/regmap"
	"switchroom/site"
)

//go:embed demo.yaml
var demoSite []byte

type demoCmd struct {
	ReadyFile string `help:"Written when everything can be reached." placeholder:"PATH"`
	Data      string `help:"Where the units' memory is kept; by default a temporary directory." placeholder:"DIR"`
	Lab       string `help:"Address of the laboratory's HTTP server, on loopback, where faults are injected; off: none." default:"127.0.0.1:5021" placeholder:"HOST:PORT"`
	Portal    string `help:"Address of the maker's portal and marketplace, on this computer; off: none." default:"localhost:5023" placeholder:"HOST:PORT"`
	Site      bool   `help:"Print the site file of the demonstration and end."`
	traceFlags
}

func (c *demoCmd) Run(a *app) error {
	if c.Site {
		_, err := a.Stdout.Write(demoSite)
		return err
	}
	s, err := site.Parse("demo.yaml", demoSite)
	if err != nil {
		return err
	}
	if port := freePort(s.Breakers[0].Address.Port()); port != s.Breakers[0].Address.Port() {
		fmt.Fprintf(a.Stderr, "port %d is taken; using %d\n", s.Breakers[0].Address.Port(), port)
		for i := range s.Breakers {
			s.Breakers[i].Address = netip.AddrPortFrom(s.Breakers[i].Address.Addr(), port)
		}
	}
	dir := c.Data
	if dir == "" {
		if dir, err = os.MkdirTemp("", "switchroom-demo-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	v, err := openVendor(a, filepath.Join(dir, "vendor"), c.Portal)
	if err != nil {
		return err
	}
	defer v.close()
	if err := v.trusted(s); err != nil {
		return err
	}
	h := host{app: a, site: s, portal: v.url(), registers: regmap.Default(), data: dir, ready: c.ReadyFile, address: c.Lab, passwords: c.TracePasswords}
	if h.trace, err = c.recorder(a, h.registers); err != nil {
		return err
	}
	return h.run(func() {
		fmt.Fprintf(a.Stdout, "%s\n\n", s.Name)
		h.print()
		fmt.Fprintf(a.Stdout, demoHints, h.site.Breakers[0].Address.Port(), calledAs(), h.pages.url("Q1"))
		fmt.Fprint(a.Stdout, v.hints(calledAs(), h.fronts.address("usb", "Q1")), "\nCtrl-C ends.\n")
		if c.Data == "" {
			fmt.Fprintln(a.Stdout, "Settings and counters are in a temporary directory and vanish at the end.")
		}
	})
}

// freePort returns the wanted port if nobody listens on it, or a free one.
func freePort(want uint16) uint16 {
	for _, port := range []uint16{want, 0} {
		l, err := net.Listen("tcp4", fmt.Sprintf("0.0.0.0:%d", port))
		if err == nil {
			defer l.Close()
			return uint16(l.Addr().(*net.TCPAddr).Port)
		}
	}
	return want // listening will say why not
}

// calledAs is what a person types to call this program.
func calledAs() string {
	if self, err := os.Executable(); err == nil && strings.Contains(self, "go-build") {
		return "go run ./cmd/switchroom"
	}
	return "switchroom"
}

const demoHints = `
Three things to try in another terminal (Q1 has the factory passwords; operator is level 3, 3333):

  read the currents of Q1        mbpoll -m tcp -a 255 -p %[1]d -t 4:float -B -r 32028 -c 3 -1 127.0.1.1
                            or   %[2]s read modbus://127.0.1.1:%[1]d/255 current
  open Q1, and close it          echo 3333 | %[2]s open  --password-file - modbus://127.0.1.1:%[1]d/255
                                 echo 3333 | %[2]s close --password-file - modbus://127.0.1.1:%[1]d/255
  see a wrong password refused   echo 9999 | %[2]s open  --password-file - modbus://127.0.1.1:%[1]d/255

And in a browser, the web pages of Q1's interface (user Administrator, password Gateway):  %[3]s
`
