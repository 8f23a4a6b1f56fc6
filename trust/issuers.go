package trust

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
)

// Issuer is one who signs a revocation list, as a set has it.
type Issuer struct {
	Name        string
	Branch      string
	Certificate *x509.Certificate
	List        []byte // DER, not judged; nil: there is none
}

// ReadIssuers reads who signs revocation lists in a set: see [ReadAnchors].
func ReadIssuers(set fs.FS) ([]Issuer, error) {
	rows, err := readIndex(set)
	if err != nil {
		return nil, err
	}
	var all []Issuer
	for _, c := range rows {
		cert, err := readCertificate(set, "certs/"+c.Name+".pem")
		if err != nil {
			return nil, err
		}
		if !cert.IsCA {
			continue
		}
		list, err := readBounded(set, "crls/"+c.Name+".crl", maxList)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		all = append(all, Issuer{c.Name, c.Branch, cert, list})
	}
	return all, nil
}

func readIndex(set fs.FS) ([]Anchored, error) {
	raw, err := readBounded(set, "index.json", maxIndex)
	if err != nil {
		return nil, err
	}
	var index struct {
		Certificates []Anchored `json:"certificates"`
	}
	if err := json.Unmarshal(raw, &index); err != nil {
		return nil, fmt.Errorf("index.json: %w", err)
	}
	for _, c := range index.Certificates {
		if !fileForm.MatchString(c.Name) {
			return nil, fmt.Errorf("index.json: %q is no name", c.Name)
		}
	}
	return standing(index.Certificates), nil
}

// standing leaves out roots that are trusted no more, and all that is below them.
// Rows stand below that of their issuer.
func standing(rows []Anchored) (kept []Anchored) {
	gone := map[string]bool{}
	for _, c := range rows {
		if c.Retired != nil || gone[c.Issuer] {
			gone[c.Name] = true
			continue
		}
		kept = append(kept, c)
	}
	return kept
}
