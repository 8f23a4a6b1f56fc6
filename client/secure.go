package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
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
		return nil, fmt.Errorf("%s: %w", address, mbaps.Explain(cause(err)))
	}
	m := modbus.NewConn(conn)
	c := newClient(m, m.Unit(unit), o)
	c.role = &role{modbus.Role(id.Leaf())}
	// In TLS 1.3 the unit judges the certificate after the client is done: what it
	// says comes with the first answer. That must not be the answer to a command.
	_, err = c.unit.ReadRegisters(within, virtualRegister.Address(), 1)
	var refused modbus.Exception
	if err != nil && !errors.As(err, &refused) {
		m.Close()
		return nil, fmt.Errorf("%s: %w", address, mbaps.Explain(cause(err)))
	}
	return c, nil
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

// cause is what is below an error of a request that asked for nothing to be done.
func cause(err error) error {
	var t *modbus.TransportError
	if errors.As(err, &t) {
		return t.Err
	}
	return err
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
