package issue

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
	"unicode"
)

// Outside is who holds keys that are not in a set: a program that asks a smart card
// or a security module. A key without a file in keys/ is one of it.
//
// The program is started for each signature. It reads the 32 bytes of a SHA-256
// digest on standard input and writes one ECDSA signature of it, DER, to standard
// output. Which key it is says its last argument, and SWITCHROOM_KEY.
type Outside struct {
	Command []string // the program and its first arguments
	Public  string   // directory with NAME.pem: public keys of certificates that are to be made; "": none

	within time.Duration // zero: outsideWithin
}

// Bounds of what the program may do. Ours: somebody may have to touch a card.
const (
	outsideWithin = 2 * time.Minute
	signatureMost = 1 << 10
	complaintMost = 2 << 10
	publicKeyMost = 64 << 10
)

// SignerError is a signature that the program outside did not give. Nothing was
// signed with it.
type SignerError struct {
	Key string // name
	Err error
	Say string // what the program wrote to standard error
}

func (e *SignerError) Error() string {
	text := fmt.Sprintf("the signer command did not sign with key %s: %v", e.Key, e.Err)
	if e.Say != "" {
		text += "; it says: " + e.Say
	}
	return text
}

// Unwrap returns the cause.
func (e *SignerError) Unwrap() error { return e.Err }

// publicKey reads the public key of a certificate that is to be made; nil if there is
// none, and a key is to be made here.
func (o *Outside) publicKey(name string) (*ecdsa.PublicKey, error) {
	if o == nil || o.Public == "" {
		return nil, nil
	}
	path := filepath.Join(o.Public, name+".pem")
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, publicKeyMost))
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(b)
	if block == nil {
		return nil, fmt.Errorf("%s holds no public key in PEM", path)
	}
	k, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	public, ok := k.(*ecdsa.PublicKey)
	if !ok || public.Curve != elliptic.P256() {
		return nil, fmt.Errorf("%s is not a key of P-256", path)
	}
	if len(o.Command) == 0 {
		return nil, fmt.Errorf("%s: the key is elsewhere, so say who signs with it (--signer-command)", path)
	}
	return public, nil
}

// outsideKey is one key of it.
type outsideKey struct {
	o      *Outside
	name   string
	public *ecdsa.PublicKey
}

// Public is of crypto.Signer.
func (k outsideKey) Public() crypto.PublicKey { return k.public }

// Sign is of crypto.Signer. What comes back counts only if it is a signature by this
// key: another key's would make certificates that nobody can use.
func (k outsideKey) Sign(_ io.Reader, digest []byte, h crypto.SignerOpts) ([]byte, error) {
	if h.HashFunc() != crypto.SHA256 || len(digest) != crypto.SHA256.Size() {
		return nil, errors.New("the signer command signs SHA-256 digests only")
	}
	sig, say, err := k.ask(digest)
	if err == nil && !ecdsa.VerifyASN1(k.public, digest, sig) {
		err = errors.New("what it answered is no signature of the digest by this key; it must be DER, and of the key whose public half this set has")
	}
	if err != nil {
		return nil, &SignerError{k.name, err, say}
	}
	return sig, nil
}

// ask runs the program once.
func (k outsideKey) ask(digest []byte) (sig []byte, say string, err error) {
	within := k.o.within
	if within == 0 {
		within = outsideWithin
	}
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	args := append(append([]string{}, k.o.Command[1:]...), k.name)
	c := exec.CommandContext(ctx, k.o.Command[0], args...)
	answer, complaint := &bounded{most: signatureMost, full: errLong}, &bounded{most: complaintMost}
	c.Stdin, c.Stdout, c.Stderr = bytes.NewReader(digest), answer, complaint
	c.Env = append(os.Environ(), "SWITCHROOM_KEY="+k.name)
	c.WaitDelay = time.Second // a child of its that keeps the pipes open
	err = c.Run()
	if ctx.Err() != nil {
		err = fmt.Errorf("it did not end within %v", within)
	}
	if answer.over {
		err = errLong
	}
	return answer.b, readable(complaint.b), err
}

var errLong = fmt.Errorf("it wrote more than %d bytes, which no signature has", signatureMost)

// bounded keeps the first bytes that are written to it. full is what it answers to
// more; nil lets them go.
type bounded struct {
	most int
	full error
	b    []byte
	over bool
}

func (w *bounded) Write(b []byte) (int, error) {
	n := min(len(b), w.most-len(w.b))
	w.b = append(w.b, b[:n]...)
	if n < len(b) {
		w.over = true
		if w.full != nil {
			return n, w.full
		}
	}
	return len(b), nil
}

// readable is what a program complained of, in one line that a terminal can show.
func readable(b []byte) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(string(b), "?"), func(r rune) bool { return !unicode.IsPrint(r) }), " / ")
}
