package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"switchroom/lab/remote"
	"switchroom/study"
	"switchroom/wire/comtrade"
)

type playbackCmd struct {
	Play playbackPlayCmd `cmd:"" default:"withargs" help:"Play a recording into a breaker of a running switchroom: playback Q11 fault.cfg."`
	Show playbackShowCmd `cmd:"" help:"Show the last recording that was played into a breaker."`
	Stop playbackStopCmd `cmd:"" help:"Stop playing into a breaker: it takes the network's currents again."`
}

type playbackPlayCmd struct {
	labFlag
	Map     string  `help:"Which channel is which conductor: l1=IA,l2=IB,l3=IC,n=IN; by default by name and phase. leakage=IDN is the external sensor; v1=VA,v2=VB,v3=VC are voltages to neutral." placeholder:"…"`
	Scale   float64 `help:"Multiplies every current." default:"1"`
	Primary bool    `help:"Multiply secondary values by the transformer ratio of the recording."`
	NoWait  bool    `help:"Return when it has begun, not when it is over."`
	JSON    bool    `help:"Print JSON."`
	Unit    string  `arg:"" help:"Into which breaker. It alone sees the recording, as of a test set; the network does not."`
	File    string  `arg:"" help:"The recording: .cfg or .cff." type:"existingfile"`
}

func (c *playbackPlayCmd) Run(a *app) error {
	if !(c.Scale > 0) || math.IsInf(c.Scale, 0) {
		return misuse("--scale %g: a number above 0", c.Scale)
	}
	// Read here first: what is wrong with it is told with its place, and nothing is sent.
	rec, err := comtrade.Open(c.File)
	if err != nil {
		return err
	}
	if _, err := takeChannels(rec, study.Channels{Map: c.Map, Scale: c.Scale, Primary: c.Primary}); err != nil {
		return err
	}
	o := remote.PlayOrder{File: filepath.Base(c.File), Map: c.Map, Scale: c.Scale, Primary: c.Primary}
	if o.Cfg, o.Dat, err = readParts(c.File); err != nil {
		return err
	}
	cl, err := c.client()
	if err != nil {
		return err
	}
	p, err := cl.Play(a.Ctx, c.Unit, o)
	if err == nil && !c.NoWait {
		p, err = wait(a, cl, p)
	}
	return toldPlayback(a, c.JSON, &p, err)
}

// readParts reads a recording as it stands: both parts, or a combined file alone.
func readParts(path string) (cfg, dat []byte, err error) {
	if cfg, err = os.ReadFile(path); err != nil || strings.EqualFold(filepath.Ext(path), ".cff") {
		return cfg, nil, err
	}
	base := strings.TrimSuffix(path, filepath.Ext(path))
	for _, ext := range []string{".dat", ".DAT", ".Dat"} {
		if dat, err = os.ReadFile(base + ext); err == nil || !os.IsNotExist(err) {
			break
		}
	}
	return cfg, dat, err
}

// glanceEvery is how often a recording that is played is looked at.
const glanceEvery = 100 * time.Millisecond

// wait waits until a recording has been played. It says how far it is each second, and
// why nothing goes on, if time stands still. Whoever interrupts it stops the playing.
func wait(a *app, cl *remote.Client, p remote.Playback) (remote.Playback, error) {
	tick := time.NewTicker(glanceEvery)
	defer tick.Stop()
	var err error
	for n := 1; err == nil && p.State == remote.Playing; n++ {
		select {
		case <-a.Ctx.Done():
			ctx, cancel := context.WithTimeout(context.WithoutCancel(a.Ctx), time.Second)
			defer cancel()
			return cl.StopPlayback(ctx, p.Unit)
		case <-tick.C:
		}
		if n%10 == 0 {
			tellProgress(a, cl, &p)
		}
		p, err = cl.Playback(a.Ctx, p.Unit)
	}
	return p, err
}

func tellProgress(a *app, cl *remote.Client, p *remote.Playback) {
	still := ""
	if t, err := cl.Time(a.Ctx); err == nil && t.Speed == 0 {
		still = "; time stands still: `switchroom time run`, or step it"
	}
	fmt.Fprintf(a.Stderr, "%.3f of %.3f s%s\n", p.At, p.Length, still)
}

type playbackShowCmd struct {
	labFlag
	JSON bool   `help:"Print JSON."`
	Unit string `arg:"" help:"Which breaker."`
}

func (c *playbackShowCmd) Run(a *app) error {
	cl, err := c.client()
	if err != nil {
		return err
	}
	p, err := cl.Playback(a.Ctx, c.Unit)
	return toldPlayback(a, c.JSON, &p, err)
}

type playbackStopCmd struct {
	labFlag
	JSON bool   `help:"Print JSON."`
	Unit string `arg:"" help:"Which breaker."`
}

func (c *playbackStopCmd) Run(a *app) error {
	cl, err := c.client()
	if err != nil {
		return err
	}
	p, err := cl.StopPlayback(a.Ctx, c.Unit)
	return toldPlayback(a, c.JSON, &p, err)
}

// toldPlayback prints a playback.
func toldPlayback(a *app, asJSON bool, p *remote.Playback, err error) error {
	switch {
	case err != nil:
		return err
	case asJSON:
		return printJSON(a.Stdout, p)
	}
	for _, n := range p.Notes {
		fmt.Fprintln(a.Stderr, "note:", n)
	}
	w := a.Stdout
	fmt.Fprintf(w, "%s into %s: %s, %.4f of %.4f s, %d samples\n", p.File, p.Unit, p.State, p.At, p.Length, p.Samples)
	for _, to := range slices.Concat(study.Conductors, study.Sensors, study.Voltages) {
		if name := p.Channels[to]; name != "" {
			fmt.Fprintf(w, "  %-2s is channel %s\n", to, name)
		}
	}
	fmt.Fprintln(w)
	t := table{Head: []string{"t (s)", "event", "what", "detail"}}
	for _, e := range p.Happened {
		t.Add(fmt.Sprintf("%.4f", e.T), e.Event, e.What, e.Detail)
	}
	if err := t.Text(w); err != nil {
		return err
	}
	fmt.Fprintln(w)
	tellTrip(w, p)
	tellModel(w, p.Expected)
	return nil
}

func tellTrip(w io.Writer, p *remote.Playback) {
	switch t := p.Trip; {
	case t == nil && p.State == remote.Playing:
		fmt.Fprintln(w, "It has not tripped so far.")
	case t == nil:
		fmt.Fprintln(w, "It did not trip.")
	case t.Opened == nil:
		fmt.Fprintf(w, "It tripped by %s at %.4f s.\n", t.Function, t.T)
	default:
		fmt.Fprintf(w, "It tripped by %s at %.4f s; the contacts were open at %.4f s.\n", t.Function, t.T, *t.Opened)
	}
}

func tellModel(w io.Writer, e *remote.Expected) {
	switch {
	case e == nil:
		fmt.Fprintln(w, "What the model expects is not known: the settings of the breaker cannot be read.")
	case e.Function == "":
		fmt.Fprintln(w, "The model, from cold: it must not trip on this.")
	case e.T == nil:
		fmt.Fprintf(w, "The model, from cold: it may trip, by %s at %.4f s at the earliest.\n", e.Function, *e.Earliest)
	case e.Latest == nil:
		fmt.Fprintf(w, "The model, from cold: it may trip, by %s at %.4f s (earliest %.4f s).\n", e.Function, *e.T, *e.Earliest)
	default:
		fmt.Fprintf(w, "The model, from cold: it must trip, by %s at %.4f s, between %.4f s and %.4f s.\n", e.Function, *e.T, *e.Earliest, *e.Latest)
	}
}
