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

// A listener covers the address it has, and all of loopback if it has all.
func TestCovers(t *testing.T) {
	at := func(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }
	one, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	port := sockets.Local(one.Addr()).Port()
	for _, c := range []struct {
		a    netip.AddrPort
		want bool
	}{
		{netip.AddrPortFrom(at("127.0.0.1:1").Addr(), port), true},
		{netip.AddrPortFrom(at("127.0.0.2:1").Addr(), port), false},
		{netip.AddrPortFrom(at("127.0.0.1:1").Addr(), port+1), false},
	} {
		if got := sockets.Covers(one, c.a); got != c.want {
			t.Errorf("%v covers %v: %v", one.Addr(), c.a, got)
		}
	}
	all, err := sockets.Listen([]netip.AddrPort{at("127.0.78.1:" + "0")})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range all {
		defer l.Close()
		p := sockets.Local(l.Addr()).Port()
		if !sockets.Local(l.Addr()).Addr().IsUnspecified() {
			t.Skip("this system has no socket for all of loopback")
		}
		if !sockets.Covers(l, netip.AddrPortFrom(at("127.9.9.9:1").Addr(), p)) || sockets.Covers(l, netip.AddrPortFrom(at("192.0.2.1:1").Addr(), p)) {
			t.Errorf("%v is all of loopback and nothing else", l.Addr())
		}
	}
}
