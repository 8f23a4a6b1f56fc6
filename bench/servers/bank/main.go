// Command bank is the server side of wire/modbus with as little behind it as a
// device can have: an image of 500 registers under one lock.
//
//	bank ADDRESS
package main

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"sync"

	"switchroom/wire/modbus"
)

const (
	first = 32000 // protocol address of the image
	size  = 500   // registers
)

type image struct {
	mu    sync.Mutex
	bytes [2 * size]byte
}

func (m *image) ReadRegisters(_ *modbus.Query, addr, count uint16, out []byte) ([]byte, modbus.Exception) {
	if addr < first || int(addr)+int(count) > first+size {
		return out, modbus.IllegalDataAddress
	}
	at := 2 * (int(addr) - first)
	m.mu.Lock()
	defer m.mu.Unlock()
	return append(out, m.bytes[at:at+2*int(count)]...), modbus.NoException
}

func (m *image) WriteRegisters(_ *modbus.Query, addr uint16, values []byte) modbus.Exception {
	if addr < first || int(addr)+len(values)/2 > first+size {
		return modbus.IllegalDataAddress
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	copy(m.bytes[2*(int(addr)-first):], values)
	return modbus.NoException
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: bank ADDRESS")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "bank:", err)
		os.Exit(1)
	}
}

func run(address string) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	var router modbus.Router
	router.Set(255, modbus.NewBank(new(image)))
	endpoint := &modbus.Endpoint{Handler: &router}
	server := modbus.Server{Route: func(_, _ netip.AddrPort) *modbus.Endpoint { return endpoint }}
	return server.Serve(l)
}
