package main

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"

	"switchroom/client"
	"switchroom/points"
	"switchroom/polling"
	"switchroom/regmap"
	"switchroom/site"
)

// toolListing is a listing that is also written as the configuration of tools
// that poll breakers. The formats are those of package polling.
type toolListing struct {
	JSON   bool     `help:"Print JSON (the same as --format json)."`
	Format string   `help:"text, md, csv or json; or the configuration of a tool that polls breakers: telegraf, home-assistant, node-red, prometheus-modbus, prometheus-scrape or mbmap." enum:"text,md,csv,json,telegraf,home-assistant,node-red,prometheus-modbus,prometheus-scrape,mbmap" default:"text"`
	Points []string `help:"For a tool: the points to poll, by names or beginnings of names. Without: the usual ones that are known well enough." placeholder:"NAME"`
	Strict bool     `help:"For a tool: refuse points whose register is only inferred or ours."`
	Site   string   `help:"For a tool, and csv: poll the breakers of this site file." type:"existingfile" placeholder:"FILE"`
	Device []string `help:"For a tool, and csv: poll this breaker; give it once for each." sep:"none" placeholder:"NAME=modbus://HOST:PORT/UNIT"`
}

func (t *toolListing) listing() listing { return listing{JSON: t.JSON, Format: t.Format} }

func (t *toolListing) format() string { l := t.listing(); return l.Chosen() }

// polls reports whether a tool's configuration is asked for. CSV is one once
// there are devices; without, it is the table that --registers reads back.
func (t *toolListing) polls() bool {
	_, ok := polling.Lookup(t.format())
	return ok && (t.format() != "csv" || t.Site != "" || len(t.Device) > 0) ||
		len(t.Points) > 0 || t.Strict || t.Site != "" || len(t.Device) > 0
}

// poll writes the configuration of a tool.
func (t *toolListing) poll(a *app, m *regmap.Map, worst points.Certainty) error {
	f, ok := polling.Lookup(t.format())
	if !ok || t.format() == "csv" && t.Site == "" && len(t.Device) == 0 {
		return misuse("--points, --strict, --site and --device are for the configuration of a tool: add --format telegraf, or another that --help lists")
	}
	devices, err := t.devices(a)
	if err != nil {
		return err
	}
	ids, err := t.points(m, worst)
	if err != nil {
		return err
	}
	p, err := polling.NewPlan(m, ids, devices)
	if err != nil {
		return err
	}
	if len(devices) == 0 {
		fmt.Fprintf(a.Stderr, "no device given: %s stands for yours; --site FILE or --device NAME=modbus://HOST:PORT/UNIT\n", polling.Template.Host)
	}
	t.warn(a, p)
	return f.Write(a.Stdout, p)
}

// warn says how many of the points are not known well enough to rely on.
func (t *toolListing) warn(a *app, p *polling.Plan) {
	weak := 0
	for i := range p.Items {
		if p.Items[i].Row.Certainty >= points.Inferred {
			weak++
		}
	}
	if weak > 0 {
		fmt.Fprintf(a.Stderr, "warning: %d of %d points stand in registers that are only inferred or ours; the output marks them, --strict refuses them\n", weak, len(p.Items))
	}
}

// points returns the points to poll.
func (t *toolListing) points(m *regmap.Map, worst points.Certainty) ([]points.ID, error) {
	ids := polling.Usual(m)
	if len(t.Points) > 0 || worst > 0 {
		var err error
		if ids, err = choose(client.InRegisters(m), t.Points, t.Strict); err != nil {
			return nil, err
		}
		ids = polling.Only(m, ids, worst)
	}
	if err := refuse(m, ids, t.Strict); err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, errors.New("no point is left to poll; choose others with --points, or another --certainty")
	}
	return ids, nil
}

// refuse says every point that strict polling refuses.
func refuse(m *regmap.Map, ids []points.ID, strict bool) error {
	var bad []error
	for _, id := range ids {
		if p, ok := m.Find(id); strict && ok && p.Row.Certainty >= points.Inferred {
			bad = append(bad, fmt.Errorf("%v: register %d is %v, and --strict refuses that", id, p.Row.Register, p.Row.Certainty))
		}
	}
	return errors.Join(bad...)
}

// devices returns the breakers of the site file, then those given by name.
func (t *toolListing) devices(a *app) ([]polling.Device, error) {
	var all []polling.Device
	if t.Site != "" {
		s, err := site.LoadFile(t.Site)
		if err != nil {
			return nil, err
		}
		all = siteDevices(s)
		for i := range s.Breakers {
			if !s.Breakers[i].Reachable() {
				fmt.Fprintf(a.Stderr, "%s has no Ethernet interface and is left out\n", s.Breakers[i].Unit.Name)
			}
		}
	}
	var bad []error
	for _, text := range t.Device {
		d, err := parseDevice(text)
		bad = append(bad, err)
		all = append(all, d)
	}
	if err := errors.Join(bad...); err != nil {
		return nil, misuse("%v", err)
	}
	return all, nil
}

// siteDevices returns the breakers of a site that Modbus reaches.
func siteDevices(s *site.Site) []polling.Device {
	var all []polling.Device
	for i := range s.Breakers {
		b := &s.Breakers[i]
		if b.Reachable() {
			all = append(all, polling.Device{Name: b.Unit.Name, Host: b.Address.Addr().String(), Port: b.Address.Port(), Unit: b.UnitID()})
		}
	}
	return all
}

// parseDevice reads NAME=modbus://HOST:PORT/UNIT.
func parseDevice(text string) (polling.Device, error) {
	name, rest, ok := strings.Cut(text, "=modbus://")
	if !ok || strings.TrimSpace(name) == "" {
		return polling.Device{}, fmt.Errorf("device %q: write NAME=modbus://HOST:PORT/UNIT, as in Q1=modbus://192.168.1.10:502/255", text)
	}
	socket, unit, err := client.ParseAddress("modbus://" + rest)
	if err != nil {
		return polling.Device{}, err
	}
	host, portText, err := net.SplitHostPort(socket)
	if err != nil {
		return polling.Device{}, fmt.Errorf("device %q: %w", text, err)
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil || port == 0 {
		return polling.Device{}, fmt.Errorf("device %q: port %q is not a number from 1 to 65535", text, portText)
	}
	return polling.Device{Name: name, Host: host, Port: uint16(port), Unit: unit}, nil
}
