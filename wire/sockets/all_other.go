//go:build !linux

package sockets

import (
	"errors"
	"net"
)

// listenAll is for systems that can bind a socket to the loopback device. Here
// each address gets a socket of its own.
func listenAll(uint16) (net.Listener, error) { return nil, errors.ErrUnsupported }
