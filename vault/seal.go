package vault

import (
	"bytes"
	"crypto/hmac"
	"encoding/json"
	"fmt"

	"switchroom/credential"
)

// sealedText is what is inside. The mark keeps out what somebody else has encrypted for
// the vault's public key: they would know the password that is then sent to a breaker.
type sealedText struct {
	Breaker    string `json:"breaker"`
	Level      int    `json:"level"`
	Generation int64  `json:"generation"`
	Text       string `json:"text"`
	Mark       []byte `json:"mark"`
}

// place is whose password something is.
type place struct {
	breaker    string
	level      int
	generation int64
}

func (k *key) markOf(p place, s credential.Secret) []byte {
	return k.mark("password\n%q %d %d %q", p.breaker, p.level, p.generation, s.Reveal())
}

// formerMark is the same for a password in every generation of a level.
func (k *key) formerMark(breaker string, level int, s credential.Secret) []byte {
	return k.mark("former\n%q %d %q", breaker, level, s.Reveal())
}

func (k *key) seal(p place, s credential.Secret) ([]byte, error) {
	text, err := json.Marshal(sealedText{p.breaker, p.level, p.generation, s.Reveal(), k.markOf(p, s)})
	if err != nil {
		return nil, err
	}
	defer clear(text)
	return seal(text, k.identity.Recipient())
}

// unseal opens what was sealed for this place, and no other.
func (k *key) unseal(p place, sealed []byte) (credential.Secret, error) {
	bad := func(why string) (credential.Secret, error) {
		return credential.Secret{}, fmt.Errorf("the password of level %d of %s %s: restore a backup, or put it in anew with switchroom vault add", p.level, p.breaker, why)
	}
	text, err := unseal(sealed, k.identity)
	if err != nil {
		return bad("does not open with the key of this vault")
	}
	defer clear(text)
	var t sealedText
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&t); err != nil { // without err, which could repeat it
		return bad("does not read")
	}
	s := credential.NewSecret(t.Text)
	if t.Breaker != p.breaker || t.Level != p.level || t.Generation != p.generation || !hmac.Equal(t.Mark, k.markOf(p, s)) || !formed(s) {
		return bad("was put there by somebody else, or is another's")
	}
	return s, nil
}
