package ble

import (
	"crypto/ecdh"
	"crypto/rand"
	"errors"
	"fmt"
)

// PublicKey is a point of P-256 as SMP carries it, each coordinate most significant
// byte first.
type PublicKey struct{ X, Y [32]byte }

// PrivateKey is one end's secret of one pairing.
type PrivateKey struct{ key *ecdh.PrivateKey }

// ErrPoint is returned for a public key that is no point of the curve: whoever sends
// one tries to learn the private key (CVE-2018-5383).
var ErrPoint = errors.New("the public key is not a point of P-256")

// NewPrivateKey makes a key for one pairing.
func NewPrivateKey() (*PrivateKey, error) {
	k, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	return &PrivateKey{k}, nil
}

// PrivateKeyOf returns the key of a number, which sample data give.
func PrivateKeyOf(d []byte) (*PrivateKey, error) {
	k, err := ecdh.P256().NewPrivateKey(d)
	if err != nil {
		return nil, fmt.Errorf("no private key of P-256: %w", err)
	}
	return &PrivateKey{k}, nil
}

// Public returns the point that the other end is told.
func (p *PrivateKey) Public() (k PublicKey) {
	b := p.key.PublicKey().Bytes()
	copy(k.X[:], b[1:33])
	copy(k.Y[:], b[33:])
	return k
}

// Shared returns the Diffie-Hellman key, after it has seen that the other end's key is
// a point of the curve.
func (p *PrivateKey) Shared(peer PublicKey) (w [32]byte, err error) {
	b := append(append([]byte{4}, peer.X[:]...), peer.Y[:]...)
	k, err := ecdh.P256().NewPublicKey(b)
	if err != nil {
		return w, ErrPoint
	}
	s, err := p.key.ECDH(k)
	if err != nil {
		return w, ErrPoint
	}
	return [32]byte(s), nil
}

// debugX is the x coordinate of the debug key, whose private half everybody knows
// (Vol 3 Part H 2.3.5.6.1).
var debugX = [32]byte{
	0x20, 0xb0, 0x03, 0xd2, 0xf2, 0x97, 0xbe, 0x2c, 0x5e, 0x2c, 0x83, 0xa7, 0xe9, 0xf9, 0xa5, 0xb9,
	0xef, 0xf4, 0x91, 0x11, 0xac, 0xf4, 0xfd, 0xdb, 0xcc, 0x03, 0x01, 0x48, 0x0e, 0x35, 0x9d, 0xe6,
}

// Debug reports whether k is the debug key.
func (k PublicKey) Debug() bool { return k.X == debugX }
