// Package mbaps is Modbus/TCP Security: Modbus TCP inside TLS with a certificate on
// both sides (MODBUS/TCP Security Protocol Specification, MB-TCP-Security-v36,
// 2021-07-30; port 802). It reads the files of an identity, makes the TLS
// configuration of either side, and says in plain words why a connection was not made.
//
// It refuses everything that would make it weaker than it looks: a peer without a
// certificate or with one of an authority that is not given, any version before TLS
// 1.2, suites without forward secrecy, taking up an earlier session, and a second
// handshake on a connection. What a role may do is not its business.
package mbaps

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"time"
)

// Port is what the specification reserves.
const Port = 802

// Files are where an identity is kept: PEM, the key without a password.
type Files struct {
	Certificate string // of this side, followed by those between it and the authority
	Key         string
	Anchors     string // certificates of the authorities that the other side may be of
}

// Given reports whether any of the files is named.
func (f Files) Given() bool { return f != Files{} }

// Identity is what one side shows and whom it believes.
type Identity struct {
	files       Files
	certificate tls.Certificate
	leaf        *x509.Certificate
	anchors     *x509.CertPool
}

// fileMax bounds each file, in bytes: a chain and its authorities need a few thousand.
const fileMax = 1 << 20

// Load reads an identity. The error names every file with which something is wrong,
// and what to do about it.
func Load(f Files) (*Identity, error) {
	certificate, err1 := read(f.Certificate, "certificate")
	key, err2 := read(f.Key, "key")
	authorities, err3 := read(f.Anchors, "anchors")
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	defer clear(key)
	i := &Identity{files: f}
	return i, errors.Join(i.pair(certificate, key), i.trust(authorities))
}

func read(path, what string) ([]byte, error) {
	if path == "" {
		return nil, fmt.Errorf("no %s is given; Modbus/TCP Security needs certificate, key and anchors", what)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	if info.Size() > fileMax || info.IsDir() {
		return nil, fmt.Errorf("%s %s: no PEM file of up to %d bytes", what, path, fileMax)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return b, nil
}

func (i *Identity) pair(certificate, key []byte) (err error) {
	if bytes.Contains(key, []byte("ENCRYPTED")) {
		return fmt.Errorf("key %s has a password, which is not asked for; write it without one (openssl pkey) and keep the file to yourself (chmod 600)", i.files.Key)
	}
	// The cause is left out where it could quote the file: it may be the key itself.
	if i.certificate, err = tls.X509KeyPair(certificate, key); err != nil {
		return fmt.Errorf("certificate %s and key %s do not make a pair: %w", i.files.Certificate, i.files.Key, err)
	}
	i.leaf = i.certificate.Leaf
	return nil
}

// trust reads the authorities. One that is none is refused: an end certificate
// among the anchors would let its holder in, whatever becomes of its authority.
func (i *Identity) trust(b []byte) error {
	i.anchors = x509.NewCertPool()
	found := 0
	for {
		var block *pem.Block
		if block, b = pem.Decode(b); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		switch {
		case err != nil:
			return fmt.Errorf("anchors %s: %w", i.files.Anchors, err)
		case !c.IsCA:
			return fmt.Errorf("anchors %s: %s is no authority; give the certificate of the authority that signed it", i.files.Anchors, c.Subject)
		}
		i.anchors.AddCert(c)
		found++
	}
	if found == 0 {
		return fmt.Errorf("anchors %s: no certificate in it; give those of the authorities, as PEM", i.files.Anchors)
	}
	return nil
}

// Check says what of the certificate would make the other side refuse it at an
// instant: its dates and what it is for.
func (i *Identity) Check(now time.Time, use x509.ExtKeyUsage) error {
	switch c := i.leaf; {
	case now.After(c.NotAfter):
		return fmt.Errorf("certificate %s ended on %s; have a new one made", i.files.Certificate, day(c.NotAfter))
	case now.Before(c.NotBefore):
		return fmt.Errorf("certificate %s begins on %s; look at the clock of this computer", i.files.Certificate, day(c.NotBefore))
	case !slices.Contains(c.ExtKeyUsage, use):
		return fmt.Errorf("certificate %s is not made for this side: it needs extended key usage %s", i.files.Certificate, useNames[use])
	}
	return nil
}

var useNames = map[x509.ExtKeyUsage]string{x509.ExtKeyUsageClientAuth: "clientAuth", x509.ExtKeyUsageServerAuth: "serverAuth"}

func day(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// Names reports whether the certificate is one for an address: a client that asks
// there refuses it otherwise.
func (i *Identity) Names(a netip.Addr) bool { return i.leaf.VerifyHostname(a.String()) == nil }

// Leaf is the certificate that the other side is shown.
func (i *Identity) Leaf() *x509.Certificate { return i.leaf }
