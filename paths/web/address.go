package web

import (
	"crypto/tls"
	"io"
	"log"
	"net/http"
	"net/netip"
)

// Certificates gives the certificate that a device shows by HTTPS.
type Certificates interface {
	GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error)
}

// quiet is where the HTTP server complains of its clients: nowhere, since each line
// would be one that a stranger writes.
var quiet = log.New(io.Discard, "", 0)

// ServeHTTP answers one request to the device.
func (d *Device) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.answered.Add(1)
	d.handler.ServeHTTP(w, r)
}

// Base is where the device's pages are: by HTTPS where it has a certificate, unless
// that was switched off.
func (d *Device) Base() string {
	if d.secured() {
		return based("https", "443", d.options.Secure)
	}
	return based("http", "80", d.options.Address)
}

// secured reports whether the device is reached by HTTPS.
func (d *Device) secured() bool {
	return d.options.Certificates != nil && (d.server == nil || d.server.secure.enabled(d.options.Secure))
}

// base is where they are for who asks as in q.
func (d *Device) base(q *http.Request) string {
	if q.TLS != nil {
		return based("https", "443", d.options.Secure)
	}
	return based("http", "80", d.options.Address)
}

func based(scheme, usual string, a netip.AddrPort) string {
	host := a.String()
	if portOf(a) == usual {
		host = a.Addr().String()
		if a.Addr().Is6() {
			host = "[" + host + "]"
		}
	}
	return scheme + "://" + host
}
