package main

import (
	"context"
	"errors"
	"fmt"

	"switchroom/lab/remote"
	"switchroom/site"
)

// direct reads the scenario that is played on the site.
func (h *host) direct(file string) (err error) {
	if file == "" {
		return nil
	}
	if h.scenario, err = h.site.LoadScenario(file); err != nil {
		return err
	}
	if h.scenario.Injects() && h.address == "off" {
		return errors.New("the scenario injects faults, and --lab off leaves nothing that could; leave --lab out")
	}
	return h.scenario.Playable()
}

// play plays the scenario, if there is one, and returns what ends it. What it has
// injected ends with it.
func (h *host) play() (end func()) {
	if h.scenario == nil {
		return func() {}
	}
	ctx, stop := context.WithCancel(h.app.Ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := h.playAll(ctx); err != nil && ctx.Err() == nil {
			fmt.Fprintln(h.app.Stderr, "scenario:", err)
		}
	}()
	return func() { stop(); <-done }
}

func (h *host) playAll(ctx context.Context) error {
	var put func(remote.Order) error
	if h.web != nil {
		desk := h.web.Desk()
		run, err := desk.Begin("scenario " + h.scenario.Name)
		if err != nil {
			return err
		}
		defer desk.End(run)
		put = func(o remote.Order) error {
			o.Run = run
			_, err := desk.Inject(o)
			return err
		}
	}
	fmt.Fprintf(h.app.Stderr, "scenario %q begins; it lasts %v\n", h.scenario.Name, h.scenario.Duration)
	err := h.lab.Play(ctx, h.scenario, put, func(e site.Entry) {
		fmt.Fprintf(h.app.Stderr, "%14.6f  %-10s %-28s %-7s %s\n", e.T, e.Who, e.Event, e.What, e.Detail)
	})
	if err == nil {
		fmt.Fprintln(h.app.Stderr, "the scenario is over, and what it injected with it; the site goes on")
	}
	return err
}
