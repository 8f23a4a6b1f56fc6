package ble

import (
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/pion/dtls/v3/pkg/crypto/ccm"
)

// Diversifier is what both ends put into the session key and its nonces, each half
// most significant byte first: LL_ENC_REQ and LL_ENC_RSP carry them.
type Diversifier struct {
	CentralSKD, PeripheralSKD [8]byte
	CentralIV, PeripheralIV   [4]byte
}

// SessionKey is the key of one encrypted link (Vol 6 Part B 5.1.3.1).
func SessionKey(ltk Key, d Diversifier) Key {
	var skd Key
	copy(skd[:8], d.PeripheralSKD[:])
	copy(skd[8:], d.CentralSKD[:])
	return Encrypt(ltk, skd)
}

// MICLen is how many bytes encryption adds to a packet.
const MICLen = 4

// Direction is who sends.
type Direction byte

const (
	FromPeripheral Direction = 0
	FromCentral    Direction = 1
)

// LinkCipher encrypts one direction of a link. Each packet has the next number, so
// that one that is repeated, left out or changed does not open.
type LinkCipher struct {
	aead  cipher.AEAD
	iv    [8]byte
	dir   Direction
	count uint64 // 39 bits
}

// NewLinkCipher returns the cipher of a direction from its first packet on.
func NewLinkCipher(session Key, d Diversifier, dir Direction) (*LinkCipher, error) {
	a, err := ccm.NewCCM(cipherOf(session), MICLen, 13)
	if err != nil {
		return nil, fmt.Errorf("AES-CCM: %w", err)
	}
	c := &LinkCipher{aead: a, dir: dir}
	copy(c.iv[:4], Reverse(d.CentralIV[:]))
	copy(c.iv[4:], Reverse(d.PeripheralIV[:]))
	return c, nil
}

// ErrMIC is returned for a packet that was changed, repeated, or sealed by others.
var ErrMIC = errors.New("the packet does not open: changed, repeated, or of another key")

// errWorn ends a link before a nonce comes twice.
var errWorn = errors.New("the link has sent all the packets that one key may; encrypt anew")

// nonce is that of the next packet (Vol 6 Part E 2.1).
func (c *LinkCipher) nonce() (n [13]byte, err error) {
	if c.count >= 1<<39 {
		return n, errWorn
	}
	var count [8]byte
	binary.LittleEndian.PutUint64(count[:], c.count)
	copy(n[:5], count[:5])
	n[4] |= byte(c.dir) << 7
	copy(n[5:], c.iv[:])
	return n, nil
}

// aad is what of the header is sealed (Vol 6 Part E 2.2): without NESN, SN and MD.
func aad(header byte) []byte { return []byte{header & 0xE3} }

// Seal encrypts the payload of a packet behind out. header is its first byte.
func (c *LinkCipher) Seal(out []byte, header byte, payload []byte) ([]byte, error) {
	n, err := c.nonce()
	if err != nil {
		return nil, err
	}
	c.count++
	return c.aead.Seal(out, n[:], payload, aad(header)), nil
}

// Open decrypts the payload of the next packet behind out.
func (c *LinkCipher) Open(out []byte, header byte, payload []byte) ([]byte, error) {
	n, err := c.nonce()
	if err != nil {
		return nil, err
	}
	if len(payload) < MICLen {
		return nil, ErrMIC
	}
	b, err := c.aead.Open(out, n[:], payload, aad(header))
	if err != nil {
		return nil, ErrMIC
	}
	c.count++
	return b, nil
}
