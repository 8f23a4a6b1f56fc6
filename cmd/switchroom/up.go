package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"switchroom/alerts"
	"switchroom/cmd/internal/cli"
	"switchroom/imu"
	"switchroom/inject"
	"switchroom/lab"
	"switchroom/paths/bus"
	"switchroom/paths/ethernet"
	"switchroom/regmap"
	"switchroom/site"
	"switchroom/trace"
)

type upCmd struct {
	File      string   `arg:"" help:"The site file."`
	Data      string   `help:"Where the units' memory is kept; by default the user's state directory." placeholder:"DIR"`
	ReadyFile string   `help:"Written when everything can be reached." placeholder:"PATH"`
	Registers string   `help:"A CSV file of register rows that take the place of the built-in ones." type:"existingfile" placeholder:"FILE"`
	Captures  string   `help:"Write the waveform of every trip into this directory, as COMTRADE." placeholder:"DIR"`
	Lab       string   `help:"Address of the laboratory's HTTP server, on loopback, where faults are injected; off: none." default:"127.0.0.1:5021" placeholder:"HOST:PORT"`
	Speed     *float64 `help:"How many seconds pass in it a second, 0.001 to 3600; 0: it stands still. switchroom time changes it." placeholder:"N"`
	Scenario  string   `help:"Play this scenario on the running site, as its time passes, from when everything can be reached." type:"existingfile" placeholder:"FILE"`
	Quiet     bool     `help:"Do not print where each unit is."`
	traceFlags
}

func (c *upCmd) Run(a *app) error {
	if c.Speed != nil {
		if err := checkSpeed(*c.Speed); err != nil {
			return err
		}
	}
	s, err := site.LoadFile(c.File)
	if err != nil {
		return err
	}
	printNotes(a, s)
	warnReach(a, s)
	m, err := registerMap(c.Registers)
	if err != nil {
		return err
	}
	dir := c.Data
	if dir == "" {
		if dir, err = stateDir(c.File); err != nil {
			return err
		}
	}
	h := host{app: a, site: s, registers: m, data: dir, ready: c.ReadyFile, captures: c.Captures, address: c.Lab, speed: c.Speed, passwords: c.TracePasswords}
	if h.trace, err = c.recorder(a, m); err != nil {
		return err
	}
	if err := h.direct(c.Scenario); err != nil {
		return err
	}
	return h.run(func() {
		if !c.Quiet {
			h.print()
		}
	})
}

// stateDir is where a site's memory is kept by default: a directory of its
// own in the user's state directory, by the name and the place of its file.
func stateDir(file string) (string, error) {
	base := os.Getenv("XDG_STATE_HOME")
	if base == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("no state directory: give one with --data (%w)", err)
		}
		base = filepath.Join(home, ".local", "state")
	}
	full, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	place := sha256.Sum256([]byte(full))
	name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	return filepath.Join(base, "switchroom", fmt.Sprintf("%s-%x", name, place[:4])), nil
}

// host runs a site: units, network, memory and Modbus.
type host struct {
	app       *app
	site      *site.Site
	registers *regmap.Map
	data      string
	ready     string
	portal    string // of the maker, in a demonstration; "": none
	captures  string // directory for waveforms; none if empty
	lab       *site.Lab
	address   string         // of the laboratory's server; off: none
	web       *lab.Server    // nil: none
	speed     *float64       // of its time, at the beginning; nil: the host's
	alerts    *alerts.Alerts // who is told of events, and reads by SNMP
	pages     pages          // of the units
	scenario  *site.Scenario // that is played on it; nil: none

	lines     []*openLine // serial lines
	ending    atomic.Bool
	fronts    *fronts         // where things are held to the breakers or plugged into them
	recording *captureQueue   // of waveforms; nil: none
	trace     *trace.Recorder // of what crosses the wire; nil: none
	ring      *trace.Ring     // of what crossed it lately, for the laboratory; nil: none
	passwords bool            // are kept by what hears the wire
}

// readyFile is what --ready-file holds.
type readyFile struct {
	IMUs   []readyIMU `json:"imus"`
	Lab    string     `json:"lab,omitempty"`
	Portal string     `json:"portal,omitempty"` // of the maker, in a demonstration

	Lines []readyLine `json:"lines,omitempty"`
}

// readyIMU is one unit and the ways to it. What does not exist is absent.
type readyIMU struct {
	Name   string `json:"name"`
	Modbus string `json:"modbus,omitempty"`
	Unit   int    `json:"unit,omitempty"`
	BLE    string `json:"ble,omitempty"`
	NFC    string `json:"nfc,omitempty"`
	USB    string `json:"usb,omitempty"`
	Web    string `json:"web,omitempty"`
	MBAPS  string `json:"mbaps,omitempty"` // HOST:PORT, Modbus/TCP Security
	SNMP   string `json:"snmp,omitempty"`  // HOST:PORT
}

// run runs until the app's context ends. started is called when everything can
// be reached.
func (h *host) run(started func()) error {
	memory, stored, err := imu.OpenMemory(h.data)
	if err != nil {
		return err
	}
	defer memory.Close()
	if err := memory.Err(); err != nil {
		fmt.Fprintf(h.app.Stderr, "warning: the units' memory cannot be written: %v; it is tried again each second\n", err)
	}
	if h.ready != "" {
		os.Remove(h.ready) // of an earlier run
	}
	world := imu.NewWorld(stored.Alive, time.Now())
	if h.lab, err = h.site.Build(world, memory, stored); err != nil {
		return err
	}
	for _, what := range h.lab.Lost {
		fmt.Fprintln(h.app.Stderr, "warning: not taken up from the memory:", what)
	}
	if err := h.record(); err != nil {
		return err
	}
	if err := h.alert(); err != nil {
		return err
	}
	server, err := h.serve(world)
	if err != nil {
		return err
	}
	if err := h.hear(server); err != nil {
		return err
	}
	return h.live(world, memory, server, started)
}

// record has the waveform of every trip written as COMTRADE files.
func (h *host) record() error {
	if h.captures == "" {
		return nil
	}
	dir, err := newCaptureDir(h.captures)
	if err != nil {
		return err
	}
	h.recording = newCaptureQueue(dir.write, h.app.Stderr)
	for _, u := range h.lab.Units {
		u.SubscribeCaptures(h.recording.add)
	}
	return nil
}

// serve puts every unit behind its address and opens the sockets.
func (h *host) serve(world *imu.World) (*ethernet.Server, error) {
	server := ethernet.NewServer()
	h.watch(server)
	h.pages.modbus = server
	doors, err := h.secureDoors()
	if err != nil {
		return nil, err
	}
	options := ethernet.Options{Faithful: h.site.Faithful, Idle: time.Duration(h.site.Idle * float64(time.Second)), Map: h.registers}
	if err := h.panels(server, options); err != nil {
		return nil, err
	}
	lines, devices := map[string]*inject.Line{}, map[string]*bus.Device{}
	for i := range h.site.Breakers {
		b := &h.site.Breakers[i]
		if !b.Reachable() || h.site.LineOf(b) != nil {
			continue
		}
		line := inject.NewLine(h.registers, gate{server, b.Address})
		options.Address, options.Unit, options.Behind, options.Wrap = b.Address, b.ID, b.Via != "", line.Wrap
		options.Secure = doors[b.Unit.Name]
		d, err := server.Add(h.lab.Units[i], world, options)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", b.Unit.Name, err)
		}
		devices[b.Unit.Name] = d
		lines[b.Unit.Name] = line
	}
	if err := h.openPages(world, devices); err != nil {
		return nil, err
	}
	if err := errors.Join(h.openLines(server, options, lines), h.openLab(lines), h.openFronts()); err != nil {
		return nil, err
	}
	err = server.Listen()
	switch {
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, fmt.Errorf("%w; this machine does not have that address: add it to an interface, or import the list with --addresses loopback", err)
	case err != nil:
		return nil, fmt.Errorf("%w; is another switchroom running? choose another port in the site file", err)
	}
	return server, nil
}

// panels puts the panel servers behind their addresses. Of a gateway there is
// nothing but the breakers behind it.
func (h *host) panels(server *ethernet.Server, o ethernet.Options) error {
	for _, g := range h.site.Gateways {
		if o.Address = g.Address; !g.Panel {
			continue
		}
		if err := server.AddPanel(g.Name, o); err != nil {
			return fmt.Errorf("%s: %w", g.Name, err)
		}
	}
	return nil
}

// endWithin is how long connections have to end after SIGTERM. Everything has
// two seconds, and the last state must be written within them.
const endWithin = time.Second

// recordedWithin is how long after SIGTERM the end still waits for captures: it
// may take two seconds.
const recordedWithin = 1700 * time.Millisecond

// live runs the world and the memory until the end, and ends them in order:
// no more requests, then the last state.
func (h *host) live(world *imu.World, memory *imu.Memory, server *ethernet.Server, started func()) error {
	ctx, stop := context.WithCancel(context.Background())
	remembered, turned := make(chan struct{}), make(chan struct{})
	go func() { defer close(turned); world.Run(ctx) }()
	if h.scenario != nil {
		h.lab.Network.Seed = h.scenario.Seed
	}
	h.lab.Start()
	h.quicken()
	server.Start()
	h.fronts.start()
	h.alerts.Start()
	h.startLines()
	if h.web != nil {
		h.web.Start()
	}
	h.pages.start()
	go func() {
		defer close(remembered)
		memory.Run(ctx, world.Now, func(err error) {
			if err != nil {
				fmt.Fprintf(h.app.Stderr, "warning: the units' memory cannot be written: %v; it is tried again each second\n", err)
			} else {
				fmt.Fprintln(h.app.Stderr, "the units' memory is written again")
			}
		})
	}()
	err := h.tellReady()
	if err == nil {
		started()
		played := h.play()
		debug.FreeOSMemory() // what starting took and running does not need
		select {
		case <-h.app.Ctx.Done():
		case err = <-server.Failed():
		}
		played() // before its laboratory and its world end
	}
	asked := time.Now()
	end, cancel := context.WithTimeout(context.Background(), endWithin)
	defer cancel()
	if h.web != nil {
		h.web.Close(end) // first: what is injected ends while the units still live
	}
	h.pages.end(end)
	h.fronts.close()
	h.closeLines()
	down := server.Shutdown(end)
	h.alerts.Close()
	stop()
	<-turned
	<-remembered
	if h.recording != nil {
		h.recording.end(recordedWithin - time.Since(asked))
	}
	err = errors.Join(err, h.endTrace(recordedWithin-time.Since(asked)))
	if errors.Is(down, context.DeadlineExceeded) {
		down = nil // connections that would not end were cut
	}
	return errors.Join(err, down, memory.Err())
}

// tellReady writes the ready file, by rename: whoever sees it sees all of it.
func (h *host) tellReady() error {
	if h.ready == "" {
		return nil
	}
	r := readyFile{IMUs: []readyIMU{}}
	for _, b := range h.reachable() {
		r.IMUs = append(r.IMUs, readyIMU{Name: b.Unit.Name, Modbus: h.plainAddress(&b), MBAPS: h.mbapsAddress(&b), Unit: int(b.UnitID()), BLE: h.fronts.address("ble", b.Unit.Name), NFC: h.fronts.address("nfc", b.Unit.Name), USB: h.fronts.address("usb", b.Unit.Name), Web: h.pages.url(b.Unit.Name), SNMP: h.snmpAddress(b.Unit.Name)})
	}
	for _, l := range h.lines {
		if line, ok := l.ready(); ok {
			r.Lines = append(r.Lines, line)
		}
	}
	if h.web != nil {
		r.Lab = h.web.URL()
	}
	r.Portal = h.portal
	return cli.WriteReady(h.ready, r, 0o644)
}

// reachable are the breakers that the network reaches.
func (h *host) reachable() []site.Breaker {
	var out []site.Breaker
	for _, b := range h.site.Breakers {
		if b.Reachable() {
			out = append(out, b)
		}
	}
	return out
}

// print says where the laboratory's pages are, and each unit.
func (h *host) print() {
	t := table{Head: []string{"name", "what", "In", "control unit", "modbus", "web pages"}}
	for _, b := range h.reachable() {
		t.Add(b.Unit.Name, b.Title, fmt.Sprintf("%g A", b.Unit.Rating.In), b.Unit.Rating.Variant.String()+" X", h.modbusURLs(&b), h.pages.url(b.Unit.Name))
	}
	if h.web != nil {
		elsewhere := either(h.web.URL() == "http://"+labAddress, "", " --lab "+h.web.URL()) // what the commands do not look for by themselves
		fmt.Fprintf(h.app.Stdout, "laboratory: %s/  open it in a browser (or: switchroom inject kinds%s)\n\n", h.web.URL(), either(h.lab.Room != nil, "; switchroom room"+elsewhere, ""))
	}
	for _, l := range h.lines {
		for _, u := range l.units {
			if l.path != "" {
				t.Add(u.Name, "on line "+l.site.Name, "", "", l.url(u.Unit))
			}
		}
	}
	t.Text(h.app.Stdout)
	first := h.site.Breakers[0].Unit.Name
	fmt.Fprintf(h.app.Stdout, "\nat the front of %s, by a phone that is held to it:  switchroom read '%s'\n", first, h.fronts.address("nfc", first))
	fmt.Fprintf(h.app.Stdout, "at the front of %s, by its USB port:             switchroom read '%s'\n", first, h.fronts.address("usb", first))
	fmt.Fprintf(h.app.Stdout, "by Bluetooth, after a press of its button:    switchroom phone pair '%s'\n", h.fronts.address("ble", first))
}
