package credential

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"net/url"
	"strings"
	"time"
)

// Codes of an authenticator: six digits, SHA-1, a new one every 30 seconds. Telephones
// understand no others for certain. One before and one after are taken as well, for
// clocks that differ (RFC 6238 §5.2).
const (
	totpDigits = 6
	totpStep   = 30 // s
	totpSkew   = 1
	totpKey    = 20 // bytes, RFC 4226 §4 R6
)

var base32Plain = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewTOTP draws the key that a person's authenticator shares with us, in base32. It
// cannot be kept as a hash: keep it encrypted.
func NewTOTP() Secret {
	b := make([]byte, totpKey)
	rand.Read(b) // never fails
	return NewSecret(base32Plain.EncodeToString(b))
}

// TOTPLink is what an authenticator reads from a picture. It has the key in it.
func TOTPLink(key Secret, issuer, login string) Secret {
	q := url.Values{"secret": {key.Reveal()}, "issuer": {issuer}}
	return NewSecret("otpauth://totp/" + url.PathEscape(issuer+":"+login) + "?" + strings.ReplaceAll(q.Encode(), "+", "%20"))
}

// ErrCode refuses the code of an authenticator. It does not tell a wrong one from one
// that was used: whoever has looked over a shoulder learns nothing.
var ErrCode = errors.New("the code is not right, or was used already; wait for the next one, and see that the clock of the telephone is right")

// TOTP takes a code at now. used is the step that was taken last for this key, or 0;
// what it returns has to be kept in its place before anybody is let in, in one
// transaction: a code lets in once (RFC 6238 §5.2). A key that does not read as
// [NewTOTP] made it refuses every code.
func TOTP(key Secret, code string, now time.Time, used int64) (step int64, err error) {
	raw, err := base32Plain.DecodeString(key.Reveal())
	if err != nil || len(raw) < 16 {
		return used, errors.New("the key of the authenticator does not read; set the authenticator up again")
	}
	code = strings.ReplaceAll(code, " ", "")
	at, found := now.Unix()/totpStep, int64(0)
	for s := at - totpSkew; s <= at+totpSkew; s++ {
		right := subtle.ConstantTimeCompare([]byte(hotp(sha1.New, raw, uint64(s), totpDigits)), []byte(code)) == 1
		if right && s > used && found == 0 {
			found = s
		}
	}
	if found <= 0 {
		return used, ErrCode
	}
	return found, nil
}

// hotp is the value of RFC 4226 §5.3.
func hotp(h func() hash.Hash, key []byte, counter uint64, digits int) string {
	mac := hmac.New(h, key)
	binary.Write(mac, binary.BigEndian, counter)
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xF
	n, mod := binary.BigEndian.Uint32(sum[at:])&0x7FFFFFFF, uint32(1)
	for range digits {
		mod *= 10
	}
	return fmt.Sprintf("%0*d", digits, n%mod)
}
