package sockets_test

import (
	"net"
	"net/netip"
	"testing"

	"switchroom/wire/sockets"
)

// Two loopback addresses of one port are reached, each under its own name; a port
// that is taken opens nothing.
func TestListen(t *testing.T) {
	probe, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := sockets.Local(probe.Addr()).Port()
	probe.Close()
	var all []netip.AddrPort
	for _, a := range []string{"127.0.9.1", "127.0.9.2"} {
		all = append(all, netip.AddrPortFrom(netip.MustParseAddr(a), port))
	}
	ls, err := sockets.Listen(all)
	if err != nil {
		t.Fatal(err)
	}
	accepted := make(chan netip.AddrPort, 2)
	for _, l := range ls {
		defer l.Close()
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				accepted <- sockets.Local(c.LocalAddr())
				c.Close()
			}
		}()
	}
	for _, a := range all {
		c, err := net.Dial("tcp", a.String())
		if err != nil {
			t.Fatal(err)
		}
		if got := <-accepted; got != a {
			t.Errorf("dialled %v, came in at %v", a, got)
		}
		c.Close()
	}
	if again, err := sockets.Listen(all); err == nil {
		t.Errorf("a taken port opens: %v", again)
	}
}
