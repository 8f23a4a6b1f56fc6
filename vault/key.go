package vault

import (
	"bytes"
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"filippo.io/age"

	"switchroom/credential"
	"switchroom/store"
)

// LeastPassphrase is how many characters a passphrase has at least; ours.
const LeastPassphrase = 12

// Idle is how long an open vault stays open when nothing asks it; ours.
const Idle = 5 * time.Minute

// workFactor is how dear a guess of the passphrase is: 2^18, about a second, as the age
// tool has it. Tests take less.
var workFactor = 18

// ErrLocked asks for the passphrase.
var ErrLocked = errors.New("the vault is locked: give the passphrase")

// ErrNoVault says that there is none yet.
var ErrNoVault = errors.New("there is no vault yet: switchroom vault init makes it")

// errPassphrase says no more than that.
var errPassphrase = errors.New("the passphrase does not open the vault")

// Vault is a vault, locked until [Vault.Unlock]. Its methods may be called by several
// goroutines; it changes one breaker at a time.
type Vault struct {
	store *store.Store
	now   func() time.Time

	turn sync.Mutex // holds who changes passwords

	mu    sync.Mutex
	open  *key // nil: locked
	timer *time.Timer
}

// key is what opens what is sealed, in memory while the vault is open.
type key struct {
	identity *age.X25519Identity
	mac      []byte // of marks, which prove that this vault has written something
}

// In returns the vault in a store that was opened with [Part].
func In(s *store.Store, now func() time.Time) *Vault { return &Vault{store: s, now: now} }

// Create makes the vault of a store that has none, and leaves it open. If recovery is
// asked for it returns a key that opens it without the passphrase: it is told once, to
// be printed and locked away.
func (v *Vault) Create(ctx context.Context, passphrase credential.Secret, recovery bool) (spare credential.Secret, err error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return spare, err
	}
	box, err := boxed(id, passphrase)
	if err != nil {
		return spare, err
	}
	var second []byte
	if recovery {
		other, err := age.GenerateX25519Identity()
		if err != nil {
			return spare, err
		}
		if second, err = seal([]byte(id.String()), other.Recipient()); err != nil {
			return spare, err
		}
		spare = credential.NewSecret(other.String())
	}
	if second == nil {
		second = []byte{}
	}
	err = v.store.Write(ctx, func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM vault_key").Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return errors.New("there is a vault already; a new one could not open what is in it")
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO vault_key (id, box, spare) VALUES (1, $1, $2)", box, second)
		return err
	})
	if err != nil {
		return credential.Secret{}, err
	}
	return spare, v.hold(id)
}

// boxed seals the key with a passphrase: age -d opens it, to a file that age -i takes.
func boxed(id *age.X25519Identity, passphrase credential.Secret) ([]byte, error) {
	if utf8.RuneCountInString(passphrase.Reveal()) < LeastPassphrase {
		return nil, fmt.Errorf("a passphrase has at least %d characters: who has the data can guess as fast as they like", LeastPassphrase)
	}
	r, err := age.NewScryptRecipient(passphrase.Reveal())
	if err != nil {
		return nil, errPassphrase
	}
	r.SetWorkFactor(workFactor)
	return seal([]byte(id.String()+"\n"), r)
}

func seal(clear []byte, to ...age.Recipient) ([]byte, error) {
	var b bytes.Buffer
	w, err := age.Encrypt(&b, to...)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(clear); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// longest is how long what is sealed is at most.
const longest = 64 << 10

func unseal(sealed []byte, by age.Identity) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(sealed), by)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(r, longest))
}

// Unlock opens the vault.
func (v *Vault) Unlock(ctx context.Context, passphrase credential.Secret) error {
	by, err := age.NewScryptIdentity(passphrase.Reveal())
	if err != nil {
		return errPassphrase
	}
	by.SetMaxWorkFactor(22) // who alters the box must not have us compute for hours
	return v.unlock(ctx, "box", by)
}

// Recover opens it with the key that [Vault.Create] returned.
func (v *Vault) Recover(ctx context.Context, spare credential.Secret) error {
	by, err := age.ParseX25519Identity(strings.TrimSpace(spare.Reveal()))
	if err != nil {
		return errors.New("this is no recovery key: it begins with AGE-SECRET-KEY-1") // err could repeat it
	}
	return v.unlock(ctx, "spare", by)
}

// Made reports whether there is a vault.
func (v *Vault) Made(ctx context.Context) (is bool, err error) {
	err = v.store.Reader().QueryRowContext(ctx, "SELECT COUNT(*) > 0 FROM vault_key WHERE id = 1").Scan(&is)
	if err != nil {
		return false, fmt.Errorf("the vault cannot be read: %w", err)
	}
	return is, nil
}

func (v *Vault) unlock(ctx context.Context, column string, by age.Identity) error {
	var sealed []byte
	err := v.store.Reader().QueryRowContext(ctx, "SELECT "+column+" FROM vault_key WHERE id = 1").Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNoVault
	}
	if err != nil {
		return fmt.Errorf("the vault cannot be read: %w", err)
	}
	text, err := unseal(sealed, by)
	if err != nil {
		return errPassphrase
	}
	id, err := age.ParseX25519Identity(strings.TrimSpace(string(text)))
	if err != nil {
		return errors.New("the key of the vault does not read: restore a backup")
	}
	return v.hold(id)
}

// hold opens the vault until nothing has asked it for a while.
func (v *Vault) hold(id *age.X25519Identity) error {
	mac, err := hkdf.Key(sha256.New, []byte(id.String()), nil, "switchroom vault marks 1", 32)
	if err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.timer != nil {
		v.timer.Stop()
	}
	v.open, v.timer = &key{id, mac}, time.AfterFunc(Idle, v.Lock)
	return nil
}

// Lock forgets the key.
func (v *Vault) Lock() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.open == nil {
		return
	}
	clear(v.open.mac)
	v.open = nil
	v.timer.Stop()
}

// Locked reports whether the passphrase is wanted.
func (v *Vault) Locked() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.open == nil
}

// key returns a copy of the key, which stays when the vault is locked meanwhile: a
// change that has begun is ended.
func (v *Vault) key() (*key, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.open == nil {
		return nil, ErrLocked
	}
	v.timer.Reset(Idle)
	return &key{v.open.identity, bytes.Clone(v.open.mac)}, nil
}

// ChangePassphrase seals the key of the open vault with another passphrase. Copies of
// the data from before still open with the old one.
func (v *Vault) ChangePassphrase(ctx context.Context, next credential.Secret) error {
	k, err := v.key()
	if err != nil {
		return err
	}
	box, err := boxed(k.identity, next)
	if err != nil {
		return err
	}
	return v.store.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE vault_key SET box = $1 WHERE id = 1", box)
		return err
	})
}

// mark proves that who had the key wrote something.
func (k *key) mark(format string, args ...any) []byte {
	h := hmac.New(sha256.New, k.mac)
	fmt.Fprintf(h, format, args...)
	return h.Sum(nil)
}
