package ble

import (
	"encoding/hex"
	"fmt"
	"strings"
)

// Address is a device address, most significant byte first, as it is written.
type Address struct {
	Random bool // a random address; else a public one
	Octets [6]byte
}

func (a Address) String() string {
	s := make([]string, 6)
	for i, b := range a.Octets {
		s[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(s, ":")
}

// ParseAddress is the inverse of [Address.String].
func ParseAddress(s string, random bool) (a Address, err error) {
	a.Random = random
	b, err := hex.DecodeString(strings.ReplaceAll(s, ":", ""))
	if err != nil || len(b) != 6 || len(s) != 17 {
		return a, fmt.Errorf("address %q: write six pairs of hexadecimal digits, as in C0:11:22:33:44:55", s)
	}
	copy(a.Octets[:], b)
	return a, nil
}

// Static reports whether a is a static random address: its two highest bits are set.
func (a Address) Static() bool { return a.Random && a.Octets[0]>>6 == 3 }

// Resolvable reports whether a is a resolvable private address.
func (a Address) Resolvable() bool { return a.Random && a.Octets[0]>>6 == 1 }

// Resolves reports whether a was made with irk.
func (a Address) Resolves(irk Key) bool {
	if !a.Resolvable() {
		return false
	}
	return AH(irk, [3]byte(a.Octets[:3])) == [3]byte(a.Octets[3:])
}

// Private makes a resolvable private address of irk and 22 random bits.
func Private(irk Key, prand [3]byte) Address {
	prand[0] = prand[0]&0x3F | 0x40
	hash := AH(irk, prand)
	return Address{true, [6]byte{prand[0], prand[1], prand[2], hash[0], hash[1], hash[2]}}
}

func (a Address) kind() byte {
	if a.Random {
		return 1
	}
	return 0
}

// seven is the address with its kind before it, as f5 and f6 take it.
func (a Address) seven() []byte { return append([]byte{a.kind()}, a.Octets[:]...) }

// append writes the address as packets have it.
func (a Address) append(b []byte) []byte { return append(b, Reverse(a.Octets[:])...) }

// addressAt reads an address of a packet; b has six bytes at least.
func addressAt(b []byte, kind byte) Address {
	return Address{kind&1 == 1, [6]byte(Reverse(b[:6]))}
}
