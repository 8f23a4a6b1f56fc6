// Package sntp keeps the clock of one device by an SNTP server (interfaces facts
// §1.8: SNTP overrides what is set by hand). It is off as delivered.
//
// What it promises: a server that is silent, wrong or malicious costs a message on
// the page and nothing else; an answer that was not asked for, or that is not
// fresh, is not believed. What it does not: SNTP has no signature here, so who
// sits between the device and its server sets the device's clock, as on the real
// one. The device notes each time that its clock is set.
//
// What it refuses: servers by name (they would be looked up at somebody's server),
// and servers beyond this machine unless the site says listen: lan.
package sntp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/beevik/ntp"
)

// Our own numbers: no document gives the device's.
const (
	port      = 123
	within    = 3 * time.Second        // for an answer
	tolerance = 500 * time.Millisecond // a clock that is as near is left alone
)

// Settings are what the page edits. The zero value is off.
type Settings struct {
	On      bool   `json:"on"`
	Server  string `json:"server"` // an address, or an address and a port
	Minutes int    `json:"minutes"`
}

// Default is what the page offers before anything was set up. Ours.
func Default() Settings { return Settings{Server: "127.0.0.1", Minutes: 60} }

// Validate returns everything that is wrong, each with what to do. lan says that
// the site may use the network.
func (s *Settings) Validate(lan bool) error {
	var errs []error
	if s.Minutes < 1 || s.Minutes > 24*60 {
		errs = append(errs, fmt.Errorf("an interval of %d minutes: 1 to 1440", s.Minutes))
	}
	switch a, err := s.address(); {
	case err != nil:
		errs = append(errs, err)
	case !lan && !a.Addr().IsLoopback():
		errs = append(errs, fmt.Errorf("%v is beyond this machine: write listen: lan in the site file first, or use a server on 127.0.0.1", a.Addr()))
	case a.Addr().IsUnspecified() || a.Addr().IsMulticast():
		errs = append(errs, fmt.Errorf("%v is the address of no server", a.Addr()))
	}
	return errors.Join(errs...)
}

func (s *Settings) address() (netip.AddrPort, error) {
	if a, err := netip.ParseAddr(s.Server); err == nil {
		return netip.AddrPortFrom(a.Unmap(), port), nil
	}
	a, err := netip.ParseAddrPort(s.Server)
	if err != nil || a.Port() == 0 {
		return a, fmt.Errorf("the server %q is no address: write 127.0.0.1 or 127.0.0.1:123", s.Server)
	}
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()), nil
}

// Clock is the clock of a device.
type Clock struct {
	Date func() time.Time             // what it shows
	Set  func(to time.Time) (e error) // sets it, or says why not
}

// Status is how it goes.
type Status struct {
	Asked    time.Time     // by the host; zero: never
	Answered time.Time     // the last good answer
	Offset   time.Duration // how far the clock was off at it: positive if it was behind
	Set      int           // times that the clock was set
	Stratum  int           // of the server
	Err      error         // of the last attempt; nil: it went well
}

// Client keeps a clock. Its methods may be called from several goroutines.
type Client struct {
	clock Clock
	lan   bool

	change sync.Mutex // held while settings change
	stop   context.CancelFunc
	ended  chan struct{} // closed when the goroutine has ended

	mu       sync.Mutex
	settings Settings
	status   Status
}

// New returns a client that is off. lan says that it may use the network.
func New(c Clock, lan bool) *Client { return &Client{clock: c, lan: lan} }

// Set makes settings act. On, the server is asked now and at each interval by a
// goroutine that ends with Close or with the next Set.
func (c *Client) Set(s Settings) error {
	if err := s.Validate(c.lan); err != nil && (s.On || s != (Settings{})) {
		return err
	}
	c.change.Lock()
	defer c.change.Unlock()
	c.endLocked()
	c.mu.Lock()
	c.settings, c.status = s, Status{}
	c.mu.Unlock()
	if s.On {
		ctx, stop := context.WithCancel(context.Background())
		c.stop, c.ended = stop, make(chan struct{})
		go c.run(ctx, time.Duration(s.Minutes)*time.Minute, c.ended)
	}
	return nil
}

// Close ends asking.
func (c *Client) Close() {
	c.change.Lock()
	defer c.change.Unlock()
	c.endLocked()
}

func (c *Client) endLocked() {
	if c.stop != nil {
		c.stop()
		<-c.ended
		c.stop = nil
	}
}

func (c *Client) run(ctx context.Context, every time.Duration, ended chan struct{}) {
	defer close(ended)
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		c.Poll(ctx)
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// Settings are those that act.
func (c *Client) Settings() Settings {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.settings
}

// Status is how it goes.
func (c *Client) Status() Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.status
}

// Poll asks the server once and sets the clock by its answer.
func (c *Client) Poll(ctx context.Context) error {
	s := c.Settings()
	asked := time.Now()
	r, err := ask(ctx, s)
	off, set := time.Duration(0), false
	if err == nil {
		to := time.Now().Add(r.ClockOffset)
		off = to.Sub(c.clock.Date())
		if off.Abs() > tolerance {
			err = c.clock.Set(to)
			set = err == nil
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if ctx.Err() != nil {
		return ctx.Err() // it was switched off meanwhile: its outcome is nobody's
	}
	c.status.Asked, c.status.Err = asked, err
	if err == nil {
		c.status.Answered, c.status.Offset, c.status.Stratum = asked, off, int(r.Stratum)
	}
	if set {
		c.status.Set++
	}
	return err
}

// ask gets the time of a server, if it can be believed.
func ask(ctx context.Context, s Settings) (*ntp.Response, error) {
	a, err := s.address()
	if err != nil {
		return nil, err
	}
	release := func() bool { return true }
	r, err := ntp.QueryWithOptions(a.String(), ntp.QueryOptions{
		Timeout: within,
		Dialer: func(_, to string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, "udp", to)
			if err == nil {
				release = context.AfterFunc(ctx, func() { conn.Close() })
			}
			return conn, err
		},
	})
	release()
	if err != nil {
		return nil, fmt.Errorf("%v does not answer as a time server: %w; is it running, and does a firewall let UDP %d pass?", a, err, a.Port())
	}
	if err := r.Validate(); err != nil {
		return nil, fmt.Errorf("%v is not to be believed: %w; the clock is as it was", a, err)
	}
	return r, nil
}
