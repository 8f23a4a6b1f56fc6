package credential

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Purpose is what a code for one use opens.
type Purpose string

const (
	SetUp   Purpose = "set-up"   // the first person of an installation
	Invited Purpose = "invited"  // a person's first password (C11)
	Recover Purpose = "recovery" // in the place of a lost authenticator
)

// codeSize is 140 bits: nobody guesses one, so it is kept as a plain digest.
const codeSize = 28 // characters of five bits

// An alphabet for people to copy by hand: no I, L, O or U.
const codeLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

var codeText = base32.NewEncoding(codeLetters).WithPadding(base32.NoPadding)

// Code is a code for one use as it is kept: whoever reads the store cannot use it.
type Code struct {
	Purpose Purpose   `json:"purpose"`
	Owner   string    `json:"owner"` // id of an account; empty: there is none yet
	Digest  []byte    `json:"digest"`
	Until   time.Time `json:"until"`
	Used    time.Time `json:"used"` // zero: not yet
}

// NewCode draws one. What it returns first is told to its owner once and kept nowhere.
func NewCode(p Purpose, owner string, until time.Time) (Secret, Code) {
	raw := make([]byte, 20)
	rand.Read(raw) // never fails
	text := codeText.EncodeToString(raw)[:codeSize]
	var groups []string
	for i := 0; i < len(text); i += 4 {
		groups = append(groups, text[i:i+4])
	}
	return NewSecret(strings.Join(groups, "-")), Code{Purpose: p, Owner: owner, Digest: digest(p, owner, text), Until: until}
}

// digest binds a code to what it is for and whose it is.
func digest(p Purpose, owner, text string) []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "switchroom code 1\n%q %q %s", p, owner, text))
	return sum[:]
}

// errNoCode is the same for a code that never was and for one of somebody else.
var errNoCode = errors.New("the code is not right; copy it anew, or ask a security administrator for another")

// Spend looks for the code that was given among those that are kept, and returns which
// it is. The caller notes in [Code.Used] that it is used, and keeps that, before
// anybody is let in, in one transaction: of two who come at once one is refused.
func Spend(kept []Code, given Secret, p Purpose, owner string, now time.Time) (int, error) {
	want, found := digest(p, owner, readCode(given.Reveal())), -1
	for i := range kept {
		c := &kept[i]
		if c.Purpose == p && c.Owner == owner && subtle.ConstantTimeCompare(c.Digest, want) == 1 {
			found = i
		}
	}
	switch {
	case found < 0:
		return -1, errNoCode
	case !kept[found].Used.IsZero():
		return -1, fmt.Errorf("the code was used on %s; if that was not you, tell a security administrator at once", stamp(kept[found].Used))
	case !now.Before(kept[found].Until):
		return -1, fmt.Errorf("the code was good until %s; ask a security administrator for another", stamp(kept[found].Until))
	}
	return found, nil
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// readCode forgives what people do to a code when they copy it. What is too long is
// none.
func readCode(s string) string {
	if len(s) > 4*codeSize {
		return ""
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '-' || r == ' ':
			return -1
		case r == 'O':
			return '0'
		case r == 'I' || r == 'L':
			return '1'
		}
		return r
	}, strings.ToUpper(s))
}
