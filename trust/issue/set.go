// Package issue makes what package trust judges: the branches of certificates of
// a lab and their revocation lists, and signed packages. Beside them it makes the
// certificates by which devices and their clients know each other (TLS).
//
// It is for a lab. Roots lie next to the keys they sign, each in a file that a
// passphrase encrypts; a vendor keeps them offline.
package issue

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"switchroom/trust"

	"software.sslmate.com/src/go-pkcs12"
)

// iterations of the derivation of a key file's key from the passphrase. Ours.
const iterations = 100_000

// Set is a directory of certificates, keys and revocation lists:
//
//	index.json       what was issued and revoked
//	certs/NAME.pem   certificates
//	keys/NAME.p12    their keys, encrypted (PKCS #12)
//	crls/NAME.crl    the revocation list of each issuer, DER
type Set struct {
	Dir     string
	Index   Index
	Outside *Outside // who has the keys that have no file; nil: nobody

	keys map[string]crypto.Signer // opened already: the passphrase takes long
}

// Index is what a set knows of itself.
type Index struct {
	Certificates []Certificate    `json:"certificates"`
	Numbers      map[string]int64 `json:"crl_numbers"` // last number of each issuer's list
}

// Certificate is one certificate that was issued.
type Certificate struct {
	Name    string      `json:"name"`
	Branch  string      `json:"branch"`
	Issuer  string      `json:"issuer"` // name; its own for a root
	Serial  string      `json:"serial"` // hex
	Until   time.Time   `json:"not_after"`
	Revoked *Revocation `json:"revoked,omitempty"`
	Retired *time.Time  `json:"retired,omitempty"` // of a root that is trusted no more
}

// Revocation is how a certificate was revoked.
type Revocation struct {
	Reason  string     `json:"reason"`
	At      time.Time  `json:"at"`
	Invalid *time.Time `json:"invalidity_date,omitempty"`
}

// Open opens a set. That needs no passphrase; signing does.
func Open(dir string) (*Set, error) {
	b, err := os.ReadFile(filepath.Join(dir, "index.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is not a set of certificates: make one with switchroom trust init %s", dir, dir)
	}
	if err != nil {
		return nil, err
	}
	s := &Set{Dir: dir}
	if err := json.Unmarshal(b, &s.Index); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, "index.json"), err)
	}
	return s, nil
}

// Side returns what somebody who trusts this set knows. Clock and profile are
// for the caller to fill in.
func (s *Set) Side() (*trust.Side, error) {
	branches, err := trust.ReadAnchors(os.DirFS(s.Dir))
	return &trust.Side{Branches: branches}, err
}

func (s *Set) path(kind, name, end string) string { return filepath.Join(s.Dir, kind, name+end) }

// Certificate reads a certificate.
func (s *Set) Certificate(name string) (*x509.Certificate, error) {
	b, err := os.ReadFile(s.path("certs", name, ".pem"))
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(b)
	if block == nil {
		return nil, fmt.Errorf("certs/%s.pem holds no certificate", name)
	}
	return x509.ParseCertificate(block.Bytes)
}

// key opens the key of a certificate.
func (s *Set) key(name, passphrase string) (crypto.Signer, error) {
	if k := s.keys[name]; k != nil {
		return k, nil
	}
	b, err := os.ReadFile(s.path("keys", name, ".p12"))
	if errors.Is(err, fs.ErrNotExist) {
		return s.outside(name)
	}
	if err != nil {
		return nil, err
	}
	k, _, _, err := pkcs12.DecodeChain(b, passphrase)
	if err != nil {
		return nil, fmt.Errorf("key of %s: %w; give the passphrase the set was made with", name, err)
	}
	key, ok := k.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("key of %s is not an ECDSA key", name)
	}
	s.keep(name, key)
	return key, nil
}

// outside is a key that is not in this set.
func (s *Set) outside(name string) (crypto.Signer, error) {
	c, err := s.Certificate(name)
	if err != nil {
		return nil, err
	}
	public, ok := c.PublicKey.(*ecdsa.PublicKey)
	if s.Outside == nil || len(s.Outside.Command) == 0 || !ok {
		return nil, fmt.Errorf("the key of %s is not here: put keys/%s.p12 into %s from where it is kept, or say who signs with it (--signer-command)", name, name, s.Dir)
	}
	return outsideKey{s.Outside, name, public}, nil
}

func (s *Set) keep(name string, key crypto.Signer) {
	if s.keys == nil {
		s.keys = map[string]crypto.Signer{}
	}
	s.keys[name] = key
}

func (s *Set) named(name string) (*Certificate, error) {
	i := slices.IndexFunc(s.Index.Certificates, func(c Certificate) bool { return c.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("there is no certificate %s in this set: see switchroom trust show", name)
	}
	return &s.Index.Certificates[i], nil
}

func (s *Set) bySerial(serial string) (*Certificate, error) {
	n, ok := new(big.Int).SetString(strings.ReplaceAll(serial, ":", ""), 16)
	for i := range s.Index.Certificates {
		c := &s.Index.Certificates[i]
		if m, fine := new(big.Int).SetString(c.Serial, 16); ok && fine && m.Cmp(n) == 0 {
			return c, nil
		}
	}
	return nil, fmt.Errorf("there is no certificate with serial %s in this set: see switchroom trust show", serial)
}

// save writes the index: a new file in the place of the old one.
func (s *Set) save() error {
	b, err := json.MarshalIndent(s.Index, "", "  ")
	if err != nil {
		return err
	}
	return replace(filepath.Join(s.Dir, "index.json"), append(b, '\n'), 0o644)
}

// replace writes a file whole or not at all.
func replace(path string, b []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(b)
	if err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// Key opens the key of a certificate, for who signs what this package does not make.
func (s *Set) Key(name, passphrase string) (crypto.Signer, error) { return s.key(name, passphrase) }
