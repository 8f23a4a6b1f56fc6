package room

import (
	"crypto/sha256"
	"crypto/subtle"
)

// Token is what a badge or a PIN is recognised by. It does not hold its digits, so
// that no log, error or memory dump of a struct tells them; the last two are kept
// of a badge, by which its holder knows it again. The zero Token is none, and is
// the same as no other.
type Token struct {
	sum  [sha256.Size]byte
	tail string
}

// Bounds of badges and PINs, in digits; ours. A badge is so long that its last two
// digits tell little of it.
const (
	badgeMin, badgeMax = 6, 20
	pinMin, pinMax     = 4, 8
)

// BadgeOf is the token of a badge number; zero if it is none.
func BadgeOf(digits string) Token { return tokenOf("badge ", digits, badgeMin, badgeMax, 2) }

// PINOf is the token of a PIN; zero if it is none.
func PINOf(digits string) Token { return tokenOf("pin ", digits, pinMin, pinMax, 0) }

func tokenOf(kind, digits string, low, high, kept int) Token {
	if len(digits) < low || len(digits) > high {
		return Token{}
	}
	for _, d := range []byte(digits) {
		if d < '0' || d > '9' {
			return Token{}
		}
	}
	return Token{sha256.Sum256([]byte(kind + digits)), digits[len(digits)-kept:]}
}

// None reports whether there is no badge or PIN.
func (t Token) None() bool { return t.sum == Token{}.sum }

// Is reports whether both are the same badge or PIN. None is the same as nothing.
func (t Token) Is(o Token) bool {
	return !t.None() && subtle.ConstantTimeCompare(t.sum[:], o.sum[:]) == 1
}

// String is how it is shown: the last two digits of a badge, nothing of a PIN.
func (t Token) String() string {
	if t.None() {
		return ""
	}
	return "…" + t.tail
}

// GoString keeps %#v from telling more.
func (t Token) GoString() string { return t.String() }
