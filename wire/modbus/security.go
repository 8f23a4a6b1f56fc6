package modbus

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"time"
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
		if !ext.Id.Equal(roleOID) {
			continue
		}
		found++
		var v asn1.RawValue
		rest, err := asn1.Unmarshal(ext.Value, &v)
		if err == nil && len(rest) == 0 && v.Class == asn1.ClassUniversal && v.Tag == asn1.TagUTF8String {
			role = string(v.Bytes)
		}
	}
	if found != 1 {
		return ""
	}
	return role
}

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
		return false
	}
	if certs := t.ConnectionState().PeerCertificates; len(certs) > 0 {
		c.query.Role = Role(certs[0])
	}
	c.query.Now = time.Now()
	return true
}
