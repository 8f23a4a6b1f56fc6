package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"switchroom/wire/modbus"
)

// link is a connection to a device: one question at a time.
type link struct {
	d *Device

	mu   sync.Mutex
	conn net.Conn
	buf  []byte // what came and belongs to no answer yet
	had  bool   // there has been a connection
	last uint16
}

func newLink(d *Device) *link { return &link{d: d} }

// errLost is that a connection was lost and is not made again.
var errLost = errors.New("the connection is lost")

// ask sends a request and returns the answer: a PDU, or a modbus.Exception. After
// any other error nobody knows which answer comes next, and the connection is
// closed.
func (l *link) ask(ctx context.Context, pdu []byte) ([]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.dial(ctx); err != nil {
		return nil, err
	}
	reply, err := l.exchange(ctx, pdu)
	var refused modbus.Exception
	var timeout net.Error
	switch {
	case err == nil || errors.As(err, &refused):
	case l.d.InOrder && errors.As(err, &timeout) && timeout.Timeout() && ctx.Err() == nil:
		// The mistake: the answer that is late will be taken for the next.
	default:
		l.close()
	}
	return reply, err
}

func (l *link) dial(ctx context.Context) error {
	if l.conn != nil {
		return nil
	}
	if l.had && l.d.NoReconnect {
		return errLost
	}
	d := net.Dialer{Timeout: l.d.Timeout}
	conn, err := d.DialContext(ctx, "tcp", l.d.Address)
	if err != nil {
		return err
	}
	l.conn, l.buf, l.had = conn, nil, true
	return nil
}

func (l *link) close() {
	if l.conn != nil {
		l.conn.Close()
		l.conn = nil
	}
}

// hangup closes the connection when no question is open.
func (l *link) hangup() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.close()
}

// exchange sends a request and waits for its answer.
func (l *link) exchange(ctx context.Context, pdu []byte) ([]byte, error) {
	conn := l.conn
	conn.SetDeadline(time.Now().Add(l.d.Timeout))
	defer context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })()
	l.last++
	if _, err := conn.Write(modbus.ADU{Transaction: l.last, Unit: l.d.Unit, PDU: pdu}.Append(nil)); err != nil {
		return nil, err
	}
	for {
		a, took, ok := modbus.ParseADU(l.buf)
		if !ok {
			return nil, errors.New("what came is no Modbus TCP")
		}
		l.buf = l.buf[took:]
		switch {
		case took > 0 && l.mine(a, pdu[0]):
			return result(a.PDU)
		case took > 0: // an answer to another question
			continue
		}
		if err := l.more(conn); err != nil {
			if l.d.TakesHalf && len(l.buf) > 0 {
				l.close()
				return filled(l.buf, pdu)
			}
			return nil, err
		}
	}
}

// more waits for bytes.
func (l *link) more(conn net.Conn) error {
	b := make([]byte, 512)
	n, err := conn.Read(b)
	l.buf = append(l.buf, b[:n]...)
	return err
}

// mine reports whether a message answers the request that is open.
func (l *link) mine(a modbus.ADU, function byte) bool {
	if l.d.InOrder {
		return true
	}
	return a.Transaction == l.last && a.Protocol == 0 && a.Unit == l.d.Unit && a.PDU[0]&0x7F == function
}

// result is an answer, or the exception that it is.
func result(pdu []byte) ([]byte, error) {
	if pdu[0]&0x80 == 0 {
		return pdu, nil
	}
	if len(pdu) != 2 {
		return nil, fmt.Errorf("an exception of %d bytes", len(pdu))
	}
	return nil, modbus.Exception(pdu[1])
}

// halfFrom is where the data of a read begins in a message: header, function and
// byte count.
const halfFrom = 9

// filled is the mistake: an answer to a read that was cut off, with zeros for what
// is missing.
func filled(buf, request []byte) ([]byte, error) {
	q, refused := modbus.ParseReadRequest(request)
	if refused != modbus.NoException {
		return nil, errors.New("an answer was cut off")
	}
	values := make([]byte, 2*q.Count)
	copy(values, buf[min(halfFrom, len(buf)):])
	return modbus.ReadReply{Function: q.Function, Values: values}.Append(nil), nil
}
