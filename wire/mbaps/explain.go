package mbaps

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
)

// Explain says in plain words why a client's connection was not made, with what to do.
// An error that it does not know is given back as it is.
func Explain(err error) error {
	if says := here(err); says != "" {
		return fmt.Errorf("%s (%w)", says, err)
	}
	var remote *net.OpError
	if errors.As(err, &remote) && remote.Op == "remote error" {
		for _, a := range alerts {
			if strings.HasSuffix(remote.Err.Error(), a.text) {
				return fmt.Errorf("%s (%w)", a.says, err)
			}
		}
	}
	return err
}

// here is what this side found wrong with the device.
func here(err error) string {
	var (
		unknown x509.UnknownAuthorityError
		name    x509.HostnameError
		invalid x509.CertificateInvalidError
		header  tls.RecordHeaderError
	)
	switch {
	case errors.As(err, &unknown):
		return "the device shows a certificate of an authority that is not among your anchors: is it the right device, and are these its anchors?"
	case errors.As(err, &name):
		return "the certificate of the device is for another address: ask at an address that it names, or have one made for this"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Sprintf("the certificate of the device holds from %s to %s, and the clock of this computer says otherwise: renew it, or set the clock", day(invalid.Cert.NotBefore), day(invalid.Cert.NotAfter))
	case errors.Is(err, errUse), errors.As(err, &invalid):
		return "the certificate of the device is not made for a device: have one made with extended key usage serverAuth"
	case errors.As(err, &header):
		return "no TLS is spoken at this port: plain Modbus is modbus://, and mbaps has a port of its own"
	case errors.Is(err, io.EOF):
		return "the device closed the connection: all its places may be taken, or its filter does not admit this computer"
	}
	return ""
}

// alert is what a device answers that refuses a client (RFC 8446, 6.2).
type alert struct{ text, says string }

// alerts are sorted by their text, which is what package tls tells of them.
var alerts = []alert{
	{"bad certificate", "the device refuses your certificate: it must have extended key usage clientAuth and be whole"},
	{"certificate required", "the device asks for a certificate, and none was shown"},
	{"expired certificate", "the device says that your certificate has ended or has not begun: renew it, or look at both clocks"},
	{"handshake failure", "the device and this computer have no version or cipher suite in common, or no certificate was shown"},
	{"protocol version not supported", "the device speaks none of TLS 1.2 and 1.3, which Modbus/TCP Security asks for"},
	{"revoked certificate", "the device says that your certificate is revoked"},
	{"unknown certificate authority", "the device does not know the authority of your certificate: its anchors must have it"},
	{"unsupported certificate", "the device cannot use your certificate: have one made with an ECDSA P-256 or RSA key"},
}
