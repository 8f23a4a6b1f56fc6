package client

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"time"

	"switchroom/wire/front"
)

// atFront reads SCHEME:///PATH?unit=NAME&by=PERSON&as=WHAT: a socket of a laboratory,
// at whose front, and who stands there with what.
func atFront(address, scheme string) (path string, g front.Greeting, err error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != scheme || u.Host != "" || u.User != nil || u.Path == "" || u.Query().Get("unit") == "" {
		return "", g, fmt.Errorf("address %q: write %s:///PATH?unit=NAME, as the ready file and the table at the start have it", address, scheme)
	}
	q := u.Query()
	return u.Path, front.Greeting{Unit: q.Get("unit"), By: q.Get("by"), As: q.Get("as")}, nil
}

// approach goes to the front of a breaker.
func approach(ctx context.Context, address, scheme string) (net.Conn, front.Greeting, error) {
	path, g, err := atFront(address, scheme)
	if err != nil {
		return nil, g, err
	}
	var d net.Dialer
	c, err := d.DialContext(ctx, "unix", path)
	if err != nil {
		return nil, g, fmt.Errorf("nothing at %s: %w; does the laboratory run?", path, err)
	}
	stop := context.AfterFunc(ctx, func() { c.SetDeadline(time.Unix(1, 0)) })
	err = front.Greet(c, g)
	if stop(); err != nil {
		c.Close()
		return nil, g, fmt.Errorf("%s: %w", g.Unit, err)
	}
	return c, g, nil
}
