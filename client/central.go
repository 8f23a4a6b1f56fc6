package client

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"switchroom/wire/ble"
	"switchroom/wire/ble/gatt"
	"switchroom/wire/ble/host"
	"switchroom/wire/ble/loop"
	"switchroom/wire/ble/pairing"
)

// central is a phone's radio: a host of a controller at the other end of a socket. What
// happens is told by channels; fields are of the loop.
type central struct {
	conn    net.Conn
	loop    *loop.Loop
	host    *host.Host
	reading sync.WaitGroup

	link      *host.Link // the one that there is, or was
	heard     func(ble.Report)
	connected chan *host.Link
	ended     chan ble.Status // of the link, once
	lost      chan struct{}   // closed with it
	why       ble.Status      // of the end; read it after lost is closed
	once      sync.Once
	paired    chan error
	ask       chan struct{}
	encrypted chan ble.Status
	bond      *pairing.Bond
	notified  func(handle uint16, value []byte)
}

// controller is the way to the controller: it writes H4.
type controller struct{ c *central }

func (k controller) Send(p ble.Packet) { k.c.conn.Write(p.Bytes()) }

// dialCentral takes a radio and sets it up.
func dialCentral(ctx context.Context, path string, own ble.Address) (*central, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("no radio at %s: %w; does the laboratory run?", path, err)
	}
	c := &central{
		conn: conn, loop: loop.New(), connected: make(chan *host.Link, 1), ended: make(chan ble.Status, 1), lost: make(chan struct{}),
		paired: make(chan error, 1), ask: make(chan struct{}, 1), encrypted: make(chan ble.Status, 4),
	}
	c.host = host.New(c.loop, controller{c}, host.Config{Address: own, Hooks: c.hooks()})
	c.reading.Go(c.read)
	ready := make(chan error, 1)
	c.loop.Post(func() { c.host.Start(func(err error) { ready <- err }) })
	if err := awaitError(ctx, c, ready); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// read hands packets of the controller to the host until the socket ends.
func (c *central) read() {
	in := bufio.NewReader(c.conn)
	for {
		p, err := ble.ReadPacket(in)
		if err != nil {
			c.loop.Post(func() { c.over(ble.LocalEnded) })
			return
		}
		c.loop.Call(func() { c.host.Receive(p) })
	}
}

// over says that the link has ended.
func (c *central) over(s ble.Status) {
	put(c.ended, s)
	c.once.Do(func() { c.why = s; close(c.lost) })
}

// put sends if nobody has.
func put[T any](to chan T, v T) {
	select {
	case to <- v:
	default:
	}
}

func (c *central) hooks() host.Hooks {
	return host.Hooks{
		Broken: func(error) { c.over(ble.LocalEnded) },
		Heard: func(r ble.Report) {
			if c.heard != nil {
				c.heard(r)
			}
		},
		Connected: func(l *host.Link) { c.link = l; put(c.connected, l) },
		Ended:     func(_ *host.Link, s ble.Status) { c.over(s) },
		Ask:       func(*host.Link) { put(c.ask, struct{}{}) },
		Failed:    func(_ *host.Link, r ble.Reason) { put(c.paired, error(pairingError(r))) },
		Keep: func(_ *host.Link, b pairing.Bond) {
			c.bond = &b
			put(c.paired, nil)
		},
		Encrypted: func(_ *host.Link, s ble.Status) { put(c.encrypted, s) },
		Notified: func(_ *host.Link, h uint16, v []byte) {
			if c.notified != nil {
				c.notified(h, v)
			}
		},
	}
}

// pairingError is why a pairing failed.
type pairingError ble.Reason

func (e pairingError) Error() string { return "pairing failed: " + ble.Reason(e).String() }

// errOut is what waiting ends with when the link ends.
type errOut struct{ why ble.Status }

func (e errOut) Error() string { return "the connection has ended: " + e.why.String() }

// await takes a value, unless the link or the context ends before.
func await[T any](ctx context.Context, c *central, from <-chan T) (v T, err error) {
	select {
	case v = <-from:
		return v, nil
	case s := <-c.ended:
		put(c.ended, s) // for whoever waits next
		return v, errOut{s}
	case <-ctx.Done():
		return v, ctx.Err()
	}
}

// awaitError is await for what is an error itself.
func awaitError(ctx context.Context, c *central, from <-chan error) error {
	v, err := await(ctx, c, from)
	if err != nil {
		return err
	}
	return v
}

// answer is what became of a question.
type answer struct {
	p   ble.ATT
	err error
}

// request asks the unit one thing and waits.
func (c *central) request(ctx context.Context, l *host.Link, p ble.ATT) (ble.ATT, error) {
	got := make(chan answer, 1)
	c.loop.Post(func() { l.Request(p, func(p ble.ATT, err error) { got <- answer{p, err} }) })
	a, err := await(ctx, c, got)
	if err != nil {
		return ble.ATT{}, err
	}
	return a.p, a.err
}

// find listens until a unit of a name is heard.
func (c *central) find(ctx context.Context, name string) (ble.Address, error) {
	found := make(chan ble.Address, 1)
	c.loop.Post(func() {
		c.heard = func(r ble.Report) {
			if n, ok := ble.Ad(r.Data, ble.AdName); ok && string(n) == name {
				put(found, r.From)
			}
		}
		c.host.Scan(true)
	})
	defer c.loop.Post(func() { c.heard = nil; c.host.Scan(false) })
	select {
	case a := <-found:
		return a, nil
	case <-ctx.Done():
		return ble.Address{}, fmt.Errorf("nothing called %s is in the air: enable Bluetooth at its display, press the Bluetooth button at its front, be within 20 m, and see that no other phone is connected to it", name)
	}
}

// connect makes a link.
func (c *central) connect(ctx context.Context, to ble.Address) (*host.Link, error) {
	refused := make(chan ble.Status, 1)
	c.loop.Post(func() { c.host.Connect(to, func(s ble.Status) { refused <- s }) })
	select {
	case l := <-c.connected:
		return l, nil
	case s := <-refused:
		return nil, fmt.Errorf("no connection: %w", s)
	case s := <-c.ended:
		put(c.ended, s)
		return nil, errOut{s}
	case <-ctx.Done():
		return nil, errors.New("no connection: it is gone again, or another phone was faster")
	}
}

// pair pairs by the passkey that enter gets from whoever reads the display.
func (c *central) pair(ctx context.Context, l *host.Link, enter func(context.Context) (uint32, error)) error {
	c.loop.Post(l.Pair)
	select {
	case <-c.ask:
	case err := <-c.paired:
		return err
	case s := <-c.ended:
		put(c.ended, s)
		return errOut{s}
	case <-ctx.Done():
		return ctx.Err()
	}
	passkey, err := enter(ctx)
	if err != nil {
		c.loop.Post(func() { l.CancelPairing(ble.PasskeyEntryFailed) })
		return err
	}
	c.loop.Post(func() { l.Enter(passkey) })
	return awaitError(ctx, c, c.paired)
}

// prove encrypts the link by a bond.
func (c *central) prove(ctx context.Context, l *host.Link, b pairing.Bond) error {
	c.loop.Post(func() { l.Encrypt(b) })
	s, err := await(ctx, c, c.encrypted)
	if err == nil {
		err = statusError(s)
	}
	if err != nil {
		return err
	}
	var level gatt.Need
	c.loop.Call(func() { level = l.Level() })
	if level != gatt.Authenticated {
		return errors.New("the link is not what it should be")
	}
	return nil
}

// close ends the link, so that the unit knows before the radio is gone, and puts the
// radio away.
func (c *central) close() {
	linked := false
	c.loop.Call(func() {
		if linked = c.link != nil && !c.link.Over(); linked {
			c.link.Disconnect()
		}
	})
	if linked {
		select {
		case why := <-c.ended:
			put(c.ended, why)
		case <-time.After(time.Second):
		}
	}
	c.conn.Close()
	c.reading.Wait()
	c.loop.Close()
}
