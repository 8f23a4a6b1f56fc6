package cert

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
	"software.sslmate.com/src/go-pkcs12"
)

// What a package may cost. Ours.
const (
	PackageMax    = 128 << 10 // bytes
	iterationsMax = 1_000_000 // of deriving a key from the password; openssl uses 2048
	nestedMax     = 24        // values in values
)

// Import takes a PKCS#12 package (.p12, .pfx) with its password. Everything that
// is wrong with what it holds is told at once, and changes nothing. The password
// is not kept.
func (s *Store) Import(pkg []byte, password string) error {
	return s.change(Came, func(now time.Time) error {
		m, err := open(pkg, password, now)
		if err != nil {
			return fmt.Errorf("not imported: %w", err)
		}
		if err := save(s.dir, importedFile, m); err != nil {
			return fmt.Errorf("not imported: %w", err) // what would be gone tomorrow is not installed today
		}
		s.imported, s.lost = m, nil
		return nil
	})
}

func open(pkg []byte, password string, now time.Time) (*made, error) {
	switch {
	case len(pkg) == 0:
		return nil, errors.New("there is no package: choose a .p12 or .pfx file")
	case len(pkg) > PackageMax:
		return nil, fmt.Errorf("the package has more than %d kB; one certificate with its chain and key is enough", PackageMax>>10)
	case dear(pkg): // which the library does not ask
		return nil, errors.New("opening the package would take minutes: export it again with at most 1,000,000 iterations")
	}
	key, leaf, chain, err := pkcs12.DecodeChain(pkg, password)
	switch {
	case errors.Is(err, pkcs12.ErrIncorrectPassword):
		return nil, errors.New("the password does not open the package")
	case err != nil:
		return nil, fmt.Errorf("it is no PKCS#12 package with one certificate and its key, and it was exported with a password: %w", err)
	}
	if err := check(leaf, key, now); err != nil {
		return nil, err
	}
	c := tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key, Leaf: leaf}
	for _, a := range chain {
		c.Certificate = append(c.Certificate, a.Raw)
	}
	return &made{Imported, c, leaf}, nil
}

// check tells everything that is wrong with a certificate for web pages. One that
// is not valid yet is taken: the clock it is held against may have fallen back
// to 2000-01-01, and the browser has its own.
func check(leaf *x509.Certificate, key any, now time.Time) error {
	var errs []error
	if !now.Before(leaf.NotAfter) {
		errs = append(errs, fmt.Errorf("it expired on %s, and the device's clock shows %s", day(leaf.NotAfter), day(now)))
	}
	if leaf.IsCA {
		errs = append(errs, errors.New("it is the certificate of an authority (CA): its key must not lie in a device; ask for one for this server"))
	}
	if err := belongs(leaf, key); err != nil {
		errs = append(errs, err)
	}
	if use := leaf.ExtKeyUsage; len(use)+len(leaf.UnknownExtKeyUsage) > 0 && !slices.Contains(use, x509.ExtKeyUsageServerAuth) && !slices.Contains(use, x509.ExtKeyUsageAny) {
		errs = append(errs, errors.New("it is not for servers: its extended key usage lacks serverAuth"))
	}
	return errors.Join(errs...)
}

// belongs reports what is wrong with a key: another certificate's, or of a kind
// that browsers do not take.
func belongs(leaf *x509.Certificate, key any) error {
	signer, ok := key.(crypto.Signer)
	if !ok {
		return errors.New("the key in the package cannot sign")
	}
	public, ok := signer.Public().(interface{ Equal(crypto.PublicKey) bool })
	if !ok || !public.Equal(leaf.PublicKey) {
		return errors.New("the key in the package belongs to another certificate")
	}
	switch k := signer.(type) {
	case *rsa.PrivateKey:
		if k.N.BitLen() < 2048 || k.N.BitLen() > 8192 {
			return fmt.Errorf("its key is RSA with %d bits; 2048 to 8192 are taken", k.N.BitLen())
		}
		return nil
	case *ecdsa.PrivateKey:
		if k.Curve == elliptic.P256() || k.Curve == elliptic.P384() {
			return nil
		}
	}
	return errors.New("its key is neither RSA nor ECDSA on P-256 or P-384, which is what browsers take")
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// dear reports whether opening the package would cost more than anybody wants to
// wait. Both the check sum and the contents say how often the password is to be
// hashed: an octet string (the salt) followed by an integer. What is itself
// encrypted cannot be looked into; who made that knows the password.
func dear(der []byte) bool { return dearIn(cryptobyte.String(der), 0) }

func dearIn(s cryptobyte.String, depth int) bool {
	if depth > nestedMax {
		return true
	}
	for salt := false; !s.Empty(); {
		var inner cryptobyte.String
		var tag asn1.Tag
		if !s.ReadAnyASN1(&inner, &tag) {
			return false
		}
		if tag == asn1.INTEGER && salt && above(inner, iterationsMax) {
			return true
		}
		salt = tag == asn1.OCTET_STRING
		nested := tag&0x20 != 0 || salt // constructed, or wrapped
		if nested && dearIn(inner, depth+1) {
			return true
		}
	}
	return false
}

// above reports whether the bytes of an integer are more than n.
func above(b []byte, n int) bool {
	if len(b) > 4 {
		return true
	}
	v := 0
	for _, x := range b {
		v = v<<8 | int(x)
	}
	return v > n
}
