// Package client is a breaker at the other end of a wire, seen as points: read
// them by name, write settings, open, close, reset. A virtual breaker and a
// real one are the same to it.
//
// It says of everything it does whether it happened, did not happen, or may
// have happened ([Error]); it never repeats what may have happened.
//
// It is careful with hardware: a command whose code or layout is only inferred
// or ours is not sent to a unit that does not mark itself as virtual, unless
// the caller allows that one command ([Options.Allow]).
package client

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"switchroom/points"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// Options are how a client behaves.
type Options struct {
	Map     *regmap.Map   // nil: the built-in map
	Timeout time.Duration // for each exchange; 0: five seconds
	Allow   []uint16      // command codes that may go to hardware though they are inferred or ours
	Strict  bool          // refuse to read or send anything inferred or ours
}

// Client is one breaker. It may be used from several goroutines; commands go
// one after the other.
type Client struct {
	conn *modbus.Conn
	unit modbus.Unit
	m    *regmap.Map
	opt  Options

	command sync.Mutex // one command at a time: the command interface has one answer

	mu      sync.Mutex
	virtual *bool                       // whether the unit marks itself as virtual; nil: not asked yet
	relied  map[string]points.Certainty // what was relied on that is not confirmed
}

// Dial connects to an address such as modbus://127.0.1.1:5020/255. Port and
// unit may be left out: 502 and 255.
func Dial(ctx context.Context, address string, o Options) (*Client, error) {
	host, unit, err := ParseAddress(address)
	if err != nil {
		return nil, err
	}
	if o.Map == nil {
		o.Map = regmap.Default()
	}
	if o.Timeout == 0 {
		o.Timeout = 5 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	conn, err := modbus.Dial(ctx, host)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; is the address right, and does the unit run?", address, err)
	}
	return &Client{conn: conn, unit: conn.Unit(unit), m: o.Map, opt: o, relied: map[string]points.Certainty{}}, nil
}

// ParseAddress reads modbus://HOST:PORT/UNIT.
func ParseAddress(address string) (hostPort string, unit byte, err error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "modbus" || u.Hostname() == "" || u.User != nil {
		return "", 0, fmt.Errorf("address %q: write modbus://HOST:PORT/UNIT, as in modbus://127.0.1.1:5020/255", address)
	}
	port := u.Port()
	if port == "" {
		port = "502"
	}
	unit = 255
	if p := strings.Trim(u.Path, "/"); p != "" {
		n, err := strconv.ParseUint(p, 10, 8)
		if err != nil {
			return "", 0, fmt.Errorf("address %q: unit %q is not a number from 0 to 255", address, p)
		}
		unit = byte(n)
	}
	return net.JoinHostPort(u.Hostname(), port), unit, nil
}

// Close closes the connection.
func (c *Client) Close() error { return c.conn.Close() }

// Virtual reports whether the unit marks itself as virtual. What cannot be
// found out counts as hardware.
func (c *Client) Virtual(ctx context.Context) bool {
	c.mu.Lock()
	known := c.virtual
	c.mu.Unlock()
	if known != nil {
		return *known
	}
	b, err := c.registers(ctx, virtualRegister, 1)
	v := err == nil && len(b) == 2 && uint16(b[0])<<8|uint16(b[1]) == regmap.Virtual
	var x modbus.Exception
	if err == nil || errors.As(err, &x) {
		c.mu.Lock()
		c.virtual = &v // an answer, whatever it says, is one; silence is asked again
		c.mu.Unlock()
	}
	return v
}

// virtualRegister holds the mark of a virtual unit.
const virtualRegister regmap.Register = 60001

// registers reads n registers from register r on.
func (c *Client) registers(ctx context.Context, r regmap.Register, n uint16) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, c.opt.Timeout)
	defer cancel()
	b, err := c.unit.ReadRegisters(ctx, r.Address(), n)
	var lost *modbus.TransportError
	if errors.As(err, &lost) {
		return nil, fmt.Errorf("registers %d to %d: %w; is there a unit at this address, and does it admit one more connection?", r, int(r)+int(n)-1, err)
	}
	if err != nil {
		return nil, fmt.Errorf("registers %d to %d: %w", r, int(r)+int(n)-1, err)
	}
	return b, nil
}

// rely notes that something not confirmed was relied on.
func (c *Client) rely(what string, certainty points.Certainty) {
	if certainty == points.Confirmed {
		return
	}
	c.mu.Lock()
	c.relied[what] = certainty
	c.mu.Unlock()
}

// Reliance is one thing that a client relied on and that is not confirmed.
type Reliance struct {
	What      string           `json:"what"` // "register 32028" or "command 906"
	Certainty points.Certainty `json:"certainty"`
}

// Relied returns everything that was relied on and is not confirmed: the list
// to check on site.
func (c *Client) Relied() []Reliance {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []Reliance
	for w, k := range c.relied {
		all = append(all, Reliance{w, k})
	}
	slices.SortFunc(all, func(a, b Reliance) int { return strings.Compare(a.What, b.What) })
	return all
}
