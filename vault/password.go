package vault

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"

	"switchroom/credential"
)

// letters are those of a breaker's password (B4).
const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// Length is how many a password has (B4).
const Length = 4

// Levels are the four (B2).
const Levels = 4

// ErrForm says what a password is. It does not repeat what was given.
var ErrForm = errors.New("a password of a breaker is exactly four of 0-9, A-Z, a-z (B4)")

func formed(s credential.Secret) bool {
	t := s.Reveal()
	return len(t) == Length && strings.Trim(t, letters) == ""
}

// factory are the passwords that breakers leave the factory with, by level
// (facts/controlunit.md §7: DOCA0091, DOCA0102, later and sibling documents).
var factory = [Levels]string{"1111", "2222", "3333", "0000"}

// Factory returns the factory's password of a level, 1 to 4.
func Factory(level int) credential.Secret { return credential.NewSecret(factory[level-1]) }

// Weakness is a row of what is wrong with passwords that are guessed first; ours.
type Weakness struct {
	Name string
	Text string
	has  func(string) bool
}

// weaknesses is in the order in which they are told: the first that a password has.
var weaknesses = []Weakness{
	{"factory", "it is one that breakers leave the factory with", func(t string) bool { return slices.Contains(factory[:], t) }},
	{"repeated", "it has one or two characters only", func(t string) bool { return distinct(t) <= 2 }},
	{"keys", "it is a row of a keyboard", func(t string) bool {
		return slices.ContainsFunc([]string{"qwertyuiop", "asdfghjkl", "zxcvbnm", "azerty", "qwertz", "1234567890", "0123456789"}, func(row string) bool { return inRow(row, t) })
	}},
	{"series", "it goes up or down in steps", func(t string) bool {
		d := int(t[1]) - int(t[0])
		return int(t[2])-int(t[1]) == d && int(t[3])-int(t[2]) == d
	}},
	{"year", "it is a year", func(t string) bool { return digits(t) && (t[:2] == "19" || t[:2] == "20") }},
	{"date", "it is a day of the year, as DDMM or MMDD", func(t string) bool { return day(t[:2], t[2:]) || day(t[2:], t[:2]) }},
	{"word", "it is a word that is tried first", func(t string) bool {
		return slices.Contains([]string{"1q2w", "ecor", "pass", "pswd", "root", "test", "user", "admn", "schn"}, strings.ToLower(t))
	}},
}

func digits(t string) bool { return strings.Trim(t, "0123456789") == "" }

func day(d, m string) bool {
	return digits(d) && digits(m) && d >= "01" && d <= "31" && m >= "01" && m <= "12"
}

func distinct(t string) int {
	n := 0
	for i := range t {
		if strings.IndexByte(t, t[i]) == i {
			n++
		}
	}
	return n
}

func inRow(row, t string) bool {
	b := []byte(row)
	slices.Reverse(b)
	t = strings.ToLower(t)
	return strings.Contains(row, t) || strings.Contains(string(b), t)
}

// Weak returns what is wrong with a password, or nil. A form that no password has is
// [ErrForm]'s matter.
func Weak(s credential.Secret) *Weakness {
	if !formed(s) {
		return nil
	}
	for i := range weaknesses {
		if weaknesses[i].has(s.Reveal()) {
			return &weaknesses[i]
		}
	}
	return nil
}

// draw draws one that is not weak and that taken does not have.
func draw(taken func(credential.Secret) bool) (credential.Secret, error) {
	for range 1000 { // of 62⁴ a handful is taken: once is nearly always enough
		if s := drawn(); Weak(s) == nil && !taken(s) {
			return s, nil
		}
	}
	return credential.Secret{}, fmt.Errorf("no password could be drawn that is not taken")
}

// drawn takes no byte that would make one letter likelier than another.
func drawn() credential.Secret {
	var t strings.Builder
	for b := [1]byte{}; t.Len() < Length; {
		rand.Read(b[:]) // never fails
		if n := int(b[0]); n < 256/len(letters)*len(letters) {
			t.WriteByte(letters[n%len(letters)])
		}
	}
	return credential.NewSecret(t.String())
}
