package ble

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
)

// UUID is that of a service, characteristic or descriptor: 128 bits, most significant
// byte first.
type UUID [16]byte

var baseUUID = UUID{0, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0x80, 0x5F, 0x9B, 0x34, 0xFB}

// Short returns the UUID that the Bluetooth SIG has given sixteen bits.
func Short(n uint16) UUID {
	u := baseUUID
	binary.BigEndian.PutUint16(u[2:], n)
	return u
}

// MustUUID returns the UUID of a text in a table.
func MustUUID(s string) (u UUID) {
	b, err := hex.DecodeString(strings.ReplaceAll(s, "-", ""))
	if err != nil || len(b) != 16 {
		panic("no UUID: " + s)
	}
	copy(u[:], b)
	return u
}

func (u UUID) String() string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}

// short returns the sixteen bits of a UUID of the SIG.
func (u UUID) short() (uint16, bool) {
	n := binary.BigEndian.Uint16(u[2:])
	return n, u == Short(n)
}

// Bytes is the UUID as packets have it: two bytes where they are enough.
func (u UUID) Bytes() []byte {
	if n, ok := u.short(); ok {
		return binary.LittleEndian.AppendUint16(nil, n)
	}
	return Reverse(u[:])
}

// ParseUUID reads a UUID of two or sixteen bytes.
func ParseUUID(b []byte) (UUID, error) {
	switch len(b) {
	case 2:
		return Short(binary.LittleEndian.Uint16(b)), nil
	case 16:
		return UUID(Reverse(b)), nil
	}
	return UUID{}, ErrShort
}
