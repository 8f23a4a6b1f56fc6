// Package client is a breaker at the other end of a wire, seen as points: read
// them by name, write settings, open, close, reset. A virtual breaker and a
// real one are the same to it.
//
// It says of everything it does whether it happened, did not happen, or may
// have happened ([Error]); it never repeats what may have happened.
//
// It is careful with hardware: a command whose code or layout is only inferred
// or ours is not sent to a unit that does not mark itself as virtual, unless
// the caller allows that one command ([Options.Allow]). The mark is read anew
// before each such command, on the connection that carries it: a connection
// that breaks is never made again, and an answer of a minute ago says nothing of
// who is there now. Everything that was relied on and is not confirmed is kept
// ([Client.Relied]).
package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"switchroom/regmap"
	"switchroom/wire/mbaps"
	"switchroom/wire/modbus"
)

// Options are how a client behaves.
type Options struct {
	Map     *regmap.Map   // nil: the built-in map
	Timeout time.Duration // for each exchange; 0: five seconds
	Allow   []uint16      // command codes that may go to hardware though they are inferred or ours
	Strict  bool          // refuse to read or send anything inferred or ours
	// Passkey asks whoever reads the display of a unit for the six digits that it shows;
	// with it, connecting by Bluetooth pairs anew.
	Passkey func(ctx context.Context, unit string) (string, error)
	// App is what the app of a phone shows that it is a genuine one by, to a unit that asks.
	// It is given when the phone is paired, which keeps where the files are.
	App *App
	// Event is told of an event by Bluetooth, as JSON; it must not wait.
	Event func([]byte)
	// Secure are the files for Modbus/TCP Security; mbaps:// needs them.
	Secure mbaps.Files
}

// Client is one breaker. It may be used from several goroutines; commands go
// one after the other.
type Client struct {
	conn io.Closer
	unit modbus.Unit
	m    *regmap.Map
	opt  Options
	role *role // of the certificate; nil: connected without

	command sync.Mutex // one command at a time: the command interface has one answer

	mu     sync.Mutex
	relied map[string]Reliance // what was relied on that is not confirmed, by what it is
}

// Dial connects to an address such as modbus://127.0.1.1:5020/255. Port and
// unit may be left out: 502 and 255.
func Dial(ctx context.Context, address string, o Options) (*Client, error) {
	host, unit, err := ParseAddress(address)
	if err != nil {
		return nil, err
	}
	o = o.filled()
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	conn, err := modbus.Dial(ctx, host)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; is the address right, and does the unit run?", address, err)
	}
	return newClient(conn, conn.Unit(unit), o), nil
}

// filled puts in what is left out.
func (o Options) filled() Options {
	if o.Map == nil {
		o.Map = regmap.Default()
	}
	if o.Timeout == 0 {
		o.Timeout = 5 * time.Second
	}
	return o
}

func newClient(conn io.Closer, unit modbus.Unit, o Options) *Client {
	return &Client{conn: conn, unit: unit, m: o.Map, opt: o, relied: map[string]Reliance{}}
}

// ParseAddress reads modbus://HOST:PORT/UNIT.
func ParseAddress(address string) (hostPort string, unit byte, err error) {
	return parseAddress(address, "modbus", "502")
}

func parseAddress(address, scheme, usual string) (hostPort string, unit byte, err error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != scheme || u.Hostname() == "" || u.User != nil {
		return "", 0, fmt.Errorf("address %q: write %s://HOST:PORT/UNIT, as in %[2]s://127.0.1.1:%s0/255", address, scheme, usual)
	}
	port := u.Port()
	if port == "" {
		port = usual
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

// Virtual asks the unit whether it marks itself as virtual. What cannot be found
// out counts as hardware. The answer is never kept: behind a gateway another unit
// may have taken the place of the one that gave it.
func (c *Client) Virtual(ctx context.Context) bool {
	b, err := c.registers(ctx, virtualRegister, 1)
	return err == nil && len(b) == 2 && uint16(b[0])<<8|uint16(b[1]) == regmap.Virtual
}

// virtualRegister holds the mark of a virtual unit.
const virtualRegister regmap.Register = 60001

// registers reads n registers from register r on.
func (c *Client) registers(ctx context.Context, r regmap.Register, n uint16) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, c.opt.Timeout)
	defer cancel()
	b, err := c.unit.ReadRegisters(ctx, r.Address(), n)
	if c.unit.ID == 255 {
		c.relyOn(unit255)
	}
	var lost *modbus.TransportError
	if errors.As(err, &lost) {
		return nil, fmt.Errorf("registers %d to %d: %w; is there a unit at this address, and does it admit one more connection?", r, int(r)+int(n)-1, err)
	}
	if err != nil {
		return nil, fmt.Errorf("registers %d to %d: %w", r, int(r)+int(n)-1, c.role.told(err))
	}
	return b, nil
}
