package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"switchroom/wire/mbaps"
	"switchroom/wire/modbus"
)

// DialSecure connects by Modbus/TCP Security to an address such as
// mbaps://127.0.1.1:8020/255, with the files of Options.Secure: never in the address.
// Port and unit may be left out: 802 and 255. When it returns, the unit has taken the
// certificate: one register was read, or refused.
func DialSecure(ctx context.Context, address string, o Options) (*Client, error) {
	host, unit, err := parseAddress(address, "mbaps", "802")
	if err != nil {
		return nil, err
	}
	id, err := identity(o.Secure)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", address, err)
	}
	o = o.filled()
	within, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	conn, err := greet(within, host, id)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", address, mbaps.Explain(err))
	}
	if err := taken(within, conn, unit); err != nil {
		conn.Close()
		return nil, fmt.Errorf("%s: %w", address, mbaps.Explain(err))
	}
	m := modbus.NewConn(conn)
	c := newClient(m, m.Unit(unit), o)
	c.role = &role{modbus.Role(id.Leaf())}
	return c, nil
}

// taken waits until the unit has taken the certificate. In TLS 1.3 it judges after the
// client is done, and what it says comes with the first answer: that must not be the
// answer to a command. Why it refused is read even where the question could no longer
// be written.
func taken(ctx context.Context, conn net.Conn, unit byte) error {
	if end, ok := ctx.Deadline(); ok {
		conn.SetDeadline(end)
		defer conn.SetDeadline(time.Time{})
	}
	defer context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })()
	question := modbus.ReadRequest{Function: modbus.FuncReadHolding, Address: virtualRegister.Address(), Count: 1}
	_, lost := conn.Write(modbus.ADU{Unit: unit, PDU: question.Append(nil)}.Append(nil))
	in := make([]byte, 0, modbus.MaxPDU+7)
	for len(in) < cap(in) {
		n, err := conn.Read(in[len(in):cap(in)])
		in = in[:len(in)+n]
		_, took, ok := modbus.ParseADU(in)
		switch {
		case took > 0:
			return nil
		case !ok:
			return errors.New("what answers is no Modbus")
		case err != nil && lost != nil && errors.Is(err, io.EOF):
			return lost
		case err != nil:
			return err
		}
	}
	return errors.New("what answers is no Modbus")
}

// identity reads who this side is and whom it believes.
func identity(f mbaps.Files) (*mbaps.Identity, error) {
	if !f.Given() {
		return nil, errors.New("Modbus/TCP Security needs your certificate, its key and the anchors of the device: --certificate, --key, --anchors")
	}
	id, err := mbaps.Load(f)
	if err != nil {
		return nil, err
	}
	return id, id.Check(time.Now(), x509.ExtKeyUsageClientAuth)
}

// greet connects and makes the handshake. The host is what the address says: the
// certificate of the unit must name it.
func greet(ctx context.Context, host string, id *mbaps.Identity) (net.Conn, error) {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		return nil, err
	}
	d := tls.Dialer{Config: id.Client(name)}
	return d.DialContext(ctx, "tcp", host)
}

// role is that of the certificate with which a client is connected.
type role struct{ name string }

// told adds to a refusal what the role may have to do with it; r may be nil.
func (r *role) told(err error) error {
	switch {
	case r == nil || !errors.Is(err, modbus.IllegalFunction):
		return err
	case r.name == "":
		return fmt.Errorf("%w: your certificate has no role, and the unit may ask for one: have one made with the role that you need", err)
	}
	return fmt.Errorf("%w: role %q of your certificate may not do this here, or the unit does not know the function", err, r.name)
}
