package modbus

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"io"
	"net"
	"time"
	"unicode"
	"unicode/utf8"
)

// roleOID marks the role in a client certificate: MODBUS/TCP Security
// Protocol Specification, R-21.
var roleOID = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 50316, 802, 1}

// Role is the role a client certificate carries for Modbus/TCP Security
// (OID 1.3.6.1.4.1.50316.802.1, an UTF8String), or "" if it carries none, more
// than one, or one that is not well formed: of two roles neither may be
// believed, or a holder could choose.
func Role(cert *x509.Certificate) string {
	role, found := "", 0
	for _, ext := range cert.Extensions {
		if ext.Id.Equal(roleOID) {
			role = parseRole(ext.Value)
			found++
		}
	}
	if found != 1 {
		return ""
	}
	return role
}

// roleMax is how long a role may be, in bytes. Ours.
const roleMax = 64

// parseRole reads the value of the extension, or returns "" of one that is not an
// UTF8String of its bytes alone. What cannot be printed is no role: it stands in
// tables and logs that people read.
func parseRole(der []byte) string {
	var v asn1.RawValue
	rest, err := asn1.Unmarshal(der, &v)
	if err != nil || len(rest) > 0 || v.Class != asn1.ClassUniversal || v.Tag != asn1.TagUTF8String || v.IsCompound {
		return ""
	}
	if len(v.Bytes) > roleMax || !utf8.Valid(v.Bytes) || bytes.ContainsFunc(v.Bytes, unprintable) {
		return ""
	}
	return string(v.Bytes)
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// secured is what a TLS connection can be asked.
type secured interface {
	HandshakeContext(context.Context) error
	ConnectionState() tls.ConnectionState
}

// handshake completes TLS, if the connection is one of TLS, and takes the role
// from the certificate. It has a deadline: a client that connects and says
// nothing would hold a place for ever.
func (c *stream) handshake() bool {
	t, ok := c.conn.(secured)
	if !ok {
		return true
	}
	ctx, cancel := context.WithTimeout(context.Background(), handshakeTimeout)
	defer cancel()
	if t.HandshakeContext(ctx) != nil {
		c.endpoint.unsecured.Add(1)
		c.letRead()
		return false
	}
	if certs := t.ConnectionState().PeerCertificates; len(certs) > 0 {
		c.query.Role, c.until = Role(certs[0]), certs[0].NotAfter
	}
	c.query.Now = time.Now()
	return true
}

// lingerFor and lingerMax bound how long a client that was refused is waited for.
const (
	lingerFor = time.Second
	lingerMax = 16 << 10 // bytes
)

// letRead lets a client that was refused read why. Closing at once would reset the
// connection, since it has sent more than was looked at, and a reset takes back what
// the client has not read yet.
func (c *stream) letRead() {
	t, ok := c.conn.(interface{ NetConn() net.Conn })
	if !ok {
		return
	}
	below := t.NetConn()
	half, ok := below.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil || c.isDraining() {
		return
	}
	below.SetReadDeadline(time.Now().Add(lingerFor))
	io.Copy(io.Discard, io.LimitReader(below, lingerMax))
}
