package trust

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"time"

	"github.com/digitorus/timestamp"
)

// timestampResponse is an RFC 3161 response that was granted, with nothing else
// in its status.
type timestampResponse struct {
	Status struct{ Status int }
	Token  asn1.RawValue
}

// proof says that something existed at a time, and who says so.
type proof struct {
	at   time.Time
	by   *x509.Certificate
	with []*x509.Certificate
}

// checkTimestamp checks a timestamp over data. Whether its signer counts is
// another question.
func checkTimestamp(der, data []byte) (*proof, error) {
	var r timestampResponse
	if err := same(der, &r); err != nil {
		return nil, err
	}
	if r.Status.Status != 0 {
		return nil, errors.New("the timestamp was not granted")
	}
	s, err := checkCMS(r.Token.FullBytes, nil, oidTimestamp)
	if err != nil {
		return nil, err
	}
	t, err := timestamp.Parse(r.Token.FullBytes)
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(data)
	if t.HashAlgorithm != crypto.SHA256 || !bytes.Equal(t.HashedMessage, digest[:]) {
		return nil, errors.New("the timestamp is of another signature")
	}
	return &proof{at: t.Time, by: s.leaf, with: s.others}, nil
}
