package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/inject"
	"switchroom/paths/bus"
	"switchroom/paths/ethernet"
	"switchroom/paths/serial"
	"switchroom/site"
	"switchroom/wire/modbus"
)

// openLine is a serial line that is served: behind a device that masters open, or
// behind an IFE server.
type openLine struct {
	*serial.Line
	site  *site.Line
	path  string             // that masters open; "": it is a server's
	port  io.ReadWriteCloser // nil: it is a server's
	trunk *serial.Trunk      // nil: it is not
	units []readyUnit
	done  sync.WaitGroup
}

// readyLine is a line in the ready file.
type readyLine struct {
	Path   string      `json:"path"`
	Baud   int         `json:"baud"`
	Parity string      `json:"parity"` // E, O, N
	Stop   int         `json:"stop"`
	Units  []readyUnit `json:"units"`
}

type readyUnit struct {
	Unit int    `json:"unit"`
	Name string `json:"name"`
}

// openLines puts the IFMs on their lines, and opens those that masters open.
func (h *host) openLines(server *ethernet.Server, o ethernet.Options, wires map[string]*inject.Line) error {
	for i := range h.site.Lines {
		l := &openLine{site: &h.site.Lines[i]}
		err := h.fill(l)
		switch {
		case err != nil:
		case l.site.Server != "":
			err = h.behind(l, server, o, wires)
		default:
			err = l.open()
		}
		switch {
		case errors.Is(err, serial.ErrNoPty):
			fmt.Fprintf(h.app.Stderr, "warning: line %s: %v; its breakers are reached at their fronts\n", l.site.Name, err)
		case err != nil:
			return fmt.Errorf("line %s: %w", l.site.Name, err)
		default:
			h.lines = append(h.lines, l)
		}
	}
	return nil
}

// fill puts the IFMs of the site on a line.
func (h *host) fill(l *openLine) (err error) {
	o := serial.Options{Rate: l.site.Rate, Auto: l.site.Auto, Pace: l.site.Device == ""}
	if l.Line, err = serial.NewLine(l.site.Name, o); err != nil {
		return err
	}
	for i := range h.site.Breakers {
		b := &h.site.Breakers[i]
		if b.Via != l.site.Name {
			continue
		}
		path := access.Serial
		if l.site.Server != "" {
			path = access.Modbus // whoever asks comes over the Ethernet
		}
		if err := l.Add(b.ID, modbus.NewBank(h.device(h.lab.Units[i], path).On(l.site.Name))); err != nil {
			return err
		}
		l.units = append(l.units, readyUnit{int(b.ID), b.Unit.Name})
	}
	slices.SortFunc(l.units, func(a, b readyUnit) int { return a.Unit - b.Unit })
	return nil
}

func (h *host) device(u *imu.Unit, path access.Path) *bus.Device {
	return bus.New(u, h.lab.World, h.registers, path)
}

// behind reaches the IFMs of a line through the IFE server that is its master.
func (h *host) behind(l *openLine, server *ethernet.Server, o ethernet.Options, wires map[string]*inject.Line) error {
	l.trunk = serial.NewTrunk(l.Line)
	for _, u := range l.units {
		i := slices.IndexFunc(h.site.Breakers, func(b site.Breaker) bool { return b.Unit.Name == u.Name })
		wire := inject.NewLine(h.registers, gate{server, h.site.Breakers[i].Address})
		o.Address, o.Unit, o.Wrap = h.site.Breakers[i].Address, byte(u.Unit), wire.Wrap
		wires[u.Name] = wire
		if err := server.AddBehind(l.trunk, o); err != nil {
			return fmt.Errorf("%s: %w", u.Name, err)
		}
	}
	return nil
}

// open opens what masters open.
func (l *openLine) open() error {
	if l.site.Device != "" {
		l.path = l.site.Device
		port, err := serial.OpenDevice(l.site.Device, l.Rate())
		l.port = port
		return err
	}
	pty, err := serial.OpenPty()
	if err != nil {
		return err
	}
	l.port, l.path = pty, pty.Path
	return nil
}

// startLines serves them; failed is told when one ends by itself.
func (h *host) startLines() {
	for _, l := range h.lines {
		if l.trunk != nil {
			l.trunk.Start()
			continue
		}
		l.done.Go(func() {
			if err := l.Listen(l.port); !h.ending.Load() {
				fmt.Fprintf(h.app.Stderr, "warning: line %s ends: %v; the other ways go on\n", l.site.Name, err)
			}
		})
	}
}

// closeLines ends them.
func (h *host) closeLines() error {
	h.ending.Store(true)
	var all error
	for _, l := range h.lines {
		if l.trunk != nil {
			l.trunk.Close()
			continue
		}
		all = errors.Join(all, l.port.Close())
		l.done.Wait()
	}
	return all
}

// ready is the line in the ready file; false: nobody but a server opens it.
func (l *openLine) ready() (readyLine, bool) {
	r := l.Rate()
	return readyLine{l.path, r.Baud, string(rune(r.Parity)), r.Stop, l.units}, l.path != ""
}

// url is where a unit on the line is reached.
func (l *openLine) url(unit int) string {
	r := l.Rate()
	return fmt.Sprintf("rtu://%s?baud=%d&parity=%c&stop=%d/%d", l.path, r.Baud, r.Parity, r.Stop, unit)
}
