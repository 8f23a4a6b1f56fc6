package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"switchroom/cmd/internal/cli"
	"switchroom/survey"
	"switchroom/wire/modbus"
)

type registersServeCmd struct {
	File      string `arg:"" help:"The capture."`
	Address   string `help:"Where to listen." default:"127.0.2.1:5020" placeholder:"HOST:PORT"`
	ReadyFile string `help:"Written when it can be reached." placeholder:"PATH"`
}

func (c *registersServeCmd) Run(a *app) error {
	capture, err := readCapture(a, c.File)
	if err != nil {
		return err
	}
	at, err := netip.ParseAddrPort(c.Address)
	if err != nil {
		return misuse("--address %s: write an address and a port, as in 127.0.2.1:5020", c.Address)
	}
	if !at.Addr().IsLoopback() {
		fmt.Fprintf(a.Stderr, "warning: %v is not loopback: whoever reaches this host reads the capture; nobody can write\n", at)
	}
	l, err := net.Listen("tcp", at.String())
	if err != nil {
		return fmt.Errorf("%w; is the address free? choose another with --address", err)
	}
	return c.serve(a, l, capture)
}

func (c *registersServeCmd) serve(a *app, l net.Listener, capture *survey.Capture) error {
	replay := survey.NewReplay(capture)
	e := &modbus.Endpoint{Handler: asUnit(replay, capture.Head.Unit)}
	s := &modbus.Server{Route: func(_, _ netip.AddrPort) *modbus.Endpoint { return e }}
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
	err := c.ready(l, capture)
	if err == nil {
		fmt.Fprintf(a.Stderr, "replaying %s at modbus://%v/%d; it can only be read\n", c.File, l.Addr(), capture.Head.Unit)
		select {
		case <-a.Ctx.Done():
		case err = <-failed:
			failed <- err
		}
	}
	end, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	s.Shutdown(end)
	if last := <-failed; err == nil && !errors.Is(last, modbus.ErrServerClosed) {
		err = last
	}
	fmt.Fprintf(a.Stderr, "%d requests, %d of them no reading and refused\n", e.Stats().Requests, replay.Writes())
	return err
}

// asUnit answers for the unit ids that the recorded unit had: its own, and 0 and
// 255, which are the interface.
func asUnit(h modbus.Handler, unit byte) modbus.Handler {
	var nobody modbus.Router
	return modbus.HandlerFunc(func(q *modbus.Query, out []byte) []byte {
		if q.Unit != 0 && q.Unit != 255 && q.Unit != unit {
			return nobody.Serve(q, out)
		}
		return h.Serve(q, out)
	})
}

// ready writes the ready file, by rename.
func (c *registersServeCmd) ready(l net.Listener, capture *survey.Capture) error {
	if c.ReadyFile == "" {
		return nil
	}
	r := readyFile{IMUs: []readyIMU{{Name: "replay", Modbus: l.Addr().String(), Unit: int(capture.Head.Unit)}}}
	return cli.WriteReady(c.ReadyFile, r, 0o644)
}
