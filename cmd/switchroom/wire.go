package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"switchroom/lab/remote"
	"switchroom/paths/ethernet"
	"switchroom/trace"
	"switchroom/wire/modbus"
)

// watch has all that hears the wire stand in front of every address: what writes
// it to files, and what keeps the newest for the laboratory.
func (h *host) watch(s *ethernet.Server) {
	var all []func(netip.AddrPort, modbus.Handler) modbus.Handler
	if h.trace != nil {
		all = append(all, h.trace.Watch)
	}
	if h.address != "" && h.address != "off" {
		h.ring = trace.NewRing(h.passwords)
		all = append(all, h.ring.Watch)
	}
	if len(all) == 0 {
		return
	}
	s.Watch = func(at netip.AddrPort, next modbus.Handler) modbus.Handler {
		for _, w := range all {
			next = w(at, next)
		}
		return next
	}
}

type wireCmd struct {
	labFlag
	Client string `help:"Only what this address asks (without its port), or what another path tells of who asks." placeholder:"ADDRESS"`
	Kind   string `help:"Only read, order, refused, trouble or operation; left out: all but the reads of who asks often." enum:",read,order,refused,trouble,operation" default:""`
	Limit  int    `help:"The newest so many: 1 to 1000." default:"40"`
	Follow bool   `help:"Go on, until Ctrl-C." short:"f"`
	JSON   bool   `help:"Print JSON: all that is known, or with --follow an object a line."`
	Unit   string `arg:"" optional:"" help:"Only this breaker."`
}

// Validate is kong's.
func (c *wireCmd) Validate() error {
	if c.Limit < 1 || c.Limit > 1000 {
		return fmt.Errorf("--limit %d: 1 to 1000", c.Limit)
	}
	return nil
}

func (c *wireCmd) Run(a *app) error {
	cl, err := c.client()
	if err != nil {
		return err
	}
	f := remote.WireFilter{Unit: c.Unit, Client: c.Client, Kind: c.Kind, Limit: c.Limit}
	if err := c.known(a, cl); err != nil {
		return err
	}
	w, err := cl.Wire(a.Ctx, f)
	switch {
	case err != nil:
		return err
	case c.Follow:
		return c.follow(a, cl, f, &w)
	case c.JSON:
		return printJSON(a.Stdout, w)
	}
	c.print(a, &w)
	return nil
}

// known refuses a breaker that is not there: it would be silent for ever.
func (c *wireCmd) known(a *app, cl *remote.Client) error {
	if c.Unit == "" {
		return nil
	}
	units, err := cl.Units(a.Ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(units, func(u remote.Unit) bool { return u.Name == c.Unit }) {
		return fmt.Errorf("there is no breaker %q in this laboratory; its page lists them", c.Unit)
	}
	return nil
}

func (c *wireCmd) print(a *app, w *remote.Wire) {
	fmt.Fprintf(a.Stdout, "passwords that crossed in clear: %d%s\n", w.Heard.Passwords, knownWords(&w.Heard))
	for _, t := range w.Traffic {
		if t.Reads+t.Orders+t.Trouble > 0 {
			fmt.Fprintf(a.Stdout, "%s asks %s: %d reads/s, %d commands/s, %d failures/s\n", t.Client, either(t.Unit == "", "nobody", t.Unit), t.Reads, t.Orders, t.Trouble)
		}
	}
	fmt.Fprintln(a.Stdout)
	for _, r := range slices.Backward(w.Rows) {
		fmt.Fprintln(a.Stdout, wireLine(&r))
	}
}

func knownWords(h *remote.WireHeard) string {
	var all []string
	for _, k := range h.Known {
		all = append(all, fmt.Sprintf("level %s of %s", k.Levels, k.Unit))
	}
	if len(all) == 0 {
		return ""
	}
	return "; right ones: " + strings.Join(all, ", ")
}

// wireLine is a row in a line.
func wireLine(r *remote.WireRow) string {
	who := strings.TrimSpace(r.Person + " " + r.Client)
	line := fmt.Sprintf("%s  %s by %s to %s: %s", r.T.Local().Format("15:04:05.000"), either(who == "", "somebody", who), r.Path, either(r.Unit == "", "nobody", r.Unit), r.Says)
	if r.Password != "" {
		line += ", " + either(r.Password == "wrong", "wrong password", either(r.Password == "given", "a password", r.Password)) + either(r.Clear, " in clear", "")
	}
	line += " -> " + r.Outcome
	if r.Detail != "" {
		line += " (" + r.Detail + ")"
	}
	if x := r.Refused; x != nil {
		line += fmt.Sprintf(" by %s: %s", either(x.By == "access", "rule "+x.Rule, "the "+x.By), x.Remedy)
		if x.Explain != "" {
			line += "; " + x.Explain
		}
	}
	return line
}

// followEvery is how often what is new is asked for; ours.
const followEvery = 500 * time.Millisecond

// follow prints what comes, the oldest first, until it is stopped.
func (c *wireCmd) follow(a *app, cl *remote.Client, f remote.WireFilter, w *remote.Wire) error {
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for {
		for _, r := range slices.Backward(w.Rows) {
			if err := c.one(a, &r); err != nil {
				return err
			}
			f.After = max(f.After, r.Number)
		}
		select {
		case <-a.Ctx.Done():
			return nil
		case <-tick.C:
		}
		f.Limit = 1000
		next, err := cl.Wire(a.Ctx, f)
		if a.Ctx.Err() == context.Canceled {
			return nil
		}
		if err != nil {
			return err
		}
		w = &next
	}
}

func (c *wireCmd) one(a *app, r *remote.WireRow) error {
	if c.JSON {
		return json.NewEncoder(a.Stdout).Encode(r)
	}
	_, err := fmt.Fprintln(a.Stdout, wireLine(r))
	return err
}
