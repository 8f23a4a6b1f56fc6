//go:build unix

package modbus

import (
	"bytes"
	"net"
	"syscall"
	"testing"
)

func TestFiveThousandConnections(t *testing.T) {
	const n = 5000
	var lim syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &lim); err != nil || lim.Cur < 2*n+100 {
		t.Skipf("needs %d files, may open %d: run `ulimit -n 16384` first", 2*n+100, lim.Cur)
	}
	for _, w := range ways(t)[:2] {
		t.Run(w.name, func(t *testing.T) {
			g := on(t, w, &Endpoint{Handler: NewBank(newRack())})
			conns := make([]wire, n)
			for i := range conns {
				conns[i] = g.dial()
			}
			want := ask(t, "03 02 0000")
			for range 2 {
				for _, c := range conns {
					c.send(ask(t, "03 7cff 0001"))
				}
				for _, c := range conns {
					if got := c.take(len(want)); !bytes.Equal(got, want) {
						t.Fatalf("got % x", got)
					}
				}
			}
			if s := g.endpoint.Stats(); s.Open != n || s.Requests != 2*n {
				t.Errorf("counted %+v", s)
			}
		})
	}
}

// cramped makes the server's sockets take little at a time, so that replies are
// cut anywhere and often.
func cramped(t testing.TB, w way) way {
	w.listen = func(t testing.TB) net.Listener {
		l := tcp(t)
		raw, err := l.(*net.TCPListener).SyscallConn()
		if err == nil {
			raw.Control(func(fd uintptr) { err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_SNDBUF, 4096) })
		}
		if err != nil {
			t.Fatal(err)
		}
		if w.name == "stream" {
			return opaque{l}
		}
		return l
	}
	return w
}

func TestRepliesCutAnywhere(t *testing.T) {
	for _, w := range ways(t)[:2] {
		t.Run(w.name, func(t *testing.T) {
			c := on(t, cramped(t, w), &Endpoint{Handler: NewBank(newRack())}).dial()
			const n = 3000
			go func() {
				var all []byte
				for i := range n {
					all = append(all, framed(uint16(i), []byte{3, 0x7c, 0xff, 0, 0x7d})...)
				}
				c.Write(all)
			}()
			for i := range n {
				if got := c.adu(); got.Transaction != uint16(i) || len(got.PDU) != 252 {
					t.Fatalf("reply %d: %+v", i, got)
				}
			}
		})
	}
}

// Late answers pile up behind replies the client has not read, in order and
// whole, and those that vanish with their client hurt nobody.
func TestLateAnswersBehindAFullSocket(t *testing.T) {
	for _, w := range ways(t)[:2] {
		t.Run(w.name, func(t *testing.T) {
			const n = 200
			pending := make(chan *Pending, n)
			g := on(t, cramped(t, w), &Endpoint{Handler: later(pending), Limits: Limits{InFlight: n}})
			c, gone := g.dial(), g.dial()
			for i := range uint16(n / 2) {
				c.send(framed(i, []byte{3}))
				gone.send(framed(1000+i, []byte{3}))
			}
			var open [n]*Pending // all of them before anybody goes: what a reset finds unread is lost
			for i := range open {
				open[i] = next(t, pending)
			}
			long := bytes.Repeat([]byte{3}, MaxPDU)
			for i, p := range open {
				if i == n/2 {
					gone.Conn.(*net.TCPConn).SetLinger(0)
					gone.Close()
				}
				p.Answer(long)
			}
			for range n / 2 {
				if got := c.adu(); got.Transaction >= n/2 || len(got.PDU) != MaxPDU {
					t.Fatalf("got %d bytes to %d", len(got.PDU), got.Transaction)
				}
			}
		})
	}
}
