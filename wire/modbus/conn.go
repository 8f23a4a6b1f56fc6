package modbus

import (
	"bytes"
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// Conn is a client's connection over Modbus TCP. It is safe for concurrent use:
// requests are sent as they come and replies matched by transaction id, in
// whatever order they arrive. It never retries and never reconnects.
type Conn struct {
	conn    net.Conn
	writing chan struct{} // holds one token: the right to write
	ended   chan struct{} // closed when the reading goroutine has ended

	mu    sync.Mutex
	turn  uint64 // which write is under way; the next one is not to be hurried by its context
	calls map[uint16]*call
	last  uint16 // the transaction id given last
	err   error  // why the connection is of no use any more
}

// call is one request that waits for its reply.
type call struct {
	unit, function byte
	reply          chan outcome
}

type outcome struct {
	pdu []byte
	err error
}

// maxCalls is how many requests of one connection may be open, with those that
// were given up: their ids are not used again until the reply comes, so that a
// late reply cannot be taken for that of another request.
const maxCalls = 1024

// writeTimeout bounds the writing of one request where the context does not.
const writeTimeout = 10 * time.Second

var (
	errClosed  = errors.New("the connection is closed")
	errTooMany = errors.New("too many requests without a reply on this connection")
)

// Dial connects to a Modbus TCP server at "host:port".
func Dial(ctx context.Context, addr string) (*Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, &TransportError{Err: err}
	}
	return NewConn(conn), nil
}

// NewConn speaks Modbus TCP over conn (TLS, say) and owns it from then on.
func NewConn(conn net.Conn) *Conn {
	c := &Conn{
		conn: conn, writing: make(chan struct{}, 1), ended: make(chan struct{}),
		calls: map[uint16]*call{},
	}
	go c.read()
	return c
}

// Close closes the connection. Requests that wait return a *TransportError.
func (c *Conn) Close() error {
	c.fail(errClosed)
	<-c.ended
	return nil
}

// Do sends a request PDU to unit and returns the reply PDU. The error is an
// [Exception] if the device refused, a *[ProtocolError] if the reply is not one
// to this request, and else a *[TransportError]. When ctx ends first, the request
// is given up, the connection stays, and the reply is dropped if it comes.
func (c *Conn) Do(ctx context.Context, unit byte, pdu []byte) ([]byte, error) {
	if len(pdu) == 0 || len(pdu) > MaxPDU {
		return nil, &TransportError{Err: errors.New("a request has 1 to 253 bytes")}
	}
	id, k, err := c.open(unit, pdu[0])
	if err != nil {
		return nil, &TransportError{Err: err}
	}
	if err := c.write(ctx, ADU{Transaction: id, Unit: unit, PDU: pdu}.Append(nil)); err != nil {
		c.forget(id)
		return nil, err
	}
	select {
	case o := <-k.reply:
		return o.pdu, o.err
	case <-ctx.Done():
	}
	select {
	case o := <-k.reply: // it came at the last moment
		return o.pdu, o.err
	default:
		return nil, &TransportError{MayHaveHappened: true, Err: context.Cause(ctx)}
	}
}

// open takes a transaction id that no open request has.
func (c *Conn) open(unit, function byte) (uint16, *call, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.err != nil:
		return 0, nil, c.err
	case len(c.calls) >= maxCalls:
		return 0, nil, errTooMany
	}
	for c.last++; c.calls[c.last] != nil; c.last++ {
	}
	k := &call{unit, function, make(chan outcome, 1)}
	c.calls[c.last] = k
	return c.last, k, nil
}

func (c *Conn) forget(id uint16) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.calls, id)
}

// write sends one message whole, or breaks the connection: the server would
// take the beginning of the next message for the rest of this one.
func (c *Conn) write(ctx context.Context, adu []byte) error {
	select {
	case c.writing <- struct{}{}:
		defer func() { <-c.writing }()
	case <-ctx.Done():
		return &TransportError{Err: context.Cause(ctx)}
	case <-c.ended:
		return &TransportError{Err: c.cause()}
	}
	if ctx.Err() != nil {
		return &TransportError{Err: context.Cause(ctx)}
	}
	c.conn.SetWriteDeadline(deadline(ctx))
	defer context.AfterFunc(ctx, c.hurry(c.takeTurn()))()
	n, err := c.conn.Write(adu)
	c.takeTurn()
	if err == nil {
		return nil
	}
	c.fail(err)
	return &TransportError{MayHaveHappened: n > 0, Err: err}
}

func (c *Conn) takeTurn() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.turn++
	return c.turn
}

// hurry makes a write fail that is still under way when its context ends.
func (c *Conn) hurry(turn uint64) func() {
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.turn == turn {
			c.conn.SetWriteDeadline(time.Unix(1, 0))
		}
	}
}

func deadline(ctx context.Context) time.Time {
	end := time.Now().Add(writeTimeout)
	if d, ok := ctx.Deadline(); ok && d.Before(end) {
		return d
	}
	return end
}

// fail ends the connection; the first cause counts.
func (c *Conn) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = err
		sever(c.conn)
	}
}

func (c *Conn) cause() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// read hands replies to their requests until the connection ends.
func (c *Conn) read() {
	defer close(c.ended)
	in := make([]byte, chunk+maxADU)
	for have := 0; ; {
		n, err := c.conn.Read(in[have:])
		used, ok := c.deliver(in[:have+n])
		have = copy(in, in[used:have+n])
		if !ok {
			err = errors.New("a header with a length that cannot be")
		}
		if err != nil {
			c.fail(err)
			c.abandon()
			return
		}
	}
}

// deliver handles the whole messages in begins with.
func (c *Conn) deliver(in []byte) (used int, ok bool) {
	for {
		a, took, ok := ParseADU(in[used:])
		if took == 0 {
			return used, ok
		}
		used += took
		if a.Protocol == 0 {
			c.settle(a)
		}
	}
}

// settle gives a reply to its request. One that belongs to none is dropped: its
// request was given up, or it was never asked for.
func (c *Conn) settle(a ADU) {
	c.mu.Lock()
	k := c.calls[a.Transaction]
	delete(c.calls, a.Transaction)
	c.mu.Unlock()
	if k != nil {
		k.reply <- k.judge(a)
	}
}

// judge says what the reply means to its request.
func (k *call) judge(a ADU) outcome {
	switch {
	case a.Unit != k.unit:
		return outcome{err: misfit("another unit answered", a.PDU)}
	case a.PDU[0] == k.function:
		return outcome{pdu: bytes.Clone(a.PDU)}
	case a.PDU[0] != k.function|exceptionBit:
		return outcome{err: misfit("a reply to another function", a.PDU)}
	}
	if e, ok := ParseException(a.PDU); ok && e != NoException {
		return outcome{err: e}
	}
	return outcome{err: misfit("an exception without its reason", a.PDU)}
}

// abandon tells every request that waits that no reply will come.
func (c *Conn) abandon() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, k := range c.calls {
		delete(c.calls, id)
		k.reply <- outcome{err: &TransportError{MayHaveHappened: true, Err: c.err}}
	}
}
