//go:build !linux

package modbus

import "net"

// reactor is Linux only; elsewhere every connection has a goroutine.
type reactor struct{}

func (*reactor) stop()  {}
func (*reactor) drain() {}

func (*reactor) hangup(*Endpoint) {}

func (s *Server) start(conn net.Conn, se *session) bool { return s.startStream(conn, se) }
