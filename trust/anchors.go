package trust

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"time"
)

// Anchored is a row of index.json: what [ReadAnchors] reads of it.
type Anchored struct {
	Name    string     `json:"name"`
	Branch  string     `json:"branch"`
	Issuer  string     `json:"issuer"`            // its own name for a root
	Retired *time.Time `json:"retired,omitempty"` // of a root that is trusted no more; nil: it is
}

// Bounds of what is read of a set.
const (
	maxIndex       = 1 << 20
	maxCertificate = 64 << 10
	maxList        = 16 << 20
)

var fileForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)

// ReadAnchors reads the anchors and revocation lists of a set as switchroom trust
// init makes it, or of a copy of it without keys:
//
//	index.json       names, branches, issuers
//	certs/NAME.pem   certificates; those that are their own issuer are anchors
//	crls/NAME.crl    revocation lists, DER; none for who issues nothing
//
// A branch that the set does not have is there and has no anchors. Nobody has judged
// the lists: [ListOf] does, each time it is asked.
func ReadAnchors(set fs.FS) (map[string]*Branch, error) {
	rows, err := readIndex(set)
	if err != nil {
		return nil, err
	}
	all := map[string]*Branch{Communication: {}, Micrologic: {}, Software: {}, Timestamping: {}, TLS: {}}
	for _, c := range rows {
		if err := c.into(all[c.Branch], set); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// into adds what the set has of one certificate to its branch.
func (c *Anchored) into(b *Branch, set fs.FS) error {
	if b == nil || !fileForm.MatchString(c.Name) {
		return fmt.Errorf("index.json: branch %q of %q is not known", c.Branch, c.Name)
	}
	if c.Issuer == c.Name {
		root, err := readCertificate(set, "certs/"+c.Name+".pem")
		if err != nil {
			return err
		}
		b.Roots = append(b.Roots, root)
	}
	list, err := readBounded(set, "crls/"+c.Name+".crl", maxList)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	b.Lists = append(b.Lists, list)
	return err
}

func readCertificate(set fs.FS, name string) (*x509.Certificate, error) {
	raw, err := readBounded(set, name, maxCertificate)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(raw)
	if block == nil {
		return nil, fmt.Errorf("%s holds no certificate", name)
	}
	return x509.ParseCertificate(block.Bytes)
}

func readBounded(set fs.FS, name string, most int64) ([]byte, error) {
	f, err := set.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(b)) > most {
		err = fmt.Errorf("%s is longer than %d bytes", name, most)
	}
	return b, err
}
