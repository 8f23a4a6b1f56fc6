package mbaps

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"slices"
)

// suites are those of TLS 1.2 that are spoken: ephemeral keys and authenticated
// encryption. Those of TLS 1.3 are all of that kind and cannot be chosen. The
// specification's further ones are in docs/mbaps.md, with why each is left out.
var suites = []uint16{
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
	tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
	tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
}

// common is what both sides have.
func (i *Identity) common() *tls.Config {
	return &tls.Config{
		Certificates:           []tls.Certificate{i.certificate},
		MinVersion:             tls.VersionTLS12,
		MaxVersion:             tls.VersionTLS13,
		CipherSuites:           slices.Clone(suites),
		CurvePreferences:       []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384},
		SessionTicketsDisabled: true, // a certificate that has ended since would still open
		Renegotiation:          tls.RenegotiateNever,
	}
}

// Server is the configuration of a device: whoever connects shows a certificate of
// one of the authorities, made for clients and in its dates.
func (i *Identity) Server() *tls.Config {
	c := i.common()
	c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, i.anchors
	c.VerifyConnection = madeFor(x509.ExtKeyUsageClientAuth)
	return c
}

// Client is the configuration of whoever asks a device at a host, by name or address.
func (i *Identity) Client(host string) *tls.Config {
	c := i.common()
	c.RootCAs, c.ServerName = i.anchors, host
	// Shown also where the device asks for one of another authority: then the device
	// says so, and not that there was none.
	c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &i.certificate, nil }
	c.VerifyConnection = madeFor(x509.ExtKeyUsageServerAuth)
	return c
}

// errUse is a certificate for something else. The standard check lets one pass that
// does not say what it is for.
var errUse = errors.New("the certificate does not say that it is made for this side of Modbus/TCP Security (extended key usage)")

func madeFor(use x509.ExtKeyUsage) func(tls.ConnectionState) error {
	return func(s tls.ConnectionState) error {
		if len(s.PeerCertificates) == 0 || s.PeerCertificates[0].IsCA || !slices.Contains(s.PeerCertificates[0].ExtKeyUsage, use) {
			return errUse
		}
		return nil
	}
}

// Listener speaks TLS, as a device, with whoever connects to l. The handshake is made
// where the connection is first used.
func (i *Identity) Listener(l net.Listener) net.Listener { return tls.NewListener(l, i.Server()) }
