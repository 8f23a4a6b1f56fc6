package client

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"switchroom/wire/ble"
	"switchroom/wire/ble/attest"
	"switchroom/wire/ble/host"
)

// App names the files by which the app of a phone shows that it is a genuine one, to a
// unit that asks (profile hardened). Both are PEM: an ECDSA key over P-256, which its
// owner alone may read, and its certificate with those above it, without the anchor.
type App struct {
	Key         string `json:"key"`
	Certificate string `json:"certificate"`
}

// absolute is a with paths that count from everywhere.
func (a *App) absolute() (*App, error) {
	key, err1 := filepath.Abs(a.Key)
	certificate, err2 := filepath.Abs(a.Certificate)
	return &App{key, certificate}, errors.Join(err1, err2)
}

// load reads both files.
func (a *App) load() (crypto.Signer, [][]byte, error) {
	key, err := a.key()
	if err != nil {
		return nil, nil, fmt.Errorf("the key of the app: %w", err)
	}
	rest, err := os.ReadFile(a.Certificate)
	if err != nil {
		return nil, nil, fmt.Errorf("the certificate of the app: %w", err)
	}
	var chain [][]byte
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type == "CERTIFICATE" {
			chain = append(chain, block.Bytes)
		}
	}
	if len(chain) == 0 {
		return nil, nil, fmt.Errorf("the certificate of the app: %s holds none, PEM", a.Certificate)
	}
	c, err := x509.ParseCertificate(chain[0])
	if err != nil {
		return nil, nil, fmt.Errorf("the certificate of the app: %w", err)
	}
	if public, ok := c.PublicKey.(*ecdsa.PublicKey); !ok || !key.PublicKey.Equal(public) {
		return nil, nil, fmt.Errorf("the first certificate in %s is not that of the key in %s", a.Certificate, a.Key)
	}
	return key, chain, nil
}

func (a *App) key() (*ecdsa.PrivateKey, error) {
	info, err := os.Stat(a.Key)
	if err != nil {
		return nil, err
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("others may read %s: chmod 600 it, and think of who has read it", a.Key)
	}
	b, err := os.ReadFile(a.Key)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(b)
	if block == nil {
		return nil, fmt.Errorf("%s holds no key, PEM", a.Key)
	}
	any, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		if any, err = x509.ParseECPrivateKey(block.Bytes); err != nil {
			return nil, fmt.Errorf("%s holds no key that is understood (PKCS #8, not encrypted)", a.Key)
		}
	}
	key, ok := any.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s holds a key of another kind than ECDSA", a.Key)
	}
	return key, nil
}

// ErrNoApp is why a phone whose app shows nothing gets no answer from a unit that wants
// to see it.
var ErrNoApp = errors.New("it admits genuine apps only: pair again with --app-key and --app-certificate")

// ErrNotGenuine is what a unit says to an app that it does not take for a genuine one.
var ErrNotGenuine = errors.New("it does not take this app for a genuine one: its communication history says why; look at the certificate, and at what the unit trusts")

// show shows a unit that the app is a genuine one: it signs the number that the unit has
// drawn.
func (c *central) show(ctx context.Context, l *host.Link, handle uint16, p *Phone, mtu int) error {
	if p.App == nil {
		return ErrNoApp
	}
	key, chain, err := p.App.load()
	if err != nil {
		return err
	}
	drawn, err := c.request(ctx, l, ble.ATT{Op: ble.ATTRead, Handle: handle})
	if err != nil {
		return fmt.Errorf("the number that the app is to sign: %w", err)
	}
	s := attest.Statement{Unit: l.Peer, Phone: p.address()}
	if copy(s.Nonce[:], drawn.Value) != len(s.Nonce) || len(drawn.Value) != len(s.Nonce) {
		return errors.New("the number that the app is to sign is of another length")
	}
	c.loop.Call(func() { s.Link = l.Binding() })
	answer, err := attest.Sign(key, chain, s)
	if err != nil {
		return err
	}
	b, err := answer.Bytes()
	for len(b) > 0 && err == nil {
		n := min(len(b), mtu-3)
		_, err = c.request(ctx, l, ble.ATT{Op: ble.ATTWrite, Handle: handle, Value: b[:n]})
		b = b[n:]
	}
	var f ble.Fault
	if errors.As(err, &f) {
		return ErrNotGenuine
	}
	return err
}
