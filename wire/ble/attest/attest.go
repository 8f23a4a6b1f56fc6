// Package attest is how the app on a phone proves to a control unit that it is a genuine
// one (GUIDE D9: only the official app): it signs a number that the unit has just drawn,
// with a key that somebody whom the unit trusts has certified. Ours: no document says
// how the real one does it, or whether.
//
// # What is signed
//
// The number, the addresses of both ends, and what stands for the key of their link
// ([Statement]). So an answer is worth nothing to another unit, on another link, or a
// second time, nor to somebody who has a genuine app answer for them over a link of
// their own.
//
// # What it proves
//
// That whoever is at the other end of this link has the use of the key. Not that the
// program is unchanged, nor that the phone is: a key in a file can be copied. It is one
// more thing that an attacker has to have, beside the pairing and the password.
//
// This package makes and reads answers. Whether a certificate is to be trusted is
// decided by [switchroom/paths/ble].
package attest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"switchroom/wire/ble"
)

// EKU is the extended key usage that the certificate of an app must have: of the arc
// for examples, and not that of packages, so that neither stands in for the other.
var EKU = asn1.ObjectIdentifier{2, 999, 7385, 2}

// Nonce is a number that is used once.
type Nonce [32]byte

// Statement is what an app signs.
type Statement struct {
	Nonce       Nonce
	Unit, Phone ble.Address
	Link        [32]byte // what stands for the key of the link: [switchroom/wire/ble/host.Link.Binding]
}

// title keeps a signature of this from being one of anything else.
const title = "switchroom: the app of a phone, to a control unit, 1\x00"

func (s *Statement) digest() []byte {
	h := sha256.New()
	io.WriteString(h, title)
	h.Write(s.Nonce[:])
	for _, a := range []ble.Address{s.Unit, s.Phone} {
		kind := byte(0)
		if a.Random {
			kind = 1
		}
		h.Write(append([]byte{kind}, a.Octets[:]...))
	}
	h.Write(s.Link[:])
	return h.Sum(nil)
}

// Bounds of an answer.
const (
	MaxAnswer = 8 << 10 // bytes
	chainMax  = 4       // certificates
	headLen   = 2
)

// Answer is what an app says.
type Answer struct {
	Certificates [][]byte `json:"certificates"` // DER, its own first, each signed by the next; without the anchor
	Signature    []byte   `json:"signature"`    // ECDSA over P-256, ASN.1, of the statement's SHA-256
}

// Sign makes the answer of a key.
func Sign(key crypto.Signer, certificates [][]byte, s Statement) (*Answer, error) {
	sig, err := key.Sign(rand.Reader, s.digest(), crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("the key of the app does not sign: %w", err)
	}
	return &Answer{certificates, sig}, nil
}

// Bytes is an answer as it is written: its length in two bytes, least significant
// first, and JSON.
func (a *Answer) Bytes() ([]byte, error) {
	body, err := json.Marshal(a)
	if err != nil {
		return nil, err
	}
	if len(body)+headLen > MaxAnswer {
		return nil, errors.New("the certificates of the app are too long")
	}
	return append(binary.LittleEndian.AppendUint16(nil, uint16(len(body))), body...), nil
}

// Errors of reading.
var (
	ErrMore = errors.New("the answer goes on")
	ErrForm = errors.New("the answer makes no sense")
)

// Parse reads an answer of what has come so far. [ErrMore]: it is not whole yet.
func Parse(b []byte) (*Answer, error) {
	if len(b) < headLen {
		return nil, ErrMore
	}
	n := headLen + int(binary.LittleEndian.Uint16(b))
	switch {
	case n > MaxAnswer || len(b) > n:
		return nil, ErrForm
	case len(b) < n:
		return nil, ErrMore
	}
	var a Answer
	if err := json.Unmarshal(b[headLen:], &a); err != nil || len(a.Certificates) == 0 || len(a.Certificates) > chainMax {
		return nil, ErrForm
	}
	return &a, nil
}

// Chain reads the certificates: the app's own, and those between it and an anchor.
func (a *Answer) Chain() (app *x509.Certificate, others []*x509.Certificate, err error) {
	for i, der := range a.Certificates {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, nil, ErrForm
		}
		if i == 0 {
			app = c
		} else {
			others = append(others, c)
		}
	}
	if app == nil {
		return nil, nil, ErrForm
	}
	return app, others, nil
}

// Signed reports whether the answer is signed by the key of a certificate, over s.
func (a *Answer) Signed(by *x509.Certificate, s Statement) bool {
	key, ok := by.PublicKey.(*ecdsa.PublicKey)
	return ok && key.Curve == elliptic.P256() && ecdsa.VerifyASN1(key, s.digest(), a.Signature)
}
