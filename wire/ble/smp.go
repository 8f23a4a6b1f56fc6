package ble

import (
	"errors"
	"fmt"
)

// Codes of SMP packets (Vol 3 Part H 3.3).
const (
	SMPRequest    = 0x01
	SMPResponse   = 0x02
	SMPConfirm    = 0x03
	SMPRandom     = 0x04
	SMPFailed     = 0x05
	SMPEncryption = 0x06 // encryption information: a long-term key
	SMPCentral    = 0x07 // central identification: EDIV and Rand of it
	SMPIdentity   = 0x08 // identity information: an IRK
	SMPAddress    = 0x09 // identity address
	SMPSigning    = 0x0A
	SMPSecurity   = 0x0B // security request, of a peripheral
	SMPPublicKey  = 0x0C
	SMPCheck      = 0x0D // DHKey check
	SMPKeypress   = 0x0E
)

// smpLen is how long each packet is, with its code.
var smpLen = map[byte]int{
	SMPRequest: 7, SMPResponse: 7, SMPConfirm: 17, SMPRandom: 17, SMPFailed: 2, SMPEncryption: 17, SMPCentral: 11,
	SMPIdentity: 17, SMPAddress: 8, SMPSigning: 17, SMPSecurity: 2, SMPPublicKey: 65, SMPCheck: 17, SMPKeypress: 2,
}

// IO capabilities.
const (
	DisplayOnly     = 0
	DisplayYesNo    = 1
	KeyboardOnly    = 2
	NoInputNoOutput = 3
	KeyboardDisplay = 4
)

// Bits of AuthReq.
const (
	AuthBonding = 0x01
	AuthMITM    = 0x04
	AuthSecure  = 0x08 // LE Secure Connections
	authBond    = 0x03
)

// Bits of key distributions.
const (
	DistributeEncryption = 0x01
	DistributeIdentity   = 0x02
	DistributeSigning    = 0x04
	DistributeLink       = 0x08
)

// Bonds reports whether the end asks to bond.
func (f Features) Bonds() bool { return f.Auth&authBond == AuthBonding }

// Reason is why pairing failed (3.5.5).
type Reason byte

const (
	PasskeyEntryFailed     Reason = 0x01
	OOBNotAvailable        Reason = 0x02
	AuthenticationRequired Reason = 0x03
	ConfirmFailed          Reason = 0x04
	PairingNotSupported    Reason = 0x05
	KeySize                Reason = 0x06
	CommandNotSupported    Reason = 0x07
	Unspecified            Reason = 0x08
	RepeatedAttempts       Reason = 0x09
	InvalidParameters      Reason = 0x0A
	CheckFailed            Reason = 0x0B
	ComparisonFailed       Reason = 0x0C
)

var reasons = map[Reason]string{
	PasskeyEntryFailed: "the passkey was not entered", OOBNotAvailable: "data out of band are asked for and there are none",
	AuthenticationRequired: "the phone cannot enter a passkey, and without one nothing is paired", ConfirmFailed: "the passkey is not right, or somebody is in between",
	PairingNotSupported: "pairing is not admitted now", KeySize: "the key would be shorter than 16 bytes",
	CommandNotSupported: "what was asked is not supported", Unspecified: "pairing failed", RepeatedAttempts: "too many attempts failed lately; wait",
	InvalidParameters: "the other end sent what makes no sense", CheckFailed: "the keys do not agree: somebody is in between",
	ComparisonFailed: "the numbers differ",
}

func (r Reason) String() string {
	if s, ok := reasons[r]; ok {
		return s
	}
	return fmt.Sprintf("reason 0x%02X", byte(r))
}

// SMP is one packet: its code and what follows, as it stands in the packet.
type SMP struct {
	Code byte
	Body []byte
}

// ErrShort is returned for packets that end before they should, or after.
var ErrShort = errors.New("the packet is not as long as it must be")

// ParseSMP reads a packet. A code that it does not know is an error with the code.
func ParseSMP(b []byte) (p SMP, err error) {
	if len(b) == 0 {
		return p, ErrShort
	}
	p = SMP{b[0], b[1:]}
	n, known := smpLen[p.Code]
	switch {
	case !known:
		return p, fmt.Errorf("SMP code 0x%02X is not known", p.Code)
	case len(b) != n:
		return p, ErrShort
	}
	return p, nil
}

// Bytes is the packet.
func (p SMP) Bytes() []byte { return append([]byte{p.Code}, p.Body...) }

// Features reads those of a request or response.
func (p SMP) Features() Features {
	b := p.Body
	return Features{IO: b[0], OOB: b[1], Auth: b[2], MaxKey: b[3], Initiator: b[4], Responder: b[5]}
}

// Packet makes a request or response of f.
func (f Features) Packet(code byte) SMP {
	return SMP{code, []byte{f.IO, f.OOB, f.Auth, f.MaxKey, f.Initiator, f.Responder}}
}

// Key reads the value of a packet that has one of 128 bits.
func (p SMP) Key() Key { return Key(Reverse(p.Body[:16])) }

// Packet makes a packet of a 128-bit value.
func (k Key) Packet(code byte) SMP { return SMP{code, Reverse(k[:])} }

// PublicKey reads a public key packet.
func (p SMP) PublicKey() (k PublicKey) {
	copy(k.X[:], Reverse(p.Body[:32]))
	copy(k.Y[:], Reverse(p.Body[32:64]))
	return k
}

// Packet makes a public key packet.
func (k PublicKey) Packet() SMP {
	return SMP{SMPPublicKey, append(Reverse(k.X[:]), Reverse(k.Y[:])...)}
}

// Failure makes the packet that ends a pairing.
func Failure(r Reason) SMP { return SMP{SMPFailed, []byte{byte(r)}} }
