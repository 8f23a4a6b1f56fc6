package ble

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
)

// Key is a 128-bit key or value, most significant byte first.
type Key [16]byte

// cipherOf returns the block cipher of a key; a key of 16 bytes always has one.
func cipherOf(k Key) cipher.Block {
	b, err := aes.NewCipher(k[:])
	if err != nil {
		panic("aes refuses 16 bytes") // cannot be: the length is in the type
	}
	return b
}

// Encrypt is e of the specification: one block of AES-128.
func Encrypt(k, plain Key) (out Key) {
	cipherOf(k).Encrypt(out[:], plain[:])
	return out
}

// CMAC is AES-CMAC of RFC 4493.
func CMAC(k Key, m []byte) (mac Key) {
	b := cipherOf(k)
	var l Key
	b.Encrypt(l[:], l[:])
	sub := double(l)
	whole := len(m) > 0 && len(m)%16 == 0
	if !whole {
		sub = double(sub)
	}
	for len(m) > 16 {
		subtle.XORBytes(mac[:], mac[:], m[:16])
		b.Encrypt(mac[:], mac[:])
		m = m[16:]
	}
	var last Key
	if copy(last[:], m); !whole {
		last[len(m)] = 0x80
	}
	subtle.XORBytes(mac[:], mac[:], last[:])
	subtle.XORBytes(mac[:], mac[:], sub[:])
	b.Encrypt(mac[:], mac[:])
	return mac
}

// double multiplies by x in GF(2^128) without telling by time what it multiplies.
func double(k Key) (out Key) {
	carry := k[0] >> 7
	for i := range 15 {
		out[i] = k[i]<<1 | k[i+1]>>7
	}
	out[15] = k[15]<<1 ^ 0x87&-carry
	return out
}
