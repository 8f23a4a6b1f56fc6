package vault

import (
	"context"
	"crypto/hmac"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"switchroom/credential"
)

// Wrong passwords that the vault offers to a breaker: fewer than the five after which
// profile hardened locks a source out (docs/security.md). Ours.
const (
	wrongMost = 3
	wrongFor  = time.Hour
)

func equal(a, b []byte) bool { return hmac.Equal(a, b) }

// proves asks a door, if few enough wrong passwords were offered before.
func (v *Vault) proves(ctx context.Context, d Door, breaker string, level int, s credential.Secret) (bool, error) {
	if err := v.mayGuess(ctx, breaker); err != nil {
		return false, err
	}
	right, err := d.Proves(ctx, level, s)
	if err != nil {
		return false, err
	}
	return right, v.guessed(ctx, breaker, right)
}

func (v *Vault) wrong(ctx context.Context, breaker string) (n int, since time.Time, err error) {
	var at int64
	err = v.store.Reader().QueryRowContext(ctx, "SELECT wrong, since FROM vault_breakers WHERE breaker = $1", breaker).Scan(&n, &at)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("%s: %w", breaker, ErrAbsent)
	}
	return n, time.UnixMicro(at), err
}

func (v *Vault) mayGuess(ctx context.Context, breaker string) error {
	n, since, err := v.wrong(ctx, breaker)
	if err == nil && n >= wrongMost && v.now().Before(since.Add(wrongFor)) {
		err = fmt.Errorf("%s was offered %d wrong passwords; no more before %s, so that it locks nobody out", breaker, n, since.Add(wrongFor).UTC().Format("15:04Z"))
	}
	return err
}

// guessed counts. A right one begins anew; where it changes nothing, nothing is written.
func (v *Vault) guessed(ctx context.Context, breaker string, right bool) error {
	n, since, err := v.wrong(ctx, breaker)
	if err != nil || right && n == 0 {
		return err
	}
	switch {
	case right:
		n, since = 0, time.UnixMicro(0)
	case n == 0 || !v.now().Before(since.Add(wrongFor)):
		n, since = 1, v.now()
	default:
		n++
	}
	return v.store.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE vault_breakers SET wrong = $1, since = $2 WHERE breaker = $3", n, since.UnixMicro(), breaker)
		return err
	})
}
