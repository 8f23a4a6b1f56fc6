package credential

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Secret is a password, a key or a code in memory. However it is printed, logged or
// encoded it reads "(secret)" or is refused; only [Secret.Reveal] gives it out, so
// that a search for that name finds every place that does. The text is behind a
// function because package fmt looks into unexported fields without asking them.
type Secret struct{ text func() string }

const masked = "(secret)"

// NewSecret makes a secret of what was typed, drawn or read.
func NewSecret(text string) Secret { return Secret{func() string { return text }} }

// Reveal gives the secret out.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return s.text()
}

// Equal compares in a time that tells nothing of where the two differ.
func (s Secret) Equal(o Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(o.Reveal())) == 1
}

// Empty reports whether there is none.
func (s Secret) Empty() bool { return s.Reveal() == "" }

func (Secret) String() string             { return masked }
func (Secret) GoString() string           { return masked }
func (Secret) Format(w fmt.State, _ rune) { io.WriteString(w, masked) }
func (Secret) LogValue() slog.Value       { return slog.StringValue(masked) }

// MarshalText refuses: who keeps a secret in a file has to mean it.
func (Secret) MarshalText() ([]byte, error) {
	return nil, errors.New("a secret is not written in clear")
}
