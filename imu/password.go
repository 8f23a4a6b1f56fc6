package imu

import (
	"crypto/subtle"
	"errors"

	"switchroom/access"
)

// Password is one of the four of a unit (B4): exactly four of 0-9, A-Z, a-z,
// case-sensitive. It never prints.
type Password [4]byte

// Factory are the passwords that a unit leaves the factory with, by level
// (GUIDE R2; DOCA0091, DOCA0102: later and sibling documents).
var Factory = [4]Password{{'1', '1', '1', '1'}, {'2', '2', '2', '2'}, {'3', '3', '3', '3'}, {'0', '0', '0', '0'}}

// ErrPassword says what a password is. It does not repeat what was given.
var ErrPassword = errors.New("a password is exactly four of 0-9, A-Z, a-z")

// ParsePassword reads a password.
func ParsePassword(s string) (Password, error) {
	if len(s) != 4 {
		return Password{}, ErrPassword
	}
	p := Password([]byte(s))
	if !p.valid() {
		return Password{}, ErrPassword
	}
	return p, nil
}

func (p Password) valid() bool {
	for _, c := range p {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') {
			return false
		}
	}
	return true
}

// String hides the password from every log and message.
func (p Password) String() string { return "(password)" }

// GoString hides it from %#v.
func (p Password) GoString() string { return "(password)" }

// prove returns the levels whose password is p. It takes the same time for
// every p: a guesser must not learn how many characters are right.
func prove(have [4]Password, p *Password) access.Levels {
	var l access.Levels
	if p == nil {
		return l
	}
	for i := range have {
		if subtle.ConstantTimeCompare(have[i][:], p[:]) == 1 {
			l |= access.Level(i + 1)
		}
	}
	return l
}

// factoryLevels returns the levels that still have their factory password.
func factoryLevels(have [4]Password) access.Levels {
	var l access.Levels
	for i := range have {
		if have[i] == Factory[i] {
			l |= access.Level(i + 1)
		}
	}
	return l
}
