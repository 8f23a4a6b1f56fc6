//go:build unix

package modbus

import (
	"bytes"
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
