package kept

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"switchroom/accounts"
	"switchroom/credential"
	"switchroom/store"
)

// KeyFile is the file of the data directory with the key that encrypts the keys of
// authenticators. It belongs into a backup.
const KeyFile = "accounts.key"

// Files are the names of all files besides the database.
func Files() []string { return []string{KeyFile} }

// Open returns the people of a store that was opened with [Part] to write. It makes the
// key of an installation that has nothing encrypted with one, and refuses to go on
// where it is lost.
func Open(ctx context.Context, s *store.Store, h *credential.Hasher) (*accounts.Book, error) {
	rows := In(s)
	key, err := readKey(s.Dir())
	if errors.Is(err, fs.ErrNotExist) {
		key, err = newKey(ctx, s.Dir(), rows)
	}
	if err != nil {
		return nil, err
	}
	return accounts.Open(ctx, rows, h, key)
}

// Key is an accounts.Sealer: AES-256-GCM, bound to the person.
type Key struct{ aead cipher.AEAD }

const keySize = 32

func newKey(ctx context.Context, dir string, rows *Rows) (*Key, error) {
	all, err := rows.Load(ctx)
	if err != nil {
		return nil, err
	}
	for i := range all.People {
		if len(all.People[i].Authenticator) > 0 {
			return nil, fmt.Errorf("%s is missing, and without it no authenticator opens: put it back from a backup", filepath.Join(dir, KeyFile))
		}
	}
	raw := make([]byte, keySize)
	rand.Read(raw) // never fails
	if err := store.NewFile(filepath.Join(dir, KeyFile), []byte(base64.StdEncoding.EncodeToString(raw)+"\n")); err != nil {
		return nil, fmt.Errorf("the key of the authenticators: %w", err)
	}
	return sealer(raw)
}

func readKey(dir string) (*Key, error) {
	name := filepath.Join(dir, KeyFile)
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("the key of the authenticators: %w", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s is open to others (mode %04o): chmod 600 it, and have authenticators set up anew if others have been at it", name, info.Mode().Perm())
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("the key of the authenticators: %w", err)
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(raw) != keySize { // without err, which could repeat the key
		return nil, fmt.Errorf("%s has no key: put it back from a backup", name)
	}
	return sealer(raw)
}

func sealer(raw []byte) (*Key, error) {
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return &Key{aead}, err
}

// bound is what a sealed key belongs to.
func bound(person string) []byte { return []byte("switchroom authenticator 1\n" + person) }

// Seal encrypts the key of a person's authenticator.
func (k *Key) Seal(person string, key credential.Secret) ([]byte, error) {
	return k.aead.Seal(nil, nil, []byte(key.Reveal()), bound(person)), nil
}

// Unseal opens one that was sealed for this person with this key.
func (k *Key) Unseal(person string, sealed []byte) (credential.Secret, error) {
	text, err := k.aead.Open(nil, nil, sealed, bound(person))
	if err != nil {
		return credential.Secret{}, errors.New("it was encrypted for somebody else, or with another key than " + KeyFile)
	}
	return credential.NewSecret(string(text)), nil
}
