// Package cert keeps the certificate of one device's web pages (interfaces facts
// §1.4): a product certificate that the device signs itself, and one that its
// security administrator imports.
//
// The product certificate is made when somebody first asks for it and renewed one
// month before it expires, when it has expired, when the device's address
// changes, when an imported one is deleted, and when somebody says so. Whoever
// is logged in then is logged out: the hook of the store tells it.
//
// All of it goes by the device's own clock, which anybody on the bus may set
// (R4) and which starts again at 2000-01-01 when battery and supply were lost.
// So nothing here may depend on that clock being right: a product certificate is
// valid from 2000-01-01, an imported one that seems expired is set aside and not
// thrown away, and there is no date at which the pages have none.
//
// What it refuses: certificates of an authority, expired ones, keys that do not
// belong to their certificate, packages that would cost minutes to open. It
// never tells a key or a password.
package cert

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net/netip"
	"time"
)

// Our own numbers: the vendor's page shows an expiry, not how long it is away.
const (
	// Lifetime is how long a product certificate is valid from when it is made.
	Lifetime = 2 * 365 * 24 * time.Hour
	// RenewBefore is how long before its expiry it is renewed: one month (§1.4).
	RenewBefore = 30 * 24 * time.Hour
)

// epoch is where a clock starts again, and from when a product certificate is valid.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// Kind is where a certificate is from.
type Kind uint8

// The kinds.
const (
	_        Kind = iota
	Product       // the device signed it itself
	Imported      // its security administrator brought it
)

func (k Kind) String() string {
	switch k {
	case Product:
		return "self-signed product certificate"
	case Imported:
		return "imported certificate"
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// Subject is whom a product certificate is about.
type Subject struct {
	Device string     // the device's name
	At     netip.Addr // its address
}

// made is a certificate with its key.
type made struct {
	kind Kind
	tls  tls.Certificate
	leaf *x509.Certificate
}

// selfSigned makes a product certificate with a key of its own.
func selfSigned(s Subject, date time.Time) (*made, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	t := &x509.Certificate{
		SerialNumber: serial.Add(serial, big.NewInt(1)), // never 0 (RFC 5280)
		Subject:      pkix.Name{CommonName: commonName(s), Organization: []string{"Switchroom virtual device"}},
		NotBefore:    epoch, NotAfter: date.UTC().Add(Lifetime).Truncate(time.Second),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	if s.At.IsValid() {
		t.IPAddresses = append(t.IPAddresses, s.At.AsSlice())
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &made{Product, tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, leaf}, nil
}

// commonName is the device's name in the 64 characters that a common name has
// (RFC 5280), or its address.
func commonName(s Subject) string {
	r := []rune(s.Device)
	if len(r) == 0 {
		return s.At.String()
	}
	return string(r[:min(len(r), 64)])
}

// covers reports whether the certificate is about an address.
func (m *made) covers(a netip.Addr) bool {
	return a.IsValid() && m.leaf.VerifyHostname(a.String()) == nil
}

// Info is what the page shows of a certificate.
type Info struct {
	Type        string    `json:"type"`
	Subject     string    `json:"subject"`
	Issuer      string    `json:"issuer"`
	From        time.Time `json:"from"`
	Expiry      time.Time `json:"expiry"`
	Fingerprint string    `json:"fingerprint"` // SHA-256, as browsers show it
	Covers      bool      `json:"covers"`      // it names the address of the device
	Serving     bool      `json:"serving"`     // it is the one that browsers see now
}
