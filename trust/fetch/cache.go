package fetch

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"switchroom/trust"
)

// Cache keeps the newest list of each issuer in a directory:
//
//	NAME.crl   the list, DER
//	NAME.tag   what the server calls it
//
// What it promises: a list is there whole, or the one before it is.
type Cache struct {
	Dir    string
	Client *http.Client
	Now    func() time.Time
}

// Answer is what is known of the list of one issuer.
type Answer struct {
	Branch  string    `json:"branch"`
	Issuer  string    `json:"issuer"`
	State   string    `json:"state"`   // of package trust
	Problem string    `json:"problem"` // why it could not be fetched or taken, or what its state means; "": nothing
	Number  string    `json:"number"`
	Digest  string    `json:"sha256"` // of the list
	This    time.Time `json:"this_update,omitzero"`
	Next    time.Time `json:"next_update,omitzero"`
	Revoked []Revoked `json:"revoked"`

	list []byte
}

// Revoked is a certificate on a list.
type Revoked struct {
	Serial string    `json:"serial"` // hex
	At     time.Time `json:"at"`
	Reason int       `json:"reason"` // RFC 5280, 5.3.1
}

// List is the list itself, DER; nil if there is none.
func (a *Answer) List() []byte { return a.list }

// Known tells whether the answer counts.
func (a *Answer) Known() bool { return a.State == trust.FreshEmpty || a.State == trust.FreshListed }

var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)

// Get fetches the list of a source, if there is a newer one, and says what is known.
// roots are those of its branch.
func (c *Cache) Get(ctx context.Context, s Source, roots []*x509.Certificate) Answer {
	a := Answer{Branch: s.Branch, Issuer: s.Issuer, State: trust.Unreachable, Revoked: []Revoked{}}
	if !nameForm.MatchString(s.Issuer) {
		a.Problem = fmt.Sprintf("%q is no name of an issuer", s.Issuer)
		return a
	}
	issuer, err := c.issuer(ctx, s, roots)
	if err != nil {
		a.Problem = err.Error()
		return a
	}
	problem := c.refresh(ctx, s, issuer)
	kept, err := os.ReadFile(c.path(s.Issuer, ".crl"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		problem = err
	}
	a.judge(issuer, kept, c.Now())
	if problem != nil {
		a.Problem = problem.Error()
	}
	return a
}

// judge fills in what a list says.
func (a *Answer) judge(issuer *x509.Certificate, list []byte, now time.Time) {
	l := trust.ListOf(issuer, [][]byte{list}, now)
	a.State, a.Problem = l.State, l.Detail
	if l.Number == nil {
		return
	}
	sum := sha256.Sum256(list)
	a.Number, a.Digest, a.Next, a.list = l.Number.String(), hex.EncodeToString(sum[:]), l.Next, list
	if p, err := x509.ParseRevocationList(list); err == nil {
		a.This = p.ThisUpdate
	}
	for _, r := range l.Revoked {
		a.Revoked = append(a.Revoked, Revoked{hex.EncodeToString(r.Serial.Bytes()), r.At, r.Reason})
	}
}

// refresh fetches the list and keeps it, if it is one to keep.
func (c *Cache) refresh(ctx context.Context, s Source, issuer *x509.Certificate) error {
	if s.CRL == "" {
		return errors.New("nobody says where its list is published")
	}
	u, err := address(s.CRL)
	if err != nil {
		return err
	}
	kept, _ := os.ReadFile(c.path(s.Issuer, ".crl"))
	tag := ""
	if len(kept) > 0 {
		t, _ := os.ReadFile(c.path(s.Issuer, ".tag"))
		tag = string(t)
	}
	b, tag, err := get(ctx, c.Client, u, tag, listMost)
	if err != nil || b == nil {
		return err
	}
	if err := newer(issuer, kept, b, c.Now()); err != nil {
		return err
	}
	if err := Replace(c.path(s.Issuer, ".crl"), b); err != nil {
		return err
	}
	return Replace(c.path(s.Issuer, ".tag"), []byte(tag))
}

// newer refuses what is not a list of its issuer, or is older than what is kept.
func newer(issuer *x509.Certificate, kept, b []byte, now time.Time) error {
	l, was := trust.ListOf(issuer, [][]byte{b}, now), trust.ListOf(issuer, [][]byte{kept}, now)
	switch {
	case l.State == trust.Unreachable:
		return errors.New("what is published there is not a list of this issuer")
	case l.Number == nil:
		return errors.New(l.Detail)
	case was.Number != nil && l.Number.Cmp(was.Number) < 0:
		return fmt.Errorf("list %v is published there, and list %v was already: the older one is not taken", l.Number, was.Number)
	}
	return nil
}

// issuer is the certificate of who signs the list: a root, or what a root has issued.
func (c *Cache) issuer(ctx context.Context, s Source, roots []*x509.Certificate) (*x509.Certificate, error) {
	for _, r := range roots {
		if r.Subject.CommonName == s.Issuer {
			return r, nil
		}
	}
	name := c.path(s.Issuer, ".crt")
	b, err := os.ReadFile(name)
	if err != nil {
		u, err := address(s.Certificate)
		if err != nil {
			return nil, fmt.Errorf("the certificate of %s: %w", s.Issuer, err)
		}
		if b, _, err = get(ctx, c.Client, u, "", certificateMost); err != nil {
			return nil, fmt.Errorf("the certificate of %s: %w", s.Issuer, err)
		}
	}
	cert, err := under(b, s.Issuer, roots)
	if err != nil {
		return nil, err
	}
	return cert, Replace(name, b)
}

// under reads the certificate of an authority that a root has issued.
func under(b []byte, name string, roots []*x509.Certificate) (*x509.Certificate, error) {
	if block, _ := pem.Decode(b); block != nil {
		b = block.Bytes
	}
	cert, err := x509.ParseCertificate(b)
	if err != nil {
		return nil, fmt.Errorf("the certificate of %s: %w", name, err)
	}
	pool := x509.NewCertPool()
	for _, r := range roots {
		pool.AddCert(r)
	}
	o := x509.VerifyOptions{Roots: pool, CurrentTime: cert.NotBefore, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}
	if _, err := cert.Verify(o); err != nil || !cert.IsCA || cert.Subject.CommonName != name {
		return nil, fmt.Errorf("the certificate of %s is not one that this side trusts", name)
	}
	return cert, nil
}

func (c *Cache) path(name, end string) string { return filepath.Join(c.Dir, name+end) }

// Replace writes a file whole or not at all.
func Replace(path string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
