// Command simonvetter is github.com/simonvetter/modbus serving an image of 500
// registers under one lock, as its own example does.
//
//	simonvetter ADDRESS
package main

import (
	"fmt"
	"io"
	"log"
	"os"
	"sync"
	"time"

	"github.com/simonvetter/modbus"
)

const (
	first = 32000 // protocol address of the image
	size  = 500   // registers
)

type image struct {
	mu    sync.Mutex
	words [size]uint16
}

func (m *image) HandleHoldingRegisters(r *modbus.HoldingRegistersRequest) ([]uint16, error) {
	if r.Addr < first || int(r.Addr)+int(r.Quantity) > first+size {
		return nil, modbus.ErrIllegalDataAddress
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	at := int(r.Addr) - first
	if r.IsWrite {
		copy(m.words[at:], r.Args)
	}
	return append([]uint16(nil), m.words[at:at+int(r.Quantity)]...), nil
}

func (m *image) HandleInputRegisters(*modbus.InputRegistersRequest) ([]uint16, error) {
	return nil, modbus.ErrIllegalFunction
}

func (m *image) HandleCoils(*modbus.CoilsRequest) ([]bool, error) {
	return nil, modbus.ErrIllegalFunction
}

func (m *image) HandleDiscreteInputs(*modbus.DiscreteInputsRequest) ([]bool, error) {
	return nil, modbus.ErrIllegalFunction
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: simonvetter ADDRESS")
		os.Exit(2)
	}
	s, err := modbus.NewServer(&modbus.ServerConfiguration{
		URL:        "tcp://" + os.Args[1],
		Timeout:    time.Hour,
		MaxClients: 20_000, // its default is 10
		Logger:     log.New(io.Discard, "", 0),
	}, new(image))
	if err == nil {
		err = s.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "simonvetter:", err)
		os.Exit(1)
	}
	select {}
}
