package sockets

import (
	"context"
	"fmt"
	"net"
	"syscall"
)

// listenAll opens one socket for a port on every loopback address: bound to all
// addresses, but to the loopback device, so that nothing from a network reaches
// it. Ten thousand units need one socket and no addresses set up.
func listenAll(port uint16) (net.Listener, error) {
	lc := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		var bind error
		if err := c.Control(func(fd uintptr) { bind = syscall.BindToDevice(int(fd), "lo") }); err != nil {
			return err
		}
		return bind
	}}
	return lc.Listen(context.Background(), "tcp4", fmt.Sprintf("0.0.0.0:%d", port))
}
