package web

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"
)

// Cost of a password, ours: 19 MiB and two passes (OWASP's second row), about 35 ms.
const (
	hashMemory = 19 * 1024 // KiB
	hashPasses = 2
	hashKey    = 32
	hashSalt   = 16
)

// Passwords are looked at two at a time in the whole process, and those who wait for
// longer than patience are sent away: the memory that guesses can take is bounded, and
// so is the time that they can take from the protection of the breakers.
var hashing = make(chan struct{}, 2)

const patience = 5 * time.Second

var errCrowded = errors.New("too many people log in at once; try again in some seconds")

// hashed is a password as it is kept: the PHC string of argon2id.
type hashed string

// String keeps it out of logs.
func (hashed) String() string   { return "(password)" }
func (hashed) GoString() string { return "(password)" }

// hash makes what is kept of a password.
func hash(ctx context.Context, password string) (hashed, error) {
	salt := make([]byte, hashSalt)
	rand.Read(salt) // never fails
	key, err := derive(ctx, password, salt)
	if err != nil {
		return "", err
	}
	e := base64.RawStdEncoding.EncodeToString
	return hashed(fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, hashMemory, hashPasses, e(salt), e(key))), nil
}

// derive waits for its turn.
func derive(ctx context.Context, password string, salt []byte) ([]byte, error) {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	select {
	case hashing <- struct{}{}:
		defer func() { <-hashing }()
	case <-ctx.Done():
		return nil, errCrowded
	}
	return argon2.IDKey([]byte(password), salt, hashPasses, hashMemory, 1, hashKey), nil
}

// parts returns salt and key. Only what this version writes is read.
func (h hashed) parts() (salt, key []byte, err error) {
	head := fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$", argon2.Version, hashMemory, hashPasses)
	rest, ok := strings.CutPrefix(string(h), head)
	s, k, both := strings.Cut(rest, "$")
	if !ok || !both {
		return nil, nil, errors.New("a password that is not kept as argon2id of this version")
	}
	salt, err = base64.RawStdEncoding.Strict().DecodeString(s)
	if err == nil {
		key, err = base64.RawStdEncoding.Strict().DecodeString(k)
	}
	if err == nil && (len(salt) != hashSalt || len(key) != hashKey) {
		err = errors.New("a kept password of another length")
	}
	return salt, key, err
}

// is reports whether the password is the one that was kept. It takes the same time
// for every password, and for an h that is empty: nobody learns from it whether
// there is such an account.
func (h hashed) is(ctx context.Context, password string) (bool, error) {
	salt, key, err := h.parts()
	if err != nil {
		salt, key = make([]byte, hashSalt), nil
	}
	got, err := derive(ctx, password, salt)
	if err != nil {
		return false, err
	}
	return len(key) == hashKey && subtle.ConstantTimeCompare(got, key) == 1, nil
}
