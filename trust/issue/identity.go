package issue

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"switchroom/trust"
)

// identityYears is how long the certificate of a device or a client counts. Ours.
const identityYears = 2

// roleMax is how long the role in a certificate may be, in bytes. Ours.
const roleMax = 64

// oidRole marks the role of a client: MODBUS/TCP Security Protocol Specification, R-21.
var oidRole = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 50316, 802, 1}

// IdentityOrder is whom a certificate of branch tls is for.
type IdentityOrder struct {
	Name   string // of the device, or of the client; "": a client is called by its role
	DNS    []string
	IP     []netip.Addr
	Client bool   // of a client; else of a server, which needs DNS or IP
	Role   string // of a client; "": it has none, which is the NULL role
}

// Identity is a certificate of a device or a client, all of it PEM. Nobody else has
// its key: a set keeps none of it.
type Identity struct {
	Name        string
	Certificate []byte // with that of its issuer
	Key         []byte // PKCS #8, not encrypted: for its owner alone
	Anchor      []byte // the root
}

var identityForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)

// check says everything that is wrong with an order.
func (o *IdentityOrder) check(s *Set) error {
	var errs []error
	reserved := slices.ContainsFunc(Branches, func(b string) bool { return o.Name == b || strings.HasPrefix(o.Name, b+"-") })
	if _, err := s.named(o.Name); err == nil || reserved || !identityForm.MatchString(o.Name) {
		errs = append(errs, fmt.Errorf("name %q: give one of its own of a-z, 0-9 and -, which begins with no branch", o.Name))
	}
	if !o.Client && len(o.DNS)+len(o.IP) == 0 {
		errs = append(errs, errors.New("a server is known by its names: give --dns or --ip, or --client for a client"))
	}
	for _, d := range o.DNS {
		if d == "" || len(d) > 253 || strings.ContainsFunc(d, func(r rune) bool { return r > unicode.MaxASCII || r <= ' ' || r == '/' || r == ':' }) {
			errs = append(errs, fmt.Errorf("DNS name %q: give a host name", d))
		}
	}
	if o.Role != "" && !o.Client {
		errs = append(errs, errors.New("a role is one of a client: give --client too"))
	}
	if len(o.Role) > roleMax || strings.ContainsFunc(o.Role, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }) {
		errs = append(errs, fmt.Errorf("role %q: give up to %d bytes that can be printed", o.Role, roleMax))
	}
	return errors.Join(errs...)
}

// Identity issues a certificate of branch tls.
func (s *Set) Identity(o IdentityOrder, passphrase string, now time.Time) (*Identity, error) {
	if o.Name == "" && o.Client {
		o.Name = s.next(strings.TrimSuffix("client-"+strings.ToLower(o.Role), "-"))
	}
	if err := o.check(s); err != nil {
		return nil, err
	}
	issuer, err := s.issuing(trust.TLS)
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	t, err := o.template(now)
	if err != nil {
		return nil, err
	}
	c, err := s.certify(t, issuer, key, passphrase)
	if err != nil {
		return nil, err
	}
	i, err := s.identity(c, issuer, key)
	if err != nil {
		return nil, err
	}
	return i, s.record(c, trust.TLS, issuer)
}

func (o *IdentityOrder) template(now time.Time) (*x509.Certificate, error) {
	t := template(o.Name, identityYears, now)
	t.IsCA, t.KeyUsage, t.ExtKeyUsage, t.DNSNames = false, x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, o.DNS
	for _, a := range o.IP {
		t.IPAddresses = append(t.IPAddresses, a.AsSlice())
	}
	if !o.Client {
		return t, nil
	}
	t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	if o.Role == "" {
		return t, nil
	}
	v, err := asn1.MarshalWithParams(o.Role, "utf8")
	t.ExtraExtensions = []pkix.Extension{{Id: oidRole, Value: v}}
	return t, err
}

// identity puts together what its owner needs.
func (s *Set) identity(c *x509.Certificate, issuer string, key *ecdsa.PrivateKey) (*Identity, error) {
	above, err := s.Certificate(issuer)
	if err != nil {
		return nil, err
	}
	row, err := s.named(issuer)
	if err != nil {
		return nil, err
	}
	root, err := s.Certificate(row.Issuer)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return &Identity{c.Subject.CommonName, bytes.Join([][]byte{pemOf(c), pemOf(above)}, nil), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), pemOf(root)}, nil
}
