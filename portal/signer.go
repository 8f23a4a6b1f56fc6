package portal

import (
	"bytes"
	"crypto"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"switchroom/credential"
	"switchroom/store"
)

// KeyFile is the OpenPGP key of the advisories in the data directory, encrypted with
// the passphrase.
const KeyFile = "openpgp.asc"

// signer signs advisories.
type signer struct {
	entity *openpgp.Entity
	public []byte // armored
}

func (s *signer) fingerprint() string { return hex.EncodeToString(s.entity.PrimaryKey.Fingerprint) }

// openSigner reads the key of a data directory, or makes one.
func openSigner(dir string, pass credential.Secret, now time.Time) (*signer, error) {
	name := filepath.Join(dir, KeyFile)
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		if b, err = newKey(pass, now); err == nil {
			err = store.NewFile(name, b)
		}
	}
	if err != nil {
		return nil, err
	}
	keys, err := openpgp.ReadArmoredKeyRing(bytes.NewReader(b))
	if err != nil || len(keys) != 1 {
		return nil, fmt.Errorf("%s holds no key of ours (%v): restore it, or take it away to have a new one", name, err)
	}
	if err := keys[0].DecryptPrivateKeys([]byte(pass.Reveal())); err != nil {
		return nil, fmt.Errorf("%s does not open: give the passphrase that it was made with", name)
	}
	s := &signer{entity: keys[0]}
	s.public, err = armored(openpgp.PublicKeyType, s.entity.Serialize)
	return s, err
}

func newKey(pass credential.Secret, now time.Time) ([]byte, error) {
	cfg := &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA, DefaultHash: crypto.SHA512, Time: func() time.Time { return now }}
	e, err := openpgp.NewEntity(publisherName, "advisories", "", cfg)
	if err != nil {
		return nil, err
	}
	if err := e.EncryptPrivateKeys([]byte(pass.Reveal()), cfg); err != nil {
		return nil, err
	}
	return armored(openpgp.PrivateKeyType, func(w io.Writer) error { return e.SerializePrivateWithoutSigning(w, cfg) })
}

func armored(kind string, write func(io.Writer) error) ([]byte, error) {
	var b bytes.Buffer
	w, err := armor.Encode(&b, kind, nil)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(write(w), w.Close()); err != nil {
		return nil, err
	}
	return append(b.Bytes(), '\n'), nil
}

// sign is the detached signature of a document.
func (s *signer) sign(document []byte, now time.Time) ([]byte, error) {
	var b strings.Builder
	err := openpgp.ArmoredDetachSign(&b, s.entity, bytes.NewReader(document), &packet.Config{DefaultHash: crypto.SHA512, Time: func() time.Time { return now }})
	return []byte(b.String() + "\n"), err
}
