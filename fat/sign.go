package fat

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// Sign signs the text of a result with an Ed25519 key in PEM (PKCS #8). The
// signature is detached, 64 bytes over the text as it stands in the file, so that
// other tools can check it.
func Sign(data, key []byte) ([]byte, error) {
	block, _ := pem.Decode(key)
	if block == nil || block.Type != "PRIVATE KEY" {
		return nil, errors.New("the key is no private key in PEM; make one with `openssl genpkey -algorithm ed25519 -out key.pem`")
	}
	k, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("the key can't be read: it must be PKCS #8 without a password")
	}
	private, ok := k.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("the key is of another kind than Ed25519")
	}
	return ed25519.Sign(private, data), nil
}

// checkSignature checks a detached signature with a public key in PEM.
func checkSignature(data, signature, key []byte) error {
	switch {
	case signature == nil:
		return errors.New("signature: there is a key and no signature; name the file with --signature")
	case key == nil:
		return errors.New("signature: there is a signature and no key; name the signer's public key with --key")
	}
	block, _ := pem.Decode(key)
	if block == nil || block.Type != "PUBLIC KEY" {
		return errors.New("signature: the key is no public key in PEM; take it out of a private one with `openssl pkey -in key.pem -pubout`")
	}
	k, err := x509.ParsePKIXPublicKey(block.Bytes)
	public, ok := k.(ed25519.PublicKey)
	if err != nil || !ok {
		return errors.New("signature: the key is no Ed25519 key")
	}
	if !ed25519.Verify(public, data, signature) {
		return errors.New("signature: it is not of this text by this key")
	}
	return nil
}
