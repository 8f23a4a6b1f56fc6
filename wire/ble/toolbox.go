package ble

import (
	"crypto/subtle"
	"encoding/binary"
)

// Features are the seven bytes of a pairing request or response without their code,
// as they stand in the packet: IO capability, OOB, AuthReq, key size, key
// distributions.
type Features struct {
	IO        byte
	OOB       byte
	Auth      byte
	MaxKey    byte // bytes, 7 to 16
	Initiator byte // keys that the initiator distributes
	Responder byte // keys that the responder distributes
}

// bytes are those of a packet of the code, most significant first, as c1 takes them.
func (f Features) bytes(code byte) [7]byte {
	return [7]byte{f.Responder, f.Initiator, f.MaxKey, f.Auth, f.OOB, f.IO, code}
}

// Legacy is what c1 takes beside the key and the random value.
type Legacy struct {
	Request, Response    Features
	Initiator, Responder Address
}

// C1 is the confirm value of legacy pairing (Vol 3 Part H 2.2.3).
func C1(k, r Key, l Legacy) Key {
	var p1, p2 Key
	req, res := l.Request.bytes(SMPRequest), l.Response.bytes(SMPResponse)
	copy(p1[0:], res[:])
	copy(p1[7:], req[:])
	p1[14], p1[15] = l.Responder.kind(), l.Initiator.kind()
	copy(p2[4:], l.Initiator.Octets[:])
	copy(p2[10:], l.Responder.Octets[:])
	var x Key
	subtle.XORBytes(x[:], r[:], p1[:])
	x = Encrypt(k, x)
	subtle.XORBytes(x[:], x[:], p2[:])
	return Encrypt(k, x)
}

// S1 is the short-term key of legacy pairing (2.2.4): r1 is the responder's random
// value, r2 the initiator's.
func S1(k, r1, r2 Key) Key {
	var r Key
	copy(r[:8], r1[8:])
	copy(r[8:], r2[8:])
	return Encrypt(k, r)
}

// F4 is the confirm value of Secure Connections (2.2.6) for the x coordinates u and v.
func F4(u, v [32]byte, x Key, z byte) Key {
	m := append(append(append(make([]byte, 0, 65), u[:]...), v[:]...), z)
	return CMAC(x, m)
}

var (
	f5Salt = Key{0x6C, 0x88, 0x83, 0x91, 0xAA, 0xF5, 0xA5, 0x38, 0x60, 0x37, 0x0B, 0xDB, 0x5A, 0x60, 0x83, 0xBE}
	f5ID   = []byte("btle")
)

// F5 makes the keys of Secure Connections (2.2.7): of the Diffie-Hellman key w, the
// two nonces and the two addresses, initiator's first.
func F5(w [32]byte, n1, n2 Key, a1, a2 Address) (mac, ltk Key) {
	t := CMAC(f5Salt, w[:])
	m := append([]byte{0}, f5ID...)
	m = append(append(m, n1[:]...), n2[:]...)
	m = append(append(m, a1.seven()...), a2.seven()...)
	m = binary.BigEndian.AppendUint16(m, 256)
	mac = CMAC(t, m)
	m[0] = 1
	return mac, CMAC(t, m)
}

// F6 is the check value of Secure Connections (2.2.8).
func F6(w, n1, n2, r Key, io Features, a1, a2 Address) Key {
	m := append(append(append(make([]byte, 0, 65), n1[:]...), n2[:]...), r[:]...)
	m = append(m, io.Auth, io.OOB, io.IO)
	return CMAC(w, append(append(m, a1.seven()...), a2.seven()...))
}

// G2 is the number that both ends show for numeric comparison (2.2.9), six digits.
func G2(u, v [32]byte, x, y Key) uint32 {
	m := append(append(append(make([]byte, 0, 80), u[:]...), v[:]...), y[:]...)
	mac := CMAC(x, m)
	return binary.BigEndian.Uint32(mac[12:]) % 1_000_000
}

// AH is the hash of a resolvable private address (2.2.2).
func AH(irk Key, prand [3]byte) (hash [3]byte) {
	var r Key
	copy(r[13:], prand[:])
	out := Encrypt(irk, r)
	copy(hash[:], out[13:])
	return hash
}

// Passkey is the value that six digits stand for: TK of legacy pairing, ra and rb of
// Secure Connections.
func Passkey(n uint32) (k Key) {
	binary.BigEndian.PutUint32(k[12:], n)
	return k
}

// Reverse turns the order of the bytes around.
func Reverse(b []byte) []byte {
	out := make([]byte, len(b))
	for i, c := range b {
		out[len(b)-1-i] = c
	}
	return out
}
