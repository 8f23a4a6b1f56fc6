package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Facts are named values, before or after. The zero Facts are none. They can be made
// only by [Facts.With], so that nothing gets in unseen.
type Facts struct {
	text string // the inside of a JSON object
	err  error
}

// ErrSecret is what a record answers that would have shown a secret.
var ErrSecret = errors.New("this is a secret, and no record shows it: use audit.Withheld")

// Withheld stands for a value that is not shown: the record says that it was there.
var Withheld = withheld{}

type withheld struct{}

const withheldText = "(withheld)"

// Secret is what types do that hold secrets: no record takes them.
type Secret interface{ Secret() }

// longestFacts is how long the facts of one record are together, in bytes.
const longestFacts = 16 << 10

// With returns the facts and one more. Values are texts, whole numbers, fractions, yes
// or no, times, durations or [Withheld]. Whatever else there is, and what is a secret by
// its type, its name or its looks, makes the record one that is refused.
func (f Facts) With(name string, value any) Facts {
	if f.err != nil {
		return f
	}
	text, err := factText(name, value)
	if err != nil {
		return Facts{err: fmt.Errorf("fact %q: %w", told(name, longestName), err)}
	}
	key, _ := marshal(told(name, longestName))
	if f.text != "" {
		f.text += ","
	}
	f.text += key + ":" + text
	if len(f.text) > longestFacts {
		return Facts{err: fmt.Errorf("fact %q: the facts of one record have at most %d bytes", told(name, longestName), longestFacts)}
	}
	return f
}

// JSON is the facts as an object, or "" if there are none.
func (f Facts) JSON() string {
	if f.text == "" {
		return ""
	}
	return "{" + f.text + "}"
}

// MarshalJSON is of encoding/json.
func (f Facts) MarshalJSON() ([]byte, error) { return []byte("{" + f.text + "}"), nil }

// IsZero is of encoding/json: no facts are left out.
func (f Facts) IsZero() bool { return f.text == "" }

func factText(name string, value any) (string, error) {
	if value == Withheld {
		return marshal(withheldText)
	}
	if _, is := value.(Secret); is || secretName(name) {
		return "", ErrSecret
	}
	switch v := value.(type) {
	case string:
		if looksSecret(v) {
			return "", ErrSecret
		}
		return marshal(told(v, longestWhy))
	case time.Time:
		return marshal(v.UTC().Format(time.RFC3339Nano))
	case time.Duration:
		return marshal(v.String())
	case bool, int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, float32, float64:
		return marshal(v)
	}
	return "", fmt.Errorf("a %T is not taken, it could hold anything: give its parts one by one", value)
}

func marshal(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}

// secretWords are parts of names whose values are secrets; sorted. "password.changed"
// is caught too: say person.changed and Withheld.
var secretWords = []string{"cookie", "credential", "passcode", "passphrase", "password", "passwd", "pin", "private_key", "secret", "seed", "session_key", "token", "totp"}

var words = regexp.MustCompile(`[^a-z0-9_]+`)

func secretName(name string) bool {
	for _, word := range append(words.Split(strings.ToLower(name), -1), strings.Split(strings.ToLower(name), "_")...) {
		for _, w := range secretWords {
			if word == w || (len(w) > 4 && strings.Contains(word, w)) {
				return true
			}
		}
	}
	return false
}

// secretLooks are texts that are secrets wherever they stand: keys, hashes of
// passwords, tokens, addresses with a password in them.
var secretLooks = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY|AGE-SECRET-KEY-1|PRIVATE\+KEY\+|\$argon2|\$2[aby]\$|\$scrypt\$|eyJ[A-Za-z0-9_-]{8,}\.eyJ|://[^/\s:@]*:[^/\s@]+@|(?i:\b(?:authorization|bearer|password|passwd|passphrase|secret|token)\s*[:=]\s*\S)`)

func looksSecret(s string) bool { return secretLooks.MatchString(s) }
