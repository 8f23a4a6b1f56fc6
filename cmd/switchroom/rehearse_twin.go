package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	yaml "go.yaml.in/yaml/v4"

	"switchroom/client"
	"switchroom/points"
	"switchroom/upgrade"
)

// twinWithin is how long one rehearsal may take.
const twinWithin = 5 * time.Minute

// twinPassword is that of level 4 of a twin: it is as it left the factory.
const twinPassword = "0000"

// rehearse tries the package on the twin of one breaker: a laboratory in a process of its
// own, which is thrown away.
func (c *rehearseCmd) rehearse(a *app, kit *upgrade.Kit, pkg []byte, m model) (t upgrade.Twin) {
	t = upgrade.Twin{Breaker: m.snapshot.Breaker, Serial: m.firmware.Firmware.Serial, Snapshot: string(m.snapshot.Digest()), Missing: []string{}, Changed: []string{}, Trips: []string{}}
	ctx, cancel := context.WithTimeout(a.Ctx, twinWithin)
	defer cancel()
	err := c.onTwin(ctx, a, m, func(b *client.Cable) error {
		// First as the breaker itself would be judged: its sequences are its own.
		if _, _, err := kit.Fitting(pkg, m.firmware.Firmware, c.Member); err != nil {
			return err
		}
		r := rehearsing{ctx: ctx, b: b, twin: &t}
		bar := seldom(a, m.snapshot.Breaker)
		return r.play(m, upgrade.Job{Kit: kit, Package: pkg, Member: c.Member, Password: twinPassword, Tell: bar})
	})
	t.Passed = err == nil
	if err != nil {
		t.Error = err.Error()
	}
	return t
}

// seldom tells each step once.
func seldom(a *app, name string) func(upgrade.Step) {
	last := ""
	return func(s upgrade.Step) {
		if s.Doing != last {
			last = s.Doing
			fmt.Fprintf(a.Stderr, "%s: %s\n", name, s.Doing)
		}
	}
}

// onTwin starts the laboratory of a twin, plugs in, and ends it afterwards.
func (c *rehearseCmd) onTwin(ctx context.Context, a *app, m model, do func(*client.Cable) error) error {
	dir, err := os.MkdirTemp("", "switchroom-twin-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	pki, err := filepath.Abs(c.Trust)
	if err != nil {
		return err
	}
	site, err := c.siteOf(m, pki)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "site.yaml"), site, 0o600); err != nil {
		return err
	}
	address, stop, err := c.start(ctx, dir)
	if err != nil {
		return err
	}
	b, err := client.DialUSB(ctx, address, client.Options{Timeout: 30 * time.Second})
	if err != nil {
		return errors.Join(err, stop())
	}
	return errors.Join(do(b), b.Close(), stop())
}

// start starts the laboratory as a process of its own, and returns the cable.
func (c *rehearseCmd) start(ctx context.Context, dir string) (cable string, stop func() error, err error) {
	program, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	ready := filepath.Join(dir, "ready.json")
	p := exec.CommandContext(ctx, program, "up", filepath.Join(dir, "site.yaml"), "--data", filepath.Join(dir, "data"), "--ready-file", ready, "--lab", "off", "--speed", strconv.FormatFloat(c.Speed, 'g', -1, 64), "--quiet")
	p.Cancel = func() error { return p.Process.Signal(syscall.SIGTERM) }
	p.WaitDelay = 5 * time.Second
	var said strings.Builder
	p.Stderr = &said
	if err := p.Start(); err != nil {
		return "", nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- p.Wait() }()
	stop = func() error {
		p.Process.Signal(syscall.SIGTERM)
		return <-ended
	}
	for {
		b, err := os.ReadFile(ready)
		if err == nil {
			var r readyFile
			if err := json.Unmarshal(b, &r); err != nil || len(r.IMUs) != 1 {
				return "", nil, errors.Join(fmt.Errorf("the twin cannot be reached: %v", err), stop())
			}
			return r.IMUs[0].USB, stop, nil
		}
		select {
		case err := <-ended:
			return "", nil, fmt.Errorf("the twin did not start: %v: %s", err, strings.TrimSpace(said.String()))
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return "", nil, errors.Join(ctx.Err(), stop())
		}
	}
}

// siteOf is the site file of a twin.
func (c *rehearseCmd) siteOf(m model, pki string) ([]byte, error) {
	id := m.snapshot.Identity
	in, err := strconv.ParseFloat(id[points.RatingIn.String()], 64)
	if err != nil {
		return nil, fmt.Errorf("the snapshot of %s does not say its rated current: take it by a cable", m.snapshot.Breaker)
	}
	if id[points.RatingVariant.String()] == "" {
		return nil, fmt.Errorf("the snapshot of %s does not say which control unit it is, as no register does: take it by a cable (--address usb:///PATH?unit=NAME)", m.snapshot.Breaker)
	}
	breaker := map[string]any{"name": "Q1", "in": in, "variant": id[points.RatingVariant.String()], "closed": true, "serial": m.firmware.Firmware.Serial}
	if n, err := strconv.Atoi(id[points.RatingSystemType.String()]); err == nil {
		breaker["system_type"] = n
		breaker["poles"] = max(3, min(4, n/10))
		if n < 40 || id[points.RatingPoles.String()] == "3P" {
			breaker["poles"] = 3
		}
	}
	site := map[string]any{"site": "twin of " + m.snapshot.Breaker, "profile": c.Profile, "trust": pki, "web": "off", "breakers": []any{breaker}}
	if f, err := strconv.Atoi(id[points.RatingFrequency.String()]); err == nil {
		site["frequency"] = f
	}
	if c.TimestampException {
		site["timestamp_exception"] = true
	}
	c.membersOf(m, site, breaker)
	return yaml.Marshal(site)
}

// membersOf gives a twin the members, versions and digital modules of its breaker.
func (c *rehearseCmd) membersOf(m model, site, breaker map[string]any) {
	io := []any{}
	for _, x := range m.firmware.Firmware.Members {
		switch {
		case x.Component == "control_unit":
			breaker["firmware"] = x.Running.Version
		case x.Component == "io":
			io = append(io, map[string]any{"application": 1})
		case x.Component == "ifm":
			breaker["interface"] = "ife" // a twin has no line; what is rehearsed for an IFM is the control unit
		default:
			breaker["interface"] = x.Component
			site["interface_firmware"] = x.Running.Version
		}
	}
	if len(io) > 0 {
		breaker["io"] = io
	}
	var modules []string
	for _, x := range m.firmware.Firmware.Modules {
		modules = append(modules, x.Name)
	}
	if len(modules) > 0 {
		breaker["modules"] = modules
	}
}

// rehearsing is one rehearsal on a twin that runs.
type rehearsing struct {
	ctx  context.Context
	b    *client.Cable
	twin *upgrade.Twin
}

// play copies the settings, tries protection, installs, and tries and compares again.
func (r *rehearsing) play(m model, job upgrade.Job) error {
	if err := r.b.Login(r.ctx, twinPassword); err != nil {
		return err
	}
	r.copySettings(m)
	before, err := r.settings(m)
	if err != nil {
		return err
	}
	tripped, err := r.trip(before)
	if err != nil {
		return err
	}
	if r.twin.Outcome, err = job.Run(r.ctx, r.b); err != nil {
		return err
	}
	after, err := r.settings(m)
	if err != nil {
		return err
	}
	for name, v := range before {
		if after[name] != v {
			r.twin.Changed = append(r.twin.Changed, fmt.Sprintf("%s was %s and is %s", name, v, after[name]))
		}
	}
	slices.Sort(r.twin.Changed)
	again, err := r.trip(after)
	switch {
	case err != nil:
		return err
	case len(r.twin.Changed) > 0:
		return errors.New("settings are not as they were before")
	case tripped != again:
		return fmt.Errorf("it trips otherwise than before: %s, and before: %s", again, tripped)
	}
	return nil
}

// copySettings gives the twin what the snapshot has, one by one: what it cannot have is
// told.
func (r *rehearsing) copySettings(m model) {
	for _, row := range m.snapshot.Rows {
		id, err := points.Lookup(row.Point)
		if err != nil || row.Value == "" || !points.Of(id).Writable() || !strings.HasPrefix(row.Point, "protection.") {
			continue
		}
		v, err := points.Of(id).Parse(row.Value)
		if err == nil {
			err = r.b.Write(r.ctx, twinPassword, 0, client.Setting{Point: id, Value: v})
		}
		if err != nil {
			r.twin.Missing = append(r.twin.Missing, row.Point+": "+err.Error())
			continue
		}
		r.twin.Copied++
	}
}

// settings reads those that the snapshot has.
func (r *rehearsing) settings(m model) (map[string]string, error) {
	var ids []points.ID
	for _, row := range m.snapshot.Rows {
		if id, err := points.Lookup(row.Point); err == nil && strings.HasPrefix(row.Point, "protection.") {
			ids = append(ids, id)
		}
	}
	read, err := r.b.Read(r.ctx, ids...)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, x := range read {
		out[x.Point.String()] = points.Of(x.Point).Format(x.Value)
	}
	return out, nil
}

// trip injects ten times the rated current and tells what tripped; then it closes again.
func (r *rehearsing) trip(map[string]string) (function string, err error) {
	read, err := r.b.Read(r.ctx, points.RatingIn)
	if err != nil {
		return "", err
	}
	amps := 10 * read[0].Value.Float()
	order := points.String(fmt.Sprintf("%g %g %g 0 for 30", amps, amps, amps))
	if _, err := r.b.Do(r.ctx, points.TestInjection, twinPassword, client.Argument{Name: "value", Value: order}); err != nil {
		return "", fmt.Errorf("injection: %w", err)
	}
	result, err := r.until(points.TestResult, func(v points.Value) bool { return v.Text() != "" && v.Text() != "running" })
	if err != nil {
		return "", fmt.Errorf("injection: %w", err)
	}
	r.twin.Trips = append(r.twin.Trips, fmt.Sprintf("10 × In (%g A): %s", amps, result.Text()))
	function, _, _ = strings.Cut(result.Text(), " after ")
	if function == "no trip" {
		return "", errors.New("it does not trip at ten times its rated current")
	}
	// The result is there some milliseconds before the contacts have parted: until then a
	// reset is refused.
	if _, err := r.until(points.BreakerClosed, func(v points.Value) bool { return !v.Bool() }); err != nil {
		return "", err
	}
	if err := r.b.Reset(r.ctx, twinPassword); err != nil {
		return "", err
	}
	if _, err := r.until(points.BreakerReadyToClose, points.Value.Bool); err != nil {
		return "", err
	}
	return function, r.b.CloseBreaker(r.ctx, twinPassword)
}

// until reads a point until it is as it should be.
func (r *rehearsing) until(id points.ID, is func(points.Value) bool) (points.Value, error) {
	for {
		read, err := r.b.Read(r.ctx, id)
		if err != nil {
			return points.Value{}, err
		}
		if v := read[0].Value; v.Available() && is(v) {
			return v, nil
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-r.ctx.Done():
			return points.Value{}, fmt.Errorf("%s: %w", id, r.ctx.Err())
		}
	}
}
