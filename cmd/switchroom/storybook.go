package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"switchroom/ui/storybook"
)

type storybookCmd struct {
	Addr        string `help:"Where to listen." default:"127.0.0.1:0" placeholder:"HOST:PORT"`
	Screenshots string `help:"Write a PNG of every story in both themes and at phone width into this directory, and end. Needs Chromium." placeholder:"DIR"`
}

func (c *storybookCmd) Run(a *app) error {
	l, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("the storybook cannot listen on %s: %w; choose another --addr", c.Addr, err)
	}
	// The requests end with the server: a live page would hold it for ever.
	ctx, stop := context.WithCancel(a.Ctx)
	defer stop()
	srv := &http.Server{Handler: storybook.Handler(), ReadHeaderTimeout: 10 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	url := "http://" + l.Addr().String() + "/"
	if c.Screenshots != "" {
		err = photograph(a, url, c.Screenshots)
	} else {
		fmt.Fprintln(a.Stdout, url)
		fmt.Fprintln(a.Stderr, "Open it in a browser; stop with Ctrl-C.")
		select {
		case <-ctx.Done():
		case err = <-done:
			return err
		}
	}
	stop()
	return errors.Join(err, shut(srv))
}

// shut ends a server within two seconds.
func shut(srv *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	return srv.Shutdown(ctx)
}
